"""The sheet as Qt's tables see it: newest row on top, each cell in words, two columns to edit.

Owns the mapping between rows of a view and numbers of a sheet. It changes nothing by itself: an edit is told as a
signal, and `refresh` draws what has become of the sheet. Which edits are allowed is for `sheet_desk`.
"""

from __future__ import annotations

from bisect import bisect_left
from enum import IntEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QBrush, QGuiApplication

from bindtool.core.row_filter import EVERY_ROW
from bindtool.core.sheet import Sheet
from bindtool.gui import look
from bindtool.gui.icons import Mark
from bindtool.gui.parts.arrived_tip import arrived_tip
from bindtool.gui.soon import Soon
from bindtool.wording import row_message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from bindtool.core.row import Row
    from bindtool.core.row_filter import RowFilter
    from bindtool.gui.icons import Icons
    from bindtool.texts import Texts

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
_MANY = 64
"""Separate pieces after which one big repaint is cheaper than many small ones."""


class Column(IntEnum):
    """The columns in their order; names in the catalogue under `column.<name>`."""

    NUMBER = 0
    DEVICE_ID = 1
    LABEL = 2
    STATUS = 3
    MESSAGE = 4
    LOG_ID = 5
    TIME = 6


EDITABLE = frozenset({Column.DEVICE_ID, Column.LABEL})

_ANSWERED = frozenset(
    {
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.EditRole,
        Qt.ItemDataRole.ToolTipRole,
        Qt.ItemDataRole.DecorationRole,
        Qt.ItemDataRole.ForegroundRole,
        Qt.ItemDataRole.TextAlignmentRole,
        Qt.ItemDataRole.CheckStateRole,
    }
)
"""Qt asks for seven roles of each cell that it draws; half of them have no answer here."""

_ALONE: Mapping[int, int] = {
    Qt.ItemDataRole.DecorationRole: Column.STATUS,
    Qt.ItemDataRole.ForegroundRole: Column.STATUS,
    Qt.ItemDataRole.CheckStateRole: Column.STATUS,
    Qt.ItemDataRole.TextAlignmentRole: Column.NUMBER,
}
"""Roles that one column answers: a scan draws all rows in sight anew, and no other has to be looked at."""


