"""A tunnel through a proxy that is played by script: what is asked, what is told, and that nothing stays open."""

from __future__ import annotations

import asyncio
import ssl
import threading
from base64 import b64encode
from collections.abc import Coroutine, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import httpcore
import pytest
from httpcore import AsyncNetworkStream

from bindtool import __version__
from bindtool.core.common.concurrency import in_daemon_thread
from bindtool.core.credentials.secret import Password
from bindtool.core.network.proxy import Proxy, ProxyLogin
from bindtool.core.network.proxy_login import ProxyFailed, ProxyLogins, ProxyRefusal
from bindtool.core.network.sign_on.handshake import SingleSignOn
from bindtool.core.network.tunnel import Tunnel
from tests.core.api.authority import Authority
from tests.core.network.scripted_proxy import GRANTED, HANG_UP, ScriptedProxy, wants

T = TypeVar("T")

LIN = ProxyLogin("lin", Password("s3same"))
AS_LIN = "Proxy-Authorization: Basic " + b64encode(b"lin:s3same").decode()
BASIC = 'Basic realm="works"'
IN_PIECES = b"HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic\r\nTransfer-Encoding: chunked\r\n\r\n"
LONG = 10.0
"""Seconds, for what comes at once or never."""


MORE = "Negotiate " + b64encode(b"go on").decode()


class SignedIn:
    """A system's single sign-on whose every answer is an "a"."""

    takes_logins = False

    def schemes(self) -> Sequence[str]:
        """Give what it knows."""
        return ["negotiate"]

    def user(self) -> str:
        """Give who is signed in."""
        return "chen"

    def start(self, _scheme: str, _host: str, _login: ProxyLogin | None) -> SignedIn:
        """Begin."""
        return self

    def answer(self, _token: bytes) -> bytes:
        """Answer whatever comes."""
        return b"a"


def trusting_nobody() -> ssl.SSLContext:
    """Give what most tests have no use for: to read whom the system trusts takes Wine a third of a second."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def tunnel(
    proxy: Proxy,
    sign_on: SingleSignOn | None = None,
    tls: ssl.SSLContext | None = None,
    beneath: httpcore.AsyncNetworkBackend | None = None,
) -> Tunnel:
    """Make a tunnel through a proxy."""
    logins = ProxyLogins(lambda _: None, lambda: sign_on)
    return Tunnel(proxy, logins, tls or trusting_nobody(), beneath or httpcore.AnyIOBackend())


def by_name(proxy: Proxy, sign_on: SingleSignOn | None) -> Proxy:
    """Give the proxy by the name that a ticket is for."""
    return proxy if sign_on is None else replace(proxy, host="localhost")


def within(work: Coroutine[object, object, T]) -> T:
    """Give what comes of it, which comes at once or never."""
    return asyncio.run(asyncio.wait_for(work, LONG))


async def echo(stream: AsyncNetworkStream) -> bytes:
    """Give what comes back through a tunnel, and close it."""
    await stream.write(b"hello")
    heard = await stream.read(64)
    await stream.aclose()
    return heard


def passes(
    peer: ScriptedProxy,
    login: ProxyLogin | None = None,
    host: str = "coze.example",
    sign_on: SingleSignOn | None = None,
    tls: ssl.SSLContext | None = None,
) -> list[tuple[int, str]]:
    """Get through a proxy, and give what it was asked."""

    async def go() -> bytes:
        async with peer.listening(login) as proxy:
            heard = await echo(await tunnel(by_name(proxy, sign_on), sign_on, tls).connect_tcp(host, 443))
            await peer.quiet.wait()
            return heard

    assert within(go()) == b"hello"
    return peer.asked


def fails(peer: ScriptedProxy, login: ProxyLogin | None = None, sign_on: SingleSignOn | None = None) -> ProxyFailed:
    """Fail at a proxy, and give the reason; no connection stays open."""

    async def go() -> ProxyFailed:
        async with peer.listening(login) as proxy:
            with pytest.raises(ProxyFailed) as caught:
                await tunnel(by_name(proxy, sign_on), sign_on).connect_tcp("coze.example", 443)
            await peer.quiet.wait()
            return caught.value

    failed = within(go())
    assert "s3same" not in failed.words
    return failed


def test_what_is_asked() -> None:
    """The way to the site's port, by name, and nothing of the request that is to follow."""
    ((_, asked),) = passes(ScriptedProxy(GRANTED))

    first, *headers = asked.splitlines()
    assert first == "CONNECT coze.example:443 HTTP/1.1"
    assert set(headers) == {
        "Host: coze.example:443",
        f"User-Agent: bindtool/{__version__}",
        "Proxy-Connection: Keep-Alive",
        "",
    }


