"""Which routes lead to a site on Linux: the real libproxy, with scripts that a server on this computer has."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from ctypes import CDLL, c_char_p
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from bindtool.core.network.libproxy import ask_library, find_routes
from bindtool.core.network.proxy import BadProxy, Proxy, RouteSource, Routing
from bindtool.core.network.system_proxies import TIMEOUT
from tests.checkout import ROOT
from tests.core.api.loopback import Loopback
from tests.core.network.desktop import Desktop, needs_libproxy, script, served
from tests.patience import until
from tests.ports import held_port

pytestmark = [
    pytest.mark.usefixtures("no_proxy_from_outside"),
    pytest.mark.skipif(sys.platform != "linux", reason="libproxy is Linux's"),
]

SITE = "https://api.coze.cn"
LIST = "PROXY a.example:1; SOCKS5 b.example:2; SOCKS4 c.example:3; DIRECT"
FIRST = replace(Proxy.parse("http://a.example:1"), from_wpad=True)
ROUTES = (FIRST, replace(Proxy.parse("socks5://b.example:2"), from_wpad=True), None)
"""It may be the network that has named them, so that nobody logs in to them by themselves."""


def ask(setting: str, monkeypatch: pytest.MonkeyPatch) -> Routing:
    """Ask libproxy for the routes to SITE by a setting."""
    # It takes this one for https too, where bindtool does not.
    monkeypatch.setenv("http_proxy", setting)
    return find_routes(SITE)


@needs_libproxy
def test_a_script_names_several_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are all there in its order, without those that bindtool can't speak to."""
    with Loopback(served(script(LIST))) as server:
        routing = ask(f"pac+http://{server.address}/proxy.pac", monkeypatch)

    assert routing == Routing(ROUTES, RouteSource.SYSTEM)


@needs_libproxy
def test_a_script_that_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read anew for each question."""
    with Loopback(served(script(LIST))) as server:
        before = ask(f"pac+http://{server.address}/", monkeypatch)
        server.answer = served(script("PROXY d.example:4"))
        after = ask(f"pac+http://{server.address}/", monkeypatch)

    assert (before.routes, after.routes) == (ROUTES, (replace(Proxy.parse("d.example:4"), from_wpad=True),))


@needs_libproxy
@pytest.mark.parametrize(
    "answer",
    [served(b"no such page", "404 Not Found"), served(b"function FindProxyForURL(url, host) {")],
    ids=["404", "no script"],
)
def test_a_script_that_is_none(
    answer: bytes, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The route is direct, as if there were none; the library's warning, with the login, goes nowhere."""
    with Loopback(answer) as server:
        routing = ask(f"pac+http://lin:pass@{server.address}/proxy.pac", monkeypatch)

    assert (routing, capfd.readouterr()) == (Routing(), ("", ""))


@needs_libproxy
def test_a_script_that_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The same."""
    with held_port() as port:
        assert ask(f"pac+http://127.0.0.1:{port}/proxy.pac", monkeypatch) == Routing()
    assert ask(f"pac+file://{tmp_path}/proxy.pac", monkeypatch) == Routing()


@needs_libproxy
def test_a_proxy_that_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the system's, with its login."""
    routing = ask("http://lin:pass@proxy.example:3128", monkeypatch)
    proxy = replace(Proxy.parse("lin:pass@proxy.example:3128"), from_wpad=True)
    assert routing == Routing((proxy,), RouteSource.SYSTEM)


def test_nothing_is_set() -> None:
    """The route is direct, and nothing has named it."""
    assert find_routes(SITE) == Routing()


