"""The way to a site: what is said of it, and what the support bundle has of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

import pytest

from bindtool.core.common.clock import SystemClock
from bindtool.core.common.messages import Message
from bindtool.core.diagnostics.route_taken import RouteTaken, find_route
from bindtool.core.network.proxies import Proxies
from bindtool.core.network.proxy import Proxy, RouteSource, Routing
from bindtool.core.network.proxy_login import ProxyLogins, UsedLogin
from bindtool.core.network.stored_logins import new_login
from bindtool.i18n.catalogue import LANGUAGES, Texts

SITE = "https://api.coze.cn"
NEAR, FAR = Proxy.parse("http://near.example:8080"), Proxy.parse("http://lin:s3cret@far.example:3128")
BY_NEAR, BY_FAR = {"proxy": NEAR.address}, {"proxy": FAR.address}
SCRIPT = "http://wpad.example/proxy.pac"


def said(route: RouteTaken) -> dict[str, dict[str, str | int | float]]:
    """Return the values of all sentences, by the ends of their ids."""
    return {
        each.id.removeprefix("check.proxy_"): dict(each.values) for each in (*route.passed(), *route.named_by())
    }


@pytest.mark.parametrize(
    ("routing", "sentences"),
    [
        (Routing(), {"none": {}}),
        (Routing((FAR,), RouteSource.ENVIRONMENT), {"used": BY_FAR, "by_environment": {}}),
        (
            Routing((NEAR, None), RouteSource.SYSTEM),
            {"used": BY_NEAR, "by_system": {}, "others": {"others": "DIRECT"}},
        ),
        (
            Routing((None, replace(NEAR, from_wpad=True)), RouteSource.SYSTEM),
            {"none": {}, "by_libproxy": {}, "others": {"others": "http://near.example:8080"}},
        ),
        (
            Routing((NEAR, FAR, None), RouteSource.SCRIPT, SCRIPT),
            {
                "used": BY_NEAR,
                "by_script": {"url": SCRIPT},
                "others": {"others": "http://far.example:3128, DIRECT"},
            },
        ),
        (Routing((None,), RouteSource.SCRIPT), {"none": {}, "by_script_unnamed": {"url": ""}}),
        (
            Routing((None,), RouteSource.SCRIPT, SCRIPT, "12167"),
            {"none": {}, "fault": {"url": SCRIPT, "code": "12167"}},
        ),
        (
            Routing((NEAR,), RouteSource.SYSTEM, SCRIPT, "timeout"),
            {"used": BY_NEAR, "fault": {"url": SCRIPT, "code": "timeout"}, "by_system": {}},
        ),
        (Routing(fault="timeout"), {"none": {}, "unknown": {"code": "timeout"}}),
        (
            Routing((NEAR,), RouteSource.WPAD, SCRIPT),
            {"used": BY_NEAR, "by_script": {"url": SCRIPT}, "by_wpad": {}},
        ),
    ],
)
def test_what_is_said(routing: Routing, sentences: dict[str, dict[str, str]]) -> None:
    """Which proxy is taken, what has named it, what is wrong with that, and which ways are left."""
    assert said(RouteTaken(routing)) == sentences


@pytest.mark.parametrize(
    ("login", "what"),
    [(UsedLogin("Negotiate", "lin@EXAMPLE.TEST"), "login"), (UsedLogin("NTLM", ""), "login_unnamed")],
)
def test_who_has_logged_in(login: UsedLogin, what: str) -> None:
    """Scheme and user are named, the user where the system tells."""
    assert said(RouteTaken(Routing((NEAR,)), login))[what] == {"user": login.user, "scheme": login.scheme}


def test_the_words() -> None:
    """They are those that IT people look for, in both languages."""
    message = Message.of("check.proxy_fault", url=SCRIPT, code="404")
    assert [Texts(language).say(message) for language in LANGUAGES] == [
        f"The automatic script {SCRIPT} can't be read (404).",
        f"无法读取自动脚本 {SCRIPT}（404）。",
    ]


@pytest.mark.parametrize(
    ("user", "masked"),
    [
        ("lin", "l***"),
        ("COMPANY\\lin", "COMPANY\\l***"),
        ("lin@EXAMPLE.TEST", "l***@EXAMPLE.TEST"),
        ("林", "林***"),
        ("", ""),
    ],
)
def test_the_record(user: str, masked: str) -> None:
    """It has all of it for whoever helps: no log-in of an address, and no whole user name."""
    route = RouteTaken(Routing((FAR, None), RouteSource.SCRIPT, SCRIPT, ""), UsedLogin("Basic", user), 0.0034)
    assert route.record == {
        "source": "script",
        "script": SCRIPT,
        "fault": "",
        "routes": ["http://far.example:3128", "DIRECT"],
        "login_scheme": "Basic",
        "login_user": masked,
        "asked_ms": 3,
    }


def test_the_record_of_a_way_without_a_log_in() -> None:
    """Scheme and user are empty."""
    record = RouteTaken().record
    assert (record["source"], record["routes"], record["login_scheme"], record["login_user"]) == (
        "nothing",
        ["DIRECT"],
        "",
        "",
    )


@dataclass(frozen=True)
class Resolver:
    """Says what a test has it say, which is the text of an address where it is none of a proxy."""

    answer: Routing | str

    async def routing(self, site: str) -> Routing:
        """Say it."""
        assert site == SITE
        return self.answer if isinstance(self.answer, Routing) else Routing((Proxy.parse(self.answer),))


def found(answer: Routing | str, logins: ProxyLogins, *, nowhere: Proxy | None = None) -> RouteTaken:
    """Return the way; `nowhere` has just led nowhere."""
    clock, proxies = SystemClock(), Proxies(lambda: Resolver(answer).routing, lambda: logins)
    if nowhere is not None:
        proxies.note(nowhere, clock.monotonic(), leads_nowhere=True)
    return asyncio.run(find_route(SITE, proxies, clock))


def test_the_proxy_that_is_taken() -> None:
    """It is the one that leads somewhere, with whoever has passed it; the other is named after it."""
    logins = ProxyLogins(lambda _: new_login("lin", "s3cret"))

    async def pass_it() -> None:
        with logins.exchange(FAR) as exchange:
            await exchange.answer(["Basic"])
            exchange.accepted()

    asyncio.run(pass_it())
    route = found(Routing((NEAR, FAR), RouteSource.SCRIPT, SCRIPT), logins, nowhere=NEAR)
    assert (route.proxy, route.login) == (FAR, UsedLogin("Basic", "lin"))
    assert route.routing == Routing((FAR, NEAR), RouteSource.SCRIPT, SCRIPT)
    assert "s3cret" not in repr(route)


def test_no_way() -> None:
    """Straight to the site nobody logs in; what is no proxy is named, and is no fault of a script."""
    logins = ProxyLogins(lambda _: None)
    assert found(Routing(), logins).login is None
    odd = found("gopher://lin:s3cret@odd.example", logins)
    assert str(odd.record["fault"]).startswith("gopher://odd.example: ")
    assert odd.named_by() == ()