def test_an_ipv6_address_is_in_brackets() -> None:
    """As an address with a port is written."""
    ((_, asked),) = passes(ScriptedProxy(GRANTED), host="2001:db8::1")

    assert asked.startswith("CONNECT [2001:db8::1]:443 HTTP/1.1\r\nHost: [2001:db8::1]:443\r\n")


def test_a_proxy_that_takes_its_time() -> None:
    """What it says meanwhile is no answer yet."""
    assert len(passes(ScriptedProxy(b"HTTP/1.1 100 Continue\r\n\r\n" + GRANTED))) == 1


# Logging in


@pytest.mark.parametrize(
    "asks",
    [
        wants(BASIC),
        wants(BASIC, body=b""),
        wants("Digest realm=x", BASIC),
        wants(BASIC, more="Connection: Keep-Alive", version="1.0"),
        wants(BASIC, more="Proxy-Connection: keep-alive", version="1.0"),
        IN_PIECES + b"4\r\nwho?\r\n0\r\n\r\n",
    ],
    ids=["with a page", "without", "two schemes", "old", "old, in the old way", "in pieces"],
)
def test_a_log_in_goes_over_the_same_connection(asks: bytes) -> None:
    """Some schemes hold for one connection alone."""
    (one, first), (other, second) = passes(ScriptedProxy(asks, GRANTED), LIN)

    assert (one, other) == (1, 1)
    assert (AS_LIN in first, AS_LIN in second) == (False, True)


@pytest.mark.parametrize(
    "asks",
    [
        pytest.param([wants(BASIC, more="Connection: close"), HANG_UP], id="closes"),
        pytest.param([wants(BASIC, more="Proxy-Connection: close"), HANG_UP], id="closes, in the old way"),
        pytest.param([wants(BASIC, version="1.0"), HANG_UP], id="old"),
        pytest.param([b"HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic\r\n\r\nwho?", HANG_UP], id="no length"),
        pytest.param(
            [b"HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic\r\nContent-Length: 9\r\n\r\nwho?", HANG_UP], id="cut"
        ),
        pytest.param([wants(BASIC, body=b"x" * (1 << 20))], id="without end"),
        pytest.param([wants(BASIC) + b"HTTP"], id="goes on"),
        pytest.param([IN_PIECES + b"who?\r\n"], id="no pieces"),
        pytest.param([wants(BASIC), HANG_UP], id="closes without a word"),
    ],
)
def test_a_log_in_where_the_proxy_takes_no_second_question(asks: list[bytes]) -> None:
    """The answer goes over another connection."""
    (one, first), (other, second) = passes(ScriptedProxy(*asks, GRANTED), LIN)

    assert (one, other) == (1, 2)
    assert (AS_LIN in first, AS_LIN in second) == (False, True)


def test_a_log_in_of_several_rounds() -> None:
    """Question and answer, as often as it takes, over one connection."""
    peer = ScriptedProxy(wants("Negotiate"), wants(MORE), GRANTED)
    asked = passes(peer, sign_on=SignedIn())

    assert [number for number, _ in asked] == [1, 1, 1]
    assert [head.partition("Negotiate ")[2][:4] for _, head in asked] == ["", "YQ==", "YQ=="]


def test_a_proxy_that_hangs_up_in_the_midst_of_a_log_in() -> None:
    """It can't be gone on with over another connection."""
    peer = ScriptedProxy(wants("Negotiate"), wants(MORE, more="Connection: close"), HANG_UP)
    failed = fails(peer, sign_on=SignedIn())

    assert (failed.why, failed.words) == (ProxyRefusal.CLOSED, "hung up while it was logged in to")
    assert peer.connections == 1


