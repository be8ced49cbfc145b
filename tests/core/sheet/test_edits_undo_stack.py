"""Edits that are taken back, without untrue outcomes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.common.errors import BadInput
from bindtool.core.common.messages import Message
from bindtool.core.labels.labeller import Labeller
from bindtool.core.labels.template import LabelTemplate
from bindtool.core.model.outcome import Outcome, State
from bindtool.core.sheet.edits import UndoStack
from bindtool.core.sheet.sheet import Edit, Sheet
from tests.core.sheet.test_sheet import BAD, BOUND, HELD, REFUSED, SAME_LABEL, SENDING, UNKNOWN, ids, row

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bindtool.core.model.row import Row
    from bindtool.core.sheet.sheet import Done


def sheet_of(*rows: Row) -> tuple[Sheet, UndoStack]:
    """Return a sheet with these rows and nothing to take back."""
    sheet = Sheet(rows)
    return sheet, UndoStack(sheet)


def test_undo_and_redo() -> None:
    """An edit is taken back and done again; the disk is behind each time; a new edit ends all redoing."""
    sheet, stack = sheet_of(row(1))
    assert (stack.can_undo, stack.can_redo) == (False, False)
    stack.push(sheet.change([replace(sheet[1], label="new")]))
    sheet.mark_saved([1])
    edit, changed = stack.undo()
    assert (sheet[1], changed) == (row(1, saved=False), {1})
    assert edit == Edit((row(1, label="new"),), (row(1, saved=False),))
    assert (stack.can_undo, stack.can_redo) == (False, True)
    stack.redo()
    assert sheet[1].label == "new"
    assert sheet[1].saved is False
    stack.undo()
    stack.push(sheet.remove([1]))
    assert (stack.can_undo, stack.can_redo) == (True, False)


def test_a_deleted_row_comes_back() -> None:
    """With its number, its place and what became of it; it is to be written again."""
    sheet, stack = sheet_of(row(1), row(2, outcome=BOUND), row(3))
    stack.push(sheet.remove([2]))
    edit, _ = stack.undo()
    assert [each.number for each in sheet] == [1, 2, 3]
    assert sheet[2] == row(2, outcome=BOUND, saved=False)
    assert edit.after == (sheet[2],)


def test_a_deletion_can_be_done_again() -> None:
    """A row that had been sent when it was deleted may be deleted by redo."""
    sheet, stack = sheet_of(row(1, outcome=BOUND))
    stack.push(sheet.remove([1]))
    stack.undo()
    edit, _ = stack.redo()
    assert (len(sheet), edit.drop) == (0, (1,))


def test_a_deletion_of_a_row_that_was_sent_since() -> None:
    """Redo takes no row away that was sent after it came back."""
    sheet, stack = sheet_of(row(1))
    stack.push(sheet.remove([1]))
    stack.undo()
    sheet.settle({1: BOUND})
    with pytest.raises(BadInput, match=r"edit\.already_sent"):
        stack.redo()
    assert (len(sheet), stack.can_redo) == (1, True)


def test_rows_that_were_sent_stay() -> None:
    """Undo takes no row away that was sent since it was added."""
    sheet, stack = sheet_of()
    stack.push(sheet.change([], [row(1), row(2)]))
    sheet.settle({2: BOUND})
    with pytest.raises(BadInput, match=r"edit\.already_sent"):
        stack.undo()
    assert (len(sheet), stack.can_undo) == (2, True)


def test_an_edit_of_rows_that_a_run_has() -> None:
    """It can't be taken back until the run ends, and nothing changes."""
    sheet, stack = sheet_of()
    stack.push(sheet.change([], [row(1)]))
    sheet.take_up([1])
    with pytest.raises(BadInput) as caught:
        stack.undo()
    assert caught.value.title == Message.of("edit.under_way.title", row=1)
    assert (list(sheet), stack.can_undo) == ([row(1)], True)
    sheet.take_up([])
    stack.undo()
    assert list(sheet) == []


