"""The sheet as Qt's tables see it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QBrush, QGuiApplication, QIcon
from PySide6.QtTest import QAbstractItemModelTester, QSignalSpy
from pytestqt.qtbot import QtBot

from bindtool.core.model.outcome import Answer, Outcome, State
from bindtool.core.model.row import Hold, HoldReason, Note, NoteReason, Row
from bindtool.core.sheet.sheet import Sheet
from bindtool.core.sheet_view.columns import Column
from bindtool.core.sheet_view.filters import EVERY_ROW, TO_HANDLE, RowFilter
from bindtool.core.sheet_view.sorting import ARRIVAL, RowOrder
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import Tone
from bindtool.gui.sheet.table_model import SheetTableModel
from bindtool.i18n.catalogue import Texts
from tests.core.store.samples import ANSWER, REFUSAL, START, row

ROLE = Qt.ItemDataRole


@pytest.fixture(autouse=True)
def watched(model: SheetTableModel) -> Iterator[None]:
    """Let Qt's own tester follow the model; what it finds is a warning, which fails a test."""
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    yield
    tester.deleteLater()


def saved(number: int, device_id: str = "", outcome: Outcome | None = None) -> Row:
    """Return a row that the disk has."""
    return replace(row(number, device_id, outcome), saved=True)


def settled(state: State, answer: Answer | None = ANSWER) -> Outcome:
    """Return what a row has become that was sent once."""
    return Outcome().begun(1).settled(state, answer)


def sheet_of(count: int) -> Sheet:
    """Return a sheet of ready rows."""
    return Sheet(saved(number) for number in range(1, count + 1))


def cells(model: SheetTableModel, view_row: int, role: Qt.ItemDataRole = ROLE.DisplayRole) -> list[object]:
    """Return what one row of the view shows."""
    return [model.data(model.index(view_row, column), role) for column in Column]


def numbers(model: SheetTableModel) -> list[int]:
    """Return the numbers of the sheet's rows from top to bottom."""
    return [model.number_at(view_row) for view_row in range(model.rowCount())]


def pieces(repaints: QSignalSpy) -> list[tuple[int, int]]:
    """Return the first and the last row of each repaint."""
    return [(top.row(), bottom.row()) for top, bottom, _ in map(repaints.at, range(repaints.count()))]


def test_the_columns_have_their_names(model: SheetTableModel) -> None:
    """Seven names stand over the columns; the rows have none beside them, and nothing else is said of a column."""
    heads = [model.headerData(column, Qt.Orientation.Horizontal) for column in Column]
    assert heads == ["#", "Device ID", "Label", "Status", "Message", "Log ID", "Time"]
    assert model.headerData(0, Qt.Orientation.Vertical) is None
    assert model.headerData(0, Qt.Orientation.Horizontal, ROLE.FontRole) is None


def test_the_newest_row_is_on_top(model: SheetTableModel) -> None:
    """A row's number leads to its place and back; what lies below a cell is nothing."""
    model.show(Sheet(saved(number) for number in (2, 3, 7)))

    assert numbers(model) == [7, 3, 2]
    assert [model.row_of(number) for number in (7, 3, 2)] == [0, 1, 2]
    assert model.row(1).device_id == "SPK0003"
    assert (model.rowCount(model.index(0, 0)), model.columnCount(model.index(0, 0))) == (0, 0)


def test_a_row_in_words(model: SheetTableModel) -> None:
    """A row that was answered has message, log id and its time; one that was not has that of its scan alone."""
    model.show(Sheet([saved(1), saved(2, outcome=settled(State.REFUSED, REFUSAL))]))

    assert cells(model, 0) == [
        "2",
        "SPK0002",
        "Speaker 2",
        "refused",
        "“bad parameter” (code 4000)",
        "20261125093006ABCDEF",
        "09:30:06",
    ]
    assert cells(model, 1) == ["1", "SPK0001", "Speaker 1", "ready", "", "", "09:30:00"]
    assert cells(model, 0, ROLE.EditRole) == cells(model, 0)


