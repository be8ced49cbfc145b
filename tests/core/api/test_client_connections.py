"""Which connection a request uses: only one whose answer came whole is kept for the next request."""

from __future__ import annotations

import asyncio
import gzip
import ssl
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from bindtool.core.api.client import CozeApi, Timeouts
from bindtool.core.api.responses import AnswerLost, NeverSent, NotSent, Reply
from bindtool.core.api.verdict import VerdictKind, judge
from bindtool.practice import channel as practice
from bindtool.practice.server import PracticeServer
from tests.core.api.asking import ACCEPTED, api_of, bind
from tests.core.api.authority import Authority
from tests.core.api.loopback import Loopback
from tests.core.api.way_out import OUTSIDE

End = Callable[[CozeApi, str, "Peer"], Awaitable[Reply]]

pytestmark = pytest.mark.usefixtures("no_proxy_from_outside")

ENDLESS = gzip.compress(b"x" * (4 << 20))

TURNS = 40
"""Of the loop; a request to loopback has its answer after twenty."""

LONG = 10.0
"""Seconds, for what comes at once or never."""


QUICK = Timeouts(quiet=0.0)
"""Sends at once, so that few turns of the loop suffice."""


class Peer:
    """Takes connections on loopback; once it has heard something it gives `answer`, and keeps the connection."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        self.heard = asyncio.Event()
        self.left = asyncio.Event()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[str]:
        """Give the address, host and port."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        async with server:
            yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        await reader.read(1)
        writer.write(self._answer)
        self.heard.set()
        while await reader.read(4096):
            pass
        self.left.set()
        writer.close()


class Shown(Peer):
    """Shows a certificate to the first who comes, and hears the second without a word; `serving` are its tasks."""

    def __init__(self, certificate: Path) -> None:
        super().__init__(b"")
        self.serving: set[asyncio.Task[Any] | None] = set()
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(certificate)
        self._is_first = True

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        self.serving.add(asyncio.current_task())
        if self._is_first:
            self._is_first = False
            with suppress(ssl.SSLError, OSError):
                await writer.start_tls(self._tls)
            writer.close()
            return
        await super()._serve(reader, writer)


async def cancel(api: CozeApi, site: str, peer: Peer) -> Reply:
    """Cancel a request when something of it has come to a peer."""
    cancelled = asyncio.create_task(bind(api, site))
    await peer.heard.wait()
    cancelled.cancel()
    return await cancelled


async def give_up(api: CozeApi, site: str, peer: Peer) -> Reply:
    """Give a request up, as a run does after Stop, when something of it has come to a peer."""
    giving_up = asyncio.Event()
    given_up = asyncio.create_task(bind(api, site, give_up=giving_up))
    await peer.heard.wait()
    giving_up.set()
    return await given_up


@pytest.mark.parametrize(
    "answer",
    [
        b"this is no HTTP\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(ENDLESS) + ENDLESS,
        b"",
    ],
    ids=["lost", "longer than any", "given up"],
)
def test_a_line_without_a_whole_answer_is_not_used_again(monkeypatch: pytest.MonkeyPatch, answer: bytes) -> None:
    """The first request goes through a proxy; the next one asks for it again, and there is none by then."""

    async def twice() -> Reply:
        proxy = Peer(answer)
        async with proxy.listening() as address, api_of(site, QUICK) as api:
            monkeypatch.setenv("ALL_PROXY", f"http://{address}")
            if answer:
                await bind(api, site)
            else:
                await cancel(api, site, proxy)
            monkeypatch.delenv("ALL_PROXY")
            await asyncio.wait_for(proxy.left.wait(), LONG)
            return await bind(api, site)

    with Loopback(ACCEPTED) as server:
        site = f"http://{OUTSIDE}:{server.port}"
        second = asyncio.run(twice())

    assert judge(second).kind is VerdictKind.BOUND
    assert [heard.target for heard in server.heard] == [f"/v1/connectors/{practice.CONNECTOR_ID}/user_configs"]


