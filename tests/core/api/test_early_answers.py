"""A connection on which the other side speaks first: its bytes are no answer to a request that has yet to leave."""

from __future__ import annotations

import ssl
from contextlib import suppress

import pytest

from bindtool.core.api.client import Timeouts
from bindtool.core.api.responses import NotSent
from bindtool.core.api.verdict import VerdictKind, judge
from tests.core.api.asking import ACCEPTED, DEVICE, api_of, bind_with, never_sent
from tests.core.api.authority import Authority
from tests.core.api.loopback import Loopback
from tests.core.api.peer import Peer
from tests.core.api.routes import through

CONNECTIONS = 20


@pytest.mark.parametrize("says", [ACCEPTED, b""], ids=["answers", "hangs up"])
@pytest.mark.parametrize(
    "version", [None, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["http", "TLS 1.2", "TLS 1.3"]
)
@pytest.mark.parametrize("kind", [None, "socks5", "https"], ids=["straight", "by SOCKS", "by a proxy with TLS"])
def test_who_speaks_before_the_request(
    trusted: Authority, kind: str | None, version: ssl.TLSVersion | None, says: bytes
) -> None:
    """Nothing is sent there, so it is never sent: what came, even a code 0, is of nobody's request."""
    heard: list[bytes] = []

    def speak(peer: Peer) -> None:
        if says:
            peer.send(says)
            with suppress(OSError):
                heard.append(peer.wire.recv(1 << 16))

    peer = Peer(kind, version, trusted.issue("127.0.0.1"), speak)
    with peer.serving():
        reply = never_sent(peer.site, Timeouts(connect=10.0, quiet=10.0), proxies=through(peer.route))

    assert (reply.why, reply.host) == (NotSent.CONNECT if version is None else NotSent.TLS, peer.address)
    assert heard in ([], [b""])


@pytest.mark.parametrize("version", ["http", "https"])
def test_who_waits_to_be_asked(trusted: Authority, version: str) -> None:
    """The tickets of TLS 1.3, which come unasked, are no bytes of the application: each new connection serves."""
    certificate = trusted.issue("127.0.0.1") if version == "https" else None
    answer = ACCEPTED.replace(b"\r\n", b"\r\nConnection: close\r\n", 1)
    with Loopback(answer, certificate=certificate) as server:
        site = f"{version}://{server.address}"
        replies = bind_with(api_of(site), site, *[[DEVICE]] * CONNECTIONS)

    assert {judge(reply).kind for reply in replies} == {VerdictKind.BOUND}
    assert len({heard.port for heard in server.heard}) == CONNECTIONS
