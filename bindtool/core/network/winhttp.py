"""Which ways lead to a site on Windows: WinHTTP's answer, by the settings of the person's account.

Microsoft's "WinHTTP AutoProxy Support" says in which order: a script that the network names, where that is switched
on; the script of the settings; the proxies of the settings. WinHTTP names no way straight behind a proxy, and no
proxy that is spoken to by TLS or SOCKS. It keeps what a script has answered until the computer's addresses change.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bindtool.core.network.proxy import Routes, RouteSource, usable_ways, without_login

if TYPE_CHECKING:
    from collections.abc import Callable

_BETWEEN = re.compile(r"[;\s]+")
_NO_SCRIPT_FOUND = 12180
"""ERROR_WINHTTP_AUTODETECTION_FAILED: the network names no script, as most don't."""

_LOGIN_FAILURE = 12015
"""ERROR_WINHTTP_LOGIN_FAILURE: the script's server wants to know who asks."""

_BAD_SCRIPT = 12166
"""ERROR_WINHTTP_BAD_AUTO_PROXY_SCRIPT; Wine gives no number."""

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person's account is set to: WINHTTP_CURRENT_USER_IE_PROXY_CONFIG."""

    detects: bool = False
    script: str = ""
    proxies: str = ""
    bypass: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a script said: WINHTTP_PROXY_INFO, `proxies` "" for straight to the site; or the error's number."""

    error: int = 0
    proxies: str = ""
    bypass: str = ""


def choose_ways(
    site: str,
    settings: Settings,
    evaluate: Callable[[str], Answer],
    meanwhile: Callable[[Routes], object],
) -> Routes:
    """Return the ways to a site.

    Args:
        site: an origin, such as "https://api.coze.cn".
        settings: those of the account.
        evaluate: asks the script at an address, or at "" the one that the network names.
        meanwhile: is told what holds as long as a script has not answered.

    Raises:
        BadProxy: bindtool can speak to none of the proxies.
    """
    ways = usable_ways(listed(site, settings.proxies, settings.bypass))
    source = RouteSource.SYSTEM if settings.proxies else RouteSource.NOTHING
    static = Routes(ways, source, without_login(settings.script))
    meanwhile(static)
    error = 0
    if settings.detects:
        found = evaluate("")
        if not found.error:
            return Routes(usable_ways(listed(site, found.proxies, found.bypass), from_wpad=True), RouteSource.WPAD)
        error = found.error if found.error != _NO_SCRIPT_FOUND else 0
    if settings.script:
        found = evaluate(settings.script)
        if not found.error:
            ways = usable_ways(listed(site, found.proxies, found.bypass))
            return replace(static, ways=ways, source=RouteSource.SCRIPT)
        error = found.error
    return replace(static, fault=str(error or ""))


def listed(site: str, proxies: str, bypass: str) -> list[str]:
    """Return the addresses of the proxies to a site, none for straight, from lists as Windows has them.

    `proxies`: entries "[<scheme>=][<scheme>://]<server>[:<port>]" between semicolons or spaces; those that are for
    another scheme are left out, and the SOCKS proxy serves where nothing else does. `bypass`: as of `is_bypassed`.
    """
    if is_bypassed(site, bypass):
        return []
    scheme = urlsplit(site).scheme
    by_scheme: dict[str, list[str]] = {}
    for entry in filter(None, _BETWEEN.split(proxies)):
        named, has_scheme, address = entry.rpartition("=")
        by_scheme.setdefault(named.lower() if has_scheme else scheme, []).append(address)
    return by_scheme.get(scheme) or [
        address if "://" in address else f"socks5://{address}" for address in by_scheme.get("socks", ())
    ]


def is_bypassed(site: str, bypass: str) -> bool:
    """Tell whether a list of hosts that are reached straight has the site's.

    Entries stand between semicolons or spaces: "[<scheme>://]<host>[:<port>]", a host with "*" for anything, or
    "<local>" for every name without a dot.
    """
    parts = urlsplit(site)
    host = parts.hostname or ""
    port = parts.port or _PORTS.get(parts.scheme, 0)
    for entry in filter(None, _BETWEEN.split(bypass.lower())):
        if entry == "<local>":
            if "." not in host and ":" not in host:
                return True
            continue
        scheme, _, rest = entry.rpartition("://")
        name, _, asked = rest.rpartition(":") if re.search(r":\d+$", rest) else (rest, "", "")
        pattern = ".*".join(map(re.escape, name.strip("[]").split("*")))
        if scheme in {"", parts.scheme} and asked in {"", str(port)} and re.fullmatch(pattern, host):
            return True
    return False


