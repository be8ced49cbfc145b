"""Which proxy leads to a site, by the environment and the settings of the system.

HTTPS_PROXY, ALL_PROXY and NO_PROXY in the environment, else the settings of Windows or macOS, each as Python's
urllib reads them.
"""

from __future__ import annotations

from typing import Protocol
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from bindtool.core.common.concurrency import in_daemon_thread
from bindtool.core.model.channel import is_loopback
from bindtool.core.network.proxy import Proxy, Routes, RouteSource


class ProxyResolver(Protocol):
    """Finds the ways to a site."""

    async def routes(self, site: str) -> Routes:
        """Return the ways to `site`, an origin.

        Raises:
            BadProxy: what is named as a proxy is none that can be spoken to.
        """


class SystemProxies:
    """A `ProxyResolver`: what this process's system says."""

    async def routes(self, site: str) -> Routes:
        """Return the ways to `site`. A proxy that the system names is for other hosts than this computer itself."""
        if is_loopback(site):
            return Routes()
        # Windows and macOS may ask the network for the site's address, to compare it with what needs no proxy.
        return await in_daemon_thread(lambda: _routes(site), name="proxy settings")


def _routes(site: str) -> Routes:
    parts = urlsplit(site)
    proxies = getproxies()
    address = proxies.get(parts.scheme) or proxies.get("all") or ""
    if not address or proxy_bypass(parts.hostname or ""):
        return Routes()
    return Routes((Proxy.parse(address),), RouteSource.SYSTEM)
