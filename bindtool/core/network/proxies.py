"""What a process knows of the proxies on its ways out: made once, and handed to all that send."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from bindtool.core.network.proxy import Proxy, ProxyLogin, Routes
    from bindtool.core.network.proxy_login import ProxyLogins

    FindRoutes = Callable[[str], Awaitable[Routes]]
    """Returns the ways to an origin, such as "https://api.coze.cn", as they are now; raises BadProxy."""

_SHUNNED = 300.0
"""Seconds for which a way that has led nowhere is tried after the others."""


class Proxies:
    """What finds the ways to a site, and the log-ins to the proxies that stand in them.

    Args:
        make_routes: makes the one, at its first use.
        make_logins: makes the others, likewise.
    """

    def __init__(self, make_routes: Callable[[], FindRoutes], make_logins: Callable[[], ProxyLogins]) -> None:
        self._make_routes = make_routes
        self._make_logins = make_logins
        self._led_nowhere: dict[Proxy | None, float] = {}

    @classmethod
    def of_this_system(
        cls,
        stored: Callable[[Proxy], ProxyLogin | None] = lambda _: None,
        refused: Callable[[Proxy, ProxyLogin], None] = lambda *_: None,
    ) -> Self:
        """Return those of this process's system; `stored` and `refused` as for `ProxyLogins`."""

        def make_routes() -> FindRoutes:
            # Loaded with the first request.
            from bindtool.core.network.system_proxies import SystemProxies

            return SystemProxies().routes

        def make_logins() -> ProxyLogins:
            from bindtool.core.network.proxy_login import ProxyLogins

            return ProxyLogins(stored, refused=refused)

        return cls(make_routes, make_logins)

    @cached_property
    def routes(self) -> FindRoutes:
        """Finds the ways."""
        return self._make_routes()

    @cached_property
    def logins(self) -> ProxyLogins:
        """The log-ins, and what became of them."""
        return self._make_logins()

    def forget_refusals(self, proxy: Proxy) -> None:
        """As those of `logins`."""
        self.logins.forget_refusals(proxy)

    def in_order(self, ways: Sequence[Proxy | None], now: float) -> tuple[Proxy | None, ...]:
        """Return `ways` in the order of trial; None for straight. `now`: seconds of a steady clock."""
        return tuple(sorted(ways, key=lambda way: now < self._led_nowhere.get(way, now - _SHUNNED) + _SHUNNED))

    def note(self, way: Proxy | None, now: float, *, leads_nowhere: bool) -> None:
        """Note whether a way has led to a proxy, or for want of one to the site."""
        if leads_nowhere:
            self._led_nowhere[way] = now
        else:
            self._led_nowhere.pop(way, None)
