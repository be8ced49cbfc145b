"""Finds the routes to a site on Linux: asks libproxy, which uses the settings of the desktop.

Its interface (`proxy.h`) returns the routes alone: neither their source nor whether a script could be read. So a
proxy counts as named only by the network.

A factory keeps the script that it has read, so each query creates a new one. A factory of 0.4 can't be replaced:
with the second one for which WebKit evaluates a script, the program crashes.
"""

from __future__ import annotations

from ctypes import CDLL, CFUNCTYPE, POINTER, c_char_p, c_int, c_uint, c_void_p
from functools import cache
from itertools import count, takewhile

from bindtool.core.network.proxy import RouteSource, Routing, usable_routes

_DOMAIN = b"pxbackend"
_ALL_LEVELS = 0xFC
"""G_LOG_LEVEL_MASK."""

_Log = CFUNCTYPE(None, c_char_p, c_int, c_char_p, c_void_p)
"""GLogFunc: domain, level, line, data."""

_ignore = _Log(lambda *_: None)


def find_routes(site: str, name: str = "libproxy.so.1") -> Routing:
    """Return the routes to a site; blocks for as long as the script takes.

    Args:
        site: an origin, such as "https://api.coze.cn".
        name: the library's.

    Raises:
        BadProxy: bindtool supports none of the proxies.
        OSError: libproxy is there and can't be loaded.
    """
    try:
        library = _libproxy(name)
    except AttributeError:
        # The library is older than 0.4.16.
        return Routing()
    except OSError as error:
        # The error of a missing library begins with the library's name alone, that of a broken one with a path.
        if str(error).startswith(f"{name}: "):
            return Routing()
        raise
    return ask_library(library, site)


def ask_library(library: CDLL, site: str) -> Routing:
    """Return the routes to a site; `library` is libproxy, with its function signatures. Otherwise as `find_routes`.

    Raises:
        BadProxy: bindtool supports none of the proxies.
        OSError: GLib can't be loaded.
    """
    _silence_log()
    routes = usable_routes(_listed(library, site), from_wpad=True)
    return Routing(routes, RouteSource.SYSTEM if any(routes) else RouteSource.NOTHING)


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
    """Keep libproxy's warnings, which contain a script's URL with its login, from standard error."""
    glib = CDLL("libglib-2.0.so.0")
    glib.g_log_set_handler.argtypes = [c_char_p, c_int, _Log, c_void_p]
    glib.g_log_set_handler.restype = c_uint
    glib.g_log_set_handler(_DOMAIN, _ALL_LEVELS, _ignore, None)


def _listed(library: CDLL, site: str) -> list[str]:
    is_kept = not hasattr(library, "px_proxy_factory_get_type")
    factory = _kept_factory(library) if is_kept else library.px_proxy_factory_new()
    found = library.px_proxy_factory_get_proxies(factory, site.encode())
    # 0.4 returns no list for an invalid script.
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
