"""Whether this laptop can bind, judged from one reply."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from enum import StrEnum

import pytest

from bindtool.core.api.responses import AnswerLost, HttpReply, NeverSent, NoToken, NotSent, Reply
from bindtool.core.binding.advice import WANTS_PROXY_LOGIN, obstacle_hint, obstacle_sentences
from bindtool.core.common.errors import BindtoolError, PasswordStoreUnusable, TokenMissing
from bindtool.core.common.messages import Message
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.diagnostics.route_taken import RouteTaken
from bindtool.core.diagnostics.workstation_check import (
    Asked,
    CheckResult,
    Grade,
    Item,
    examine,
    examine_handoff,
    examine_sign_in,
)
from bindtool.core.network.proxy import Proxy, RouteSource, Routing

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
SITE = "https://api.coze.cn"
HOST = "api.coze.cn"
PROXY = "http://proxy.example:3128"


BY_SYSTEM = (Message.of("check.proxy_by_system"),)


def through(proxy: str) -> Routing:
    """Return what the system says where it names a proxy; "" for none."""
    return Routing((Proxy.parse(proxy),), RouteSource.SYSTEM) if proxy else Routing()


def http(body: object, status: int = 200, date: str = "") -> HttpReply:
    """Return an answer with a JSON body."""
    return HttpReply(NOON, status, {"date": date} if date else {}, json.dumps(body).encode())


GOOD = http({"code": 0, "data": {"nick_name": "A12"}}, date=format_datetime(NOON, usegmt=True))


def found(
    reply: Reply,
    *,
    site: str = SITE,
    proxy: str = "",
    routing: Routing | None = None,
    asked_at: datetime = NOON,
    keyring: str | BindtoolError = "KWallet",
    no_token: BindtoolError | None = None,
) -> dict[StrEnum, CheckResult]:
    """Return the findings by item."""
    asked = Asked(site, RouteTaken(routing or through(proxy)), asked_at, "Li")
    return {finding.item: finding for finding in examine(asked, reply, keyring, no_token)}


def finding(item: Item, grade: Grade, what: str, **parameters: str | int) -> CheckResult:
    """Return what is expected of an item."""
    return CheckResult(item, grade, Message.of(f"check.{item}_{what}", **parameters))


def test_all_is_well() -> None:
    """A good answer says something of each item, in their order."""
    assert examine(Asked(SITE, RouteTaken(through(PROXY)), NOON, ""), GOOD, "KWallet", None) == (
        finding(Item.SITE, Grade.OK, "reached", site=SITE),
        replace(finding(Item.PROXY, Grade.OK, "used", proxy=PROXY), more=BY_SYSTEM),
        finding(Item.TLS, Grade.OK, "trusted"),
        finding(Item.CLOCK, Grade.OK, "right"),
        finding(Item.KEYRING, Grade.OK, "serves", name="KWallet"),
        finding(Item.TOKEN, Grade.OK, "accepted", site=SITE, account="A12"),
    )


OF_TLS = [NotSent.UNTRUSTED, NotSent.EXPIRED, NotSent.WRONG_NAME, NotSent.TLS]
OF_NETWORK = [NotSent.DNS, NotSent.CONNECT, NotSent.TIMEOUT]


def stopped(why: NotSent, host: str = HOST) -> NeverSent:
    """Return that there was no way, which ended at a host."""
    return NeverSent(NOON, why, "as it says", host)


@pytest.mark.parametrize(
    ("reply", "grade", "what", "parameters"),
    [
        *[(stopped(why), Grade.PROBLEM, why.name.lower(), {"detail": "as it says"}) for why in OF_NETWORK],
        *[(stopped(why, PROXY), Grade.UNCLEAR, "proxy", {}) for why in OF_NETWORK],
        *[(stopped(why), Grade.UNCLEAR, "tls", {}) for why in OF_TLS],
        (stopped(NotSent.PROXY, PROXY), Grade.UNCLEAR, "proxy", {}),
        *[(stopped(why, PROXY), Grade.UNCLEAR, "proxy", {}) for why in sorted(WANTS_PROXY_LOGIN)],
        (AnswerLost(NOON), Grade.PROBLEM, "silent", {}),
        (HttpReply(NOON, 200, {}, b"<html>"), Grade.PROBLEM, "stranger", {"status": 200}),
        (http({"code": 4100}, 401), Grade.OK, "reached", {}),
    ],
)
def test_the_site(reply: Reply, grade: Grade, what: str, parameters: dict[str, str | int]) -> None:
    """It is reached where something answers as Coze does, even with a refusal; beyond a proxy nobody knows."""
    assert found(reply)[Item.SITE] == finding(Item.SITE, grade, what, site=SITE, **parameters)


@pytest.mark.parametrize(
    ("reply", "proxy", "grade", "what"),
    [
        (GOOD, "", Grade.OK, "none"),
        (stopped(NotSent.DNS), "", Grade.OK, "none"),
        (GOOD, PROXY, Grade.OK, "used"),
        (AnswerLost(NOON), PROXY, Grade.UNCLEAR, "used"),
        (stopped(NotSent.UNTRUSTED), PROXY, Grade.UNCLEAR, "used"),
        (stopped(NotSent.TIMEOUT), PROXY, Grade.UNCLEAR, "used"),
    ],
)
def test_the_proxy(reply: Reply, proxy: str, grade: Grade, what: str) -> None:
    """It is named, and well as far as anything came back through it."""
    words = {"proxy": proxy} if what == "used" else {}
    expected = replace(finding(Item.PROXY, grade, what, **words), more=BY_SYSTEM if proxy else ())
    assert found(reply, proxy=proxy)[Item.PROXY] == expected


@pytest.mark.parametrize("reply", [GOOD, stopped(NotSent.DNS)])
def test_a_script_that_cannot_be_read(reply: Reply) -> None:
    """It would perhaps name another way: that is not clear, whether or not the site answers."""
    routing = Routing((None,), RouteSource.SCRIPT, "http://wpad.example/proxy.pac", "12167")
    result = found(reply, routing=routing)[Item.PROXY]
    assert (result.grade, result.words.id) == (Grade.UNCLEAR, "check.proxy_none")
    assert [each.id for each in result.sentences] == ["check.proxy_none", "check.proxy_fault"]


@pytest.mark.parametrize("why", [NotSent.PROXY, *sorted(WANTS_PROXY_LOGIN), *OF_NETWORK])
def test_a_proxy_that_lets_nothing_through(why: NotSent) -> None:
    """Where the way ends at the proxy, what is said of it in a run is said here too."""
    reply = stopped(why, PROXY)
    words, *more = obstacle_sentences(reply, "Li")
    expected = CheckResult(Item.PROXY, Grade.PROBLEM, words, (*more, *BY_SYSTEM), reply)
    assert found(reply, proxy=PROXY)[Item.PROXY] == expected


def test_a_script_that_is_not_supported() -> None:
    """The proxy is the problem, with what to do; of the site nobody knows."""
    reply = stopped(NotSent.PROXY_SCRIPT)
    results = found(reply)
    assert results[Item.PROXY] == CheckResult(Item.PROXY, Grade.PROBLEM, obstacle_hint(reply, "Li"), (), reply)
    assert results[Item.SITE] == finding(Item.SITE, Grade.UNCLEAR, "proxy", site=SITE)


@pytest.mark.parametrize(
    ("site", "reply", "expected"),
    [
        ("http://127.0.0.1:1", GOOD, finding(Item.TLS, Grade.OK, "none")),
        (SITE, GOOD, finding(Item.TLS, Grade.OK, "trusted")),
        (SITE, stopped(NotSent.DNS), finding(Item.TLS, Grade.UNCLEAR, "not_reached")),
        (SITE, AnswerLost(NOON), finding(Item.TLS, Grade.UNCLEAR, "not_reached")),
    ],
)
def test_tls(site: str, reply: Reply, expected: CheckResult) -> None:
    """A certificate is trusted where an answer came over it."""
    assert found(reply, site=site)[Item.TLS] == expected


@pytest.mark.parametrize("why", OF_TLS)
def test_tls_that_fails(why: NotSent) -> None:
    """What is said of it in a run is said here too: the issuer seen, and what to do."""
    reply = stopped(why)
    assert found(reply)[Item.TLS] == CheckResult(Item.TLS, Grade.PROBLEM, obstacle_hint(reply, "Li"))


def at(minutes: float) -> HttpReply:
    """Return an answer of a server whose clock is ahead."""
    return http({}, date=format_datetime(NOON + timedelta(minutes=minutes), usegmt=True))


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (at(5), finding(Item.CLOCK, Grade.OK, "right")),
        (at(-5), finding(Item.CLOCK, Grade.OK, "right")),
        (at(6), finding(Item.CLOCK, Grade.PROBLEM, "off", m=6)),
        (at(-600), finding(Item.CLOCK, Grade.PROBLEM, "off", m=600)),
        (http({}), finding(Item.CLOCK, Grade.UNCLEAR, "unknown")),
        (AnswerLost(NOON), finding(Item.CLOCK, Grade.UNCLEAR, "unknown")),
    ],
)
def test_the_clock(reply: Reply, expected: CheckResult) -> None:
    """More than five minutes between the server's Date and this computer's clock are a problem."""
    assert found(reply)[Item.CLOCK] == expected


def test_a_clock_that_is_asked_while_the_laptop_sleeps() -> None:
    """An answer that waited for it an hour says nothing against its clock."""
    asked_at = NOON - timedelta(hours=1)
    assert found(at(-40), asked_at=asked_at)[Item.CLOCK] == finding(Item.CLOCK, Grade.OK, "right")


def test_the_keyring() -> None:
    """A password store that can't serve says why."""
    error = PasswordStoreUnusable("password_store.absent", backend="fail Keyring")
    assert found(GOOD, keyring=error)[Item.KEYRING] == CheckResult(Item.KEYRING, Grade.PROBLEM, error.title)


