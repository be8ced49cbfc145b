"""The table that people look at."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QItemSelectionModel, QMimeData, QObject, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import (
    QClipboard,
    QColor,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
)
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from bindtool.core.model.outcome import Outcome, State
from bindtool.core.model.row import Hold, HoldReason
from bindtool.core.sheet.sheet import Sheet
from bindtool.core.sheet_view.columns import Column
from bindtool.core.sheet_view.filters import TO_HANDLE
from bindtool.gui.common.theme import theme
from bindtool.gui.sheet.table_model import SheetTableModel
from bindtool.gui.sheet.table_view import SheetTableView
from bindtool.i18n.catalogue import Texts
from tests.core.store.samples import REFUSAL, row
from tests.gui.acting import takes_input_method
from tests.gui.conftest import Show
from tests.gui.loop import PATIENCE

CTRL = Qt.KeyboardModifier.ControlModifier
COPY = Qt.DropAction.CopyAction
LEFT = Qt.MouseButton.LeftButton
PLAIN = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def view(texts: Texts, model: SheetTableModel, show: Show) -> SheetTableView:
    """A table of twelve rows on the screen."""
    model.show(Sheet(replace(row(number), saved=True) for number in range(1, 13)))
    view = SheetTableView(texts, model)
    show(view)
    view.setFocus()
    return view


def select(view: SheetTableView, *cells: tuple[int, Column]) -> None:
    """Select the cells of these numbers and columns, and no others."""
    view.clearSelection()
    model = view.model()
    for number, column in cells:
        index = model.index(12 - number, column)
        view.selectionModel().select(index, QItemSelectionModel.SelectionFlag.Select)


def editor_of(view: SheetTableView, column: Column) -> QLineEdit:
    """Open the editor of a cell of the newest row."""
    view.edit(view.model().index(0, column))
    (editor,) = (editor for editor in view.findChildren(QLineEdit) if editor.isVisible())
    return editor


def test_a_new_row_is_drawn_behind_what_waits_for_it(qtbot: QtBot, view: SheetTableView) -> None:
    """Drawing comes after the disk, whose answer has a sound; rows that come meanwhile are drawn with it."""
    order: list[str] = []
    viewport = view.viewport()
    qtbot.waitUntil(viewport.updatesEnabled, timeout=PATIENCE)

    for number in (13, 14):
        view.sheet_model.sheet.change((), [row(number)])
        view.sheet_model.refresh([number])
    QTimer.singleShot(0, lambda: order.append("drawn" if viewport.updatesEnabled() else "saved"))
    qtbot.waitUntil(viewport.updatesEnabled, timeout=PATIENCE)

    assert order == ["saved"]


def test_what_is_selected(view: SheetTableView) -> None:
    """Cells stand for their rows: each once, the oldest first."""
    select(view, (9, Column.LABEL), (9, Column.DEVICE_ID), (3, Column.MESSAGE))
    assert view.selected_numbers() == [3, 9]


def test_copied_cells_are_a_spreadsheets(view: SheetTableView, clipboard: QClipboard) -> None:
    """Ctrl+C gives a block as it is shown: columns by tabs, rows by lines, empty where nothing is selected."""
    select(view, (2, Column.LABEL), (11, Column.LABEL), (11, Column.DEVICE_ID))
    QTest.keyClick(view, Qt.Key.Key_C, CTRL)
    assert clipboard.text() == "SPK0011\tSpeaker 11\n\tSpeaker 2"
    view.clearSelection()
    QTest.keyClick(view, Qt.Key.Key_C, CTRL)
    assert clipboard.text() == "SPK0011\tSpeaker 11\n\tSpeaker 2"


def test_paste_hands_on_the_whole_text(view: SheetTableView, clipboard: QClipboard) -> None:
    """Ctrl+V goes to the sheet, not into a cell."""
    pasted = QSignalSpy(view.pasted)
    clipboard.setText("0012\tleft\n0013\tright\n")

    QTest.keyClick(view, Qt.Key.Key_V, CTRL)

    assert [pasted.at(at) for at in range(pasted.count())] == [["0012\tleft\n0013\tright\n"]]
    assert view.findChild(QLineEdit) is None


def test_delete_is_a_wish(view: SheetTableView) -> None:
    """The key asks for the selected rows to go; with labels selected and nothing else, these are emptied."""
    wanted, written = QSignalSpy(view.delete_requested), QSignalSpy(view.written)
    select(view, (5, Column.NUMBER))
    QTest.keyClick(view, Qt.Key.Key_Delete)
    assert (wanted.count(), written.count(), view.model().rowCount()) == (1, 0, 12)
    select(view, (5, Column.LABEL), (4, Column.LABEL))
    QTest.keyClick(view, Qt.Key.Key_Delete)
    assert texts_of(written) == [{5: {Column.LABEL: ""}, 4: {Column.LABEL: ""}}]
    assert wanted.count() == 1


def texts_of(spy: QSignalSpy) -> list[dict[int, dict[Column, str]]]:
    """Return what was to be written into cells, in order."""
    return [spy.at(at)[0].texts for at in range(spy.count())]


def test_cut_copies_and_takes_away(view: SheetTableView, clipboard: QClipboard) -> None:
    """Cells are emptied; whole rows are to go."""
    wanted, written = QSignalSpy(view.delete_requested), QSignalSpy(view.written)
    select(view, (5, Column.LABEL))
    QTest.keyClick(view, Qt.Key.Key_X, CTRL)
    assert clipboard.text() == "Speaker 5"
    assert texts_of(written) == [{5: {Column.LABEL: ""}}]
    view.select([4])
    QTest.keyClick(view, Qt.Key.Key_X, CTRL)
    assert clipboard.text().startswith("4\tSPK0004\tSpeaker 4\t")
    assert (wanted.count(), written.count()) == (1, 1)


def test_paste_into_cells(view: SheetTableView, clipboard: QClipboard) -> None:
    """With cells selected a block goes into them; one that is too wide is refused."""
    pasted, written, refused = QSignalSpy(view.pasted), QSignalSpy(view.written), QSignalSpy(view.refused)
    select(view, (5, Column.LABEL))
    clipboard.setText("left\nright")
    QTest.keyClick(view, Qt.Key.Key_V, CTRL)
    assert texts_of(written) == [{5: {Column.LABEL: "left"}, 4: {Column.LABEL: "right"}}]
    clipboard.setText("left\tright")
    QTest.keyClick(view, Qt.Key.Key_V, CTRL)
    assert refused.at(0)[0].id == "paste.too_wide"
    assert (pasted.count(), written.count()) == (0, 1)


@pytest.mark.parametrize(
    ("key", "held", "row", "column"),
    [
        (Qt.Key.Key_Return, PLAIN, 6, Column.LABEL),
        (Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier, 6, Column.LABEL),
        (Qt.Key.Key_Up, PLAIN, 4, Column.LABEL),
        (Qt.Key.Key_Left, PLAIN, 5, Column.DEVICE_ID),
        (Qt.Key.Key_Right, PLAIN, 5, Column.STATUS),
        (Qt.Key.Key_Home, PLAIN, 5, Column.NUMBER),
        (Qt.Key.Key_End, PLAIN, 5, Column.TIME),
        (Qt.Key.Key_Home, CTRL, 0, Column.NUMBER),
        (Qt.Key.Key_End, CTRL, 11, Column.TIME),
    ],
)
def test_the_keyboard_moves_as_in_a_spreadsheet(
    view: SheetTableView, key: Qt.Key, held: Qt.KeyboardModifier, row: int, column: Column
) -> None:
    """From the label of the sixth row; what is current is selected too."""
    view.setCurrentIndex(view.model().index(5, Column.LABEL))
    QTest.keyClick(view, key, held)
    current = view.currentIndex()
    assert (current.row(), current.column()) == (row, column)
    assert view.selectedIndexes() == [current]


@pytest.mark.parametrize(("gone", "current"), [([9], 8), ([3], 9), ([9, 10, 11, 12], 8)])
def test_the_keys_go_on_where_rows_have_gone(
    view: SheetTableView, model: SheetTableModel, gone: list[int], current: int
) -> None:
    """From the same device, or from the one that stands in its place now, which is not selected by itself."""
    sheet = Sheet(replace(row(number), saved=True) for number in range(1, 13))
    model.show(sheet)
    view.setCurrentIndex(model.index(model.row_of(9), Column.LABEL))
    sheet.remove(gone)
    model.refresh(gone)
    assert (model.number_at(view.currentIndex().row()), view.currentIndex().column()) == (current, Column.LABEL)
    assert view.selected_numbers() == [number for number in [9] if number not in gone]
    model.show(Sheet())
    assert not view.currentIndex().isValid()


def test_pages_are_turned(view: SheetTableView) -> None:
    """Page down and up go as far as can be seen; at the end of the sheet Return stays."""
    view.resize(900, 200)
    view.setCurrentIndex(view.model().index(0, Column.LABEL))
    QTest.keyClick(view, Qt.Key.Key_PageDown)
    assert 2 <= view.currentIndex().row() <= 5
    QTest.keyClick(view, Qt.Key.Key_PageUp)
    assert view.currentIndex().row() == 0
    view.setCurrentIndex(view.model().index(11, Column.LABEL))
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert view.currentIndex().row() == 11


@pytest.mark.parametrize("key", [Qt.Key.Key_F2, Qt.Key.Key_A])
def test_f2_and_typing_begin_an_edit(view: SheetTableView, key: Qt.Key) -> None:
    """In an id or a label; Escape leaves it as it was, and the cell stays current."""
    view.setCurrentIndex(view.model().index(3, Column.LABEL))
    QTest.keyClick(view, key)
    (editor,) = view.findChildren(QLineEdit)
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert view.currentIndex().row() == 3
    assert view.currentIndex().data() == "Speaker 9"


def test_the_menu_key_asks_for_the_menu_of_the_row_with_the_cursor(view: SheetTableView) -> None:
    """Wherever Qt says that the key was: from 6.11 on its place is the table's, a header lower than the row's."""
    asked = QSignalSpy(view.customContextMenuRequested)
    view.setCurrentIndex(view.model().index(3, Column.LABEL))
    for qts in (QPoint(5, 5), QPoint(5, 200)):
        key = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, qts, view.viewport().mapToGlobal(qts))
        QApplication.sendEvent(view.viewport(), key)
        assert view.indexAt(asked.at(asked.count() - 1)[0]) == view.currentIndex()
    mouse = view.visualRect(view.model().index(5, Column.DEVICE_ID)).center()
    click = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, mouse, view.viewport().mapToGlobal(mouse))
    QApplication.sendEvent(view.viewport(), click)
    assert asked.at(2) == [mouse]


def test_a_row_is_shown_wherever_it_is(view: SheetTableView) -> None:
    """Going to a row selects the whole of it and scrolls until it can be seen."""
    view.resize(600, 150)
    assert not view.viewport().rect().contains(view.visualRect(view.model().index(11, 0)).center())

    view.select([1])

    assert view.selected_numbers() == [1]
    assert len(view.selectedIndexes()) == len(Column)
    assert view.viewport().rect().contains(view.visualRect(view.model().index(11, 1)).center())


def test_ids_take_no_input_method_and_labels_do(view: SheetTableView) -> None:
    """A pinyin input method must not eat an id that is typed or scanned into its cell; labels are Chinese."""
    editor = editor_of(view, Column.DEVICE_ID)
    assert not takes_input_method(editor)
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert takes_input_method(editor_of(view, Column.LABEL))


def test_an_id_typed_into_its_cell_is_told(view: SheetTableView, model: SheetTableModel, qtbot: QtBot) -> None:
    """The editor's Return hands on the new id with the row's number."""
    editor = editor_of(view, Column.DEVICE_ID)

    editor.selectAll()
    QTest.keyClicks(editor, "0007")
    with qtbot.waitSignal(model.edited) as edited:
        QTest.keyClick(editor, Qt.Key.Key_Return)

    assert edited.args == [12, Column.DEVICE_ID, "0007"]


def drop(view: SheetTableView, data: QMimeData) -> tuple[bool, bool]:
    """Drag data over the table and drop it; return whether dragging it in and dropping it were welcome."""
    at = QPoint(20, 20)
    enter = QDragEnterEvent(at, COPY, data, LEFT, PLAIN)
    enter.ignore()
    QApplication.sendEvent(view.viewport(), enter)
    if enter.isAccepted():
        move = QDragMoveEvent(at, COPY, data, LEFT, PLAIN)
        QApplication.sendEvent(view.viewport(), move)
        assert move.isAccepted()
    dropped = QDropEvent(QPointF(at), COPY, data, LEFT, PLAIN)
    dropped.ignore()
    QApplication.sendEvent(view.viewport(), dropped)
    return enter.isAccepted(), dropped.isAccepted()


def test_what_can_be_dropped(view: SheetTableView) -> None:
    """Files of this computer, whatever their names, and what was marked elsewhere; no address on the web."""
    files, marked = QSignalSpy(view.files_dropped), QSignalSpy(view.dropped)
    address, local, cells = QMimeData(), QMimeData(), QMimeData()
    address.setUrls([QUrl("https://example.com/list.csv")])
    address.setText("https://example.com/list.csv")
    local.setUrls([QUrl.fromLocalFile("/tmp/清单 1.csv"), QUrl.fromLocalFile("/tmp/b.txt")])  # noqa: S108 - read by nobody
    cells.setText("SPK1\t客厅")
    cells.setHtml("<table><tr><td>SPK1<td>客厅</table>")

    assert drop(view, address)[0] is False
    assert (files.count(), marked.count()) == (0, 0)
    assert [drop(view, local), drop(view, cells)] == [(True, True)] * 2
    assert (files.count(), marked.count()) == (1, 1)
    assert files.at(0) == [[Path("/tmp/清单 1.csv"), Path("/tmp/b.txt")]]  # noqa: S108 - the same
    assert marked.at(0) == ["SPK1\t客厅", "<table><tr><td>SPK1<td>客厅</table>"]


def inked(view: SheetTableView) -> bool:
    """Tell whether anything is drawn in the middle of the table."""
    image = view.viewport().grab().toImage()
    middle = image.rect().center()
    colours = {
        image.pixel(middle.x() + x, middle.y() + y) for x in range(-120, 120) for y in range(-12, 12)
    }  # fmt: skip
    return len(colours) > 1


@pytest.mark.parametrize("texts", ["en", "zh_CN"], indirect=True)
def test_where_no_row_is_shown_it_says_why(view: SheetTableView, model: SheetTableModel) -> None:
    """The words stand in the middle where rows are filtered away; what an empty sheet shows lies over the table."""
    model.show(Sheet([row(1)]))
    model.narrow(TO_HANDLE)
    assert inked(view)

    model.show(Sheet())
    assert not inked(view)


class Drawn(QObject):
    """Counts how often a widget is drawn."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.times = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Count."""
        self.times += event.type() is QEvent.Type.Paint
        return False


