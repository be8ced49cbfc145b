"""The sheet as a Qt table model: the rows that pass the filter, sorted, with two editable columns.

`core.sheet_view.projection` decides the position of each row; the content of cells, text, icon and tool tips, is
decided here. The model changes no data: it signals edits, and `refresh` draws the sheet's changes. `document`
decides which edits are allowed.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QBrush, QGuiApplication

from bindtool.core.common.safe_text import escaped, evident, visible
from bindtool.core.sheet.sheet import Sheet
from bindtool.core.sheet_view.columns import Column
from bindtool.core.sheet_view.projection import Projection, runs
from bindtool.core.sheet_view.sorting import ARRIVAL, RowOrder, last_time
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.icons import Mark
from bindtool.gui.common.theme.theme import Tone
from bindtool.gui.common.util.throttle import Throttle
from bindtool.i18n.row_text import row_message, row_remedy, state_of, state_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from bindtool.core.model.row import Row
    from bindtool.core.sheet.status import RowStatus
    from bindtool.core.sheet_view.filters import RowFilter
    from bindtool.i18n.catalogue import Texts


_LONGEST = 600
_PICTURES = {code: 0x2400 + code for code in range(0x20) if code != ord("\n")} | {0x7F: 0x2421}
"""Unicode's symbols for control characters, GS1's separator among them."""


def arrived_tip(texts: Texts, row: Row) -> str:
    """Return the tool tip of a row's id, with invisible characters made visible."""
    tip = row.device_id
    arrived = row.arrived.strip(" \t\r\n")
    if arrived not in {"", row.device_id}:
        shown = arrived if len(arrived) <= _LONGEST else f"{arrived[:_LONGEST]}…"
        tip = "\n".join([tip, texts("cell.arrived", text=visible(shown.translate(_PICTURES)))])
    return visible(tip.translate(_PICTURES))


class RowFormatter:
    """Formats the cells of a sheet's rows.

    Args:
        texts: the catalogue.
    """

    def __init__(self, texts: Texts) -> None:
        self.sheet = Sheet()
        self.sharing: Callable[[int], str] = lambda _: ""
        """Returns whose a row's log id is, by row number; "" if unknown."""
        self._texts = texts
        self._words: dict[object, str] = {}

    def speak(self, texts: Texts) -> None:
        """Use another catalogue."""
        self._texts = texts
        self._words.clear()

    def is_held(self, row: Row) -> bool:
        """Return whether one tick includes a row."""
        return self.sheet.status(row.number).held

    def mark(self, row: Row) -> Mark:
        """Return the icon of a row's state."""
        status = self.sheet.status(row.number)
        return Mark.of(status.state, held=status.held)

    def state_words(self, row: Row) -> str:
        return state_words(self._texts, state_of(self.sheet.status(row.number)))

    def message(self, row: Row, status: RowStatus) -> str:
        """Return the text beside the state; cached, since many rows share it and a search asks for all."""
        outcome, answer = row.outcome, row.outcome.answer
        answered = (answer.code, answer.message) if answer is not None else None
        about = (status, row.note, answered, outcome.refused_with, outcome.refused_since)
        words = self._words.get(about)
        if words is None:
            words = self._words[about] = row_message(self._texts, row, status)
        return words

    def text(self, row: Row, column: Column) -> str:
        """Return a cell's text."""
        match column:
            case Column.NUMBER:
                return str(row.number)
            case Column.DEVICE_ID:
                return row.device_id
            case Column.LABEL:
                return row.label
            case Column.STATUS:
                return self.state_words(row)
            case Column.MESSAGE:
                return self.message(row, self.sheet.status(row.number))
            case Column.LOG_ID:
                return row.outcome.answer.log_id if row.outcome.answer else ""
            case _:
                return f"{last_time(row):%H:%M:%S}"

    def tool_tip(self, row: Row, column: Column) -> str:
        """Return a cell's tool tip."""
        match column:
            case Column.STATUS:
                # In a small window there is no room for a held row's reason beside it.
                reason = self.text(row, Column.MESSAGE) if self.is_held(row) else ""
                remedy = row_remedy(self._texts, row, self.sheet.status(row.number))
                return "\n".join(filter(None, [reason, remedy]))
            case Column.DEVICE_ID:
                return arrived_tip(self._texts, row)
            case Column.LOG_ID:
                return "\n".join(filter(None, [self.text(row, column), self.sharing(row.number)]))
            case _:
                return self.text(row, column)


Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
_MANY = 64
"""Number of separate ranges from which one large repaint is cheaper than many small ones."""

