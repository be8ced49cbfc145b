"""Rows come back as they were, edits are whole, and no edit hides what a run has sent."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bindtool.core.model.outcome import Outcome, State
from bindtool.core.model.row import Hold, HoldReason, Note, NoteReason, Row, Source
from bindtool.core.store import Store
from bindtool.core.store.connection import open_for_writing
from bindtool.core.store.tables.sheets import recover
from tests.core.store.samples import ANSWER, CHANNEL, REFUSAL, START, Clock, devices, row, sending, settled

texts = st.text(max_size=30)
parameters = st.dictionaries(texts, texts | st.integers() | st.floats(allow_nan=False)).map(
    lambda values: tuple(sorted(values.items()))
)
holds = st.sampled_from(sorted(set(HoldReason) - {HoldReason.UNKNOWN}))
reasons = st.sampled_from(sorted(set(NoteReason) - {NoteReason.UNKNOWN}))
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
rows = st.builds(
    Row,
    number=st.integers(1, 1_000_000),
    device_id=texts,
    label=texts,
    source=st.sampled_from(Source),
    added_at=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=offsets),  # noqa: DTZ001 - bounds
    operator=texts,
    arrived=texts,
    note=st.none() | st.builds(Note, reasons, parameters),
    held=st.none() | st.builds(Hold, holds, parameters),
    saved=st.booleans(),
)


@pytest.fixture(scope="module")
def kept_open() -> Iterator[Store]:
    """A store for many examples, each with a sheet of its own."""
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "bindtool.db", Clock()) as store:
        yield store


@settings(max_examples=50)
@given(st.lists(rows, max_size=5, unique_by=lambda row: row.number))
def test_rows_come_back(kept_open: Store, given_rows: list[Row]) -> None:
    """Whatever text is in a row (quotes, emoji, zero bytes), it comes back by number, marked as saved."""
    sheet_id = kept_open.sheets.create().result().sheet_id
    kept_open.sheets.save(sheet_id, given_rows).result()
    expected = sorted(given_rows, key=lambda row: row.number)
    assert kept_open.sheets.load(sheet_id) == tuple(replace(row, saved=True) for row in expected)


def test_half_a_character_costs_no_row(store: Store) -> None:
    """A text with a lone surrogate is kept but for that."""
    sheet_id = store.sheets.create().result().sheet_id
    store.sheets.save(
        sheet_id, [replace(row(1), held=Hold.of(HoldReason.PAUSED, before="\ud800"), arrived="\ud800A")]
    ).result()
    (loaded,) = store.sheets.load(sheet_id)
    assert (loaded.held, loaded.arrived) == (Hold.of(HoldReason.PAUSED, before="\ufffd"), "\ufffdA")


def test_neighbours_keep_what_is_their_own(store: Store) -> None:
    """Rows that were written together differ where they did before; the same moment in another zone is another."""
    first = row(1)
    rows = [
        first,
        replace(first, number=2, added_at=START.astimezone(UTC)),
        replace(first, number=3, operator="A13"),
        replace(first, number=4, note=Note.of(NoteReason.LABEL_LONG, length=101)),
        replace(first, number=5, held=Hold.of(HoldReason.ODD_ONE_OUT)),
        replace(first, number=6, source=Source.TYPED),
        replace(first, number=7, outcome=settled(State.BOUND, 7)[7]),
    ]
    sheet_id = store.sheets.create(put=rows).result().sheet_id

    loaded = store.sheets.load(sheet_id)

    assert loaded == tuple(replace(one, saved=True) for one in rows)
    assert [one.added_at.isoformat() for one in loaded] == [one.added_at.isoformat() for one in rows]


def test_an_edit_is_whole(store: Store) -> None:
    """Rows go, come and change in one step, and other sheets keep theirs."""
    sheet_id, other = store.sheets.create().result().sheet_id, store.sheets.create().result().sheet_id
    store.sheets.save(other, [row(1)]).result()
    store.sheets.save(sheet_id, [row(1), row(2), row(3)]).result()
    store.sheets.save(sheet_id, put=[row(3, "NEW"), row(4)], drop=[1, 2]).result()
    assert {found.number: found.device_id for found in store.sheets.load(sheet_id)} == {3: "NEW", 4: "SPK0004"}
    assert [found.number for found in store.sheets.load(other)] == [1]


@pytest.fixture
def bound(store: Store) -> int:
    """A sheet whose only row was bound; its id."""
    return sent(store, settled(State.BOUND, 1))


def sent(store: Store, outcomes: dict[int, Outcome] | None) -> int:
    """Make a sheet of one row that was sent and, unless that is None, settled; return its id."""
    sheet_id = store.sheets.create(put=[row(1)]).result().sheet_id
    run_id = store.runs.begin(sheet_id, CHANNEL, devices(row(1))).result()
    store.runs.begin_request(run_id, 1, sending(1)).result()
    if outcomes is not None:
        store.runs.settle(run_id, outcomes, 1).result()
    return sheet_id


def outcome(store: Store, sheet_id: int) -> Outcome:
    """Return where the only row of a sheet stands."""
    (found,) = store.sheets.load(sheet_id)
    return found.outcome


def test_a_late_edit_hides_nothing(store: Store, bound: int) -> None:
    """An edit from before the news (here of the operator) changes its cell and not what the run has written."""
    store.sheets.save(bound, [replace(row(1), operator="A13")]).result()
    assert [found.operator for found in store.sheets.load(bound)] == ["A13"]
    assert outcome(store, bound) == settled(State.BOUND, 1)[1]


@pytest.mark.parametrize("edited", [row(1, "OTHER"), row(1, label="Other")], ids=["id", "label"])
def test_another_device_or_label_starts_afresh(store: Store, bound: int, edited: Row) -> None:
    """It was not sent so."""
    store.sheets.save(bound, [edited]).result()
    assert outcome(store, bound) == Outcome()


@pytest.mark.parametrize("outcomes", [None, settled(State.UNKNOWN, 1, answer=None)])
def test_a_new_label_hides_no_lost_answer(store: Store, outcomes: dict[int, Outcome] | None) -> None:
    """While a request is under way, or when its answer was lost, the device may be bound whatever its label."""
    sheet_id = sent(store, outcomes)
    store.sheets.save(sheet_id, [row(1, label="Other")]).result()
    assert outcome(store, sheet_id) == (outcomes or sending(1))[1]


def test_the_newer_outcome_is_taken(store: Store, bound: int) -> None:
    """An edit that knows as much as the disk, or more, is written as it is."""
    known = Outcome(State.READY, REFUSAL, attempts=1, request=1)
    store.sheets.save(bound, [row(1, outcome=known)]).result()
    assert outcome(store, bound) == known


def test_a_crash_leaves_no_row_under_way(path: Path) -> None:
    """Sent without an answer is unknown, waiting is ready or, after a lost answer, unknown; others stay."""
    waiting = Outcome().begun(1).settled(State.WAITING, REFUSAL)
    lost = Outcome().begun(1).settled(State.UNKNOWN).settled(State.WAITING)
    with Store(path, Clock()) as store:
        sheet_id = store.sheets.create().result().sheet_id
        outcomes = [Outcome().begun(1), waiting, lost, Outcome(State.BOUND, ANSWER, 1, 1), Outcome()]
        store.sheets.save(sheet_id, [row(number, outcome=each) for number, each in enumerate(outcomes, 1)]).result()
    with Store(path, Clock()) as store:
        after = [found.outcome for found in store.sheets.load(sheet_id)]
    assert [(each.state, each.lost) for each in after] == [
        (State.UNKNOWN, True),
        (State.READY, False),
        (State.UNKNOWN, True),
        (State.BOUND, False),
        (State.READY, False),
    ]
    assert after[1].answer == REFUSAL


def test_a_run_that_broke_off_leaves_no_row_under_way(store: Store) -> None:
    """The same can be said without a restart, where the disk has failed and serves again."""
    sheet_id = sent(store, None)
    store.sheets.recover().result()
    assert outcome(store, sheet_id) == sending(1)[1].recovered()


def test_a_start_does_not_look_at_every_row(path: Path) -> None:
    """Of 3,000 rows that no run holds none is read: SQLite would take some ten steps for each."""
    with Store(path, Clock()) as store:
        sheet_id = store.sheets.create().result().sheet_id
        store.sheets.save(sheet_id, [row(number) for number in range(1, 3001)]).result()
    steps: list[None] = []
    with closing(open_for_writing(path)) as connection:
        connection.set_progress_handler(lambda: steps.append(None), 100)
        recover(connection)
    assert len(steps) < 10