@pytest.mark.parametrize(
    ("number", "count", "scrolled", "seen"),
    [
        (1000, 1000, False, True),
        (994, 1000, False, True),
        (1, 1000, False, False),
        (1, 1000, True, True),
        (1000, 1000, True, False),
        (1, 2, False, True),
    ],
)
def test_rows_out_of_sight_are_not_drawn(
    view: SheetTableView, model: SheetTableModel, qtbot: QtBot, number: int, count: int, scrolled: bool, seen: bool
) -> None:
    """A run changes rows below the fold all the time; only those that can be seen cost a picture."""
    model.show(Sheet(replace(row(number), saved=True) for number in range(1, count + 1)))
    if scrolled:
        view.scrollToBottom()
    rows, head = Drawn(view.viewport()), Drawn(view.horizontalHeader().viewport())
    qtbot.waitUntil(lambda: rows.times > 0)
    view.horizontalHeader().viewport().update()
    qtbot.waitUntil(lambda: head.times > 0)
    # The scroll bar has taken room, and the columns their new widths.
    QApplication.processEvents()
    before = rows.times, head.times

    model.refresh([number])
    # What has to be drawn is drawn together with this.
    view.horizontalHeader().viewport().update()
    qtbot.waitUntil(lambda: head.times > before[1])

    assert (rows.times > before[0]) is seen


