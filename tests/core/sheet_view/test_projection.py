"""The rows of a sheet as they are shown, kept so row by row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bindtool.core.model.outcome import Answer, Outcome, State
from bindtool.core.model.row import Note, NoteReason, Row
from bindtool.core.sheet.sheet import Sheet
from bindtool.core.sheet.status import RowStatus
from bindtool.core.sheet_view.columns import Column
from bindtool.core.sheet_view.filters import EVERY_ROW, TO_HANDLE, RowFilter
from bindtool.core.sheet_view.projection import MOST_PIECES, Projection
from bindtool.core.sheet_view.sorting import ARRIVAL, RowOrder
from tests.core.store.samples import ANSWER, REFUSAL, row

READY = frozenset({State.READY})


class Mirror:
    """Draws rows by what it is told alone, as a table does, and notes each step."""

    def __init__(self) -> None:
        self.rows: list[int] = []
        self.steps: list[str] = []
        self.of: Projection

    @contextmanager
    def removing(self, first: int, last: int) -> Iterator[None]:
        """Let rows go, which whoever draws may ask for until then."""
        assert all(number in self.of.sheet for number in self.rows[first : last + 1])
        yield
        del self.rows[first : last + 1]
        self._note(f"- {first} {last}")

    @contextmanager
    def inserting(self, first: int, last: int) -> Iterator[None]:
        """Let rows come."""
        yield
        self.rows[first:first] = [self.of.number_at(at) for at in range(first, last + 1)]
        self._note(f"+ {first} {last}")

    @contextmanager
    def moving(self) -> Iterator[None]:
        """Let rows change places."""
        yield
        before, self.rows = self.rows, self._all()
        assert sorted(before) == sorted(self.rows)
        self._note("~")

    @contextmanager
    def resetting(self) -> Iterator[None]:
        """Take whatever there is."""
        yield
        self.rows = self._all()
        self._note("anew")

    def _all(self) -> list[int]:
        return [self.of.number_at(at) for at in range(len(self.of))]

    def _note(self, step: str) -> None:
        assert self.rows == self._all()
        self.steps.append(step)


def words(row: Row, status: RowStatus) -> str:
    """Say why a row is incomplete, or what was answered, as the window would."""
    answer = row.outcome.answer
    return status.reason.id if status.reason is not None else answer.message if answer is not None else ""


def arranged(sheet: Sheet, wanted: RowFilter = EVERY_ROW, order: RowOrder = ARRIVAL) -> tuple[Projection, Mirror]:
    """Return the rows of a sheet as they are wanted, and what was told of them from now on."""
    mirror = Mirror()
    mirror.of = projection = Projection(mirror, words)
    projection.show(sheet)
    projection.narrow(wanted)
    projection.sort(order)
    mirror.steps.clear()
    return projection, mirror


def saved(number: int, device_id: str = "", outcome: Outcome | None = None) -> Row:
    """Return a row that the disk has."""
    return replace(row(number, device_id, outcome), saved=True)


def sheet_of(count: int) -> Sheet:
    """Return a sheet of ready rows."""
    return Sheet(saved(number) for number in range(1, count + 1))


def refused(*numbers: int) -> dict[int, Outcome]:
    """Return what a run says of rows that were refused."""
    return {number: Outcome().begun(1).settled(State.REFUSED, REFUSAL) for number in numbers}


def test_the_newest_row_is_on_top() -> None:
    """A row's number leads to its place and back; other rows have none."""
    projection, mirror = arranged(Sheet(map(saved, (2, 3, 7))))

    assert mirror.rows == [7, 3, 2]
    assert [projection.row_of(number) for number in mirror.rows] == [0, 1, 2]
    assert [number in projection for number in (1, 2, 5, 7, 8)] == [False, True, False, True, False]


def test_other_words_find_other_rows() -> None:
    """Rows are searched and sorted by the words that are shown: in another language by those of that one."""
    spoken = {"first": "b", "second": "a"}
    mirror = Mirror()
    mirror.of = projection = Projection(mirror, lambda row, _: spoken[row.device_id])
    note = Note(NoteReason.MENDED)
    projection.show(Sheet(replace(saved(n, one), note=note) for n, one in ((1, "first"), (2, "second"))))
    projection.sort(RowOrder(Column.MESSAGE, descending=False))
    assert mirror.rows == [2, 1]
    spoken.update(first="x", second="y")

    projection.rebuild()

    assert mirror.rows == [1, 2]
    projection.narrow(RowFilter(text="y"))
    spoken.update(first="y", second="x")
    projection.rebuild()
    assert mirror.rows == [1]


def test_new_rows_come_in_one_piece() -> None:
    """On top in the order of arrival, at the bottom when the oldest is on top."""
    sheet = sheet_of(3)
    newest, above = arranged(sheet)
    oldest, below = arranged(sheet, order=RowOrder(Column.NUMBER, descending=False))
    _, changed = sheet.change([], [row(number) for number in range(4, 1004)])

    assert newest.refresh(changed) == oldest.refresh(changed) == []
    assert (above.steps, below.steps) == (["+ 0 999"], ["+ 3 1002"])
    assert below.rows == above.rows[::-1] == list(range(1, 1004))


