"""Finds the routes to a site on Windows: asks WinHTTP, by the settings of the user's account.

Microsoft's "WinHTTP AutoProxy Support" gives the order: a script that the network names, if enabled; the script of
the settings; the proxies of the settings. Windows caches a script's answer until the computer's addresses change.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bindtool.core.network.proxy import DIRECT, RouteSource, Routing, usable_routes, without_login

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_BETWEEN = re.compile(r"[;\s]+")
_NO_SCRIPT_FOUND = 12180
"""ERROR_WINHTTP_AUTODETECTION_FAILED: the network names no script, as most don't."""

_LOGIN_FAILURE = 12015
"""ERROR_WINHTTP_LOGIN_FAILURE: the script's server asks for a log-in."""

_BAD_SCRIPT = 12166
"""ERROR_WINHTTP_BAD_AUTO_PROXY_SCRIPT; Wine gives no number."""

_SCHEMES = {1: "http", 2: "https", 4: "socks5"}
"""INTERNET_SCHEME."""

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a user's account: WINHTTP_CURRENT_USER_IE_PROXY_CONFIG."""

    detects: bool = False
    script: str = ""
    proxies: str = ""
    bypass: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """A script's result: proxy addresses in the order of trial, none for direct; or an error's number."""

    error: int = 0
    addresses: Sequence[str] = ()


def choose_routes(
    site: str,
    settings: Settings,
    evaluate: Callable[[str], Answer],
    meanwhile: Callable[[Routing], object],
) -> Routing:
    """Return the routes to a site.

    Args:
        site: an origin, such as "https://api.coze.cn".
        settings: those of the account.
        evaluate: evaluates the script at a URL, or for "" the network's own.
        meanwhile: called with the routes that apply until a script has answered.

    Raises:
        BadProxy: bindtool supports none of the proxies.
    """
    routes = usable_routes(listed(site, settings.proxies, settings.bypass))
    source = RouteSource.SYSTEM if settings.proxies else RouteSource.NOTHING
    static = Routing(routes, source, without_login(settings.script))
    meanwhile(static)
    error = 0
    if settings.detects:
        found = evaluate("")
        if not found.error:
            return Routing(usable_routes(found.addresses, from_wpad=True), RouteSource.WPAD)
        error = found.error if found.error != _NO_SCRIPT_FOUND else 0
    if settings.script:
        found = evaluate(settings.script)
        if not found.error:
            return replace(static, routes=usable_routes(found.addresses), source=RouteSource.SCRIPT)
        error = found.error
    return replace(static, fault=str(error or ""))


def listed(site: str, proxies: str, bypass: str) -> list[str]:
    """Return the addresses of the proxies to a site, none for direct, from Windows' lists.

    `proxies`: entries "[<scheme>=][<scheme>://]<server>[:<port>]" between semicolons or spaces; those for another
    scheme are left out, and the SOCKS proxy is the fallback. `bypass`: as of `is_bypassed`.
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


def entry_address(host: str, port: int, scheme: int) -> str:
    """Return the address of an entry of a script's list, of WINHTTP_PROXY_RESULT_ENTRY; scheme 0 is direct."""
    if not scheme:
        return DIRECT
    place = f"[{host}]" if ":" in host else host
    return f"{_SCHEMES.get(scheme, 'unknown')}://{place}" + (f":{port}" if port else "")