def click(
    view: SheetTableView, number: int, column: Column, held: Qt.KeyboardModifier = PLAIN, *, left: int = 60
) -> None:
    """Click into a cell, so many pixels from its left edge."""
    place = view.visualRect(view.model().index(12 - number, column))
    QTest.mouseClick(view.viewport(), LEFT, held, QPoint(place.left() + left, place.center().y()))


def test_a_click_on_its_status_ticks_a_held_row(view: SheetTableView, model: SheetTableModel) -> None:
    """GIVEN a held row WHEN its status is clicked, box or word, THEN it is ticked; with Ctrl, selected."""
    rows = [replace(row(number), saved=True) for number in range(1, 13)]
    model.show(Sheet([*rows[:-1], replace(rows[-1], held=Hold.of(HoldReason.ODD_ONE_OUT))]))
    ticked = QSignalSpy(model.ticked)

    click(view, 12, Column.STATUS)
    assert [ticked.at(at)[0] for at in range(ticked.count())] == [12]
    click(view, 11, Column.STATUS)
    click(view, 12, Column.MESSAGE)
    view.clearSelection()
    click(view, 12, Column.STATUS, CTRL)
    assert (ticked.count(), view.selected_numbers()) == (1, [12])


@pytest.mark.usefixtures("dress_again")
@pytest.mark.parametrize("dark", [False, True])
def test_a_row_lights_up(
    view: SheetTableView, model: SheetTableModel, dark: bool, qapp: QApplication, qtbot: QtBot
) -> None:
    """GIVEN a table WHEN a row is pointed at THEN it is selected, in sight and lit for a moment; its words stay."""
    theme.apply_scheme(qapp, dark=dark)
    view.select([12])
    view.select([1])
    place = view.visualRect(model.index(11, Column.MESSAGE)).center()

    def ground() -> QColor:
        return view.viewport().grab().toImage().pixelColor(place)

    before = ground()
    view.point_at(1)
    assert (view.highlighted, view.selected_numbers()) == (1, [1])
    assert ground() != before
    qtbot.waitUntil(lambda: view.highlighted is None)
    assert ground() == before


