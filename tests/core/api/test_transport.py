"""What comes on a connection between two requests: no answer to the next one, over whichever way it comes."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import httpcore
import pytest

from bindtool.core.api.connection import Connection
from bindtool.core.api.transport import Line
from bindtool.core.network.proxy import Proxy
from bindtool.core.network.proxy_login import ProxyLogins
from tests.core.api.authority import Authority
from tests.core.api.test_connection import ServerTls, answer, ask
from tests.patience import PATIENCE

FIRST, SECOND = b'{"code":4000}', b'{"code":0}'

KINDS = {None: "straight", "http": "by a proxy", "https": "by a proxy with TLS", "socks5": "by SOCKS"}


class Server:
    """Takes one connection, as a proxy of this kind and as the site behind it, and then does what `says` does."""

    def __init__(self, kind: str | None, scheme: str, certificate: Path, says: Callable[[Server], None]) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0))
        address = f"127.0.0.1:{self.listening.getsockname()[1]}"
        self.site = f"{scheme}://{address}"
        self.route = Proxy.parse(f"{kind}://{address}") if kind is not None else None
        self.says = says
        self.has_been_heard = threading.Event()
        self.has_been_left = threading.Event()
        self._kind = kind
        self._certificate = certificate
        self._layers: list[ServerTls] = []

    def serve(self) -> None:
        """Serve the connection."""
        self._wire, _ = self.listening.accept()
        with closing(self._wire):
            self._wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._kind == "socks5":
                # That nobody has to log in, and that it is connected (RFC 1928).
                for said in (b"\x05\x00", b"\x05\x00\x00\x01" + bytes(6)):
                    self._wire.recv(4096)
                    self._wire.sendall(said)
            if self._kind == "https":
                self._add_tls()
            if self._kind in {"http", "https"}:
                self._receive_by(self._layers)
                self.send(b"HTTP/1.1 200 OK\r\n\r\n")
            if self.site.startswith("https"):
                self._add_tls()
            self.says(self)

    def hear(self) -> None:
        """Take the next request."""
        heard = b""
        while not heard.endswith(b"{}"):
            heard += self._receive_by(self._layers)

    def send(self, *pieces: bytes) -> None:
        """Send pieces in one segment, each in a record of its own where it is by TLS."""
        self._send_by(self._layers, *pieces)

    def _send_by(self, layers: list[ServerTls], *pieces: bytes) -> None:
        for layer in reversed(layers):
            pieces = tuple(map(layer.packed, pieces))
        self._wire.sendall(b"".join(pieces))

    def _receive_by(self, layers: list[ServerTls]) -> bytes:
        return layers[-1].read() if layers else self._wire.recv(1 << 16)

    def _add_tls(self) -> None:
        receive, send = partial(self._receive_by, self._layers), partial(self._send_by, self._layers)
        self._layers = [*self._layers, ServerTls(self._certificate, receive, send)]


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


def later(server: Server) -> None:
    """The second answer when the first has been read."""
    server.hear()
    server.send(answer(FIRST))
    server.has_been_heard.wait(PATIENCE)
    server.send(answer(SECOND))
    server.has_been_left.wait(PATIENCE)


def byte_by_byte(server: Server) -> None:
    """An answer to each request, each byte in a segment or record of its own."""
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
        (later, [FIRST, True]),
        (byte_by_byte, [FIRST, True, SECOND]),
    ],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("kind", KINDS, ids=KINDS.values())
def test_what_comes_behind_an_answer(
    tmp_path: Path, kind: str | None, scheme: str, says: Callable[[Server], None], then: list[object]
) -> None:
    """The next request has another connection; where nothing comes, it has the same."""
    authority = Authority(tmp_path)
    server = Server(kind, scheme, authority.issue("127.0.0.1"), says)

    async def story() -> list[object]:
        tls = ssl.create_default_context(cafile=str(authority.file))
        connection = Connection(server.site, server.route, tls, tls, ProxyLogins(lambda _: None))
        try:
            return await asyncio.wait_for(talk(connection, server), PATIENCE)
        finally:
            await connection.aclose()

    with closing(server.listening):
        thread = threading.Thread(target=server.serve)
        thread.start()
        told = asyncio.run(story())
        thread.join()

    assert told == then


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