def test_pieces_of_a_list_are_one_edit() -> None:
    """What is added joined to the edit before is taken back with it, and done again with it."""
    sheet, stack = sheet_of(row(1))
    first, _ = stack.push(sheet.change([], [row(2)]))
    assert (sheet_of()[1].last, stack.last) == (None, first)
    edit, changed = stack.push(sheet.change([], [row(3), row(4)]), joined=True)
    assert (edit, changed) == (Edit((), (row(3), row(4))), {3, 4})
    assert stack.last == Edit((), (row(2), row(3), row(4)))
    stack.undo()
    assert ids(sheet) == ["A1"]
    stack.redo()
    assert len(sheet) == 4


def test_a_row_that_changes_as_it_comes_in_is_one_edit() -> None:
    """It is taken back whole, and done again as it was in the end."""
    sheet, stack = sheet_of(row(1))
    stack.push(sheet.change([], [row(2)]))
    stack.push(sheet.change([row(2, label="new")]), joined=True)
    assert stack.last is not None
    assert (stack.last.before, [each.label for each in stack.last.after]) == ((), ["new"])
    stack.undo()
    assert (ids(sheet), stack.can_undo) == (["A1"], False)
    stack.redo()
    assert sheet[2].label == "new"


def test_undo_gives_no_past_back() -> None:
    """A tick is taken back; that the device was bound since stays true."""
    sheet, stack = sheet_of(row(1, held=HELD))
    stack.push(sheet.change([replace(sheet[1], held=None)]))
    sheet.settle({1: BOUND})
    stack.undo()
    assert sheet[1] == row(1, held=HELD, outcome=BOUND, saved=False)


@pytest.mark.parametrize("before", [Outcome(), BOUND])
@pytest.mark.parametrize(("outcome", "after"), [(BOUND, Outcome()), (UNKNOWN, UNKNOWN)])
def test_undo_of_a_label_that_was_sent_since(before: Outcome, outcome: Outcome, after: Outcome) -> None:
    """The old label is not the bound one, whether or not it once was; a lost answer is not forgotten."""
    sheet, stack = sheet_of(row(1, outcome=before))
    stack.push(sheet.change([replace(sheet[1], label="new")]))
    sheet.settle({1: outcome})
    stack.undo()
    assert (sheet[1].label, sheet[1].outcome) == ("L", after)
    stack.redo()
    assert (sheet[1].label, sheet[1].outcome) == ("new", outcome)


def test_undo_of_an_id_that_was_sent_since() -> None:
    """The old id has its own outcome back."""
    sheet, stack = sheet_of(row(1, outcome=REFUSED))
    stack.push(sheet.change([replace(sheet[1], device_id="B")]))
    sheet.settle({1: BOUND})
    stack.undo()
    assert sheet[1] == row(1, outcome=REFUSED, saved=False)


# ---------------------------------------------------------------- any sequence of steps

IDS = ["A", "B", "C", "SN:1;MAC:2", ""]
OUTCOMES = [BOUND, REFUSED, UNKNOWN, SENDING, Outcome(State.READY, BAD, attempts=4)]


