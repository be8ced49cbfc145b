"""The order in which the routes to a site are tried."""

from __future__ import annotations

from bindtool.core.network.proxies import Proxies
from bindtool.core.network.proxy import Proxy
from bindtool.core.network.proxy_login import ProxyLogins
from bindtool.core.network.system_proxies import SystemProxies

ONE, OTHER = Proxy.parse("one.example:8080"), Proxy.parse("other.example:8080")
ROUTES = (ONE, OTHER, None)


def test_a_way_that_has_led_nowhere_comes_last_for_five_minutes() -> None:
    """The others stay in the order that the system gives."""
    proxies = Proxies.of_this_system()
    assert proxies.in_order(ROUTES, 0.0) == ROUTES

    proxies.note(ONE, 10.0, leads_nowhere=True)

    assert proxies.in_order(ROUTES, 10.0) == (OTHER, None, ONE)
    assert proxies.in_order(ROUTES, 309.0) == (OTHER, None, ONE)
    assert proxies.in_order(ROUTES, 310.0) == ROUTES


def test_a_way_that_leads_somewhere_again_is_forgiven() -> None:
    """A direct route is one like others; where all have led nowhere, the order is the system's."""
    proxies = Proxies.of_this_system()
    for route in ROUTES:
        proxies.note(route, 0.0, leads_nowhere=True)
    assert proxies.in_order(ROUTES, 1.0) == ROUTES

    proxies.note(None, 1.0, leads_nowhere=False)

    assert proxies.in_order(ROUTES, 2.0) == (None, ONE, OTHER)


def test_both_are_made_at_their_first_use() -> None:
    """What is made stays; to forget whom a proxy has refused is the log-ins' matter."""
    made: list[ProxyLogins] = []

    def make() -> ProxyLogins:
        made.append(ProxyLogins(lambda _: None))
        return made[-1]

    proxies = Proxies(lambda: SystemProxies().routing, make)
    assert (made, proxies.routing) == ([], proxies.routing)

    proxies.forget_refusals(ONE)
    assert (made, proxies.logins.used(ONE)) == ([proxies.logins], None)
