"""A run is written down before it sends and before it tells, and can be looked at afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from bindtool.core.api.verdict import VerdictKind
from bindtool.core.common.errors import StoreFailed
from bindtool.core.model.device import Device
from bindtool.core.model.outcome import Answer, Outcome, State
from bindtool.core.store import Run, SentDevice, SentRequest, Store
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
    settled,
)

ROWS = (row(1), row(2), row(3))


@pytest.fixture
def sheet_id(store: Store) -> int:
    """A sheet of three rows."""
    return store.sheets.create(origin="a.csv", put=ROWS).result().sheet_id


@pytest.fixture
def run_id(store: Store, sheet_id: int) -> int:
    """A run over the three rows."""
    return store.runs.begin(sheet_id, CHANNEL, devices(*ROWS), operator="A12", profile="Line 2").result()


def states(store: Store, sheet_id: int) -> list[State]:
    """Return the state of each row."""
    return [found.outcome.state for found in store.sheets.load(sheet_id)]


def test_a_run_is_unfinished_until_it_ends(store: Store, sheet_id: int, run_id: int, clock: Clock) -> None:
    """The runs without an end are told, the newest first, with all that is needed to go on."""
    second = store.runs.begin(sheet_id, CHANNEL, {}).result()
    expected = Run(run_id, sheet_id, "a.csv", START, CHANNEL, "A12", "Line 2", None, "")
    assert [run.run_id for run in store.runs.unfinished()] == [second, run_id]
    assert store.runs.unfinished()[1] == expected
    clock.time += timedelta(minutes=1)
    store.runs.begin_request(run_id, 1, sending(1)).result()
    store.runs.end(run_id, "stopped").result()
    assert [run.run_id for run in store.runs.unfinished()] == [second]
    (request,) = store.runs.requests(run_id)
    assert (request.run.ended_at, request.run.ending) == (clock.time, "stopped")


def test_what_a_run_set_out_to_send_is_kept(store: Store, sheet_id: int, run_id: int) -> None:
    """Edits of the sheet change nothing about it."""
    store.sheets.save(sheet_id, put=[row(1, "OTHER")], drop=[2]).result()
    expected = tuple(SentDevice(found.number, found.device_id, found.label) for found in ROWS)
    assert store.runs.devices(run_id) == expected


def test_a_request_and_its_answer(store: Store, sheet_id: int, run_id: int, clock: Clock) -> None:
    """It stands there without an answer when it leaves, and with it afterwards; its rows change with it."""
    store.runs.begin_request(run_id, 1, sending(3, 1)).result()
    assert states(store, sheet_id) == [State.SENDING, State.READY, State.SENDING]
    run = store.runs.unfinished()[0]
    sent = (SentDevice(1, "SPK0001", "Speaker 1"), SentDevice(3, "SPK0003", "Speaker 3"))
    assert store.runs.requests(run_id) == (SentRequest(run, 1, clock.time, None, sent, VerdictKind.LOST),)
    store.runs.settle(run_id, settled(State.BOUND, 1, 3), 1, VerdictKind.BOUND).result()
    assert states(store, sheet_id) == [State.BOUND, State.READY, State.BOUND]
    assert store.sheets.load(sheet_id)[0].outcome == settled(State.BOUND, 1)[1]
    assert store.runs.requests(run_id) == (SentRequest(run, 1, clock.time, ANSWER, sent, VerdictKind.BOUND),)


def test_requests_are_counted(store: Store, sheet_id: int, run_id: int, clock: Clock) -> None:
    """Of a sheet, a run or a span of time; those that never left are none."""
    second = store.runs.begin(sheet_id, CHANNEL, {}).result()
    begun = clock.time
    for run, kind in ((run_id, VerdictKind.BOUND), (run_id, VerdictKind.NEVER_SENT), (second, VerdictKind.WAIT)):
        number = len(store.runs.requests(run)) + 1
        store.runs.begin_request(run, number, [1]).result()
        store.runs.settle(run, settled(State.READY, 1), number, kind).result()
        clock.time += timedelta(minutes=1)
    assert store.runs.count_requests(sheet_id) == 2
    assert store.runs.count_requests(sheet_id, run_id=run_id) == 1
    assert store.runs.count_requests(sheet_id, between=(begun, begun + timedelta(minutes=1))) == 1
    assert store.runs.count_requests(sheet_id, between=(begun, clock.time)) == 2
    assert store.runs.count_requests(sheet_id + 1) == 0


def test_devices_that_go_along_without_a_row(store: Store, sheet_id: int, clock: Clock) -> None:
    """They stand in the request as they were sent, before its rows; nothing of the answer is theirs."""
    carried = {-2: Device("OLD1", "Old 1"), -1: Device("OLD2", "Old 2")}
    run_id = store.runs.begin(sheet_id, CHANNEL, {**devices(row(1)), **carried}).result()
    store.runs.begin_request(run_id, 1, sending(1), (-2, -1)).result()
    store.runs.settle(run_id, settled(State.BOUND, 1), 1).result()
    (request,) = store.runs.requests(run_id)
    assert [(sent.number, sent.device_id) for sent in request.devices] == [
        (-2, "OLD1"),
        (-1, "OLD2"),
        (1, "SPK0001"),
    ]
    assert bound_before(store, CHANNEL, "OLD1") is None
    assert states(store, sheet_id) == [State.BOUND, State.READY, State.READY]


def test_rows_of_a_request_with_outcomes_of_their_own(store: Store, sheet_id: int, run_id: int) -> None:
    """What is written at once for rows that are alike is not mixed up with the others'."""
    store.sheets.save(sheet_id, [replace(ROWS[1], outcome=Outcome(attempts=4, lost=True))]).result()
    outcomes = {1: Outcome().begun(1), 2: Outcome(attempts=4, lost=True).begun(1), 3: Outcome().begun(1)}
    store.runs.begin_request(run_id, 1, outcomes).result()
    assert [found.outcome for found in store.sheets.load(sheet_id)] == list(outcomes.values())
    after = {
        1: outcomes[1].settled(State.BOUND, ANSWER),
        2: outcomes[2].settled(State.REFUSED, REFUSAL),
        3: outcomes[3].settled(State.BOUND, REFUSAL),
    }
    store.runs.settle(run_id, after, 1).result()
    assert [found.outcome for found in store.sheets.load(sheet_id)] == list(after.values())
    bound = [bound_before(store, CHANNEL, device_id) for device_id in ("SPK0001", "SPK0002", "SPK0003")]
    assert [entry and entry.log_id for entry in bound] == [ANSWER.log_id, None, REFUSAL.log_id]


