"""The proxy on the way to a site, by the settings of the system.

Owns which proxy counts: HTTPS_PROXY, ALL_PROXY and NO_PROXY in the environment, else the settings of Windows or
macOS, each as Python's urllib reads them. Automatic scripts (PAC) are not read. Going through it is for `api`.
"""

from __future__ import annotations

from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from bindtool.core.aside import aside
from bindtool.core.channel import is_loopback


async def system_proxy(site: str) -> str:
    """Return the address of the proxy to `site`, with the name and password that it holds; "" for none.

    A proxy that the system names is for other hosts than this computer itself.
    """
    if is_loopback(site):
        return ""
    # Windows and macOS may ask the network for the site's address, to compare it with what needs no proxy.
    return await aside(lambda: _system_proxy(site), name="proxy settings")


def _system_proxy(site: str) -> str:
    parts = urlsplit(site)
    proxies = getproxies()
    address = proxies.get(parts.scheme) or proxies.get("all") or ""
    if not address or proxy_bypass(parts.hostname or ""):
        return ""
    return address if "://" in address else f"http://{address}"


def without_login(proxy: str) -> str:
    """Return a proxy's address as it may be shown: without name and password, even where it is none."""
    scheme, separator, rest = proxy.partition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"
