"""Which ways lead to a site: asked of the environment, then of the system, for each new connection.

The system may evaluate an automatic script, which is somebody's program and may take for ever. So it is asked in
a thread, waited for no longer than a limit, and not asked again before it has answered. How each system is asked is
in `winhttp`, `scutil` and `libproxy`.
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
from bindtool.core.network.proxy import BadProxy, Proxy, Routes, RouteSource

if TYPE_CHECKING:
    from collections.abc import Callable

    FindWays = Callable[[str, Callable[[Routes], object]], Routes]

logger = logging.getLogger(__name__)

TIMEOUT = "timeout"
"""The fault of a script that has not answered in time."""

_LIMIT = 5.0
"""Seconds."""


def find_ways(site: str, meanwhile: Callable[[Routes], object]) -> Routes:
    """Return the ways to a site as this system has them; blocks for as long as a script takes.

    `meanwhile` is told what is known before the script is read, on Windows.

    Raises:
        BadProxy: bindtool can speak to none of the proxies.
        OSError: the system does not answer.
    """
    # With the first question: a window that opens asks none.
    if sys.platform == "win32":
        from bindtool.core.network import winhttp

        return winhttp.find_ways(site, meanwhile)
    elif sys.platform == "darwin":  # noqa: RET505 - what follows is reached on one system only, for the type checker
        from bindtool.core.network import scutil

        return scutil.find_ways(site)
    else:
        from bindtool.core.network import libproxy

        return libproxy.find_ways(site)


class _Question:
    """What the system is asked of a site, in a thread of its own.

    `in_time`: tells whether the answer has come within the limit; cancelled where its event loop has ended before.
    `has_ended`: so has the thread.
    """

    def __init__(self, site: str, find_ways: Callable[[str], Routes], limit: float) -> None:
        self.site = site
        self.has_ended = False
        self.answer = asyncio.ensure_future(self._ask(find_ways))
        self.in_time = asyncio.ensure_future(wait_awake((self.answer,), limit))

    async def _ask(self, find_ways: Callable[[str], Routes]) -> Routes | BadProxy:
        def find() -> Routes:
            try:
                return find_ways(self.site)
            finally:
                self.has_ended = True

        try:
            return await in_daemon_thread(find, name="proxy settings")
        except BadProxy as error:
            # As a value: there may be nobody left to fetch an exception.
            return error


class SystemProxies:
    """The ways that the environment names, else those of the system; this computer itself is reached straight.

    Where the system does not answer in time, its last answer for the site stands, else what it has said so far.

    Args:
        find_ways: asks the system, for as long as it takes; tells by its second argument what it knows before a
            script is read; raises OSError or BadProxy.
        limit: seconds to wait for it.
    """

    def __init__(self, find_ways: FindWays = find_ways, limit: float = _LIMIT) -> None:
        self._find_ways = find_ways
        self._limit = limit
        self._question: _Question | None = None
        self._known: dict[str, Routes] = {}
        self._logged: dict[str, Routes] = {}

    async def routes(self, site: str) -> Routes:
        """Return the ways to an origin, such as "https://api.coze.cn", as they are now, in at most the limit.

        Raises:
            BadProxy: bindtool can speak to none of the proxies that lead there.
        """
        if is_loopback(site):
            return Routes()
        named = named_by_environment(site)
        if named is not None:
            return named
        begun = perf_counter()
        answer = await self._ask(site)
        if isinstance(answer, BadProxy):
            raise answer
        if answer != self._logged.get(site):
            self._logged[site] = answer
            ways = ", ".join(way.address if way is not None else "straight" for way in answer.ways)
            named_by = " ".join(filter(None, (answer.source, answer.script, answer.fault)))
            logger.info("the ways to %s by %s: %s (%.3f s)", site, named_by, ways, perf_counter() - begun)
        return answer

    async def _ask(self, site: str) -> Routes | BadProxy:
        """Ask the system, once it has answered what it was asked before; give what is known if it is late."""
        while True:
            question = self._question
            if question is None or question.has_ended:
                question = self._question = _Question(site, self._find, self._limit)
            if not question.in_time.done():
                await asyncio.wait((question.in_time,))
            if question.in_time.cancelled() or not question.in_time.result():
                return replace(self._known.get(site, Routes(source=RouteSource.SYSTEM)), fault=TIMEOUT)
            if question.site == site:
                return question.answer.result()

    def _find(self, site: str) -> Routes:
        try:
            routes = self._find_ways(site, lambda known: self._known.setdefault(site, known))
        except OSError as error:
            routes = Routes(source=RouteSource.SYSTEM, fault=str(error))
        self._known[site] = routes
        return routes


def named_by_environment(site: str) -> Routes | None:
    """Return the ways to a site that the environment names, as Python's urllib reads it; None where it names none.

    HTTPS_PROXY and HTTP_PROXY, each for its scheme, ALL_PROXY for both, in capitals or not. NO_PROXY has the hosts,
    and what they end with, that are reached straight.

    Raises:
        BadProxy: bindtool can't speak to the proxy.
    """
    # With the first question, as above.
    from urllib.request import getproxies_environment, proxy_bypass

    parts = urlsplit(site)
    named = getproxies_environment()
    address = named.get(parts.scheme) or named.get("all") or ""
    # Without NO_PROXY the function would ask the system on Windows and macOS.
    is_excepted = "no" in named and proxy_bypass(parts.hostname or "")
    if is_excepted or (not address and named.keys() & {"http", "https"}):
        return Routes(source=RouteSource.ENVIRONMENT)
    return Routes((Proxy.parse(address),), RouteSource.ENVIRONMENT) if address else None
