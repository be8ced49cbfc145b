"""Finds the routes to a site for each new connection: from the environment, then from the system.

The system may evaluate an automatic script, which is foreign code and may never return. So it is queried in a
thread, with a timeout, and not again before it has answered. The query of each system is in `winhttp`, `scutil` and
`libproxy`.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bindtool.core.common.concurrency import in_daemon_thread, wait_awake
from bindtool.core.model.channel import is_loopback
from bindtool.core.network.proxy import BadProxy, Proxy, RouteSource, Routing

if TYPE_CHECKING:
    from collections.abc import Callable

    QuerySystem = Callable[[str, Callable[[Routing], object]], Routing]

logger = logging.getLogger(__name__)

TIMEOUT = "timeout"
"""The fault of a script that has not answered in time."""

_LIMIT = 5.0
"""Seconds."""


def find_routes(site: str, meanwhile: Callable[[Routing], object]) -> Routing:
    """Return the system's routes to a site; blocks for as long as a script takes.

    On Windows, `meanwhile` is called with the routes known before the script is read.

    Raises:
        BadProxy: bindtool supports none of the proxies.
        OSError: the system does not answer.
    """
    # Imported with the first query: opening the window makes none.
    if sys.platform == "win32":
        from bindtool.core.network import winhttp

        return winhttp.find_routes(site, meanwhile)
    elif sys.platform == "darwin":  # noqa: RET505 - what follows is reached on one system only, for the type checker
        from bindtool.core.network import scutil

        return scutil.find_routes(site)
    else:
        from bindtool.core.network import libproxy

        return libproxy.find_routes(site)


class _ProxyQuery:
    """A query of the system about a site, in a thread of its own.

    `in_time`: whether the answer has come within the limit; cancelled if its event loop has ended before.
    `has_ended`: the thread has ended.
    """

    def __init__(self, site: str, find_routes: Callable[[str], Routing], limit: float) -> None:
        self.site = site
        self.has_ended = False
        self.answer = asyncio.ensure_future(self._ask(find_routes))
        self.in_time = asyncio.ensure_future(wait_awake((self.answer,), limit))

    async def _ask(self, find_routes: Callable[[str], Routing]) -> Routing | BadProxy:
        def find() -> Routing:
            try:
                return find_routes(self.site)
            finally:
                self.has_ended = True

        try:
            return await in_daemon_thread(find, name="proxy settings")
        except BadProxy as error:
            # Returned, not raised: no caller may be left to retrieve an exception.
            return error


class SystemProxies:
    """The routes of the environment, else those of the system; this computer itself is reached directly.

    If the system does not answer in time, its last answer for the site applies, else its preliminary one.

    Args:
        find_routes: queries the system, for as long as it takes; calls its second argument with the routes known
            before a script is read; raises OSError or BadProxy.
        limit: seconds to wait for it.
    """

    def __init__(self, find_routes: QuerySystem = find_routes, limit: float = _LIMIT) -> None:
        self._find_routes = find_routes
        self._limit = limit
        self._query: _ProxyQuery | None = None
        self._known: dict[str, Routing] = {}
        self._logged: dict[str, Routing] = {}

    async def routing(self, site: str) -> Routing:
        """Return the current routes to an origin, such as "https://api.coze.cn", within the limit.

        Raises:
            BadProxy: bindtool supports none of the proxies that lead there.
        """
        if is_loopback(site):
            return Routing()
        named = named_by_environment(site)
        if named is not None:
            return named
        begun = perf_counter()
        answer = await self._ask(site)
        if isinstance(answer, BadProxy):
            raise answer
        if answer != self._logged.get(site):
            self._logged[site] = answer
            routes = ", ".join(route.address if route is not None else "straight" for route in answer.routes)
            named_by = " ".join(filter(None, (answer.source, answer.script, answer.fault)))
            logger.info("the routes to %s by %s: %s (%.3f s)", site, named_by, routes, perf_counter() - begun)
        return answer

    async def _ask(self, site: str) -> Routing | BadProxy:
        """Query the system, after its previous query has ended; return the known routes on a timeout."""
        while True:
            query = self._query
            if query is None or query.has_ended:
                query = self._query = _ProxyQuery(site, self._find, self._limit)
            if not query.in_time.done():
                await asyncio.wait((query.in_time,))
            if query.in_time.cancelled() or not query.in_time.result():
                return replace(self._known.get(site, Routing(source=RouteSource.SYSTEM)), fault=TIMEOUT)
            if query.site == site:
                return query.answer.result()

    def _find(self, site: str) -> Routing:
        try:
            routing = self._find_routes(site, lambda known: self._known.setdefault(site, known))
        except OSError as error:
            routing = Routing(source=RouteSource.SYSTEM, fault=str(error))
        self._known[site] = routing
        return routing


def named_by_environment(site: str) -> Routing | None:
    """Return the environment's routes to a site, as Python's urllib reads it; None if it names none.

    HTTPS_PROXY and HTTP_PROXY, each for its scheme, ALL_PROXY for both, in upper or lower case. NO_PROXY has the
    hosts, and the suffixes of hosts, that are reached directly.

    Raises:
        BadProxy: bindtool does not support the proxy.
    """
    # With the first query, as above.
    from urllib.request import getproxies_environment, proxy_bypass

    parts = urlsplit(site)
    named = getproxies_environment()
    address = named.get(parts.scheme) or named.get("all") or ""
    # Without NO_PROXY the function would query the system on Windows and macOS.
    is_excepted = "no" in named and proxy_bypass(parts.hostname or "")
    if is_excepted or (not address and named.keys() & {"http", "https"}):
        return Routing(source=RouteSource.ENVIRONMENT)
    return Routing((Proxy.parse(address),), RouteSource.ENVIRONMENT) if address else None