if sys.platform == "win32":
    from ctypes import POINTER, Structure, WinDLL, WinError, byref, c_void_p, get_last_error, wstring_at
    from ctypes.wintypes import BOOL, DWORD, HANDLE, LPCWSTR

    _NO_PROXY, _NAMED_PROXY = 1, 3
    _AUTO_DETECT, _CONFIG_URL = 1, 2
    _BY_DHCP_AND_DNS = 3

    class _IeProxyConfig(Structure):
        """WINHTTP_CURRENT_USER_IE_PROXY_CONFIG."""

        _fields_ = (
            ("fAutoDetect", BOOL),
            ("lpszAutoConfigUrl", c_void_p),
            ("lpszProxy", c_void_p),
            ("lpszProxyBypass", c_void_p),
        )

    class _AutoProxyOptions(Structure):
        """WINHTTP_AUTOPROXY_OPTIONS."""

        _fields_ = (
            ("dwFlags", DWORD),
            ("dwAutoDetectFlags", DWORD),
            ("lpszAutoConfigUrl", LPCWSTR),
            ("lpvReserved", c_void_p),
            ("dwReserved", DWORD),
            ("fAutoLogonIfChallenged", BOOL),
        )

    class _ProxyInfo(Structure):
        """WINHTTP_PROXY_INFO."""

        _fields_ = (("dwAccessType", DWORD), ("lpszProxy", c_void_p), ("lpszProxyBypass", c_void_p))

    _winhttp = WinDLL("winhttp", use_last_error=True)
    _kernel = WinDLL("kernel32")
    _winhttp.WinHttpOpen.argtypes = [LPCWSTR, DWORD, LPCWSTR, LPCWSTR, DWORD]
    _winhttp.WinHttpOpen.restype = HANDLE
    _winhttp.WinHttpCloseHandle.argtypes = [HANDLE]
    _winhttp.WinHttpCloseHandle.restype = BOOL
    _winhttp.WinHttpGetIEProxyConfigForCurrentUser.argtypes = [POINTER(_IeProxyConfig)]
    _winhttp.WinHttpGetIEProxyConfigForCurrentUser.restype = BOOL
    _winhttp.WinHttpGetProxyForUrl.argtypes = [HANDLE, LPCWSTR, POINTER(_AutoProxyOptions), POINTER(_ProxyInfo)]
    _winhttp.WinHttpGetProxyForUrl.restype = BOOL
    _kernel.GlobalFree.argtypes = [c_void_p]
    _kernel.GlobalFree.restype = c_void_p

    def find_ways(site: str, meanwhile: Callable[[Routes], object]) -> Routes:
        """Return the ways to a site, see `choose_ways`; blocks for as long as a script takes.

        Raises:
            BadProxy: bindtool can speak to none of the proxies.
            OSError: Windows does not answer.
        """
        session = _winhttp.WinHttpOpen("bindtool", _NO_PROXY, None, None, 0)
        if not session:
            raise WinError(get_last_error())
        try:
            return choose_ways(site, read_settings(), lambda script: evaluate(session, site, script), meanwhile)
        finally:
            _winhttp.WinHttpCloseHandle(session)

    def read_settings() -> Settings:
        """Return what the account is set to."""
        found = _IeProxyConfig()
        if not _winhttp.WinHttpGetIEProxyConfigForCurrentUser(byref(found)):
            # An account that never set anything has none (ERROR_FILE_NOT_FOUND).
            return Settings()
        texts = (found.lpszAutoConfigUrl, found.lpszProxy, found.lpszProxyBypass)
        return Settings(bool(found.fAutoDetect), *map(_taken, texts))

    def evaluate(session: int, site: str, script: str) -> Answer:
        """Return what the script at an address says of a site, or at "" the one that the network names.

        Who is signed in is told to the script's server only if it asks.
        """
        options = _AutoProxyOptions(_CONFIG_URL, 0, script, None, 0, False)
        if not script:
            options = _AutoProxyOptions(_AUTO_DETECT, _BY_DHCP_AND_DNS, None, None, 0, False)
        found = _ProxyInfo()
        if not _winhttp.WinHttpGetProxyForUrl(session, site, byref(options), byref(found)):
            options.fAutoLogonIfChallenged = True
            if get_last_error() != _LOGIN_FAILURE or not _winhttp.WinHttpGetProxyForUrl(
                session, site, byref(options), byref(found)
            ):
                return Answer(get_last_error() or _BAD_SCRIPT)
        proxies, bypass = _taken(found.lpszProxy), _taken(found.lpszProxyBypass)
        return Answer(0, proxies, bypass) if found.dwAccessType == _NAMED_PROXY else Answer()

    def _taken(address: int | None) -> str:
        """Return a text that is ours to free."""
        if not address:
            return ""
        text = wstring_at(address)
        _kernel.GlobalFree(address)
        return text
