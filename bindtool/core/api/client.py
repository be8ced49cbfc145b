"""One request to Coze and what came back.

Headers, time-outs, and whether a request never left or its answer was lost. Path and body are in `bind_request`,
HTTP itself is in `connection`. What a reply means is decided in `verdict`, when to ask in
`core/binding/request_cycle.py`. Redirects are never followed: the token would go along.
"""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import truststore

from bindtool.core.api.bind_request import bind_json, bind_path
from bindtool.core.api.certificate import read_certificate
from bindtool.core.api.connection import Connection, load, refused_by_proxy
from bindtool.core.api.network_errors import systems_words, why_not_reached, why_refused_by_proxy
from bindtool.core.api.proxies import system_proxy, without_login, without_secret
from bindtool.core.api.request_trace import CertificateProbe, RequestTrace
from bindtool.core.api.responses import AnswerLost, HttpReply, NeverSent, NoAnswer, NotSent
from bindtool.core.common.concurrency import wait_awake
from bindtool.core.credentials.redaction import Redaction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bindtool.core.api.certificate import Certificate
    from bindtool.core.api.connection import Received
    from bindtool.core.api.responses import Reply
    from bindtool.core.common.clock import Clock
    from bindtool.core.credentials.access_token import AccessToken
    from bindtool.core.model.channel import Channel
    from bindtool.core.model.device import Device