def test_a_request_that_was_given_up(store: Store, run_id: int, clock: Clock) -> None:
    """Without any answer it is settled at the time at which nobody waited any more."""
    store.runs.begin_request(run_id, 1, sending(1)).result()
    clock.time += timedelta(seconds=30)
    store.runs.settle(run_id, settled(State.UNKNOWN, 1, answer=None), 1).result()
    assert store.runs.requests(run_id)[0].answer == Answer(clock.time)


def test_a_request_that_did_not_leave_after_all(store: Store, sheet_id: int, run_id: int) -> None:
    """It is forgotten, its rows are what they were before, and the others stay as they are."""
    store.runs.begin_request(run_id, 1, sending(1, 2)).result()
    store.runs.begin_request(run_id, 2, sending(3, request=2)).result()
    store.runs.withdraw_request(run_id, 1).result()
    assert states(store, sheet_id) == [State.READY, State.READY, State.SENDING]
    assert [request.number for request in store.runs.requests(run_id)] == [2]
    assert store.runs.last_request(sheet_id, 1) is None


def test_news_without_a_request(store: Store, sheet_id: int, run_id: int) -> None:
    """Rows may change without a request; the requests stay as they are."""
    store.runs.begin_request(run_id, 1, sending(1)).result()
    store.runs.settle(run_id, settled(State.WAITING, 1), 1).result()
    store.runs.settle(run_id, settled(State.READY, 1, answer=REFUSAL)).result()
    assert states(store, sheet_id)[0] is State.READY
    assert store.runs.requests(run_id)[0].answer == ANSWER


def test_a_row_whose_device_was_changed_is_not_being_sent(store: Store, sheet_id: int, run_id: int) -> None:
    """What is on its way is the device; a row that holds another one by now is that one's."""
    store.runs.begin_request(run_id, 1, sending(1, 2)).result()
    store.sheets.save(sheet_id, [row(1, "OTHER")]).result()
    assert states(store, sheet_id) == [State.READY, State.SENDING, State.READY]


def test_news_passes_over_what_is_no_longer_there(store: Store, sheet_id: int, run_id: int) -> None:
    """A row that was edited to another device, and one that was deleted, take nothing from the run."""
    store.sheets.save(sheet_id, put=[row(1, "OTHER")], drop=[2]).result()
    store.runs.begin_request(run_id, 1, sending(1, 2, 3)).result()
    assert [found.outcome for found in store.sheets.load(sheet_id)] == [Outcome(), sending(3)[3]]
    store.sheets.save(sheet_id, [row(2)]).result()
    store.runs.settle(run_id, settled(State.BOUND, 1, 3), 1).result()
    assert states(store, sheet_id) == [State.READY, State.READY, State.BOUND]


def test_news_passes_over_a_row_between_two_others(store: Store, sheet_id: int, run_id: int) -> None:
    """They are written together, and the row in the middle is another device by now."""
    store.sheets.save(sheet_id, put=[row(2, "OTHER")]).result()
    store.runs.begin_request(run_id, 1, sending(1, 2, 3)).result()
    store.runs.settle(run_id, settled(State.BOUND, 1, 2, 3), 1).result()
    assert states(store, sheet_id) == [State.BOUND, State.READY, State.BOUND]