async def break_off(api: CozeApi, site: str, turns: int, *, politely: bool) -> Reply | None:
    """Give a request up after so many turns of the loop, or cancel it, and return what is known of it.

    None where it was cancelled before it began.
    """
    giving_up = asyncio.Event()
    broken_off = asyncio.create_task(bind(api, site, give_up=giving_up))
    for _ in range(turns):
        await asyncio.sleep(0)
    if politely:
        giving_up.set()
    else:
        broken_off.cancel()
    await asyncio.wait((broken_off,))
    return None if broken_off.cancelled() else broken_off.result()


@pytest.mark.parametrize("politely", [True, False], ids=["given up", "cancelled"])
def test_a_request_that_is_broken_off_at_any_moment_harms_no_other(*, politely: bool) -> None:
    """No line is left open, and none is used that has been cancelled between connecting and sending."""

    async def break_off_and_go_on(turns: int) -> VerdictKind:
        async with api_of(server.site, QUICK) as api:
            await break_off(api, server.site, turns, politely=politely)
            return judge(await bind(api, server.site, "A2")).kind

    with PracticeServer(latency=0, rate=0) as server:
        kinds = [asyncio.run(break_off_and_go_on(turns)) for turns in range(TURNS)]

    assert kinds == [VerdictKind.BOUND] * TURNS


@pytest.mark.parametrize("politely", [True, False], ids=["given up", "cancelled"])
def test_a_request_that_is_broken_off_is_told_as_it_is(*, politely: bool) -> None:
    """At whichever moment: what the server has heard is never told as not sent."""

    async def give_up_after(turns: int) -> bool:
        async with api_of(server.site, QUICK) as api:
            reply = await break_off(api, server.site, turns, politely=politely)
        server.drain()
        return isinstance(reply, NeverSent)

    never_sent = []
    for turns in range(TURNS):
        with PracticeServer(latency=0, rate=0) as server:
            never_sent.append((asyncio.run(give_up_after(turns)), not server.requests))

    assert all(unheard for never, unheard in never_sent if never)
    assert {never for never, _ in never_sent} == {True, False}


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("end", [give_up, cancel])
def test_a_request_that_ends_before_its_answer(scheme: str, end: End) -> None:
    """While shaking hands it was never sent; once it has left it may have been taken. Either way it hangs up."""

    async def hear_nothing() -> Reply:
        peer = Peer(b"")
        async with peer.listening() as address:
            site = f"{scheme}://{address}"
            async with api_of(site, QUICK) as api:
                reply = await end(api, site, peer)
                await asyncio.wait_for(peer.left.wait(), LONG)
                return reply

    reply = asyncio.run(hear_nothing())
    if scheme == "http":
        assert isinstance(reply, AnswerLost)
    else:
        assert isinstance(reply, NeverSent)
        assert (reply.why, reply.host.partition(":")[0]) == (NotSent.TIMEOUT, "127.0.0.1")


@pytest.mark.parametrize(("end", "why"), [(give_up, NotSent.UNTRUSTED), (cancel, NotSent.TIMEOUT)])
def test_a_look_at_a_certificate_is_given_up_too(tmp_path: Path, end: End, why: NotSent) -> None:
    """The connection that looks at a certificate which was refused is closed, and no task stays behind."""

    async def look() -> Reply:
        shown = Shown(Authority(tmp_path).issue("127.0.0.1"))
        async with shown.listening() as address:
            site = f"https://{address}"
            async with api_of(site, QUICK) as api:
                reply = await end(api, site, shown)
                assert asyncio.all_tasks() - shown.serving == {asyncio.current_task()}
                await asyncio.wait_for(shown.left.wait(), LONG)
                return reply

    reply = asyncio.run(look())
    assert isinstance(reply, NeverSent)
    assert (reply.why, reply.certificate) == (why, None)
