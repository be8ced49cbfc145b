"""One request to Coze and what came back.

Headers, time-outs, whether a request never left or its answer was lost, and a new token where one was refused.
Path and body are in `bind_request`, HTTP itself is in `connection`. What a reply means is decided in `verdict`,
when to ask in `core/binding/request_cycle.py`. Redirects are never followed: the token would go along.
"""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import truststore

from bindtool import __version__
from bindtool.core.api.bind_request import bind_json, bind_path
from bindtool.core.api.certificate import Certificate, read_certificate
from bindtool.core.api.connection import CertificateProbe, Connection, Received, RequestTrace
from bindtool.core.api.network_errors import system_message, why_not_reached, why_refused_by_proxy
from bindtool.core.api.responses import AnswerLost, HttpReply, NeverSent, NoToken, NotSent, Reply
from bindtool.core.api.verdict import TOKEN_REFUSED, judge
from bindtool.core.common.concurrency import wait_awake
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.redaction import Redaction
from bindtool.core.network.proxy import BadProxy, Proxy, Routes, UnsupportedScript
from bindtool.core.network.proxy_login import ProxyFailed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from bindtool.core.common.clock import Clock
    from bindtool.core.model.channel import Channel
    from bindtool.core.model.device import Device
    from bindtool.core.network.proxies import Proxies

    NextToken = Callable[[AccessToken | None], Awaitable[AccessToken | NeverSent | NoToken]]
    """Returns a token for the next request, another one than the refused; or what keeps it from being had."""

_HEADERS = (
    (b"Accept", b"*/*"),
    (b"Accept-Encoding", b"gzip"),
    (b"Connection", b"keep-alive"),
    (b"User-Agent", f"bindtool/{__version__}".encode()),
)
_JSON = (b"Content-Type", b"application/json")
_REFUSED_CERTIFICATE = frozenset({NotSent.UNTRUSTED, NotSent.EXPIRED, NotSent.WRONG_NAME})
_NO_WAY = frozenset({NotSent.DNS, NotSent.CONNECT, NotSent.TIMEOUT})

_IDLE = timedelta(seconds=5)
"""As in `transport`, by the wall clock: the steady one stands still on Linux and macOS while a computer sleeps."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait, in seconds: `connect` until the server is reached, then `answer` for the whole answer.

    Only time counts in which this computer was awake. `quiet`: how long a new connection has to stay silent before
    a request leaves; most round trips are shorter.
    """

    connect: float = 10.0
    answer: float = 30.0
    quiet: float = 0.05


@dataclass(frozen=True, slots=True)
class _Request:
    """What is to be sent. `trace`: how far it has got. `token`: goes along; None for none."""

    method: str
    path: str
    body: bytes
    trace: RequestTrace
    token: AccessToken | None

    async def send(self, connection: Connection) -> Received:
        """Send it over `connection`; return and raise what that does."""
        headers = [*_HEADERS]
        if self.token is not None:
            headers.append((b"Authorization", f"Bearer {self.token.reveal()}".encode()))
        if self.body:
            headers.append(_JSON)
        return await connection.exchange(self.method, self.path, headers, self.body, self.trace.follow)


