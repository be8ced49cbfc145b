"""The columns of the table: as wide as what is in them, hidden, moved and dragged by a person, and remembered."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QSettings, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from bindtool.core.model.outcome import Outcome, State
from bindtool.core.model.row import Hold, HoldReason, Row
from bindtool.core.sheet.sheet import Sheet
from bindtool.core.sheet_view.columns import Column
from bindtool.gui.sheet.table_model import SheetTableModel
from bindtool.gui.sheet.table_view import SheetTableView
from bindtool.i18n.catalogue import Texts
from tests.core.store.samples import REFUSAL, row
from tests.gui.conftest import Show

LEFT, CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier
N, ID, LABEL, STATUS, MESSAGE, LOG, TIME = Column


def rows(count: int) -> list[Row]:
    """Return rows that the disk has."""
    return [replace(row(number), saved=True) for number in range(1, count + 1)]


@pytest.fixture
def view(texts: Texts, model: SheetTableModel, show: Show, qtbot: QtBot) -> SheetTableView:
    """A table of three rows on the screen, as wide as that of a laptop."""
    model.show(Sheet(rows(3)))
    view = SheetTableView(texts, model)
    view.resize(1366, 500)
    show(view)
    # What is not shown yet has not its margins.
    qtbot.waitUntil(lambda: fits(view, 0, LABEL))
    return view


def widths(view: SheetTableView) -> dict[Column, int]:
    """Return how wide each column is that is shown."""
    return {column: view.columnWidth(column) for column in view.columns.shown}


def fits(view: SheetTableView, at: int, column: Column) -> bool:
    """Tell whether a cell is shown whole."""
    return view.sizeHintForIndex(view.model().index(at, column)).width() <= view.columnWidth(column)


def drag(view: SheetTableView, start: int, end: int) -> None:
    """Drag in the head of the table, from one place to another."""
    head, y = view.horizontalHeader().viewport(), view.horizontalHeader().height() // 2
    QTest.mousePress(head, LEFT, pos=QPoint(start, y))
    for x in (start + (end - start) // 2, end):
        QTest.mouseMove(head, QPoint(x, y))
    QTest.mouseRelease(head, LEFT, pos=QPoint(end, y))


def edge(view: SheetTableView, column: Column) -> int:
    """Return where the right edge of a column is."""
    header = view.horizontalHeader()
    return header.sectionViewportPosition(column) + header.sectionSize(column) - 1


def menu(view: SheetTableView, column: Column) -> QMenu:
    """Right-click on the head of a column; return the menu that opens."""
    header = view.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(column) + 20, header.height() // 2)
    click = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, header.viewport().mapToGlobal(place))
    QApplication.sendEvent(header.viewport(), click)
    found = QApplication.activePopupWidget()
    assert isinstance(found, QMenu)
    return found


def choose(menu: QMenu, words: str) -> None:
    """Click on an entry of a menu."""
    (entry,) = (action for action in menu.actions() if action.text() == words)
    QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(entry).center())


# ---------------------------------------------------------------- how wide


def test_the_numbers_of_a_long_sheet_fit(view: SheetTableView, model: SheetTableModel) -> None:
    """Its last one is the widest, wherever it stands."""
    before = view.columnWidth(N)
    model.show(Sheet(rows(10_000)))
    assert fits(view, 0, N)
    assert view.columnWidth(N) > before


def test_a_column_grows_with_what_comes_in(view: SheetTableView, model: SheetTableModel, qtbot: QtBot) -> None:
    """An id that is longer than the others is whole a moment later; another sheet begins anew."""
    before = widths(view)
    long = replace(row(4, "SPK26113F2001-0123456789"), saved=True)
    _, numbers = model.sheet.change((), [long])
    model.refresh(numbers)
    qtbot.waitUntil(lambda: fits(view, 0, ID))
    assert view.columnWidth(ID) > before[ID]
    model.show(Sheet(rows(3)))
    assert widths(view) == before


def test_a_row_far_below_is_in_the_sample(view: SheetTableView, model: SheetTableModel) -> None:
    """Labels that get longer with time are seen at once, not only where somebody scrolls to."""
    model.show(Sheet(replace(each, label="智能音箱" * (each.number // 100 + 1)) for each in rows(400)))
    before = view.columnWidth(LABEL)
    view.scrollToBottom()
    assert view.columnWidth(LABEL) == before
    assert fits(view, 0, LABEL)


def test_empty_columns_leave_their_room_to_messages(view: SheetTableView, model: SheetTableModel) -> None:
    """Before a run nothing has a log id; after it the reason is whole, and so is the log id."""
    before = widths(view)
    assert before[LOG] == view.horizontalHeader().sectionSizeHint(LOG)
    assert sum(before.values()) == view.viewport().width()
    model.show(Sheet(replace(each, outcome=Outcome(State.REFUSED, REFUSAL)) for each in rows(3)))
    assert all(fits(view, 0, column) for column in Column)
    assert view.columnWidth(MESSAGE) < before[MESSAGE]
    assert sum(widths(view).values()) == view.viewport().width()


def test_short_messages_take_no_room_from_others(view: SheetTableView, model: SheetTableModel) -> None:
    """In a window that is narrow nothing is cut while messages have more than they need."""
    others = sum(width for column, width in widths(view).items() if column is not MESSAGE)
    needed = view.horizontalHeader().sectionSizeHint(MESSAGE)
    view.resize(view.width() - view.columnWidth(MESSAGE) + needed, view.height())
    assert sum(widths(view).values()) == others + needed
    assert all(fits(view, 0, column) for column in Column)
    model.show(Sheet(replace(each, outcome=Outcome(State.REFUSED, REFUSAL)) for each in rows(3)))
    assert view.columnWidth(MESSAGE) > needed
    assert not fits(view, 0, LOG)


@pytest.mark.parametrize(
    "changed",
    [
        {"held": Hold.of(HoldReason.ODD_ONE_OUT)},
        {"outcome": Outcome(State.UNSENT)},
        {"outcome": Outcome(State.WAITING)},
    ],
)
def test_no_column_jumps_for_a_state(
    view: SheetTableView, model: SheetTableModel, changed: dict[str, Hold | Outcome]
) -> None:
    """GIVEN ready rows WHEN one becomes held, with the box and its word, or any other THEN its cell is whole."""
    before = widths(view)
    model.show(Sheet(replace(each, **changed) for each in rows(3)))  # type: ignore[arg-type]
    assert fits(view, 0, STATUS)
    assert view.columnWidth(STATUS) == before[STATUS]


def test_a_log_id_gives_way_to_messages_that_are_there(
    view: SheetTableView, model: SheetTableModel, qtbot: QtBot
) -> None:
    """GIVEN long messages during a run WHEN it has ended with short ones THEN log ids of any length are whole."""
    long = replace(REFUSAL, log_id="20261125093006ABCDEF0123456789ABCDEF01234567", message="wait, " * 40)
    model.show(Sheet(replace(each, outcome=Outcome(State.REFUSED, long)) for each in rows(3)))
    assert not fits(view, 0, LOG)
    settled = Outcome(State.REFUSED, replace(long, message="no"))
    _, numbers = model.sheet.change(list(model.sheet), [replace(each, outcome=settled) for each in model.sheet])

    model.refresh(numbers)

    qtbot.waitUntil(lambda: fits(view, 0, LOG))
    assert fits(view, 0, MESSAGE)


def test_larger_letters_get_more_room(view: SheetTableView, qtbot: QtBot) -> None:
    """Somebody has chosen another size of text."""
    before = view.columnWidth(ID)
    font = view.font()
    font.setPointSizeF(2 * font.pointSizeF())
    view.setFont(font)
    qtbot.waitUntil(lambda: view.columnWidth(ID) > before)
    qtbot.waitUntil(lambda: fits(view, 0, ID))
    assert view.rowHeight(0) > view.fontMetrics().height()


# ---------------------------------------------------------------- by hand


def test_an_edge_that_is_dragged(view: SheetTableView, model: SheetTableModel, qtbot: QtBot) -> None:
    """The column stays so, whatever comes in, and messages give or take the difference; a double click ends it."""
    before = widths(view)
    drag(view, edge(view, LABEL), edge(view, LABEL) + 90)
    assert view.columnWidth(LABEL) == before[LABEL] + 90
    assert view.columnWidth(MESSAGE) == before[MESSAGE] - 90
    model.show(Sheet(replace(each, label="智能音箱" * 10) for each in rows(3)))
    assert view.columnWidth(LABEL) == before[LABEL] + 90
    model.show(Sheet(rows(3)))
    head = view.horizontalHeader()
    QTest.mouseDClick(head.viewport(), LEFT, pos=QPoint(edge(view, LABEL), head.height() // 2))
    assert widths(view) == before


def test_the_edge_of_messages_is_their_neighbours(view: SheetTableView) -> None:
    """They have no width of their own: the next column takes what they lose."""
    before = widths(view)
    drag(view, edge(view, MESSAGE), edge(view, MESSAGE) - 60)
    assert widths(view) == {**before, MESSAGE: before[MESSAGE] - 60, LOG: before[LOG] + 60}


def test_a_column_is_hidden_and_shown_again(view: SheetTableView) -> None:
    """By the menu of the head; what a row is, and what is known of it, stay."""
    view.setCurrentIndex(view.model().index(0, LOG))
    choose(menu(view, LOG), "Log ID")
    assert view.columns.shown == [N, ID, LABEL, STATUS, MESSAGE, TIME]
    assert view.currentIndex().column() == ID
    assert sum(widths(view).values()) == view.viewport().width()
    fixed = [one.text() for one in view.columns.menu(ID).actions() if one.isCheckable() and not one.isEnabled()]
    assert fixed == ["Device ID", "Status"]
    choose(menu(view, N), "Log ID")
    assert view.columns.shown == list(Column)


def test_without_messages_nothing_is_out_of_sight(view: SheetTableView) -> None:
    """The room they had is free, and comes back to them."""
    before = widths(view)
    choose(menu(view, MESSAGE), "Message")
    assert widths(view) == {column: width for column, width in before.items() if column is not MESSAGE}
    choose(menu(view, TIME), "Message")
    assert widths(view) == before


def test_a_column_is_moved(view: SheetTableView) -> None:
    """With the mouse, and by the menu for those who have none; once more, and all is as it was."""
    header = view.horizontalHeader()
    drag(view, header.sectionViewportPosition(TIME) + 30, header.sectionViewportPosition(LABEL) + 10)
    assert view.columns.shown == [N, ID, TIME, LABEL, STATUS, MESSAGE, LOG]
    choose(menu(view, TIME), "Move “Time” right")
    assert view.columns.shown == [N, ID, LABEL, TIME, STATUS, MESSAGE, LOG]
    choose(menu(view, LABEL), "Move “Label” left")
    assert view.columns.shown == [N, LABEL, ID, TIME, STATUS, MESSAGE, LOG]
    entries = {action.text(): action.isEnabled() for action in view.columns.menu(N).actions()}
    assert (entries["Move “#” left"], entries["Move “#” right"]) == (False, True)
    choose(menu(view, N), "Restore the usual columns")
    assert view.columns.shown == list(Column)


def test_the_keyboard_opens_the_menu(view: SheetTableView) -> None:
    """Of the column that the cursor is in, and of the ids without one."""
    for index, words in ((view.model().index(-1, -1), "Device ID"), (view.model().index(0, TIME), "Time")):
        view.setCurrentIndex(index)
        view.columns.show_menu()
        opened = QApplication.activePopupWidget()
        assert isinstance(opened, QMenu)
        assert f"Move “{words}” left" in [action.text() for action in opened.actions()]
        assert opened.activeAction() is opened.actions()[0]
        QTest.keyClick(opened, Qt.Key.Key_Escape)


def test_the_keys_follow_what_is_shown(view: SheetTableView) -> None:
    """Tab comes from the label to the id behind it, and from there to the next row's label."""
    choose(menu(view, LABEL), "Move “Label” left")
    places = []
    view.setCurrentIndex(view.model().index(0, LABEL))
    for _ in range(2):
        view.edit(view.currentIndex())
        editor = QApplication.focusWidget()
        assert editor is not None
        QTest.keyClick(editor, Qt.Key.Key_Tab)
        places.append((view.currentIndex().row(), view.currentIndex().column()))
    assert places == [(0, ID), (1, LABEL)]