@pytest.mark.parametrize(
    ("known", "word", "tone"),
    [
        (row(1), "incomplete", Tone.HELD),
        (replace(saved(1), held=Hold.of(HoldReason.ODD_ONE_OUT)), "held", Tone.HELD),
        (saved(1), "ready", Tone.PLAIN),
        (saved(1, outcome=Outcome().begun(1)), "sending", Tone.BUSY),
        (saved(1, outcome=settled(State.WAITING)), "waiting", Tone.BUSY),
        (saved(1, outcome=settled(State.BOUND)), "bound", Tone.GOOD),
        (saved(1, outcome=settled(State.REFUSED)), "refused", Tone.BAD),
        (saved(1, outcome=settled(State.UNKNOWN)), "unknown", Tone.UNSURE),
        (saved(1, outcome=settled(State.UNSENT)), "not sent", Tone.HELD),
    ],
)
def test_a_state_has_a_word_a_drawing_an_ink_and_what_to_do(
    model: SheetTableModel, known: Row, word: str, tone: Tone
) -> None:
    """No state is told by colour alone; its tool tip says more than its word."""
    model.show(Sheet([known]))
    cell = model.index(0, Column.STATUS)

    assert model.data(cell) == word
    icon, brush = model.data(cell, ROLE.DecorationRole), model.data(cell, ROLE.ForegroundRole)
    assert isinstance(icon, QIcon)
    assert not icon.isNull()
    assert isinstance(brush, QBrush)
    assert brush.color() == theme.text_colour(tone, QGuiApplication.palette())
    assert len(model.data(cell, ROLE.ToolTipRole)) > len(word)


def test_a_repeat_has_its_own_word(model: SheetTableModel) -> None:
    """Nothing is missing in it: its tool tip says what to do instead."""
    model.show(Sheet([saved(1), replace(saved(2), device_id=saved(1).device_id)]))
    cell = model.index(0, Column.STATUS)

    assert model.data(cell) == "duplicate"
    assert model.data(cell, ROLE.ToolTipRole) == "Delete this row, or correct its ID."


def test_what_was_refused_after_a_lost_answer_is_not_sent_again(model: SheetTableModel) -> None:
    """Another request would be refused too, whatever the lost one has done."""
    lost = Outcome().begun(1).settled(State.UNKNOWN, None)
    refused_since = lost.begun(2).settled(State.REFUSED, ANSWER)
    model.show(Sheet([saved(1, outcome=lost), saved(2, outcome=refused_since)]))
    since, once = (str(model.data(model.index(at, Column.STATUS), ROLE.ToolTipRole)) for at in (0, 1))
    assert once == "Bind it again."
    assert "sending it again would not tell" in since


def test_each_row_names_its_own_request(model: SheetTableModel) -> None:
    """Rows refused with the same words in requests of 50, of 20 and alone."""
    refused = [replace(settled(State.REFUSED, REFUSAL), refused_with=n) for n in (50, 20, 0)]
    model.show(Sheet(saved(number, outcome=outcome) for number, outcome in enumerate(refused, start=1)))
    alone, twenty, fifty = (str(model.data(model.index(at, Column.MESSAGE))) for at in range(3))
    assert "request of 20" in twenty
    assert "request of 50" in fifty
    assert "request of" not in alone


def test_only_the_state_is_drawn(model: SheetTableModel) -> None:
    """The other cells keep the table's own colour and have their whole text as a tool tip; numbers end in line."""
    model.show(sheet_of(1))

    others = set(Column) - {Column.STATUS}
    assert all(model.data(model.index(0, column), ROLE.DecorationRole) is None for column in others)
    assert all(model.data(model.index(0, column), ROLE.ForegroundRole) is None for column in others)
    assert model.data(model.index(0, Column.DEVICE_ID), ROLE.ToolTipRole) == "SPK0001"


def test_a_log_id_says_whose_it_is(model: SheetTableModel) -> None:
    """Its tool tip has what somebody who knows has said of it; else it is the id alone."""
    model.show(Sheet([saved(1), saved(2, outcome=settled(State.REFUSED, REFUSAL))]))
    cell = model.index(0, Column.LOG_ID)
    assert model.data(cell, ROLE.ToolTipRole) == "20261125093006ABCDEF"

    model.explain_log_ids(lambda number: f"of row {number}")

    assert model.data(cell, ROLE.ToolTipRole) == "20261125093006ABCDEF\nof row 2"
    assert model.data(cell) == "20261125093006ABCDEF"
    assert model.data(QModelIndex()) is None


