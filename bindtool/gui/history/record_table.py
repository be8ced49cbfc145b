"""A page with two tables of past records: lines to select and copy, and a text for an empty table.

`record_model` has a table's content; each page has its own tables, and its own actions on a line.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractItemModel, QEvent, QItemSelection, QItemSelectionModel, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStackedWidget, QTabBar, QTableView, QWidget

from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.icons import ToneDelegate
from bindtool.gui.common.theme.theme import Tone
from bindtool.gui.common.util.clipboard import copy_cells
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.labels import Header, details_line, line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bindtool.i18n.catalogue import Texts

_ROW_HEIGHT = 30
_ICON = 16
_NARROWEST = 56


class RecordTable(QTableView):
    """A table of a model's lines.

    Args:
        name: the accessible name.
        model: the model of the lines.
        widths: each column's minimum width in pixels, and its share of the remaining width; None hides it.

    Signals:
        opened(int): a line was double-clicked or Return pressed on it; carries its row.
        chosen(): the selection has changed.
    """

    opened = Signal(int)
    chosen = Signal()

    def __init__(self, name: str, model: QAbstractItemModel, widths: Sequence[tuple[int, int] | None]) -> None:
        super().__init__()
        self._empty = ""
        self.setAccessibleName(name)
        self.setModel(model)
        self.setItemDelegate(ToneDelegate(self))
        self.set_widths(widths)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._set_height()
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(_NARROWEST)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))
        self.selectionModel().selectionChanged.connect(lambda *_: self.chosen.emit())

    def set_widths(self, widths: Sequence[tuple[int, int] | None]) -> None:
        """Change the columns' widths."""
        self._widths = {column: width for column, width in enumerate(widths) if width is not None}
        for column in range(len(widths)):
            self.setColumnHidden(column, column not in self._widths)
        self._resize_columns()

    def rows(self) -> list[int]:
        """Return the selected rows, ascending."""
        selection = self.selectionModel().selection()
        pieces = [selection.at(at) for at in range(selection.count())]
        return sorted({row for piece in pieces for row in range(piece.top(), piece.bottom() + 1)})

    def say_when_empty(self, words: str) -> None:
        """Set the text that an empty table shows: why it is empty, and what to do."""
        self._empty = words
        self.setAccessibleDescription(words)
        self.viewport().update()

    def select(self, rows: Sequence[int]) -> None:
        """Select only these rows, ascending, and scroll to the first."""
        selection, last = QItemSelection(), self.model().columnCount() - 1
        # Adjacent rows together: Qt handles each range of a selection separately.
        for _, run in groupby(enumerate(rows), key=lambda at_row: at_row[1] - at_row[0]):
            neighbours = [row for _, row in run]
            selection.select(self.model().index(neighbours[0], 0), self.model().index(neighbours[-1], last))
        flags = QItemSelectionModel.SelectionFlag
        self.selectionModel().select(selection, flags.ClearAndSelect)
        if rows:
            first = self.model().index(rows[0], 0)
            self.selectionModel().setCurrentIndex(first, flags.NoUpdate)
            self.scrollTo(first)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open on Return, copy lines in a spreadsheet's format on Copy; leave the rest to the table."""
        if event.matches(QKeySequence.StandardKey.Copy):
            columns = sorted(self._widths)
            role = Qt.ItemDataRole.EditRole
            copy_cells([str(self.model().index(row, at).data(role)) for at in columns] for row in self.rows())
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.rows():
            self.opened.emit(self.rows()[0])
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Adapt the row height to the font."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._set_height()

    def _set_height(self) -> None:
        self.verticalHeader().setDefaultSectionSize(theme.scaled(_ROW_HEIGHT))
        self.setIconSize(QSize(theme.scaled(_ICON), theme.scaled(_ICON)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give each column its minimum width, and its share of the rest."""
        super().resizeEvent(event)
        self._resize_columns()

    def _resize_columns(self) -> None:
        head = self.horizontalHeader()
        needed = {
            column: max(theme.scaled(least), head.sectionSizeHint(column))
            for column, (least, _) in self._widths.items()
        }
        left = max(0, self.viewport().width() - sum(needed.values()))
        shares = sum(share for _, share in self._widths.values())
        for column, (_, share) in self._widths.items():
            self.setColumnWidth(column, needed[column] + left * share // shares)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the lines, or the text of an empty table."""
        super().paintEvent(event)
        if self.model().rowCount() == 0:
            painter = QPainter(self.viewport())
            painter.setPen(self.palette().placeholderText().color())
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.viewport().rect().adjusted(40, 0, -40, 0), flags, self._empty)


class RecordPage(QWidget):
    """Two tables on tabs, the details of the selection, and a remark about the last action.

    Signals:
        copy_requested(str): asks to copy these log ids, one per line.
        left(): asks to return to the page from which this was opened.
    """

    copy_requested = Signal(str)
    left = Signal()

    def __init__(self, texts: Texts, first: RecordTable, second: RecordTable, back: ActionButton) -> None:
        super().__init__()
        self._texts = texts
        self.header = Header("", "", back)
        self.tabs = QTabBar(drawBase=False, expanding=False)
        self.tabs.setAccessibleName(texts("history.tabs"))
        self._tables = QStackedWidget()
        for table in (first, second):
            self.tabs.addTab("")
            self._tables.addWidget(table)
            table.chosen.connect(self._show_chosen)
        self._details = details_line(texts("history.details"))
        self._remark = line(tone=Tone.GOOD)
        self.copy_button = ActionButton(texts("menu.copy_log_id"))
        self.copy_button.setShortcut("Ctrl+Shift+L")
        self.copy_button.clicked.connect(lambda: self.copy_requested.emit("\n".join(self._log_ids())))
        self.tabs.currentChanged.connect(self._show_tab)
        back.clicked.connect(self.left)

    def say(self, words: str, tone: Tone = Tone.GOOD) -> None:
        """Show a remark about the last action; "" removes it."""
        self._remark.setText(words)
        theme.set_style(self._remark, tone=tone)

    def _name(self, title: str) -> None:
        self.setAccessibleName(title)
        self.header.show_title(title)

    def _show_tab(self, at: int) -> None:
        self._tables.setCurrentIndex(at)
        self._show_chosen()

    def _show_chosen(self) -> None:
        raise NotImplementedError

    def _log_ids(self) -> Iterable[str]:
        raise NotImplementedError

    def _lay_out(
        self, above: Sequence[QWidget], buttons: Sequence[QWidget], below: Sequence[QWidget], bottom: int
    ) -> None:
        layouts.column(
            self.header,
            *above,
            self.tabs,
            (self._tables, 1),
            self._details,
            layouts.row((self._remark, 1), *buttons, spacing=theme.STEP),
            *below,
            on=self,
            spacing=theme.GAP,
            margins=(theme.MARGIN, theme.MARGIN, theme.MARGIN, bottom),
        )
