"""A look at everything that a laptop needs to bind: one harmless request, and the password store.

Owns the asking, so that the window and the command line look at the same things. What the answers mean is for
`workstation_check`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bindtool.core.api.client import CozeApi, Patience
from bindtool.core.api.proxies import system_proxy, without_login
from bindtool.core.common.errors import BindtoolError
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.diagnostics.workstation_check import Asked, examine

if TYPE_CHECKING:
    from bindtool.core.common.clock import Clock
    from bindtool.core.diagnostics.workstation_check import Finding
    from bindtool.core.profiles.profile import Profile

_NO_TOKEN = "no-token-stored"  # noqa: S105 - sent in place of one, so that the site has something to refuse


async def look_at(
    profile: Profile, token: AccessToken | BindtoolError, keyring: str | BindtoolError, clock: Clock
) -> tuple[Finding, ...]:
    """Ask the profile's site whose `token` it is, and return what was found of each thing; binds nothing.

    Args:
        profile: names the site and how long to wait for it.
        token: or why there is none.
        keyring: the name of the password store, or why it can't serve.
        clock: this computer's.
    """
    no_token = token if isinstance(token, BindtoolError) else None
    sent = AccessToken(_NO_TOKEN) if isinstance(token, BindtoolError) else token
    patience = Patience(profile.pace.connect_timeout, profile.pace.answer_timeout)
    proxy = without_login(await system_proxy(profile.site))
    asked = Asked(profile.site, proxy, clock.now(), profile.who_to_ask)
    async with CozeApi(profile.site, sent, patience, clock) as api:
        reply = await api.users_me()
    return examine(asked, reply, keyring, no_token)