def test_ids_and_labels_can_be_edited_unless_a_run_has_the_row(model: SheetTableModel) -> None:
    """Two columns take a keyboard; none does while a run has the row, or while its request is under way."""
    sheet = Sheet([saved(1), saved(2), saved(3, outcome=Outcome().begun(1))])
    model.show(sheet)
    sheet.take_up([2])

    def editable(view_row: int) -> set[Column]:
        flags = {column: model.flags(model.index(view_row, column)) for column in Column}
        return {column for column, flag in flags.items() if flag & Qt.ItemFlag.ItemIsEditable}

    assert editable(model.row_of(1)) == {Column.DEVICE_ID, Column.LABEL}
    assert editable(model.row_of(2)) == set()
    assert editable(model.row_of(3)) == set()


def test_an_edit_is_told_and_changes_nothing_by_itself(model: SheetTableModel) -> None:
    """Another text is told with the row's number; the same text, and what is no text, is not."""
    model.show(Sheet([saved(4), saved(9)]))
    edited = QSignalSpy(model.edited)
    cell = model.index(1, Column.LABEL)

    assert not model.setData(cell, "Speaker 4")
    assert not model.setData(cell, Qt.CheckState.Checked, ROLE.CheckStateRole)
    assert model.setData(cell, "智能音箱")

    assert [edited.at(at) for at in range(edited.count())] == [[4, Column.LABEL, "智能音箱"]]
    assert model.data(cell) == "Speaker 4"


def test_new_rows_come_in_one_piece_on_top(model: SheetTableModel) -> None:
    """A thousand rows are one insertion, and those that were there keep their look."""
    sheet = sheet_of(3)
    model.show(sheet)
    about_to_insert, inserted = QSignalSpy(model.rowsAboutToBeInserted), QSignalSpy(model.rowsInserted)
    resets, repaints = QSignalSpy(model.modelReset), QSignalSpy(model.dataChanged)

    _, changed = sheet.change([], [row(number) for number in range(4, 1004)])
    model.refresh(changed)

    assert (about_to_insert.count(), inserted.count(), resets.count(), repaints.count()) == (1, 1, 0, 0)
    assert inserted.at(0)[1:] == [0, 999]
    assert numbers(model) == list(range(1003, 0, -1))


def test_a_repeat_that_comes_repaints_nothing_but_what_changes(model: SheetTableModel) -> None:
    """With the new row come the older ones of the same id, which are looked at again."""
    sheet = sheet_of(3)
    model.show(sheet)
    inserted, repaints = QSignalSpy(model.rowsInserted), QSignalSpy(model.dataChanged)

    _, changed = sheet.change([], [row(4, "SPK0002")])
    model.refresh(changed)

    assert inserted.count() == 1
    assert pieces(repaints) == [(2, 2)]


def test_neighbours_are_repainted_together(model: SheetTableModel) -> None:
    """Each unbroken run of rows is one piece, over all columns; rows that are as they were are none."""
    model.show(sheet_of(10))
    repaints = QSignalSpy(model.dataChanged)

    model.refresh([1, 2, 3, 6, 10])
    model.refresh([])

    assert pieces(repaints) == [(0, 0), (4, 4), (7, 9)]
    assert (repaints.at(0)[0].column(), repaints.at(0)[1].column()) == (0, len(Column) - 1)


def test_many_pieces_become_one(model: SheetTableModel) -> None:
    """Two hundred rows with gaps between them are one big repaint from the first to the last."""
    model.show(sheet_of(400))
    repaints = QSignalSpy(model.dataChanged)

    model.refresh(range(3, 400, 2))

    assert pieces(repaints) == [(1, 397)]


def test_what_a_run_changes_is_repainted_within_a_moment(model: SheetTableModel, qtbot: QtBot) -> None:
    """Once for all changes of that moment; the cells have it at once, and a row that has gone since is left out."""
    sheet = sheet_of(10)
    model.show(sheet)
    repaints = QSignalSpy(model.dataChanged)

    model.refresh_soon(sheet.settle({3: settled(State.REFUSED, REFUSAL), 10: settled(State.BOUND)}))
    model.refresh_soon(sheet.settle({4: settled(State.BOUND)}))
    _, changed = sheet.remove([10])
    model.refresh(changed | {10})

    assert cells(model, 6)[Column.STATUS] == "refused"
    assert repaints.count() == 0
    qtbot.waitUntil(lambda: repaints.count() > 0)
    assert pieces(repaints) == [(5, 6)]


