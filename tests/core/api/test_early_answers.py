"""A connection on which the other side speaks first: its bytes are no answer to a request that has yet to leave."""

from __future__ import annotations

import asyncio
import socket
import ssl
import sys
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from bindtool.core.api.client import CozeApi, Timeouts
from bindtool.core.api.responses import NeverSent, NotSent, Reply
from bindtool.core.api.verdict import VerdictKind, judge
from bindtool.core.common.clock import SystemClock
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.model.channel import Channel
from bindtool.core.model.device import Device
from bindtool.core.network.proxy import Proxy
from bindtool.practice import channel as practice
from tests.core.api.authority import Authority
from tests.core.api.loopback import Loopback
from tests.core.api.routes import through
from tests.core.api.test_connection import ServerTls

ACCEPTED = b'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{"code":0}'

CONNECTIONS = 20


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """Return an authority that this computer trusts."""
    if sys.platform in {"win32", "darwin"}:
        pytest.skip("the store of this system can't be another one for a test")
    made = Authority(tmp_path)
    made.trusted(monkeypatch)
    return made


def bind(site: str, route: Proxy | None, times: int, timeouts: Timeouts) -> list[Reply]:
    """Bind a device on a site so many times, one after the other."""

    async def bound() -> list[Reply]:
        async with CozeApi(site, AccessToken(practice.TOKEN), timeouts, SystemClock(), through(route)) as api:
            channel = Channel(site, practice.CONNECTOR_ID, practice.KEY)
            return [await api.bind(channel, [Device("A1", "L")]) for _ in range(times)]

    return asyncio.run(bound())


@pytest.mark.parametrize("says", [ACCEPTED, b""], ids=["answers", "hangs up"])
@pytest.mark.parametrize(
    "version", [None, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["http", "TLS 1.2", "TLS 1.3"]
)
@pytest.mark.parametrize("kind", [None, "socks5", "https"], ids=["straight", "by SOCKS", "by a proxy with TLS"])
def test_who_speaks_before_the_request(
    authority: Authority, kind: str | None, version: ssl.TLSVersion | None, says: bytes
) -> None:
    """Nothing is sent there, so it is never sent: what came, even a code 0, is of nobody's request."""
    certificate = authority.issue("127.0.0.1")
    heard: list[bytes] = []

    def serve() -> None:
        connection, _ = listening.accept()
        with closing(connection):
            receive: Callable[[], bytes] = lambda: connection.recv(1 << 16)  # noqa: E731 - one of two
            send: Callable[[bytes], None] = connection.sendall
            if kind == "socks5":
                # That nobody has to log in, and that it is connected (RFC 1928).
                for said in (b"\x05\x00", b"\x05\x00\x00\x01" + bytes(6)):
                    receive()
                    send(said)
            if kind == "https":
                proxy = ServerTls(certificate, receive, send)
                proxy.read()
                proxy.write(b"HTTP/1.1 200 OK\r\n\r\n")
                receive, send = proxy.read, proxy.write
            if version is not None:
                send = ServerTls(certificate, receive, send, version).write
            if not says:
                return
            send(says)
            with suppress(OSError):
                heard.append(connection.recv(1 << 16))

    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        address = f"127.0.0.1:{listening.getsockname()[1]}"
        thread = threading.Thread(target=serve)
        thread.start()
        site = f"http://{address}" if version is None else f"https://{address}"
        route = None if kind is None else Proxy.parse(f"{kind}://{address}")
        (reply,) = bind(site, route, 1, Timeouts(connect=10.0, quiet=10.0))
        thread.join()

    assert isinstance(reply, NeverSent)
    assert judge(reply).kind is VerdictKind.NEVER_SENT
    assert (reply.why, reply.host) == (NotSent.CONNECT if version is None else NotSent.TLS, address)
    assert heard in ([], [b""])


@pytest.mark.parametrize("version", ["http", "https"])
def test_who_waits_to_be_asked(authority: Authority, version: str) -> None:
    """The tickets of TLS 1.3, which come unasked, are no bytes of the application: each new connection serves."""
    certificate = authority.issue("127.0.0.1") if version == "https" else None
    answer = ACCEPTED.replace(b"\r\n", b"\r\nConnection: close\r\n", 1)
    with Loopback(answer, certificate=certificate) as server:
        replies = bind(f"{version}://{server.address}", None, CONNECTIONS, Timeouts())

    assert {judge(reply).kind for reply in replies} == {VerdictKind.BOUND}
    assert len({heard.port for heard in server.heard}) == CONNECTIONS
