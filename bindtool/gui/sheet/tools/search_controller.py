"""Which rows the table shows and in which order: combines the count filters, the search text and the sort order.

What passes a filter, and where it is, is decided in `core.sheet_view`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from bindtool.core.sheet_view.filters import EVERY_ROW, TO_HANDLE
from bindtool.core.sheet_view.sorting import ARRIVAL, Column
from bindtool.gui.common.util.throttle import Throttle

if TYPE_CHECKING:
    from bindtool.core.sheet_view.filters import RowFilter
    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.sheet.document import SheetDocument
    from bindtool.gui.sheet.table_view import SheetTableView
    from bindtool.gui.sheet.tools.count_filters import CountFilters
    from bindtool.gui.sheet.tools.find_bar import FindBar
    from bindtool.i18n.catalogue import Texts


class SearchController(QObject):
    """Narrows and sorts the table as a person asks, and says so while it is not whole."""

    def __init__(
        self,
        window: Window,
        texts: Texts,
        document: SheetDocument,
        table: SheetTableView,
        counts: CountFilters,
        bar: FindBar,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._texts = texts
        self._document = document
        self._model = table.sheet_model
        self._table = table
        self._counts = counts
        self._bar = bar
        self.is_open = False
        """Whether the find bar was opened, and not merely shown because the table is not whole."""
        self._throttle = Throttle(self, self._show_found)
        actions = window.actions_
        actions["find"].triggered.connect(self.begin)
        actions["show_all"].triggered.connect(self.show_all)
        actions["sort"].triggered.connect(table.sorting.turn)
        actions["columns"].triggered.connect(table.columns.show_menu)
        counts.chosen.connect(self._choose)
        self._bar.field.textChanged.connect(self._seek)
        self._bar.all_requested.connect(self.show_all)
        self._bar.field.left.connect(self._go_to_first)
        self._model.narrowed.connect(self._show_requested)
        self._model.ordered.connect(self._show_requested)
        document.changed.connect(self._throttle.request)
        self._show_requested()

    def begin(self) -> None:
        """Show the find bar, and move the focus to it."""
        self.is_open = True
        self._show_requested()
        self._bar.begin()

    def show_all(self) -> None:
        """Show all rows in the order of arrival, and hide the find bar."""
        self.is_open = False
        # Hidden with the focus in it, the bar would leave it to whatever comes next.
        if self._bar.isAncestorOf(self._window.focusWidget()):
            self._window.show_page(self._window.sheet_page)
        self._model.narrow(EVERY_ROW)
        self._model.sort(-1)
        self._show_requested()

    def leave(self) -> None:
        """Hide the bar where it is of no use; a filter stays."""
        self.is_open = False
        self._show_requested()

    def _choose(self, wanted: RowFilter) -> None:
        self._model.narrow(replace(wanted, text=self._model.filter.text))

    def _seek(self, text: str) -> None:
        self._model.narrow(replace(self._model.filter, text=text.strip()))

    def _go_to_first(self) -> None:
        self._table.setFocus(Qt.FocusReason.OtherFocusReason)
        if self._model.rowCount():
            self._table.setCurrentIndex(self._model.index(0, Column.DEVICE_ID))

    def _show_requested(self) -> None:
        wanted = self._model.filter
        self._counts.show_filter(wanted)
        # What is typed may end in a space that is not sought.
        if wanted.text != self._bar.field.text().strip():
            self._bar.field.setText(wanted.text)
        # What needs a hand has a panel of its own that says so.
        whole = wanted in {EVERY_ROW, TO_HANDLE} and self._model.order == ARRIVAL
        self._bar.setVisible(self.is_open or not whole)
        self._show_found()
        if self._bar.isVisible():
            self._bar.tell()

    def _show_found(self) -> None:
        if not self._bar.isVisible():
            return
        texts, order = self._texts, self._model.order
        parts = [texts("find.found", count=self._model.rowCount(), total=len(self._document.sheet))]
        if order != ARRIVAL:
            way = "find.sorted_down" if order.descending else "find.sorted_up"
            parts.append(texts(way, column=texts(order.by.title)))
        missed = self._model.missed() if self._model.filter != EVERY_ROW else 0
        self._bar.show_found(" · ".join(parts), texts("find.missed", n=missed) if missed else "")
