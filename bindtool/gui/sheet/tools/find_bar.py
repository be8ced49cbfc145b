"""The search bar, which also shows that rows are filtered or sorted.

It combines the count filters, the search text and the sort order. `core.sheet_view` decides which rows pass, and
their positions.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QToolButton, QWidget

from bindtool.core.common.messages import Message
from bindtool.core.sheet_view.columns import Column
from bindtool.core.sheet_view.filters import EVERY_ROW, TO_HANDLE, RowFilter
from bindtool.core.sheet_view.sorting import ARRIVAL
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.icons import Mark, MarkLabel
from bindtool.gui.common.theme.theme import StyleKind, Tone
from bindtool.gui.common.util.throttle import Throttle
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.accessibility import announce, come_before, tab_stops_in
from bindtool.gui.common.widgets.labels import ElidedLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent, QShowEvent

    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.sheet.document import SheetDocument
    from bindtool.gui.sheet.table_view import SheetTableView
    from bindtool.gui.sheet.tools.count_filters import CountFilters
    from bindtool.i18n.catalogue import Texts

_MARK_SIZE = 20
_FIELD_WIDTH = 300


class FindBar(QFrame):
    """Filters and sorts the table, and shows that it does. Hidden while the table shows all rows in the order of
    arrival.
    """

    def __init__(
        self,
        footer: QWidget,
        window: Window,
        texts: Texts,
        document: SheetDocument,
        table: SheetTableView,
        counts: CountFilters,
    ) -> None:
        super().__init__(footer)
        self._window = window
        self._texts = texts
        self._document = document
        self._model = table.sheet_model
        self._table = table
        self._counts = counts
        self.is_open = False
        """Whether the user opened it, rather than a filter or sort order."""
        self._in_tab_order = False
        self.setAccessibleName(texts("find.name"))
        self.field = FindField()
        self.field.setAccessibleName(texts("find.field"))
        self.field.setPlaceholderText(texts("find.example"))
        theme.resize(self.field, fixed_width=_FIELD_WIDTH)
        self.field.setMinimumHeight(theme.TARGET - theme.GAP)
        self._found = ElidedLabel(name=texts("find.found_name"))
        self._missed = ElidedLabel("", Tone.UNSURE, name=texts("find.missed_name"))
        all_rows = QToolButton()
        all_rows.setText(texts("find.all"))
        all_rows.setAccessibleName(texts("find.all"))
        all_rows.setToolTip(texts("find.all_keys"))
        all_rows.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        theme.set_style(all_rows, StyleKind.FLAT)
        mark = MarkLabel(_MARK_SIZE, Mark.FIND)
        layouts.row(mark, self.field, self._found, (self._missed, 1), all_rows, on=self, spacing=theme.GAP)
        self.hide()
        throttle = Throttle(self, self._show_found)
        counts.chosen.connect(self._choose)
        self.field.textChanged.connect(self._seek)
        all_rows.clicked.connect(self.show_all)
        window.actions_["find"].triggered.connect(self.begin)
        window.actions_.connect("show_all", self.show_all, self._why_all_are_shown)
        self.field.left.connect(self._go_to_first)
        self._model.narrowed.connect(self._show_requested)
        self._model.ordered.connect(self._show_requested)
        document.changed.connect(throttle.request)
        self._show_requested()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._in_tab_order:
            # Only now: a search through the widgets makes Python create a class for each kind, too slow for
            # start-up.
            come_before(self._counts, tab_stops_in(self))
            self._in_tab_order = True

    def begin(self) -> None:
        """Show the bar, and focus its field."""
        self.is_open = True
        self._show_requested()
        self.show()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def show_all(self) -> None:
        """Show all rows in the order of arrival, and hide the bar."""
        self.is_open = False
        # Hidden with the focus in it, the bar would pass it to the next widget.
        if self.isAncestorOf(self._window.focusWidget()):
            self._window.show_page(self._window.sheet_page)
        self._model.narrow(EVERY_ROW)
        self._model.sort(-1)
        self._show_requested()

    def _why_all_are_shown(self) -> Message | None:
        all_shown = self._model.filter == EVERY_ROW and self._model.order == ARRIVAL
        return Message.of("nothing.hidden") if all_shown else None

    def leave(self) -> None:
        """End the search and hide the bar; it stays while a count filters the table or the table is sorted."""
        self.is_open = False
        self._model.narrow(replace(self._model.filter, text=""))
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
        # The typed text may end with a space that is not part of the search.
        if wanted.text != self.field.text().strip():
            self.field.setText(wanted.text)
        # The rows to handle have a panel of their own, which shows the filter.
        whole = wanted in {EVERY_ROW, TO_HANDLE} and self._model.order == ARRIVAL
        self.setVisible(self.is_open or not whole)
        self._show_found()
        if self.isVisible():
            announce(self, self._found.text())

    def _show_found(self) -> None:
        if not self.isVisible():
            return
        texts, order = self._texts, self._model.order
        parts = [texts("find.found", count=self._model.rowCount(), total=len(self._document.sheet))]
        if order != ARRIVAL:
            way = "find.sorted_down" if order.descending else "find.sorted_up"
            parts.append(texts(way, column=texts(order.by.title)))
        missed = self._model.missed() if self._model.filter != EVERY_ROW else 0
        self._found.setText(" · ".join(parts))
        self._missed.setText(texts("find.missed", n=missed) if missed else "")


class FindField(QLineEdit):
    """A search field; Return and the down arrow lead to the rows found.

    Signals:
        left(): asks to focus the rows found.
    """

    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave on Return or the down arrow; type other keys."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down}:
            self.left.emit()
        else:
            super().keyPressEvent(event)
