"""The panel beside the table that compares it with a list: ids not scanned yet, and ids not in the list.

The list is pasted or opened, and compared again after each scan; the result can be copied and saved.
`core.intake.reconcile` makes the comparison.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, QStringListModel
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QListView, QTabBar, QWidget

from bindtool.core.common.errors import BadInput, BindtoolError
from bindtool.core.common.messages import Message
from bindtool.core.common.safe_text import evident
from bindtool.core.intake.reconcile import Compared, WantedList, compare, find_gaps, read_wanted
from bindtool.core.reports.csv_writer import csv_text
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.icons import Mark, MarkButton
from bindtool.gui.common.theme.theme import StyleKind, Tone
from bindtool.gui.common.util.clipboard import SafeCopy, copy_cells
from bindtool.gui.common.util.file_dialogs import open_file, save_file
from bindtool.gui.common.util.throttle import Throttle
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.accessibility import announce
from bindtool.gui.common.widgets.buttons import ActionButton
from bindtool.gui.common.widgets.labels import ElidedLabel, Header, line
from bindtool.gui.sheet.tools.list_import_controller import ListImportController, html_of, pasted, read_in_thread
from bindtool.gui.sheet.tools.list_imports import ListOrigin, Purpose

if TYPE_CHECKING:
    from pathlib import Path

    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.common.util.background_tasks import BackgroundTasks
    from bindtool.gui.sheet.document import SheetDocument
    from bindtool.gui.sheet.table_view import SheetTableView
    from bindtool.i18n.catalogue import Texts

_WIDTH = 380
_LEAST_OF_LIST = 72
_READING = "comparing"
_MOST_GAPS = 5
_TAIL = 6
"""Number of characters at an id's end that distinguish it from its neighbours."""


class Side(StrEnum):
    """A result to view; the value is the message id of its tab."""

    MISSING = "compare.missing"
    EXTRA = "compare.extra"
    REPEATS = "compare.repeats"


_FILES = {
    Side.MISSING: "compare.file_missing",
    Side.EXTRA: "compare.file_extra",
    Side.REPEATS: "compare.file_repeats",
}


