"""A line to a site: a connection, made when it is first used, that carries one request after another.

Owns HTTP and the library for it: how a line is opened, straight or through a proxy, when it has to be opened anew,
and an answer's headers and body as they come. Nothing here follows a redirect or keeps a cookie. What is sent, how
long it is waited for and what came of it is for `api`; how far a request has got, for `way`.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote, urlsplit

import anyio
import httpcore

if TYPE_CHECKING:
    import ssl
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from typing import Any
    from urllib.parse import SplitResult

    Header = tuple[bytes, bytes]
    Follower = Callable[[str, Mapping[str, Any]], Awaitable[None]]

_IDLE = 5.0
"""Seconds after which an idle line is made anew: what stands between may have forgotten it, and tells nobody."""

_LONGEST_BODY = 1 << 20
_GZIP = zlib.MAX_WBITS | 16
_GZIP_NAMES = frozenset({"gzip", "x-gzip"})
"""In capitals or not (RFC 9110, 8.4.1)."""


@dataclass(frozen=True, slots=True)
class Received:
    """An answer: its status with the words beside it, its headers by lower-case name, and its body.

    Of a body that is longer than any of this API it is the beginning.
    """

    status: int
    reason: str
    headers: Mapping[str, str]
    body: bytes


class Line:
    """A line to `site`, for one request at a time.

    It has no time-outs: whoever waits cancels, and the connection is then closed.

    Args:
        site: an origin, such as "https://api.coze.cn".
        proxy: the address of the one to go through, with the login that it asks for; "" for none.
        to_site, to_proxy: whom to trust at either end.

    Raises:
        ValueError: that is no address of a proxy that can be spoken to.
    """

    def __init__(self, site: str, proxy: str, to_site: ssl.SSLContext, to_proxy: ssl.SSLContext) -> None:
        self.proxy = proxy
        self._site = site
        self._host = urlsplit(site).netloc.encode("ascii")
        self._urls: dict[str, httpcore.URL] = {}
        self._route: _Route = _through(proxy, to_site, to_proxy) if proxy else _Straight(site, to_site)

    async def exchange(
        self, method: str, path: str, headers: Sequence[Header], body: bytes, follow: Follower
    ) -> Received:
        """Send one request and return the whole answer.

        `headers`: those beside Host and Content-Length. `follow` is told of each step (httpcore, "trace"); what it
        raises ends the request.

        Raises:
            Exception: the library's, the system's or `follow`'s, whatever went wrong.
        """
        headers = [(b"Host", self._host), *headers]
        if body:
            headers.append((b"Content-Length", str(len(body)).encode("ascii")))
        request = httpcore.Request(
            method, self._url(path), headers=headers, content=body, extensions={"trace": follow}
        )
        response = await self._route.handle_async_request(request)
        try:
            found = _headers(response.headers)
            reason = _text(response.extensions["reason_phrase"])
            return Received(response.status, reason, found, await _read(response, found))
        finally:
            await response.aclose()

    async def aclose(self) -> None:
        """Hang up. A second call does nothing."""
        await self._route.aclose()

    def _url(self, path: str) -> httpcore.URL:
        """Taking an address apart costs as much as reading an answer, and a run has one."""
        url = self._urls.get(path)
        if url is None:
            url = self._urls[path] = httpcore.URL(self._site + path)
        return url


def load() -> None:
    """Load what the library loads for its first request. Needs a running event loop."""
    anyio.get_cancelled_exc_class()  # brings anyio's half for asyncio


def refused_by_proxy(error: BaseException) -> bool:
    """Tell whether it was the proxy that said no; its words are the error's."""
    return isinstance(error, httpcore.ProxyError)


class _Route(Protocol):
    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response: ...

    async def aclose(self) -> None: ...


class _Straight:
    """A connection to the site itself, and the next one where the server has hung up meanwhile.

    The library's pool would do the same; it looks through its connections and requests at each step, and of a
    single connection that is a sixth of what a request costs.
    """

    def __init__(self, site: str, tls: ssl.SSLContext) -> None:
        self._origin = httpcore.URL(site).origin
        self._tls = tls
        self._connection: httpcore.AsyncHTTPConnection | None = None

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        connection = self._connection
        if connection is None or not connection.is_available() or connection.has_expired():
            await self.aclose()
            connection = self._connection = httpcore.AsyncHTTPConnection(
                self._origin, ssl_context=self._tls, keepalive_expiry=_IDLE
            )
        return await connection.handle_async_request(request)

    async def aclose(self) -> None:
        if self._connection is not None:
            await self._connection.aclose()


def _through(proxy: str, to_site: ssl.SSLContext, to_proxy: ssl.SSLContext) -> httpcore.AsyncConnectionPool:
    """Return the way through a proxy, of one connection."""
    parts = urlsplit(proxy)
    url = httpcore.URL(
        scheme=parts.scheme, host=(parts.hostname or "").encode("idna"), port=parts.port, target=b"/"
    )
    if parts.scheme in {"http", "https"}:
        return httpcore.AsyncHTTPProxy(
            url,
            proxy_auth=_login(parts),
            ssl_context=to_site,
            proxy_ssl_context=to_proxy if parts.scheme == "https" else None,
            max_connections=1,
            keepalive_expiry=_IDLE,
        )
    if parts.scheme in {"socks5", "socks5h"}:
        return httpcore.AsyncSOCKSProxy(
            url, proxy_auth=_login(parts), ssl_context=to_site, max_connections=1, keepalive_expiry=_IDLE
        )
    raise ValueError(f"{parts.scheme}://")


def _login(parts: SplitResult) -> tuple[bytes, bytes] | None:
    if not parts.username and not parts.password:
        return None
    return unquote(parts.username or "").encode(), unquote(parts.password or "").encode()


def _headers(raw: Sequence[Header]) -> Mapping[str, str]:
    """One that comes twice is one with a comma (RFC 9110, 5.3)."""
    found: dict[str, str] = {}
    for key, value in raw:
        name, text = _text(key).lower(), _text(value)
        found[name] = f"{found[name]}, {text}" if name in found else text
    return found


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


async def _read(response: httpcore.Response, headers: Mapping[str, str]) -> bytes:
    """Return the body, or as much of it as an answer of this API could ever have.

    Raises:
        zlib.error: it is not packed as it says.
    """
    coding = headers.get("content-encoding", "").strip().lower()
    inflate = zlib.decompressobj(_GZIP) if coding in _GZIP_NAMES else None
    raw = bytearray()
    async for piece in response.aiter_stream():
        raw += piece if inflate is None else inflate.decompress(piece, _LONGEST_BODY + 1)
        if len(raw) > _LONGEST_BODY:
            break
    return bytes(raw)
