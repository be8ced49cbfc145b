"""The rows that a report is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

from bindtool.core.model.outcome import Outcome, State
from bindtool.core.model.row import Row, SheetHead
from bindtool.core.reports.rows import (
    ReportPart,
    gone_of_run,
    part_of,
    part_of_run,
    part_to_handle,
    parts_of_day,
    rows_of_day,
)
from bindtool.core.sheet.sheet import Sheet
from bindtool.core.store import Store
from tests.core.store.samples import ANSWER, CHANNEL, START, devices, row, settled

HEAD = SheetHead(1, START, "Line 2", "WO-1125")


def _sheet(*rows: Row) -> Sheet:
    return Sheet(replace(each, saved=True) for each in rows)


def _row(number: int, state: State) -> Row:
    return row(number, outcome=Outcome().begun(1).settled(state, ANSWER))


def _numbers(part: ReportPart) -> list[int]:
    return [each.number for each, _ in part.rows]


def _states(part: ReportPart) -> dict[int, State]:
    return {each.number: standing.state for each, standing in part.rows}


def test_a_whole_sheet() -> None:
    """All rows in the order of arrival, each as it is shown: a repeat is incomplete."""
    part = part_of(HEAD, _sheet(row(1), row(2, "SPK0001")), unchecked=True)
    assert _states(part) == {1: State.READY, 2: State.INCOMPLETE}
    assert (part.head, part.unchecked) == (HEAD, True)


def test_some_rows() -> None:
    """Only those that are named; what makes one a repeat is still known."""
    part = part_of(HEAD, _sheet(row(1), row(2, "SPK0001"), row(3)), {2, 3})
    assert _states(part) == {2: State.INCOMPLETE, 3: State.READY}


def test_a_run(store: Store) -> None:
    """What the run set out to send, but for a row that holds another device since."""
    rows = (row(1), row(2), row(3))
    head = store.sheets.create(put=rows).result()
    run_id = store.runs.begin(head.sheet_id, CHANNEL, devices(*rows[:2])).result()
    part = part_of(head, _sheet(rows[0], replace(rows[1], device_id="SPK2222"), rows[2]))
    assert _numbers(part_of_run(part, store, run_id)) == [1]


def test_what_a_run_has_bound_and_is_gone(store: Store) -> None:
    """Named are those that it bound itself; what an earlier run bound, and what no run has, is not."""
    rows = [row(1), row(2), row(3), row(4), row(5)]
    head = store.sheets.create(put=rows).result()
    earlier = store.runs.begin(head.sheet_id, CHANNEL, devices(rows[3])).result()
    store.runs.settle(
        earlier, settled(State.BOUND, 4, answer=replace(ANSWER, time=START - timedelta(days=1)))
    ).result()
    run_id = store.runs.begin(head.sheet_id, CHANNEL, devices(*rows)).result()
    store.runs.settle(run_id, settled(State.BOUND, 1, 2, 3)).result()
    store.sheets.save(head.sheet_id, [replace(rows[1], device_id="SPK2222")], drop=[1, 4, 5]).result()
    run = store.runs.last(head.sheet_id)
    assert run is not None

    part = part_of_run(part_of(head, Sheet(store.sheets.load(head.sheet_id))), store, run_id)

    assert (_numbers(part), gone_of_run(part, store, run)) == ([3], ("SPK0001", "SPK0002"))


def test_what_needs_a_hand() -> None:
    """Refused, unknown and unsent rows, and no others."""
    part = part_of(HEAD, _sheet(*(_row(number, state) for number, state in enumerate(State, 1))))
    states = [standing.state for _, standing in part_to_handle(part).rows]
    assert states == [State.REFUSED, State.UNKNOWN, State.UNSENT]


def test_a_day(store: Store) -> None:
    """The rows of the day from each sheet, as they are shown there: a repeat of yesterday's row is one today."""
    yesterday = replace(row(1), added_at=START - timedelta(days=1))
    store.sheets.create(profile="Line 2", put=[yesterday, row(2, "SPK0001"), row(3)]).result()
    store.sheets.create(profile="Line 3", put=[yesterday]).result()
    (part,) = parts_of_day(store, START)
    assert part.head.profile == "Line 2"
    assert _states(part) == {2: State.INCOMPLETE, 3: State.READY}


def test_what_was_bound_and_is_gone(store: Store) -> None:
    """A deleted row and one with another id are named by the id that was bound; one that is shown is not."""
    rows = [row(1), row(2), row(3)]
    head = store.sheets.create(put=rows).result()
    run_id = store.runs.begin(head.sheet_id, CHANNEL, devices(*rows)).result()
    store.runs.settle(run_id, settled(State.BOUND, 1, 2, 3)).result()
    store.sheets.save(head.sheet_id, [replace(rows[1], device_id="SPK2222")], drop=[1]).result()
    assert rows_of_day(store, START) == (parts_of_day(store, START), ("SPK0001", "SPK0002"))
    assert rows_of_day(store, START + timedelta(days=1)) == ((), ())


class BoundMeanwhile:
    """A store in which a run binds while a sheet is being read."""

    def __init__(self, store: Store, bind: Callable[[], object]) -> None:
        self.bindings, self.runs, self.sheets = store.bindings, store.runs, self
        self._sheets, self._bind = store.sheets, bind

    def between(self, begin: datetime, end: datetime) -> object:
        """Return what the store does."""
        return self._sheets.between(begin, end)

    def load(self, sheet_id: int) -> object:
        """Return the rows; then they are bound."""
        rows = self._sheets.load(sheet_id)
        self._bind()
        return rows


def test_what_is_bound_while_the_day_is_read(store: Store) -> None:
    """Its row is there: nobody has deleted it."""
    head = store.sheets.create(put=[row(1)]).result()
    run_id = store.runs.begin(head.sheet_id, CHANNEL, devices(row(1))).result()

    def bind() -> None:
        store.runs.settle(run_id, settled(State.BOUND, 1)).result()

    parts, gone = rows_of_day(cast("Store", BoundMeanwhile(store, bind)), START)
    assert [_numbers(part) for part in parts] == [[1]]
    assert store.bindings.bound_between(START, START + timedelta(days=1)) == ("SPK0001",)
    assert gone == ()