def test_what_is_copied_is_what_is_shown(view: SheetTableView) -> None:
    """In that order, without what is hidden; the rows are meant all the same."""
    choose(menu(view, LABEL), "Move “Label” left")
    for hidden in ("#", "Message", "Log ID", "Time"):
        choose(menu(view, STATUS), hidden)
    view.select([2])
    QTest.keyClick(view, Qt.Key.Key_C, CTRL)
    assert QApplication.clipboard().text() == "Speaker 2\tSPK0002\tready"
    assert view.selected_numbers() == [2]


def test_a_selection_in_moved_columns_outlasts_a_new_order_of_rows(
    view: SheetTableView, model: SheetTableModel
) -> None:
    """Columns that lie side by side for a person lie apart in the model."""
    choose(menu(view, LOG), "Move “Log ID” left")
    choose(menu(view, LOG), "Move “Log ID” left")
    cells = {(1, STATUS), (1, LOG)}
    view.clearSelection()
    for at, column in cells:
        view.selectionModel().select(model.index(at, column), view.selectionModel().SelectionFlag.Select)
    model.sort(ID)
    assert {(index.row(), index.column()) for index in view.selectedIndexes()} == cells


# ---------------------------------------------------------------- remembered


def another(view: SheetTableView, texts: Texts, settings: QSettings) -> SheetTableView:
    """Return the table of the next start."""
    next_one = SheetTableView(texts, view.sheet_model)
    next_one.resize(view.size())
    next_one.columns.remember_in(settings)
    return next_one


