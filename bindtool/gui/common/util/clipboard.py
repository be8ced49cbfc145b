"""Copies to the clipboard, for everything but the sheet's table, so that a spreadsheet finds no formula in it.

`core.common.safe_text` makes formulas harmless; the sheet's table pastes its own copies, so it uses
`sheet.clipboard_blocks`.
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
    """Copy lines; a spreadsheet makes a cell of each."""
    from bindtool.core.tabular.clipboard import without_formulas

    QGuiApplication.clipboard().setText(without_formulas(text))


def copy_cells(block: Iterable[Iterable[str]]) -> None:
    """Copy rows of cells in a spreadsheet's format."""
    from bindtool.core.tabular.clipboard import as_text

    QGuiApplication.clipboard().setText(as_text(block))


def block_of(model: QAbstractItemModel, cells: Set[tuple[int, int]], columns: Sequence[int]) -> Block:
    """Return the texts of cells, given as (row, column), in these columns; cells between them are empty."""
    # The raw values, not the displayed ones.
    role = Qt.ItemDataRole.EditRole
    return [
        [str(model.index(row, at).data(role) or "") if (row, at) in cells else "" for at in columns]
        for row in sorted({row for row, _ in cells})
    ]


class SafeCopy(QObject):
    """Copies a view's selection safely; Qt would copy the current cell unchanged. A child of the view."""

    def __init__(self, view: QAbstractItemView) -> None:
        super().__init__(view)
        self._view = view
        view.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Handle the copy shortcut."""
        if not (isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress):
            return False
        if not event.matches(QKeySequence.StandardKey.Copy):
            return False
        chosen = {(index.row(), index.column()) for index in self._view.selectionModel().selectedIndexes()}
        if chosen:
            copy_cells(block_of(self._view.model(), chosen, sorted({column for _, column in chosen})))
        return True
