"""What a process knows of the proxies on its ways out. A module of its own: handed to all that send."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from bindtool.core.network.proxy_login import ProxyLogins
from bindtool.core.network.system_proxies import SystemProxies

if TYPE_CHECKING:
    from collections.abc import Callable

    from bindtool.core.network.proxy import Proxy, ProxyLogin
    from bindtool.core.network.system_proxies import ProxyResolver


@dataclass(frozen=True, slots=True)
class Proxies:
    """What finds the ways to a site, and the log-ins to the proxies that stand in them."""

    resolver: ProxyResolver
    logins: ProxyLogins

    @classmethod
    def of_this_system(
        cls,
        stored: Callable[[Proxy], ProxyLogin | None] = lambda _: None,
        refused: Callable[[Proxy, ProxyLogin], None] = lambda *_: None,
    ) -> Self:
        """Return those of this process's system; `stored` and `refused` as for `ProxyLogins`."""
        return cls(SystemProxies(), ProxyLogins(stored, refused=refused))
