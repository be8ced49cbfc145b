"""Which ways lead to a site on macOS, by CFNetwork's answers; the calls themselves are made on macOS alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bindtool.core.network.cfnetwork import Entry, choose_ways
from bindtool.core.network.proxy import BadProxy, Proxy, Routes, RouteSource

if TYPE_CHECKING:
    from collections.abc import Sequence

SCRIPT = "http://pac.example/proxy.pac"
A, B = map(Proxy.parse, ("a.example:1", "socks5://b.example:2"))
STRAIGHT = Entry()
HTTP = Entry("kCFProxyTypeHTTPS", "a.example", 1)
SOCKS = Entry("kCFProxyTypeSOCKS", "b.example", 2)
BY_SCRIPT = Entry("kCFProxyTypeAutoConfigurationURL", script=SCRIPT)


def choose(
    entries: Sequence[Entry], answer: Sequence[Entry] | str = (), own: str = SCRIPT
) -> tuple[Routes, list[Routes]]:
    """Give the ways, and what was told before the script has answered."""
    meanwhile: list[Routes] = []

    def evaluate(script: str) -> Sequence[Entry] | str:
        assert script == SCRIPT
        return answer

    return choose_ways(entries, own, evaluate, meanwhile.append), meanwhile


@pytest.mark.parametrize(
    ("entry", "address"),
    [
        (STRAIGHT, "direct://"),
        (HTTP, "http://a.example:1"),
        (replace(HTTP, kind="kCFProxyTypeHTTP", port=0), "http://a.example"),
        (replace(SOCKS, host="fd00::1"), "socks5://[fd00::1]:2"),
        (replace(HTTP, user="l@n", password="p/w:%"), "http://l%40n:p%2Fw%3A%25@a.example:1"),
        (replace(HTTP, kind="kCFProxyTypeNew"), "kCFProxyTypeNew://a.example:1"),
    ],
)
def test_the_address_of_an_entry(entry: Entry, address: str) -> None:
    """It says all that the entry says; a proxy for sites with TLS is spoken to without it."""
    assert entry.address == address


def test_nothing_is_set() -> None:
    """The way is straight, and nothing has named it."""
    assert choose([STRAIGHT]) == (Routes(), [])


def test_proxies_that_are_set() -> None:
    """They are the system's, in their order."""
    assert choose([HTTP, SOCKS, STRAIGHT]) == (Routes((A, B, None), RouteSource.SYSTEM), [])


def test_a_script() -> None:
    """Its list is taken; what is set beside it holds as long as it has not answered."""
    routes, meanwhile = choose([BY_SCRIPT, HTTP], [SOCKS, STRAIGHT])
    assert routes == Routes((B, None), RouteSource.SCRIPT, SCRIPT)
    assert meanwhile == [Routes((A,), RouteSource.SYSTEM, SCRIPT)]


def test_a_script_that_can_not_be_read() -> None:
    """What is set beside it holds, and the error's number says why."""
    routes, meanwhile = choose([BY_SCRIPT], "-1003")
    assert routes == Routes((None,), RouteSource.SCRIPT, SCRIPT, "-1003")
    assert meanwhile == [Routes((None,), RouteSource.SCRIPT, SCRIPT)]


def test_the_network_names_a_script() -> None:
    """Its proxies are marked, so that nobody logs in to them; one that can't be had is no fault."""
    routes, _ = choose([BY_SCRIPT], [HTTP], own="")
    assert routes == Routes((replace(A, from_wpad=True),), RouteSource.WPAD, SCRIPT)
    assert choose([BY_SCRIPT], "-1003", own="")[0] == Routes((None,), RouteSource.WPAD, SCRIPT)


def test_only_proxies_that_can_not_be_spoken_to() -> None:
    """They are not gone round."""
    with pytest.raises(BadProxy, match="not a kind"):
        choose([replace(HTTP, kind="kCFProxyTypeFTP")])
