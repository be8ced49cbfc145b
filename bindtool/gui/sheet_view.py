"""The table that people look at: keys, clipboard, dropped files, and what an empty sheet says.

Owns how the table is used, not what is in it (`sheet_model`) nor what comes of it (`sheet_desk`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QRect, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QPainter
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStyledItemDelegate, QTableView

from bindtool.core.row_filter import EVERY_ROW
from bindtool.gui.latin_input import latin_only
from bindtool.gui.row_flash import RowFlash
from bindtool.gui.sheet_model import Column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QModelIndex, QPersistentModelIndex
    from PySide6.QtGui import (
        QDragEnterEvent,
        QDragMoveEvent,
        QDropEvent,
        QFocusEvent,
        QKeyEvent,
        QPaintEvent,
        QResizeEvent,
    )
    from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

    from bindtool.gui.sheet_model import SheetModel
    from bindtool.texts import Texts

_WIDTHS = {
    Column.NUMBER: 64,
    Column.DEVICE_ID: 210,
    Column.LABEL: 190,
    Column.STATUS: 130,
    Column.MESSAGE: 320,
    Column.LOG_ID: 300,
    Column.TIME: 90,
}
_ROW_HEIGHT = 34
_LEAST_FOR_MESSAGES = 240
_LEAST_FOR_LOG_ID = 90
"""In a small window a log id is cut: it is copied, and whole in its tool tip; a reason has to be read."""


class _IdDelegate(QStyledItemDelegate):
    """An editor for ids, which an input method must not touch; labels keep theirs."""

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        editor = super().createEditor(parent, option, index)
        latin_only(editor)
        return editor


class SheetView(QTableView):
    """The table of devices.

    Signals:
        pasted(text): text came from the clipboard.
        files_dropped(paths): a list of `Path`.
        delete_wanted(): the selected rows are to go.
    """

    pasted = Signal(str)
    files_dropped = Signal(list)
    delete_wanted = Signal()

    def __init__(self, texts: Texts, model: SheetModel) -> None:
        super().__init__()
        self._texts = texts
        self._model = model
        self.setModel(model)
        self.setAccessibleName(texts("table.name"))
        self.setItemDelegateForColumn(Column.DEVICE_ID, _IdDelegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setAcceptDrops(True)
        self.setTabKeyNavigation(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, width)
        header.setSectionResizeMode(Column.MESSAGE, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(56)
        self._flash = RowFlash(self)
        self._flash.valueChanged.connect(lambda _strength: self.viewport().update())
        self.clicked.connect(self._tick)

    def selected_numbers(self) -> list[int]:
        """Return the numbers of the rows that have a selected cell, ascending."""
        return sorted({self._model.number_at(index.row()) for index in self.selectedIndexes()})

    def go_to(self, number: int) -> None:
        """Select the row `number` alone and bring it into view."""
        self.select([number])

    def point_at(self, number: int) -> None:
        """Go to the row `number` and let it light up."""
        self.go_to(number)
        self._flash.light(number)

    @property
    def lit(self) -> int | None:
        """The number of the row that is lit up just now."""
        return self._flash.number

    def select(self, numbers: Sequence[int]) -> None:
        """Select the rows `numbers` alone and bring the first into view; a hidden one has all shown again."""
        if not all(map(self._model.has, numbers)):
            self._model.narrow(EVERY_ROW)
        rows = QItemSelection()
        for index in (self._model.index(self._model.row_of(number), Column.DEVICE_ID) for number in numbers):
            rows.select(index, index)
        if rows.isEmpty():
            return
        # Named, since Qt would add to the selection while Ctrl is held down for Ctrl+E.
        alone = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        first = rows.indexes()[0]
        self.selectionModel().setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)
        self.selectionModel().select(rows, alone)
        self.scrollTo(first)

    def copy(self) -> None:
        """Put the selected cells on the clipboard, as a spreadsheet would."""
        cells: dict[int, dict[int, str]] = {}
        for index in self.selectedIndexes():
            cells.setdefault(index.row(), {})[index.column()] = str(index.data())
        lines = ["\t".join(text for _, text in sorted(row.items())) for _, row in sorted(cells.items())]
        if lines:
            QGuiApplication.clipboard().setText("\n".join(lines))

    def dataChanged(
        self,
        top_left: QModelIndex | QPersistentModelIndex,
        bottom_right: QModelIndex | QPersistentModelIndex,
        roles: Sequence[int] = (),
    ) -> None:
        """Draw rows that can be seen; Qt would draw the whole table for one that can't."""
        first, last = self.rowAt(0), self.rowAt(self.viewport().height() - 1)
        if top_left.row() <= (last if last >= 0 else self._model.rowCount()) and first <= bottom_right.row():
            super().dataChanged(top_left, bottom_right, roles)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Select the cell to which Tab leads: what is done with a row is done with the selected ones."""
        super().focusInEvent(event)
        by_tab = event.reason() in {Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason}
        if by_tab and self.currentIndex().isValid() and not self.selectedIndexes():
            self.setCurrentIndex(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the clipboard's keys and Delete; the rest is the table's."""
        if event.matches(QKeySequence.StandardKey.Paste):
            self.pasted.emit(QGuiApplication.clipboard().text())
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.matches(QKeySequence.StandardKey.Delete):
            self.delete_wanted.emit()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files from this computer."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Take files wherever they are held over the table."""
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand on the files that were dropped."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.files_dropped.emit(paths)

    def _tick(self, index: QModelIndex) -> None:
        """A click anywhere beside the small box ticks it too; one that selects several rows does not."""
        if QGuiApplication.keyboardModifiers() == Qt.KeyboardModifier.NoModifier:
            self._model.setData(index, Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave room for messages, which take what the others don't."""
        super().resizeEvent(event)
        others = sum(
            self.columnWidth(column) for column in _WIDTHS if column not in {Column.MESSAGE, Column.LOG_ID}
        )
        room = self.viewport().width() - others - _LEAST_FOR_MESSAGES
        width = max(_LEAST_FOR_LOG_ID, min(_WIDTHS[Column.LOG_ID], room))
        if width != self.columnWidth(Column.LOG_ID):
            self.setColumnWidth(Column.LOG_ID, width)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Light up a row, and say in an empty table what to do first."""
        super().paintEvent(event)
        if self.lit is not None and self._model.has(self.lit):
            top = self.visualRect(self._model.index(self._model.row_of(self.lit), 0)).top()
            self._flash.paint(self.viewport(), QRect(0, top, self.viewport().width(), _ROW_HEIGHT))
        if self._model.rowCount() == 0:
            painter = QPainter(self.viewport())
            painter.setPen(self.palette().placeholderText().color())
            painter.drawText(
                self.viewport().rect(),
                Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap,
                self._texts("table.empty"),
            )
