"""httpx's transport over a way to the site, straight or through a proxy.

httpx's own one lets nobody answer a proxy before TLS with the site; a connection of its engine, httpcore, takes
what connects from outside. It does without the pool, whose locks are a tenth of what a request costs, and is handed
what is connected, which spares another lock. It is loaded with the first connection: see `connection.load_library`.
"""

from __future__ import annotations

import asyncio
import selectors
import socket
from typing import TYPE_CHECKING, Any, cast

import httpcore
import httpx
from anyio.streams.tls import TLSStream

from bindtool.core.network.proxy import ProxyKind
from bindtool.core.network.proxy_login import ProxyFailed, ProxyRefusal

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping

    from bindtool.core.network.proxy import Proxy, ProxyLogin
    from bindtool.core.network.proxy_login import ProxyLogins

_IDLE = 5.0
"""Seconds after which an idle connection is replaced: a firewall in between may have dropped it silently."""

_END_OF_HEADERS = b"\r\n\r\n"

_NEXT_ADDRESS = 0.25
"""Seconds until another address of a host is tried beside one that does not answer (RFC 8305)."""

_MOST_UNREAD = 1 << 18
"""Bytes that may have come and not be read, before no more are taken from the system."""

_FOR_EVER = 86_400.0

_Selector = getattr(selectors, "PollSelector", selectors.SelectSelector)
"""Windows has no poll; elsewhere select knows the first 1,024 files alone."""

_LOGIN_WANTED = ("Requested NO AUTHENTICATION", "Invalid username/password")
"""How httpcore's words begin where a SOCKS proxy refuses whoever asks (RFC 1928 and 1929)."""


