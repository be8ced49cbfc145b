"""One request to Coze and what came back; the only place that speaks HTTP.

Owns the wire: method, path, headers and body of the vendor's page ("绑定设备"), the time-outs, and the line between
a request that never left and one whose answer was lost. What a reply means is for `verdict`; when to ask is for
`submit`. Redirects are never followed: the token would go along.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Self

import httpx
import truststore

from bindtool.core.channel import is_loopback
from bindtool.core.reply import HttpReply, Lost, NeverSent, NoAnswer, NotSent
from bindtool.core.wire import bind_json, bind_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bindtool.core.access_token import AccessToken
    from bindtool.core.channel import Channel
    from bindtool.core.clock import Clock
    from bindtool.core.device import Device
    from bindtool.core.reply import Reply

USER_AGENT = "bindtool"
_LONGEST_BODY = 1 << 20


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds: `connect` for a way to the server, `answer` for the whole answer to come."""

    connect: float = 10.0
    answer: float = 30.0


class CozeApi:
    """Calls of one site with one token.

    Each of its connections serves one request at a time: an HTTP pool gets slower with every open connection, a
    client of one connection stays flat (measured, see the design). All share one TLS context.

    Args:
        site: an origin, such as "https://api.coze.cn".
        token: goes into the Authorization header and nowhere else.
        patience: how long to wait for the server.
        clock: stamps the replies.
    """

    def __init__(self, site: str, token: AccessToken, patience: Patience, clock: Clock) -> None:
        self._site = site
        self._token = token
        self._patience = patience
        self._clock = clock
        self._tls = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._idle: list[httpx.AsyncClient] = []
        self._all: list[httpx.AsyncClient] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for client in self._all:
            await client.aclose()

    async def bind(self, channel: Channel, devices: Sequence[Device]) -> Reply:
        """Bind `devices`, at least one, with one request."""
        return await self._call("POST", bind_path(channel), bind_json(channel, devices).encode())

    async def users_me(self) -> Reply:
        """Ask whose token this is (GET /v1/users/me, the facts page): binds nothing."""
        return await self._call("GET", "/v1/users/me", b"")

    async def _call(self, method: str, path: str, body: bytes) -> Reply:
        """Send one request over a connection that nobody else uses meanwhile."""
        try:
            client = self._idle.pop() if self._idle else self._connection()
        except (ValueError, ImportError, httpx.InvalidURL) as error:
            # httpx reads the system's proxy here, and may not be able to use it: SOCKS, or an address that is none.
            return NeverSent(self._clock.now(), NotSent.PROXY, str(error))
        try:
            return await self._exchange(client, method, path, body)
        finally:
            self._idle.append(client)

    def _connection(self) -> httpx.AsyncClient:
        client = httpx.AsyncClient(
            verify=self._tls,
            timeout=httpx.Timeout(self._patience.answer, connect=self._patience.connect),
            limits=httpx.Limits(max_connections=1),
            headers={"User-Agent": USER_AGENT},
            # A proxy that the system names is for other hosts than this computer.
            trust_env=not is_loopback(self._site),
        )
        self._all.append(client)
        return client

    async def _exchange(self, client: httpx.AsyncClient, method: str, path: str, body: bytes) -> Reply:
        """Return what came back. Whatever goes wrong on the way is a reply, never an exception."""
        headers = {"Authorization": f"Bearer {self._token.reveal()}"}
        if body:
            headers["Content-Type"] = "application/json"
        try:
            # httpx counts the time between two pieces of an answer; one that drips would never end.
            async with asyncio.timeout(self._patience.connect + self._patience.answer):
                async with client.stream(method, self._site + path, headers=headers, content=body) as response:
                    raw = await _read(response)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
            return NeverSent(self._clock.now(), _why_not_sent(error), self._without_token(str(error)))
        except (httpx.TimeoutException, TimeoutError):
            return Lost(self._clock.now(), NoAnswer.TIMEOUT)
        except httpx.HTTPError as error:
            return Lost(self._clock.now(), NoAnswer.BROKEN, self._without_token(str(error)))
        if response.status_code == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
            return NeverSent(self._clock.now(), NotSent.PROXY, self._without_token(response.reason_phrase))
        replied = {name.lower(): self._without_token(value) for name, value in response.headers.items()}
        raw = raw.replace(self._token.reveal().encode(), b"***")
        return HttpReply(self._clock.now(), response.status_code, replied, raw)

    def _without_token(self, text: str) -> str:
        """A server may repeat what it was sent."""
        return text.replace(self._token.reveal(), "***")


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


def _why_not_sent(error: BaseException) -> NotSent:
    """Find the reason in the chain of causes: httpx keeps the system's own error there."""
    if isinstance(error, httpx.ProxyError):
        return NotSent.PROXY
    if isinstance(error, httpx.ConnectTimeout):
        # An unfinished handshake leaves an SSLError in the chain; what was wrong is the silence.
        return NotSent.CONNECT
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return NotSent.TLS
        if isinstance(cause, socket.gaierror):
            return NotSent.DNS
        cause = cause.__cause__ or cause.__context__
    return NotSent.CONNECT
