"""Sends one request to Coze and returns its result.

Sets headers and timeouts, tells a request that never left from a lost answer, and renews a refused token. Path and
body are in `bind_request`, HTTP itself in `connection`. `verdict` interprets the reply, and
`core/binding/request_cycle.py` decides when to send. Redirects are never followed: the token would go along.
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
from bindtool.core.network.proxy import BadProxy, Proxy, Routing, UnsupportedScript
from bindtool.core.network.proxy_login import ProxyFailed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from bindtool.core.common.clock import Clock
    from bindtool.core.model.channel import Channel
    from bindtool.core.model.device import Device
    from bindtool.core.network.proxies import Proxies

    NextToken = Callable[[AccessToken | None], Awaitable[AccessToken | NeverSent | NoToken]]
    """Returns a token for the next request, different from the refused token; or the failure that prevented it."""

_HEADERS = (
    (b"Accept", b"*/*"),
    (b"Accept-Encoding", b"gzip"),
    (b"Connection", b"keep-alive"),
    (b"User-Agent", f"bindtool/{__version__}".encode()),
)
_JSON = (b"Content-Type", b"application/json")
_REFUSED_CERTIFICATE = frozenset({NotSent.UNTRUSTED, NotSent.EXPIRED, NotSent.WRONG_NAME})
_NO_ROUTE = frozenset({NotSent.DNS, NotSent.CONNECT, NotSent.TIMEOUT})

_IDLE = timedelta(seconds=5)
"""As in `transport`, by the wall clock: the steady one stands still on Linux and macOS while a computer sleeps."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Timeouts in seconds: `connect` until the server is reached, then `answer` for the whole answer.

    Only time during which this computer was awake counts. `quiet`: how long a new connection must stay silent
    before a request is sent; most round trips are shorter.
    """

    connect: float = 10.0
    answer: float = 30.0
    quiet: float = 0.05


@dataclass(frozen=True, slots=True)
class _Request:
    """A request ready to send. `trace`: its progress. `token`: sent with it; None for no token."""

    method: str
    path: str
    body: bytes
    trace: RequestTrace
    token: AccessToken | None

    async def send(self, connection: Connection) -> Received:
        """Send the request over `connection`; returns and raises as `Connection.exchange` does."""
        headers = [*_HEADERS]
        if self.token is not None:
            headers.append((b"Authorization", f"Bearer {self.token.reveal()}".encode()))
        if self.body:
            headers.append(_JSON)
        return await connection.exchange(self.method, self.path, headers, self.body, self.trace.follow)


class SiteClient:
    """HTTP client for one site.

    Each connection serves one request at a time: an HTTP pool gets slower with every open connection (measured).
    All connections share one TLS context, which uses the system's certificate store.

    Args:
        site: an origin, such as "https://api.coze.cn".
        timeouts: how long to wait for the server.
        clock: stamps the replies.
        proxies: finds the proxies for the site.
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
        self.routing = Routing()
        """The routes last found in the system's proxy settings."""
        self.route: Proxy | None = None
        """The proxy last tried; None for a direct connection."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._giving_up is not None:
            self._giving_up.cancel()
        for connection, _answered_at in self._idle:
            await connection.aclose()

    async def get(self, path: str) -> HttpReply | NeverSent | AnswerLost:
        """Send a GET without a token; the answer is returned unchanged, a redirect too."""
        return await self._call("GET", path, b"", self._trace())

    async def post(self, path: str, body: bytes) -> HttpReply | NeverSent | AnswerLost:
        """Post JSON without a token; the answer is returned unchanged, with any tokens in it."""
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
        """Send one request over a connection of its own, reused only if the answer arrived whole.

        Else the next attempt finds the routes anew: a laptop may be in another network by then. With a `token`,
        the answer is redacted: it contains no part of this token or of earlier ones.
        """
        if token is not None and token not in self._tokens:
            # A server may echo a token, even in a later answer.
            self._tokens = (*self._tokens[-2:], token)
            self._redaction = Redaction(self._tokens)
        request = _Request(method, path, body, trace, token)
        giving_up = self._once_set(give_up)
        await asyncio.sleep(0)  # data for an idle connection is seen in the loop's next iteration
        while self._idle:
            connection, answered_at = self._idle.pop()
            if connection.reusable and abs(self._clock.now() - answered_at) < _IDLE:
                self.route = connection.route
                return await self._try(connection, request, giving_up)
            await connection.aclose()
        routes = await self._find_routes(giving_up)
        return routes if isinstance(routes, NeverSent) else await self._try_routes(routes, request, giving_up)

    def _once_set(self, give_up: asyncio.Event | None) -> asyncio.Future[Any]:
        """Return a future that is done once the event is set, shared by a run's requests as the event is."""
        if give_up is None:
            return asyncio.get_running_loop().create_future()
        if self._giving_up is None or give_up is not self._give_up:
            if self._giving_up is not None:
                self._giving_up.cancel()
            self._give_up, self._giving_up = give_up, asyncio.ensure_future(give_up.wait())
        return self._giving_up

    async def _find_routes(self, giving_up: asyncio.Future[Any]) -> tuple[Proxy | None, ...] | NeverSent:
        """Return the system's current routes in the order to try them; None stands for a direct connection."""
        asking = asyncio.ensure_future(self._proxies.routing(self._site))
        try:
            await wait_awake((asking, giving_up), self._timeouts.connect)
        finally:
            asking.cancel()
        if not asking.done():
            return NeverSent(self._clock.now(), NotSent.TIMEOUT, host=urlsplit(self._site).netloc)
        try:
            self.routing = asking.result()
        except UnsupportedScript as error:
            host = urlsplit(self._site).netloc
            return NeverSent(self._clock.now(), NotSent.PROXY_SCRIPT, error.address, host)
        except BadProxy as error:
            # A kind of proxy that bindtool does not support, or an invalid proxy URL.
            return NeverSent(self._clock.now(), NotSent.PROXY, str(error), error.address)
        return self._proxies.in_order(self.routing.routes, self._clock.monotonic())

    async def _try_routes(
        self, routes: Sequence[Proxy | None], request: _Request, giving_up: asyncio.Future[Any]
    ) -> HttpReply | NeverSent | AnswerLost:
        """Send a request over the first of `routes` that connects.

        Falls back to the next route if the proxy, or on a direct route the site, can't be reached: nothing has been
        sent then. A proxy's refusal is final.
        """
        route, *others = routes
        self.route = route
        reply = await self._try(
            Connection(self._site, route, self._tls, self._tls, self._proxies.logins), request, giving_up
        )
        if giving_up.done():
            return reply
        leads_nowhere = isinstance(reply, NeverSent) and reply.why in _NO_ROUTE and not request.trace.past_proxy
        self._proxies.note(route, self._clock.monotonic(), leads_nowhere=leads_nowhere)
        return await self._try_routes(others, request, giving_up) if leads_nowhere and others else reply

    async def _try(
        self, connection: Connection, request: _Request, giving_up: asyncio.Future[Any]
    ) -> HttpReply | NeverSent | AnswerLost:
        """Send a request over `connection`, then keep the connection for reuse or close it."""
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
        """Return the outcome of sending. Every failure becomes a reply, never an exception."""
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
        """Return how far the request got and why it failed; a request that was given up counts as a timeout."""
        route = connection.route
        host = urlsplit(self._site).netloc if route is None or trace.past_proxy else route.address
        if isinstance(error, TimeoutError):
            return NeverSent(self._clock.now(), NotSent.TIMEOUT, host=host)
        if isinstance(error, ProxyFailed):
            why, words = why_refused_by_proxy(error)
        else:
            why, words = why_not_reached(error), system_message(error)
            if why is NotSent.CONNECT and trace.connected:
                # A SOCKS proxy closed the connection without an answer, or the TLS handshake broke off.
                if not trace.past_proxy:
                    why = NotSent.PROXY
                elif self._site.startswith("https:"):
                    why = NotSent.TLS
        probes = why in _REFUSED_CERTIFICATE and (route is None or trace.past_proxy)
        certificate = await self._fetch_certificate(connection, giving_up) if probes else None
        return NeverSent(self._clock.now(), why, self._redaction.clean(words), host, certificate)

    async def _fetch_certificate(
        self, connection: Connection, giving_up: asyncio.Future[Any]
    ) -> Certificate | None:
        """Return the certificate that was rejected; None if it can't be fetched.

        TLS gives no access to a certificate it rejects. So this fetches the certificate again without verification,
        over a connection that is closed as soon as it arrives: no request is ever sent on it.
        """
        unverified = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        unverified.check_hostname = False
        unverified.verify_mode = ssl.CERT_NONE
        probe = CertificateProbe()
        probed = Connection(self._site, connection.route, unverified, self._tls, self._proxies.logins)
        probing = asyncio.ensure_future(probed.exchange("GET", "/", (), b"", probe.follow))
        try:
            await wait_awake((probing, giving_up), self._timeouts.connect)
        finally:
            probing.cancel()
            await asyncio.gather(probing, return_exceptions=True)
            await probed.aclose()
        return read_certificate(probe.certificate)


