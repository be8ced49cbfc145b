"""The table of devices: keys, clipboard, what is dropped, and what is said where no row is shown.

How the table is used; what is in it is `table_model`'s, what an empty sheet shows `empty_sheet`'s, and what follows
is for `document`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
)
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QHeaderView,
    QTableView,
    QWidget,
)

from bindtool.core.common.errors import BindtoolError
from bindtool.core.common.messages import Message
from bindtool.core.sheet_view.columns import Column
from bindtool.core.sheet_view.filters import EVERY_ROW
from bindtool.gui.common.theme import theme
from bindtool.gui.common.util.throttle import BEHIND
from bindtool.gui.sheet import clipboard_blocks
from bindtool.gui.sheet.clipboard_blocks import Selected
from bindtool.gui.sheet.table_header import SortHeader, TableColumns
from bindtool.gui.sheet.table_model import EDITABLE, SheetTableModel
from bindtool.gui.sheet.view_parts import IdDelegate, RowHighlight, StatusDelegate, ViewState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bindtool.i18n.catalogue import Texts

_LEAST_HEIGHT = 30
_AROUND_LETTERS = 12
_ICON = 16

_RETURNS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_CTRL = Qt.KeyboardModifier.ControlModifier
_ENDS = frozenset({Qt.Key.Key_Home, Qt.Key.Key_End})
_PLAIN = frozenset({Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier})
_Hint = QAbstractItemDelegate.EndEditHint
_STEPS = {
    _Hint.SubmitModelCache: {"down": 1},
    _Hint.EditNextItem: {"right": 1},
    _Hint.EditPreviousItem: {"right": -1},
}
_WITHOUT_NEXT = {_Hint.EditNextItem: _Hint.NoHint, _Hint.EditPreviousItem: _Hint.NoHint}
"""Qt would open the next cell's editor, and that of a status too, which has none."""


