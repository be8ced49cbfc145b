"""A proxy on loopback that gives one prepared answer after another, and records its requests."""

from __future__ import annotations

import asyncio
import ssl
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from bindtool.core.network.proxy import Proxy, ProxyKind, ProxyLogin

GRANTED = b"HTTP/1.1 200 Connection established\r\n\r\n"
HANG_UP = b""
"""In place of an answer, or after one."""


def wants(*challenges: str, body: bytes = b"who?", more: str = "", version: str = "1.1") -> bytes:
    """Return a 407 with these challenges and a body, with `more` headers."""
    lines = [f"HTTP/{version} 407 Who", *(f"Proxy-Authenticate: {each}" for each in challenges)]
    lines += [f"Content-Length: {len(body)}", *more.splitlines()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class ScriptedProxy:
    """Answers each request with the next of `answers`; after HANG_UP, and after the last, it closes the connection.

    Once it has granted a tunnel, it echoes its data. `asked`: the heads of the requests, each with the number of
    its connection. `open`: the number of open connections.
    """

    def __init__(self, *answers: bytes, tls: ssl.SSLContext | None = None) -> None:
        self._answers = list(answers)
        self._tls = tls
        self.asked: list[tuple[int, str]] = []
        self.connections = 0
        self.open = 0
        self.quiet = asyncio.Event()

    @asynccontextmanager
    async def listening(self, login: ProxyLogin | None = None) -> AsyncIterator[Proxy]:
        """Yield the proxy, with a log-in in its URL."""
        kind = ProxyKind.HTTP if self._tls is None else ProxyKind.HTTPS
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        async with server:
            yield Proxy(kind, "127.0.0.1", server.sockets[0].getsockname()[1], login)

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        self.connections += 1
        number = self.connections
        self.open += 1
        self.quiet.clear()
        with suppress(OSError, asyncio.IncompleteReadError):
            await self._talk(number, reader, writer)
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
        self.open -= 1
        if not self.open:
            self.quiet.set()

    async def _talk(self, number: int, reader: StreamReader, writer: StreamWriter) -> None:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            self.asked.append((number, head.decode()))
            answer = self._answers.pop(0) if self._answers else HANG_UP
            writer.write(answer)
            await writer.drain()
            if answer == HANG_UP:
                return
            if GRANTED in answer:
                while data := await reader.read(1024):
                    writer.write(data)
                    await writer.drain()
                return
            if self._answers[:1] == [HANG_UP]:
                self._answers.pop(0)
                return
