"""One request to Coze and what came back; the only place that speaks HTTP.

Owns the wire: method, path, headers and body of the vendor's page ("绑定设备"), the time-outs, and the line between
a request that never left and one whose answer was lost. What a reply means is for `verdict`; when to ask is for
`submit`. Redirects are never followed: the token would go along.
"""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

import anyio
import httpx
import truststore

from bindtool.core.awake import until_done
from bindtool.core.certificate import read_certificate
from bindtool.core.no_way import systems_words, why_not_reached, why_refused_by_proxy
from bindtool.core.proxies import system_proxy, without_login
from bindtool.core.redaction import Redaction
from bindtool.core.reply import HttpReply, Lost, NeverSent, NoAnswer, NotSent
from bindtool.core.way import Glance, Way
from bindtool.core.wire import bind_json, bind_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bindtool.core.access_token import AccessToken
    from bindtool.core.certificate import Certificate
    from bindtool.core.channel import Channel
    from bindtool.core.clock import Clock
    from bindtool.core.device import Device
    from bindtool.core.reply import Reply

USER_AGENT = "bindtool"
_HEADERS = {
    "Accept": "*/*",
    "Accept-Encoding": "gzip, deflate",
    "Connection": "keep-alive",
    "User-Agent": USER_AGENT,
}
_LONGEST_BODY = 1 << 20
_REFUSED_CERTIFICATE = frozenset({NotSent.UNTRUSTED, NotSent.EXPIRED, NotSent.WRONG_NAME})


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds: `connect` for a way to the server, then `answer` for the whole answer to come.

    Only time counts in which this computer was awake.
    """

    connect: float = 10.0
    answer: float = 30.0


class CozeApi:
    """Calls of one site with one token.

    Each of its connections serves one request at a time: an HTTP pool gets slower with every open connection, one
    of a single connection stays flat (measured, see the design). They are transports without a client before them:
    no cookie is kept, no redirect is looked at, and a request costs three quarters. All share one TLS context,
    which trusts what the system trusts.

    Args:
        site: an origin, such as "https://api.coze.cn".
        token: goes into the Authorization header and nowhere else.
        patience: how long to wait for the server.
        clock: stamps the replies.
    """

    def __init__(self, site: str, token: AccessToken, patience: Patience, clock: Clock) -> None:
        self._site = site
        self._token = token
        # A server may repeat what it was sent, or a part of it.
        self._redaction = Redaction([token])
        self._patience = patience
        self._clock = clock
        self._tls = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._urls: dict[str, httpx.URL] = {}
        self._idle: list[_Line] = []
        self._all: list[_Line] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for line in self._all:
            await line.transport.aclose()

    async def make_ready(self) -> None:
        """Load what httpx loads for its first request, 35 ms, for whoever waits for a disk. Nothing is sent."""
        anyio.get_cancelled_exc_class()  # brings anyio's half for asyncio
        await _transport("", self._tls, self._tls).aclose()

    async def bind(self, channel: Channel, devices: Sequence[Device]) -> Reply:
        """Bind `devices`, at least one, with one request."""
        return await self._call("POST", bind_path(channel), bind_json(channel, devices).encode())

    async def users_me(self) -> Reply:
        """Ask whose token this is (GET /v1/users/me, the facts page): binds nothing."""
        return await self._call("GET", "/v1/users/me", b"")

    async def _call(self, method: str, path: str, body: bytes) -> Reply:
        """Send one request over a line that nobody else uses meanwhile."""
        proxy = ""
        if not self._idle:
            proxy = await system_proxy(self._site)
            try:
                self._open(proxy)
            except (ValueError, httpx.InvalidURL) as error:
                # A proxy that bindtool does not speak to, or an address that is none.
                return NeverSent(self._clock.now(), NotSent.PROXY, str(error), without_login(proxy))
        line = self._idle.pop()
        try:
            reply = await self._exchange(line, method, path, body)
        finally:
            self._idle.append(line)
        if isinstance(reply, NeverSent):
            # The next try finds its way anew: a laptop may be in another network by then.
            self._idle.remove(line)
            self._all.remove(line)
            await line.transport.aclose()
        return reply

    def _open(self, proxy: str) -> None:
        line = _Line(_transport(proxy, self._tls, self._tls), proxy)
        self._idle.append(line)
        self._all.append(line)

    async def _exchange(self, line: _Line, method: str, path: str, body: bytes) -> Reply:
        """Return what came back. Whatever goes wrong on the way is a reply, never an exception."""
        way = Way()
        sending = asyncio.ensure_future(self._send(line.transport, method, path, body, way))
        try:
            await until_done((sending, way.left), self._patience.connect)
            if way.left.done():
                await until_done((sending,), self._patience.answer)
        finally:
            if not sending.done():
                sending.cancel()
                await asyncio.wait((sending,))
        error = TimeoutError() if sending.cancelled() else sending.exception()
        if error is None:
            return self._answer(line, *sending.result())
        if not way.left.done():
            await way.hang_up()
            return await self._never_sent(line, way, error)
        if isinstance(error, TimeoutError):
            return Lost(self._clock.now(), NoAnswer.TIMEOUT)
        return Lost(self._clock.now(), NoAnswer.BROKEN, self._without_token(str(error)))

    async def _send(
        self, transport: httpx.AsyncHTTPTransport, method: str, path: str, body: bytes, way: Way
    ) -> tuple[httpx.Response, bytes]:
        headers = _HEADERS | {"Authorization": f"Bearer {self._token.reveal()}"}
        if body:
            headers["Content-Type"] = "application/json"
        told = {"trace": way.follow}
        request = httpx.Request(method, self._url(path), headers=headers, content=body, extensions=told)
        response = await transport.handle_async_request(request)
        try:
            return response, await _read(response)
        finally:
            await response.aclose()

    def _url(self, path: str) -> httpx.URL:
        """Taking an address apart costs as much as reading an answer, and a run has one."""
        url = self._urls.get(path)
        if url is None:
            url = self._urls[path] = httpx.URL(self._site + path)
        return url

    def _answer(self, line: _Line, response: httpx.Response, raw: bytes) -> Reply:
        now = self._clock.now()
        if response.status_code == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
            words = self._without_token(response.reason_phrase)
            return NeverSent(now, NotSent.PROXY_LOGIN, words, without_login(line.proxy))
        replied = {name.lower(): self._without_token(value) for name, value in response.headers.items()}
        return HttpReply(now, response.status_code, replied, self._redaction.clean_answer(raw))

    async def _never_sent(self, line: _Line, way: Way, error: BaseException) -> NeverSent:
        """Say where the way to the site ended, and why."""
        site = urlsplit(self._site)
        past_proxy = not line.proxy or way.shook_hands_with == site.hostname
        host = site.netloc if past_proxy else without_login(line.proxy)
        if isinstance(error, TimeoutError):
            return NeverSent(self._clock.now(), NotSent.TIMEOUT, host=host)
        if isinstance(error, httpx.ProxyError):
            why, words = why_refused_by_proxy(str(error)), str(error)
        else:
            why, words = why_not_reached(error), systems_words(error)
            if why is NotSent.CONNECT and way.connected:
                # Cut off in the middle of shaking hands, or by a proxy that did not like to be asked.
                why = NotSent.TLS if way.shook_hands_with else NotSent.PROXY
        certificate = await self._look_at_certificate(line) if why in _REFUSED_CERTIFICATE else None
        return NeverSent(self._clock.now(), why, self._without_token(words), host, certificate)

    async def _look_at_certificate(self, line: _Line) -> Certificate | None:
        """Return the certificate that was refused; None where it is not to be had.

        TLS lets nobody read a certificate that it refuses. So it is asked for once more without judging it, over a
        connection that ends as soon as it has come: no request is ever sent on it.
        """
        unjudged = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        unjudged.check_hostname = False
        unjudged.verify_mode = ssl.CERT_NONE
        glance = Glance(urlsplit(self._site).hostname or "")
        async with _transport(line.proxy, unjudged, self._tls) as transport:
            request = httpx.Request("GET", self._site, extensions={"trace": glance.follow})
            looking = asyncio.ensure_future(transport.handle_async_request(request))
            await until_done((looking,), self._patience.connect)
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
            await glance.hang_up()
        return read_certificate(glance.certificate)

    def _without_token(self, text: str) -> str:
        """A server may repeat what it was sent."""
        return self._redaction.clean(text)


@dataclass(frozen=True, slots=True)
class ChannelBinder:
    """Binds to one channel: what a run is given."""

    api: CozeApi
    channel: Channel

    async def bind(self, devices: Sequence[Device]) -> Reply:
        """Bind `devices`, at least one, with one request."""
        return await self.api.bind(self.channel, devices)


async def _read(response: httpx.Response) -> bytes:
    """Return the body, or as much of it as an answer of this API could ever have."""
    raw = bytearray()
    async for piece in response.aiter_bytes():
        raw += piece
        if len(raw) > _LONGEST_BODY:
            break
    return bytes(raw)


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """A connection, made when it is first used, and the proxy that it goes through, "" for none."""

    transport: httpx.AsyncHTTPTransport
    proxy: str


def _transport(proxy: str, to_site: ssl.SSLContext, to_proxy: ssl.SSLContext) -> httpx.AsyncHTTPTransport:
    """Return a transport of one connection. It has no time-outs: `until_done` ends a request.

    Raises:
        ValueError, httpx.InvalidURL: that is no address of a proxy that can be spoken to.
    """
    way_out = None
    if proxy:
        way_out = httpx.Proxy(proxy, ssl_context=to_proxy if proxy.startswith("https:") else None)
    return httpx.AsyncHTTPTransport(
        verify=to_site,
        proxy=way_out,
        # What the system names as a proxy is known already.
        trust_env=False,
        limits=httpx.Limits(max_connections=1),
    )
