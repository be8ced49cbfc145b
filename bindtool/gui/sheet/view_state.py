"""Keeps selection, cursor and scroll position when the rows of the table are filtered or sorted anew.

Single rows that come, go or move are followed by Qt itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QObject

from bindtool.core.sheet_view.projection import runs
from bindtool.core.sheet_view.sorting import Column

if TYPE_CHECKING:
    from PySide6.QtWidgets import QTableView

    from bindtool.core.sheet.sheet import Sheet
    from bindtool.gui.sheet.table_model import SheetTableModel

_MOST_PIECES = 500
"""Separate pieces of a selection; Qt looks through all of them for each cell that it draws."""


@dataclass(frozen=True, slots=True)
class _Place:
    """`columns` and `numbers` are selected; the cursor is at `current`, so many rows below the top of the view."""

    sheet: Sheet
    numbers: tuple[int, ...]
    columns: tuple[int, ...]
    current: tuple[int, int] | None
    below_top: int | None


class ViewState(QObject):
    """Puts selection, cursor and the rows in sight back after the model's resets."""

    def __init__(self, table: QTableView, model: SheetTableModel) -> None:
        super().__init__(table)
        self._table = table
        self._model = model
        self._place: _Place | None = None
        self._in_sight = False
        self._looked_at = 0
        model.modelAboutToBeReset.connect(self._remember)
        model.modelReset.connect(self._restore)
        model.narrowed.connect(self._begin_at_top)
        model.ordered.connect(self._begin_at_top)
        model.rowsInserted.connect(self._follow_down)
        self._emptied: tuple[int, int] | None = None
        model.rowsRemoved.connect(self._go_on)

    def look_at(self, row: int) -> None:
        """Bring a row into view until the next ones come in; then their place is in view again."""
        bar = self._table.verticalScrollBar()
        before = bar.value()
        self._table.scrollTo(self._model.index(row, Column.DEVICE_ID))
        if not before:
            self._looked_at = bar.value()

    def _remember(self) -> None:
        model, index = self._model, self._table.currentIndex()
        selection = self._table.selectionModel().selection()
        ranges = [selection.at(at) for at in range(selection.count())]
        rows = [row for one in ranges for row in range(one.top(), one.bottom() + 1)]
        in_sight = index.isValid() and self._table.viewport().rect().intersects(self._table.visualRect(index))
        self._place = _Place(
            model.sheet,
            tuple(dict.fromkeys(map(model.number_at, rows))),
            tuple(sorted({column for one in ranges for column in range(one.left(), one.right() + 1)})),
            (model.number_at(index.row()), index.column()) if index.isValid() else None,
            index.row() - self._table.rowAt(0) if in_sight else None,
        )

    def _restore(self) -> None:
        place, self._place = self._place, None
        self._in_sight = False
        # The rows of another sheet have the same numbers.
        if place is None or place.sheet is not self._model.sheet:
            return
        self._select(place)
        if place.current is not None and self._model.has(place.current[0]):
            self._look_at(place, *place.current)

    def _select(self, place: _Place) -> None:
        model = self._model
        pieces = list(runs(sorted(model.row_of(number) for number in place.numbers if model.has(number))))
        if len(pieces) > _MOST_PIECES:
            return
        selection = QItemSelection()
        for first, last in pieces:
            # Columns that lie side by side for a person may lie apart in the model.
            for left, right in runs(list(place.columns)):
                selection.select(model.index(first, left), model.index(last, right))
        self._table.selectionModel().select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _look_at(self, place: _Place, number: int, column: int) -> None:
        row = self._model.row_of(number)
        index = self._model.index(row, column)
        # Qt would scroll to the cursor wherever it is.
        self._table.setAutoScroll(False)
        self._table.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        self._table.setAutoScroll(True)
        if place.below_top is not None:
            self._in_sight = True
            top = self._model.index(max(0, row - place.below_top), column)
            self._table.scrollTo(top, self._table.ScrollHint.PositionAtTop)

    def note_removal(self, first: int, last: int) -> None:
        """Note that rows are about to go; Qt moves the cursor away from them, and selects where it comes to."""
        index = self._table.currentIndex()
        self._emptied = (first, index.column()) if index.isValid() and first <= index.row() <= last else None

    def _go_on(self) -> None:
        """Leave the cursor where it was, on the row that stands there now; nothing is selected by itself."""
        if self._emptied is None:
            return
        row, column = self._emptied
        self._emptied = None
        self._table.clearSelection()
        index = self._model.index(min(row, self._model.rowCount() - 1), column)
        self._table.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)

    def _begin_at_top(self) -> None:
        """Scroll to the top after a new filter or order, where no row was selected."""
        if not self._in_sight:
            self._table.scrollToTop()

    def _follow_down(self, _parent: QModelIndex, first: int, last: int) -> None:
        """Rows that come in above what somebody has scrolled to leave it where it is."""
        top = self._table.verticalScrollBar().value()
        looked_at, self._looked_at = self._looked_at, 0
        if top and first <= top and top == looked_at:
            self._table.scrollToTop()
        elif top and first <= top:
            moved = self._model.index(top + last - first + 1, Column.DEVICE_ID)
            self._table.scrollTo(moved, self._table.ScrollHint.PositionAtTop)