def test_rows_go_and_come_back_in_their_places() -> None:
    """Each piece by itself; nothing else is drawn anew."""
    sheet = sheet_of(7)
    projection, mirror = arranged(sheet)
    edit, changed = sheet.remove([2, 3, 5])
    projection.refresh(changed | set(edit.drop))
    assert mirror.rows == [7, 6, 4, 1]
    _, changed = sheet.change([], edit.before)
    projection.refresh(changed)
    assert mirror.rows == [7, 6, 5, 4, 3, 2, 1]
    assert mirror.steps == ["- 2 2", "- 3 4", "+ 2 2", "+ 4 5"]


@pytest.mark.parametrize("order", [ARRIVAL, RowOrder(Column.DEVICE_ID)])
def test_rows_are_shown_no_longer_than_they_are_there(order: RowOrder) -> None:
    """They leave the view before the sheet forgets them, at hundreds of places too; nobody has to refresh it."""
    sheet = sheet_of(2 * MOST_PIECES + 4)
    _, mirror = arranged(sheet, order=order)
    sheet.remove(range(2, 2 * MOST_PIECES + 4, 2))
    assert mirror.rows == [row.number for row in sheet][::-1]
    sheet.remove([1])
    assert mirror.rows == [row.number for row in sheet][::-1]
    assert mirror.steps == ["anew", f"- {len(sheet)} {len(sheet)}"]


def test_a_sheet_that_is_shown_no_more_takes_nothing_out() -> None:
    """The rows of the next one have the same numbers."""
    before, sheet = sheet_of(3), sheet_of(3)
    projection, mirror = arranged(before)
    projection.show(sheet)
    before.remove([2])
    assert mirror.rows == [3, 2, 1]


def test_a_row_comes_into_a_narrowed_view_and_leaves_it() -> None:
    """As its state changes; one that stays is drawn again."""
    sheet = sheet_of(4)
    projection, mirror = arranged(sheet, TO_HANDLE)
    assert projection.refresh(sheet.settle(refused(2, 3))) == []
    assert mirror.rows == [3, 2]
    bound = {2: Outcome().settled(State.BOUND, ANSWER)}
    assert projection.refresh(sheet.settle({**refused(3), **bound})) == [3]
    assert mirror.rows == [3]
    assert mirror.steps == ["+ 0 1", "- 1 1"]


def test_a_row_moves_when_what_it_is_sorted_by_changes() -> None:
    """All that move do so in one step; a change of anything else moves nothing."""
    sheet = sheet_of(5)
    projection, mirror = arranged(sheet, order=RowOrder(Column.STATUS, descending=False))
    assert mirror.rows == [5, 4, 3, 2, 1]
    assert projection.refresh(sheet.settle(refused(1, 3))) == [1, 3]
    assert mirror.rows == [3, 1, 5, 4, 2]
    _, changed = sheet.change([replace(sheet[4], label="Shelf 4", saved=True)])
    sheet.mark_saved(changed)
    projection.refresh(changed)
    assert mirror.steps == ["~"]


@pytest.mark.parametrize("descending", [False, True])
def test_what_has_nothing_there_is_last(descending: bool) -> None:
    """Whichever way the view is turned, the newest of the blank ones first."""
    log_ids = {2: "B", 4: "A", 5: "B"}
    answers = {number: replace(ANSWER, log_id=log_id) for number, log_id in log_ids.items()}
    sheet = sheet_of(5)
    sheet.settle({number: Outcome().settled(State.BOUND, answer) for number, answer in answers.items()})

    _, mirror = arranged(sheet, order=RowOrder(Column.LOG_ID, descending=descending))

    assert mirror.rows == ([5, 2, 4, 3, 1] if descending else [4, 5, 2, 3, 1])


def test_another_sheet_is_shown_whole() -> None:
    """A wish that was meant for one sheet would hide the rows of the next."""
    projection, mirror = arranged(sheet_of(3), TO_HANDLE, RowOrder(Column.LABEL))
    sheet = sheet_of(2)
    projection.show(sheet)
    assert projection.sheet is sheet
    assert (projection.filter, projection.order, mirror.rows) == (EVERY_ROW, ARRIVAL, [2, 1])


def test_new_rows_that_do_not_fit_are_counted() -> None:
    """From the moment when the filter was chosen; those that were taken back are none."""
    sheet = sheet_of(3)
    projection, _ = arranged(sheet, TO_HANDLE)
    assert projection.missed() == 0
    _, changed = sheet.change([], [saved(4), saved(5), saved(6, outcome=refused(6)[6])])
    projection.refresh(changed)
    assert projection.missed() == 2
    sheet.remove([4])
    assert projection.missed() == 1
    projection.narrow(RowFilter(READY))
    assert projection.missed() == 0


