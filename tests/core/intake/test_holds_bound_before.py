"""Rows whose devices were bound before on a channel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bindtool.core.common.errors import StoreFailed
from bindtool.core.intake.holds import HoldRules, day_words, reason_of, who_words
from bindtool.core.model.outcome import State
from bindtool.core.model.row import Hold, HoldReason
from bindtool.core.store import Store
from tests.core.store.samples import ANSWER, CHANNEL, START, Clock, devices, row, sending, settled

OTHER = replace(CHANNEL, user_id="")
HELD = Hold.of(HoldReason.BOUND_BEFORE, date="11-25", label="Speaker 1")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Give a database in which SPK0001 was bound."""
    with Store(tmp_path / "bindtool.db", Clock()) as store:
        sheet_id = store.sheets.create(put=[row(1)]).result().sheet_id
        run_id = store.runs.begin(sheet_id, CHANNEL, devices(row(1)), operator="A12").result()
        store.runs.begin_request(run_id, 1, sending(1)).result()
        store.runs.settle(run_id, settled(State.BOUND, 1), 1).result()
        yield store


@pytest.fixture
def failures() -> list[StoreFailed]:
    """Give a list of what could not be read."""
    return []


@pytest.fixture
def ledger(store: Store, failures: list[StoreFailed]) -> HoldRules:
    """Give the look into that database's ledger."""
    return HoldRules(store, failures.append)


def test_a_device_that_was_bound_before(ledger: HoldRules) -> None:
    """Its row is held with the day and the label of then, whatever else it was held for; other rows stay."""
    rows = (row(7, "SPK0002"), replace(row(8, "SPK0001"), held=Hold.of(HoldReason.ODD_ONE_OUT)))
    assert ledger.hold_bound(CHANNEL, rows) == (rows[0], replace(rows[1], held=HELD))
    entry = ledger.find(CHANNEL, "SPK0001")
    assert entry is not None
    assert (entry.bound_at, entry.operator) == (ANSWER.time, "A12")


def test_another_channel_or_none(ledger: HoldRules) -> None:
    """What was bound there says nothing of it here."""
    for channel in (OTHER, None):
        assert ledger.find(channel, "SPK0001") is None
        assert ledger.hold_bound(channel, [row(1)]) == (row(1),)


def test_a_ledger_that_can_not_be_read(ledger: HoldRules, store: Store, failures: list[StoreFailed]) -> None:
    """The rows are taken as they are, and somebody hears of it."""
    store.close()
    assert ledger.hold_bound(CHANNEL, [row(1)]) == (row(1),)
    assert [failure.id for failure in failures] == ["store.failed"]


def test_days() -> None:
    """A day of this year has no year."""
    assert day_words(START, START) == "11-25"
    assert day_words(START, START + timedelta(days=60)) == "2026-11-25"


def test_bound_at_another_bench(ledger: HoldRules) -> None:
    """The row says where, and by whom if that is known."""
    entry = ledger.find(CHANNEL, "SPK0001")
    assert entry is not None
    there = replace(entry, machine="line-7", operator="李")
    assert reason_of(entry, START) == HELD
    assert reason_of(there, START) == Hold.of(
        HoldReason.BOUND_THERE, date="11-25", who="line-7, 李", label="Speaker 1"
    )
    assert who_words("line-7", "") == "line-7"
