"""Copies to the clipboard from everywhere but the sheet's table: a spreadsheet finds no formula in it.

How a formula is made harmless is in `core.common.safe_text`; the sheet's table, which can paste what it has
copied, has `sheet.clipboard_blocks`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence

from bindtool.core.tabular.clipboard import as_text, without_formulas

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtWidgets import QAbstractItemView


def copy_text(text: str) -> None:
    """Put lines on the clipboard; a spreadsheet makes a cell of each."""
    QGuiApplication.clipboard().setText(without_formulas(text))


def copy_cells(block: Iterable[Iterable[str]]) -> None:
    """Put rows of cells on the clipboard, as a spreadsheet would."""
    QGuiApplication.clipboard().setText(as_text(block))


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
        chosen = self._view.selectionModel().selectedIndexes()
        cells = {(index.row(), index.column()): str(index.data(Qt.ItemDataRole.EditRole) or "") for index in chosen}
        columns = sorted({column for _, column in cells})
        if cells:
            copy_cells(
                [cells.get((row, column), "") for column in columns] for row in sorted({row for row, _ in cells})
            )
        return True
