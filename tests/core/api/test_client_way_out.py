"""The API on its way out of a company: real proxies with and without a log-in, and certificates of all kinds."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bindtool.core.api.certificate import Certificate
from bindtool.core.api.client import Timeouts
from bindtool.core.api.responses import NeverSent, NotSent, Reply
from bindtool.core.api.verdict import VerdictKind, judge
from bindtool.core.network.proxies import Proxies
from bindtool.practice import channel as practice
from tests.core.api.asking import ACCEPTED, DEVICE, api_of, bind, bind_once, bind_with, never_sent
from tests.core.api.authority import DAY, ISSUER, Authority
from tests.core.api.loopback import Loopback
from tests.core.api.way_out import (
    OUTSIDE,
    PASSWORD,
    USER,
    microsocks,
    needs_microsocks,
    needs_tinyproxy,
    tinyproxy,
)
from tests.ports import held_port

pytestmark = pytest.mark.usefixtures("no_proxy_from_outside")

LOGIN = f"{USER}:{PASSWORD}@"


# Certificates


@pytest.mark.parametrize("authority", [False, True], ids=["by the book", "lax"], indirect=True)
def test_the_systems_store_of_certificates_decides(trusted: Authority) -> None:
    """An issuer that the system trusts is trusted with each Python: that is how a company's own gets in."""
    with Loopback(ACCEPTED, certificate=trusted.issue("127.0.0.1")) as server:
        assert judge(bind_once(f"https://{server.address}")).kind is VerdictKind.BOUND


@pytest.mark.parametrize(
    ("host", "begins", "ends", "known", "why"),
    [
        pytest.param("127.0.0.1", -1, 1, False, NotSent.UNTRUSTED, id="an issuer that nobody trusts"),
        pytest.param("127.0.0.1", -9, -2, True, NotSent.EXPIRED, id="not any more"),
        pytest.param("127.0.0.1", 2, 9, True, NotSent.EXPIRED, id="not yet"),
        pytest.param("hotel.example", -1, 1, True, NotSent.WRONG_NAME, id="a log-in page, most likely"),
        pytest.param("127.0.0.2", -1, 1, True, NotSent.WRONG_NAME, id="another address"),
    ],
)
def test_a_certificate_that_is_refused_is_told(
    request: pytest.FixtureRequest, host: str, begins: int, ends: int, *, known: bool, why: NotSent
) -> None:
    """Its issuer and its days; the connection ends before the request, so the token goes to nobody."""
    authority: Authority = request.getfixturevalue("trusted" if known else "authority")
    now = datetime.now(UTC).replace(microsecond=0)
    seen = Certificate(ISSUER, now + begins * DAY, now + ends * DAY)
    with Loopback(ACCEPTED, certificate=authority.issue(host, seen.begins, seen.ends)) as server:
        reply = never_sent(f"https://{server.address}")

    assert (reply.why, reply.host, reply.certificate) == (why, server.address, seen)
    assert server.heard == []


def test_a_server_without_tls() -> None:
    """An https site that answers in plain text gets no request."""
    with Loopback(ACCEPTED) as server:
        reply = never_sent(f"https://{server.address}")

    assert (reply.why, reply.certificate) == (NotSent.TLS, None)
    assert reply.detail
    assert server.heard == []


@contextmanager
def hanging_up(*before: Callable[[socket.socket], None]) -> Iterator[int]:
    """Give a port that hangs up on whoever comes after those that `before` takes, one each."""

    def hang_up(connection: socket.socket) -> None:
        connection.recv(1)

    def serve() -> None:
        for take in (*before, hang_up):
            connection, _ = server.accept()
            with closing(connection):
                take(connection)

    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        thread = threading.Thread(target=serve)
        thread.start()
        yield server.getsockname()[1]
        thread.join()


def test_a_connection_that_is_cut_while_shaking_hands() -> None:
    """Some firewalls do that; it is TLS that did not come about."""
    with hanging_up() as port:
        reply = never_sent(f"https://127.0.0.1:{port}")

    assert (reply.why, reply.host) == (NotSent.TLS, f"127.0.0.1:{port}")


def test_a_refused_certificate_that_is_not_shown_again(authority: Authority) -> None:
    """Where it can't be looked at, it is refused all the same, and nobody is named."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(authority.issue("127.0.0.1"))

    def show_certificate(connection: socket.socket) -> None:
        with suppress(OSError):
            tls.wrap_socket(connection, server_side=True).close()

    with hanging_up(show_certificate) as port:
        reply = never_sent(f"https://127.0.0.1:{port}")

    assert (reply.why, reply.certificate) == (NotSent.UNTRUSTED, None)


def test_a_server_that_does_not_shake_hands() -> None:
    """No way to the server within the time to connect, which is not the time for an answer."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        reply = never_sent(f"https://127.0.0.1:{port}", Timeouts(connect=0.1, answer=60.0))

    assert (reply.why, reply.host) == (NotSent.TIMEOUT, f"127.0.0.1:{port}")


# A proxy


