"""Log-ins to proxies that are real, or that judge them as real ones do: squid, and an acceptor that misbehaves.

Squid and the realm run on Linux; the acceptor, and a client of NTLM that is not the system's, run anywhere.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from pathlib import Path

import httpcore
import pytest

from bindtool.core.credentials.secret import Password
from bindtool.core.network.proxy import Proxy, ProxyLogin
from bindtool.core.network.proxy_login import ProxyFailed, ProxyLogins, ProxyRefusal, UsedLogin
from bindtool.core.network.tunnel import Tunnel
from tests.core.api.loopback import Loopback
from tests.core.network import squid as parts
from tests.core.network.acceptor import PASSWORD, USER, Acceptor, Conduct, Spnego, knowing
from tests.core.network.squid import Kerberos
from tests.patience import until

MEI, STRANGER = ProxyLogin(USER, Password(PASSWORD)), ProxyLogin(USER, Password("another"))
CONFIRMED = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"


@pytest.fixture(autouse=True)
def _knowing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the acceptor know who passes."""
    for name, value in knowing(tmp_path).items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="module")
def realm() -> Iterator[Kerberos]:
    """Give a realm with a ticket."""
    with parts.kerberos() as realm:
        yield realm


def pass_through(logins: ProxyLogins, address: str) -> None:
    """Ask a site for something, through a proxy."""
    proxy = Proxy.parse(address)

    async def ask(port: int) -> bytes:
        tunnel = Tunnel(proxy, logins, ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), httpcore.AnyIOBackend())
        stream = await tunnel.connect_tcp("127.0.0.1", port)
        try:
            await stream.write(b"GET / HTTP/1.1\r\nHost: site.example\r\n\r\n")
            return await stream.read(1000)
        finally:
            await stream.aclose()

    with Loopback(CONFIRMED) as site:
        assert asyncio.run(ask(site.port)) == CONFIRMED


def refusal(logins: ProxyLogins, address: str) -> ProxyFailed:
    """Give why a proxy lets nobody through."""
    with pytest.raises(ProxyFailed) as caught:
        pass_through(logins, address)
    return caught.value


def _rounds(scheme: str) -> list[str]:
    """Give what somebody who passes answers on one connection."""
    return [scheme] if scheme == "Basic" else [scheme] * 2


def nobody(_proxy: Proxy) -> None:
    """Nothing was entered for any proxy."""


@pytest.mark.parametrize("conduct", [Conduct.TAKE, Conduct.HANG_UP_AND_TAKE])
@pytest.mark.parametrize("offer", ["NTLM", "Negotiate, NTLM", 'Basic realm="works"'])
def test_who_is_right_passes(offer: str, conduct: Conduct) -> None:
    """Each connection is asked anew; what passes by Basic goes along unasked from then on."""
    scheme = offer.replace(",", "").split()[0]
    logins = ProxyLogins(lambda _: MEI, lambda: Spnego(STRANGER, takes_logins=scheme != "Basic"))

    with Acceptor(offer, conduct) as proxy:
        address = f"localhost:{proxy.port}"
        pass_through(logins, address)
        pass_through(logins, address)

    assert logins.used(Proxy.parse(address)) == UsedLogin(scheme, USER)
    heard = [["", *_rounds(scheme)], _rounds(scheme) if scheme == "Basic" else ["", *_rounds(scheme)]]
    if conduct is Conduct.HANG_UP_AND_TAKE:
        # The answer comes on a connection of its own.
        heard = [part for each in heard for part in ([each[:1], each[1:]] if each[0] == "" else [each])]
    assert proxy.heard == heard


@pytest.mark.parametrize("offer", ["NTLM", "Negotiate, NTLM, Basic"])
@pytest.mark.parametrize(
    ("who", "conduct", "rounds"),
    [(STRANGER, Conduct.TAKE, 2), (MEI, Conduct.REFUSE, 2), (MEI, Conduct.CHANGE_OFFER, 1)],
    ids=["wrong password", "asked twice", "another offer"],
)
def test_one_refusal_ends_it(offer: str, who: ProxyLogin, conduct: Conduct, rounds: int) -> None:
    """No other scheme is tried, and the next connection is not even opened."""
    scheme = offer.split(",", maxsplit=1)[0]
    logins = ProxyLogins(nobody, lambda: Spnego(who))

    with Acceptor(offer, conduct) as proxy:
        failures = [refusal(logins, f"localhost:{proxy.port}") for _ in range(2)]

    assert [(each.why, each.user) for each in failures] == [(ProxyRefusal.USER_REFUSED, USER)] * 2
    assert proxy.heard == [["", *[scheme] * rounds]]


@parts.needs_squid
def test_squid_takes_ntlm() -> None:
    """As its helper does, which believes everybody."""
    logins = ProxyLogins(nobody, lambda: Spnego(MEI))

    with parts.squid("ntlm") as proxy:
        pass_through(logins, proxy.address)

        # It writes a line when a tunnel ends; of a name in UTF-16 it reads every other letter.
        until(proxy.passed)
    assert logins.used(Proxy.parse(proxy.address)) == UsedLogin("NTLM", USER)


@parts.needs_squid
def test_without_ntlm_a_proxy_that_offers_nothing_else_lets_nobody_through() -> None:
    """So it is with Linux and macOS, where it is said what the proxy offers."""
    with parts.squid("ntlm") as proxy:
        failed = refusal(ProxyLogins(lambda _: MEI), proxy.address)

    assert (failed.why, failed.schemes) == (ProxyRefusal.SCHEMES, ("NTLM",))


@parts.needs_squid
@parts.needs_kerberos
def test_squid_takes_a_ticket(realm: Kerberos, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of who is signed in, without a word of theirs; each connection has one of its own."""
    for name, value in realm.environ.items():
        monkeypatch.setenv(name, value)
    logins = ProxyLogins(nobody)

    with parts.squid("negotiate", keytab=realm.keytab) as proxy:
        pass_through(logins, proxy.address)
        pass_through(logins, proxy.address)

        until(lambda: proxy.passed() == [f"{parts.USER}@{parts.REALM}"] * 2, proxy.passed)
    assert logins.used(Proxy.parse(proxy.address)) == UsedLogin("Negotiate", f"{parts.USER}@{parts.REALM}")


@parts.needs_squid
@parts.needs_kerberos
def test_squid_takes_nobody_without_a_ticket(realm: Kerberos, monkeypatch: pytest.MonkeyPatch) -> None:
    """And by its bare address it gets to know nobody: a ticket is for a name."""
    monkeypatch.setenv("KRB5_CONFIG", realm.environ["KRB5_CONFIG"])
    monkeypatch.setenv("KRB5CCNAME", "FILE:nothing-here")
    logins = ProxyLogins(nobody)

    with parts.squid("negotiate", keytab=realm.keytab) as proxy:
        without = refusal(logins, proxy.address)
        by_address = refusal(logins, proxy.address.replace(parts.HOST, "127.0.0.1"))

        assert proxy.passed() == []
    assert (without.why, by_address.why) == (ProxyRefusal.NO_TICKET, ProxyRefusal.SCHEMES)
