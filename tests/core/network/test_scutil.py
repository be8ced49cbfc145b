"""Which routes lead to a site on macOS, by the output of `scutil --proxy`; that command runs on macOS alone."""

from __future__ import annotations

import sys

import pytest

from bindtool.core.network.proxy import BadProxy, Proxy, RouteSource, Routing, UnsupportedScript
from bindtool.core.network.scutil import find_routes, read_settings

SITE = "https://api.coze.cn"
HTTPS = {"HTTPSEnable": "1", "HTTPSPort": "3128", "HTTPSProxy": "a.example"}
SOCKS = {"SOCKSEnable": "1", "SOCKSPort": "1080", "SOCKSProxy": "fd00::1"}
SCRIPT = {"ProxyAutoConfigEnable": "1", "ProxyAutoConfigURLString": "http://lin:pass@pac.example/proxy.pac"}
A, B = Proxy.parse("a.example:3128"), Proxy.parse("socks5://[fd00::1]:1080")


def printed(settings: dict[str, str], exceptions: tuple[str, ...] = ("*.local", "169.254/16")) -> str:
    """Return what the command prints of settings."""
    listed = "".join(f"    {number} : {each}\n" for number, each in enumerate(exceptions))
    values = "".join(f"  {name} : {value}\n" for name, value in settings.items())
    return f"<dictionary> {{\n  ExceptionsList : <array> {{\n{listed}  }}\n  FTPPassive : 1\n{values}}}\n"


@pytest.mark.parametrize(
    ("settings", "routes"),
    [
        (HTTPS, (A,)),
        (SOCKS, (B,)),
        ({**HTTPS, **SOCKS}, (A, B)),
        ({"HTTPSEnable": "1", "HTTPSProxy": "a.example"}, (Proxy.parse("a.example:80"),)),
        ({**HTTPS, **SCRIPT, "ProxyAutoConfigEnable": "0", "ProxyAutoDiscoveryEnable": "0"}, (A,)),
    ],
)
def test_fixed_proxies(settings: dict[str, str], routes: tuple[Proxy, ...]) -> None:
    """They are the system's: the one for the site's scheme, spoken to without TLS, then the SOCKS proxy."""
    assert read_settings(SITE, printed(settings)) == Routing(routes, RouteSource.SYSTEM)


@pytest.mark.parametrize(
    "settings",
    [{}, {"HTTPEnable": "1", "HTTPPort": "3128", "HTTPProxy": "a.example"}, {**HTTPS, "HTTPSEnable": "0"}],
    ids=["nothing", "for another scheme", "switched off"],
)
def test_no_proxy(settings: dict[str, str]) -> None:
    """The route is direct, and nothing has named it."""
    assert read_settings(SITE, printed(settings)) == Routing()


@pytest.mark.parametrize("settings", [HTTPS, SCRIPT], ids=["a proxy", "a script"])
@pytest.mark.parametrize(
    ("site", "exceptions", "more"),
    [
        (SITE, ("*.local", "api.coze.cn"), {}),
        (SITE, ("*.coze.cn",), {}),
        ("https://coze", (), {"ExcludeSimpleHostnames": "1"}),
    ],
)
def test_a_host_that_is_excepted(
    site: str, exceptions: tuple[str, ...], more: dict[str, str], settings: dict[str, str]
) -> None:
    """It is reached straight, as somebody has set it."""
    assert read_settings(site, printed({**settings, **more}, exceptions)) == Routing(source=RouteSource.SYSTEM)


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        (SCRIPT, "http://pac.example/proxy.pac"),
        ({"ProxyAutoConfigEnable": "1"}, ""),
        ({"ProxyAutoDiscoveryEnable": "1"}, "WPAD"),
        ({**HTTPS, "ProxyAutoDiscoveryEnable": "1"}, "WPAD"),
    ],
)
def test_an_automatic_script(settings: dict[str, str], address: str) -> None:
    """There is no route, neither straight nor by what is set beside it; a login in its address is not shown."""
    with pytest.raises(UnsupportedScript) as refused:
        read_settings(SITE, printed(settings))
    assert refused.value.address == address


def test_a_proxy_without_a_name() -> None:
    """It is not gone round."""
    with pytest.raises(BadProxy, match="no host and port"):
        read_settings(SITE, printed({"HTTPSEnable": "1"}))


def test_the_command() -> None:
    """What it prints is read; one that fails or is not there says why."""
    routes = find_routes(SITE, (sys.executable, "-c", f"print({printed(HTTPS)!r})"))
    assert routes == Routing((A,), RouteSource.SYSTEM)
    with pytest.raises(OSError, match=r"^scutil: no network$"):
        find_routes(SITE, (sys.executable, "-c", "raise SystemExit('no network')"))
    with pytest.raises(OSError, match=r"^scutil: 3$"):
        find_routes(SITE, (sys.executable, "-c", "raise SystemExit(3)"))
    with pytest.raises(FileNotFoundError):
        find_routes(SITE, ("/no/such/scutil",))
