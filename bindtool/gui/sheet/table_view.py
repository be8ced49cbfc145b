"""The table of devices: keys, clipboard, drops, and the text shown when there are no rows.

Handles the table's use; `table_model` has its content, `empty_sheet` that of an empty sheet, and `document` carries
out the edits.
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
"""Without these, Qt would open the next cell's editor, even a status cell's, which has none."""


class SheetTableView(QTableView):
    """The table of devices; `sheet_model` is its model.

    Signals:
        pasted(text): a list was pasted.
        written(Written): asks to paste over cells or empty them.
        copied(n): n cells were copied.
        refused(error): the clipboard's content can't be pasted there (`BindtoolError`).
        files_dropped(paths): files were dropped; a list of `Path`.
        dropped(text, html): cells or lines were dropped from another program; `html` "" for none.
        delete_requested(): asks to delete the selected rows.
        emptied(bool): `is_empty` has changed.
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
        # This signal is emitted for the user's scrolling only: wheel, drag and keys, but not for the program's.
        self.verticalScrollBar().actionTriggered.connect(self.stop_following)
        self.selectionModel().currentChanged.connect(self.stop_following)
        for others in (model.narrowed, model.ordered):
            others.connect(self.stop_following)
        self._empty = ""
        self._behind = QTimer(self, singleShot=True, interval=BEHIND)
        self._behind.timeout.connect(self._draw)
        self.is_empty = not len(model.sheet)
        """Whether the sheet has no rows; False while another text is shown in their place."""
        model.modelReset.connect(self._see_whether_empty)
        # The model's own signals of removals come while the sheet still has the rows.
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
        """Whether a cell is being edited."""
        return self.state() is QAbstractItemView.State.EditingState

    def selected_numbers(self) -> list[int]:
        """Return the numbers of the rows that have a selected cell, ascending."""
        return sorted(map(self.sheet_model.number_at, self._selected().rows))

    def why_empty(self) -> Message | None:
        """Return the message that the sheet has no rows; None if it has some."""
        return None if len(self.sheet_model.sheet) else Message.of("nothing.on_sheet")

    def why_none_selected(self) -> Message | None:
        """Return the message that no row is selected; None if one is."""
        return None if self.selected_numbers() else Message.of("nothing.selected")

    def point_at(self, number: int) -> None:
        """Go to the row `number` and highlight it; keeps the filter and an open editor."""
        if self.sheet_model.has(number):
            # Selecting would move the cursor, and the rest of the typed text would go into the id of that row.
            if not self.editing:
                self.select([number])
            self._flash.highlight(number)

    def look_at(self, number: int) -> None:
        """Scroll to the row `number` and highlight it; keeps selection, filter and sort order."""
        if self.sheet_model.has(number):
            self._view_state.look_at(self.sheet_model.row_of(number))
            self._flash.highlight(number)

    def begin_to_follow(self) -> None:
        """Let `follow` scroll, until the user scrolls, moves the cursor, filters or sorts."""
        self._follows = True

    def stop_following(self) -> None:
        """Keep the visible rows in place: ignore later calls of `follow`."""
        self._follows = False

    def follow(self, number: int) -> None:
        """Scroll a row to the middle, if rows are being followed."""
        if self._follows and self.sheet_model.has(number):
            index = self.sheet_model.index(self.sheet_model.row_of(number), Column.DEVICE_ID)
            self.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)

    @property
    def highlighted(self) -> int | None:
        """The number of the highlighted row."""
        return self._flash.number

    def select(self, numbers: Sequence[int]) -> None:
        """Select only the rows `numbers`, and scroll to the first; if one is hidden, show all rows."""
        if not all(map(self.sheet_model.has, numbers)):
            self.sheet_model.narrow(EVERY_ROW)
        rows = QItemSelection()
        for index in (
            self.sheet_model.index(self.sheet_model.row_of(number), Column.DEVICE_ID) for number in numbers
        ):
            rows.select(index, index)
        if rows.isEmpty():
            return
        # Explicit flags, since Qt would add to the selection while Ctrl is held down for Ctrl+E.
        alone = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        first = rows.indexes()[0]
        self.selectionModel().setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)
        self.selectionModel().select(rows, alone)
        self.scrollTo(first)

    def say_when_empty(self, words: str) -> None:
        """Set the text shown when there are no rows; "": the default."""
        self._empty = words
        self._see_whether_empty()
        self.viewport().update()

    def _see_whether_empty(self) -> None:
        empty = not (self._empty or len(self.sheet_model.sheet))
        if empty is not self.is_empty:
            self.is_empty = empty
            self.emptied.emit(empty)

    def copy(self) -> None:
        """Copy the selected cells in a spreadsheet's format."""
        selected = self._selected()
        if selected.cells:
            QGuiApplication.clipboard().setMimeData(clipboard_blocks.to_clipboard(self.sheet_model, selected))
            self.copied.emit(len(selected.cells))

    def cut(self) -> None:
        """Copy the selected cells, then empty them, or delete their rows."""
        self.copy()
        self.remove()

    def paste(self) -> None:
        """Paste the clipboard into the selected cells, or as a list."""
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
        """Empty the selected labels; if any other cell is selected, ask to delete the rows."""
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
        """Redraw only visible rows; Qt would redraw the whole table for a hidden one."""
        first, last = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        if top_left.row() <= (last if last >= 0 else self.sheet_model.rowCount()) and first <= bottom_right.row():
            super().dataChanged(top_left, bottom_right, roles)

    def rowsAboutToBeRemoved(self, parent: QModelIndex | QPersistentModelIndex, start: int, end: int) -> None:
        """Remember the cursor's position before Qt moves it."""
        self._view_state.note_removal(start, end)
        super().rowsAboutToBeRemoved(parent, start, end)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Select the cell focused by Tab: actions on rows apply to the selected ones."""
        super().focusInEvent(event)
        by_tab = event.reason() in {Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason}
        if by_tab and self.currentIndex().isValid() and not self.selectedIndexes():
            self.setCurrentIndex(self.currentIndex())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Request a row's menu: at the mouse, or for the menu key at the cursor."""
        # For the menu key, Qt's position is relative to the viewport up to 6.10, and to the table with its header
        # from 6.11.
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        place = self.visualRect(self.currentIndex()).center() if by_key else event.pos()
        self.customContextMenuRequested.emit(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Handle the clipboard's shortcuts, Delete and Return; leave the rest to the table."""
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
        """Select the first or last cell on Ctrl+Home or Ctrl+End; Qt would leave the selection behind."""
        if isinstance(event, QKeyEvent) and event.key() in _ENDS and event.modifiers() == _CTRL:
            return QItemSelectionModel.SelectionFlag.ClearAndSelect
        return super().selectionCommand(index, event)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        """Move on after editing a cell: Return moves down, Tab to the next id or label."""
        # In a filtered table the edit may have hidden the row, with its editor; the next row is there now.
        gone = editor.isHidden()
        super().closeEditor(editor, _WITHOUT_NEXT.get(hint, hint))
        if hint in _STEPS and gone:
            self.setFocus()
        elif hint in _STEPS:
            self._move_on(**_STEPS[hint])

    def _move_on(self, down: int = 0, right: int = 0) -> None:
        """Make another cell current; the next row's id follows the label. At the edge it stays."""
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
        """Accept local files, and a selection from another program; a URL is neither."""
        if _paths(event.mimeData()) or _is_text(event.mimeData()):
            # Set explicitly: for a move, a spreadsheet would cut the cells.
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Accept it anywhere above the table."""
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        """Pass on the dropped data."""
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        paths = _paths(event.mimeData())
        if paths:
            self.files_dropped.emit(paths)
        else:
            self.dropped.emit(event.mimeData().text(), event.mimeData().html())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ignore the second click on a status: if only held rows are shown, another row is there by now."""
        if self.columnAt(event.position().toPoint().x()) == Column.STATUS:
            event.accept()
        else:
            super().mouseDoubleClickEvent(event)

    def _tick(self, index: QModelIndex) -> None:
        """Include the row on a click anywhere in the cell, as on the small box; not on a click that selects several
        rows.
        """
        if QGuiApplication.keyboardModifiers() == Qt.KeyboardModifier.NoModifier:
            self.sheet_model.setData(index, Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)

    def changeEvent(self, event: QEvent) -> None:
        """Adapt the row height to the font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._set_height()

    def _set_height(self) -> None:
        height = max(_LEAST_HEIGHT, self.fontMetrics().height() + _AROUND_LETTERS)
        self.verticalHeader().setDefaultSectionSize(height)
        self.setIconSize(QSize(theme.scaled(_ICON), theme.scaled(_ICON)))

    def rowsInserted(self, parent: QModelIndex | QPersistentModelIndex, first: int, last: int) -> None:
        """Draw new rows only once they are saved: drawn before, they would delay a scan's sound."""
        super().rowsInserted(parent, first, last)
        if not self._behind.isActive():
            self.viewport().setUpdatesEnabled(False)
            self._behind.start()

    def _draw(self) -> None:
        self.viewport().setUpdatesEnabled(True)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint a row's highlight, and the text shown when there are no rows."""
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
    """Create the viewport that Qt would create by itself.

    Python knows this widget's class: to resolve that of Qt's own, it would have to create a wrapper for each widget
    class.
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