@contextmanager
def running(kind: str, folder: Path) -> Iterator[str]:
    """Give the address of a real proxy, without the log-in that it may ask for."""
    name, login = kind.partition(" ")[0], " " in kind
    if name == "tinyproxy":
        with tinyproxy(folder, login=login) as address:
            yield f"http://{address}"
    else:
        with microsocks(login=login) as address:
            yield f"socks5://{address}"


OPEN = [
    pytest.param("tinyproxy", marks=needs_tinyproxy),
    pytest.param("microsocks", marks=needs_microsocks),
]
GUARDED = [
    pytest.param("tinyproxy with a log-in", marks=needs_tinyproxy),
    pytest.param("microsocks with a log-in", marks=needs_microsocks),
]


def goes_through(monkeypatch: pytest.MonkeyPatch, address: str, *, login: str = "") -> None:
    """Let the system name this proxy for all sites."""
    monkeypatch.setenv("ALL_PROXY", address.replace("://", f"://{login}"))


@pytest.mark.parametrize("kind", [*OPEN, *GUARDED])
def test_through_a_proxy(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trusted: Authority) -> None:
    """TLS is with the site itself; name and password for a proxy that asks stand in its address."""
    with running(kind, tmp_path) as proxy, Loopback(ACCEPTED, certificate=trusted.issue(OUTSIDE)) as server:
        goes_through(monkeypatch, proxy, login=LOGIN if "log-in" in kind else "")
        reply = bind_once(f"https://{OUTSIDE}:{server.port}")

    assert judge(reply).kind is VerdictKind.BOUND


@pytest.mark.parametrize("login", ["", f"{USER}:wrong@"], ids=["none", "a wrong one"])
@pytest.mark.parametrize("kind", GUARDED)
def test_a_log_in_that_a_proxy_does_not_accept(
    kind: str, login: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trusted: Authority
) -> None:
    """The proxy is named without what was tried, and the site hears of nothing."""
    with running(kind, tmp_path) as proxy, Loopback(ACCEPTED, certificate=trusted.issue(OUTSIDE)) as server:
        goes_through(monkeypatch, proxy, login=login)
        reply = never_sent(f"https://{OUTSIDE}:{server.port}")

    assert (reply.why, reply.host) == (NotSent.PROXY_USER if login else NotSent.PROXY_LOGIN, proxy)
    assert "wrong" not in reply.detail
    assert server.heard == []


