"""The address of a proxy as people, settings and scripts write it: how it is read, and shown without a password."""

from __future__ import annotations

import pytest

from bindtool.core.credentials.secret import Password
from bindtool.core.network.proxy import BadProxy, Proxy, ProxyKind, ProxyLogin, without_login, without_secret

PROXY = "http://proxy.example:3128"


def login(user: str, password: str) -> ProxyLogin:
    """Give who passes."""
    return ProxyLogin(user, Password(password))


@pytest.mark.parametrize(
    ("text", "address", "name"),
    [
        (PROXY, PROXY, "proxy.example:3128"),
        ("proxy.example:3128", PROXY, "proxy.example:3128"),
        (" HTTP://Proxy.Example:3128/ \n", PROXY, "proxy.example:3128"),
        ("http://proxy.example:3128/?a#b", PROXY, "proxy.example:3128"),
        ("lin:pa/ss@proxy.example:3128", PROXY, "proxy.example:3128"),
        ("proxy", "http://proxy:80", "proxy:80"),
        ("proxy.example.", "http://proxy.example.:80", "proxy.example.:80"),
        ("WEB_PROXY-01:", "http://web_proxy-01:80", "web_proxy-01:80"),
        ("https://10.1.2.3", "https://10.1.2.3:443", "10.1.2.3:443"),
        ("socks5://proxy.example", "socks5://proxy.example:1080", "proxy.example:1080"),
        ("socks5h://proxy.example:1", "socks5://proxy.example:1", "proxy.example:1"),
        ("socks://proxy.example:1", "socks5://proxy.example:1", "proxy.example:1"),
        ("http://[FE80:0::1]:8080", "http://[fe80::1]:8080", "[fe80::1]:8080"),
        ("[::1]", "http://[::1]:80", "[::1]:80"),
        ("http://代理.example:8080", "http://xn--mnq481g.example:8080", "xn--mnq481g.example:8080"),
    ],
)
def test_how_an_address_is_read(text: str, address: str, name: str) -> None:
    """Kind, host and port are what is written, or usual; the address that is shown has no login."""
    proxy = Proxy.parse(text)
    assert (proxy.address, proxy.name) == (address, name)
    assert Proxy.parse(proxy.address) == Proxy(proxy.kind, proxy.host, proxy.port)


@pytest.mark.parametrize(
    ("text", "why", "shown"),
    [
        ("", "no host and port", ""),
        ("http://", "no host and port", "http://"),
        ("http://lin:pass@:3128", "no host and port", "http://:3128"),
        ("http://proxy.example:0", "no host and port", "http://proxy.example:0"),
        ("http://proxy.example:65536", "no host and port", "http://proxy.example:65536"),
        ("http://proxy.example:1234567", "no host and port", "http://proxy.example:1234567"),
        ("http://proxy.example:eighty", "no host and port", "http://proxy.example:eighty"),
        ("http://proxy example:80", "no host and port", "http://proxy example:80"),
        ("http://proxy..example:80", "no host and port", "http://proxy..example:80"),
        ("http://lin:pass@[bad]:3128", "no host and port", "http://[bad]:3128"),
        ("http://[::1", "no host and port", "http://[::1"),
        ("http://[]:80", "no host and port", "http://[]:80"),
        ("http://proxy.example\\evil:80", "no host and port", "http://proxy.example\\evil:80"),
        ("socks4://lin:pass@proxy.example", "not a kind of proxy that bindtool can use", "socks4://proxy.example"),
        ("http://lin:pass%0Aword@proxy.example:80", "not a password", "http://proxy.example:80"),
    ],
)
def test_what_is_no_address(text: str, why: str, shown: str) -> None:
    """It is refused with a reason, and neither the reason nor the address that is shown has the password in it."""
    with pytest.raises(BadProxy) as refused:
        Proxy.parse(text)
    assert (str(refused.value), refused.value.address) == (why, shown)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (PROXY, None),
        ("socks5://lin@proxy.example", login("lin", "")),
        ("http://lin:pass@proxy.example:3128", login("lin", "pass")),
        ("http://lin:p@ss@proxy.example:3128", login("lin", "p@ss")),
        ("http://lin:12/ss@proxy.example:3128", login("lin", "12/ss")),
        ("http://lin:a?b#c:d@proxy.example:3128", login("lin", "a?b#c:d")),
        ("http://l%40n:p%2Fw%25@proxy.example:3128", login("l@n", "p/w%")),
        ("lin:p://w@proxy.example:3128", login("lin", "p://w")),
    ],
)
def test_who_logs_in(text: str, found: ProxyLogin | None) -> None:
    """A password is all between the first colon and the last "@": no sign in it ends the host's name."""
    assert Proxy.parse(text).login == found


def test_a_proxy_shows_no_password() -> None:
    """However it is printed."""
    proxy = Proxy.parse("http://lin:sesame@proxy.example:3128")
    assert "sesame" not in f"{proxy} {proxy!r} {proxy.address} {proxy.name}"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        (PROXY, PROXY),
        ("http://lin:p@ss@proxy.example:3128", PROXY),
        ("http://lin:pa#ss@proxy.example:3128/proxy.pac", f"{PROXY}/proxy.pac"),
        ("lin:p://w@proxy.example:3128", "proxy.example:3128"),
        ("http://lin:pass@[::1", "http://[::1"),
        ("", ""),
    ],
)
def test_how_an_address_is_shown(address: str, shown: str) -> None:
    """Never with a name or a password, whatever it is the address of."""
    assert without_login(address) == shown


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (login("lin", "open sesame"), "*** or *** is wrong"),
        (login("lin", "sec"), "open sesame or bGluOm9wZW4gc2VzYW1l is wrong"),
        (None, "open sesame or bGluOm9wZW4gc2VzYW1l is wrong"),
    ],
)
def test_what_a_proxy_says_of_the_password(found: ProxyLogin | None, words: str) -> None:
    """A proxy that repeats what it was sent is shown without it; a password of three letters may stand anywhere."""
    assert without_secret("open sesame or bGluOm9wZW4gc2VzYW1l is wrong", found) == words


def test_kinds_are_what_addresses_begin_with() -> None:
    """Each kind is read from the address that it makes."""
    assert [Proxy.parse(f"{kind}://proxy.example:1").kind for kind in ProxyKind] == list(ProxyKind)
