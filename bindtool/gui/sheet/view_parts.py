"""Helpers of the table: the editor for ids, a row that is highlighted for a moment, the header that sorts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEasingCurve, QObject, QSignalBlocker, Qt, QVariantAnimation
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate

from bindtool.core.sheet_view.sorting import ARRIVAL, Column
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import Tone
from bindtool.gui.common.util.no_input_method import disable_input_method

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect
    from PySide6.QtWidgets import QStyleOptionViewItem, QTableView, QWidget

    from bindtool.gui.sheet.table_model import SheetTableModel


class IdDelegate(QStyledItemDelegate):
    """An editor for ids, which an input method must not touch; labels keep theirs."""

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        """Return a line into which keys come as they are."""
        editor = super().createEditor(parent, option, index)
        disable_input_method(editor)
        return editor


_MOMENT = 1200
_STRENGTH = 1.0


class RowHighlight(QVariantAnimation):
    """Highlights a row, by its number, with a colour that fades."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._number = 0
        self.setDuration(_MOMENT)
        self.setStartValue(_STRENGTH)
        self.setEndValue(0.0)
        self.setEasingCurve(QEasingCurve.Type.InQuad)

    @property
    def number(self) -> int | None:
        """The number of the row that is lit just now."""
        return self._number if self.state() is QVariantAnimation.State.Running else None

    def highlight(self, number: int) -> None:
        """Highlight a row."""
        self._number = number
        self.stop()
        self.start()

    def paint(self, on: QWidget, place: QRect) -> None:
        """Draw the highlight over a row so that its text stays readable on light and dark backgrounds."""
        mode = QPainter.CompositionMode
        colour = theme.flash(Tone.UNSURE, on.palette())
        colour.setAlphaF(self.currentValue())
        painter = QPainter(on)
        dark = theme.is_dark(on.palette())
        painter.setCompositionMode(mode.CompositionMode_Screen if dark else mode.CompositionMode_Multiply)
        painter.fillRect(place, colour)


class SortHeader(QObject):
    """Sorts a table by its head."""

    def __init__(self, table: QTableView, model: SheetTableModel) -> None:
        super().__init__(table)
        self._table = table
        self._model = model
        self._header = table.horizontalHeader()
        self._header.setSortIndicatorClearable(True)
        # Before sorting begins, which would take an order from the header that the model does not have.
        self._follow()
        table.setSortingEnabled(True)
        model.ordered.connect(self._follow)

    def turn(self) -> None:
        """Sort by the column that the cursor is in, the id's without one, as a click on its head would."""
        current = self._table.currentIndex()
        column = current.column() if current.isValid() else Column.DEVICE_ID
        order = self._model.order
        sorted_by_it = order != ARRIVAL and order.by == column
        if not sorted_by_it:
            self._header.setSortIndicator(column, Qt.SortOrder.AscendingOrder)
        elif not order.descending:
            self._header.setSortIndicator(column, Qt.SortOrder.DescendingOrder)
        else:
            self._header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)

    def _follow(self) -> None:
        """Show by what the model is sorted, whoever has asked for it."""
        order = self._model.order
        column = -1 if order == ARRIVAL else order.by
        way = Qt.SortOrder.DescendingOrder if order.descending else Qt.SortOrder.AscendingOrder
        with QSignalBlocker(self._header):
            self._header.setSortIndicator(column, Qt.SortOrder.AscendingOrder if column < 0 else way)