def is_bypassed(site: str, bypass: str) -> bool:
    """Return whether a bypass list contains the site's host.

    Entries are separated by semicolons or spaces: "[<scheme>://]<host>[:<port>]", a host with the wildcard "*", or
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
    from contextlib import contextmanager
    from ctypes import (
        POINTER,
        WINFUNCTYPE,
        Structure,
        WinDLL,
        WinError,
        byref,
        c_int,
        c_size_t,
        c_void_p,
        cast,
        get_last_error,
        wstring_at,
    )
    from ctypes.wintypes import BOOL, DWORD, HANDLE, LPCWSTR, LPWSTR, WORD
    from itertools import count
    from threading import Event
    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from collections.abc import Iterator

    _NO_PROXY, _NAMED_PROXY = 1, 3
    _AUTO_DETECT, _CONFIG_URL = 1, 2
    _BY_DHCP_AND_DNS = 3
    _ASYNC = 0x10000000
    _FOUND, _FAILED = 0x01000000, 0x00200000
    """WINHTTP_CALLBACK_STATUS_GETPROXYFORURL_COMPLETE, WINHTTP_CALLBACK_STATUS_REQUEST_ERROR."""

    _IO_PENDING, _TIMEOUT, _NO_SERVICE = 997, 12002, 12178
    """ERROR_IO_PENDING, ERROR_WINHTTP_TIMEOUT, ERROR_WINHTTP_AUTO_PROXY_SERVICE_ERROR."""

    _LIMIT = 60.0
    """Seconds after which a script is abandoned; the caller has timed out long before."""

    _Status = WINFUNCTYPE(None, HANDLE, c_size_t, DWORD, c_void_p, DWORD)
    """WINHTTP_STATUS_CALLBACK: handle, context, status, information on it, its length."""

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

    class _Entry(Structure):
        """WINHTTP_PROXY_RESULT_ENTRY."""

        _fields_ = (
            ("fProxy", BOOL),
            ("fBypass", BOOL),
            ("ProxyScheme", c_int),
            ("pwszProxy", LPWSTR),
            ("ProxyPort", WORD),
        )

    class _Result(Structure):
        """WINHTTP_PROXY_RESULT."""

        _fields_ = (("cEntries", DWORD), ("pEntries", POINTER(_Entry)))

    class _AsyncResult(Structure):
        """WINHTTP_ASYNC_RESULT."""

        _fields_ = (("dwResult", c_size_t), ("dwError", DWORD))

    _winhttp = WinDLL("winhttp", use_last_error=True)
    _kernel = WinDLL("kernel32")
    _winhttp.WinHttpOpen.argtypes = [LPCWSTR, DWORD, LPCWSTR, LPCWSTR, DWORD]
    _winhttp.WinHttpOpen.restype = HANDLE
    _winhttp.WinHttpCloseHandle.argtypes = [HANDLE]
    _winhttp.WinHttpCloseHandle.restype = BOOL
    _winhttp.WinHttpSetStatusCallback.argtypes = [HANDLE, _Status, DWORD, c_size_t]
    _winhttp.WinHttpSetStatusCallback.restype = c_void_p
    _winhttp.WinHttpGetIEProxyConfigForCurrentUser.argtypes = [POINTER(_IeProxyConfig)]
    _winhttp.WinHttpGetIEProxyConfigForCurrentUser.restype = BOOL
    _winhttp.WinHttpGetProxyForUrl.argtypes = [HANDLE, LPCWSTR, POINTER(_AutoProxyOptions), POINTER(_ProxyInfo)]
    _winhttp.WinHttpGetProxyForUrl.restype = BOOL
    _winhttp.WinHttpCreateProxyResolver.argtypes = [HANDLE, POINTER(HANDLE)]
    _winhttp.WinHttpCreateProxyResolver.restype = DWORD
    _winhttp.WinHttpGetProxyForUrlEx.argtypes = [HANDLE, LPCWSTR, POINTER(_AutoProxyOptions), c_size_t]
    _winhttp.WinHttpGetProxyForUrlEx.restype = DWORD
    _winhttp.WinHttpGetProxyResult.argtypes = [HANDLE, POINTER(_Result)]
    _winhttp.WinHttpGetProxyResult.restype = DWORD
    _winhttp.WinHttpFreeProxyResult.argtypes = [POINTER(_Result)]
    _winhttp.WinHttpFreeProxyResult.restype = None
    _kernel.GlobalFree.argtypes = [c_void_p]
    _kernel.GlobalFree.restype = c_void_p

    class _Waiting:
        """A query whose answer comes in a thread of WinHTTP's."""

        def __init__(self) -> None:
            self.ended = Event()
            self.error = _TIMEOUT

    _numbers = count(1)
    _waiting: dict[int, _Waiting] = {}

    def _take_status(_handle: int, number: int, status: int, about: int, _length: int) -> None:
        """Take an answer; kept alive as long as the program, since a query may outlive its caller."""
        question = _waiting.get(number)
        if question is not None and status in {_FOUND, _FAILED}:
            told = 0 if status == _FOUND else cast(about, POINTER(_AsyncResult)).contents.dwError or _BAD_SCRIPT
            question.error = told
            question.ended.set()

    _on_status = _Status(_take_status)

    def find_routes(site: str, meanwhile: Callable[[Routing], object]) -> Routing:
        """Return the routes to a site, see `choose_routes`; blocks for as long as a script takes, at most minutes.

        Raises:
            BadProxy: bindtool supports none of the proxies.
            OSError: Windows does not answer.
        """
        return choose_routes(site, read_settings(), lambda script: evaluate(site, script), meanwhile)

    def read_settings() -> Settings:
        """Return the account's settings."""
        found = _IeProxyConfig()
        if not _winhttp.WinHttpGetIEProxyConfigForCurrentUser(byref(found)):
            # An account without any settings has none (ERROR_FILE_NOT_FOUND).
            return Settings()
        texts = (found.lpszAutoConfigUrl, found.lpszProxy, found.lpszProxyBypass)
        return Settings(bool(found.fAutoDetect), *map(_taken, texts))

    def evaluate(site: str, script: str) -> Answer:
        """Return the result for a site of the script at a URL, or for "" of the network's own.

        The signed-in user is sent to the script's server only if it asks.
        """
        options = _AutoProxyOptions(_CONFIG_URL, 0, script, None, 0, False)
        if not script:
            options = _AutoProxyOptions(_AUTO_DETECT, _BY_DHCP_AND_DNS, None, None, 0, False)
        with _session(_ASYNC) as session:
            answer = _asked(session, site, options)
        if answer.error != _NO_SERVICE:
            return answer
        # WinHTTP then evaluates the script itself. So does Wine, which has no such service.
        with _session(0) as session:
            return _asked_without_service(session, site, options)

    @contextmanager
    def _session(flags: int) -> Iterator[int]:
        session = _winhttp.WinHttpOpen("bindtool", _NO_PROXY, None, None, flags)
        if not session:
            raise WinError(get_last_error())
        try:
            yield session
        finally:
            _winhttp.WinHttpCloseHandle(session)

    def _asked(session: int, site: str, options: _AutoProxyOptions) -> Answer:
        """Return the whole list of a script, as Windows' service evaluates it."""
        _winhttp.WinHttpSetStatusCallback(session, _on_status, _FOUND | _FAILED, 0)
        answer = _asked_once(session, site, options)
        if answer.error == _LOGIN_FAILURE:
            options.fAutoLogonIfChallenged = True
            answer = _asked_once(session, site, options)
        return answer

    def _asked_once(session: int, site: str, options: _AutoProxyOptions) -> Answer:
        resolver = HANDLE()
        error: int = _winhttp.WinHttpCreateProxyResolver(session, byref(resolver))
        if error:
            return Answer(error)
        number, question = next(_numbers), _Waiting()
        _waiting[number] = question
        try:
            error = _winhttp.WinHttpGetProxyForUrlEx(resolver, site, byref(options), number)
            if error == _IO_PENDING:
                question.ended.wait(_LIMIT)
                error = question.error
            found = _Result()
            error = error or _winhttp.WinHttpGetProxyResult(resolver, byref(found))
            if error:
                return Answer(error)
            entries = found.pEntries[: found.cEntries]
            addresses = [
                entry_address(entry.pwszProxy or "", entry.ProxyPort, entry.ProxyScheme if entry.fProxy else 0)
                for entry in entries
            ]
            _winhttp.WinHttpFreeProxyResult(byref(found))
            return Answer(0, addresses)
        finally:
            del _waiting[number]
            _winhttp.WinHttpCloseHandle(resolver)

    def _asked_without_service(session: int, site: str, options: _AutoProxyOptions) -> Answer:
        """Return a script's list up to its first direct route."""
        found = _ProxyInfo()
        if not _winhttp.WinHttpGetProxyForUrl(session, site, byref(options), byref(found)):
            options.fAutoLogonIfChallenged = True
            if get_last_error() != _LOGIN_FAILURE or not _winhttp.WinHttpGetProxyForUrl(
                session, site, byref(options), byref(found)
            ):
                return Answer(get_last_error() or _BAD_SCRIPT)
        proxies, bypass = _taken(found.lpszProxy), _taken(found.lpszProxyBypass)
        return Answer(0, listed(site, proxies, bypass) if found.dwAccessType == _NAMED_PROXY else ())

    def _taken(address: int | None) -> str:
        """Return a text and free its memory, which WinHTTP leaves to the caller."""
        if not address:
            return ""
        text = wstring_at(address)
        _kernel.GlobalFree(address)
        return text