@pytest.mark.parametrize("kind", GUARDED)
def test_a_refused_log_in_is_sent_once(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever keeps it is told of the refusal once, since the next request fails without asking the proxy."""
    told = list[str]()
    proxies = Proxies.of_this_system(refused=lambda proxy, login: told.append(f"{login.user} at {proxy.address}"))

    with running(kind, tmp_path) as proxy:
        goes_through(monkeypatch, proxy, login=f"{USER}:wrong@")
        site = "https://coze.example"
        replies = bind_with(api_of(site, proxies=proxies), site, [DEVICE], [DEVICE])

    assert [reply.why for reply in replies if isinstance(reply, NeverSent)] == [NotSent.PROXY_USER] * 2
    assert told == [f"{USER} at {proxy}"]


@pytest.mark.parametrize("kind", OPEN)
def test_a_certificate_seen_through_a_proxy(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, authority: Authority
) -> None:
    """It is the site's way that is not trusted, not the proxy's: the issuer is named, and nothing is sent."""
    with running(kind, tmp_path) as proxy, Loopback(ACCEPTED, certificate=authority.issue(OUTSIDE)) as server:
        goes_through(monkeypatch, proxy)
        reply = never_sent(f"https://{OUTSIDE}:{server.port}")

    assert (reply.why, reply.host) == (NotSent.UNTRUSTED, f"{OUTSIDE}:{server.port}")
    assert reply.certificate is not None
    assert reply.certificate.issuer == ISSUER
    assert server.heard == []


@pytest.mark.parametrize("kind", OPEN)
def test_a_site_that_a_proxy_can_not_reach(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxy says so, and the request, which was to go through, has not left."""
    with running(kind, tmp_path) as proxy, held_port() as port:
        goes_through(monkeypatch, proxy)
        reply = never_sent(f"https://{OUTSIDE}:{port}")

    assert (reply.why, reply.host) == (NotSent.PROXY, proxy)
    assert reply.detail


@pytest.mark.parametrize("scheme", ["http", "socks5"])
def test_a_proxy_where_nobody_listens(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the proxy that can't be reached; of the site nobody knows."""
    with held_port() as port:
        goes_through(monkeypatch, f"{scheme}://127.0.0.1:{port}")
        reply = never_sent("https://coze.example")

    assert (reply.why, reply.host) == (NotSent.CONNECT, f"{scheme}://127.0.0.1:{port}")


@pytest.mark.parametrize("scheme", ["http", "socks5"])
def test_a_proxy_that_is_silent(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for a way and without an answer: the request itself was never sent, however long that takes."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        proxy = f"{scheme}://127.0.0.1:{silent.getsockname()[1]}"
        goes_through(monkeypatch, proxy)
        reply = never_sent("https://coze.example", Timeouts(connect=0.1, answer=60.0))

    assert (reply.why, reply.host) == (NotSent.TIMEOUT, proxy)


@pytest.mark.parametrize("scheme", ["http", "socks5"])
def test_a_proxy_that_hangs_up(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same where it answers by hanging up."""
    with hanging_up() as port:
        goes_through(monkeypatch, f"{scheme}://127.0.0.1:{port}")
        reply = never_sent("https://coze.example")

    assert (reply.why, reply.host) == (NotSent.PROXY, f"{scheme}://127.0.0.1:{port}")


def test_a_proxy_of_another_kind_than_it_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    """A web server in the place of a SOCKS proxy: what it says is nothing that the library expects."""

    def say_something_else(connection: socket.socket) -> None:
        connection.recv(16)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with hanging_up(say_something_else) as port:
        goes_through(monkeypatch, f"socks5://127.0.0.1:{port}")
        reply = never_sent("https://coze.example")
        socket.create_connection(("127.0.0.1", port)).close()

    assert reply.why is NotSent.PROXY


@pytest.mark.parametrize(
    "kind", [None, pytest.param("tinyproxy", marks=needs_tinyproxy)], ids=["straight", "tunnel"]
)
def test_a_407_in_the_sites_place_is_a_lost_answer(
    kind: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trusted: Authority
) -> None:
    """The request had left, so whoever answers, the site may have it: only a 407 to CONNECT was never sent."""
    answer = b'HTTP/1.1 407 who?\r\nContent-Length: 29\r\n\r\n{"code":4101,"msg":"who are"}'
    with ExitStack() as stack:
        site = stack.enter_context(Loopback(answer, certificate=trusted.issue(OUTSIDE)))
        if kind is not None:
            goes_through(monkeypatch, stack.enter_context(running(kind, tmp_path)))
        reply = bind_once(f"https://{OUTSIDE}:{site.port}")

    assert judge(reply).kind is VerdictKind.LOST
    assert judge(reply).answer.http_status == 407
    assert [heard.method for heard in site.heard] == ["POST"]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_repeats_the_token(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    """Asked for a way it is sent none, be the site with TLS or without; what is kept of its words has none."""
    with Loopback(b"HTTP/1.1 407 who is pat_practice?\r\nContent-Length: 0\r\n\r\n") as proxy:
        goes_through(monkeypatch, f"http://{proxy.address}")
        reply = never_sent(f"{scheme}://coze.example")

    assert (reply.why, reply.host) == (NotSent.PROXY_LOGIN, f"http://{proxy.address}")
    assert "who is ***?" in reply.detail
    target = "coze.example:443" if scheme == "https" else "coze.example:80"
    assert [(heard.method, heard.target) for heard in proxy.heard] == [("CONNECT", target)]
    assert practice.TOKEN not in str(proxy.heard)


@pytest.mark.parametrize(
    "proxy",
    [
        "socks4://127.0.0.1:1080",
        f"carrier-pigeon://{LOGIN}127.0.0.1",
        "http://127.0.0.1:port",
        f"http://{USER}:{PASSWORD}\udcff@127.0.0.1:3128",
        f"http://{LOGIN}[bad]:3128",
    ],
    ids=["SOCKS 4", "unknown", "no port", "no text", "no IPv6"],
)
def test_a_proxy_that_can_not_be_used(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    """What the system names as a proxy may be nothing that bindtool speaks to: said, not raised, no password."""
    goes_through(monkeypatch, proxy)

    reply = never_sent("https://coze.example")

    assert reply.why is NotSent.PROXY
    assert reply.detail
    assert USER not in reply.detail
    assert PASSWORD not in repr(reply)


@pytest.mark.parametrize("known", [True, False], ids=["trusted", "not trusted"])
def test_a_proxy_that_is_spoken_to_over_tls(
    known: bool, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its certificate is the system's to judge like any other; only then is it asked."""
    if known:
        authority.trusted(monkeypatch)
    answer = b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"
    with Loopback(answer, certificate=authority.issue("127.0.0.1")) as proxy:
        goes_through(monkeypatch, f"https://{proxy.address}")
        reply = never_sent("https://coze.example")

    assert (reply.why, reply.host) == (NotSent.PROXY if known else NotSent.UNTRUSTED, f"https://{proxy.address}")
    assert len(proxy.heard) == known


def test_another_network_after_a_try_in_vain(monkeypatch: pytest.MonkeyPatch) -> None:
    """A laptop is carried from a room with a proxy to one without: the next try goes straight."""

    async def twice(site: str) -> list[Reply]:
        async with api_of(site) as api:
            first = await bind(api, site)
            monkeypatch.delenv("ALL_PROXY")
            return [first, await bind(api, site)]

    with held_port() as port, Loopback(ACCEPTED) as server:
        goes_through(monkeypatch, f"http://127.0.0.1:{port}")
        replies = asyncio.run(twice(f"http://{OUTSIDE}:{server.port}"))

    assert [judge(reply).kind for reply in replies] == [VerdictKind.NEVER_SENT, VerdictKind.BOUND]