class ComparePanel(QFrame):
    """Compares a list with the sheet. Hidden until `begin`.

    Args:
        lists: the lists compared with, by sheet id: each with its name, "" for a pasted one, and its
            content.
    """

    def __init__(
        self,
        window: Window,
        texts: Texts,
        document: SheetDocument,
        tasks: BackgroundTasks,
        list_import: ListImportController,
        table: SheetTableView,
        lists: dict[int, tuple[str, WantedList]],
    ) -> None:
        super().__init__()
        self._window = window
        self._texts = texts
        self._document = document
        self._tasks = tasks
        self._list_import = list_import
        self._lists = lists
        self._compared = Compared((), ())
        self._sides: dict[Side, list[tuple[str, ...]]] = {side: [] for side in Side}
        self.setAccessibleName(texts("compare.name"))
        theme.set_style(self, StyleKind.BESIDE)
        close = MarkButton(Mark.CLOSE)
        close.setAccessibleName(texts("compare.close"))
        close.setToolTip(texts("compare.close"))
        close.clicked.connect(self._leave)
        self._paste_button = ActionButton(texts("compare.paste"), clicked=self._paste)
        open_button = ActionButton(texts("compare.open"), clicked=self._choose)
        self._about = line(tone=Tone.QUIET)
        self._sum = ElidedLabel(points=theme.LINE_POINTS, bold=True)
        self._tabs = QTabBar(drawBase=False, expanding=False, usesScrollButtons=False)
        self._tabs.setAccessibleName(texts("compare.sides"))
        for side in Side:
            self._tabs.addTab(texts(side, count=0))
        self._tabs.currentChanged.connect(self._show_side)
        self._lines = QStringListModel()
        self._list = QListView()
        self._list.setModel(self._lines)
        self._list.setAccessibleName(texts("compare.lines"))
        self._list.setUniformItemSizes(True)
        self._list.setMinimumHeight(_LEAST_OF_LIST)
        SafeCopy(self._list)
        self._list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self._copy_button = ActionButton(texts("compare.copy"), clicked=self._copy)
        self._save_button = ActionButton(texts("compare.save"), clicked=self._choose_target)
        self._select_button = ActionButton(
            texts("compare.select"), clicked=lambda: table.select(self._compared.extra)
        )
        layouts.column(
            Header(texts("compare.name"), "", close, points=theme.LINE_POINTS),
            layouts.row((self._paste_button, 1), (open_button, 1), spacing=theme.GAP),
            self._about,
            self._sum,
            self._tabs,
            (self._list, 1),
            layouts.row((self._copy_button, 1), (self._save_button, 1), spacing=theme.GAP),
            self._select_button,
            0,
            on=self,
            spacing=theme.GAP,
            margins=(theme.MARGIN, theme.GAP, theme.MARGIN, theme.GAP),
        )
        buttons = self._copy_button, self._save_button, self._select_button
        self._result: tuple[QWidget, ...] = self._sum, self._tabs, self._list, *buttons
        for part in self._result:
            part.hide()
        self.hide()
        throttle = Throttle(self, self._compare)
        table.sheet_model.refreshed.connect(throttle.request)
        document.head_changed.connect(throttle.request)

    def begin(self) -> None:
        """Show the panel, and focus the buttons that take a list."""
        self._window.show_page(self._window.sheet_page)
        self.show()
        self._paste_button.setFocus()
        self._compare()

    def look_at(self, side: Side) -> None:
        self._tabs.setCurrentIndex(list(Side).index(side))

    def sizeHint(self) -> QSize:
        """Return the width of the tabs with their counts."""
        return QSize(max(theme.scaled(_WIDTH), self.minimumSizeHint().width()), super().sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take a list on Ctrl+V, whichever widget of the panel has the focus."""
        if event.matches(QKeySequence.StandardKey.Paste):
            self._paste()
        else:
            super().keyPressEvent(event)

    def _leave(self) -> None:
        self.hide()
        self._window.show_page(self._window.sheet_page)

    # taking a list

    def _paste(self) -> None:
        from bindtool.core.tabular.table.result import Known

        text = QGuiApplication.clipboard().text()
        self._tasks.start(self._take(pasted(text, html_of(text), Known(self._document.rules))))

    def _choose(self) -> None:
        def take(path: Path) -> None:
            self._tasks.start(self._take(self._list_import.file(path)))

        open_file(self._window, self._texts, "files.open_list", "files.lists", take)

    async def _take(self, origin: ListOrigin) -> None:
        """Compare with a list, unless reading was stopped or the user declined the list."""
        head, rules, called = self._document.head, self._document.rules, origin.name(self._texts)
        try:
            opened = await self._list_import.understood(origin, Purpose.COMPARE)
        except BindtoolError as error:
            self._window.notices.show_error(error)
            return
        if opened is None:
            return
        ids, left_out = opened.read.named
        wanted = await read_in_thread(
            lambda watch: read_wanted(ids, rules, watch), called, self._window.notices, self._texts, _READING
        )
        if wanted is None:
            return
        if not wanted.ids:
            self._window.notices.show_error(BadInput("compare.no_ids"))
        elif head is not None:
            wanted = replace(wanted, left_out=left_out)
            self._lists[head.sheet_id] = ("" if origin.path is None else called, wanted)
            self.look_at(Side.MISSING)
            self.show()
            self._compare()
            announce(self, self.accessibleDescription())

    # comparing

    def _compare(self) -> None:
        """Compare again, and show the result."""
        if not self.isVisible():
            return
        head, sheet = self._document.head, self._document.sheet
        name, wanted = self._lists.get(head.sheet_id, ("", None)) if head is not None else ("", None)
        for part in self._result:
            part.setVisible(wanted is not None)
        if wanted is None:
            self._about.setText("\n".join([self._texts("compare.begin"), *self._gaps()]))
            self.setAccessibleDescription(self._about.text())
            return
        self._compared = compare(wanted, sheet)
        self._sides = {
            Side.MISSING: [(one,) for one in self._compared.missing],
            Side.EXTRA: [(sheet[number].device_id,) for number in self._compared.extra],
            Side.REPEATS: [(one, str(n)) for one, n in wanted.repeats],
        }
        for at, (side, found) in enumerate(self._sides.items()):
            self._tabs.setTabText(at, self._texts(side, count=len(found)))
        self._show_sum(name, wanted)
        self._show_side()

    def _show_sum(self, name: str, wanted: WantedList) -> None:
        texts, missing = self._texts, len(self._compared.missing)
        words = texts("compare.list", name=name or texts("compare.pasted"), n=len(wanted.ids))
        left_out = f"\n{texts('compare.left_out', n=wanted.left_out)}" if wanted.left_out else ""
        self._about.setText(words + left_out)
        whole = texts("compare.all_compared" if wanted.left_out else "compare.all")
        self._sum.setText(texts("compare.not_scanned", n=missing) if missing else whole)
        theme.set_style(self._sum, tone=Tone.UNSURE if missing or wanted.left_out else Tone.GOOD)
        self.setAccessibleDescription(self._sum.text())

    def _gaps(self) -> list[str]:
        """Return the running numbers missing in the sheet, one text each."""
        gaps = find_gaps(row.device_id for row in self._document.sheet)
        lines = ["", self._texts("compare.gaps")] if gaps else []
        for gap in gaps[:_MOST_GAPS]:
            one, other = (f"…{device_id[-_TAIL:]}" for device_id in gap.between)
            lines.append(self._texts("compare.gap", n=gap.missing, one=one, other=other))
        more = len(gaps) - _MOST_GAPS
        return [*lines, self._texts("compare.more_gaps", n=more)] if more > 0 else lines

    @property
    def _side(self) -> Side:
        return list(Side)[self._tabs.currentIndex()]

    def _show_side(self) -> None:
        lines = [evident(" × ".join(line)) for line in self._sides[self._side]]
        if lines != self._lines.stringList():
            self._lines.setStringList(lines)
        for button in (self._copy_button, self._save_button, self._select_button):
            button.allow(bool(lines), self._texts("compare.nothing"))
        self._select_button.setVisible(self._side is Side.EXTRA)

    # using the result

    def _copy(self) -> None:
        lines = self._sides[self._side]
        copy_cells(lines)
        self._window.notices.show_answer(Message.of("compare.copied", n=len(lines)))

    def _choose_target(self) -> None:
        side = self._side
        save_file(
            self._window,
            self._texts,
            "compare.save_title",
            "files.lists",
            f"{self._texts(_FILES[side])}.csv",
            lambda path: self._save(path, side),
        )

    def _save(self, path: Path, side: Side) -> None:
        text = csv_text(("device_id", "times") if side is Side.REPEATS else ("device_id",), self._sides[side])
        data = text.encode("utf-8-sig", "backslashreplace")
        self._list_import.save(path, data, Message.of("compare.saved", file=str(path)))
