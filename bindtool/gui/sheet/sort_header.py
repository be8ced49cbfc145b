"""The head of the table as what sorts it: a click, or a key, goes up, down, and back to the order of arrival.

Owns that turn and the arrow. Sorting is the model's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSignalBlocker, Qt

from bindtool.core.sheet_view.sorting import ARRIVAL
from bindtool.gui.sheet.table_model import Column

if TYPE_CHECKING:
    from PySide6.QtWidgets import QTableView

    from bindtool.gui.sheet.table_model import SheetModel


class SortHeader(QObject):
    """Sorts a table by its head."""

    def __init__(self, table: QTableView, model: SheetModel) -> None:
        super().__init__(table)
        self._table = table
        self._model = model
        self._header = table.horizontalHeader()
        self._header.setSortIndicatorClearable(True)
        self._header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        table.setSortingEnabled(True)
        model.ordered.connect(self._follow)

    def turn(self) -> None:
        """Sort by the column that the cursor is in, the id's without one, as a click on its head would."""
        current = self._table.currentIndex()
        column = current.column() if current.isValid() else Column.DEVICE_ID
        order = self._model.order
        sorted_by_it = order != ARRIVAL and order.by == Column(column).name.lower()
        if not sorted_by_it:
            self._header.setSortIndicator(column, Qt.SortOrder.AscendingOrder)
        elif not order.descending:
            self._header.setSortIndicator(column, Qt.SortOrder.DescendingOrder)
        else:
            self._header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)

    def _follow(self) -> None:
        """Show by what the model is sorted, whoever has asked for it."""
        order = self._model.order
        column = -1 if order == ARRIVAL else Column[order.by.name]
        way = Qt.SortOrder.DescendingOrder if order.descending else Qt.SortOrder.AscendingOrder
        with QSignalBlocker(self._header):
            self._header.setSortIndicator(column, Qt.SortOrder.AscendingOrder if column < 0 else way)