def test_what_a_person_chose_is_there_at_the_next_start(
    view: SheetTableView, texts: Texts, settings: QSettings, qtbot: QtBot
) -> None:
    """Width, order, and what is hidden; the others go on fitting."""
    view.columns.remember_in(settings)
    choose(menu(view, LOG), "Log ID")
    choose(menu(view, TIME), "Move “Time” left")
    drag(view, edge(view, LABEL), edge(view, LABEL) + 90)
    qtbot.waitUntil(lambda: "label=" in str(settings.value("columns")))
    wide = view.columnWidth(LABEL)
    other = another(view, texts, settings)
    assert other.columns.shown == [N, ID, LABEL, STATUS, TIME, MESSAGE]
    assert other.columnWidth(LABEL) == wide
    view.sheet_model.show(Sheet(rows(10_000)))
    assert fits(other, 0, N)
    other.columns.reset()
    assert another(view, texts, settings).columns.shown == list(Column)


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ("", list(Column)),
        ("-device_id -status -time", [ID, STATUS, N, LABEL, MESSAGE, LOG]),
        ("time colour=9 time=x =7 label=999999999 - message=5", [TIME, LABEL, MESSAGE, N, ID, STATUS, LOG]),
    ],
)
def test_settings_that_somebody_has_spoilt(
    view: SheetTableView, texts: Texts, settings: QSettings, kept: str, shown: list[Column]
) -> None:
    """What is unknown is left out and what is missing comes last; no column is lost or as wide as a street."""
    settings.setValue("columns", kept)
    other = another(view, texts, settings)
    assert other.columns.shown == shown
    assert other.columnWidth(LABEL) < 4000
    assert other.columnWidth(MESSAGE) >= other.horizontalHeader().sectionSizeHint(MESSAGE)


def test_another_size_of_the_window_is_no_choice(
    view: SheetTableView, settings: QSettings, texts: Texts, qtbot: QtBot
) -> None:
    """What the program does itself is not written down as a person's."""
    view.columns.remember_in(settings)
    before = widths(view)
    view.resize(900, 400)
    QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
    choose(menu(view, LOG), "Log ID")
    assert "=" not in str(settings.value("columns"))
    choose(menu(view, TIME), "Log ID")
    view.resize(1366, 500)
    assert widths(view) == before