class SheetTableView(QTableView):
    """The table of devices; `sheet_model` is what is in it.

    Signals:
        pasted(text): a list came from the clipboard.
        written(Written): cells are to be pasted over or emptied.
        copied(n): n cells are on the clipboard now.
        refused(error): what was copied can't be pasted there (`BindtoolError`).
        files_dropped(paths): a list of `Path`.
        dropped(text, html): cells or lines from another program; `html` "" for none.
        delete_requested(): the selected rows are to go.
        emptied(bool): the sheet has no rows any more, or some again.
    """

    pasted = Signal(str)
    written = Signal(object)
    copied = Signal(int)
    refused = Signal(object)
    files_dropped = Signal(list)
    dropped = Signal(str, str)
    delete_requested = Signal()
    emptied = Signal(bool)

    def __init__(self, texts: Texts, model: SheetTableModel) -> None:
        super().__init__()
        self.setViewport(_viewport())
        self._texts = texts
        self.sheet_model = model
        self.setModel(model)
        self.setAccessibleName(texts("table.name"))
        self.setItemDelegateForColumn(Column.DEVICE_ID, IdDelegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setAcceptDrops(True)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._set_height()
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        self.setItemDelegateForColumn(Column.STATUS, StatusDelegate(texts, self))
        self.sorting = SortHeader(self, model)
        self.columns = TableColumns(self, model, texts)
        self._view_state = ViewState(self, model)
        self._follows = False
        # Of what moves the bar, this is what a hand does: wheel, drag and keys, and not what the program does.
        self.verticalScrollBar().actionTriggered.connect(self.stop_following)
        self.selectionModel().currentChanged.connect(self.stop_following)
        for others in (model.narrowed, model.ordered):
            others.connect(self.stop_following)
        self._empty = ""
        self._behind = QTimer(self, singleShot=True, interval=BEHIND)
        self._behind.timeout.connect(self._draw)
        self.is_empty = not len(model.sheet)
        """Whether the sheet has no rows; not where something else is to be said of that."""
        model.modelReset.connect(self._see_whether_empty)
        # The model's own signals of rows come while the sheet still has those that go.
        model.refreshed.connect(self._see_whether_empty)
        self._flash = RowHighlight(self)
        self._flash.valueChanged.connect(lambda _strength: self.viewport().update())
        self.clicked.connect(self._tick)
        self._acts = {
            QKeySequence.StandardKey.Copy: self.copy,
            QKeySequence.StandardKey.Cut: self.cut,
            QKeySequence.StandardKey.Paste: self.paste,
            QKeySequence.StandardKey.Delete: self.remove,
        }

    @property
    def editing(self) -> bool:
        """Whether a cell is being typed in."""
        return self.state() is QAbstractItemView.State.EditingState

    def selected_numbers(self) -> list[int]:
        """Return the numbers of the rows that have a selected cell, ascending."""
        return sorted(map(self.sheet_model.number_at, self._selected().rows))

    def why_empty(self) -> Message | None:
        """Say that the sheet has no rows, where that is so."""
        return None if len(self.sheet_model.sheet) else Message.of("nothing.on_sheet")

    def why_none_selected(self) -> Message | None:
        """Say that no row is selected, where that is so."""
        return None if self.selected_numbers() else Message.of("nothing.selected")

    def point_at(self, number: int) -> None:
        """Go to the row `number` and let it light up; what somebody has narrowed or types in stays so."""
        if self.sheet_model.has(number):
            # The cursor would leave the cell, and what is typed on go into the id of that row.
            if not self.editing:
                self.select([number])
            self._flash.highlight(number)

    def look_at(self, number: int) -> None:
        """Bring the row `number` into view and let it light up; nothing is selected, narrowed or sorted anew."""
        if self.sheet_model.has(number):
            self._view_state.look_at(self.sheet_model.row_of(number))
            self._flash.highlight(number)

    def begin_to_follow(self) -> None:
        """Let `follow` scroll, until a person scrolls, moves the cursor, or sees other rows or another order."""
        self._follows = True

    def stop_following(self) -> None:
        """Let the rows in view stay, whatever `follow` is told."""
        self._follows = False

    def follow(self, number: int) -> None:
        """Bring a row to the middle, if rows are followed."""
        if self._follows and self.sheet_model.has(number):
            index = self.sheet_model.index(self.sheet_model.row_of(number), Column.DEVICE_ID)
            self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)

    @property
    def highlighted(self) -> int | None:
        """The number of the row that is lit up just now."""
        return self._flash.number

    def select(self, numbers: Sequence[int]) -> None:
        """Select the rows `numbers` alone and bring the first into view; a hidden one has all shown again."""
        if not all(map(self.sheet_model.has, numbers)):
            self.sheet_model.narrow(EVERY_ROW)
        rows = QItemSelection()
        for index in (
            self.sheet_model.index(self.sheet_model.row_of(number), Column.DEVICE_ID) for number in numbers
        ):
            rows.select(index, index)
        if rows.isEmpty():
            return
        # Named, since Qt would add to the selection while Ctrl is held down for Ctrl+E.
        alone = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        first = rows.indexes()[0]
        self.selectionModel().setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)
        self.selectionModel().select(rows, alone)
        self.scrollTo(first)

    def say_when_empty(self, words: str) -> None:
        """Say this where no row is shown; "": as ever."""
        self._empty = words
        self._see_whether_empty()
        self.viewport().update()

    def _see_whether_empty(self) -> None:
        empty = not (self._empty or len(self.sheet_model.sheet))
        if empty is not self.is_empty:
            self.is_empty = empty
            self.emptied.emit(empty)

    def copy(self) -> None:
        """Put the selected cells on the clipboard, as a spreadsheet would."""
        selected = self._selected()
        if selected.cells:
            QGuiApplication.clipboard().setMimeData(clipboard_blocks.to_clipboard(self.sheet_model, selected))
            self.copied.emit(len(selected.cells))

    def cut(self) -> None:
        """Copy the selected cells and take them away: emptied, or with their rows."""
        self.copy()
        self.remove()

    def paste(self) -> None:
        """Take what is on the clipboard: into the selected cells, or as a list."""
        text, ours = clipboard_blocks.from_clipboard(QGuiApplication.clipboard().mimeData())
        try:
            written = clipboard_blocks.written(self.sheet_model, self._selected(), text, ours=ours)
        except BindtoolError as error:
            self.refused.emit(error)
            return
        if written is None:
            self.pasted.emit(text)
        else:
            self.written.emit(written)

    def remove(self) -> None:
        """Empty the selected labels; where anything else is selected, its rows are to go."""
        selected = self._selected()
        if selected.can_be_emptied:
            self.written.emit(clipboard_blocks.emptied(self.sheet_model, selected))
        else:
            self.delete_requested.emit()

    def _selected(self) -> Selected:
        return Selected.of(self.selectionModel().selection(), self.columns.shown)

    def dataChanged(
        self,
        top_left: QModelIndex | QPersistentModelIndex,
        bottom_right: QModelIndex | QPersistentModelIndex,
        roles: Sequence[int] = (),
    ) -> None:
        """Draw rows that can be seen; Qt would draw the whole table for one that can't."""
        first, last = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        if top_left.row() <= (last if last >= 0 else self.sheet_model.rowCount()) and first <= bottom_right.row():
            super().dataChanged(top_left, bottom_right, roles)

    def rowsAboutToBeRemoved(self, parent: QModelIndex | QPersistentModelIndex, start: int, end: int) -> None:
        """Remember where the cursor is before Qt moves it."""
        self._view_state.note_removal(start, end)
        super().rowsAboutToBeRemoved(parent, start, end)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Select the cell to which Tab leads: what is done with a row is done with the selected ones."""
        super().focusInEvent(event)
        by_tab = event.reason() in {Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason}
        if by_tab and self.currentIndex().isValid() and not self.selectedIndexes():
            self.setCurrentIndex(self.currentIndex())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for a row's menu: where the mouse is, or for the keyboard's key where the cursor is."""
        # Qt's own place for the key is the viewport's up to 6.10 and the table's, with the header, from 6.11 on.
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        place = self.visualRect(self.currentIndex()).center() if by_key else event.pos()
        self.customContextMenuRequested.emit(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the clipboard's keys, Delete and Return; the rest is the table's."""
        for key, act in self._acts.items():
            if event.matches(key):
                act()
                return
        plain = event.modifiers() in _PLAIN
        if plain and event.key() in _RETURNS and not self.editing:
            self._move_on(down=1)
        else:
            super().keyPressEvent(event)

    def selectionCommand(
        self, index: QModelIndex | QPersistentModelIndex, event: QEvent | None = None
    ) -> QItemSelectionModel.SelectionFlag:
        """Select the first or last cell that Ctrl+Home or Ctrl+End goes to; Qt would leave the selection behind."""
        if isinstance(event, QKeyEvent) and event.key() in _ENDS and event.modifiers() == _CTRL:
            return QItemSelectionModel.SelectionFlag.ClearAndSelect
        return super().selectionCommand(index, event)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        """Move on after a cell was edited: Return downwards, Tab to the next id or label."""
        # In a narrowed table the row may be gone by what was typed, its editor with it; the next one is there now.
        gone = editor.isHidden()
        super().closeEditor(editor, _WITHOUT_NEXT.get(hint, hint))
        if hint in _STEPS and gone:
            self.setFocus()
        elif hint in _STEPS:
            self._move_on(**_STEPS[hint])

    def _move_on(self, down: int = 0, right: int = 0) -> None:
        """Make another cell current; behind the label comes the next row's id. At the edge it stays."""
        index = self.currentIndex()
        row, column = index.row() + down, index.column()
        if right:
            editable = [one for one in self.columns.shown if one in EDITABLE]
            place = editable.index(Column(column)) + right
            row += 0 if 0 <= place < len(editable) else right
            column = editable[place % len(editable)]
        if 0 <= row < self.sheet_model.rowCount():
            self.setCurrentIndex(self.sheet_model.index(row, column))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files from this computer, and what was marked in another program; an address is neither."""
        if _paths(event.mimeData()) or _is_text(event.mimeData()):
            # Named: a spreadsheet would cut out what is moved.
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Take it wherever it is held over the table."""
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand on what was dropped."""
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        paths = _paths(event.mimeData())
        if paths:
            self.files_dropped.emit(paths)
        else:
            self.dropped.emit(event.mimeData().text(), event.mimeData().html())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ignore a second click on a status: where held rows alone are shown, another one stands there by now."""
        if self.columnAt(event.position().toPoint().x()) == Column.STATUS:
            event.accept()
        else:
            super().mouseDoubleClickEvent(event)

    def _tick(self, index: QModelIndex) -> None:
        """A click anywhere beside the small box ticks it too; one that selects several rows does not."""
        if QGuiApplication.keyboardModifiers() == Qt.KeyboardModifier.NoModifier:
            self.sheet_model.setData(index, Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)

    def changeEvent(self, event: QEvent) -> None:
        """Have rows as high as their letters need."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._set_height()

    def _set_height(self) -> None:
        height = max(_LEAST_HEIGHT, self.fontMetrics().height() + _AROUND_LETTERS)
        self.verticalHeader().setDefaultSectionSize(height)
        self.setIconSize(QSize(theme.scaled(_ICON), theme.scaled(_ICON)))

    def rowsInserted(self, parent: QModelIndex | QPersistentModelIndex, first: int, last: int) -> None:
        """Have new rows drawn once the disk has them: drawn before, a scan's sound would wait for that."""
        super().rowsInserted(parent, first, last)
        if not self._behind.isActive():
            self.viewport().setUpdatesEnabled(False)
            self._behind.start()

    def _draw(self) -> None:
        self.viewport().setUpdatesEnabled(True)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Light up a row, and say why none is shown."""
        super().paintEvent(event)
        if self.highlighted is not None and self.sheet_model.has(self.highlighted):
            top = self.rowViewportPosition(self.sheet_model.row_of(self.highlighted))
            self._flash.paint(self.viewport(), QRect(0, top, self.viewport().width(), self.rowHeight(0)))
        if self.sheet_model.rowCount() == 0 and not self.is_empty:
            painter = QPainter(self.viewport())
            painter.setPen(self.palette().placeholderText().color())
            painter.drawText(
                self.viewport().rect(),
                Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap,
                self._empty or self._texts("table.none_found"),
            )


def _viewport() -> QWidget:
    """Make what Qt makes for a table by itself.

    Python knows its class: to find that of Qt's own, it would have to make every class of widget that Qt has.
    """
    made = QWidget()
    made.setObjectName("qt_scrollarea_viewport")
    made.setBackgroundRole(QPalette.ColorRole.Base)
    made.setAutoFillBackground(True)
    return made


def _paths(data: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def _is_text(data: QMimeData) -> bool:
    return data.hasText() and not data.hasUrls()
