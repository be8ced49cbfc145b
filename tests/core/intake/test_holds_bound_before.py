"""Rows whose devices were bound before on a channel."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bindtool.core.common.errors import StoreFailed
from bindtool.core.intake.holds import HoldRules, day_words, reason_of, who_words
from bindtool.core.model.row import Hold, HoldReason
from bindtool.core.store import Store
from tests.core.store.samples import ANSWER, CHANNEL, START, row

OTHER = replace(CHANNEL, user_id="")
HELD = Hold.of(HoldReason.BOUND_BEFORE, date="11-25", label="Speaker 1")


def test_a_device_that_was_bound_before(holds: HoldRules) -> None:
    """Its row is held with the day and the label of then, whatever else it was held for; other rows stay."""
    rows = (row(7, "SPK0002"), replace(row(8, "SPK0001"), held=Hold.of(HoldReason.ODD_ONE_OUT)))
    assert holds.hold_bound(CHANNEL, rows) == (rows[0], replace(rows[1], held=HELD))
    entry = holds.find(CHANNEL, "SPK0001")
    assert entry is not None
    assert (entry.bound_at, entry.operator) == (ANSWER.time, "A12")


def test_another_channel_or_none(holds: HoldRules) -> None:
    """What was bound there says nothing of it here."""
    for channel in (OTHER, None):
        assert holds.find(channel, "SPK0001") is None
        assert holds.hold_bound(channel, [row(1)]) == (row(1),)


def test_a_ledger_that_can_not_be_read(holds: HoldRules, bound_store: Store, failures: list[StoreFailed]) -> None:
    """The rows are taken as they are, and somebody hears of it."""
    bound_store.close()
    assert holds.hold_bound(CHANNEL, [row(1)]) == (row(1),)
    assert [failure.id for failure in failures] == ["store.failed"]


def test_days() -> None:
    """A day of this year has no year."""
    assert day_words(START, START) == "11-25"
    assert day_words(START, START + timedelta(days=60)) == "2026-11-25"


def test_bound_at_another_bench(holds: HoldRules) -> None:
    """The row says where, and by whom if that is known."""
    entry = holds.find(CHANNEL, "SPK0001")
    assert entry is not None
    there = replace(entry, machine="line-7", operator="李")
    assert reason_of(entry, START) == HELD
    assert reason_of(there, START) == Hold.of(
        HoldReason.BOUND_THERE, date="11-25", who="line-7, 李", label="Speaker 1"
    )
    assert who_words("line-7", "") == "line-7"
