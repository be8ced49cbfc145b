"""What comes on a connection between two requests: no answer to the next one, over whichever way it comes."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path

import httpcore
import pytest

from bindtool.core.api.connection import Connection
from bindtool.core.api.transport import Line
from bindtool.core.network.proxy_login import ProxyLogins
from tests.core.api.authority import Authority
from tests.core.api.peer import Peer
from tests.core.api.test_connection import answer, ask
from tests.patience import PATIENCE

Says = Callable[["Server"], None]

FIRST, SECOND = b'{"code":4000}', b'{"code":0}'

KINDS = {None: "straight", "http": "by a proxy", "https": "by a proxy with TLS", "socks5": "by SOCKS"}


class Server(Peer):
    """A peer that may wait until its first answer has been read, or its client has left."""

    def __init__(self, kind: str | None, version: ssl.TLSVersion | None, certificate: Path, says: Says) -> None:
        super().__init__(kind, version, certificate, says)
        self.has_been_heard = threading.Event()
        self.has_been_left = threading.Event()


def together(server: Server) -> None:
    """Two answers in one segment, and in one record of TLS."""
    server.hear()
    server.send(answer(FIRST) + answer(SECOND))
    server.has_been_left.wait(PATIENCE)


def in_two_records(server: Server) -> None:
    """Two answers in one segment, each in a record of its own."""
    server.hear()
    server.send(answer(FIRST), answer(SECOND))
    server.has_been_left.wait(PATIENCE)


def in_two_records_of_one(server: Server) -> None:
    """The same, within one record of the proxy's."""
    server.hear()
    server.send(answer(FIRST), answer(SECOND), joined=True)
    server.has_been_left.wait(PATIENCE)


def later(server: Server) -> None:
    """The second answer when the first has been read."""
    server.hear()
    server.send(answer(FIRST))
    server.has_been_heard.wait(PATIENCE)
    server.send(answer(SECOND))
    server.has_been_left.wait(PATIENCE)


def byte_by_byte(server: Server) -> None:
    """An answer to each request, each byte in a segment or record of its own."""
    server.wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for body in (FIRST, SECOND):
        server.hear()
        for byte in answer(body):
            server.send(bytes([byte]))


async def talk(connection: Connection, server: Server) -> list[object]:
    """Ask once or twice; return the bodies, and whether the connection could be used again after the first."""
    told: list[object] = [(await ask(connection)).body, connection.reusable]
    server.has_been_heard.set()
    while server.says is later and connection.reusable:  # noqa: ASYNC110 - it tells nobody
        await asyncio.sleep(0)
    if connection.reusable:
        told.append((await ask(connection)).body)
    server.has_been_left.set()
    return told


@pytest.mark.parametrize(
    ("says", "then"),
    [
        (together, [FIRST, False]),
        (in_two_records, [FIRST, False]),
        (in_two_records_of_one, [FIRST, False]),
        (later, [FIRST, True]),
        (byte_by_byte, [FIRST, True, SECOND]),
    ],
)
@pytest.mark.parametrize("version", [None, ssl.TLSVersion.MAXIMUM_SUPPORTED], ids=["http", "https"])
@pytest.mark.parametrize("kind", KINDS, ids=KINDS.values())
def test_what_comes_behind_an_answer(
    authority: Authority, kind: str | None, version: ssl.TLSVersion | None, says: Says, then: list[object]
) -> None:
    """The next request has another connection; where nothing comes, it has the same."""
    server = Server(kind, version, authority.issue("127.0.0.1"), says)

    async def story() -> list[object]:
        tls = ssl.create_default_context(cafile=str(authority.file))
        connection = Connection(server.site, server.route, tls, tls, ProxyLogins(lambda _: None))
        try:
            return await asyncio.wait_for(talk(connection, server), PATIENCE)
        finally:
            await connection.aclose()

    with server.serving():
        assert asyncio.run(story()) == then


class NeverAnswers(httpcore.AsyncNetworkStream):
    """A stream on which nothing comes, and which takes note of its end."""

    closed = False

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's
        """Wait for ever."""
        await asyncio.Event().wait()
        return b""

    async def aclose(self) -> None:
        """Take note."""
        self.closed = True


def test_a_close_that_is_cancelled_closes() -> None:
    """GIVEN a line that is listened to WHEN its closing is given up on THEN the stream is closed all the same."""

    async def go() -> bool:
        stream = NeverAnswers()
        line = Line(stream)
        await line.listen()
        closing = asyncio.ensure_future(line.aclose())
        await asyncio.sleep(0)
        closing.cancel()
        await asyncio.wait((closing,))
        return stream.closed

    assert asyncio.run(go())
