"""WinHTTP itself, asked as the program asks it: settings, scripts, and scripts that can't be used.

Settings are changed where Wine plays Windows, and nowhere else: there they are nobody's own.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from bindtool.core.network.proxy import Proxy, RouteSource, Routing
from bindtool.core.network.system_proxies import TIMEOUT, SystemProxies
from tests.core.api.loopback import Loopback
from tests.core.network.on_windows import internet_settings, needs_wine, served, write
from tests.patience import until
from tests.ports import held_port

Set = Callable[..., None]

pytestmark = needs_wine

SITE = "https://api.coze.cn"
BY_HOST = """
function FindProxyForURL(url, host) {
    if (host == "api.coze.cn" && url.substring(0, 6) == "https:") return "PROXY proxy.example:8080";
    return "DIRECT";
}
"""
CANNOT_DOWNLOAD, BAD_SCRIPT = "12167", "12166"
"""ERROR_WINHTTP_UNABLE_TO_DOWNLOAD_SCRIPT, ERROR_WINHTTP_BAD_AUTO_PROXY_SCRIPT."""


@pytest.fixture
def set_to() -> Iterator[Set]:
    """Give what sets Windows."""
    yield lambda **settings: write(internet_settings(**settings))
    write(None)


def routes() -> Routing:
    """Ask Windows."""
    return asyncio.run(SystemProxies().routing(SITE))


def test_nothing_is_set(set_to: Set) -> None:
    """Straight to the site."""
    set_to()

    assert routes() == Routing()


def test_a_network_that_names_no_script(set_to: Set) -> None:
    """WPAD is on, as where nobody ever changed it: straight, and nothing is wrong."""
    set_to(detects=True)

    assert routes() == Routing()


@pytest.mark.parametrize("bypass", ["", "*.example.com;<local>"])
def test_a_proxy_for_everything(set_to: Set, bypass: str) -> None:
    """The settings name it."""
    set_to(proxies="proxy.example:8080", bypass=bypass)

    assert routes() == Routing((Proxy.parse("proxy.example:8080"),), RouteSource.SYSTEM)


def test_a_proxy_for_each_scheme(set_to: Set) -> None:
    """The one for https."""
    set_to(proxies="http=one.example:8080;https=two.example:8443")

    assert routes() == Routing((Proxy.parse("two.example:8443"),), RouteSource.SYSTEM)


def test_a_site_that_is_reached_straight(set_to: Set) -> None:
    """It is on the list of those that need no proxy."""
    set_to(proxies="proxy.example:8080", bypass="<local>;*.coze.cn")

    assert routes() == Routing(source=RouteSource.SYSTEM)


def test_a_script(set_to: Set) -> None:
    """It is asked for the site, and goes before the proxies of the settings."""
    with served(BY_HOST) as server:
        script = f"http://{server.address}/proxy.pac"
        set_to(script=script, proxies="other.example:8080")

        assert routes() == Routing((Proxy.parse("proxy.example:8080"),), RouteSource.SCRIPT, script)
    assert [heard.target for heard in server.heard] == ["/proxy.pac"]


def test_a_script_that_leads_straight(set_to: Set) -> None:
    """Also where the settings name a proxy."""
    with served('function FindProxyForURL(url, host) { return "DIRECT"; }') as server:
        script = f"http://{server.address}/proxy.pac"
        set_to(script=script, proxies="other.example:8080")

        assert routes() == Routing(source=RouteSource.SCRIPT, script=script)


def test_a_script_that_is_not_there(set_to: Set) -> None:
    """The error's number is told; the proxies of the settings serve instead."""
    with Loopback(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n") as server:
        script = f"http://{server.address}/proxy.pac"
        set_to(script=script, proxies="other.example:8080")

        assert routes() == Routing(
            (Proxy.parse("other.example:8080"),), RouteSource.SYSTEM, script, CANNOT_DOWNLOAD
        )


def test_nobody_serves_the_script(set_to: Set) -> None:
    """The error's number is told, and the site is reached straight."""
    with held_port() as port:
        script = f"http://127.0.0.1:{port}/proxy.pac"
        set_to(script=script)

        assert routes() == Routing(script=script, fault=CANNOT_DOWNLOAD)


def test_a_script_that_is_none(set_to: Set) -> None:
    """The error's number is told."""
    with served("<html>Please log in</html>") as server:
        script = f"http://{server.address}/proxy.pac"
        set_to(script=script)

        assert routes() == Routing(script=script, fault=BAD_SCRIPT)


def test_another_network(set_to: Set) -> None:
    """Settings that change are seen with the next question."""
    set_to(proxies="proxy.example:8080")
    before = routes()
    set_to()

    assert (before.routes, routes().routes) == ((Proxy.parse("proxy.example:8080"),), (None,))


def test_a_script_that_does_not_come(set_to: Set) -> None:
    """It is waited for no longer than the limit, and what the settings name serves as long as it hangs."""
    other = Proxy.parse("other.example:8080")

    resolver = SystemProxies(limit=0.2)

    def ask() -> Routing:
        return asyncio.run(resolver.routing(SITE))

    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        script = f"http://127.0.0.1:{silent.getsockname()[1]}/proxy.pac"
        set_to(script=script, proxies="other.example:8080")
        late = ask()
    until(lambda: ask().fault != TIMEOUT)

    assert late == Routing((other,), RouteSource.SYSTEM, script, TIMEOUT)
    assert ask() == Routing((other,), RouteSource.SYSTEM, script, CANNOT_DOWNLOAD)
