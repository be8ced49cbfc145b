"""The table's header: sorting, and width, visibility and order of columns.

A column fits its content, as far as the visible rows show it, until the user drags its edge; it grows with new
content and shrinks in another sheet. The message column gets the remaining width; it needs that of its texts now.
The user's choices are stored; the row order is not, as a new sheet begins with the newest row on top.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QSettings, QSignalBlocker, Qt, QTimer
from PySide6.QtWidgets import QMenu, QTableView

from bindtool.core.sheet_view.columns import Column
from bindtool.core.sheet_view.sorting import ARRIVAL
from bindtool.gui.common.theme import theme
from bindtool.gui.common.util.throttle import BEHIND, Throttle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bindtool.core.sheet.sheet import Sheet
    from bindtool.gui.sheet.table_model import SheetTableModel
    from bindtool.i18n.catalogue import Texts

ALWAYS_SHOWN = frozenset({Column.DEVICE_ID, Column.STATUS})
"""Columns that can't be hidden: the id of a row, and its status."""

_NARROWEST = 56
_MOST = {Column.DEVICE_ID: 360, Column.LABEL: 320, Column.MESSAGE: 520}
"""Maximum width in pixels at the normal text size; longer texts are whole in the tool tip."""
_LEAST_FOR_MESSAGES = 240
"""Minimum width for long messages; other columns shrink for it."""
_GIVING_WAY = ((Column.LOG_ID, 90), (Column.LABEL, 130), (Column.DEVICE_ID, 150))
"""Columns that shrink in a small window, in this order, and their minimum: a log id is copied, a reason is read."""

_ROWS = 24
"""Number of rows to measure, visible ones first: some milliseconds at any length."""

_PATIENCE = 250
"""Milliseconds between two measurements: a run changes rows all the time."""

_OTHER_LETTERS = frozenset({QEvent.Type.FontChange, QEvent.Type.StyleChange, QEvent.Type.Show})
"""A table not yet shown has neither the font nor the margins of the style sheet."""

_KEPT = "columns"
_UNTIL_KEPT = 300
"""Milliseconds after which a width is stored; dragging an edge signals each pixel."""


class SortHeader(QObject):
    """Sorts a table by clicks on its header."""

    def __init__(self, table: QTableView, model: SheetTableModel) -> None:
        super().__init__(table)
        self._table = table
        self._model = model
        self._header = table.horizontalHeader()
        self._header.setSortIndicatorClearable(True)
        # Before sorting is enabled, which would take an order from the header that the model doesn't have.
        self._follow()
        table.setSortingEnabled(True)
        model.ordered.connect(self._follow)

    def turn(self) -> None:
        """Sort by the current column, or the id's if there is none, as a click on its header would."""
        current = self._table.currentIndex()
        column = current.column() if current.isValid() else Column.DEVICE_ID
        order = self._model.order
        sorted_by_it = order != ARRIVAL and order.by == column
        if not sorted_by_it:
            self._header.setSortIndicator(column, Qt.SortOrder.AscendingOrder)
        elif not order.descending:
            self._header.setSortIndicator(column, Qt.SortOrder.DescendingOrder)
        else:
            self._header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)

    def _follow(self) -> None:
        """Show the model's sort column in the header, however it was changed."""
        order = self._model.order
        column = -1 if order == ARRIVAL else order.by
        way = Qt.SortOrder.DescendingOrder if order.descending else Qt.SortOrder.AscendingOrder
        with QSignalBlocker(self._header):
            self._header.setSortIndicator(column, Qt.SortOrder.AscendingOrder if column < 0 else way)