class SiteClient:
    """Calls of one site.

    Each connection serves one request at a time: an HTTP pool gets slower with every open connection (measured).
    All share one TLS context, which trusts what the system trusts.

    Args:
        site: an origin, such as "https://api.coze.cn".
        timeouts: how long to wait for the server.
        clock: stamps the replies.
        proxies: those on the way to the site.
    """

    def __init__(self, site: str, timeouts: Timeouts, clock: Clock, proxies: Proxies) -> None:
        self._site = site
        self._tokens: tuple[AccessToken, ...] = ()
        self._redaction = Redaction(())
        self._timeouts = timeouts
        self._clock = clock
        self._proxies = proxies
        self._tls = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._idle: list[tuple[Connection, datetime]] = []
        self._give_up: asyncio.Event | None = None
        self._giving_up: asyncio.Future[Any] | None = None
        self.routes = Routes()
        """What the system has named last."""
        self.way: Proxy | None = None
        """The way that was tried last; None for straight."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._giving_up is not None:
            self._giving_up.cancel()
        for connection, _answered_at in self._idle:
            await connection.aclose()

    async def get(self, path: str) -> HttpReply | NeverSent | AnswerLost:
        """Ask for a page without a token; the answer is as it came, a redirect too."""
        return await self._call("GET", path, b"", self._trace())

    async def post(self, path: str, body: bytes) -> HttpReply | NeverSent | AnswerLost:
        """Send JSON without a token; the answer is as it came, with the tokens that it may bring."""
        return await self._call("POST", path, body, self._trace())

    def _trace(self) -> RequestTrace:
        return RequestTrace(self._timeouts.quiet)

    async def _call(
        self,
        method: str,
        path: str,
        body: bytes,
        trace: RequestTrace,
        give_up: asyncio.Event | None = None,
        token: AccessToken | None = None,
    ) -> HttpReply | NeverSent | AnswerLost:
        """Send one request over a connection of its own, which is used again only if the answer came whole.

        Else the next try asks for the ways anew: a laptop may be in another network by then. With a `token` no
        answer has a part of it, or of earlier ones, in it.
        """
        if token is not None and token not in self._tokens:
            # A server may repeat what it was sent, and late.
            self._tokens = (*self._tokens[-2:], token)
            self._redaction = Redaction(self._tokens)
        request = _Request(method, path, body, trace, token)
        giving_up = self._once_set(give_up)
        await asyncio.sleep(0)  # what has come to an idle connection is noticed in the loop's next turn
        while self._idle:
            connection, answered_at = self._idle.pop()
            if connection.reusable and abs(self._clock.now() - answered_at) < _IDLE:
                self.way = connection.way
                return await self._try(connection, request, giving_up)
            await connection.aclose()
        ways = await self._find_ways(giving_up)
        return ways if isinstance(ways, NeverSent) else await self._try_ways(ways, request, giving_up)

    def _once_set(self, give_up: asyncio.Event | None) -> asyncio.Future[Any]:
        """Return what is done once an event is set: one for all requests of a run, which have one event."""
        if give_up is None:
            return asyncio.get_running_loop().create_future()
        if self._giving_up is None or give_up is not self._give_up:
            if self._giving_up is not None:
                self._giving_up.cancel()
            self._give_up, self._giving_up = give_up, asyncio.ensure_future(give_up.wait())
        return self._giving_up

    async def _find_ways(self, giving_up: asyncio.Future[Any]) -> tuple[Proxy | None, ...] | NeverSent:
        """Return the ways that the system names now, in the order of trial; None for straight."""
        asking = asyncio.ensure_future(self._proxies.routes(self._site))
        try:
            await wait_awake((asking, giving_up), self._timeouts.connect)
        finally:
            asking.cancel()
        if not asking.done():
            return NeverSent(self._clock.now(), NotSent.TIMEOUT, host=urlsplit(self._site).netloc)
        try:
            self.routes = asking.result()
        except UnsupportedScript as error:
            host = urlsplit(self._site).netloc
            return NeverSent(self._clock.now(), NotSent.PROXY_SCRIPT, error.address, host)
        except BadProxy as error:
            # A proxy that bindtool does not speak to, or an address that is none.
            return NeverSent(self._clock.now(), NotSent.PROXY, str(error), error.address)
        return self._proxies.in_order(self.routes.ways, self._clock.monotonic())

    async def _try_ways(
        self, ways: Sequence[Proxy | None], request: _Request, giving_up: asyncio.Future[Any]
    ) -> HttpReply | NeverSent | AnswerLost:
        """Send a request over the first of `ways` that leads anywhere.

        One does not where its proxy can't be reached, or for want of one the site: then nothing has left. A proxy
        that refuses has the last word.
        """
        way, *others = ways
        self.way = way
        reply = await self._try(
            Connection(self._site, way, self._tls, self._tls, self._proxies.logins), request, giving_up
        )
        if giving_up.done():
            return reply
        leads_nowhere = isinstance(reply, NeverSent) and reply.why in _NO_WAY and not request.trace.past_proxy
        self._proxies.note(way, self._clock.monotonic(), leads_nowhere=leads_nowhere)
        return await self._try_ways(others, request, giving_up) if leads_nowhere and others else reply

    async def _try(
        self, connection: Connection, request: _Request, giving_up: asyncio.Future[Any]
    ) -> HttpReply | NeverSent | AnswerLost:
        """Send a request over `connection`, and keep that for another one or close it."""
        reply: HttpReply | NeverSent | AnswerLost | None = None
        try:
            reply = await self._exchange(connection, request, giving_up)
        finally:
            if connection.came_whole and isinstance(reply, HttpReply):
                self._idle.append((connection, reply.time))
            else:
                await connection.aclose()
        return reply

    async def _exchange(
        self, connection: Connection, request: _Request, giving_up: asyncio.Future[Any]
    ) -> HttpReply | NeverSent | AnswerLost:
        """Return what came back. Whatever goes wrong is a reply, never an exception."""
        trace = request.trace
        trace.begin()
        connected = connection.came_whole
        sending = asyncio.ensure_future(request.send(connection))
        try:
            if not connected:
                await wait_awake((sending, trace.left, giving_up), self._timeouts.connect)
            if connected or trace.left.done():
                await wait_awake((sending, giving_up), self._timeouts.answer)
        finally:
            if not sending.done():
                sending.cancel()
                await asyncio.wait((sending,))
        error = TimeoutError() if sending.cancelled() else sending.exception()
        if error is None:
            return self._answer(sending.result(), clean=request.token is not None)
        if not trace.left.done():
            return await self._never_sent(connection, trace, error, giving_up)
        return AnswerLost(self._clock.now())

    def _answer(self, received: Received, *, clean: bool) -> HttpReply:
        now = self._clock.now()
        if not clean:
            return HttpReply(now, received.status, received.headers, received.body)
        replied = self._redaction.clean_values(received.headers)
        return HttpReply(now, received.status, replied, self._redaction.clean_answer(received.body))

    async def _never_sent(
        self, connection: Connection, trace: RequestTrace, error: BaseException, giving_up: asyncio.Future[Any]
    ) -> NeverSent:
        """Say how far the request got, and why no further; one that was given up counts as out of time."""
        way = connection.way
        host = urlsplit(self._site).netloc if way is None or trace.past_proxy else way.address
        if isinstance(error, TimeoutError):
            return NeverSent(self._clock.now(), NotSent.TIMEOUT, host=host)
        if isinstance(error, ProxyFailed):
            why, words = why_refused_by_proxy(error)
        else:
            why, words = why_not_reached(error), system_message(error)
            if why is NotSent.CONNECT and trace.connected:
                # A SOCKS proxy closed the connection without an answer, or it broke during the TLS handshake.
                if not trace.past_proxy:
                    why = NotSent.PROXY
                elif self._site.startswith("https:"):
                    why = NotSent.TLS
        probes = why in _REFUSED_CERTIFICATE and (way is None or trace.past_proxy)
        certificate = await self._fetch_certificate(connection, giving_up) if probes else None
        return NeverSent(self._clock.now(), why, self._redaction.clean(words), host, certificate)

    async def _fetch_certificate(
        self, connection: Connection, giving_up: asyncio.Future[Any]
    ) -> Certificate | None:
        """Return the certificate that was refused; None where it is not to be had.

        TLS lets nobody read a certificate that it refuses. So it is asked for once more without judging it, over a
        connection that ends as soon as it has come: no request is ever sent on it.
        """
        unverified = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        unverified.check_hostname = False
        unverified.verify_mode = ssl.CERT_NONE
        probe = CertificateProbe()
        probed = Connection(self._site, connection.way, unverified, self._tls, self._proxies.logins)
        probing = asyncio.ensure_future(probed.exchange("GET", "/", (), b"", probe.follow))
        try:
            await wait_awake((probing, giving_up), self._timeouts.connect)
        finally:
            probing.cancel()
            await asyncio.gather(probing, return_exceptions=True)
            await probed.aclose()
        return read_certificate(probe.certificate)


class CozeApi(SiteClient):
    """Calls of one site with a token, which goes into the Authorization header and nowhere else.

    `renew`: gives the token before each request, and another one where it was refused; None for one that stays.
    """

    def __init__(
        self,
        site: str,
        token: AccessToken,
        timeouts: Timeouts,
        clock: Clock,
        proxies: Proxies,
        renew: NextToken | None = None,
    ) -> None:
        super().__init__(site, timeouts, clock, proxies)
        self._token = token
        self._renew = renew

    async def bind(
        self, channel: Channel, devices: Sequence[Device], give_up: asyncio.Event | None = None
    ) -> Reply:
        """Bind `devices`, at least one, with one request; with a second one where a token was refused and renewed.

        Once `give_up` is set, return what is known by then. Cancelled, it does so too: a loop that is torn down
        cancels everything, and whether the request has left has to be written down all the same.
        """
        path, body = bind_path(channel), bind_json(channel, devices).encode()
        trace: RequestTrace | None = None

        async def send(token: AccessToken) -> Reply:
            nonlocal trace
            trace = self._trace()
            reply = await self._call("POST", path, body, trace, give_up, token)
            # What has an answer is not lost any more, whatever is asked next.
            trace = None
            return reply

        try:
            return await self._with_token(send, give_up)
        except asyncio.CancelledError:
            if trace is not None and trace.left.done():
                return AnswerLost(self._clock.now())
            return self._given_up()

    async def users_me(self, give_up: asyncio.Event | None = None) -> Reply:
        """Ask whose token this is (GET /v1/users/me, which Coze's SDKs have): binds nothing.

        Once `give_up` is set, return what is known by then.
        """
        return await self._with_token(
            lambda token: self._call("GET", "/v1/users/me", b"", self._trace(), give_up, token), give_up
        )

    async def _with_token(
        self, send: Callable[[AccessToken], Awaitable[Reply]], give_up: asyncio.Event | None = None
    ) -> Reply:
        """Return what `send` does with a token; once more with another one where that was refused.

        A request that was refused for its token has bound nothing.
        """
        token = await self._next_token(None, give_up)
        if not isinstance(token, AccessToken):
            return token
        reply = await send(token)
        if self._renew is None or judge(reply).cause not in TOKEN_REFUSED:
            return reply
        another = await self._next_token(token, give_up)
        return await send(another) if isinstance(another, AccessToken) else another

    async def _next_token(
        self, refused: AccessToken | None, give_up: asyncio.Event | None
    ) -> AccessToken | NeverSent | NoToken:
        """Return a token, or what keeps it from being had until it is given up."""
        if self._renew is None:
            return self._token
        asking = asyncio.ensure_future(self._renew(refused))
        try:
            await asyncio.wait((asking, self._once_set(give_up)), return_when=asyncio.FIRST_COMPLETED)
            return asking.result() if asking.done() else self._given_up()
        finally:
            asking.cancel()

    def _given_up(self) -> NeverSent:
        return NeverSent(self._clock.now(), NotSent.TIMEOUT, host=urlsplit(self._site).netloc)


@dataclass(frozen=True, slots=True)
class ChannelBinder:
    """Binds to one channel: what a run is given. `carried`: bound before, and sent along with each request."""

    api: CozeApi
    channel: Channel
    carried: tuple[Device, ...] = ()

    async def bind(self, devices: Sequence[Device], give_up: asyncio.Event) -> Reply:
        """Bind `devices`, at least one, with one request; given up or cancelled, return what is known by then."""
        return await self.api.bind(self.channel, [*self.carried, *devices], give_up)
