"""Which routes lead to a site: the environment before the system, and a system that does not answer in time.

The environment is the test's, the reading is Python's own. The system stands in; in `test_libproxy` it is real.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable

import pytest

from bindtool.core.network.proxy import BadProxy, Proxy, RouteSource, Routing
from bindtool.core.network.system_proxies import TIMEOUT, SystemProxies
from tests.patience import until

pytestmark = pytest.mark.usefixtures("no_proxy_from_outside")

SITE = "https://api.coze.cn"
OTHER = "https://api.coze.com"
PROXY = "http://proxy.example:3128"
SCRIPT = "http://pac.example/proxy.pac"
FOUND = Routing((Proxy.parse(PROXY), None), RouteSource.SCRIPT, SCRIPT)
STATIC = Routing((Proxy.parse("static.example:80"),), RouteSource.SYSTEM, SCRIPT)


class System:
    """A system that is asked for the routes, and says STATIC before it has read a script.

    It answers as long as `goes_on` is set. `asked`: the sites; `threads`: those that ask.
    """

    def __init__(self) -> None:
        self.answer: Routing | Exception = FOUND
        self.asked: list[str] = []
        self.threads: list[threading.Thread] = []
        self.goes_on = threading.Event()
        self.goes_on.set()

    def find_routes(self, site: str, meanwhile: Callable[[Routing], object]) -> Routing:
        """Give the answer."""
        self.asked.append(site)
        self.threads.append(threading.current_thread())
        meanwhile(STATIC)
        assert self.goes_on.wait(30)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def end(self) -> None:
        """Answer whoever waits, and return once no thread is left."""
        self.goes_on.set()
        for thread in self.threads:
            thread.join(30)


@pytest.mark.parametrize(
    ("site", "named", "route"),
    [
        (SITE, {"HTTP_PROXY": PROXY}, None),
        (SITE, {"HTTPS_PROXY": PROXY}, PROXY),
        (SITE, {"https_proxy": PROXY}, PROXY),
        (SITE, {"HTTPS_PROXY": "proxy.example:3128"}, PROXY),
        (SITE, {"HTTPS_PROXY": "http://lin:pass@proxy.example:3128"}, "http://lin:pass@proxy.example:3128"),
        (SITE, {"ALL_PROXY": "socks5://proxy.example:1080"}, "socks5://proxy.example:1080"),
        (SITE, {"ALL_PROXY": "socks5://proxy.example:1080", "HTTPS_PROXY": PROXY}, PROXY),
        (SITE, {"HTTPS_PROXY": PROXY, "NO_PROXY": "example.com, .coze.cn"}, None),
        (SITE, {"HTTPS_PROXY": PROXY, "NO_PROXY": "coze.cn"}, None),
        (SITE, {"HTTPS_PROXY": PROXY, "NO_PROXY": "api.coze.cn"}, None),
        (SITE, {"HTTPS_PROXY": PROXY, "NO_PROXY": "*"}, None),
        (SITE, {"NO_PROXY": "coze.cn"}, None),
        (SITE, {"HTTPS_PROXY": PROXY, "NO_PROXY": "oze.cn,,"}, PROXY),
        ("http://plain.example", {"HTTP_PROXY": PROXY}, PROXY),
    ],
)
def test_what_the_environment_names(
    site: str, named: dict[str, str], route: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proxy for the site's scheme, else the one for all, or straight to it; the system is not asked."""
    system = System()
    for name, value in named.items():
        monkeypatch.setenv(name, value)

    routing = asyncio.run(SystemProxies(system.find_routes).routing(site))

    assert routing == Routing((route if route is None else Proxy.parse(route),), RouteSource.ENVIRONMENT)
    assert system.asked == []