def test_the_last_request_of_a_row(store: Store, sheet_id: int, run_id: int) -> None:
    """It is the last of the last run that carried the row, with the devices that went along."""
    assert store.runs.last_request(sheet_id, 1) is None
    store.runs.begin_request(run_id, 1, sending(1, 2)).result()
    store.runs.begin_request(run_id, 2, sending(1, request=2)).result()
    second = store.runs.begin(sheet_id, CHANNEL, devices(row(2))).result()
    store.runs.begin_request(second, 1, sending(2)).result()
    found = [store.runs.last_request(sheet_id, number) for number in (1, 2)]
    assert [each and (each.run.run_id, each.number, len(each.devices)) for each in found] == [
        (run_id, 2, 1),
        (second, 1, 1),
    ]
    assert [request.number for request in store.runs.requests(run_id)] == [1, 2]


def test_the_last_requests_of_many_rows(store: Store, sheet_id: int, run_id: int) -> None:
    """Each request once, in order, whichever rows and runs led to it; rows that were not sent lead to none."""
    store.runs.begin_request(run_id, 1, sending(1, 2)).result()
    store.runs.begin_request(run_id, 2, sending(1, request=2)).result()
    second = store.runs.begin(sheet_id, CHANNEL, devices(*ROWS)).result()
    other = store.sheets.create().result().sheet_id
    store.sheets.save(other, ROWS).result()
    elsewhere = store.runs.begin(other, CHANNEL, devices(*ROWS)).result()
    store.runs.begin_request(elsewhere, 1, sending(1, 2, 3)).result()
    found = store.runs.last_requests(sheet_id, [3, 2, 1, 9])
    assert [(sent.run.run_id, sent.number) for sent in found] == [(run_id, 1), (run_id, 2)]
    store.runs.begin_request(second, 1, sending(1, 2)).result()
    assert [(sent.run.run_id, sent.number) for sent in store.runs.last_requests(sheet_id, [1, 2])] == [(second, 1)]
    assert store.runs.last_requests(sheet_id, []) == ()


def test_the_last_run(store: Store, sheet_id: int, run_id: int) -> None:
    """The newest of a sheet, or the newest that sent one of some rows."""
    store.runs.begin_request(run_id, 1, sending(1, 2)).result()
    second = store.runs.begin(sheet_id, CHANNEL, devices(row(3))).result()
    store.runs.begin_request(second, 1, sending(3)).result()
    store.runs.begin(store.sheets.create().result().sheet_id, CHANNEL, {}).result()
    expected = {(): second, (1,): run_id, (2, 3): second, (9,): None}
    found = {numbers: store.runs.last(sheet_id, numbers) for numbers in expected}
    assert {numbers: run and run.run_id for numbers, run in found.items()} == expected
    assert store.runs.last(99) is None


def test_how_long_a_request_took(store: Store, run_id: int, clock: Clock) -> None:
    """From the beginning to its answer, whatever the offsets; unknown without one, or with the clock set back."""
    store.runs.begin_request(run_id, 1, sending(1)).result()
    assert store.runs.requests(run_id)[0].duration is None
    after = Answer((clock.time + timedelta(milliseconds=1250)).astimezone(UTC), 0, "", "", 200)
    store.runs.settle(run_id, settled(State.BOUND, 1, answer=after), 1).result()
    assert store.runs.requests(run_id)[0].duration == timedelta(milliseconds=1250)
    store.runs.begin_request(run_id, 2, sending(2, request=2)).result()
    before = Answer(clock.time - timedelta(hours=1))
    store.runs.settle(run_id, settled(State.UNKNOWN, 2, answer=before, request=2), 2).result()
    assert store.runs.requests(run_id)[1].duration is None


def test_no_run_no_requests(store: Store) -> None:
    """A run that nobody began has none."""
    assert store.runs.requests(99) == ()


def test_a_run_needs_a_sheet(store: Store) -> None:
    """What refers to nothing is refused."""
    with pytest.raises(StoreFailed, match=r"store\.failed"):
        store.runs.begin(99, CHANNEL, {}).result()


def test_a_crash_between_begin_and_settle(path: Path) -> None:
    """The run is unfinished, its request has no answer, and its row is unknown: the device may be bound."""
    with Store(path, Clock()) as store:
        sheet_id = store.sheets.create(put=ROWS).result().sheet_id
        run_id = store.runs.begin(sheet_id, CHANNEL, devices(*ROWS)).result()
        store.runs.begin_request(run_id, 1, sending(1)).result()
    with Store(path, Clock()) as store:
        assert [run.run_id for run in store.runs.unfinished()] == [run_id]
        assert [request.answer for request in store.runs.requests(run_id)] == [None]
        assert states(store, sheet_id) == [State.UNKNOWN, State.READY, State.READY]
        again = store.runs.begin(sheet_id, CHANNEL, devices(*ROWS)).result()
        store.runs.begin_request(again, 1, sending(1)).result()
        store.runs.settle(again, settled(State.BOUND, 1), 1, VerdictKind.BOUND).result()
    with Store(path, Clock()) as store:
        assert states(store, sheet_id) == [State.BOUND, State.READY, State.READY]
