"""The sheet as a Qt table model: the rows that pass the filter, in their order, with two columns to edit.

Which row is where is decided by `core.sheet_view.projection`; what cells show, words, icon and tool tips, stands
here. The model changes nothing by itself: an edit is a signal, and `refresh` draws what has become of the sheet.
Which edits are allowed is decided by `document`.
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
from bindtool.i18n.row_text import row_message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from bindtool.core.model.row import Row
    from bindtool.core.sheet.status import RowStatus
    from bindtool.core.sheet_view.filters import RowFilter
    from bindtool.i18n.catalogue import Texts


_LONGEST = 600
_PICTURES = {code: 0x2400 + code for code in range(0x20) if code != ord("\n")} | {0x7F: 0x2421}
"""Unicode's pictures of the control characters, GS1's separator among them."""


def arrived_tip(texts: Texts, row: Row) -> str:
    """Return the tool tip of a row's id, in which nothing is unseen."""
    tip = row.device_id
    arrived = row.arrived.strip(" \t\r\n")
    if arrived not in {"", row.device_id}:
        shown = arrived if len(arrived) <= _LONGEST else f"{arrived[:_LONGEST]}…"
        tip = "\n".join([tip, texts("cell.arrived", text=visible(shown.translate(_PICTURES)))])
    return visible(tip.translate(_PICTURES))


class RowFormatter:
    """The cells of a sheet's rows.

    Args:
        texts: the words.
    """

    def __init__(self, texts: Texts) -> None:
        self.sheet = Sheet()
        self.sharing: Callable[[int], str] = lambda _: ""
        """Says for a number whose the log id of that row is, or ""."""
        self._texts = texts
        self._words: dict[object, str] = {}

    def speak(self, texts: Texts) -> None:
        """Use other words."""
        self._texts = texts
        self._words.clear()

    def is_held(self, row: Row) -> bool:
        """Tell whether one tick lets a row go."""
        return self.sheet.status(row.number).held

    def mark(self, row: Row) -> Mark:
        """Return the icon of a row's state."""
        status = self.sheet.status(row.number)
        return Mark.of(status.state, held=status.held)

    def state_words(self, row: Row) -> str:
        return self._texts(f"state.{self.mark(row)}")

    def message(self, row: Row, status: RowStatus) -> str:
        """Return the words beside the state. Most rows share theirs with others, and a search asks for all."""
        answer = row.outcome.answer
        answered = (answer.code, answer.message) if answer is not None else None
        about = (status, row.note, answered)
        words = self._words.get(about)
        if words is None:
            words = self._words[about] = row_message(self._texts, row, status)
        return words

    def text(self, row: Row, column: Column) -> str:
        """Return what a cell says."""
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
        """Return what is said of a cell to whoever points at it."""
        match column:
            case Column.STATUS:
                # The reason of a held row has no room next to it in a small window.
                reason = self.text(row, Column.MESSAGE) if self.is_held(row) else ""
                return "\n".join(filter(None, [reason, self._texts(f"state.{self.mark(row)}.do")]))
            case Column.DEVICE_ID:
                return arrived_tip(self._texts, row)
            case Column.LOG_ID:
                return "\n".join(filter(None, [self.text(row, column), self.sharing(row.number)]))
            case _:
                return self.text(row, column)


Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
_MANY = 64
"""Separate pieces after which one big repaint is cheaper than many small ones."""

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
"""Qt asks for seven roles of each cell that it draws; some of them have no answer here."""

_ALONE: Mapping[int, int] = {
    Qt.ItemDataRole.DecorationRole: Column.STATUS,
    Qt.ItemDataRole.ForegroundRole: Column.STATUS,
    Qt.ItemDataRole.CheckStateRole: Column.STATUS,
}
"""Roles that one column answers: a scan draws all rows in sight anew, and no other has to be looked at."""


class SheetTableModel(QAbstractTableModel):
    """A table model over a `Sheet`.

    Signals:
        edited(number, column, text): a person has typed into a cell.
        ticked(number): a person lets a held row go.
        narrowed(): other rows are wanted now.
        ordered(): they are wanted in another order now.
        refreshed(numbers): these rows have come, gone, or been edited; not what a run makes of rows that are there.
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
        """Use other words; the rows that are wanted, and their order, stay so."""
        self._texts = texts
        self._formatter.speak(texts)
        self._projection.rebuild()
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(Column) - 1)

    def show(self, sheet: Sheet) -> None:
        """Show another sheet, all of it in the order of arrival."""
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
        """Show only the rows that are wanted; `EVERY_ROW` shows all."""
        if wanted != self.filter:
            self._projection.narrow(wanted)
            self.narrowed.emit()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; -1 gives the order of arrival again, the newest row on top."""
        wanted = ARRIVAL if column < 0 else RowOrder(Column(column), order is Qt.SortOrder.DescendingOrder)
        if wanted != self.order:
            self._projection.sort(wanted)
            self.ordered.emit()

    def missed(self) -> int:
        """Return how many rows have come since the filter was chosen and are not shown."""
        return self._projection.missed()

    def explain_log_ids(self, sharing: Callable[[int], str]) -> None:
        """Have it said in a tool tip whose the log id of a row is; `sharing` says so for a number, or ""."""
        self._formatter.sharing = sharing

    def refresh(self, changed: Iterable[int]) -> None:
        """Draw what has become of the rows `changed`: new ones, gone ones and those that look different."""
        numbers = set(changed)
        self._draw(numbers)
        self.refreshed.emit(numbers)

    def refresh_soon(self, changed: Iterable[int]) -> None:
        """Draw within a moment what has become of rows that are there already; a run changes them all the time."""
        self._stale.update(changed)
        self._redraw.request()

    def number_at(self, row: int) -> int:
        """Return the number of the sheet's row that stands at `row` of the view."""
        return self._projection.number_at(row)

    def row_of(self, number: int) -> int:
        """Return where the sheet's row `number` stands in the view."""
        return self._projection.row_of(number)

    def has(self, number: int) -> bool:
        """Tell whether the row `number` is shown."""
        return number in self._projection

    def row(self, view_row: int) -> Row:
        """Return the sheet's row at `view_row` of the view."""
        return self.sheet[self.number_at(view_row)]

    # What Qt asks

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._projection)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the name of a column, and how to sort by it."""
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
        """Ids and labels can be edited, unless a run has the row; a held row can be ticked."""
        flags = super().flags(index)
        if index.isValid() and index.column() == Column.STATUS and self._formatter.is_held(self.row(index.row())):
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        editable = index.isValid() and index.column() in EDITABLE
        if editable and not self.sheet.is_taken(self.number_at(index.row())):
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

    # What the projection tells of: each change of rows, around it

    @contextmanager
    def removing(self, first: int, last: int) -> Iterator[None]:
        """Rows go."""
        self.beginRemoveRows(_NO_PARENT, first, last)
        yield
        self.endRemoveRows()

    @contextmanager
    def inserting(self, first: int, last: int) -> Iterator[None]:
        """Rows come in."""
        self.beginInsertRows(_NO_PARENT, first, last)
        yield
        self.endInsertRows()

    @contextmanager
    def moving(self) -> Iterator[None]:
        """Rows change places, and what is selected goes along with them."""
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        cells = [(self.number_at(index.row()), index.column()) for index in before]
        yield
        self.changePersistentIndexList(before, [self.index(self.row_of(n), column) for n, column in cells])
        self.layoutChanged.emit()

    @contextmanager
    def resetting(self) -> Iterator[None]:
        """Everything may be another."""
        self.beginResetModel()
        yield
        self.endResetModel()