class TableColumns(QObject):
    """The columns of a table. `menu` creates a new menu each time, on a right-click or a key."""

    def __init__(self, table: QTableView, model: SheetTableModel, texts: Texts) -> None:
        super().__init__(table)
        self._table = table
        self._model = model
        self._texts = texts
        self._header = table.horizontalHeader()
        self._settings: QSettings | None = None
        self._sheet: Sheet | None = None
        self._wanted: dict[Column, int] = {}
        # Widths set by dragging.
        self._chosen: dict[Column, int] = {}
        self._laying_out = False
        self._looking = Throttle(self, self._fit, _PATIENCE, behind=BEHIND)
        self._keeping = QTimer(self, singleShot=True, interval=_UNTIL_KEPT)
        self._keeping.timeout.connect(self._keep)
        header = self._header
        header.setMinimumSectionSize(_NARROWEST)
        header.setResizeContentsPrecision(_ROWS)
        header.setSectionsMovable(True)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._show_menu_at)
        header.sectionResized.connect(self._resized)
        header.sectionMoved.connect(self._keeping.start)
        header.sectionHandleDoubleClicked.connect(self._fit_again)
        for changed in (model.rowsInserted, model.dataChanged):
            changed.connect(self._looking.request)
        model.modelReset.connect(self._look_at_sheet)
        for one in (table, table.viewport()):
            one.installEventFilter(self)
        self._fit()

    @property
    def shown(self) -> list[Column]:
        """The visible columns, from the left."""
        inner = (Column(self._header.logicalIndex(at)) for at in range(self._header.count()))
        return [column for column in inner if not self._header.isSectionHidden(column)]

    def remember_in(self, settings: QSettings) -> None:
        """Restore the stored columns, and store their changes from now on."""
        self._settings = settings
        self._arrange(str(settings.value(_KEPT, "")).split())

    def reset(self) -> None:
        """Show all columns in the default order, as wide as their content."""
        self._arrange(())
        self._keep()

    def show_menu(self) -> None:
        """Open the menu below the header of the current column."""
        current = self._table.currentIndex()
        column = Column(current.column()) if current.isValid() else Column.DEVICE_ID
        left = self._header.sectionViewportPosition(column)
        menu = self.menu(column)
        menu.popup(self._header.viewport().mapToGlobal(QPoint(max(left, 0), self._header.height())))
        menu.setActiveAction(menu.actions()[0])

    def menu(self, column: Column) -> QMenu:
        """Return the menu for a column: visibility, position, and reset."""
        menu = QMenu(self._table)
        menu.aboutToHide.connect(menu.deleteLater)
        for each in Column:
            entry = menu.addAction(self._texts(each.title))
            entry.setCheckable(True)
            entry.setChecked(not self._header.isSectionHidden(each))
            entry.setEnabled(each not in ALWAYS_SHOWN)
            entry.toggled.connect(lambda shown, each=each: self._show(each, shown=shown))
        menu.addSeparator()
        place = self.shown.index(column)
        for words, steps in (("columns.left", -1), ("columns.right", 1)):
            entry = menu.addAction(self._texts(words, column=self._texts(column.title)))
            entry.setEnabled(0 <= place + steps < len(self.shown))
            entry.triggered.connect(lambda _=False, steps=steps: self._move(column, steps))
        menu.addSeparator()
        menu.addAction(self._texts("columns.reset")).triggered.connect(self.reset)
        return menu

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Distribute the width anew when it changes, and measure again when the font changes."""
        if event.type() == QEvent.Type.Resize:
            self._lay_out()
        elif event.type() in _OTHER_LETTERS and watched is self._table:
            self._wanted.clear()
            self._looking.request_now()
        return False

    # user actions

    def _show_menu_at(self, at: QPoint) -> None:
        column = self._header.logicalIndexAt(at)
        self.menu(Column(max(column, 0))).popup(self._header.viewport().mapToGlobal(at))

    def _show(self, column: Column, *, shown: bool) -> None:
        self._header.setSectionHidden(column, not shown)
        current = self._table.currentIndex()
        if not shown and current.column() == column:
            self._table.setCurrentIndex(current.siblingAtColumn(Column.DEVICE_ID))
        self._fit()
        self._keep()

    def _move(self, column: Column, steps: int) -> None:
        beside = self.shown[self.shown.index(column) + steps]
        self._header.moveSection(self._header.visualIndex(column), self._header.visualIndex(beside))

    def _resized(self, section: int, before: int, now: int) -> None:
        """Store a width set by dragging; the width that messages lose goes to their neighbour."""
        # Hiding or showing a column gives it the width 0, after or before.
        if self._laying_out or not (before and now):
            return
        column = Column(section)
        if column is Column.MESSAGE:
            right = self.shown[self.shown.index(column) + 1 :]
            if right:
                self._chosen[right[0]] = max(_NARROWEST, self._header.sectionSize(right[0]) + before - now)
        else:
            self._chosen[column] = now
        self._lay_out()
        self._keeping.start()

    def _fit_again(self, section: int) -> None:
        """Fit the column to its content after a double-click on its edge."""
        self._chosen.pop(Column(section), None)
        self._wanted.pop(Column(section), None)
        self._fit()
        self._keeping.start()

    # widths

    def _look_at_sheet(self) -> None:
        """Measure soon after filtering or sorting; another sheet at once, before it is drawn."""
        if self._model.sheet is self._sheet:
            self._looking.request()
        else:
            self._fit()

    def _fit(self) -> None:
        """Measure the columns' content, and distribute the width."""
        if self._model.sheet is not self._sheet:
            self._sheet = self._model.sheet
            self._wanted.clear()
        for column in self.shown:
            if column not in self._chosen:
                known = self._wanted.get(column, self._header.sectionSizeHint(column))
                if column is Column.MESSAGE:
                    # Log ids give way to messages: those of a run that has ended would cut them for nothing.
                    known = self._header.sectionSizeHint(column)
                width = max(known, self._table.sizeHintForColumn(column))
                self._wanted[column] = min(width, theme.scaled(_MOST[column])) if column in _MOST else width
        self._lay_out()

    def _lay_out(self) -> None:
        """Distribute the width: messages get the rest; if that is too little, other columns shrink."""
        widths = {column: self._chosen.get(column) or self._wanted.get(column, _NARROWEST) for column in self.shown}
        message = widths.pop(Column.MESSAGE, 0)
        least_for_messages = min(message, _LEAST_FOR_MESSAGES)
        room = self._table.viewport().width()
        for column, least in _GIVING_WAY:
            if column in widths and column not in self._chosen and message:
                wish = message if column is Column.LOG_ID else least_for_messages
                lack = wish - (room - sum(widths.values()))
                widths[column] = min(widths[column], max(least, widths[column] - lack))
        if message:
            widths[Column.MESSAGE] = max(room - sum(widths.values()), least_for_messages)
        self._laying_out = True
        for column, width in widths.items():
            if self._header.sectionSize(column) != width:
                self._header.resizeSection(column, width)
        self._laying_out = False

    # storage

    def _arrange(self, kept: Sequence[str]) -> None:
        """Arrange the columns as stored: a name each, "-" before a hidden one, "=" and a width after."""
        chosen: dict[Column, int] = {}
        hidden: set[Column] = set()
        order: list[Column] = []
        names = {column.name.lower(): column for column in Column}
        for one in kept:
            name, _, width = one.removeprefix("-").partition("=")
            column = names.pop(name, None)
            if column is None:
                continue
            order.append(column)
            if one.startswith("-") and column not in ALWAYS_SHOWN:
                hidden.add(column)
            if width.isdecimal() and column is not Column.MESSAGE:
                chosen[column] = max(_NARROWEST, min(int(width), 4 * max(_MOST.values())))
        self._chosen = chosen
        with QSignalBlocker(self._header):
            for place, column in enumerate([*order, *names.values()]):
                self._header.moveSection(self._header.visualIndex(column), place)
                self._header.setSectionHidden(column, column in hidden)
        self._wanted.clear()
        self._fit()
        self._table.viewport().update()

    def _keep(self) -> None:
        if self._settings is None:
            return
        columns = [Column(self._header.logicalIndex(at)) for at in range(self._header.count())]
        words = []
        for column in columns:
            width = f"={self._chosen[column]}" if column in self._chosen else ""
            words.append(f"{'-' if self._header.isSectionHidden(column) else ''}{column.name.lower()}{width}")
        self._settings.setValue(_KEPT, " ".join(words))
