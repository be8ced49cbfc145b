"""Which ways lead to a site on macOS: CFNetwork's answer, by the settings of the network that is in use.

CFNetwork says which script is to be asked, and asks it on a run loop, for as long as one lets the loop run (Apple's
"CFProxySupport.h"). Nobody has tried it on a Mac.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING
from urllib.parse import quote

from bindtool.core.network.proxy import DIRECT, Routes, RouteSource, usable_ways, without_login
from bindtool.values import value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from bindtool.core.network.proxy import Proxy

_SCHEMES = {
    "kCFProxyTypeHTTP": "http",
    # It is for sites that are reached by TLS, and not itself spoken to by it.
    "kCFProxyTypeHTTPS": "http",
    "kCFProxyTypeSOCKS": "socks5",
}
_NONE = "kCFProxyTypeNone"
_SCRIPT = "kCFProxyTypeAutoConfigurationURL"
_KINDS = (_NONE, _SCRIPT, *_SCHEMES)


@value(frozen=True, slots=True)
class Entry:
    """A proxy of CFNetwork's: its kCFProxyTypeKey, and what goes with that; 0 for no port."""

    kind: str = _NONE
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    script: str = ""

    @property
    def address(self) -> str:
        """The address of the proxy; one that can't be spoken to where CFNetwork has a kind that is new."""
        if self.kind == _NONE:
            return DIRECT
        login = f"{quote(self.user, safe='')}:{quote(self.password, safe='')}@" if self.user else ""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = f":{self.port}" if self.port else ""
        return f"{_SCHEMES.get(self.kind, self.kind)}://{login}{host}{port}"


def choose_ways(
    entries: Sequence[Entry],
    own_script: str,
    evaluate: Callable[[str], Sequence[Entry] | str],
    meanwhile: Callable[[Routes], object],
) -> Routes:
    """Return the ways to a site.

    Args:
        entries: what CFNetwork names for it, in the order of trial.
        own_script: the script that somebody has set; any other is one that the network names.
        evaluate: returns what the script at an address says of the site, or the error's number.
        meanwhile: is told what holds as long as a script has not answered.

    Raises:
        BadProxy: bindtool can speak to none of the proxies.
    """
    scripts = [entry.script for entry in entries if entry.kind == _SCRIPT]
    static = [entry for entry in entries if entry.kind != _SCRIPT]
    has_proxy = any(entry.kind != _NONE for entry in static)
    if not scripts:
        return Routes(_ways(static), RouteSource.SYSTEM if has_proxy else RouteSource.NOTHING)
    script = scripts[0]
    from_wpad = script != own_script
    source = RouteSource.WPAD if from_wpad else RouteSource.SCRIPT
    shown = without_login(script)
    meanwhile(Routes(_ways(static), RouteSource.SYSTEM if has_proxy else source, shown))
    found = evaluate(script)
    if isinstance(found, str):
        # That the network names no script is how it is in most of them.
        return Routes(_ways(static), source, shown, "" if from_wpad else found)
    return Routes(_ways(found, from_wpad=from_wpad), source, shown)


def _ways(entries: Iterable[Entry], *, from_wpad: bool = False) -> tuple[Proxy | None, ...]:
    return usable_ways((entry.address for entry in entries), from_wpad=from_wpad)


