"""Which routes lead to a site on Windows, by WinHTTP's answers; the calls themselves are made on Windows alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bindtool.core.network.proxy import BadProxy, Proxy, RouteSource, Routing
from bindtool.core.network.winhttp import Answer, Settings, choose_routes, entry_address, is_bypassed, listed

SITE = "https://api.coze.cn"
SCRIPT = "http://pac.example/proxy.pac"
A, STATIC = map(Proxy.parse, ("a.example:1", "static.example:3"))
SET = Settings(script=SCRIPT, proxies="static.example:3")
MEANWHILE = Routing((STATIC,), RouteSource.SYSTEM, SCRIPT)


def choose(settings: Settings, answers: Mapping[str, Answer]) -> tuple[Routing, list[Routing], list[str]]:
    """Give the routes, what was told before, and which scripts were asked in which order."""
    meanwhile: list[Routing] = []
    asked: list[str] = []

    def evaluate(script: str) -> Answer:
        asked.append(script)
        return answers[script]

    return choose_routes(SITE, settings, evaluate, meanwhile.append), meanwhile, asked


def test_nothing_is_set() -> None:
    """The route is direct, and nothing has named it."""
    assert choose(Settings(), {}) == (Routing(), [Routing()], [])


def test_proxies_that_are_set() -> None:
    """They are the system's."""
    settings = Settings(proxies="http=b.example:2;https=a.example:1", bypass="<local>")
    assert choose(settings, {})[0] == Routing((A,), RouteSource.SYSTEM)


def test_a_script() -> None:
    """Its list is taken in its order; the proxies that are set hold as long as it has not answered."""
    found = choose(SET, {SCRIPT: Answer(addresses=["a.example:1", "direct://"])})
    assert found == (Routing((A, None), RouteSource.SCRIPT, SCRIPT), [MEANWHILE], [SCRIPT])


def test_a_script_that_says_straight() -> None:
    """Then nothing else is asked."""
    assert choose(SET, {SCRIPT: Answer()})[0] == Routing((None,), RouteSource.SCRIPT, SCRIPT)


def test_a_script_that_can_not_be_read() -> None:
    """The proxies that are set hold; the number says why, and a login in the address is not shown."""
    routing, meanwhile, _ = choose(SET, {SCRIPT: Answer(12167)})
    assert (routing, meanwhile) == (replace(MEANWHILE, fault="12167"), [MEANWHILE])

    secret = SCRIPT.replace("//", "//lin:pass@")
    routing, _, asked = choose(Settings(script=secret), {secret: Answer(12166)})
    assert (routing, asked) == (Routing(script=SCRIPT, fault="12166"), [secret])


def test_the_network_names_a_script() -> None:
    """It comes before all, where that is switched on, and its proxies are marked: nobody logs in to them."""
    routing, _, asked = choose(replace(SET, detects=True), {"": Answer(addresses=["a.example:1"])})
    assert routing == Routing((replace(A, from_wpad=True),), RouteSource.WPAD)
    assert asked == [""]


@pytest.mark.parametrize(("error", "fault"), [(12180, ""), (12167, "12167")])
def test_the_network_names_no_script(error: int, fault: str) -> None:
    """Most name none, which is no fault; one that is named and can't be had is."""
    routing, _, _ = choose(Settings(detects=True), {"": Answer(error)})
    assert routing == Routing(fault=fault)

    routing, _, asked = choose(replace(SET, detects=True), {"": Answer(error), SCRIPT: Answer()})
    assert (routing, asked) == (Routing((None,), RouteSource.SCRIPT, SCRIPT), ["", SCRIPT])


def test_only_proxies_that_can_not_be_spoken_to() -> None:
    """They are not gone round."""
    with pytest.raises(BadProxy, match="not a kind"):
        choose(Settings(proxies="https=socks4://a.example:1"), {})


@pytest.mark.parametrize(
    ("site", "proxies", "expected"),
    [
        (SITE, "", []),
        (SITE, "a.example:1", ["a.example:1"]),
        (SITE, "a.example:1;b.example:2 c.example", ["a.example:1", "b.example:2", "c.example"]),
        (SITE, "HTTPS=a.example:1;http=b.example:2", ["a.example:1"]),
        (SITE, "https=http://a.example:1; https=b.example:2", ["http://a.example:1", "b.example:2"]),
        (SITE, "http=b.example:2", []),
        ("http://plain.example", "http=b.example:2", ["b.example:2"]),
        (SITE, "socks=a.example:1", ["socks5://a.example:1"]),
        (SITE, "socks=socks5://a.example:1", ["socks5://a.example:1"]),
        (SITE, "socks=a.example:1;https=b.example:2", ["b.example:2"]),
    ],
)
def test_which_of_a_list(site: str, proxies: str, expected: list[str]) -> None:
    """Those for all and those for the site's scheme, else the one for SOCKS."""
    assert listed(site, proxies, "") == expected
    assert listed(site, proxies, "plain.example;api.*") == []


@pytest.mark.parametrize(
    ("host", "port", "scheme", "address"),
    [
        ("", 0, 0, "direct://"),
        ("a.example", 1, 1, "http://a.example:1"),
        ("a.example", 1, 2, "https://a.example:1"),
        ("fd00::1", 1, 4, "socks5://[fd00::1]:1"),
        ("a.example", 0, 1, "http://a.example"),
        ("a.example", 1, 3, "unknown://a.example:1"),
    ],
)
def test_an_entry_of_a_scripts_list(host: str, port: int, scheme: int, address: str) -> None:
    """It is straight, or a proxy by the number of its scheme."""
    assert entry_address(host, port, scheme) == address


@pytest.mark.parametrize(
    ("site", "bypass", "is_in"),
    [
        (SITE, "", False),
        (SITE, "<local>", False),
        ("https://intranet", "<local>", True),
        ("https://[fd00::1]", "<local>", False),
        ("https://[fd00::1]", "[fd00::1]", True),
        (SITE, "example.com;api.coze.cn", True),
        (SITE, "10.*; *.COZE.cn", True),
        (SITE, "coze.cn", False),
        (SITE, "*coze.cn", True),
        (SITE, "api?coze.cn", False),
        (SITE, "*", True),
        (SITE, "https://*.coze.cn", True),
        (SITE, "http://*.coze.cn", False),
        (SITE, "api.coze.cn:443", True),
        (SITE, "api.coze.cn:8443", False),
        (f"{SITE}:8443", "api.coze.cn:8443", True),
        ("https://10.1.2.3", "10.*", True),
    ],
)
def test_who_is_reached_straight(site: str, bypass: str, is_in: bool) -> None:
    """By the host's name as a whole, with its scheme and port where those are named."""
    assert is_bypassed(site, bypass) is is_in