def test_a_log_in_without_end() -> None:
    """A proxy that is never content is told after some rounds."""
    peer = ScriptedProxy(wants("Negotiate"), *([wants(MORE)] * 20))
    failed = fails(peer, sign_on=SignedIn())

    assert (failed.why, failed.words) == (ProxyRefusal.REFUSED, "407 Who")
    assert len(peer.asked) < 10


@pytest.mark.parametrize("status", ["407 No", "401 Unauthorized"])
def test_a_log_in_that_is_refused(status: str) -> None:
    """It is not tried again. tinyproxy 1.11 says 401 to a wrong password."""
    peer = ScriptedProxy(wants(BASIC), f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())
    failed = fails(peer, LIN)

    assert (failed.why, failed.user, failed.words) == (ProxyRefusal.USER_REFUSED, "lin", status)
    assert len(peer.asked) == 2


def test_a_log_in_that_nobody_has() -> None:
    """The proxy's words are kept."""
    failed = fails(ScriptedProxy(wants(BASIC)))

    assert (failed.why, failed.words) == (ProxyRefusal.LOGIN_WANTED, "407 Who")


# No tunnel


@pytest.mark.parametrize("password", ["s3same", "s3same密码"])
def test_a_proxy_that_refuses(password: str) -> None:
    """Its words are told, without the password that it was sent."""
    refusal = f"HTTP/1.1 403 {password} is nobody\r\nContent-Length: 3\r\n\r\nno!".encode()
    failed = fails(ScriptedProxy(wants(BASIC), refusal), ProxyLogin("lin", Password(password)))

    assert (failed.why, failed.words) == (ProxyRefusal.REFUSED, "403 *** is nobody")


def test_a_proxy_that_remembers_the_password() -> None:
    """It was sent over an earlier connection, before one that asks for nothing."""

    async def go() -> str:
        refusal = b"HTTP/1.1 403 lin has s3same\r\nContent-Length: 0\r\n\r\n"
        peer = ScriptedProxy(wants(BASIC), refusal, HANG_UP, refusal)
        async with peer.listening() as proxy:
            logins = ProxyLogins(lambda _: LIN, lambda: None)
            for _ in range(2):
                made = Tunnel(proxy, logins, trusting_nobody(), httpcore.AnyIOBackend())
                with pytest.raises(ProxyFailed) as caught:
                    await made.connect_tcp("coze.example", 443)
                await peer.quiet.wait()
            return caught.value.words

    assert within(go()) == "403 lin has ***"


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"SSH-2.0-OpenSSH_9.2\r\n\r\n", id="another protocol"),
        pytest.param(b"HTTP/1.1 101 Switching Protocols\r\n\r\n", id="a switch of protocols"),
        pytest.param(b"HTTP/1.1 OK\r\n\r\n", id="no status"),
        pytest.param(b"HTTP/1.1 200 OK\r\n" + b"X-Filler: x\r\n" * 30_000, id="headers without end"),
        pytest.param(b"HTTP/1.1 100 Continue\r\n\r\n" * 30_000, id="waits without end"),
        pytest.param(GRANTED + b"SSH-2.0-OpenSSH_9.2\r\n", id="more"),
    ],
)
def test_a_proxy_that_speaks_no_http(answer: bytes) -> None:
    """Told as what it is, however much of it there is."""
    failed = fails(ScriptedProxy(answer, HANG_UP))

    assert failed.why is ProxyRefusal.NOT_HTTP
    assert failed.words


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 2", b"HTTP/1.1 200 OK\r\n"], ids=["at once", "soon", "late"])
def test_a_proxy_that_hangs_up(answer: bytes) -> None:
    """Whatever it had begun to say."""
    failed = fails(ScriptedProxy(answer, HANG_UP))

    assert (failed.why, failed.words) == (ProxyRefusal.CLOSED, "hung up without an answer")


