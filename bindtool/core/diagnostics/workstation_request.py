"""Sends the one harmless request that checks a token, a sign-in and a laptop.

`workstation_check` derives the results from the answers. A module of its own: it loads the HTTP library, which the
window's first second can't wait for.
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
from bindtool.core.diagnostics.route_taken import find_route
from bindtool.core.diagnostics.workstation_check import Asked, CheckResult, examine, examine_sign_in
from bindtool.core.sign_in.browser import PORTS, can_listen

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bindtool.core.common.clock import Clock
    from bindtool.core.network.proxies import Proxies
    from bindtool.core.profiles.profile import Profile
    from bindtool.core.sign_in.renewal import StoredSignIn


_NO_TOKEN = "no-token-stored"  # noqa: S105 - a placeholder for the site to refuse

_SETTLING = 5.0
"""Seconds until all of Coze's servers know a new or changed app (the vendor's page)."""


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
    """Ask the profile's site for the account of `token`, and return the results of all items; binds nothing.

    Renews a sign-in: there is no other way to check that it can be renewed.

    Args:
        profile: contains the site and the timeouts.
        token: the token, or why there is none.
        keyring: the name of the password store, or its error.
        clock: this computer's.
        proxies: as for `SiteClient`.
        renewal: the token's; None if it is not from a sign-in.
        since: time of the sign-in, if recorded.
        ports: the ports for the browser's redirect.
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
    # After the answer: by then the working proxy and its login are known.
    origin = profile.channel.origin
    asked = Asked(origin, await find_route(origin, proxies, clock), asked_at, profile.who_to_ask)
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
        # On cancellation the renewal would continue, and its answer invalidates the previous token.
        await renewal.close()


async def ask_whose_token(
    profile: Profile, token: AccessToken, clock: Clock, proxies: Proxies, renewal: StoredSignIn | None = None
) -> Reply:
    """Ask the profile's site for the account of `token`; binds nothing. Arguments as for `check_workstation`."""
    timeouts = Timeouts(profile.pace.connect_timeout, profile.pace.answer_timeout)
    renew = renewal.token if renewal is not None else None
    try:
        async with CozeApi(profile.channel.origin, token, timeouts, clock, proxies, renew) as api:
            return await api.users_me()
    finally:
        if renewal is not None:
            await renewal.close()


async def ask_who_signed_in(profile: Profile, token: AccessToken, clock: Clock, proxies: Proxies) -> Identity:
    """Return the account of a newly granted token; asks again after some seconds if there is no clear answer.

    Raises:
        SignInFailed: "sign_in.not_told" with said, the site refuses to tell; "sign_in.whose", it was not reached,
            or its answer names no account.
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
