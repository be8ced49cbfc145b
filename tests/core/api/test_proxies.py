"""Which proxy the system names for a site; the environment is the test's, the reading is Python's own."""

from __future__ import annotations

import asyncio

import pytest

from bindtool.core.api.proxies import login, system_proxy, without_login, without_secret

pytestmark = pytest.mark.usefixtures("no_proxy_from_outside")

SITE = "https://api.coze.cn"
PROXY = "http://proxy.example:3128"


@pytest.mark.parametrize(
    ("site", "named", "expected"),
    [
        (SITE, {}, ""),
        (SITE, {"HTTP_PROXY": PROXY}, ""),
        (SITE, {"HTTPS_PROXY": PROXY}, PROXY),
        (SITE, {"https_proxy": PROXY}, PROXY),
        (SITE, {"HTTPS_PROXY": "proxy.example:3128"}, PROXY),
        (SITE, {"HTTPS_PROXY": "http://lin:pass@proxy.example:3128"}, "http://lin:pass@proxy.example:3128"),
        (SITE, {"HTTPS_PROXY": "lin:p://w@proxy.example:3128"}, "http://lin:p://w@proxy.example:3128"),
        (SITE, {"ALL_PROXY": "socks5://proxy.example:1080"}, "socks5://proxy.example:1080"),
        (SITE, {"ALL_PROXY": "socks5://proxy.example:1080", "HTTPS_PROXY": PROXY}, PROXY),
        (SITE, {"HTTPS_PROXY": PROXY, "NO_PROXY": "example.com, .coze.cn"}, ""),
        (SITE, {"HTTPS_PROXY": PROXY, "NO_PROXY": "coze.cn"}, ""),
        (SITE, {"HTTPS_PROXY": PROXY, "NO_PROXY": "api.coze.cn"}, ""),
        (SITE, {"HTTPS_PROXY": PROXY, "NO_PROXY": "*"}, ""),
        (SITE, {"HTTPS_PROXY": PROXY, "NO_PROXY": "oze.cn,,"}, PROXY),
        ("http://127.0.0.1:8080", {"HTTP_PROXY": PROXY}, ""),
        ("http://localhost:8080", {"ALL_PROXY": PROXY}, ""),
    ],
)
def test_which_proxy(site: str, named: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one for the site's scheme, else the one for all; none for hosts that need none, such as this computer."""
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    assert asyncio.run(system_proxy(site)) == expected


@pytest.mark.parametrize(
    ("proxy", "shown"),
    [
        (PROXY, PROXY),
        ("http://lin:p@ss@proxy.example:3128", PROXY),
        ("socks5://lin@proxy.example", "socks5://proxy.example"),
        ("http://lin:pa/ss@proxy.example:3128", PROXY),
        ("http://lin:pa#ss@proxy.example:3128", PROXY),
        ("http://lin:pa?ss@proxy.example:3128", PROXY),
        ("lin:p://w@proxy.example:3128", "proxy.example:3128"),
        ("http://lin:pass@[bad]:3128", "http://[bad]:3128"),
        ("http://lin:pass@[::1", "http://[::1"),
        ("http://[::1", "http://[::1"),
        ("", ""),
    ],
)
def test_how_a_proxy_is_shown(proxy: str, shown: str) -> None:
    """Never with a name or a password."""
    assert without_login(proxy) == shown


@pytest.mark.parametrize(
    ("proxy", "found"),
    [
        (PROXY, None),
        ("", None),
        ("socks5://lin@proxy.example", ("lin", "")),
        ("http://lin:pass@proxy.example:3128", ("lin", "pass")),
        ("http://lin:p@ss@proxy.example:3128", ("lin", "p@ss")),
        ("http://lin:12/ss@proxy.example:3128", ("lin", "12/ss")),
        ("http://lin:a?b#c:d@proxy.example:3128", ("lin", "a?b#c:d")),
        ("http://l%40n:p%2Fw%25@proxy.example:3128", ("l@n", "p/w%")),
        ("lin:p://w@proxy.example:3128", ("lin", "p://w")),
    ],
)
def test_who_logs_in(proxy: str, found: tuple[str, str] | None) -> None:
    """A password is all between the first colon and the last "@": no sign in it ends the host's name."""
    assert login(proxy) == found


@pytest.mark.parametrize(
    ("proxy", "words"),
    [
        ("http://lin:open%20sesame@proxy.example", "*** or *** is wrong"),
        ("http://lin:sec@proxy.example", "open sesame or bGluOm9wZW4gc2VzYW1l is wrong"),
        (PROXY, "open sesame or bGluOm9wZW4gc2VzYW1l is wrong"),
    ],
)
def test_what_a_proxy_says_of_the_password(proxy: str, words: str) -> None:
    """A proxy that repeats what it was sent is shown without it; a password of three letters may stand anywhere."""
    assert without_secret("open sesame or bGluOm9wZW4gc2VzYW1l is wrong", proxy) == words
