"""Sheets of earlier days can be found and opened; old ones go only as a whole, and never one that is worked on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bindtool.core.model.channel_check import Already, ChannelCheck
from bindtool.core.model.history_records import SearchQuery
from bindtool.core.model.ledger_entry import SyncCursor
from bindtool.core.model.outcome import State
from bindtool.core.store import History, Store
from tests.core.store.samples import (
    ANSWER,
    CHANNEL,
    REFUSAL,
    START,
    Clock,
    bound_before,
    devices,
    row,
    sending,
    sent,
    settled,
    told,
)

NOW = START + timedelta(days=100)


@pytest.fixture
def history(store: Store) -> History:
    """The history of the open store."""
    return History(store.path)


def worked_on(store: Store, *, job: str = "WO-7") -> int:
    """Make a sheet of four rows, one bound, one refused, one without an answer; return its id."""
    rows = row(1), row(2), row(3), row(4)
    sheet_id = store.sheets.create(profile="Line 2", job=job, operator="A12", put=rows).result().sheet_id
    run_id = store.runs.begin(sheet_id, CHANNEL, devices(*rows[:3]), operator="A12", profile="Line 2").result()
    for number, (state, answer) in enumerate(
        [(State.BOUND, ANSWER), (State.REFUSED, REFUSAL), (State.UNKNOWN, None)], 1
    ):
        store.runs.begin_request(run_id, number, sending(number, request=number)).result()
        store.runs.settle(run_id, settled(state, number, answer=answer, request=number), number).result()
    store.runs.end(run_id, "finished").result()
    return sheet_id


def ids(history: History, wanted: SearchQuery) -> list[int]:
    """Return the sheets that are found."""
    return [sheet.head.sheet_id for sheet in history.sheets(wanted, 100)]


def test_a_sheet_is_counted(store: Store, history: History, clock: Clock) -> None:
    """How many rows it has and what became of them, how often Bind was pressed, and when it was closed."""
    sheet_id = worked_on(store)
    (open_one,) = history.sheets(SearchQuery(), 100)
    assert (open_one.head, open_one.closed_at) == (store.sheets.current("Line 2"), None)
    assert (open_one.rows, open_one.bound, open_one.refused, open_one.unknown, open_one.runs) == (4, 1, 1, 1, 1)
    clock.time = NOW
    store.sheets.close(sheet_id).result()
    (closed,) = history.sheets(SearchQuery(), 100)
    assert closed.closed_at == NOW


def test_a_sheet_on_which_nothing_ever_stood_is_none(store: Store, history: History) -> None:
    """Nobody looks for it; one whose rows were all deleted had some."""
    store.sheets.create().result()
    emptied = store.sheets.create(put=[row(1)]).result().sheet_id
    store.sheets.save(emptied, drop=[1]).result()
    assert ids(history, SearchQuery()) == [emptied]


@pytest.mark.parametrize("text", ["wo-7", "line 2", "a12", "SPK0004", "speaker 3", "093005abc"])
def test_a_sheet_is_found_by_what_it_says_and_holds(store: Store, history: History, text: str) -> None:
    """Its job, its profile, its operator; the ids, labels and log ids of its rows."""
    sheet_id = worked_on(store)
    store.sheets.create(profile="Other", put=[row(1, "X", label="Y")]).result()
    assert ids(history, SearchQuery(text)) == [sheet_id]


def test_a_sheet_is_found_by_what_its_profile_is_called(store: Store, history: History) -> None:
    """Whoever asks knows under which names it is stored, and asks for the text as well."""
    sheet_id = worked_on(store)
    assert ids(history, SearchQuery("练习")) == []
    assert ids(history, SearchQuery("练习", profiles=("Line 2", "Line 3"))) == [sheet_id]


@pytest.mark.parametrize("text", ["SPK0002", "speaker 2", "093006abc"])
def test_a_sheet_is_found_by_what_its_runs_have_sent(store: Store, history: History, text: str) -> None:
    """Its rows may hold others by now."""
    sheet_id = worked_on(store)
    store.sheets.save(sheet_id, drop=[1, 2, 3]).result()
    assert ids(history, SearchQuery(text)) == [sheet_id]


def test_a_sheet_is_found_by_the_days_that_it_was_worked_on(store: Store, history: History, clock: Clock) -> None:
    """From its first day to that on which it was closed; one that is open is worked on still."""
    closed = worked_on(store)
    clock.time = START + timedelta(days=2)
    store.sheets.close(closed).result()
    open_one = worked_on(store)
    assert ids(history, SearchQuery(until=date(2026, 11, 24))) == []
    assert ids(history, SearchQuery(until=date(2026, 11, 25))) == [closed]
    assert ids(history, SearchQuery(since=date(2026, 11, 27))) == [open_one, closed]
    assert ids(history, SearchQuery(since=date(2026, 11, 28))) == [open_one]
    assert [sheet.head.sheet_id for sheet in history.sheets(SearchQuery(), 1)] == [open_one]


@pytest.mark.parametrize("state", [State.BOUND, State.REFUSED, State.UNKNOWN, State.UNSENT])
def test_a_sheet_is_found_by_the_states_of_its_rows(store: Store, history: History, state: State) -> None:
    """One of its rows is in it; a row that was not sent counts as such."""
    sheet_id = worked_on(store)
    new = store.sheets.create(profile="Line 2", put=[row(1)]).result().sheet_id
    expected = [new, sheet_id] if state is State.UNSENT else [sheet_id]
    assert ids(history, SearchQuery(state=state)) == expected
    assert ids(history, SearchQuery("SPK0001", state)) == expected
    assert ids(history, SearchQuery("nowhere", state)) == []


def test_a_sheet_is_opened(store: Store, history: History) -> None:
    """Its head, its rows as they stand, and its runs, the newest first, with their requests."""
    sheet_id = worked_on(store)
    again = store.runs.begin(sheet_id, CHANNEL, devices(row(4))).result()
    assert history.head(sheet_id) == store.sheets.current("Line 2")
    assert history.rows(sheet_id) == store.sheets.load(sheet_id)
    (last, nothing), (first, requests) = history.runs(sheet_id)
    assert (last.run_id, last.ended_at, nothing) == (again, None, ())
    assert (first.ending, requests) == ("finished", store.runs.requests(first.run_id))
    assert len(requests) == 3


def test_a_sheet_that_is_gone(history: History) -> None:
    """There is nothing to open."""
    assert history.head(7) is None
    assert history.rows(7) == ()
    assert history.runs(7) == ()


def test_only_old_closed_sheets_go(store: Store, history: History, clock: Clock) -> None:
    """Not one that is open, not one that was closed later, not one with a run that may be on still."""
    open_one, old, cut_off, sent, young = (worked_on(store, job=f"WO-{at}") for at in range(5))
    store.runs.begin(cut_off, CHANNEL, devices(row(1))).result()
    for sheet_id in (old, cut_off, sent):
        store.sheets.close(sheet_id).result()
    clock.time = NOW
    store.runs.begin(sent, CHANNEL, devices(row(1))).result()
    store.sheets.close(young).result()
    before = NOW - timedelta(days=90)
    assert history.old_sheets(before) == (old, cut_off)
    asked = (open_one, old, cut_off, sent, young, 99)
    gone = [sheet_id for sheet_id in asked if store.sheets.delete(sheet_id, before).result()]
    assert gone == [old, cut_off]
    assert ids(history, SearchQuery()) == [young, sent, open_one]


def test_a_deleted_sheet_leaves_nothing_but_the_ledger(store: Store, history: History, clock: Clock) -> None:
    """Its rows, runs and requests are gone; what was bound is known still, without a row to go to."""
    sheet_id = worked_on(store)
    store.sheets.close(sheet_id).result()
    clock.time = NOW
    assert store.sheets.delete(sheet_id, NOW).result()
    assert (history.rows(sheet_id), history.runs(sheet_id), store.runs.devices(1)) == ((), (), ())
    (record,) = history.search().records
    assert (record.device_id, record.state, record.log_id) == ("SPK0001", State.BOUND, ANSWER.log_id)
    assert (record.sheet_id, record.number, record.job) == (None, None, "")
    assert bound_before(store, CHANNEL, "SPK0001") is not None
    # No number is given twice: what was exported of the old one can't be taken for the new.
    assert worked_on(store) > sheet_id


def test_a_file_of_the_first_days_is_searched(store: Store, history: History) -> None:
    """A sheet from a file carries the file's name, which is found."""
    sheet_id = store.sheets.create(origin="list-7.csv", put=[replace(row(1), operator="")]).result().sheet_id
    assert ids(history, SearchQuery("LIST-7")) == [sheet_id]


def test_what_other_benches_know(store: Store, history: History) -> None:
    """How many entries wait to be told, and how far a shared ledger was read; None where it never was."""
    assert (history.waiting([CHANNEL]), history.cursor("ledger")) == (0, None)
    sent(store, row(1), row(2))
    store.benches.take_in([told(1)], "ledger", SyncCursor(7, told(1).key)).result()
    assert (history.waiting([CHANNEL]), history.cursor("ledger")) == (2, SyncCursor(7, told(1).key))


def test_what_is_known_of_a_channel(store: Store, history: History) -> None:
    """The same as the store knows: what is bound there, here and elsewhere, its check, and what may be missing."""
    worked_on(store)
    store.benches.take_in([told(1)]).result()
    check = ChannelCheck(Already.NO)
    store.channels.save_check(CHANNEL, check).result()
    assert [each.device.device_id for each in history.bound_devices(CHANNEL)] == ["SPK0001", "SPK9001"]
    assert history.bound_devices(CHANNEL) == store.bindings.bound_devices(CHANNEL)
    assert history.bound_devices(replace(CHANNEL, user_id="77")) == ()
    assert history.check(CHANNEL) == check
    assert history.check(replace(CHANNEL, user_id="77")) is None
    assert history.gap is None
