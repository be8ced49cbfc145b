"""`bindtool check`: site, proxy, TLS, clock, keyring and token, a line each; binds nothing.

Owns the asking. What the answers mean is for `core.checks`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bindtool.cli.channel_choice import chosen_profile
from bindtool.cli.token_access import ask, read_token
from bindtool.core.access_token import AccessToken
from bindtool.core.checks import Grade, examine
from bindtool.core.errors import BindtoolError

if TYPE_CHECKING:
    import argparse

    from bindtool.cli.console import Console
    from bindtool.cli.surroundings import Surroundings

ALL_WELL, NOT_ALL_WELL = 0, 1

_NO_TOKEN = "no-token-stored"  # noqa: S105 - sent in place of one, so that the site has something to refuse


async def run(given: argparse.Namespace, surroundings: Surroundings, console: Console) -> int:
    """Look at everything and return the exit status.

    Raises:
        BadInput: the profile can't be found.
    """
    # httpx takes 50 ms to load, and is of no use to most commands.
    from bindtool.core.api import CozeApi, Patience

    profile = chosen_profile(given.profile, surroundings, console)
    keyring = await _keyring(surroundings, console)
    no_token: BindtoolError | None = None
    try:
        token = await read_token(profile.token, surroundings, console)
    except BindtoolError as error:
        token, no_token = AccessToken(_NO_TOKEN), error
    patience = Patience(profile.pace.connect_timeout, profile.pace.answer_timeout)
    async with CozeApi(profile.site, token, patience, surroundings.clock) as api:
        reply = await api.users_me()
    findings = examine(profile.site, surroundings.proxies(), reply, keyring, no_token)
    for finding in findings:
        console.result(finding.item, finding.grade, console.texts.say(finding.words))
    return ALL_WELL if all(finding.grade is Grade.OK for finding in findings) else NOT_ALL_WELL


async def _keyring(surroundings: Surroundings, console: Console) -> str | BindtoolError:
    try:
        return await ask(lambda store: store.describe(), surroundings, console)
    except BindtoolError as error:
        return error
