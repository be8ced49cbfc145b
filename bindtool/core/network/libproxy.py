"""Which ways lead to a site on Linux: libproxy's answer, by the settings of the desktop.

Its interface (`proxy.h`) gives the ways alone. From 0.5 on it tells GLib's log which settings it read and what went
wrong, which is read here. Nobody is to rely on how a log is worded: where it says nothing (as 0.4 does), a proxy
counts as one that only the network has named.

A factory keeps the script that it has read, so each question has a new one. That of 0.4 can't be replaced: with the
second one for which WebKit evaluates a script, the program crashes.
"""

from __future__ import annotations

import re
from ctypes import CDLL, CFUNCTYPE, POINTER, c_char_p, c_int, c_uint, c_void_p
from dataclasses import replace
from functools import cache
from itertools import count, takewhile
from threading import local
from typing import TYPE_CHECKING

from bindtool.core.network.proxy import Routes, RouteSource, usable_ways, without_login
from bindtool.values import value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_DOMAIN = b"pxbackend"
_ALL_LEVELS = 0xFC
"""G_LOG_LEVEL_MASK."""

_SETTING = re.compile(r"px_manager_get_proxies_sync: Config\[\d+\] = (\S+)")
_NOT_FETCHED = re.compile(r"px_manager_pac_download: Could not download data: (.+)")
_NOT_SET = re.compile(r"px_manager_expand_(?:pac|wpad): (Unable to set PAC)")
_SCRIPT = "pac+"
_WPAD = "wpad:"

_Log = CFUNCTYPE(None, c_char_p, c_int, c_char_p, c_void_p)
"""GLogFunc: domain, level, line, data."""

_asking = local()
"""Who asks in this thread, by `tell`."""


def _hear(_domain: bytes, _level: int, line: bytes, _data: int) -> None:
    tell = getattr(_asking, "tell", None)
    if tell is not None:
        tell(line.decode(errors="replace"))


_on_line = _Log(_hear)


@value(frozen=True, slots=True)
class Told:
    """What libproxy's log has told so far: where the ways come from, and what was wrong with the script.

    `source`: NOTHING as long as it is not known.
    """

    source: RouteSource = RouteSource.NOTHING
    script: str = ""
    fault: str = ""

    def and_then(self, line: str) -> Told:
        """Return what is known with one more line of the log."""
        if setting := _SETTING.match(line):
            if setting[1].startswith(_WPAD):
                return replace(self, source=RouteSource.WPAD)
            if self.source is not RouteSource.NOTHING:
                return self
            if setting[1].startswith(_SCRIPT):
                script = without_login(setting[1].removeprefix(_SCRIPT))
                return replace(self, source=RouteSource.SCRIPT, script=script)
            return replace(self, source=RouteSource.SYSTEM)
        if fault := _NOT_FETCHED.match(line) or _NOT_SET.match(line):
            return replace(self, fault=fault[1])
        return self


def find_ways(site: str, meanwhile: Callable[[Routes], object], name: str = "libproxy.so.1") -> Routes:
    """Return the ways to a site; blocks for as long as the script takes.

    Args:
        site: an origin, such as "https://api.coze.cn".
        meanwhile: is told the script's address as soon as it is known.
        name: the library's.

    Raises:
        BadProxy: bindtool can speak to none of the proxies.
        OSError: libproxy is there and can't be loaded.
    """
    try:
        library = _libproxy(name)
    except AttributeError:
        # It is older than 0.4.16.
        return Routes()
    except OSError as error:
        # Nobody knows of a file where it is the name alone that stands before the reason.
        if str(error).startswith(f"{name}: "):
            return Routes()
        raise
    return ask_library(library, site, meanwhile)


def ask_library(library: CDLL, site: str, meanwhile: Callable[[Routes], object]) -> Routes:
    """Return the ways to a site; `library` is libproxy, with the types of its functions. Otherwise as `find_ways`.

    Raises:
        BadProxy: bindtool can speak to none of the proxies.
        OSError: GLib can't be loaded.
    """
    told = Told()

    def tell(line: str) -> None:
        nonlocal told
        before, told = told, told.and_then(line)
        if told.script != before.script:
            meanwhile(Routes(source=told.source, script=told.script))

    _hear_log()
    _asking.tell = tell
    try:
        addresses = _listed(library, site)
    finally:
        del _asking.tell
    return read_answer(addresses, told)


def read_answer(addresses: Sequence[str], told: Told) -> Routes:
    """Return the ways by libproxy's answer and its log.

    Raises:
        BadProxy: bindtool can speak to none of the proxies.
    """
    known = told.source is not RouteSource.NOTHING
    ways = usable_ways(addresses, from_wpad=not known or told.source is RouteSource.WPAD)
    if not known and any(ways):
        return Routes(ways, RouteSource.SYSTEM)
    # That the network names no script is how it is in most of them.
    fault = "" if told.source is RouteSource.WPAD else told.fault
    return Routes(ways, told.source, told.script, fault)


@cache
def _libproxy(name: str) -> CDLL:
    library = CDLL(name)
    library.px_proxy_factory_new.argtypes = []
    library.px_proxy_factory_new.restype = c_void_p
    library.px_proxy_factory_get_proxies.argtypes = [c_void_p, c_char_p]
    library.px_proxy_factory_get_proxies.restype = POINTER(c_char_p)
    library.px_proxy_factory_free_proxies.argtypes = [POINTER(c_char_p)]
    library.px_proxy_factory_free_proxies.restype = None
    library.px_proxy_factory_free.argtypes = [c_void_p]
    library.px_proxy_factory_free.restype = None
    return library


@cache
def _hear_log() -> None:
    """Take libproxy's log, whose warnings would otherwise go to standard error.

    For as long as the program runs: who stops to hear may be told all the same, by another thread.
    """
    glib = CDLL("libglib-2.0.so.0")
    glib.g_log_set_handler.argtypes = [c_char_p, c_int, _Log, c_void_p]
    glib.g_log_set_handler.restype = c_uint
    glib.g_log_set_handler(_DOMAIN, _ALL_LEVELS, _on_line, None)


def _listed(library: CDLL, site: str) -> list[str]:
    is_kept = not hasattr(library, "px_proxy_factory_get_type")
    factory = _kept_factory(library) if is_kept else library.px_proxy_factory_new()
    found = library.px_proxy_factory_get_proxies(factory, site.encode())
    # 0.4 gives no list for a script that is none.
    listed = takewhile(bool, (found[at] for at in count())) if found else ()
    addresses = [address.decode(errors="replace") for address in listed]
    library.px_proxy_factory_free_proxies(found)
    if not is_kept:
        library.px_proxy_factory_free(factory)
    return addresses


@cache
def _kept_factory(library: CDLL) -> int:
    factory: int = library.px_proxy_factory_new()
    return factory
