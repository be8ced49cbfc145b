"""httpx's transport over a way to the site, straight or through a proxy.

httpx's own one lets nobody answer a proxy before TLS with the site; a connection of its engine, httpcore, takes
what connects from outside. It does without the pool, whose locks are a tenth of what a request costs. It is loaded
with the first connection: see `connection.load_library`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpcore
import httpx

from bindtool.core.network.proxy import ProxyKind
from bindtool.core.network.proxy_login import ProxyFailed, ProxyRefusal
from bindtool.core.network.tunnel import Tunnel

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Iterable

    from bindtool.core.network.proxy import Proxy, ProxyLogin
    from bindtool.core.network.proxy_login import ProxyLogins

_IDLE = 5.0
"""Seconds after which an idle connection is replaced: a firewall in between may have dropped it silently."""

_END_OF_HEADERS = b"\r\n\r\n"

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
        self._backend = _InOnePiece(httpcore.AnyIOBackend())
        self._socks_login: ProxyLogin | None = None
        self._engine: httpcore.AsyncHTTPConnection | httpcore.AsyncConnectionPool | None = None

    @property
    def is_open(self) -> bool:
        """Whether the next request goes over a connection that has carried one, as far as is known here."""
        engine = self._engine
        connections = engine.connections if isinstance(engine, httpcore.AsyncConnectionPool) else [engine]
        return any(each is not None and each.is_available() and not each.has_expired() for each in connections)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request and return the answer, with its body to be read.

        Raises:
            ProxyFailed: the proxy lets nobody through.
            Exception: httpcore's or the system's, or that of the request's "trace".
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
        """Close the connection. A second call does nothing."""
        if self._engine is not None:
            await self._engine.aclose()

    async def _make_engine(
        self, origin: httpcore.Origin
    ) -> httpcore.AsyncHTTPConnection | httpcore.AsyncConnectionPool:
        """Return the engine, which connects to whatever stands at this end of the way."""
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
            backend = Tunnel(way, self._logins, self._to_proxy, backend)
        return httpcore.AsyncHTTPConnection(origin, self._to_site, keepalive_expiry=_IDLE, network_backend=backend)

    async def _refused(self, words: str) -> ProxyFailed:
        """Return what a SOCKS proxy's refusal is. `words`: httpcore's."""
        way, login = self._way, self._socks_login
        if not words.startswith(_LOGIN_WANTED):
            return ProxyFailed(ProxyRefusal.REFUSED, words)
        if way is None or login is None:
            return ProxyFailed(ProxyRefusal.LOGIN_WANTED, words)
        await self._logins.socks_refused(way, login)
        return ProxyFailed(ProxyRefusal.USER_REFUSED, words, login.user)


class _InOnePiece(httpcore.AsyncNetworkBackend):
    """Connects as `beneath` does; headers leave together with the body, which the engine writes by themselves.

    That is a call of the system and a packet less for each request.
    """

    def __init__(self, beneath: httpcore.AsyncNetworkBackend) -> None:
        self._beneath = beneath

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Return a stream to `host`; arguments and errors are those of `beneath`."""
        return _Stream(await self._beneath.connect_tcp(host, port, timeout, local_address, socket_options))


class _Stream(httpcore.AsyncNetworkStream):
    """A stream that keeps headers back until what follows is written, or an answer is waited for."""

    def __init__(self, beneath: httpcore.AsyncNetworkStream) -> None:
        self._beneath = beneath
        self._headers = b""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's
        if self._headers:
            await self.write(b"", timeout)
        return await self._beneath.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - httpcore's
        if not self._headers and buffer.endswith(_END_OF_HEADERS):
            self._headers = buffer
            return
        whole, self._headers = self._headers + buffer, b""
        await self._beneath.write(whole, timeout)

    async def aclose(self) -> None:
        await self._beneath.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's
    ) -> httpcore.AsyncNetworkStream:
        return _Stream(await self._beneath.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> object:
        return self._beneath.get_extra_info(info)


class _Body(httpx.AsyncByteStream):
    """The body of an answer of the engine's."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._answer.aiter_stream()

    async def aclose(self) -> None:
        """End it, read or not."""
        await self._answer.aclose()