def test_rows_go_and_come_back_in_their_places(model: SheetTableModel) -> None:
    """Deleted rows are taken out, undo puts them between the others again, and nothing else is told of."""
    sheet = sheet_of(5)
    model.show(sheet)
    resets, removed, inserted = (
        QSignalSpy(one) for one in (model.modelReset, model.rowsRemoved, model.rowsInserted)
    )

    edit, changed = sheet.remove([2, 4])
    model.refresh(changed | set(edit.drop))
    assert numbers(model) == [5, 3, 1]

    _, changed = sheet.change([], edit.before)
    model.refresh(changed)
    assert numbers(model) == [5, 4, 3, 2, 1]
    assert (resets.count(), removed.count(), inserted.count()) == (0, 2, 2)


def test_rows_can_be_read_until_they_have_gone(model: SheetTableModel) -> None:
    """Tables and screen readers ask for rows that are about to go, and find what stood there."""
    sheet = sheet_of(5)
    model.show(sheet)
    read: list[object] = []
    model.rowsAboutToBeRemoved.connect(
        lambda _, first, last: read.extend([cells(model, first), cells(model, last)])
    )
    expected = [cells(model, 1), cells(model, 2)]

    edit, changed = sheet.remove([3, 4])
    model.refresh(changed | set(edit.drop))

    assert read == expected
    assert numbers(model) == [5, 2, 1]


def test_another_sheet_is_a_reset(model: SheetTableModel) -> None:
    """Nothing of the sheet before stays, and the first row comes into an empty one as an insertion."""
    model.show(sheet_of(3))
    sheet = Sheet()
    model.show(sheet)
    assert model.rowCount() == 0

    inserted = QSignalSpy(model.rowsInserted)
    _, changed = sheet.change([], [row(1)])
    model.refresh(changed)

    assert inserted.count() == 1
    assert model.row(0).added_at == START


def test_a_held_row_can_be_ticked(model: SheetTableModel) -> None:
    """Its status has a box, which tells of a tick and changes nothing by itself; nothing else has one."""
    held = replace(saved(2), held=Hold.of(HoldReason.ODD_ONE_OUT))
    model.show(Sheet([saved(1), held]))
    ticked = QSignalSpy(model.ticked)
    assert [box is None for box in cells(model, 0, ROLE.CheckStateRole)] == [
        column is not Column.STATUS for column in Column
    ]
    assert cells(model, 1, ROLE.CheckStateRole) == [None] * len(Column)
    box, other = model.index(0, Column.STATUS), model.index(1, Column.STATUS)
    assert model.flags(box) & Qt.ItemFlag.ItemIsUserCheckable
    assert not model.flags(other) & Qt.ItemFlag.ItemIsUserCheckable

    for index in (other, model.index(0, Column.DEVICE_ID)):
        assert not model.setData(index, Qt.CheckState.Checked, ROLE.CheckStateRole)
    assert ticked.count() == 0
    assert model.setData(box, Qt.CheckState.Checked, ROLE.CheckStateRole)
    assert ticked.at(0) == [2]
    assert model.data(box, ROLE.ToolTipRole) == (
        "looks different from the others\nClick “Include”, or press Ctrl+I, to include it in Bind."
    )


def test_only_what_is_wanted_is_shown(model: SheetTableModel) -> None:
    """A row comes into the narrowed view and leaves it as its state changes; all are shown again when asked."""
    sheet = sheet_of(4)
    model.show(sheet)
    spy = QSignalSpy(model.narrowed)
    model.refresh(sheet.settle({2: settled(State.REFUSED, REFUSAL)}))
    model.narrow(TO_HANDLE)
    assert (numbers(model), spy.count()) == ([2], 1)
    model.refresh(sheet.settle({3: settled(State.UNKNOWN, None)}))
    assert numbers(model) == [3, 2]
    model.refresh(sheet.settle({2: settled(State.BOUND)}))
    assert numbers(model) == [3]
    model.narrow(TO_HANDLE)
    assert spy.count() == 1
    model.narrow(EVERY_ROW)
    assert numbers(model) == [4, 3, 2, 1]


def test_a_column_is_sorted_by_and_rows_stay_sorted(model: SheetTableModel) -> None:
    """Up, down, and back to the order of arrival; a row that moves takes along whoever holds on to it."""
    sheet = Sheet(saved(number, device_id) for number, device_id in enumerate(("B", "C", "A"), 1))
    model.show(sheet)
    ordered = QSignalSpy(model.ordered)
    model.sort(Column.DEVICE_ID)
    assert numbers(model) == [3, 1, 2]
    held = QPersistentModelIndex(model.index(model.row_of(1), Column.LABEL))

    _, changed = sheet.change([replace(sheet[1], device_id="D")])
    model.refresh(changed)
    assert numbers(model) == [3, 2, 1]
    assert (held.row(), held.column()) == (2, Column.LABEL)

    model.sort(Column.DEVICE_ID, Qt.SortOrder.DescendingOrder)
    assert numbers(model) == [1, 2, 3]
    model.sort(-1)
    assert numbers(model) == [3, 2, 1]
    model.sort(-1)
    assert ordered.count() == 3


