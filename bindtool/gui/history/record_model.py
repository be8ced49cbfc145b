"""A read-only table model: a line for each record of any kind, described when it is drawn.

Maps lines to records. The words of a line are made by a function that is handed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QBrush, QGuiApplication

from bindtool.core.common.safe_text import escaped
from bindtool.gui.common.theme import theme

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bindtool.gui.common.theme.icons import Mark

T = TypeVar("T")
Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()
_TEXTS = frozenset({Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole, Qt.ItemDataRole.ToolTipRole})


@dataclass(frozen=True, slots=True)
class RecordLine:
    """The cells of a line, and the icon of the one that tells the state; None for none."""

    cells: tuple[str, ...]
    mark: Mark | None = None


class RecordModel(QAbstractTableModel, Generic[T]):
    """Shows records and changes none.

    Args:
        headers: the names of the columns.
        describe: makes the line of a record.
        marked: the column that has the icon.
        numbers: the columns that stand to the right.
    """

    def __init__(
        self,
        headers: Sequence[str],
        describe: Callable[[T], RecordLine],
        *,
        marked: int = -1,
        numbers: frozenset[int] = frozenset(),
    ) -> None:
        super().__init__()
        self._headers = tuple(headers)
        self._describe = describe
        self._marked = marked
        self._numbers = numbers
        self._records: Sequence[T] = ()

    @property
    def records(self) -> Sequence[T]:
        """What is shown, from the top."""
        return self._records

    def show(self, records: Sequence[T]) -> None:
        """Show other records."""
        self.beginResetModel()
        self._records = records
        self.endResetModel()

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        """Return how many lines there are."""
        return 0 if parent.isValid() else len(self._records)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._headers)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the name of a column; it stands over the numbers as they do."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._headers[section]
        return self._alignment(section) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows; its tool tip is the whole of it, and what is to be edited the text as it is."""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(index.column())
        if role in _TEXTS:
            text = self._describe(self._records[index.row()]).cells[index.column()]
            return text if role == Qt.ItemDataRole.EditRole else escaped(text, keep="\n")
        if index.column() != self._marked:
            return None
        mark = self._describe(self._records[index.row()]).mark
        if mark is not None and role == Qt.ItemDataRole.DecorationRole:
            return mark.icon(QGuiApplication.palette())
        if mark is not None and role == Qt.ItemDataRole.ForegroundRole:
            return QBrush(theme.text_colour(mark.tone, QGuiApplication.palette()))
        return None

    def _alignment(self, column: int) -> Qt.AlignmentFlag | None:
        if column not in self._numbers:
            return None
        return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
