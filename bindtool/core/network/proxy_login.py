"""How somebody logs in to a proxy. A module of its own: so far it knows only what somebody has entered for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from bindtool.core.network.proxy import Proxy, ProxyLogin


class ProxyLogins:
    """The log-ins to all proxies.

    Args:
        stored: finds what somebody has entered for a proxy; None where nobody has, or it can't be read. May block.
    """

    def __init__(self, stored: Callable[[Proxy], ProxyLogin | None]) -> None:
        self._stored = stored
