"""The rows of a span of time across sheets."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bindtool.core.model.outcome import Answer, Outcome, State
from bindtool.core.model.row import Row
from bindtool.core.store import Store
from tests.core.store.samples import CHANNEL, START, devices, row, settled

MIDNIGHT = START.replace(hour=0, minute=0)
DAY = timedelta(days=1)


def _added(number: int, at: datetime) -> Row:
    return replace(row(number), added_at=at)


def _answered(number: int, at: datetime) -> Row:
    return replace(_added(number, MIDNIGHT - DAY), outcome=Outcome(State.BOUND, Answer(at, 0)))


def test_what_came_in_or_was_answered(store: Store) -> None:
    """Midnight begins the day and the next one ends it, in whatever zone a time was written down."""
    rows = [
        _added(1, MIDNIGHT - timedelta(milliseconds=1)),
        _added(2, MIDNIGHT.astimezone(UTC)),
        _added(3, MIDNIGHT + DAY - timedelta(milliseconds=1)),
        _added(4, MIDNIGHT + DAY),
        _answered(5, MIDNIGHT - timedelta(seconds=1)),
        _answered(6, MIDNIGHT.astimezone(UTC)),
        _answered(7, MIDNIGHT + DAY),
    ]
    head = store.sheets.create(profile="Line 2", put=rows).result()
    (found,) = store.sheets.between(MIDNIGHT, MIDNIGHT + DAY)
    assert found.head == head
    assert found.numbers == {2, 3, 6}


def test_sheet_by_sheet(store: Store) -> None:
    """The oldest sheet comes first, closed ones are among them, and a sheet without such rows is not there."""
    first = store.sheets.create(job="WO-1", put=[_added(1, START)]).result()
    store.sheets.create(job="WO-2", put=[_added(1, START - DAY)]).result()
    third = store.sheets.create(job="WO-3", put=[_added(1, START)]).result()
    store.sheets.close(first.sheet_id).result()
    assert [found.head for found in store.sheets.between(MIDNIGHT, MIDNIGHT + DAY)] == [first, third]


def test_what_was_bound(store: Store) -> None:
    """The ids of the ledger, each once, rows or none; those of another day are not among them."""
    rows = [row(1), row(2), row(3)]
    head = store.sheets.create(put=rows).result()
    run_id = store.runs.begin(head.sheet_id, CHANNEL, devices(*rows)).result()
    for number, at in ((1, START), (2, START - DAY), (3, START), (1, START)):
        bound = settled(State.BOUND, number, answer=Answer(at, 0))
        store.runs.settle(run_id, bound).result()
    store.sheets.save(head.sheet_id, drop=[1, 2, 3]).result()
    assert store.bindings.bound_between(MIDNIGHT, MIDNIGHT + DAY) == ("SPK0001", "SPK0003")


def test_a_day_without_rows(store: Store) -> None:
    """Nothing came in: there is no sheet."""
    assert store.sheets.between(MIDNIGHT, MIDNIGHT + DAY) == ()
