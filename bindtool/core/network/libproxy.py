"""Which ways lead to a site on Linux: libproxy's answer, by the settings of the desktop.

Its interface (`proxy.h`) gives the ways alone: not who has named them, nor whether a script could be read. So a
proxy counts as one that only the network has named.

A factory keeps the script that it has read, so each question has a new one. That of 0.4 can't be replaced: with the
second one for which WebKit evaluates a script, the program crashes.
"""

from __future__ import annotations

from ctypes import CDLL, CFUNCTYPE, POINTER, c_char_p, c_int, c_uint, c_void_p
from functools import cache
from itertools import count, takewhile

from bindtool.core.network.proxy import Routes, RouteSource, usable_ways

_DOMAIN = b"pxbackend"
_ALL_LEVELS = 0xFC
"""G_LOG_LEVEL_MASK."""

_Log = CFUNCTYPE(None, c_char_p, c_int, c_char_p, c_void_p)
"""GLogFunc: domain, level, line, data."""

_ignore = _Log(lambda *_: None)


def find_ways(site: str, name: str = "libproxy.so.1") -> Routes:
    """Return the ways to a site; blocks for as long as the script takes.

    Args:
        site: an origin, such as "https://api.coze.cn".
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
    return ask_library(library, site)


def ask_library(library: CDLL, site: str) -> Routes:
    """Return the ways to a site; `library` is libproxy, with the types of its functions. Otherwise as `find_ways`.

    Raises:
        BadProxy: bindtool can speak to none of the proxies.
        OSError: GLib can't be loaded.
    """
    _silence_log()
    ways = usable_ways(_listed(library, site), from_wpad=True)
    return Routes(ways, RouteSource.SYSTEM if any(ways) else RouteSource.NOTHING)


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
def _silence_log() -> None:
    """Keep libproxy's warnings, which have a script's address with its login, from standard error."""
    glib = CDLL("libglib-2.0.so.0")
    glib.g_log_set_handler.argtypes = [c_char_p, c_int, _Log, c_void_p]
    glib.g_log_set_handler.restype = c_uint
    glib.g_log_set_handler(_DOMAIN, _ALL_LEVELS, _ignore, None)


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