class Hand:
    """Does steps that hypothesis draws, and checks after each what must always hold."""

    def __init__(self, data: st.DataObject, *, sends: bool) -> None:
        self._data = data
        steps = [self._add, self._remove, self._change_id, self._change_label, self._tick, self._save]
        steps += [self._paste, self._fill]
        self._steps = [*steps, self._send, self._undo, self._redo] if sends else steps
        first = data.draw(st.lists(st.sampled_from(IDS), max_size=4))
        self.sheet, self.stack = sheet_of(*(row(number, device_id) for number, device_id in enumerate(first, 1)))

    def do(self, count: int) -> None:
        """Do some steps."""
        for _ in range(count):
            before = {each.number: (each, self.sheet.status(each.number)) for each in self.sheet}
            changed = self._data.draw(st.sampled_from(self._steps))()
            after = {each.number: (each, self.sheet.status(each.number)) for each in self.sheet}
            different = {number for number in after if before.get(number) != after[number]}
            assert different <= changed, "a row that looks different was not told"
            self.check()

    def check(self) -> None:
        """Compare with a sheet that is made of the same rows from scratch."""
        rows = list(self.sheet)
        fresh = Sheet(rows)
        assert [each.number for each in rows] == sorted(each.number for each in rows)
        assert [self.sheet.status(each.number) for each in rows] == [fresh.status(each.number) for each in rows]
        assert [self.sheet.first_with(text) for text in IDS] == [fresh.first_with(text) for text in IDS]
        jobs = self.sheet.jobs(frozenset(State))
        assert jobs == fresh.jobs(frozenset(State))
        assert len({job.device.device_id for job in jobs}) == len(jobs)

    def some(self) -> list[int]:
        """Return a few rows that no run has."""
        free = [each.number for each in self.sheet if not self.sheet.is_taken(each.number)]
        return self._data.draw(st.lists(st.sampled_from(free), unique=True, max_size=3)) if free else []

    def _change(self, rows: Sequence[Row], new: Sequence[Row] = ()) -> set[int]:
        return self.stack.push(self.sheet.change(rows, new))[1]

    def _add(self) -> set[int]:
        texts: Sequence[str] = self._data.draw(st.lists(st.sampled_from(IDS), max_size=3))
        start = self.sheet.next_number
        return self._change([], [row(start + place, text, saved=False) for place, text in enumerate(texts)])

    def _remove(self) -> set[int]:
        return self.stack.push(self.sheet.remove(self.some()))[1]

    def _change_id(self) -> set[int]:
        text = self._data.draw(st.sampled_from(IDS))
        return self._change([replace(self.sheet[number], device_id=text) for number in self.some()])

    def _change_label(self) -> set[int]:
        label = self._data.draw(st.sampled_from(["L", "M", ""]))
        return self._change([replace(self.sheet[number], label=label) for number in self.some()])

    def _tick(self) -> set[int]:
        held = self._data.draw(st.sampled_from([None, HELD, SAME_LABEL]))
        return self._change([replace(self.sheet[number], held=held) for number in self.some()])

    def _fill(self) -> set[int]:
        template = self._data.draw(st.sampled_from(["L", "{n}", "{id}"]))
        rows = [self.sheet[number] for number in sorted(self.some())]
        return self._change(Labeller(LabelTemplate.parse(template)).relabel(rows))

    def _paste(self) -> set[int]:
        texts: Sequence[str] = self._data.draw(st.lists(st.sampled_from(IDS), max_size=2))
        start = self.sheet.next_number
        new = [row(start + place, text, saved=False) for place, text in enumerate(texts)]
        return self._change([replace(self.sheet[number], label="P") for number in self.some()], new)

    def _save(self) -> set[int]:
        return self.sheet.mark_saved([each.number for each in self.sheet])

    def _send(self) -> set[int]:
        numbers = [each.number for each in self.sheet]
        chosen = self._data.draw(st.lists(st.sampled_from(numbers), max_size=3)) if numbers else []
        return self.sheet.settle({number: self._data.draw(st.sampled_from(OUTCOMES)) for number in chosen})

    def _undo(self) -> set[int]:
        return self._back(self.stack.undo) if self.stack.can_undo else set()

    def _redo(self) -> set[int]:
        return self._back(self.stack.redo) if self.stack.can_redo else set()

    def _back(self, step: Callable[[], Done]) -> set[int]:
        rows = list(self.sheet)
        try:
            return step()[1]
        except BadInput:
            assert list(self.sheet) == rows, "a step that was refused has changed something"
            return set()


def texts_of(sheet: Sheet) -> list[Row]:
    """Return the rows without what the disk knows of them."""
    return [replace(each, saved=True) for each in sheet]


@given(st.data())
def test_whatever_was_edited_comes_back(data: st.DataObject) -> None:
    """After any edits, undoing all gives the first rows back, and redoing all the last ones."""
    hand = Hand(data, sends=False)
    sheet, stack = hand.sheet, hand.stack
    first = texts_of(sheet)
    hand.do(data.draw(st.integers(0, 8)))
    last = texts_of(sheet)
    while stack.can_undo:
        stack.undo()
        hand.check()
    assert texts_of(sheet) == first
    while stack.can_redo:
        stack.redo()
        hand.check()
    assert texts_of(sheet) == last


@given(st.data())
def test_whatever_happens_the_sheet_is_true_to_its_rows(data: st.DataObject) -> None:
    """Edits, outcomes, undo and redo in any order leave what a sheet of the same rows would show."""
    Hand(data, sends=True).do(data.draw(st.integers(0, 12)))
