"""Which proxy the system names for a site; the environment is the test's, the reading is Python's own."""

from __future__ import annotations

import asyncio

import pytest

from bindtool.core.proxies import system_proxy, without_login

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
        ("http://lin:pass@[bad]:3128", "http://[bad]:3128"),
        ("", ""),
    ],
)
def test_how_a_proxy_is_shown(proxy: str, shown: str) -> None:
    """Never with a name or a password."""
    assert without_login(proxy) == shown
