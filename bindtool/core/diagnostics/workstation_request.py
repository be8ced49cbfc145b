"""The one harmless request by which a token, a sign-in and a laptop are checked.

What the answers say of each thing that must work is decided in `workstation_check`. A module of its own: it loads
the library for HTTP, which the window's first second can't wait for.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bindtool.core.api.client import CozeApi, Timeouts
from bindtool.core.api.identity import Identity, TokenCheck, read_identity
from bindtool.core.api.responses import NeverSent, NoToken, Reply
from bindtool.core.api.verdict import TOKEN_REFUSED, judge
from bindtool.core.common.errors import BindtoolError, SignInFailed
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.diagnostics.way_taken import find_way
from bindtool.core.diagnostics.workstation_check import Asked, CheckResult, examine, examine_sign_in
from bindtool.core.sign_in.browser import PORTS, can_listen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bindtool.core.common.clock import Clock
    from bindtool.core.network.proxies import Proxies
    from bindtool.core.profiles.profile import Profile
    from bindtool.core.sign_in.renewal import StoredSignIn


_NO_TOKEN = "no-token-stored"  # noqa: S105 - sent in place of one, so that the site has something to refuse

_SETTLING = 5.0
"""Seconds that an app of Coze needs until all its servers know of it, or of a change (the vendor's page)."""


async def check_workstation(
    profile: Profile,
    token: AccessToken | BindtoolError,
    keyring: str | BindtoolError,
    clock: Clock,
    proxies: Proxies,
    renewal: StoredSignIn | None = None,
    since: datetime | None = None,
    ports: Sequence[int] = PORTS,
) -> tuple[CheckResult, ...]:
    """Ask the profile's site whose `token` it is, and return what was found of each thing; binds nothing.

    A sign-in is renewed: whether it can be is not to be known otherwise.

    Args:
        profile: names the site and how long to wait for it.
        token: or why there is none.
        keyring: the name of the password store, or why it can't serve.
        clock: this computer's.
        proxies: as for `SiteClient`.
        renewal: that of the token; None where it was not signed in for.
        since: when somebody has signed in, where that is noted.
        ports: those that a browser comes back to.
    """
    no_token = token if isinstance(token, BindtoolError) else None
    sent = AccessToken(_NO_TOKEN) if isinstance(token, BindtoolError) else token
    asked_at = clock.now()
    renewed = await _renewed(renewal, sent) if renewal is not None else None
    if isinstance(renewed, NoToken):
        no_token, sent = renewed.error, AccessToken(_NO_TOKEN)
    elif isinstance(renewed, AccessToken):
        sent = renewed
    reply = await ask_whose_token(profile, sent, clock, proxies)
    # After the answer: by then it is known which proxy leads somewhere, and who has passed it.
    origin = profile.channel.origin
    asked = Asked(origin, await find_way(origin, proxies, clock), asked_at, profile.who_to_ask)
    results = examine(asked, reply, keyring, no_token)
    apps = profile.sign_in
    if renewed is None and not (apps.browser_client or apps.device_client):
        return results
    taken = "" if not apps.browser_client or can_listen(ports) else ", ".join(map(str, ports))
    unstored = renewal is not None and renewal.unstored
    return (*results, examine_sign_in(reply, renewed, since, taken, unstored=unstored))


async def _renewed(renewal: StoredSignIn, sent: AccessToken) -> AccessToken | NeverSent | NoToken:
    try:
        return await renewal.token(sent)
    finally:
        # Whoever gives up leaves it to go on, and its answer is the end of the token before it.
        await renewal.close()


async def ask_whose_token(
    profile: Profile, token: AccessToken, clock: Clock, proxies: Proxies, renewal: StoredSignIn | None = None
) -> Reply:
    """Ask the profile's site whose `token` it is; binds nothing. The others: as for `check_workstation`."""
    timeouts = Timeouts(profile.pace.connect_timeout, profile.pace.answer_timeout)
    renew = renewal.token if renewal is not None else None
    try:
        async with CozeApi(profile.channel.origin, token, timeouts, clock, proxies, renew) as api:
            return await api.users_me()
    finally:
        if renewal is not None:
            await renewal.close()


async def ask_who_signed_in(profile: Profile, token: AccessToken, clock: Clock, proxies: Proxies) -> Identity:
    """Return whose a token is that has just been granted; asked once more after some seconds where nobody says.

    Raises:
        SignInFailed: "sign_in.not_told" with said, the site refuses to say; "sign_in.whose", it was not reached, or
            has said nobody's name.
    """
    reply = await ask_whose_token(profile, token, clock, proxies)
    if read_identity(reply).check is not TokenCheck.ACCEPTED:
        await clock.wait(asyncio.Event(), _SETTLING)
        reply = await ask_whose_token(profile, token, clock, proxies)
    identity, verdict = read_identity(reply), judge(reply)
    if verdict.cause in TOKEN_REFUSED:
        raise SignInFailed("sign_in.not_told", said=verdict.answer.message or str(verdict.answer.code or ""))
    if identity.check is not TokenCheck.ACCEPTED or not identity.user_id:
        raise SignInFailed("sign_in.whose")
    return identity
