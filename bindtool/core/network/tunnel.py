"""Connects through an HTTP proxy: requests a tunnel to the site (CONNECT: RFC 9110, 9.3.6) and logs in to it.

Everything sent to the site goes through that tunnel, so after a failure here nothing has been sent. It connects for
httpcore, which treats a tunnelled connection like a direct one. User and scheme are chosen in `proxy_login`; SOCKS
is httpcore's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

import h11
import httpcore

from bindtool import __version__
from bindtool.core.network.proxy import Proxy, ProxyKind
from bindtool.core.network.proxy_login import ProxyFailed, ProxyLogins, ProxyRefusal

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable


_MOST_ROUNDS = 6
"""Requests for one tunnel; Negotiate and NTLM take three."""

_LONGEST_ANSWER = 1 << 18
"""Bytes, with the page that comes with a 407: Windows' own has 4 KiB, and a company's may contain its logo."""

_READ = 1 << 14

_WHO_ASKS = frozenset({HTTPStatus.PROXY_AUTHENTICATION_REQUIRED, HTTPStatus.UNAUTHORIZED})
"""Refusals that ask for a log-in. tinyproxy 1.11 answers a wrong password with the second one."""


class Tunnel(httpcore.AsyncNetworkBackend):
    """Connects through a proxy.

    Cancelled or failed at any moment, it leaves no connection open. It has no timeouts of its own.

    Args:
        proxy: an HTTP proxy.
        logins: those to all proxies.
        tls: the certificates to trust of a proxy with TLS.
        beneath: connects to the proxy.
    """

    def __init__(
        self, proxy: Proxy, logins: ProxyLogins, tls: ssl.SSLContext, beneath: httpcore.AsyncNetworkBackend
    ) -> None:
        self._proxy = proxy
        self._logins = logins
        self._tls = tls
        self._beneath = beneath

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Return a stream to `host`, an IPv6 address without brackets; the other arguments are for the connection.

        Raises:
            ProxyFailed: the proxy refuses the tunnel.
            httpcore.ConnectError: the proxy can't be reached, or TLS with it fails.
        """
        target = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

        async def reach_proxy() -> httpcore.AsyncNetworkStream:
            name, tls = self._proxy.host, self._tls if self._proxy.kind is ProxyKind.HTTPS else None
            tcp = await self._beneath.connect_tcp(name, self._proxy.port, timeout, local_address, socket_options)
            try:
                return tcp if tls is None else await tcp.start_tls(tls, name, timeout)
            except BaseException:
                await tcp.aclose()
                raise

        with self._logins.exchange(self._proxy) as login:
            authorization, words = await login.first(), ""
            stream = await reach_proxy()
            try:
                for number in range(_MOST_ROUNDS):
                    said = await _ask(stream, target, authorization)
                    if said.status in range(HTTPStatus.OK, HTTPStatus.MULTIPLE_CHOICES):
                        login.accepted()
                        return stream
                    words = (
                        self._logins.clean(self._proxy, f"{said.status} {said.reason}")
                        .encode("ascii", "ignore")
                        .decode()
                    )
                    if said.status not in _WHO_ASKS:
                        break
                    authorization = await login.answer(said.challenges)
                    if not said.goes_on and number:
                        raise ProxyFailed(ProxyRefusal.CLOSED, "hung up while it was logged in to")
                    # Some proxies close the connection unannounced.
                    if not said.goes_on or (not number and stream.get_extra_info("is_readable")):
                        await stream.aclose()
                        stream = await reach_proxy()
                raise ProxyFailed(ProxyRefusal.REFUSED, words)
            except BaseException as error:
                if isinstance(error, ProxyFailed):
                    error.words = error.words or words
                await stream.aclose()
                raise


@dataclass(frozen=True, slots=True)
class _ConnectReply:
    """An answer to CONNECT. `challenges`: values of Proxy-Authenticate. `goes_on`: it takes another request."""

    status: int
    reason: str
    challenges: tuple[str, ...]
    goes_on: bool


async def _ask(stream: httpcore.AsyncNetworkStream, target: str, authorization: bytes | None) -> _ConnectReply:
    """Request a tunnel and return the proxy's answer.

    Raises:
        ProxyFailed: CLOSED, NOT_HTTP.
    """
    headers = [
        (b"Host", target.encode()),
        (b"User-Agent", f"bindtool/{__version__}".encode()),
        (b"Proxy-Connection", b"Keep-Alive"),
    ]
    if authorization is not None:
        headers.append((b"Proxy-Authorization", authorization))
    # A new one for each request: h11 sends nothing after an answer of HTTP/1.0, which some proxies still use.
    http = h11.Connection(h11.CLIENT)
    question = http.send(h11.Request(method=b"CONNECT", target=target.encode(), headers=headers))
    http.send(h11.EndOfMessage())
    events = _Events(http, stream)
    try:
        await stream.write(question or b"")
        head = await events.head()
    except (httpcore.ReadError, httpcore.WriteError) as error:
        raise ProxyFailed(ProxyRefusal.CLOSED, "hung up without an answer") from error
    except h11.RemoteProtocolError as error:
        # Without the error's words, which may quote a password.
        raise ProxyFailed(ProxyRefusal.NOT_HTTP, "what it says is no HTTP") from error
    return _ConnectReply(
        head.status_code,
        head.reason.decode("utf-8", "replace"),
        tuple(value.decode("latin-1") for name, value in head.headers if name == b"proxy-authenticate"),
        head.status_code in _WHO_ASKS and _stays(head) and await events.end(),
    )


class _Events:
    """The h11 events of one answer of a proxy."""

    def __init__(self, http: h11.Connection, stream: httpcore.AsyncNetworkStream) -> None:
        self._http = http
        self._stream = stream
        self._left = _LONGEST_ANSWER

    async def head(self) -> h11.Response:
        """Return the answer's status and headers, skipping informational responses.

        Raises:
            h11.RemoteProtocolError: it is no HTTP; httpcore.ReadError: it does not come.
        """
        event = await self._next()
        while not isinstance(event, h11.Response):
            event = await self._next()
        if self._http.their_state is h11.SWITCHED_PROTOCOL and self._http.trailing_data[0]:
            # Nothing has been requested beyond the tunnel yet.
            raise h11.RemoteProtocolError("bytes after the answer")
        return event

    async def end(self) -> bool:
        """Read the body of a refusal; return whether the connection takes another request afterwards."""
        try:
            while not isinstance(await self._next(), h11.EndOfMessage):
                pass
        except (h11.RemoteProtocolError, httpcore.ReadError):
            return False
        return not self._http.trailing_data[0]

    async def _next(self) -> object:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            data = await self._stream.read(_READ)
            if not data:
                raise httpcore.ReadError("end of stream")
            self._left -= len(data)
            if self._left < 0:
                raise h11.RemoteProtocolError("an answer without an end")
            self._http.receive_data(data)
        return event


def _stays(head: h11.Response) -> bool:
    """Return whether a proxy keeps the connection and frames its answer."""
    names = {name for name, _ in head.headers}
    said = b",".join(value.lower() for name, value in head.headers if name in _ABOUT_CONNECTION).split(b",")
    options = {option.strip() for option in said}
    is_new = head.http_version > b"1.0"
    return not names.isdisjoint(_FRAMED) and b"close" not in options and (is_new or b"keep-alive" in options)


_ABOUT_CONNECTION = frozenset({b"connection", b"proxy-connection"})
_FRAMED = frozenset({b"content-length", b"transfer-encoding"})