if sys.platform == "darwin":
    from contextlib import ExitStack
    from ctypes import (
        CDLL,
        CFUNCTYPE,
        POINTER,
        Structure,
        byref,
        c_bool,
        c_char_p,
        c_double,
        c_int32,
        c_int64,
        c_long,
        c_uint32,
        c_void_p,
        create_string_buffer,
    )
    from functools import cache

    _UTF8 = 0x08000100
    _SINT64 = 4
    """kCFNumberSInt64Type."""

    _LIMIT = 60.0
    """Seconds after which a script is given up; whoever asks has long gone on by then."""

    _foundation = CDLL("/System/Library/Frameworks/CoreFoundation.framework/CoreFoundation")
    _network = CDLL("/System/Library/Frameworks/CFNetwork.framework/CFNetwork")

    _Answered = CFUNCTYPE(None, c_void_p, c_void_p, c_void_p)
    """CFProxyAutoConfigurationResultCallback: client, list of proxies, error."""

    class _Context(Structure):
        """CFStreamClientContext."""

        _fields_ = (
            ("version", c_long),
            ("info", c_void_p),
            ("retain", c_void_p),
            ("release", c_void_p),
            ("copyDescription", c_void_p),
        )

    @cache
    def _declare_functions() -> None:
        """Give the functions their types.

        Raises:
            OSError: this macOS has one of them no more.
        """

        def declare(function: Any, result: object, *arguments: object) -> None:
            function.restype, function.argtypes = result, arguments

        try:
            declare(_foundation.CFStringCreateWithCString, c_void_p, c_void_p, c_char_p, c_uint32)
            declare(_foundation.CFStringGetCString, c_bool, c_void_p, c_char_p, c_long, c_uint32)
            declare(_foundation.CFStringGetLength, c_long, c_void_p)
            declare(_foundation.CFURLCreateWithString, c_void_p, c_void_p, c_void_p, c_void_p)
            declare(_foundation.CFURLGetString, c_void_p, c_void_p)
            declare(_foundation.CFNumberGetValue, c_bool, c_void_p, c_long, c_void_p)
            declare(_foundation.CFDictionaryGetValue, c_void_p, c_void_p, c_void_p)
            declare(_foundation.CFArrayGetCount, c_long, c_void_p)
            declare(_foundation.CFArrayGetValueAtIndex, c_void_p, c_void_p, c_long)
            declare(_foundation.CFErrorGetCode, c_long, c_void_p)
            declare(_foundation.CFRelease, None, c_void_p)
            declare(_foundation.CFRunLoopGetCurrent, c_void_p)
            declare(_foundation.CFRunLoopAddSource, None, c_void_p, c_void_p, c_void_p)
            declare(_foundation.CFRunLoopRunInMode, c_int32, c_void_p, c_double, c_bool)
            declare(_foundation.CFRunLoopSourceInvalidate, None, c_void_p)
            declare(_foundation.CFRunLoopStop, None, c_void_p)
            declare(_network.CFNetworkCopySystemProxySettings, c_void_p)
            declare(_network.CFNetworkCopyProxiesForURL, c_void_p, c_void_p, c_void_p)
            declare(
                _network.CFNetworkExecuteProxyAutoConfigurationURL,
                c_void_p,
                c_void_p,
                c_void_p,
                _Answered,
                POINTER(_Context),
            )
        except AttributeError as error:
            raise OSError(str(error)) from None

    def find_ways(site: str, meanwhile: Callable[[Routes], object]) -> Routes:
        """Return the ways to a site, see `choose_ways`; blocks for as long as a script takes, at most a minute.

        Raises:
            BadProxy: bindtool can speak to none of the proxies.
            OSError: macOS does not answer.
        """
        _declare_functions()
        with ExitStack() as stack:

            def owned(found: int | None) -> int:
                """Return what is ours to release."""
                if not found:
                    raise OSError("CFNetwork does not answer")
                stack.callback(_foundation.CFRelease, found)
                return found

            settings = owned(_network.CFNetworkCopySystemProxySettings())
            url = owned(_url(site))
            entries = owned(_network.CFNetworkCopyProxiesForURL(url, settings))
            return choose_ways(
                _entries(entries),
                _text(_value(settings, "kCFNetworkProxiesProxyAutoConfigURLString")),
                lambda script: _evaluate(owned(_url(script)), url),
                meanwhile,
            )

    def _evaluate(script: int, url: int) -> Sequence[Entry] | str:
        """Let a run loop of this thread's own run until the script has answered."""
        found: Sequence[Entry] | str = "timeout"
        loop, mode = _foundation.CFRunLoopGetCurrent(), _constant(_foundation, "kCFRunLoopDefaultMode")

        def answered(_client: int, proxies: int | None, error: int | None) -> None:
            nonlocal found
            found = str(_foundation.CFErrorGetCode(error)) if error or not proxies else _entries(proxies)
            _foundation.CFRunLoopStop(loop)

        callback = _Answered(answered)
        execute = _network.CFNetworkExecuteProxyAutoConfigurationURL
        asking = execute(script, url, callback, byref(_Context()))
        if not asking:
            raise OSError("CFNetwork does not ask the script")
        _foundation.CFRunLoopAddSource(loop, asking, mode)
        _foundation.CFRunLoopRunInMode(mode, _LIMIT, False)
        _foundation.CFRunLoopSourceInvalidate(asking)
        _foundation.CFRelease(asking)
        return found

    def _entries(array: int) -> list[Entry]:
        listed = (_foundation.CFArrayGetValueAtIndex(array, at) for at in range(_foundation.CFArrayGetCount(array)))
        return [_entry(entry) for entry in listed]

    def _entry(found: int) -> Entry:
        kind, script = _value(found, "kCFProxyTypeKey"), _value(found, "kCFProxyAutoConfigurationURLKey")
        port, number = _value(found, "kCFProxyPortNumberKey"), c_int64()
        if port:
            _foundation.CFNumberGetValue(port, _SINT64, byref(number))
        return Entry(
            # The names of the kinds are theirs; what their texts are is not said anywhere.
            next((name for name in _KINDS if _text(_constant(_network, name)) == _text(kind)), "unknown"),
            _text(_value(found, "kCFProxyHostNameKey")),
            number.value,
            _text(_value(found, "kCFProxyUsernameKey")),
            _text(_value(found, "kCFProxyPasswordKey")),
            _text(_foundation.CFURLGetString(script)) if script else "",
        )

    def _value(dictionary: int, key: str) -> int | None:
        found: int | None = _foundation.CFDictionaryGetValue(dictionary, _constant(_network, key))
        return found

    def _constant(library: CDLL, name: str) -> int | None:
        try:
            return c_void_p.in_dll(library, name).value
        except ValueError as error:
            raise OSError(str(error)) from None

    def _text(string: int | None) -> str:
        """Return a CFString's text; "" for none."""
        if not string:
            return ""
        text = create_string_buffer(4 * _foundation.CFStringGetLength(string) + 1)
        _foundation.CFStringGetCString(string, text, len(text), _UTF8)
        return text.value.decode(errors="replace")

    def _url(address: str) -> int | None:
        """Return a CFURL, which is ours to release; None for what is no address."""
        string = _foundation.CFStringCreateWithCString(None, address.encode(), _UTF8)
        url: int | None = _foundation.CFURLCreateWithString(None, string, None)
        _foundation.CFRelease(string)
        return url
