"""What `bindtool ledger check` makes of a server's answer, item by item."""

from __future__ import annotations

import pytest

from bindtool.core.common.errors import LedgerFailed, PasswordMissing
from bindtool.core.common.messages import Message
from bindtool.core.diagnostics.ledger_check import Lag, LedgerItem, examine_ledger
from bindtool.core.diagnostics.workstation_check import Grade
from bindtool.core.profiles.ledger_address import LedgerAddress
from bindtool.core.shared_ledger.postgres.client import ServerInfo

HERE = LedgerAddress("127.0.0.1", 5432, "ledger", "bench")
THERE = LedgerAddress("db.example", 5433, "ledger", "bench")
SITE = ServerInfo("TLSv1.3", "15.18", 1, 40)


def test_all_well() -> None:
    """A line each, in this order."""
    findings = examine_ledger(THERE, SITE)
    assert [finding.item for finding in findings] == list(LedgerItem)
    assert {finding.grade for finding in findings} == {Grade.OK}
    assert [finding.words for finding in findings] == [
        Message.of("ledger_check.site_reached", host="db.example", port="5433", database="ledger"),
        Message.of("ledger_check.tls_trusted", version="TLSv1.3"),
        Message.of("ledger_check.login_accepted", user="bench"),
        Message.of("ledger_check.version_known", postgres="15.18", tables=1),
        Message.of("ledger_check.lag_new", entries=40),
    ]


def test_what_is_not_there_yet() -> None:
    """Where this bench has read the ledger, both ways are counted."""
    words = Message.of("ledger_check.lag_known", entries=40, to_send=3, to_read=7)
    assert examine_ledger(THERE, SITE, Lag(3, 7))[-1].words == words


def test_what_the_owner_has_to_do() -> None:
    """A step that is due, and entries that no bench takes, are named; the bench can work all the same."""
    findings = examine_ledger(THERE, ServerInfo("TLSv1.3", "15.18", 1, 40, left_out=2, due=True))
    assert {finding.grade for finding in findings} == {Grade.OK}
    assert findings[3].words == Message.of("ledger_check.version_due", postgres="15.18", tables=1)
    assert findings[-1].words == Message.of("ledger_check.lag_left_out", n=2)


def test_this_computer_needs_no_tls() -> None:
    """And that is well."""
    assert examine_ledger(HERE, SITE)[1].words == Message.of("ledger_check.tls_local")


@pytest.mark.parametrize(
    ("id_", "well"),
    [
        ("ledger.unreachable", 0),
        ("ledger.failed", 0),
        ("ledger.no_tls", 1),
        ("ledger.untrusted", 1),
        ("ledger.login_refused", 2),
        ("ledger.no_database", 2),
        ("ledger.not_made", 3),
        ("ledger.newer", 3),
        ("ledger.older", 3),
        ("ledger.unreleased", 3),
        ("ledger.not_allowed", 3),
    ],
)
def test_how_far_it_went(id_: str, well: int) -> None:
    """What comes before the failure is well, the rest was not reached."""
    findings = examine_ledger(THERE, LedgerFailed(id_, host="db.example"))
    grades = [Grade.OK] * well + [Grade.PROBLEM] + [Grade.UNCLEAR] * (4 - well)
    assert [finding.grade for finding in findings] == grades
    assert findings[well].words == Message.of(f"{id_}.title", host="db.example")


def test_no_password() -> None:
    """Nobody was asked."""
    findings = examine_ledger(THERE, PasswordMissing("password.missing", name="x"))
    u, p = Grade.UNCLEAR, Grade.PROBLEM
    assert [finding.grade for finding in findings] == [u, u, p, u, u]
