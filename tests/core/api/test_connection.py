"""A connection over real HTTP on loopback: when it is replaced, an answer as it comes, how far a request got.

What can go wrong with a request, and the ways through proxies, are in `test_client` and `test_client_way_out`.
"""

from __future__ import annotations

import asyncio
import gzip
import socket
import ssl
import threading
import zlib
from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing
from types import SimpleNamespace
from typing import Any

import pytest
from httpcore import AsyncNetworkStream

from bindtool.core.api.connection import CertificateProbe, CertificateSeen, Connection, Received, RequestTrace
from bindtool.core.network.proxy_login import ProxyLogins
from tests.core.api.loopback import Loopback

MEBIBYTE = 1 << 20
ACCEPTED = b'{"code":0}'

SENDS = "http11.send_request_headers.started"
ITSELF = {"request": SimpleNamespace(extensions={})}


async def unseen(_step: str, _about: Mapping[str, Any]) -> None:
    """Follow a request without looking."""


def over(site: str, talk: Callable[[Connection], Awaitable[Received]]) -> Received:
    """Return what a talk over a connection to a site brings."""

    async def talked() -> Received:
        tls = ssl.create_default_context()
        connection = Connection(site, None, tls, tls, ProxyLogins(lambda _: None))
        try:
            return await talk(connection)
        finally:
            await connection.aclose()

    return asyncio.run(talked())


async def ask(connection: Connection) -> Received:
    """Send one request."""
    return await connection.exchange("POST", "/v1", [(b"X-Mine", b"1")], b"{}", unseen)


def answer(body: bytes, *headers: bytes) -> bytes:
    """Return an answer as it goes over the wire."""
    head = [b"HTTP/1.1 200 Fine", b"Content-Length: %d" % len(body), *headers]
    return b"\r\n".join(head) + b"\r\n\r\n" + body


def received(body: bytes, *headers: bytes) -> Received:
    """Return what a connection makes of an answer."""
    with Loopback(answer(body, *headers)) as server:
        return over(f"http://{server.address}", ask)


def test_an_answer_as_it_comes() -> None:
    """Status, the headers by lower-case name, and the body."""
    found = received(ACCEPTED, b"X-tt-LogId: L1")

    assert (found.status, found.body) == (200, ACCEPTED)
    assert found.headers["x-tt-logid"] == "L1"


def test_what_is_sent_beside_the_given_headers() -> None:
    """The host and the length of the body, where there is one."""

    async def twice(connection: Connection) -> Received:
        await ask(connection)
        return await connection.exchange("GET", "/v1", (), b"", unseen)

    with Loopback(answer(ACCEPTED)) as server:
        over(f"http://{server.address}", twice)

    posted, got = server.heard
    assert posted.headers == {"host": server.address, "x-mine": "1", "content-length": "2"}
    assert got.headers == {"host": server.address}


def test_a_header_that_comes_twice() -> None:
    """It is one, with a comma (RFC 9110, 5.3)."""
    assert received(ACCEPTED, b"Via: one", b"Via: two").headers["via"] == "one, two"


@pytest.mark.parametrize(
    ("raw", "text"), [("网关".encode(), "网关"), (b"caf\xe9", "caf\xe9")], ids=["UTF-8", "Latin 1"]
)
def test_a_header_that_is_not_ascii(raw: bytes, text: str) -> None:
    """A gateway may say what it likes; no answer is lost for that."""
    assert received(ACCEPTED, b"X-Gateway: " + raw).headers["x-gateway"] == text


@pytest.mark.parametrize("name", [b"gzip", b"GZIP", b"x-gzip"])
def test_a_body_that_is_packed(name: bytes) -> None:
    """Where somebody on the way packs it, it comes out as it was."""
    assert received(gzip.compress(ACCEPTED), b"Content-Encoding: " + name).body == ACCEPTED


def test_a_packed_body_without_end() -> None:
    """A hundred megabytes in a few: no more than the beginning is ever unpacked."""
    body = received(gzip.compress(b"x" * (100 * MEBIBYTE)), b"Content-Encoding: gzip").body
    assert MEBIBYTE < len(body) <= 2 * MEBIBYTE + 1


@pytest.mark.parametrize("behind", [gzip.compress(b'{"code":4000}'), b"x" * MEBIBYTE], ids=["packed", "not packed"])
def test_something_behind_what_is_packed(behind: bytes) -> None:
    """Others read on there, and kept here it could grow without end: it is no whole answer."""
    with pytest.raises(zlib.error):
        received(gzip.compress(ACCEPTED) + behind, b"Content-Encoding: gzip")


@pytest.mark.parametrize("missing", [*range(1, 10), len(gzip.compress(ACCEPTED))])
def test_what_is_packed_ends_early(missing: int) -> None:
    """All of the answer may be there without its last bytes, but nobody says so: it is no whole answer."""
    with pytest.raises(EOFError):
        received(gzip.compress(ACCEPTED)[:-missing], b"Content-Encoding: gzip")


def test_a_server_that_says_that_it_hangs_up() -> None:
    """The next request needs a connection of its own."""

    async def once(connection: Connection) -> Received:
        found = await ask(connection)
        assert not connection.reusable
        return found

    with Loopback(answer(ACCEPTED, b"Connection: close")) as server:
        assert over(f"http://{server.address}", once).body == ACCEPTED


def test_a_server_that_hangs_up_between_two_requests() -> None:
    """It is seen before the next one leaves, which otherwise would be lost."""
    may_hang_up, hung_up = threading.Event(), threading.Event()

    def serve() -> None:
        connection, _ = listening.accept()
        with closing(connection):
            heard = b""
            while not heard.endswith(b"{}"):
                heard += connection.recv(4096)
            connection.sendall(answer(ACCEPTED))
            may_hang_up.wait(10.0)
        hung_up.set()

    async def once(connection: Connection) -> Received:
        found = await ask(connection)
        reusable = [connection.reusable]
        may_hang_up.set()
        await asyncio.to_thread(hung_up.wait, 10.0)
        assert [*reusable, connection.reusable] == [True, False]
        return found

    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        thread = threading.Thread(target=serve)
        thread.start()
        found = over(f"http://127.0.0.1:{listening.getsockname()[1]}", once)
        thread.join()
    assert found.body == ACCEPTED


@pytest.mark.parametrize(
    ("steps", "past"),
    [
        (["connection.connect_tcp.started"], [False]),
        (["connection.connect_tcp.complete"], [True]),
        (["socks.connect_tcp.complete", "socks.setup_socks5_connection.complete"], [False, True]),
    ],
    ids=["on the way", "straight, or by a tunnel", "SOCKS"],
)
def test_how_far_it_got(steps: list[str], past: list[bool]) -> None:
    """A SOCKS proxy that was reached has not let anybody through yet; the next way begins at its beginning."""

    async def go() -> None:
        trace = RequestTrace()
        seen = []
        for step in steps:
            await trace.follow(step, {"return_value": AsyncNetworkStream()})
            seen.append(trace.past_proxy)
        assert seen == past
        trace.begin()
        assert (trace.past_proxy, trace.connected, trace.left.done()) == (False, False, False)

    asyncio.run(go())


def test_a_certificate_probe_sends_nothing() -> None:
    """Should the connection get to the request without a certificate having been seen, it ends there."""

    async def go() -> None:
        probe = CertificateProbe()
        await probe.follow("connection.start_tls.started", {})
        with pytest.raises(CertificateSeen):
            await probe.follow(SENDS, ITSELF)
        assert probe.certificate == b""

    asyncio.run(go())