def test_a_lit_row_that_goes(view: SheetTableView, model: SheetTableModel) -> None:
    """GIVEN a row that is lit WHEN it is deleted THEN there is no light, and nothing breaks."""
    view.point_at(12)
    model.show(Sheet([replace(row(1), saved=True)]))
    view.viewport().grab()
    assert view.highlighted == 12


@pytest.mark.parametrize(("width", "whole"), [(1360, True), (820, False)])
def test_a_small_window_has_room_for_the_reason(
    view: SheetTableView, model: SheetTableModel, width: int, whole: bool
) -> None:
    """GIVEN a window of any size THEN messages can be read; the log id gives way, nothing is out of sight."""
    model.show(Sheet([replace(row(1), outcome=Outcome(State.REFUSED, REFUSAL))]))
    view.resize(width, 500)
    QApplication.processEvents()
    needed = view.sizeHintForIndex(model.index(0, Column.LOG_ID)).width()
    assert (view.columnWidth(Column.LOG_ID) >= needed) is whole
    assert view.columnWidth(Column.MESSAGE) >= view.sizeHintForIndex(model.index(0, Column.MESSAGE)).width()
    assert not view.horizontalScrollBar().isVisible()


def test_tab_selects_the_cell_it_leads_to(view: SheetTableView) -> None:
    """GIVEN nothing selected WHEN Tab comes to the table THEN the cursor's cell is; a selection stays as it is."""
    view.clearFocus()
    view.clearSelection()
    view.setFocus(Qt.FocusReason.TabFocusReason)
    assert view.selected_numbers() == [12]

    view.select([3, 5])
    view.clearFocus()
    view.setFocus(Qt.FocusReason.BacktabFocusReason)
    assert view.selected_numbers() == [3, 5]