class CozeApi(SiteClient):
    """Client of one site with a token, which goes into the Authorization header and nowhere else.

    `renew`: returns the token before each request, and a new token after a refusal; None for a fixed token.
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
        """Bind `devices`, at least one, with one request; with a second if the token was refused and renewed.

        Once `give_up` is set, or when cancelled, returns the outcome known so far: a loop that is torn down cancels
        everything, and whether the request has left must be recorded all the same.
        """
        path, body = bind_path(channel), bind_json(channel, devices).encode()
        trace: RequestTrace | None = None

        async def send(token: AccessToken) -> Reply:
            nonlocal trace
            trace = self._trace()
            reply = await self._call("POST", path, body, trace, give_up, token)
            # An answered request can't be lost any more, even if the next one is.
            trace = None
            return reply

        try:
            return await self._with_token(send, give_up)
        except asyncio.CancelledError:
            if trace is not None and trace.left.done():
                return AnswerLost(self._clock.now())
            return self._given_up()

    async def users_me(self, give_up: asyncio.Event | None = None) -> Reply:
        """Ask for the token's account (GET /v1/users/me, which Coze's SDKs have): binds nothing.

        Once `give_up` is set, returns the outcome known so far.
        """
        return await self._with_token(
            lambda token: self._call("GET", "/v1/users/me", b"", self._trace(), give_up, token), give_up
        )

    async def _with_token(
        self, send: Callable[[AccessToken], Awaitable[Reply]], give_up: asyncio.Event | None = None
    ) -> Reply:
        """Return the reply of `send`; if the token was refused, send once more with a new token.

        A request whose token was refused has bound nothing.
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
        """Return a token, or the failure that prevented it; giving up ends the wait."""
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
    """Binds devices to one channel, for a run. `carried`: devices bound before, sent along with each request."""

    api: CozeApi
    channel: Channel
    carried: tuple[Device, ...] = ()

    async def bind(self, devices: Sequence[Device], give_up: asyncio.Event) -> Reply:
        """Bind `devices`, at least one, with one request; if given up or cancelled, return the outcome so far."""
        return await self.api.bind(self.channel, [*self.carried, *devices], give_up)
