"""Compares the sheet with a list, pasted or opened, again with each scan; copies and saves the result.

What a comparison finds is decided in `core.intake.reconcile`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from bindtool.core.common.errors import BadInput, BindtoolError
from bindtool.core.common.messages import Message
from bindtool.core.intake.reconcile import Compared, compare, find_gaps, read_wanted
from bindtool.core.reports.csv_writer import csv_text
from bindtool.gui.common.util.clipboard import copy_cells
from bindtool.gui.common.util.file_dialogs import open_file, save_file
from bindtool.gui.common.util.throttle import Throttle
from bindtool.gui.sheet.tools.compare_panel import CompareView, Side
from bindtool.gui.sheet.tools.list_import_controller import html_of, pasted, read_in_thread
from bindtool.gui.sheet.tools.list_imports import Purpose

if TYPE_CHECKING:
    from pathlib import Path

    from bindtool.core.intake.reconcile import WantedList
    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.common.util.background_tasks import BackgroundTasks
    from bindtool.gui.sheet.document import SheetDocument
    from bindtool.gui.sheet.table_view import SheetTableView
    from bindtool.gui.sheet.tools.compare_panel import ComparePanel
    from bindtool.gui.sheet.tools.list_import_controller import ListImportController
    from bindtool.gui.sheet.tools.list_imports import ListOrigin
    from bindtool.i18n.catalogue import Texts

_READING = "comparing"
_MOST_GAPS = 5
_TAIL = 6
"""Characters of an id that tell it from its neighbours."""


class CompareController(QObject):
    """Compares the sheet with a list, and says what is missing.

    Args:
        lists: those that were compared with, by the ids of their sheets: each with its name and what it wants.
    """

    def __init__(
        self,
        window: Window,
        texts: Texts,
        document: SheetDocument,
        tasks: BackgroundTasks,
        list_import: ListImportController,
        panel: ComparePanel,
        table: SheetTableView,
        lists: dict[int, tuple[str, WantedList]],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._texts = texts
        self._document = document
        self._tasks = tasks
        self._panel = panel
        self._list_import = list_import
        self._lists = lists
        self._compared = Compared((), ())
        self._sides: dict[Side, list[tuple[str, ...]]] = {}
        self._throttle = Throttle(self, self._show)
        window.actions_["compare"].triggered.connect(self._begin)
        table.sheet_model.refreshed.connect(self._throttle.request)
        document.head_changed.connect(self._throttle.request)
        panel.paste_requested.connect(self._paste)
        panel.open_requested.connect(self._choose)
        panel.copy_requested.connect(self._copy)
        panel.save_requested.connect(self._choose_target)
        panel.select_requested.connect(lambda: table.select(self._compared.extra))

    def open_list(self, path: Path) -> None:
        self._tasks.start(self._take(self._list_import.file(path)))

    def _begin(self) -> None:
        self._window.show_page(self._window.sheet_page)
        self._panel.begin()
        self._show()

    def _paste(self) -> None:
        from bindtool.core.tabular.table.result import Known

        text = QGuiApplication.clipboard().text()
        self._tasks.start(self._take(pasted(text, html_of(text), Known(self._document.rules))))

    def _choose(self) -> None:
        open_file(self._window, self._texts, "files.open_list", "files.lists", self.open_list)

    async def _take(self, origin: ListOrigin) -> None:
        """Compare with a list, unless reading it was stopped or a person did not want it after all."""
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
            self._panel.look_at(Side.MISSING)
            self._panel.show()
            self._show()
            self._panel.tell()

    def _show(self) -> None:
        if not self._panel.isVisible():
            return
        head, sheet = self._document.head, self._document.sheet
        name, wanted = self._lists.get(head.sheet_id, (None, None)) if head is not None else (None, None)
        if name is None or wanted is None:
            self._panel.show_view(CompareView(gaps=self._gaps()))
            return
        self._compared = compare(wanted, sheet)
        self._sides = {
            Side.MISSING: [(one,) for one in self._compared.missing],
            Side.EXTRA: [(sheet[number].device_id,) for number in self._compared.extra],
            Side.REPEATS: [(one, str(n)) for one, n in wanted.repeats],
        }
        lines = {side: [" × ".join(line) for line in found] for side, found in self._sides.items()}
        self._panel.show_view(CompareView(name, len(wanted.ids), lines, left_out=wanted.left_out))

    def _gaps(self) -> list[str]:
        gaps = find_gaps(row.device_id for row in self._document.sheet)
        lines = []
        for gap in gaps[:_MOST_GAPS]:
            one, other = (f"…{device_id[-_TAIL:]}" for device_id in gap.between)
            lines.append(self._texts("compare.gap", n=gap.missing, one=one, other=other))
        more = len(gaps) - _MOST_GAPS
        return [*lines, self._texts("compare.more_gaps", n=more)] if more > 0 else lines

    def _copy(self) -> None:
        lines = self._sides[self._panel.side]
        copy_cells(lines)
        self._window.notices.show_answer(Message.of("compare.copied", n=len(lines)))

    def _choose_target(self) -> None:
        side = self._panel.side
        save_file(
            self._window,
            self._texts,
            "compare.save_title",
            "files.lists",
            f"{self._texts(f'compare.file_{side}')}.csv",
            lambda path: self._save(path, side),
        )

    def _save(self, path: Path, side: Side) -> None:
        text = csv_text(("device_id", "times") if side is Side.REPEATS else ("device_id",), self._sides[side])
        data = text.encode("utf-8-sig", "backslashreplace")
        self._list_import.save(path, data, Message.of("compare.saved", file=str(path)))