@pytest.mark.parametrize("texts", ["en", "zh_CN"], indirect=True)
def test_a_header_says_how_it_is_sorted(model: SheetTableModel, texts: Texts) -> None:
    """To whoever points at it, and to a screen reader."""

    def said(column: Column) -> set[object]:
        roles = (ROLE.ToolTipRole, ROLE.AccessibleDescriptionRole)
        return {model.headerData(column, Qt.Orientation.Horizontal, role) for role in roles}

    assert said(Column.LABEL) == {texts("sort.by")}
    assert said(Column.NUMBER) == {f"{texts('column.number.gaps')}\n{texts('sort.by')}"}
    model.sort(Column.LABEL)
    assert said(Column.LABEL) == {texts("sort.ascending")}
    model.sort(Column.LABEL, Qt.SortOrder.DescendingOrder)
    assert said(Column.LABEL) == {texts("sort.descending")}
    assert said(Column.NUMBER) == {f"{texts('column.number.gaps')}\n{texts('sort.by')}"}


@pytest.mark.parametrize("texts", ["en", "zh_CN"], indirect=True)
def test_a_row_is_found_by_whatever_is_read_of_it(model: SheetTableModel) -> None:
    """The words of the Message column are sought in the window's language, of every row that has some."""
    note = Note.of(NoteReason.TOKEN_REMOVED)
    rows = [
        row(1),
        replace(saved(2), held=Hold.of(HoldReason.ODD_ONE_OUT)),
        replace(saved(3), note=note),
        saved(4, outcome=Outcome().begun(1)),
        saved(5, outcome=settled(State.WAITING)),
        saved(6, outcome=settled(State.REFUSED, REFUSAL)),
        saved(7, outcome=settled(State.UNKNOWN, None)),
        saved(8, "SPK0002"),
        replace(saved(9, outcome=settled(State.BOUND)), note=note),
    ]
    model.show(Sheet(rows))
    messages = {number: cells(model, model.row_of(number))[Column.MESSAGE] for number in range(1, 10)}
    assert all(messages.values())
    for number, message in messages.items():
        model.narrow(RowFilter(text=str(message)))
        assert number in numbers(model), message
        model.narrow(EVERY_ROW)


def test_another_sheet_is_shown_whole(model: SheetTableModel) -> None:
    """What was wanted of one sheet would hide the rows of the next."""
    model.show(sheet_of(3))
    model.narrow(TO_HANDLE)
    model.sort(Column.LABEL)
    narrowed, ordered = QSignalSpy(model.narrowed), QSignalSpy(model.ordered)

    model.show(sheet_of(2))

    assert (model.filter, model.order, numbers(model)) == (EVERY_ROW, ARRIVAL, [2, 1])
    assert (narrowed.count(), ordered.count()) == (1, 1)


def test_another_language_keeps_what_is_wanted(model: SheetTableModel) -> None:
    """The same rows stand in the same order, with other words, under other names."""
    model.show(sheet_of(3))
    model.sort(Column.LABEL)
    named, ready = QSignalSpy(model.headerDataChanged), model.index(0, Column.STATUS)
    assert model.data(ready) == "ready"

    model.speak(Texts("zh_CN"))

    assert (model.order, numbers(model)) == (RowOrder(Column.LABEL, descending=False), [1, 2, 3])
    assert model.data(ready) == "待绑定"
    assert named.count() == 1


def test_what_comes_and_goes_is_told_and_what_a_run_does_is_not(model: SheetTableModel, qtbot: QtBot) -> None:
    """Who counts devices looks at new ones; a run changes none."""
    sheet = sheet_of(2)
    model.show(sheet)
    model.narrow(TO_HANDLE)
    refreshed, inserted = QSignalSpy(model.refreshed), QSignalSpy(model.rowsInserted)
    model.refresh(sheet.change([], [row(3)])[1])
    model.refresh_soon(sheet.settle({1: settled(State.REFUSED, REFUSAL)}))
    qtbot.waitUntil(lambda: inserted.count() == 1)
    assert [refreshed.at(at) for at in range(refreshed.count())] == [[{3}]]
    assert model.missed() == 1
