"""Whether this laptop can bind, judged from one reply."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest

from bindtool.core.checks import Finding, Grade, Item, examine, proxy_for
from bindtool.core.errors import TokenMissing, VaultUnusable
from bindtool.core.message import Message
from bindtool.core.reply import HttpReply, Lost, NeverSent, NoAnswer, NotSent

if TYPE_CHECKING:
    from bindtool.core.errors import BindtoolError
    from bindtool.core.reply import Reply

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
SITE = "https://api.coze.cn"
PROXIES = {"https": "http://user:secret@proxy.example:3128"}
PROXY = "http://proxy.example:3128"


def http(body: object, status: int = 200, date: str = "") -> HttpReply:
    """Return an answer with a JSON body."""
    return HttpReply(NOON, status, {"date": date} if date else {}, json.dumps(body).encode())


GOOD = http({"code": 0, "data": {"nick_name": "A12"}}, date=format_datetime(NOON, usegmt=True))


def found(
    reply: Reply,
    *,
    site: str = SITE,
    proxies: dict[str, str] | None = None,
    keyring: str | BindtoolError = "KWallet",
    no_token: BindtoolError | None = None,
) -> dict[Item, Finding]:
    """Return the findings by item."""
    return {finding.item: finding for finding in examine(site, proxies or {}, reply, keyring, no_token)}


def finding(item: Item, grade: Grade, what: str, **parameters: str | int) -> Finding:
    """Return what is expected of an item."""
    return Finding(item, grade, Message.of(f"check.{item}_{what}", **parameters))


def test_all_is_well() -> None:
    """A good answer says something of each item, in the order of the contract."""
    assert examine(SITE, PROXIES, GOOD, "KWallet", None) == (
        finding(Item.SITE, Grade.OK, "reached", site=SITE),
        finding(Item.PROXY, Grade.OK, "used", proxy=PROXY),
        finding(Item.TLS, Grade.OK, "trusted"),
        finding(Item.CLOCK, Grade.OK, "right"),
        finding(Item.KEYRING, Grade.OK, "serves", name="KWallet"),
        finding(Item.TOKEN, Grade.OK, "accepted", site=SITE, account="A12"),
    )


@pytest.mark.parametrize(
    ("reply", "grade", "what", "parameters"),
    [
        (NeverSent(NOON, NotSent.DNS, "x"), Grade.PROBLEM, "dns", {"detail": "x"}),
        (NeverSent(NOON, NotSent.CONNECT, "x"), Grade.PROBLEM, "connect", {"detail": "x"}),
        (NeverSent(NOON, NotSent.TLS, "x"), Grade.UNCLEAR, "tls", {"detail": "x"}),
        (NeverSent(NOON, NotSent.PROXY, "x"), Grade.UNCLEAR, "proxy", {"detail": "x"}),
        (Lost(NOON, NoAnswer.TIMEOUT), Grade.PROBLEM, "silent", {}),
        (HttpReply(NOON, 200, {}, b"<html>"), Grade.PROBLEM, "stranger", {"status": 200}),
        (http({"code": 4100}, 401), Grade.OK, "reached", {}),
    ],
)
def test_the_site(reply: Reply, grade: Grade, what: str, parameters: dict[str, str | int]) -> None:
    """It is reached where something answers as Coze does, even with a refusal."""
    assert found(reply)[Item.SITE] == finding(Item.SITE, grade, what, site=SITE, **parameters)


@pytest.mark.parametrize(
    ("reply", "proxies", "grade", "what"),
    [
        (GOOD, {}, Grade.OK, "none"),
        (NeverSent(NOON, NotSent.DNS), {}, Grade.OK, "none"),
        (GOOD, PROXIES, Grade.OK, "used"),
        (Lost(NOON, NoAnswer.BROKEN), PROXIES, Grade.UNCLEAR, "used"),
        (NeverSent(NOON, NotSent.PROXY, "407"), PROXIES, Grade.PROBLEM, "failed"),
    ],
)
def test_the_proxy(reply: Reply, proxies: dict[str, str], grade: Grade, what: str) -> None:
    """It is named without its password, and at fault where it says so."""
    proxy = found(reply, proxies=proxies)[Item.PROXY]
    assert (proxy.grade, proxy.words.id) == (grade, f"check.proxy_{what}")
    assert "secret" not in str(proxy)


@pytest.mark.parametrize(
    ("site", "proxies", "expected"),
    [
        (SITE, {}, ""),
        (SITE, {"http": "http://other.example:1"}, ""),
        (SITE, {"https": "proxy.example:3128"}, "proxy.example:3128"),
        (SITE, {"all": "socks5://u:p@proxy.example:1080"}, "socks5://proxy.example:1080"),
        (SITE, PROXIES, PROXY),
        (SITE, {**PROXIES, "no": "example.com, .coze.cn"}, ""),
        (SITE, {**PROXIES, "no": "api.coze.cn"}, ""),
        (SITE, {**PROXIES, "no": "*"}, ""),
        (SITE, {**PROXIES, "no": "oze.cn,,"}, PROXY),
        ("http://127.0.0.1:8080", {"http": PROXY}, ""),
    ],
)
def test_which_proxy(site: str, proxies: dict[str, str], expected: str) -> None:
    """The system's proxy for the site's scheme, but for hosts that need none and this computer itself."""
    assert proxy_for(site, proxies) == expected


@pytest.mark.parametrize(
    ("site", "reply", "expected"),
    [
        ("http://127.0.0.1:1", GOOD, finding(Item.TLS, Grade.OK, "none")),
        (SITE, GOOD, finding(Item.TLS, Grade.OK, "trusted")),
        (
            SITE,
            NeverSent(NOON, NotSent.TLS, "self-signed"),
            finding(Item.TLS, Grade.PROBLEM, "failed", detail="self-signed"),
        ),
        (SITE, NeverSent(NOON, NotSent.DNS), finding(Item.TLS, Grade.UNCLEAR, "not_reached")),
        (SITE, Lost(NOON, NoAnswer.TIMEOUT), finding(Item.TLS, Grade.UNCLEAR, "not_reached")),
    ],
)
def test_tls(site: str, reply: Reply, expected: Finding) -> None:
    """A certificate is trusted where an answer came over it."""
    assert found(reply, site=site)[Item.TLS] == expected


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
        (http({}, date="Wed, 25 Nov 2026 12:00:00 -0000"), finding(Item.CLOCK, Grade.OK, "right")),
        (http({}, date="yesterday"), finding(Item.CLOCK, Grade.UNCLEAR, "unknown")),
        (http({}, date="Wed, 25 Nov 99999999999 12:00:00 GMT"), finding(Item.CLOCK, Grade.UNCLEAR, "unknown")),
        (http({}), finding(Item.CLOCK, Grade.UNCLEAR, "unknown")),
        (Lost(NOON, NoAnswer.TIMEOUT), finding(Item.CLOCK, Grade.UNCLEAR, "unknown")),
    ],
)
def test_the_clock(reply: Reply, expected: Finding) -> None:
    """More than five minutes between the server's Date and this computer's clock are a problem."""
    assert found(reply)[Item.CLOCK] == expected


def test_the_keyring() -> None:
    """A password store that can't serve says why."""
    error = VaultUnusable("vault.absent", backend="fail Keyring")
    assert found(GOOD, keyring=error)[Item.KEYRING] == Finding(Item.KEYRING, Grade.PROBLEM, error.title)


@pytest.mark.parametrize(
    ("reply", "grade", "what"),
    [
        (http({"code": 4100}, 401), Grade.PROBLEM, "refused"),
        (http({"code": 4101}, 403), Grade.UNCLEAR, "unclear"),
        (NeverSent(NOON, NotSent.DNS), Grade.UNCLEAR, "unclear"),
    ],
)
def test_the_token(reply: Reply, grade: Grade, what: str) -> None:
    """It is as good as the site says."""
    assert found(reply)[Item.TOKEN] == finding(Item.TOKEN, grade, what, site=SITE, account="")


def test_a_token_that_could_not_be_had() -> None:
    """What the site says of a request without it is of no interest."""
    error = TokenMissing("token.missing", name="line")
    assert found(http({"code": 4100}, 401), no_token=error)[Item.TOKEN] == Finding(
        Item.TOKEN, Grade.PROBLEM, error.title
    )
