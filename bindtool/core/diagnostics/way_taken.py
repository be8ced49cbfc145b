"""The way to a site: which proxies the system names for it, which one is taken, and who has logged in to it.

A check of the laptop says it in sentences, the support bundle has it as a record. Neither has a password, and the
bundle no whole user name either.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bindtool.core.common.messages import Message
from bindtool.core.network.proxy import BadProxy, Proxy, Routes, RouteSource

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bindtool.core.common.clock import Clock
    from bindtool.core.network.proxies import Proxies
    from bindtool.core.network.proxy_login import UsedLogin

_STRAIGHT = "DIRECT"
"""What automatic scripts call a way without a proxy."""

_SCRIPTS = frozenset({RouteSource.SCRIPT, RouteSource.WPAD})
_USER = re.compile(r"(?P<domain>.*\\)?(?P<first>.?)[^@]*(?P<realm>@.*)?")


@dataclass(frozen=True, slots=True)
class WayTaken:
    """The way to a site.

    Args:
        routes: what the system says; its `ways` in the order in which they are tried now, so that the first is the
            one that is taken.
        login: who has passed that proxy; None where nobody had to log in.
        seconds: how long the system took to say it.
        no_proxy: what is named as a proxy and is none, with the reason.
    """

    routes: Routes = field(default_factory=Routes)
    login: UsedLogin | None = None
    seconds: float = 0.0
    no_proxy: str = ""

    @property
    def proxy(self) -> Proxy | None:
        """The proxy that is taken; None for none."""
        return self.routes.ways[0]

    def passed(self) -> tuple[Message, ...]:
        """Say which proxy is taken and who has passed it."""
        if self.proxy is None:
            return (Message.of("check.proxy_none"),)
        used = Message.of("check.proxy_used", proxy=self.proxy.address)
        if self.login is None:
            return (used,)
        user, scheme = self.login.user, self.login.scheme
        id_ = "check.proxy_login" if user else "check.proxy_login_unnamed"
        return used, Message.of(id_, user=user, scheme=scheme)

    def named_by(self) -> tuple[Message, ...]:
        """Say what has named the ways, what is wrong with it, and which ways are left."""
        routes, said = self.routes, list[Message]()
        # The system does not always tell a script's address.
        url, code = routes.script, routes.fault
        if code and url:
            said.append(Message.of("check.proxy_fault", url=url, code=code))
        elif code:
            said.append(Message.of("check.proxy_unknown", code=code))
        if routes.source in _SCRIPTS and not code:
            said.append(Message.of("check.proxy_by_script" if url else "check.proxy_by_script_unnamed", url=url))
        elif routes.source is RouteSource.ENVIRONMENT:
            said.append(Message.of("check.proxy_by_environment"))
        elif routes.source is RouteSource.SYSTEM:
            may_be_wpad = any(way is not None and way.from_wpad for way in routes.ways)
            said.append(Message.of("check.proxy_by_libproxy" if may_be_wpad else "check.proxy_by_system"))
        if routes.source is RouteSource.WPAD:
            said.append(Message.of("check.proxy_by_wpad"))
        if others := _shown(routes.ways[1:]):
            said.append(Message.of("check.proxy_others", others=", ".join(others)))
        return tuple(said)

    @property
    def record(self) -> dict[str, str | int | list[str]]:
        """All of it under names that never change, for whoever helps."""
        routes, login = self.routes, self.login
        return {
            "source": str(routes.source),
            "script": routes.script,
            "fault": routes.fault or self.no_proxy,
            "ways": _shown(routes.ways),
            "login_scheme": login.scheme if login is not None else "",
            "login_user": _masked(login.user) if login is not None else "",
            "asked_ms": round(self.seconds * 1000),
        }


async def find_way(site: str, proxies: Proxies, clock: Clock) -> WayTaken:
    """Return the way that a request to `site`, an origin, would take now; it may take seconds."""
    begun = clock.monotonic()
    try:
        routes = await proxies.routes(site)
    except BadProxy as error:
        return WayTaken(seconds=clock.monotonic() - begun, no_proxy=f"{error.address}: {error}")
    seconds = clock.monotonic() - begun
    ways = proxies.in_order(routes.ways, clock.monotonic())
    login = proxies.logins.used(ways[0]) if ways[0] is not None else None
    return WayTaken(Routes(ways, routes.source, routes.script, routes.fault), login, seconds)


def _shown(ways: Sequence[Proxy | None]) -> list[str]:
    return [_STRAIGHT if way is None else way.address for way in ways]


def _masked(user: str) -> str:
    """Return a user name of which only the domain and the first letter are left."""
    return _USER.sub(r"\g<domain>\g<first>***\g<realm>", user, count=1) if user else ""