_HEADERS = (
    (b"Accept", b"*/*"),
    (b"Accept-Encoding", b"gzip"),
    (b"Connection", b"keep-alive"),
    (b"User-Agent", b"bindtool"),
)
_JSON = (b"Content-Type", b"application/json")
_REFUSED_CERTIFICATE = frozenset({NotSent.UNTRUSTED, NotSent.EXPIRED, NotSent.WRONG_NAME})


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait, in seconds: `connect` for a way to the server, then `answer` for the whole answer to come.

    Only time counts in which this computer was awake.
    """

    connect: float = 10.0
    answer: float = 30.0


class CozeApi:
    """Calls of one site with one token.

    Each of its lines serves one request at a time: an HTTP pool gets slower with every open connection (measured).
    All share one TLS context, which trusts what the system trusts.

    Args:
        site: an origin, such as "https://api.coze.cn".
        token: goes into the Authorization header and nowhere else.
        patience: how long to wait for the server.
        clock: stamps the replies.
    """

    def __init__(self, site: str, token: AccessToken, patience: Timeouts, clock: Clock) -> None:
        self._site = site
        self._token = token
        # A server may repeat what it was sent, or a part of it.
        self._redaction = Redaction([token])
        self._patience = patience
        self._clock = clock
        self._tls = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._idle: list[Connection] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for line in self._idle:
            await line.aclose()

    async def make_ready(self) -> None:
        """Load what the first request needs, for whoever waits for a disk. Nothing is sent."""
        load()

    async def bind(
        self, channel: Channel, devices: Sequence[Device], give_up: asyncio.Event | None = None
    ) -> Reply:
        """Bind `devices`, at least one, with one request.

        Once `give_up` is set, return what is known by then. Cancelled, it does so too: a loop that is torn down
        cancels everything, and whether the request has left has to be written down all the same.
        """
        way = RequestTrace()
        try:
            return await self._call("POST", bind_path(channel), bind_json(channel, devices).encode(), way, give_up)
        except asyncio.CancelledError:
            now = self._clock.now()
            if way.left.done():
                return AnswerLost(now, NoAnswer.STOPPED)
            return NeverSent(now, NotSent.TIMEOUT, host=urlsplit(self._site).netloc)

    async def users_me(self) -> Reply:
        """Ask whose token this is (GET /v1/users/me, which Coze's SDKs have): binds nothing."""
        return await self._call("GET", "/v1/users/me", b"", RequestTrace())

    async def _call(
        self, method: str, path: str, body: bytes, way: RequestTrace, give_up: asyncio.Event | None = None
    ) -> Reply:
        """Send one request over a line that nobody else uses meanwhile, nor later unless the answer came whole.

        The next try then finds its way anew, too: a laptop may be in another network by then.
        """
        giving_up = asyncio.ensure_future((give_up or asyncio.Event()).wait())
        reply: Reply | None = None
        try:
            line = self._idle.pop() if self._idle else await self._new_line(giving_up)
            if isinstance(line, NeverSent):
                return line
            try:
                reply = await self._exchange(line, method, path, body, way, giving_up)
            finally:
                if line.reusable and isinstance(reply, HttpReply):
                    self._idle.append(line)
                else:
                    await line.aclose()
        finally:
            giving_up.cancel()
        return reply

    async def _new_line(self, giving_up: asyncio.Future[Any]) -> Connection | NeverSent:
        """Return a line by the way that the system names now."""
        asking = asyncio.ensure_future(system_proxy(self._site))
        try:
            await wait_awake((asking, giving_up), self._patience.connect)
        finally:
            asking.cancel()
        if not asking.done():
            return NeverSent(self._clock.now(), NotSent.TIMEOUT, host=urlsplit(self._site).netloc)
        proxy = asking.result()
        try:
            return Connection(self._site, proxy, self._tls, self._tls)
        except ValueError as error:
            # A proxy that bindtool does not speak to, or an address that is none.
            return NeverSent(self._clock.now(), NotSent.PROXY, str(error), without_login(proxy))

    async def _exchange(
        self,
        line: Connection,
        method: str,
        path: str,
        body: bytes,
        way: RequestTrace,
        giving_up: asyncio.Future[Any],
    ) -> Reply:
        """Return what came back. Whatever goes wrong on the way is a reply, never an exception."""
        sending = asyncio.ensure_future(self._send(line, method, path, body, way))
        try:
            await wait_awake((sending, way.left, giving_up), self._patience.connect)
            if way.left.done():
                await wait_awake((sending, giving_up), self._patience.answer)
        finally:
            if not sending.done():
                sending.cancel()
                await asyncio.wait((sending,))
            if not way.left.done():
                await way.hang_up()
        error = TimeoutError() if sending.cancelled() else sending.exception()
        if error is None:
            return self._answer(line, sending.result())
        if not way.left.done():
            return await self._never_sent(line, way, error, giving_up)
        if isinstance(error, TimeoutError):
            return AnswerLost(self._clock.now(), NoAnswer.STOPPED if giving_up.done() else NoAnswer.TIMEOUT)
        return AnswerLost(self._clock.now(), NoAnswer.BROKEN, self._without_token(str(error)))

    async def _send(self, line: Connection, method: str, path: str, body: bytes, way: RequestTrace) -> Received:
        headers = [*_HEADERS, (b"Authorization", f"Bearer {self._token.reveal()}".encode())]
        if body:
            headers.append(_JSON)
        return await line.exchange(method, path, headers, body, way.follow)

    def _answer(self, line: Connection, received: Received) -> Reply:
        now = self._clock.now()
        if received.status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
            words = without_secret(self._without_token(received.reason), line.proxy)
            return NeverSent(now, NotSent.PROXY_LOGIN, words, without_login(line.proxy))
        replied = self._redaction.clean_values(received.headers)
        return HttpReply(now, received.status, replied, self._redaction.clean_answer(received.body))

    async def _never_sent(
        self, line: Connection, way: RequestTrace, error: BaseException, giving_up: asyncio.Future[Any]
    ) -> NeverSent:
        """Say where the way to the site ended, and why; what was given up on the way has run out of time."""
        site = urlsplit(self._site)
        past_proxy = not line.proxy or way.shook_hands_with == site.hostname
        host = site.netloc if past_proxy else without_login(line.proxy)
        if isinstance(error, TimeoutError):
            return NeverSent(self._clock.now(), NotSent.TIMEOUT, host=host)
        if refused_by_proxy(error):
            why, words = why_refused_by_proxy(str(error)), without_secret(str(error), line.proxy)
        else:
            why, words = why_not_reached(error), systems_words(error)
            if why is NotSent.CONNECT and way.connected:
                # Cut off in the middle of shaking hands, or by a proxy that did not like to be asked.
                why = NotSent.TLS if way.shook_hands_with else NotSent.PROXY
        refused = why in _REFUSED_CERTIFICATE
        certificate = await self._look_at_certificate(line, giving_up) if refused else None
        return NeverSent(self._clock.now(), why, self._without_token(words), host, certificate)

    async def _look_at_certificate(self, line: Connection, giving_up: asyncio.Future[Any]) -> Certificate | None:
        """Return the certificate that was refused; None where it is not to be had.

        TLS lets nobody read a certificate that it refuses. So it is asked for once more without judging it, over a
        connection that ends as soon as it has come: no request is ever sent on it.
        """
        unjudged = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        unjudged.check_hostname = False
        unjudged.verify_mode = ssl.CERT_NONE
        glance = CertificateProbe(urlsplit(self._site).hostname or "")
        looked_at = Connection(self._site, line.proxy, unjudged, self._tls)
        looking = asyncio.ensure_future(looked_at.exchange("GET", "/", (), b"", glance.follow))
        try:
            await wait_awake((looking, giving_up), self._patience.connect)
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
            await glance.hang_up()
            await looked_at.aclose()
        return read_certificate(glance.certificate)

    def _without_token(self, text: str) -> str:
        """A server may repeat what it was sent."""
        return self._redaction.clean(text)


@dataclass(frozen=True, slots=True)
class ChannelBinder:
    """Binds to one channel: what a run is given."""

    api: CozeApi
    channel: Channel

    async def bind(self, devices: Sequence[Device], give_up: asyncio.Event) -> Reply:
        """Bind `devices`, at least one, with one request; given up or cancelled, return what is known by then."""
        return await self.api.bind(self.channel, devices, give_up)