@pytest.mark.parametrize("named", [{}, {"NO_PROXY": "example.com"}, {"HTTPS_PROXY": ""}])
def test_where_the_environment_names_nothing(named: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The system is asked."""
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    assert asyncio.run(SystemProxies(System().find_routes).routing(SITE)) == FOUND


@pytest.mark.parametrize("site", ["http://127.0.0.1:8080", "http://localhost:8080"])
def test_this_computer_is_reached_straight(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is set."""
    system = System()
    monkeypatch.setenv("ALL_PROXY", PROXY)
    assert asyncio.run(SystemProxies(system.find_routes).routing(site)) == Routing()
    assert system.asked == []


def test_a_proxy_that_can_not_be_spoken_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is refused, whoever names it, rather than gone round."""
    system = System()
    system.answer = BadProxy("not a kind of proxy that bindtool can use", "socks4://proxy.example")
    with pytest.raises(BadProxy, match="not a kind"):
        asyncio.run(SystemProxies(system.find_routes).routing(SITE))

    monkeypatch.setenv("HTTPS_PROXY", "socks4://lin:pass@proxy.example")
    with pytest.raises(BadProxy) as refused:
        asyncio.run(SystemProxies(system.find_routes).routing(SITE))
    assert refused.value.address == "socks4://proxy.example"


def test_the_system_is_asked_each_time(caplog: pytest.LogCaptureFixture) -> None:
    """What holds now is what it says now; the log has each change, with no login in it."""
    caplog.set_level(logging.INFO)
    system = System()

    async def ask() -> list[Routing]:
        proxies = SystemProxies(system.find_routes)
        before = [await proxies.routing(SITE), await proxies.routing(SITE)]
        system.answer = Routing((Proxy.parse("lin:pass@home.example"),), RouteSource.SYSTEM)
        return [*before, await proxies.routing(SITE)]

    assert asyncio.run(ask()) == [FOUND, FOUND, system.answer]
    told = [record.getMessage().rpartition(" (")[0] for record in caplog.records]
    assert told == [
        f"the routes to {SITE} by script {SCRIPT}: {PROXY}, straight",
        f"the routes to {SITE} by system: http://home.example:80",
    ]


def test_a_system_that_fails() -> None:
    """There is no proxy, and why is said."""
    system = System()
    system.answer = OSError("scutil: no network")

    routing = asyncio.run(SystemProxies(system.find_routes).routing(SITE))

    assert routing == Routing(source=RouteSource.SYSTEM, fault="scutil: no network")


def test_a_script_that_hangs() -> None:
    """What holds without it is taken; nobody waits for it again, or starts a second one, until it has answered."""
    system = System()
    system.goes_on.clear()

    async def ask() -> list[Routing]:
        proxies = SystemProxies(system.find_routes, limit=0.05)
        hung = [await proxies.routing(SITE), await proxies.routing(SITE), await proxies.routing(OTHER)]
        assert len(system.threads) == 1
        system.end()
        in_time = await proxies.routing(SITE)
        while in_time.fault:  # a computer that is busy with much else
            in_time = await proxies.routing(SITE)
        system.goes_on.clear()
        again = await proxies.routing(SITE)
        system.end()
        return [*hung, in_time, again]

    without = Routing(STATIC.routes, STATIC.source, SCRIPT, TIMEOUT)
    nothing = Routing(source=RouteSource.SYSTEM, fault=TIMEOUT)
    last = Routing(FOUND.routes, FOUND.source, SCRIPT, TIMEOUT)
    assert asyncio.run(ask()) == [without, without, nothing, FOUND, last]


def test_an_answer_that_comes_late() -> None:
    """It is the one that stands the next time that there is none in time."""
    system = System()
    system.goes_on.clear()

    async def ask() -> Routing:
        proxies = SystemProxies(system.find_routes, limit=0.05)
        await proxies.routing(SITE)
        system.end()
        system.goes_on.clear()
        late = await proxies.routing(SITE)
        system.end()
        return late

    assert asyncio.run(ask()).routes == FOUND.routes


def test_who_does_not_wait_for_the_limit() -> None:
    """A question is late after its limit, be it that each of those who asked has gone before."""
    system = System()
    system.goes_on.clear()

    async def ask() -> Routing:
        proxies = SystemProxies(system.find_routes, limit=0.5)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(proxies.routing(SITE), 0.05)
        late = await proxies.routing(SITE)
        system.end()
        return late

    assert asyncio.run(ask()).fault == TIMEOUT
    assert len(system.threads) == 1


def test_those_who_ask_at_the_same_time() -> None:
    """Lines that are opened together share an answer; another site's question waits for it."""
    system = System()
    system.goes_on.clear()

    async def ask() -> list[Routing]:
        proxies = SystemProxies(system.find_routes)
        asking = asyncio.gather(*(proxies.routing(site) for site in (SITE, SITE, OTHER)))
        await asyncio.to_thread(until, lambda: system.asked)
        assert [thread.is_alive() for thread in system.threads] == [True]
        system.goes_on.set()
        return await asking

    assert asyncio.run(ask()) == [FOUND] * 3
    assert system.asked == [SITE, OTHER]


def test_a_question_that_outlives_its_loop() -> None:
    """A loop that ends leaves its question to its thread, and the next one waits for neither."""
    system = System()
    system.goes_on.clear()
    proxies = SystemProxies(system.find_routes)

    async def give_up() -> None:
        asking = asyncio.ensure_future(proxies.routing(SITE))
        await asyncio.to_thread(until, lambda: system.asked)
        asking.cancel()

    asyncio.run(give_up())
    assert asyncio.run(proxies.routing(SITE)).fault == TIMEOUT

    system.end()
    assert asyncio.run(proxies.routing(SITE)) == FOUND
    assert len(system.threads) == 2
