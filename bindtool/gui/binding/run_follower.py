"""Keeps the rows that a run sends in view, until a person looks at others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QAbstractItemView

from bindtool.core.sheet_view.sorting import Column

if TYPE_CHECKING:
    from bindtool.gui.binding.run_session import RunSession
    from bindtool.gui.sheet.table_view import SheetTableView


class RunFollower(QObject):
    """Scrolls the table along with each run; belongs to the table.

    Scrolling by hand and moving the cursor end it for the run that is on, as do other rows in the table or another
    order of them.
    """

    def __init__(self, table: SheetTableView, session: RunSession) -> None:
        super().__init__(table)
        self._table = table
        self._session = session
        self._follows = session.running
        session.started.connect(self._begin)
        session.progressed.connect(self._follow)
        # Of what moves the bar, this is what a hand does: wheel, drag and keys, and not what the program does.
        table.verticalScrollBar().actionTriggered.connect(self.stop)
        table.selectionModel().currentChanged.connect(self.stop)
        for others in (table.sheet_model.narrowed, table.sheet_model.ordered):
            others.connect(self.stop)

    def stop(self) -> None:
        """Follow this run no more."""
        self._follows = False

    def _begin(self) -> None:
        self._follows = True

    def _follow(self) -> None:
        model, number = self._table.sheet_model, self._session.row
        if self._follows and number is not None and model.has(number):
            index = model.index(model.row_of(number), Column.DEVICE_ID)
            self._table.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)
