"""An HTTP connection to a site, opened on first use, and the progress of a request over it.

`transport` connects to the site; `client` chooses headers, body and timeouts and interprets a failure. Uses httpx
without its client: nothing here follows a redirect, keeps a cookie or reads a netrc. Limits the size of an answer.
The steps of a request and their values are those of httpx's engine, httpcore (extension "trace"); the step that
matters is that the request may have left.
"""

from __future__ import annotations

import asyncio
import zlib
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

import anyio
import httpx

if TYPE_CHECKING:
    import ssl
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from bindtool.core.api.transport import Line
    from bindtool.core.network.proxy import Proxy
    from bindtool.core.network.proxy_login import ProxyLogins

    Header = tuple[bytes, bytes]
    Follower = Callable[[str, Mapping[str, Any]], Awaitable[None]]

_LONGEST_BODY = 1 << 20
_GZIP = zlib.MAX_WBITS | 16
_GZIP_NAMES = frozenset({"gzip", "x-gzip"})
"""Compared case-insensitively (RFC 9110, 8.4.1)."""

_url = lru_cache(maxsize=16)(httpx.URL)
"""Parsing a URL costs as much as reading an answer, and a run has a single URL."""


@dataclass(frozen=True, slots=True)
class Received:
    """A response: its status, its headers by lower-case name, and its body.

    Repeated headers are joined by a comma (RFC 9110, 5.3). A body longer than this API ever sends is truncated.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


class Connection:
    """A connection to `site`, for one request at a time.

    It has no timeouts: the caller cancels.

    Args:
        site: an origin, such as "https://api.coze.cn".
        route: the proxy to use; None for a direct connection.
        to_site, to_proxy: the TLS contexts for site and proxy.
        logins: the logins to all proxies.

    Attributes:
        came_whole: whether the last answer arrived whole, with no data after it; else the connection is not reused.
    """

    def __init__(
        self, site: str, route: Proxy | None, to_site: ssl.SSLContext, to_proxy: ssl.SSLContext, logins: ProxyLogins
    ) -> None:
        from bindtool.core.api.transport import Transport

        self.route = route
        self.came_whole = False
        self._site = site
        self._transport = Transport(route, to_site, to_proxy, logins)

    @property
    def reusable(self) -> bool:
        """Whether the last answer arrived whole and the peer is still connected and silent. If not, close it."""
        return self.came_whole and self._transport.is_open

    async def exchange(
        self, method: str, path: str, headers: Sequence[Header], body: bytes, follow: Follower
    ) -> Received:
        """Send one request and return the whole answer.

        `headers`: all except Host and Content-Length. `follow` is called with each step (httpcore's "trace"); its
        exceptions end the request.

        Raises:
            ProxyFailed: the proxy refused the connection.
            Exception: any other failure, from the library, the system or `follow`.
        """
        self.came_whole = False
        url = _url(self._site + path)
        # Letting the library add the missing headers makes building a request four times slower.
        sent = [(b"Host", url.netloc), *headers]
        if body:
            sent.append((b"Content-Length", b"%d" % len(body)))
        request = httpx.Request(
            method, url, headers=sent, stream=httpx.ByteStream(body), extensions={"trace": follow}
        )
        response = await self._transport.handle_async_request(request)
        try:
            raw = await _read(response)
        finally:
            await response.aclose()
        line: Line = response.extensions["network_stream"]
        await line.listen()
        self.came_whole = len(raw) <= _LONGEST_BODY and line.is_silent
        return Received(response.status_code, dict(response.headers.items()), raw)

    async def aclose(self) -> None:
        """Close the connection. A second call does nothing."""
        await self._transport.aclose()


class RequestTrace:
    """The progress of one request, over one route after another.

    `left` is done as soon as a part of the request itself may have been sent to the site. `past_proxy`: there is a
    connection to the site, through the proxy if there is one.

    Args:
        quiet: seconds to listen on a new connection before sending anything to the site.
    """

    def __init__(self, quiet: float = 0.0) -> None:
        self._quiet = quiet
        self.left: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.begin()

    def begin(self) -> None:
        """Reset the state before trying another route."""
        self.past_proxy = False
        self._line: Line | None = None

    @property
    def connected(self) -> bool:
        """Whether the connection was accepted: by the site, or by a SOCKS proxy."""
        return self._line is not None

    async def follow(self, step: str, about: Mapping[str, Any]) -> None:
        """Record a step. Unsubscribes once the request leaves: there are a dozen steps per request.

        Raises:
            ConnectionError: the peer sent data or hung up before the request left.
        """
        if step == "http11.send_request_headers.started":
            if self._line is not None:
                # Data received now would be taken for the answer.
                await self._line.listen(self._quiet)
                if not self._line.is_silent:
                    raise ConnectionError("an answer before the request" if await self._line.read(1) else "closed")
            self.left.set_result(None)
            about["request"].extensions.pop("trace", None)
        elif step.endswith(".connect_tcp.complete"):
            self._line = about["return_value"]
            self.past_proxy = not step.startswith("socks.")
        elif step == "socks.setup_socks5_connection.complete":
            self.past_proxy = True


class CertificateProbe(RequestTrace):
    """Ends a connection as soon as the site's certificate has arrived, before any request is sent."""

    def __init__(self) -> None:
        super().__init__()
        self.certificate = b""

    async def follow(self, step: str, about: Mapping[str, Any]) -> None:
        """Record a step.

        Raises:
            CertificateSeen: the certificate has arrived, or the request is about to leave.
        """
        await super().follow(step, about)
        if step.endswith(".start_tls.complete"):
            tls = about["return_value"].get_extra_info("ssl_object")
            self.certificate = tls.getpeercert(binary_form=True)
            raise CertificateSeen
        if self.left.done():
            raise CertificateSeen


class CertificateSeen(Exception):
    """Ends the connection of a `CertificateProbe`."""


def load_library() -> None:
    """Import the modules that httpx loads for its first request. Needs a running event loop."""
    anyio.get_cancelled_exc_class()  # loads anyio's asyncio backend
    import_module("bindtool.core.api.transport")  # and its engine


async def _read(response: httpx.Response) -> bytes:
    """Return the body, truncated to the size limit.

    Decompresses here: the library would decompress a whole chunk, and a megabyte can become a thousand.

    Raises:
        zlib.error: the body is not valid gzip, or has data after the end of the stream.
        EOFError: the gzip stream ends early.
    """
    coding = response.headers.get("content-encoding", "").strip().lower()
    inflate = zlib.decompressobj(_GZIP) if coding in _GZIP_NAMES else None
    raw = bytearray()
    async for piece in response.aiter_raw():
        raw += piece if inflate is None else inflate.decompress(piece, _LONGEST_BODY + 1)
        if inflate is not None and inflate.unused_data:
            raise zlib.error("more behind the end")
        if len(raw) > _LONGEST_BODY:
            return bytes(raw)
    if inflate is not None and not inflate.eof:
        raise EOFError
    return bytes(raw)