@pytest.mark.parametrize(
    ("reply", "grade", "what"),
    [
        (http({"code": 4100}, 401), Grade.PROBLEM, "refused"),
        (http({"code": 4101}, 403), Grade.UNCLEAR, "unclear"),
    ],
)
def test_the_token(reply: Reply, grade: Grade, what: str) -> None:
    """It is as good as the site says."""
    assert found(reply)[Item.TOKEN] == finding(Item.TOKEN, grade, what, site=SITE, account="")


def test_a_token_that_was_not_asked_about() -> None:
    """Where the site could not be reached, it is not said to have given no answer."""
    expected = finding(Item.TOKEN, Grade.UNCLEAR, "not_reached", site=SITE)
    assert found(NeverSent(NOON, NotSent.DNS))[Item.TOKEN] == expected


def test_a_token_that_could_not_be_had() -> None:
    """What the site says of a request without it is of no interest."""
    error = TokenMissing("token.missing", name="line")
    assert found(http({"code": 4100}, 401), no_token=error)[Item.TOKEN] == CheckResult(
        Item.TOKEN, Grade.PROBLEM, error.title
    )


RENEWED = AccessToken("eyJ-renewed")
SINCE = datetime(2026, 11, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("renewed", "since", "ports", "unstored", "grade", "what", "parameters"),
    [
        (RENEWED, SINCE, "", False, Grade.OK, "since", {"account": "A12", "day": "2026-11-01"}),
        (RENEWED, None, "", False, Grade.OK, "renewed", {"account": "A12"}),
        (RENEWED, SINCE, "", True, Grade.PROBLEM, "not_kept", {}),
        (RENEWED, SINCE, "8910", True, Grade.PROBLEM, "not_kept", {}),
        (RENEWED, SINCE, "8910", False, Grade.UNCLEAR, "no_port", {"ports": "8910"}),
        (None, None, "8910", False, Grade.UNCLEAR, "no_port", {"ports": "8910"}),
        (None, None, "", False, Grade.OK, "nobody", {}),
        (NeverSent(NOON, NotSent.DNS), SINCE, "8910", False, Grade.UNCLEAR, "not_renewed", {}),
    ],
)
def test_signing_in(
    renewed: AccessToken | NeverSent | None,
    since: datetime | None,
    ports: str,
    unstored: bool,
    grade: Grade,
    what: str,
    parameters: dict[str, str | int],
) -> None:
    """A renewed token that is lost at the end of the program comes before a port that is taken."""
    found = examine_sign_in(GOOD, renewed, since, ports, unstored=unstored)
    assert found == finding(Item.SIGN_IN, grade, what, **parameters)


def test_a_sign_in_that_ended() -> None:
    """The item says why there is no token."""
    ended = NoToken(NOON, TokenMissing("token.missing", name="line"))
    found = examine_sign_in(GOOD, ended, SINCE, "")
    assert found == CheckResult(Item.SIGN_IN, Grade.PROBLEM, ended.error.title)


@pytest.mark.parametrize(
    ("folder", "waiting", "expected"),
    [
        ("", 0, ()),
        ("/erp", 0, (finding(Item.HANDOFF, Grade.OK, "none", folder="/erp"),)),
        ("/erp", 2, (finding(Item.HANDOFF, Grade.PROBLEM, "waiting", n=2, folder="/erp"),)),
        ("", 2, (finding(Item.HANDOFF, Grade.PROBLEM, "waiting", n=2, folder=""),)),
    ],
)
def test_the_handoff(folder: str, waiting: int, expected: tuple[CheckResult, ...]) -> None:
    """Files that wait for their folder are a problem, even if the profile names none any more."""
    assert examine_handoff(folder, waiting) == expected