class Asking:
    """A program on a desktop, which asks the system for the routes to SITE.

    `limit`: the seconds that it waits; `more`: of its environment.
    """

    def __init__(self, desktop: Desktop, limit: float, more: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.core.network.ask_system", str(limit)],
            cwd=ROOT,
            env={**os.environ, **desktop.environ, **more},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self) -> list[Any]:
        """Give routes, source, script and fault, as they are now."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{SITE}\n")
        self.process.stdin.flush()
        answer: list[Any] = json.loads(self.process.stdout.readline())
        return answer


@pytest.fixture
def desktop(tmp_path: Path) -> Desktop:
    """Give a desktop with nothing set."""
    return Desktop(tmp_path)


@pytest.fixture
def start(desktop: Desktop) -> Iterator[Callable[..., Asking]]:
    """Start programs on it."""
    started: list[Asking] = []

    def start(limit: float = 60.0, **more: str) -> Asking:
        started.append(Asking(desktop, limit, more))
        return started[-1]

    yield start
    for program in started:
        program.process.communicate()


@needs_libproxy
def test_a_laptop_that_moves(desktop: Desktop, start: Callable[..., Asking]) -> None:
    """The company's script, then another network's proxy, then none: each question is answered as it is then."""
    program = start()
    with Loopback(served(script(LIST))) as server:
        desktop.name_script(f"http://{server.address}/proxy.pac")
        assert program.ask() == [[route and route.address for route in ROUTES], "system", "", ""]

    assert program.ask() == [[None], "nothing", "", ""]

    desktop.name_proxy("http://home.example 8080")
    assert program.ask() == [["http://home.example:8080"], "system", "", ""]
    desktop.name_nothing()
    assert program.ask() == [[None], "nothing", "", ""]


@needs_libproxy
def test_a_script_that_hangs(desktop: Desktop, start: Callable[..., Asking]) -> None:
    """The script's server takes the question and says nothing: the route is direct, and why is said."""
    program = start(0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        desktop.name_script(f"http://127.0.0.1:{silent.getsockname()[1]}/proxy.pac")
        assert [program.ask() for _ in range(3)] == [[[None], "system", "", TIMEOUT]] * 3

    desktop.name_proxy("http://home.example 8080")
    until(lambda: program.ask() == [["http://home.example:8080"], "system", "", ""])


# Other libraries


class Old:
    """libproxy 0.4, as far as it is used: gives no list for a script that is none."""

    def __init__(self, *listed: bytes) -> None:
        self.made = 0
        self._listed = (c_char_p * (len(listed) + 1))(*listed) if listed else None

    def px_proxy_factory_new(self) -> int:
        """Make a factory."""
        self.made += 1
        return self.made

    def px_proxy_factory_get_proxies(self, _factory: int, _site: bytes) -> object:
        """Give the list."""
        return self._listed

    def px_proxy_factory_free_proxies(self, listed: object) -> None:
        """Take the list back."""
        assert listed is self._listed


class New(Old):
    """libproxy 0.5, as far as it is used."""

    px_proxy_factory_get_type = True

    def px_proxy_factory_free(self, factory: int) -> None:
        """Take a factory back."""
        assert factory == self.made


def ask_stand_in(library: Old) -> Routing:
    """Ask it for the routes to SITE."""
    return ask_library(cast("CDLL", library), SITE)


def test_an_older_library() -> None:
    """It has one factory for as long as the program runs: WebKit crashes with a second one (Debian 12)."""
    old = Old(b"http://a.example:1", b"direct://")
    assert [ask_stand_in(old) for _ in range(2)] == [Routing((FIRST, None), RouteSource.SYSTEM)] * 2
    assert old.made == 1
    assert ask_stand_in(Old()) == Routing()


def test_a_newer_library() -> None:
    """It has a factory for each question, which reads the script anew."""
    new = New(b"http://a.example:1")
    assert [ask_stand_in(new) for _ in range(2)] == [Routing((FIRST,), RouteSource.SYSTEM)] * 2
    assert new.made == 2


def test_only_proxies_that_can_not_be_spoken_to() -> None:
    """They are not gone round."""
    with pytest.raises(BadProxy) as refused:
        ask_stand_in(New(b"socks4://a.example:1", b"socks4a://b.example:1"))
    assert refused.value.address == "socks4://a.example:1"


def test_a_library_that_can_not_be_loaded(start: Callable[..., Asking], tmp_path: Path) -> None:
    """The route is direct, and why is said: the settings of the desktop are not known."""
    file = tmp_path / "libproxy.so.1"
    file.write_bytes(b"nothing of the kind")
    assert start(LD_LIBRARY_PATH=str(tmp_path)).ask() == [[None], "system", "", f"{file}: file too short"]


@pytest.mark.parametrize("name", ["libproxy-that-is-not-here.so.1", "libc.so.6"])
def test_no_library_that_can_be_used(name: str) -> None:
    """The route is direct."""
    assert find_routes(SITE, name) == Routing()