class SheetModel(QAbstractTableModel):
    """A table model over a `Sheet`.

    Signals:
        edited(number, column, text): a person has typed into a cell.
        ticked(number): a person lets a held row go.
        narrowed(): other rows are wanted now.
    """

    edited = Signal(int, int, str)
    ticked = Signal(int)
    narrowed = Signal()

    def __init__(self, texts: Texts, icons: Icons) -> None:
        super().__init__()
        self._texts = texts
        self._icons = icons
        self._sheet = Sheet()
        self._numbers: list[int] = []
        self._filter = EVERY_ROW
        self._sharing: Callable[[int], str] = lambda _: ""
        self._stale: set[int] = set()
        self._redraw = Soon(self, self._repaint_stale)

    def show(self, sheet: Sheet) -> None:
        """Show another sheet."""
        self.beginResetModel()
        self._sheet = sheet
        self._numbers = [row.number for row in sheet if self._wants(row.number)]
        self.endResetModel()

    @property
    def filter(self) -> RowFilter:
        """Which rows are shown."""
        return self._filter

    def narrow(self, wanted: RowFilter) -> None:
        """Show only the rows that are wanted; `EVERY_ROW` shows all."""
        if wanted != self._filter:
            self._filter = wanted
            self.show(self._sheet)
            self.narrowed.emit()

    def explain_log_ids(self, sharing: Callable[[int], str]) -> None:
        """Have it said in a tool tip whose the log id of a row is; `sharing` says so for a number, or ""."""
        self._sharing = sharing

    def refresh(self, changed: Iterable[int]) -> None:
        """Draw what has become of the rows `changed`: new ones, gone ones and those that look different."""
        numbers = set(changed)
        gone = [number for number in numbers if not self._wants(number) and self.has(number)]
        new = sorted(number for number in numbers if self._wants(number) and not self.has(number))
        if gone or (new and self._numbers and new[0] < self._numbers[-1]):
            self.show(self._sheet)
            return
        if new:
            self.beginInsertRows(_NO_PARENT, 0, len(new) - 1)
            self._numbers.extend(new)
            self.endInsertRows()
        self._repaint(filter(self.has, numbers.difference(new)))

    def refresh_soon(self, changed: Iterable[int]) -> None:
        """Draw within a moment what has become of rows that are there already; a run changes them all the time."""
        self._stale.update(changed)
        self._redraw.ask()

    def number_at(self, row: int) -> int:
        """Return the number of the sheet's row that stands at `row` of the view."""
        return self._numbers[len(self._numbers) - 1 - row]

    def row_of(self, number: int) -> int:
        """Return where the sheet's row `number` stands in the view."""
        return len(self._numbers) - 1 - bisect_left(self._numbers, number)

    def has(self, number: int) -> bool:
        """Tell whether the row `number` is shown."""
        at = bisect_left(self._numbers, number)
        return at < len(self._numbers) and self._numbers[at] == number

    def row(self, view_row: int) -> Row:
        """Return the sheet's row at `view_row` of the view."""
        return self._sheet[self.number_at(view_row)]

    # What Qt asks

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        """Return the number of rows."""
        return 0 if parent.isValid() else len(self._numbers)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        """Return the number of columns."""
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the name of a column."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole and section == Column.NUMBER:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return (
            self._texts(f"column.{Column(section).name.lower()}") if role == Qt.ItemDataRole.DisplayRole else None
        )

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Ids and labels can be edited, unless a run has the row; a held row can be ticked."""
        flags = super().flags(index)
        if index.isValid() and index.column() == Column.STATUS and self._is_held(self.row(index.row())):
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        editable = index.isValid() and index.column() in EDITABLE
        if editable and not self._sheet.is_taken(self.number_at(index.row())):
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Tell that a cell was edited or ticked; whoever listens changes the sheet."""
        if role == Qt.ItemDataRole.CheckStateRole:
            return self._tick(index)
        if role != Qt.ItemDataRole.EditRole or value == self.data(index, role):
            return False
        self.edited.emit(self.number_at(index.row()), index.column(), str(value))
        return True

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        if role not in _ANSWERED or not index.isValid() or _ALONE.get(role, index.column()) != index.column():
            return None
        row = self.row(index.row())
        column = Column(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.EditRole:
                return self._text(row, column)
            case Qt.ItemDataRole.ToolTipRole:
                return self._tool_tip(row, column)
            case Qt.ItemDataRole.DecorationRole:
                return self._icons.icon(self._mark(row), QGuiApplication.palette())
            case Qt.ItemDataRole.ForegroundRole:
                return QBrush(look.ink(self._mark(row).tone, QGuiApplication.palette()))
            case Qt.ItemDataRole.CheckStateRole:
                return Qt.CheckState.Unchecked if self._is_held(row) else None
            case _:
                return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter

    def state_words(self, number: int) -> str:
        """Return the words for the state of a row."""
        return self._texts(f"state.{self._mark(self._sheet[number])}")

    def _wants(self, number: int) -> bool:
        if number not in self._sheet:
            return False
        if self._filter is EVERY_ROW:
            return True
        return self._filter.wants(self._sheet[number], self._sheet.standing(number))

    def _is_held(self, row: Row) -> bool:
        return self._sheet.standing(row.number).held

    def _tick(self, index: Index) -> bool:
        held = index.column() == Column.STATUS and self._is_held(self.row(index.row()))
        if held:
            self.ticked.emit(self.number_at(index.row()))
        return held

    def _mark(self, row: Row) -> Mark:
        standing = self._sheet.standing(row.number)
        return Mark.of(standing.state, held=standing.held)

    def _text(self, row: Row, column: Column) -> str:
        match column:
            case Column.NUMBER:
                return str(row.number)
            case Column.DEVICE_ID:
                return row.device_id
            case Column.LABEL:
                return row.label
            case Column.STATUS:
                return self.state_words(row.number)
            case Column.MESSAGE:
                return row_message(self._texts, row, self._sheet.standing(row.number))
            case Column.LOG_ID:
                return row.outcome.answer.log_id if row.outcome.answer else ""
            case _:
                return f"{row.outcome.answer.time:%H:%M:%S}" if row.outcome.answer else ""

    def _tool_tip(self, row: Row, column: Column) -> str:
        match column:
            case Column.STATUS:
                # The reason of a held row has no room beside it in a small window.
                reason = self._text(row, Column.MESSAGE) if self._is_held(row) else ""
                return "\n".join(filter(None, [reason, self._texts(f"state.{self._mark(row)}.do")]))
            case Column.DEVICE_ID:
                return arrived_tip(self._texts, row)
            case Column.LOG_ID:
                return "\n".join(filter(None, [self._text(row, column), self._sharing(row.number)]))
            case _:
                return self._text(row, column)

    def _repaint_stale(self) -> None:
        stale, self._stale = self._stale, set()
        self.refresh(stale)

    def _repaint(self, numbers: Iterable[int]) -> None:
        rows = sorted(self.row_of(number) for number in numbers)
        pieces = list(_runs(rows))
        if len(pieces) > _MANY:
            pieces = [(rows[0], rows[-1])]
        for first, last in pieces:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(Column) - 1))


def _runs(rows: list[int]) -> Iterator[tuple[int, int]]:
    """Yield the unbroken runs of ascending numbers as first and last."""
    if not rows:
        return
    first = rows[0]
    for row, following in pairwise([*rows, rows[-1] + 2]):
        if following != row + 1:
            yield first, row
            first = following
