"""`bindtool check`: checks site, proxy, TLS, clock, keyring and token, with a line for each; binds nothing.

It prints the lines and sets the exit status. The checks, and the meaning of their results, are in
`core.diagnostics.workstation_check`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bindtool.cli.handoff import check_handoff
from bindtool.cli.profile_choice import chosen_profile
from bindtool.cli.token_access import NO_LOGIN, ask, how_to_store, print_how_to_log_in, read_token
from bindtool.core.common.errors import AddressNotConfirmed, TokenNotForSite, or_error
from bindtool.core.diagnostics.workstation_check import Grade
from bindtool.core.jobs.site_token import FoundToken

if TYPE_CHECKING:
    import argparse

    from bindtool.cli.console import Console
    from bindtool.cli.process_environment import ProcessEnvironment

ALL_WELL, NOT_ALL_WELL, NOT_FOR_SITE = 0, 1, 3


async def run(given: argparse.Namespace, process: ProcessEnvironment, console: Console) -> int:
    """Run all checks and return the exit status.

    Raises:
        BadInput: the profile can't be found.
    """
    # httpx takes 50 ms to load, and most commands don't need it.
    from bindtool.core.diagnostics.workstation_request import check_workstation

    profile = chosen_profile(given.profile, process, console)
    keyring = await or_error(ask(lambda store: store.describe(), process, console))
    found = await or_error(read_token(profile, process, console))
    token = found.token if isinstance(found, FoundToken) else found
    renewal, since = (found.renewal, found.place.since) if isinstance(found, FoundToken) else (None, None)
    results = await check_workstation(
        profile, token, keyring, process.clock, process.open_proxies(), renewal, since
    )
    for result in (*results, *check_handoff(profile, process)):
        message = console.texts.together(*map(console.texts.say, result.sentences))
        if given.json:
            console.json({"item": result.item, "status": result.grade, "message": message})
        else:
            console.result(result.item, result.grade, message)
    if isinstance(token, AddressNotConfirmed):
        console.say_messages(token.hint)
        return NOT_FOR_SITE
    if isinstance(token, TokenNotForSite):
        console.say_messages(token.hint, how_to_store(token))
        return NOT_FOR_SITE
    if any(print_how_to_log_in(result.obstacle, process, console) for result in results):
        return NO_LOGIN
    return ALL_WELL if all(result.grade is Grade.OK for result in results) else NOT_ALL_WELL
