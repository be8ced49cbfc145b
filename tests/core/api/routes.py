"""The routes to a site that bindtool takes for a remote one: direct, and through each kind of proxy."""

from __future__ import annotations

import asyncio
import ssl
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bindtool.core.network.proxies import Proxies
from bindtool.core.network.proxy import Proxy, RouteSource, Routing
from bindtool.core.network.proxy_login import ProxyLogins
from tests.core.api.way_out import (
    PASSWORD,
    USER,
    microsocks,
    needs_microsocks,
    needs_tinyproxy,
    tinyproxy,
)

THROUGH = [
    pytest.param("http", marks=needs_tinyproxy),
    pytest.param("https", marks=needs_tinyproxy),
    pytest.param("http with a log-in", marks=needs_tinyproxy),
    pytest.param("https with a log-in", marks=needs_tinyproxy),
    pytest.param("socks5", marks=needs_microsocks),
    pytest.param("socks5 with a log-in", marks=needs_microsocks),
]
"""Proxies of each kind; TLS to a proxy is terminated in front of it, since none of them supports it."""

ROUTES = ["straight", *THROUGH]


@dataclass
class Named:
    """A system that names these routes for every site. `asked`: the number of queries."""

    routes: tuple[Proxy | None, ...]
    asked: int = 0

    async def routing(self, _site: str) -> Routing:
        """Return the routes."""
        self.asked += 1
        return Routing(self.routes, RouteSource.SYSTEM)


def through(*routes: Proxy | None) -> Proxies:
    """Return the proxies for these routes, in this order."""
    return Proxies(lambda: Named(routes).routing, lambda: ProxyLogins(lambda _: None))


@dataclass
class Relay:
    """Forwards connections, without TLS if it has a `certificate`; closes them after a number of bytes.

    `up`, `down`: the maximum number of bytes to forward to the other side and back; None for all. `taken`: the
    number of connections so far. `open`: the number of open ones.
    """

    port: int
    certificate: Path | None = None
    up: int | None = None
    down: int | None = None
    taken: int = 0
    open: int = 0
    quiet: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[int]:
        """Yield its port."""
        tls = None
        if self.certificate is not None:
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(self.certificate)
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=tls)
        async with server:
            yield server.sockets[0].getsockname()[1]
            await asyncio.wait_for(self.quiet.wait(), 10.0) if self.taken else None

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        self.taken += 1
        self.open += 1
        self.quiet.clear()
        with suppress(OSError):
            beyond, to_beyond = await asyncio.open_connection("127.0.0.1", self.port)
            both = [
                asyncio.ensure_future(_pass(reader, to_beyond, self.up)),
                asyncio.ensure_future(_pass(beyond, writer, self.down)),
            ]
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            for each in both:
                each.cancel()
            await asyncio.gather(*both, return_exceptions=True)
            to_beyond.close()
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
        self.open -= 1
        if not self.open:
            self.quiet.set()


async def _pass(reader: StreamReader, writer: StreamWriter, most: int | None) -> None:
    """Forward bytes until the end, or up to a maximum."""
    passed = 0
    with suppress(OSError):
        while data := await reader.read(4096):
            if most is not None:
                data = data[: most - passed]
            passed += len(data)
            writer.write(data)
            await writer.drain()
            if passed == most:
                return


@contextmanager
def running(kind: str, folder: Path) -> Iterator[Proxy | None]:
    """Run the proxy of a route, and yield it as used without TLS, with its log-in; None for direct."""
    login = f"{USER}:{PASSWORD}@" if "log-in" in kind else ""
    with ExitStack() as stack:
        if kind.startswith("http"):
            place = stack.enter_context(tinyproxy(folder, login=bool(login)))
            yield Proxy.parse(f"http://{login}{place}")
        elif kind.startswith("socks5"):
            place = stack.enter_context(microsocks(login=bool(login)))
            yield Proxy.parse(f"socks5://{login}{place}")
        else:
            yield None
