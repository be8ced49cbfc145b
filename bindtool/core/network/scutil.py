"""Finds the routes to a site on macOS: the fixed proxies of the active network, by `scutil --proxy`.

An automatic script is refused: only CFNetwork evaluates it. This module was never tried on a Mac.
"""

from __future__ import annotations

import re
import subprocess
from fnmatch import fnmatch
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bindtool.core.network.proxy import RouteSource, Routing, UnsupportedScript, usable_routes, without_login

if TYPE_CHECKING:
    from collections.abc import Sequence

_COMMAND = ("/usr/sbin/scutil", "--proxy")
_SETTING = re.compile(r"(?m)^  (\w+) : (.+)$")
_EXCEPTION = re.compile(r"(?m)^    \d+ : (.+)$")
"""An entry of ExceptionsList, the only array at this depth."""


def find_routes(site: str, command: Sequence[str] = _COMMAND) -> Routing:
    """Return the routes to a site from the output of `command`.

    Raises:
        BadProxy: as `read_settings`.
        OSError: the command can't be run, or fails.
    """
    # The system's own command, without user input.
    done = subprocess.run(command, capture_output=True, check=False, encoding="utf-8", errors="replace")  # noqa: S603
    if done.returncode:
        raise OSError(f"scutil: {done.stderr.strip() or done.returncode}")
    return read_settings(site, done.stdout)


def read_settings(site: str, printed: str) -> Routing:
    """Return the routes to a site from printed settings: its scheme's proxy, then SOCKS; direct if excepted.

    Raises:
        UnsupportedScript: an automatic script is switched on, or its discovery.
        BadProxy: bindtool supports none of the proxies.
    """
    settings: dict[str, str] = dict(_SETTING.findall(printed))
    enabled = {name.removesuffix("Enable") for name, on in settings.items() if on == "1"}
    parts = urlsplit(site)
    host = parts.hostname or ""
    exceptions = [each.lower() for each in _EXCEPTION.findall(printed)]
    is_simple = "." not in host and "ExcludeSimpleHostnames" in enabled
    if is_simple or any(fnmatch(host, each) for each in exceptions):
        return Routing(source=RouteSource.SYSTEM)
    if "ProxyAutoConfig" in enabled:
        raise UnsupportedScript(without_login(settings.get("ProxyAutoConfigURLString", "")))
    if "ProxyAutoDiscovery" in enabled:
        raise UnsupportedScript("WPAD")
    # The connection to the proxy for https sites does not itself use TLS.
    schemes = {parts.scheme.upper(): "http", "SOCKS": "socks5"}
    addresses = [_address(settings, name, scheme) for name, scheme in schemes.items() if name in enabled]
    return Routing(usable_routes(addresses), RouteSource.SYSTEM if addresses else RouteSource.NOTHING)


def _address(settings: dict[str, str], name: str, scheme: str) -> str:
    host = settings.get(f"{name}Proxy", "")
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{settings.get(f'{name}Port', '')}"
