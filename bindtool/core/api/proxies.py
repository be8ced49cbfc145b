"""Which proxy leads to a site, by the settings of the system.

HTTPS_PROXY, ALL_PROXY and NO_PROXY in the environment, else the settings of Windows or macOS, each as Python's
urllib reads them. Automatic scripts (PAC) are not read. `connection` goes through the proxy.
"""

from __future__ import annotations

import re
from base64 import b64encode
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from bindtool.core.common.concurrency import in_daemon_thread
from bindtool.core.credentials.redaction import STARS
from bindtool.core.model.channel import is_loopback

_SHORTEST = 4
"""Characters: anything shorter occurs in many texts by chance."""

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


async def system_proxy(site: str) -> str:
    """Return the address of the proxy to `site`, with the name and password that it holds; "" for none.

    A proxy that the system names is for other hosts than this computer itself.
    """
    if is_loopback(site):
        return ""
    # Windows and macOS may ask the network for the site's address, to compare it with what needs no proxy.
    return await in_daemon_thread(lambda: _system_proxy(site), name="proxy settings")


def _system_proxy(site: str) -> str:
    parts = urlsplit(site)
    proxies = getproxies()
    address = proxies.get(parts.scheme) or proxies.get("all") or ""
    if not address or proxy_bypass(parts.hostname or ""):
        return ""
    return address if _SCHEME.match(address) else f"http://{address}"


def without_login(proxy: str) -> str:
    """Return a proxy's address as it may be shown: without name and password, even where it is none."""
    return _split_login(proxy)[0]


def login(proxy: str) -> tuple[str, str] | None:
    """Return the name and the password that a proxy's address holds; None for neither.

    A password may have any character: settings are typed by people, who don't know which ones an address reserves.
    """
    _, found = _split_login(proxy)
    if not found:
        return None
    name, _, password = found.partition(":")
    return unquote(name), unquote(password)


def without_secret(words: str, proxy: str) -> str:
    """Return what a proxy said, without the password that it was sent, as it is and as HTTP sends it."""
    found = login(proxy)
    if found is None or len(found[1]) < _SHORTEST:
        return words
    for secret in (found[1], b64encode(":".join(found).encode(errors="replace")).decode()):
        words = words.replace(secret, STARS)
    return words


def _split_login(proxy: str) -> tuple[str, str]:
    """Return a proxy's address without its login, and the login: all that stands before the last "@"."""
    match = _SCHEME.match(proxy)
    scheme = match[0] if match else ""
    found, _, host = proxy.removeprefix(scheme).rpartition("@")
    return f"{scheme}{host}", found
