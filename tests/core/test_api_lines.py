"""Which line a request goes over: an answer that came whole leaves one for the next request, nothing else does."""

from __future__ import annotations

import asyncio
import gzip
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from bindtool.core.access_token import AccessToken
from bindtool.core.api import CozeApi, Patience
from bindtool.core.channel import Channel
from bindtool.core.clock import SystemClock
from bindtool.core.device import Device
from bindtool.core.verdict import Kind, judge
from bindtool.practice import channel as practice
from bindtool.practice.server import PracticeServer
from tests.core.loopback import Loopback
from tests.core.way_out import OUTSIDE

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter
    from collections.abc import AsyncIterator

    from bindtool.core.reply import Reply

pytestmark = pytest.mark.usefixtures("no_proxy_from_outside")

ACCEPTED = b'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{"code":0}'
ENDLESS = gzip.compress(b"x" * (4 << 20))

TURNS = 40
"""Of the loop; a request to loopback has its answer after twenty."""

LONG = 10.0
"""Seconds, for what comes at once or never."""


def api_of(site: str) -> CozeApi:
    """Make the API of a site, with the practice token."""
    return CozeApi(site, AccessToken(practice.TOKEN), Patience(), SystemClock())


async def bind(api: CozeApi, site: str, device_id: str = "A1") -> Reply:
    """Bind a device to the practice channel."""
    return await api.bind(Channel(site, practice.CONNECTOR_ID, practice.KEY), [Device(device_id, "L")])


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


async def give_up(api: CozeApi, site: str, peer: Peer) -> None:
    """Cancel a request, as Stop does, when something of it has come to a peer."""
    given_up = asyncio.create_task(bind(api, site))
    await peer.heard.wait()
    given_up.cancel()
    with pytest.raises(asyncio.CancelledError):
        await given_up


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
    """The first request goes through a proxy; the next one finds its way anew, and there is none by then."""

    async def twice() -> Reply:
        proxy = Peer(answer)
        async with proxy.listening() as address, api_of(site) as api:
            monkeypatch.setenv("ALL_PROXY", f"http://{address}")
            if answer:
                await bind(api, site)
            else:
                await give_up(api, site, proxy)
            monkeypatch.delenv("ALL_PROXY")
            await asyncio.wait_for(proxy.left.wait(), LONG)
            return await bind(api, site)

    with Loopback(ACCEPTED) as server:
        site = f"http://{OUTSIDE}:{server.port}"
        second = asyncio.run(twice())

    assert judge(second).kind is Kind.BOUND
    assert [heard.target for heard in server.heard] == [f"/v1/connectors/{practice.CONNECTOR_ID}/user_configs"]


def test_a_request_that_is_given_up_at_any_moment_harms_no_other() -> None:
    """Cancelled between connecting and sending, the library's pool lets no other request through."""

    async def give_up_after(turns: int) -> Kind:
        async with api_of(server.site) as api:
            given_up = asyncio.create_task(bind(api, server.site))
            for _ in range(turns):
                await asyncio.sleep(0)
            given_up.cancel()
            await asyncio.gather(given_up, return_exceptions=True)
            return judge(await bind(api, server.site, "A2")).kind

    with PracticeServer(latency=0, rate=0) as server:
        kinds = [asyncio.run(give_up_after(turns)) for turns in range(TURNS)]

    assert kinds == [Kind.BOUND] * TURNS


def test_a_request_that_is_given_up_while_shaking_hands_hangs_up() -> None:
    """The library leaves that connection open; whoever stops does not want to wait for the garbage collector."""

    async def shake_hands() -> None:
        peer = Peer(b"")
        async with peer.listening() as address:
            site = f"https://{address}"
            async with api_of(site) as api:
                await give_up(api, site, peer)
                await asyncio.wait_for(peer.left.wait(), LONG)

    asyncio.run(shake_hands())