class Transport(httpx.AsyncBaseTransport):
    """One connection, opened with the first request.

    Args:
        way: the proxy to go through; None for none.
        to_site, to_proxy: whom to trust at either end.
        logins: those to all proxies.
    """

    def __init__(
        self, way: Proxy | None, to_site: ssl.SSLContext, to_proxy: ssl.SSLContext, logins: ProxyLogins
    ) -> None:
        self._way = way
        self._to_site = to_site
        self._to_proxy = to_proxy
        self._logins = logins
        # asyncio's TLS within TLS breaks where a site hangs up in the middle (CPython issue 113214, up to 3.11.7).
        twice = way is not None and way.kind is ProxyKind.HTTPS
        self._backend = httpcore.AnyIOBackend() if twice else Network()
        self._socks_login: ProxyLogin | None = None
        self._engine: httpcore.AsyncHTTP11Connection | httpcore.AsyncConnectionPool | None = None

    @property
    def is_open(self) -> bool:
        """Whether the next request goes over a connection that has carried one, as far as is known here."""
        engine = self._engine
        connections = engine.connections if isinstance(engine, httpcore.AsyncConnectionPool) else [engine]
        return any(
            each is not None and each.is_available() and not each.has_expired() and not _has_more(each)
            for each in connections
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and return the answer, with its body to be read.

        Raises:
            ProxyFailed: the proxy lets nobody through.
            Exception: httpcore's or the system's, or that of the request's "trace".
        """
        url = request.url
        to = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        if self._engine is None:
            self._engine = await self._make_engine(to.origin, request.extensions["trace"])
        sent = httpcore.Request(
            request.method,
            to,
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        try:
            answer = await self._engine.handle_async_request(sent)
        except httpcore.ProxyError as error:
            raise await self._refused(str(error)) from error
        return httpx.Response(
            answer.status, headers=answer.headers, stream=_Body(answer), extensions=answer.extensions
        )

    async def aclose(self) -> None:
        """Close the connection. A second call does nothing."""
        if self._engine is not None:
            await self._engine.aclose()

    async def _make_engine(
        self, origin: httpcore.Origin, follow: Callable[[str, Mapping[str, Any]], Awaitable[None]]
    ) -> httpcore.AsyncHTTP11Connection | httpcore.AsyncConnectionPool:
        """Return the engine, connected; through SOCKS it connects by itself. `follow`: as the engine calls it."""
        way = self._way
        backend: httpcore.AsyncNetworkBackend = self._backend
        if way is not None and way.kind is ProxyKind.SOCKS5:
            login = self._socks_login = await self._logins.socks_login(way)
            who = (login.user.encode(), login.password.reveal().encode()) if login is not None else None
            url = httpcore.URL(scheme=b"socks5", host=way.host.encode(), port=way.port, target=b"/")
            socks = httpcore.Proxy(url, auth=who)
            # Its connections through SOCKS are to be had of a pool alone.
            return httpcore.AsyncConnectionPool(
                self._to_site, socks, max_connections=1, keepalive_expiry=_IDLE, network_backend=backend
            )
        if way is not None:
            from bindtool.core.network.tunnel import Tunnel

            backend = Tunnel(way, self._logins, self._to_proxy, backend)
        host = origin.host.decode()
        stream = await backend.connect_tcp(host, origin.port)
        await follow("connection.connect_tcp.complete", {"return_value": stream})
        if origin.scheme == b"https":
            self._to_site.set_alpn_protocols(["http/1.1"])
            stream = await stream.start_tls(self._to_site, server_hostname=host)
            await follow("connection.start_tls.complete", {"return_value": stream})
        return httpcore.AsyncHTTP11Connection(origin, stream, keepalive_expiry=_IDLE)

    async def _refused(self, words: str) -> ProxyFailed:
        """Return what a SOCKS proxy's refusal is. `words`: httpcore's."""
        way, login = self._way, self._socks_login
        if not words.startswith(_LOGIN_WANTED):
            return ProxyFailed(ProxyRefusal.REFUSED, words)
        if way is None or login is None:
            return ProxyFailed(ProxyRefusal.LOGIN_WANTED, words)
        await self._logins.socks_refused(way, login)
        return ProxyFailed(ProxyRefusal.USER_REFUSED, words, login.user)


class Network(httpcore.AsyncNetworkBackend):
    """Connects by asyncio's own transports: anyio's streams over them are a sixth of what a request costs."""

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 - httpcore's
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002
    ) -> httpcore.AsyncNetworkStream:
        """Return a stream to `host`. It has no time-outs: whoever waits cancels.

        Raises:
            httpcore.ConnectError: by the system's error.
        """
        loop = asyncio.get_running_loop()
        try:
            addresses = {address for *_, address in await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
            # Given up in the middle, asyncio's race of addresses leaves a connection behind.
            delay = _NEXT_ADDRESS if len(addresses) > 1 else None
            _, stream = await loop.create_connection(_Stream, host, port, happy_eyeballs_delay=delay)
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        return stream


class _Stream(asyncio.Protocol, httpcore.AsyncNetworkStream):
    """A connection, plain or with TLS. Headers are kept back until what follows is written or an answer awaited.

    The engine writes headers and body by themselves; together they are a call of the system and a packet less.
    """

    _transport: asyncio.Transport

    def __init__(self) -> None:
        self._headers = b""
        self._unread = bytearray()
        self._ended = False
        self._error: Exception | None = None
        self._changed = asyncio.Event()
        self._selector = _Selector()
        self._writable = asyncio.Event()
        self._writable.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        # Made once: that and a look take twice as long as reading an answer.
        self._selector.register(transport.get_extra_info("socket"), selectors.EVENT_READ)

    def data_received(self, data: bytes) -> None:
        self._unread += data
        if len(self._unread) > _MOST_UNREAD:
            self._transport.pause_reading()
        self._changed.set()

    def eof_received(self) -> None:
        self._ended = True
        self._changed.set()

    def connection_lost(self, error: Exception | None) -> None:
        self._ended, self._error = True, error
        self._changed.set()
        self._writable.set()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    async def read(
        self,
        max_bytes: int,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 - httpcore's
    ) -> bytes:
        if self._headers:
            await self.write(b"")
        while not (self._unread or self._ended):
            self._changed.clear()
            await self._changed.wait()
        if self._error is not None and not self._unread:
            raise httpcore.ReadError(str(self._error)) from self._error
        data = bytes(self._unread[:max_bytes])
        del self._unread[:max_bytes]
        self._transport.resume_reading()
        return data

    async def write(
        self,
        buffer: bytes,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 - httpcore's
    ) -> None:
        if not self._headers and buffer.endswith(_END_OF_HEADERS):
            self._headers = buffer
            return
        whole, self._headers = self._headers + buffer, b""
        if not self._transport.is_closing():
            self._transport.write(whole)
            await self._writable.wait()
        if self._transport.is_closing():
            raise httpcore.WriteError(str(self._error or "closed")) from self._error

    async def aclose(self) -> None:
        self._transport.abort()
        await asyncio.sleep(0)  # the socket is closed in the loop's next turn

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 - httpcore's
    ) -> httpcore.AsyncNetworkStream:
        # asyncio would take what came in the clear for a part of what comes within, and wait for one who has gone.
        if self._unread or self._ended:
            raise httpcore.ConnectError("bytes before TLS" if self._unread else "closed") from self._error
        loop = asyncio.get_running_loop()
        try:
            transport = await loop.start_tls(
                self._transport,
                self,
                ssl_context,
                server_hostname=server_hostname,
                ssl_handshake_timeout=_FOR_EVER,
            )
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
        self._transport = cast("asyncio.Transport", transport)
        return self

    def get_extra_info(self, info: str) -> object:
        if info != "is_readable":
            return self._transport.get_extra_info(info)
        # The loop may not have had its turn since something came; one that is closing may have no socket any more.
        return bool(self._unread) or self._ended or self._transport.is_closing() or bool(self._selector.select(0))


def _has_more(connection: Any) -> bool:
    """Tell whether something has come behind the end of the last answer, and has left the socket by now.

    The engine would take it for the answer to the next request. There are no public names for where it may lie: the
    engine has what it has read of it (httpcore 1.0.9), and TLS within TLS what nobody has asked for (anyio 4.16).
    """
    http = getattr(connection, "_connection", connection)  # through SOCKS, one in another
    tls = getattr(http._network_stream, "_stream", None)  # noqa: SLF001
    while isinstance(tls, TLSStream):
        if tls._read_bio.pending:  # noqa: SLF001
            return True
        tls = tls.transport_stream
    return bool(http._h11_state.trailing_data[0])  # noqa: SLF001


class _Body(httpx.AsyncByteStream):
    """The body of an answer of the engine's."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._answer.aiter_stream()

    async def aclose(self) -> None:
        """End it, read or not."""
        await self._answer.aclose()
