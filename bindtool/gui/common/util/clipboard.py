"""Copies to the clipboard from everywhere but the sheet's table: a spreadsheet finds no formula in it.

How a formula is made harmless is in `core.common.safe_text`; the sheet's table, which can paste what it has
copied, has `sheet.clipboard_blocks`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractItemModel, QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence, Set

    from PySide6.QtWidgets import QAbstractItemView

    from bindtool.core.tabular.clipboard import Block


def copy_text(text: str) -> None:
    """Put lines on the clipboard; a spreadsheet makes a cell of each."""
    from bindtool.core.tabular.clipboard import without_formulas

    QGuiApplication.clipboard().setText(without_formulas(text))


def copy_cells(block: Iterable[Iterable[str]]) -> None:
    """Put rows of cells on the clipboard, as a spreadsheet would."""
    from bindtool.core.tabular.clipboard import as_text

    QGuiApplication.clipboard().setText(as_text(block))


def block_of(model: QAbstractItemModel, cells: Set[tuple[int, int]], columns: Sequence[int]) -> Block:
    """Return the texts of cells, each a row and a column, in these columns; what is between them is empty."""
    # As they are, and not as they are shown.
    role = Qt.ItemDataRole.EditRole
    return [
        [str(model.index(row, at).data(role) or "") if (row, at) in cells else "" for at in columns]
        for row in sorted({row for row, _ in cells})
    ]


class SafeCopy(QObject):
    """Copies what is selected in a view; Qt would put the current cell there as it is. A child of the view."""

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view = view
        view.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Answer the keys for copying."""
        if not (isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress):
            return False
        if not event.matches(QKeySequence.StandardKey.Copy):
            return False
        chosen = {(index.row(), index.column()) for index in self._view.selectionModel().selectedIndexes()}
        if chosen:
            copy_cells(block_of(self._view.model(), chosen, sorted({column for _, column in chosen})))
        return True