EDITABLE = frozenset({Column.DEVICE_ID, Column.LABEL})
_SEARCHED = EDITABLE | {Column.MESSAGE, Column.LOG_ID}

_ANSWERED = frozenset(
    {
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.EditRole,
        Qt.ItemDataRole.ToolTipRole,
        Qt.ItemDataRole.DecorationRole,
        Qt.ItemDataRole.ForegroundRole,
        Qt.ItemDataRole.CheckStateRole,
        Qt.ItemDataRole.BackgroundRole,
    }
)
"""Qt asks for seven roles of each cell it draws; only these are answered."""

_ALONE: Mapping[int, int] = {
    Qt.ItemDataRole.DecorationRole: Column.STATUS,
    Qt.ItemDataRole.ForegroundRole: Column.STATUS,
    Qt.ItemDataRole.CheckStateRole: Column.STATUS,
}
"""Roles answered by one column only: a scan redraws all visible rows, and this saves asking the other columns."""


class SheetTableModel(QAbstractTableModel):
    """A table model over a `Sheet`.

    Signals:
        edited(number, column, text): the user has typed into a cell.
        ticked(number): the user has included a held row.
        narrowed(): the filter has changed.
        ordered(): the sort order has changed.
        refreshed(numbers): these rows were added, deleted or edited; not emitted for a run's changes.
    """

    edited = Signal(int, int, str)
    ticked = Signal(int)
    narrowed = Signal()
    ordered = Signal()
    refreshed = Signal(object)

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        self._formatter = RowFormatter(texts)
        self._projection = Projection(self, self._formatter.message)
        self._stale: set[int] = set()
        self._redraw = Throttle(self, self._repaint_stale)

    @property
    def sheet(self) -> Sheet:
        return self._projection.sheet

    def speak(self, texts: Texts) -> None:
        """Use another catalogue; filter and sort order stay."""
        self._texts = texts
        self._formatter.speak(texts)
        self._projection.rebuild()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(Column) - 1)

    def show(self, sheet: Sheet) -> None:
        """Show another sheet, unfiltered and in the order of arrival."""
        self._formatter.sheet = sheet
        self._stale.clear()
        self._projection.show(sheet)
        self.narrowed.emit()
        self.ordered.emit()

    @property
    def filter(self) -> RowFilter:
        return self._projection.filter

    @property
    def order(self) -> RowOrder:
        return self._projection.order

    def narrow(self, wanted: RowFilter) -> None:
        """Filter the rows; `EVERY_ROW` shows all."""
        if wanted != self.filter:
            self._projection.narrow(wanted)
            self.narrowed.emit()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; -1 restores the order of arrival, the newest row on top."""
        wanted = ARRIVAL if column < 0 else RowOrder(Column(column), order is Qt.SortOrder.DescendingOrder)
        if wanted != self.order:
            self._projection.sort(wanted)
            self.ordered.emit()

    def missed(self) -> int:
        """Return the number of rows added since the filter was set that it hides."""
        return self._projection.missed()

    def explain_log_ids(self, sharing: Callable[[int], str]) -> None:
        """Show in a tool tip whose a row's log id is; `sharing` returns that for a row number, or ""."""
        self._formatter.sharing = sharing

    def refresh(self, changed: Iterable[int]) -> None:
        """Redraw the rows `changed`: new, deleted and edited ones."""
        numbers = set(changed)
        self._draw(numbers)
        self.refreshed.emit(numbers)

    def refresh_soon(self, changed: Iterable[int]) -> None:
        """Redraw existing rows within a moment; a run changes them all the time."""
        self._stale.update(changed)
        self._redraw.request()

    def number_at(self, row: int) -> int:
        """Return the number of the sheet's row at position `row` of the view."""
        return self._projection.number_at(row)

    def row_of(self, number: int) -> int:
        """Return the position of the sheet's row `number` in the view."""
        return self._projection.row_of(number)

    def has(self, number: int) -> bool:
        """Return whether the row `number` is visible."""
        return number in self._projection

    def row(self, view_row: int) -> Row:
        """Return the sheet's row at position `view_row` of the view."""
        return self.sheet[self.number_at(view_row)]

    # Qt's interface

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._projection)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the name of a column, and its sorting hint."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._texts(Column(section).title)
            case Qt.ItemDataRole.ToolTipRole | Qt.ItemDataRole.AccessibleDescriptionRole:
                why = [self._texts("column.number.gaps")] if section == Column.NUMBER else []
                return "\n".join([*why, self._texts(self._how_sorted(section))])
            case _:
                return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Make ids and labels editable, unless a run has the row, and held rows tickable."""
        flags = super().flags(index)
        if index.isValid() and index.column() == Column.STATUS and self._formatter.is_held(self.row(index.row())):
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        editable = index.isValid() and index.column() in EDITABLE
        if editable and not self.sheet.is_taken(self.number_at(index.row())):
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Signal that a cell was edited or ticked; the receiver changes the sheet."""
        if role == Qt.ItemDataRole.CheckStateRole:
            return self._tick(index)
        if role != Qt.ItemDataRole.EditRole or value == self.data(index, role):
            return False
        self.edited.emit(self.number_at(index.row()), index.column(), str(value))
        return True

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a cell's content."""
        if role not in _ANSWERED or not index.isValid() or _ALONE.get(role, index.column()) != index.column():
            return None
        row = self.row(index.row())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                show = evident if index.column() in EDITABLE else escaped
                return show(self._formatter.text(row, Column(index.column())), keep="\n")
            case Qt.ItemDataRole.EditRole:
                return self._formatter.text(row, Column(index.column()))
            case Qt.ItemDataRole.ToolTipRole:
                return escaped(self._formatter.tool_tip(row, Column(index.column())), keep="\n")
            case Qt.ItemDataRole.DecorationRole:
                return self._formatter.mark(row).icon(QGuiApplication.palette())
            case Qt.ItemDataRole.ForegroundRole:
                return QBrush(theme.text_colour(self._formatter.mark(row).tone, QGuiApplication.palette()))
            case Qt.ItemDataRole.BackgroundRole:
                return self._mark_of_hit(row, Column(index.column()))
            case _:
                if self._formatter.is_held(row):
                    return Qt.CheckState.Unchecked
                return Qt.CheckState.Checked if row.let_in is not None else None

    def _mark_of_hit(self, row: Row, column: Column) -> QBrush | None:
        sought = self.filter.text.casefold()
        if not sought or column not in _SEARCHED or sought not in self._formatter.text(row, column).casefold():
            return None
        return QBrush(theme.tint(Tone.UNSURE, QGuiApplication.palette()))

    def _tick(self, index: Index) -> bool:
        held = index.column() == Column.STATUS and self._formatter.is_held(self.row(index.row()))
        if held:
            self.ticked.emit(self.number_at(index.row()))
        return held

    def _how_sorted(self, section: int) -> str:
        if self.order == ARRIVAL or self.order.by != section:
            return "sort.by"
        return "sort.descending" if self.order.descending else "sort.ascending"

    def _repaint_stale(self) -> None:
        stale, self._stale = self._stale, set()
        self._draw(stale)

    def _draw(self, changed: Iterable[int]) -> None:
        rows = self._projection.rows_of(self._projection.refresh(changed))
        pieces = list(runs(rows))
        if len(pieces) > _MANY:
            pieces = [(rows[0], rows[-1])]
        for first, last in pieces:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(Column) - 1))

    # Called by the projection around each change of rows

    @contextmanager
    def removing(self, first: int, last: int) -> Iterator[None]:
        """Remove rows."""
        self.beginRemoveRows(_NO_PARENT, first, last)
        yield
        self.endRemoveRows()

    @contextmanager
    def inserting(self, first: int, last: int) -> Iterator[None]:
        """Insert rows."""
        self.beginInsertRows(_NO_PARENT, first, last)
        yield
        self.endInsertRows()

    @contextmanager
    def moving(self) -> Iterator[None]:
        """Move rows, and the selection with them."""
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        cells = [(self.number_at(index.row()), index.column()) for index in before]
        yield
        self.changePersistentIndexList(before, [self.index(self.row_of(n), column) for n, column in cells])
        self.layoutChanged.emit()

    @contextmanager
    def resetting(self) -> Iterator[None]:
        """Reset the model."""
        self.beginResetModel()
        yield
        self.endResetModel()
