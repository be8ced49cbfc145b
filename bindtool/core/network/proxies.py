"""A process's knowledge of its proxies: created once, and passed to every sender."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from bindtool.core.network.proxy import Proxy, ProxyLogin, Routing
    from bindtool.core.network.proxy_login import ProxyLogins

    FindRoutes = Callable[[str], Awaitable[Routing]]
    """Returns the current routes to an origin, such as "https://api.coze.cn"; raises BadProxy."""

_SHUNNED = 300.0
"""Seconds for which a route that failed is tried after the others."""


class Proxies:
    """The lookup of routes to a site, and the log-ins to their proxies.

    Args:
        make_finder: creates the function that finds the routes, at its first use.
        make_logins: creates the log-ins, likewise.
    """

    def __init__(self, make_finder: Callable[[], FindRoutes], make_logins: Callable[[], ProxyLogins]) -> None:
        self._make_finder = make_finder
        self._make_logins = make_logins
        self._led_nowhere: dict[Proxy | None, float] = {}

    @classmethod
    def of_this_system(
        cls,
        stored: Callable[[Proxy], ProxyLogin | None] = lambda _: None,
        refused: Callable[[Proxy, ProxyLogin], None] = lambda *_: None,
    ) -> Self:
        """Create those of this process's system; `stored` and `refused` as for `ProxyLogins`."""

        def make_finder() -> FindRoutes:
            # Loaded with the first request.
            from bindtool.core.network.system_proxies import SystemProxies

            return SystemProxies().routing

        def make_logins() -> ProxyLogins:
            from bindtool.core.network.proxy_login import ProxyLogins

            return ProxyLogins(stored, refused=refused)

        return cls(make_finder, make_logins)

    def routing(self, site: str) -> Awaitable[Routing]:
        """Return the current routes to an origin, such as "https://api.coze.cn".

        Raises:
            BadProxy: bindtool supports none of the proxies that lead there.
        """
        return self._find_routes(site)

    @cached_property
    def _find_routes(self) -> FindRoutes:
        return self._make_finder()

    @cached_property
    def logins(self) -> ProxyLogins:
        """The log-ins, and their results."""
        return self._make_logins()

    def forget_refusals(self, proxy: Proxy) -> None:
        """As `ProxyLogins.forget_refusals`."""
        self.logins.forget_refusals(proxy)

    def in_order(self, routes: Sequence[Proxy | None], now: float) -> tuple[Proxy | None, ...]:
        """Return `routes` in the order of trial; None for a direct route. `now`: seconds of a monotonic clock."""
        return tuple(sorted(routes, key=lambda one: now < self._led_nowhere.get(one, now - _SHUNNED) + _SHUNNED))

    def note(self, route: Proxy | None, now: float, *, leads_nowhere: bool) -> None:
        """Record whether a route has led to its proxy, or a direct one to the site."""
        if leads_nowhere:
            self._led_nowhere[route] = now
        else:
            self._led_nowhere.pop(route, None)