@pytest.mark.parametrize("order", [ARRIVAL, RowOrder(Column.DEVICE_ID)])
def test_more_pieces_than_are_worth_it(order: RowOrder) -> None:
    """Rows that go at hundreds of places, and come at as many, are one look at the whole."""
    count = 2 * MOST_PIECES + 4
    sheet = sheet_of(count)
    projection, mirror = arranged(sheet, RowFilter(READY), order)
    every_other = range(2, count, 2)
    projection.refresh(sheet.settle(refused(*every_other)))
    projection.refresh(sheet.settle({number: Outcome() for number in every_other}))
    assert mirror.steps == ["anew", "anew"]
    assert len(mirror.rows) == count


def test_more_moves_than_are_worth_it() -> None:
    """A batch that is larger than that is one look at the whole too."""
    count = MOST_PIECES + 1
    sheet = sheet_of(count)
    projection, mirror = arranged(sheet, order=RowOrder(Column.STATUS))
    projection.refresh(sheet.settle(refused(*range(1, count + 1))))
    assert mirror.steps == ["anew"]


@pytest.mark.parametrize("order", [ARRIVAL, RowOrder(Column.LABEL)])
def test_a_narrower_filter_keeps_the_order_as_it_is(order: RowOrder) -> None:
    """Key by key a search gets narrower; when a letter goes, what it had left out comes back."""
    sheet = sheet_of(30)
    projection, mirror = arranged(sheet, order=order)
    everything = list(mirror.rows)
    projection.narrow(RowFilter(text="k001"))
    projection.narrow(RowFilter(text="k0012"))
    assert mirror.rows == [12]
    projection.narrow(RowFilter(text="k001"))
    assert mirror.rows == [number for number in everything if 10 <= number <= 19]


OUTCOMES = [
    Outcome(),
    Outcome(State.SENDING, attempts=1),
    Outcome(State.BOUND, ANSWER, 1),
    Outcome(State.BOUND, replace(ANSWER, log_id="20261125093005FFFFFF"), 1),
    Outcome(State.REFUSED, REFUSAL, 1),
    Outcome(State.REFUSED, replace(REFUSAL, message="Device unknown"), 1),
    Outcome(State.UNKNOWN, Answer(REFUSAL.time), 1, lost=True),
]
FILTERS = [
    EVERY_ROW,
    TO_HANDLE,
    RowFilter(READY),
    RowFilter(held=False),
    RowFilter(text="device"),
    RowFilter(text="A"),
    RowFilter(frozenset({State.INCOMPLETE}), text="b"),
]
ORDERS = [RowOrder(by, descending) for by in Column for descending in (False, True)]
IDS = st.sampled_from(["A1", "a2", "B1", "b2", "C"])
STEP = st.one_of(
    st.tuples(st.just("add"), st.lists(IDS, min_size=1, max_size=4)),
    st.tuples(st.just("settle"), st.lists(st.tuples(st.integers(0, 30), st.sampled_from(OUTCOMES)), max_size=5)),
    st.tuples(st.just("retype"), st.tuples(st.integers(0, 30), IDS)),
    st.tuples(st.just("remove"), st.lists(st.integers(0, 30), max_size=3)),
    st.tuples(st.just("save"), st.none()),
    st.tuples(st.just("narrow"), st.sampled_from(FILTERS)),
    st.tuples(st.just("sort"), st.sampled_from(ORDERS)),
)


def changed_by(sheet: Sheet, kind: str, what: object) -> set[int]:
    """Do one thing to a sheet; return the numbers of the rows that may look different now."""
    numbers = [known.number for known in sheet]
    match kind, what:
        case "add", list(ids):
            return sheet.change([], [row(sheet.next_number + at, one) for at, one in enumerate(ids)])[1]
        case "settle", list(pairs):
            return sheet.settle({number: outcome for number, outcome in pairs if number in sheet})
        case "retype", (int(at), str(device_id)) if numbers:
            known = sheet[numbers[at % len(numbers)]]
            if not sheet.is_taken(known.number):
                return sheet.change([replace(known, device_id=device_id)])[1]
        case "remove", list(places) if numbers:
            going = {numbers[at % len(numbers)] for at in places}
            edit, changed = sheet.remove([number for number in going if not sheet.is_taken(number)])
            return changed | set(edit.drop)
        case "save", None:
            return sheet.mark_saved(numbers)
    return set()


@settings(max_examples=60, deadline=None)
@given(st.lists(STEP, max_size=25))
def test_step_by_step_it_is_as_if_arranged_anew(steps: list[tuple[str, object]]) -> None:
    """Whatever happens to a sheet, the rows stand as they would if somebody chose and sorted them now."""
    sheet = Sheet()
    projection, mirror = arranged(sheet)
    for kind, what in steps:
        if isinstance(what, RowFilter):
            projection.narrow(what)
        elif isinstance(what, RowOrder):
            projection.sort(what)
        else:
            projection.refresh(changed_by(sheet, kind, what))
        _, afresh = arranged(Sheet(sheet, next_number=sheet.next_number), projection.filter, projection.order)
        assert mirror.rows == afresh.rows
        assert [projection.row_of(number) for number in mirror.rows] == list(range(len(projection)))
        assert projection.rows_of(mirror.rows) == list(range(len(projection)))
        assert all((row.number in projection) is (row.number in mirror.rows) for row in sheet)
