"""httpx transport to the site, direct or through a proxy.

Loaded with the first connection: see `connection.load_library`. httpx's own transport has no hook for answering a
proxy before TLS with the site; the connection pool of its engine, httpcore, accepts a network backend.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpcore
import httpx

from bindtool.core.network.proxy import Proxy, ProxyKind, ProxyLogin
from bindtool.core.network.proxy_login import ProxyFailed, ProxyLogins, ProxyRefusal

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator


_IDLE = 5.0
"""Seconds after which an idle connection is replaced: a firewall in between may have dropped it silently."""

_READ = httpcore.AsyncHTTP11Connection.READ_NUM_BYTES
"""Bytes that the engine asks for when it reads an answer; from a SOCKS proxy it asks for fewer."""

_LOGIN_WANTED = ("Requested NO AUTHENTICATION", "Invalid username/password")
"""Prefixes of httpcore's messages when a SOCKS proxy rejects the login or the lack of it (RFC 1928 and 1929)."""


class Transport(httpx.AsyncBaseTransport):
    """One connection, opened with the first request.

    Args:
        route: the proxy to use; None for a direct connection.
        to_site, to_proxy: the TLS contexts for site and proxy.
        logins: the logins to all proxies.
    """

    def __init__(
        self, route: Proxy | None, to_site: ssl.SSLContext, to_proxy: ssl.SSLContext, logins: ProxyLogins
    ) -> None:
        self._route = route
        self._to_site = to_site
        self._logins = logins
        self._socks_login: ProxyLogin | None = None
        beneath: httpcore.AsyncNetworkBackend = httpcore.AnyIOBackend()
        if route is not None and route.kind is not ProxyKind.SOCKS5:
            from bindtool.core.network.tunnel import Tunnel

            beneath = Tunnel(route, logins, to_proxy, beneath)
        self._network = _Network(beneath)
        self._engine: httpcore.AsyncConnectionInterface | None = None

    @property
    def is_open(self) -> bool:
        """Whether the connection has served a request and can be reused, as far as is known locally."""
        line, engine = self._network.line, self._engine
        return (
            line is not None
            and line.is_silent
            and engine is not None
            and engine.is_available()
            # Checks the socket, too: the loop may not have run since data arrived.
            and not engine.has_expired()
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and return the response, its body still unread.

        Raises:
            ProxyFailed: the proxy refused the connection.
            Exception: raised by httpcore, the system or the request's "trace".
        """
        url = request.url
        to = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        if self._engine is None:
            self._engine = await self._make_engine(to.origin)
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
        """Close the connection, even one still being opened. A second call does nothing."""
        if self._network.line is not None:
            await self._network.line.aclose()

    async def _make_engine(self, origin: httpcore.Origin) -> httpcore.AsyncConnectionInterface:
        """Return an unopened connection from httpcore's pool; using the pool itself costs time and locks."""
        route, proxy = self._route, None
        if route is not None and route.kind is ProxyKind.SOCKS5:
            login = self._socks_login = await self._logins.socks_login(route)
            who = (login.user.encode(), login.password.reveal().encode()) if login is not None else None
            url = httpcore.URL(scheme=b"socks5", host=route.host.encode(), port=route.port, target=b"/")
            proxy = httpcore.Proxy(url, auth=who)
        pool = httpcore.AsyncConnectionPool(
            self._to_site, proxy, keepalive_expiry=_IDLE, network_backend=self._network
        )
        return pool.create_connection(origin)

    async def _refused(self, words: str) -> ProxyFailed:
        """Classify a SOCKS proxy's refusal. `words`: httpcore's message."""
        route, login = self._route, self._socks_login
        if not words.startswith(_LOGIN_WANTED):
            return ProxyFailed(ProxyRefusal.REFUSED, words)
        if route is None or login is None:
            return ProxyFailed(ProxyRefusal.LOGIN_WANTED, words)
        await self._logins.socks_refused(route, login)
        return ProxyFailed(ProxyRefusal.USER_REFUSED, words, login.user)


class _Network(httpcore.AsyncNetworkBackend):
    """Connects through the backend `beneath`. `line`: the connection, once open."""

    def __init__(self, beneath: httpcore.AsyncNetworkBackend) -> None:
        self._beneath = beneath
        self.line: Line | None = None

    async def connect_tcp(self, *args: Any, **options: Any) -> httpcore.AsyncNetworkStream:
        self.line = Line(await self._beneath.connect_tcp(*args, **options))
        return self.line


class Line(httpcore.AsyncNetworkStream):
    """A stream that detects unsolicited data, which belongs to no request.

    The engine would take it for the answer to the next request. It may sit in a buffer of the engine, of TLS or of
    the event loop, invisible at the socket. So the last byte received is withheld until the engine asks for it,
    which it does not if its answer has ended before; and after an answer the stream reads ahead, above TLS, because
    TLS records alone prove nothing: TLS 1.3 sends session tickets unasked.
    """

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream
        self._ahead: asyncio.Task[bytes] | None = None
        self._last = b""

    @property
    def is_silent(self) -> bool:
        """Whether a read ahead is pending and has received neither data nor a hang-up."""
        return self._ahead is not None and not self._ahead.done() and not self._last

    async def listen(self, seconds: float = 0.0) -> None:
        """Start reading ahead and wait up to `seconds` for data. Later data is returned by the next read."""
        self._ahead = asyncio.ensure_future(self._stream.read(_READ))
        await (asyncio.wait((self._ahead,), timeout=seconds) if seconds else asyncio.sleep(0))

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's
        """Return the received data; withholds the last byte of an answer."""
        if self._last:
            last, self._last = self._last, b""
            return last
        ahead, self._ahead = self._ahead, None
        data = await (self._stream.read(max_bytes, timeout) if ahead is None else ahead)
        if max_bytes < _READ or not data[1:]:
            return data
        self._last = data[-1:]
        return data[:-1]

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        """Close the stream. A second call does nothing."""
        try:
            if self._ahead is not None:
                self._ahead.cancel()
                await asyncio.gather(self._ahead, return_exceptions=True)
        finally:
            await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> httpcore.AsyncNetworkStream:
        """Switch the stream to TLS."""
        self._stream = await self._stream.start_tls(ssl_context, server_hostname, timeout)
        return self

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Body(httpx.AsyncByteStream):
    """Adapts the body of httpcore's response to httpx."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._answer.aiter_stream()

    async def aclose(self) -> None:
        """Close the response, read or not."""
        await self._answer.aclose()