def test_a_proxy_that_hangs_up_before_it_is_asked() -> None:
    """The question is not even taken."""

    class Broken(httpcore.AsyncMockStream):
        async def write(self, *_: object) -> None:
            raise httpcore.WriteError

    class Network(httpcore.AsyncMockBackend):
        async def connect_tcp(self, *_: object, **__: object) -> AsyncNetworkStream:
            return Broken([])

    async def go() -> None:
        broken = tunnel(Proxy.parse("proxy.example:8080"), beneath=Network([]))
        with pytest.raises(ProxyFailed) as caught:
            await broken.connect_tcp("coze.example", 443)
        assert caught.value.why is ProxyRefusal.CLOSED

    within(go())


@pytest.mark.long
@pytest.mark.parametrize("login", [None, LIN], ids=["without", "with"])
def test_a_dialogue_that_is_cut_at_any_byte(login: ProxyLogin | None) -> None:
    """With a log-in or without: there is no tunnel, it is a failure of the proxy's, and nothing stays open."""
    answers = [GRANTED] if login is None else [wants(BASIC), GRANTED]
    cut = [(whole, number) for whole, each in enumerate(answers) for number in range(len(each))]

    for whole, number in cut:
        failed = fails(ScriptedProxy(*answers[:whole], answers[whole][:number], HANG_UP), login)
        assert failed.why is ProxyRefusal.CLOSED


@pytest.mark.long
@pytest.mark.parametrize(
    "answers", [[GRANTED], [wants(BASIC), GRANTED], [wants(BASIC, version="1.0"), HANG_UP, GRANTED]]
)
def test_whoever_gives_up_leaves_nothing_open(answers: list[bytes]) -> None:
    """At any moment: while it connects, asks, is asked, logs in, or connects once more."""

    async def give_up_after(turns: int) -> bool:
        peer = ScriptedProxy(*answers)
        async with peer.listening(LIN) as proxy:
            asking = asyncio.create_task(tunnel(proxy).connect_tcp("coze.example", 443))
            for _ in range(turns):
                await asyncio.sleep(0)
            asking.cancel()
            await asyncio.wait((asking,))
            if not asking.cancelled():
                await asking.result().aclose()
            # A connection that the other side has yet to hear of is no longer ours.
            for _ in range(20):
                await asyncio.sleep(0)
            if peer.connections:
                await peer.quiet.wait()
            assert not peer.open
            return not asking.cancelled()

    ended = [within(give_up_after(turns)) for turns in range(60)]
    assert set(ended) == {True, False}


def test_a_system_that_never_signs_on() -> None:
    """It may wait for a company's server without end. Whoever gives up does not, and leaves nothing open."""
    begun, asked_for = threading.Event(), threading.Event()

    class Waiting(SignedIn):
        def start(self, _scheme: str, _host: str, _login: ProxyLogin | None) -> SignedIn:
            begun.set()
            asked_for.wait()
            return self

    async def go() -> None:
        peer = ScriptedProxy(wants("Negotiate"))
        async with peer.listening() as proxy:
            made = tunnel(by_name(proxy, Waiting()), Waiting())
            asking = asyncio.create_task(made.connect_tcp("coze.example", 443))
            await in_daemon_thread(begun.wait, name="begun")
            asking.cancel()
            await asyncio.wait((asking,))
            assert asking.cancelled()
            await peer.quiet.wait()
            assert len(peer.asked) == 1

    try:
        within(go())
    finally:
        asked_for.set()


# TLS with the proxy itself


def served(authority: Authority) -> ssl.SSLContext:
    """Give what a proxy with a certificate of an authority speaks."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.issue("127.0.0.1"))
    return context


def test_a_proxy_that_is_spoken_to_over_tls(tmp_path: Path) -> None:
    """All of the dialogue is inside."""
    authority = Authority(tmp_path)
    peer = ScriptedProxy(wants(BASIC), GRANTED, tls=served(authority))

    asked = passes(peer, LIN, tls=ssl.create_default_context(cafile=authority.file))

    assert [number for number, _ in asked] == [1, 1]


def test_a_proxy_whose_certificate_is_not_trusted(tmp_path: Path) -> None:
    """It is asked nothing, and the connection ends."""

    async def go() -> None:
        peer = ScriptedProxy(GRANTED, tls=served(Authority(tmp_path)))
        async with peer.listening() as proxy:
            with pytest.raises(httpcore.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
                await tunnel(proxy).connect_tcp("coze.example", 443)
            assert peer.asked == []

    within(go())
