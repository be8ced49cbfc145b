"""The route to a site: the proxies named by the system's settings, the proxy used, and the user logged in to it.

`workstation_check` displays it as sentences, `support_bundle` stores it as a record. Neither contains a password,
and the bundle masks the user name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bindtool.core.common.messages import Message
from bindtool.core.network.proxy import BadProxy, Proxy, RouteSource, Routing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bindtool.core.common.clock import Clock
    from bindtool.core.network.proxies import Proxies
    from bindtool.core.network.proxy_login import UsedLogin

_STRAIGHT = "DIRECT"
"""The term of automatic scripts for a direct connection."""

_SCRIPTS = frozenset({RouteSource.SCRIPT, RouteSource.WPAD})
_USER = re.compile(r"(?P<domain>.*\\)?(?P<first>.?)[^@]*(?P<realm>@.*)?")


@dataclass(frozen=True, slots=True)
class RouteTaken:
    """The route to a site.

    Args:
        routing: the system's settings; its `routes` in the current order of attempts, so that the first is used.
        login: the login to that proxy; None if none was required.
        seconds: the time that the system took to answer.
        no_proxy: an invalid proxy in the settings, with the reason.
    """

    routing: Routing = field(default_factory=Routing)
    login: UsedLogin | None = None
    seconds: float = 0.0
    no_proxy: str = ""

    @property
    def proxy(self) -> Proxy | None:
        """The proxy used; None for a direct connection."""
        return self.routing.routes[0]

    def passed(self) -> tuple[Message, ...]:
        """Return sentences on the proxy used and its login."""
        if self.proxy is None:
            return (Message.of("check.proxy_none"),)
        used = Message.of("check.proxy_used", proxy=self.proxy.address)
        if self.login is None:
            return (used,)
        user, scheme = self.login.user, self.login.scheme
        id_ = "check.proxy_login" if user else "check.proxy_login_unnamed"
        return used, Message.of(id_, user=user, scheme=scheme)

    def named_by(self) -> tuple[Message, ...]:
        """Return sentences on the source of the routes, its fault, and the other routes."""
        routing, said = self.routing, list[Message]()
        # The system does not always provide a script's URL.
        url, code = routing.script, routing.fault
        if code and url:
            said.append(Message.of("check.proxy_fault", url=url, code=code))
        elif code:
            said.append(Message.of("check.proxy_unknown", code=code))
        if routing.source in _SCRIPTS and not code:
            said.append(Message.of("check.proxy_by_script" if url else "check.proxy_by_script_unnamed", url=url))
        elif routing.source is RouteSource.ENVIRONMENT:
            said.append(Message.of("check.proxy_by_environment"))
        elif routing.source is RouteSource.SYSTEM:
            may_be_wpad = any(route is not None and route.from_wpad for route in routing.routes)
            said.append(Message.of("check.proxy_by_libproxy" if may_be_wpad else "check.proxy_by_system"))
        if routing.source is RouteSource.WPAD:
            said.append(Message.of("check.proxy_by_wpad"))
        if others := _shown(routing.routes[1:]):
            said.append(Message.of("check.proxy_others", others=", ".join(others)))
        return tuple(said)

    @property
    def record(self) -> dict[str, str | int | list[str]]:
        """All data under stable names, for support."""
        routing, login = self.routing, self.login
        return {
            "source": str(routing.source),
            "script": routing.script,
            "fault": routing.fault or self.no_proxy,
            "routes": _shown(routing.routes),
            "login_scheme": login.scheme if login is not None else "",
            "login_user": _masked(login.user) if login is not None else "",
            "asked_ms": round(self.seconds * 1000),
        }


async def find_route(site: str, proxies: Proxies, clock: Clock) -> RouteTaken:
    """Return the route that a request to `site`, an origin, would take now; may take seconds."""
    begun = clock.monotonic()
    try:
        routing = await proxies.routing(site)
    except BadProxy as error:
        return RouteTaken(seconds=clock.monotonic() - begun, no_proxy=f"{error.address}: {error}")
    seconds = clock.monotonic() - begun
    routes = proxies.in_order(routing.routes, clock.monotonic())
    login = proxies.logins.used(routes[0]) if routes[0] is not None else None
    return RouteTaken(Routing(routes, routing.source, routing.script, routing.fault), login, seconds)


def _shown(routes: Sequence[Proxy | None]) -> list[str]:
    return [_STRAIGHT if route is None else route.address for route in routes]


def _masked(user: str) -> str:
    """Mask a user name except its domain and first letter."""
    return _USER.sub(r"\g<domain>\g<first>***\g<realm>", user, count=1) if user else ""
