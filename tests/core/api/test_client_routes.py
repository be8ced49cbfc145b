"""What holds of a request holds through each kind of proxy: what is told, which line is kept, what stays open.

TLS is with the site itself, whose certificate the system trusts.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import pytest

from bindtool.core.api.client import CozeApi, Timeouts
from bindtool.core.api.responses import AnswerLost, HttpReply, NeverSent, NotSent, Reply
from bindtool.core.api.verdict import VerdictKind, judge
from bindtool.core.common.clock import SystemClock
from bindtool.core.network.proxies import Proxies
from bindtool.core.network.proxy import Proxy, ProxyKind, Routing, UnsupportedScript
from bindtool.core.network.proxy_login import ProxyLogins
from bindtool.practice.server import PracticeServer
from tests.core.api.asking import ACCEPTED, api_of, bind, never_sent
from tests.core.api.authority import Authority
from tests.core.api.loopback import Loopback
from tests.core.api.routes import ROUTES, THROUGH, Named, Relay, running, through
from tests.core.api.test_client import FAULTS
from tests.core.api.way_out import OUTSIDE
from tests.patience import PATIENCE
from tests.ports import held_port

pytestmark = pytest.mark.usefixtures("no_proxy_from_outside")


@dataclass
class Bench:
    """A site over TLS that answers with a practice server, and one route that leads there."""

    server: PracticeServer
    site: str
    proxies: Proxies
    at_site: Relay
    at_proxy: Relay | None

    def api(self, timeouts: Timeouts | None = None) -> CozeApi:
        """Make an API that takes that route."""
        return api_of(self.site, timeouts or Timeouts(), proxies=self.proxies)


@pytest.fixture
def route(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Proxy | None]]:
    """Run the proxy of a route."""
    with running(request.param, tmp_path) as proxy:
        yield request.param, proxy


@asynccontextmanager
async def bench(route: tuple[str, Proxy | None], trusted: Authority) -> AsyncIterator[Bench]:
    """Give a site and the route to it."""
    kind, proxy = route
    async with AsyncExitStack() as stack:
        server = stack.enter_context(PracticeServer(latency=0, rate=0))
        at_site = Relay(int(server.site.rpartition(":")[2]), trusted.issue(OUTSIDE))
        port = await stack.enter_async_context(at_site.listening())
        at_proxy = None
        if proxy is not None:
            at_proxy = Relay(proxy.port, trusted.issue("127.0.0.1") if kind.startswith("https") else None)
            in_front = await stack.enter_async_context(at_proxy.listening())
            proxy = replace(proxy, kind=ProxyKind.HTTPS if at_proxy.certificate else proxy.kind, port=in_front)
        yield Bench(server, f"https://{OUTSIDE}:{port}", through(proxy), at_site, at_proxy)


@pytest.mark.long
@pytest.mark.parametrize("route", ROUTES, indirect=True)
def test_every_fault_means_the_same(route: tuple[str, Proxy | None], trusted: Authority) -> None:
    """Whatever the server does, the verdict is what it is straight; then all goes on."""

    async def go() -> None:
        async with bench(route, trusted) as at:
            for number, (name, case) in enumerate(FAULTS.items()):
                at.server.script([case.fault])
                async with at.api(case.timeouts) as api:
                    spoilt = await bind(api, at.site, f"A{number}")
                    usual = await bind(api, at.site, f"B{number}")
                assert (name, judge(spoilt).kind, judge(usual).kind) == (name, case.kind, VerdictKind.BOUND)
                assert (name, f"A{number}" in at.server.bound) == (name, case.bound)

    asyncio.run(go())


@pytest.mark.parametrize("route", ROUTES, indirect=True)
def test_requests_one_after_the_other_share_a_line(route: tuple[str, Proxy | None], trusted: Authority) -> None:
    """The way is made once; a proxy that closes with its question is come to twice."""

    async def go() -> None:
        async with bench(route, trusted) as at:
            async with at.api() as api:
                for number in range(3):
                    assert judge(await bind(api, at.site, f"A{number}")).kind is VerdictKind.BOUND
                assert (at.at_site.taken, at.at_site.open) == (1, 1)
                if at.at_proxy is not None:
                    assert at.at_proxy.open == 1
                    assert at.at_proxy.taken == (2 if route[0].startswith("http") and "log-in" in route[0] else 1)
            await asyncio.wait_for(at.at_site.quiet.wait(), 10.0)

    asyncio.run(go())


@pytest.mark.long
@pytest.mark.parametrize("route", ROUTES, indirect=True)
def test_a_request_that_is_broken_off_at_any_moment(route: tuple[str, Proxy | None], trusted: Authority) -> None:
    """Given up or cancelled: it harms no other, it is told as it is, and nothing stays open."""

    async def go() -> None:
        told: list[tuple[str, Reply | None]] = []
        async with bench(route, trusted) as at:
            for number in count():
                async with at.api(Timeouts(quiet=0.0)) as api:
                    giving_up, device = asyncio.Event(), f"A{number}"
                    broken_off = asyncio.create_task(bind(api, at.site, device, giving_up))
                    for _ in range(int(1.4**number)):
                        await asyncio.sleep(0)
                    if number % 2:
                        giving_up.set()
                    else:
                        broken_off.cancel()
                    await asyncio.wait((broken_off,))
                    told.append((device, None if broken_off.cancelled() else broken_off.result()))
                    assert judge(await bind(api, at.site, f"B{number}")).kind is VerdictKind.BOUND
                await asyncio.wait_for(at.at_site.quiet.wait(), 10.0)
                if isinstance(told[-1][1], HttpReply):
                    break
            await asyncio.to_thread(at.server.drain)
            bound = at.server.bound
        assert [device for device, reply in told if isinstance(reply, NeverSent) and device in bound] == []
        assert isinstance(told[1][1], NeverSent)
        assert told[-1][0] in bound

    asyncio.run(go())


@pytest.mark.long
@pytest.mark.parametrize("direction", ["up", "down"])
@pytest.mark.parametrize("route", [each for each in THROUGH if "https" not in str(each.values[0])], indirect=True)
def test_a_proxy_that_is_cut_at_any_byte(route: tuple[str, Proxy | None], direction: str) -> None:
    """First the request was never sent, then its answer is lost, then it is there: never one for the other."""

    async def go(site: str) -> list[Reply]:
        proxy = route[1]
        replies: list[Reply] = []
        assert proxy is not None
        for most in count(step=1 if direction == "down" else 13):
            up, down = (most, None) if direction == "up" else (None, most)
            relay = Relay(proxy.port, up=up, down=down)
            async with relay.listening() as port:
                proxies = through(replace(proxy, port=port))
                async with api_of(site, proxies=proxies) as api:
                    replies.append(await bind(api, site))
            if isinstance(replies[-1], HttpReply):
                break
        return replies

    with Loopback(ACCEPTED) as server:
        replies = asyncio.run(go(f"http://{OUTSIDE}:{server.port}"))

    kinds = [type(reply) for reply in replies]
    assert kinds == sorted(kinds, key=[NeverSent, AnswerLost, HttpReply].index)
    assert {NeverSent, HttpReply} <= set(kinds)
    assert len(server.heard) <= len(replies) - kinds.count(NeverSent)
    # httpcore takes a SOCKS proxy that hangs up on a log-in for one that refuses it.
    told = {NotSent.PROXY, NotSent.PROXY_USER} if route[0] == "socks5 with a log-in" else {NotSent.PROXY}
    if direction == "down":
        # Cut behind its last byte, the way is there, and hangs up before the request leaves.
        told.add(NotSent.CONNECT)
    assert {reply.why for reply in replies if isinstance(reply, NeverSent)} <= told


# One route after the other


def binds(proxies: Proxies, site: str, *, times: int = 1) -> tuple[list[Reply], CozeApi]:
    """Bind as often, each time with another API, which gives a proxy little time; give the last one, too."""

    async def bind_once() -> tuple[Reply, CozeApi]:
        async with api_of(site, Timeouts(connect=0.3), proxies=proxies) as api:
            return await bind(api, site), api

    done = [asyncio.run(bind_once()) for _ in range(times)]
    return [reply for reply, _ in done], done[-1][1]


@pytest.mark.parametrize("host", ["127.0.0.1", "proxy.invalid"])
def test_the_next_way_where_a_proxy_takes_no_connection(host: str) -> None:
    """Or has no address outside the company. Nothing has left by then; for a while, that proxy comes last."""
    with held_port() as port, Loopback(ACCEPTED) as server:
        gone = Proxy.parse(f"{host}:{port}")
        proxies, site = through(gone, None), f"http://{OUTSIDE}:{server.port}"
        (reply,), api = binds(proxies, site)

    assert judge(reply).kind is VerdictKind.BOUND
    assert (api.route, api.routing.routes) == (None, (gone, None))
    assert proxies.in_order((gone, None), SystemClock().monotonic()) == (None, gone)


def test_the_next_way_where_a_proxy_is_silent() -> None:
    """It is waited for once, not with each request."""
    with socket.create_server(("127.0.0.1", 0)) as silent, Loopback(ACCEPTED) as server:
        silent.setblocking(False)
        dumb = Proxy.parse(f"127.0.0.1:{silent.getsockname()[1]}")
        replies, _ = binds(through(dumb, None), f"http://{OUTSIDE}:{server.port}", times=3)
        silent.accept()[0].close()
        with pytest.raises(BlockingIOError):
            silent.accept()

    assert [judge(reply).kind for reply in replies] == [VerdictKind.BOUND] * 3


@pytest.mark.parametrize("status", [b"407 Who", b"403 Forbidden", b"502 Bad Gateway"])
def test_no_other_way_round_a_proxy_that_refuses(status: bytes) -> None:
    """It has the last word, and the next proxy hears nothing."""
    refusal = b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\n\r\n"
    with Loopback(refusal) as first, Loopback(ACCEPTED) as second, Loopback(ACCEPTED) as server:
        routes = [Proxy.parse(each.address) for each in (first, second)]
        (reply,), _ = binds(through(*routes, None), f"http://{OUTSIDE}:{server.port}")

    assert isinstance(reply, NeverSent)
    assert reply.host == f"http://{first.address}"
    assert (len(first.heard), second.heard, server.heard) == (1, [], [])


def test_ways_that_all_lead_nowhere() -> None:
    """The last one is told, which was to save the day."""
    with held_port() as one, held_port() as other:
        routes = [Proxy.parse(f"127.0.0.1:{port}") for port in (one, other)]
        (reply,), _ = binds(through(*routes), "https://coze.example")

    assert isinstance(reply, NeverSent)
    assert (reply.why, reply.host) == (NotSent.CONNECT, routes[1].address)


def test_whoever_gives_up_tries_no_other_way() -> None:
    """Stop ends it: neither is the next way tried, nor is the first one blamed."""

    async def go() -> Reply:
        async with api_of(site, proxies=proxies) as api:
            giving_up = asyncio.Event()
            given_up = asyncio.create_task(bind(api, site, "A1", giving_up))
            taken, _ = await asyncio.to_thread(silent.accept)
            giving_up.set()
            with closing(taken):
                return await given_up

    with socket.create_server(("127.0.0.1", 0)) as silent, Loopback(ACCEPTED) as server:
        dumb = Proxy.parse(f"127.0.0.1:{silent.getsockname()[1]}")
        proxies, site = through(dumb, None), f"http://{OUTSIDE}:{server.port}"
        reply = asyncio.run(go())

    assert isinstance(reply, NeverSent)
    assert server.heard == []
    assert proxies.in_order((dumb, None), SystemClock().monotonic()) == (dumb, None)


def test_a_site_that_hangs_up_behind_a_proxy_over_tls(trusted: Authority) -> None:
    """It does so in the middle of TLS with it, which is within that with the proxy: known at once, and no fault."""

    async def go() -> Reply:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
            await reader.read(1)
            writer.close()

        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(trusted.issue("127.0.0.1"))
        async with await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls) as server:
            proxies = through(Proxy.parse(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"))
            site = "https://coze.example"
            async with api_of(site, Timeouts(connect=PATIENCE), proxies=proxies) as api:
                return await bind(api, site)

    reply = asyncio.run(go())

    assert isinstance(reply, NeverSent)
    assert (reply.why, reply.host) == (NotSent.TLS, "coze.example")


def test_each_new_line_asks_for_the_ways() -> None:
    """One that is kept does not; one that the server has closed is none."""

    async def go() -> int:
        async with api_of(site, proxies=proxies) as api:
            for _ in range(4):
                assert judge(await bind(api, site)).kind is VerdictKind.BOUND
        return named.asked

    closing_one = b'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 10\r\n\r\n{"code":0}'
    with Loopback(ACCEPTED, closing_one, ACCEPTED) as server:
        site, named = f"http://{OUTSIDE}:{server.port}", Named((None,))
        proxies = Proxies(lambda: named.routing, lambda: ProxyLogins(lambda _: None))
        assert asyncio.run(go()) == 2


class Mute(Named):
    """A system that does not answer."""

    async def routing(self, _site: str) -> Routing:
        """Wait."""
        await asyncio.Event().wait()
        return Routing()


class Scripted(Named):
    """A system that names a script which is not supported."""

    async def routing(self, _site: str) -> Routing:
        """Refuse."""
        raise UnsupportedScript("http://pac.example/proxy.pac")


@pytest.mark.parametrize(
    ("system", "why", "detail"),
    [(Mute(()), NotSent.TIMEOUT, ""), (Scripted(()), NotSent.PROXY_SCRIPT, "http://pac.example/proxy.pac")],
    ids=["silent", "a script"],
)
def test_a_system_that_does_not_say_which_way(system: Named, why: NotSent, detail: str) -> None:
    """It is waited for as long as for a connection. Nothing is sent, neither straight to the site."""
    with Loopback(ACCEPTED) as site:
        proxies = Proxies(lambda: system.routing, lambda: ProxyLogins(lambda _: None))
        reply = never_sent(f"http://{OUTSIDE}:{site.port}", Timeouts(connect=0.3), proxies=proxies)

    assert (reply.why, reply.detail, reply.host) == (why, detail, f"{OUTSIDE}:{site.port}")
    assert site.heard == []
