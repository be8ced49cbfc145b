"""Saves and prints reports: on the sheet, its last run, the day, and the rows that need handling.

Copies the window's data at once; the rest runs in a thread.
"""

from __future__ import annotations

import asyncio
import platform
from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl

from bindtool.core.common.errors import BindtoolError
from bindtool.core.common.messages import Message
from bindtool.core.common.output_files import check_place, write_output
from bindtool.core.model.channel import Behaviour
from bindtool.core.model.outcome import NEEDS_HAND
from bindtool.core.profiles.profile import as_known
from bindtool.core.reports.csv_writer import COLUMNS, TO_HANDLE_COLUMNS
from bindtool.core.reports.other_benches import benches_of_day
from bindtool.core.reports.rows import (
    ReportPart,
    day_of,
    gone_of_run,
    part_of,
    part_of_run,
    part_to_handle,
    rows_of_day,
)
from bindtool.core.store import History
from bindtool.gui.common.util.file_dialogs import SaveDialog, report_folder
from bindtool.gui.common.widgets.dialogs import open_once
from bindtool.gui.common.widgets.notices import Option
from bindtool.i18n.report_text import TEXT, WORKBOOK, name_of, report_file, report_of, report_of_benches

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Sequence
    from datetime import datetime

    from PySide6.QtPrintSupport import QPrinter

    from bindtool.core.profiles.profile import Profile
    from bindtool.core.reports.layout import Report
    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.services import Services
    from bindtool.gui.sheet.document import SheetDocument
    from bindtool.i18n.catalogue import Texts

    ReportMaker = Callable[[], Report]
    Ask = Callable[["ReportScope"], Awaitable[None]]


class ReportScope(StrEnum):
    """The subject of a report."""

    SHEET = "sheet"
    RUN = "run"
    DAY = "day"
    BENCHES = "benches"
    TO_HANDLE = "to_handle"


_TITLES = {
    ReportScope.SHEET: "report.of_sheet",
    ReportScope.RUN: "report.of_run",
    ReportScope.DAY: "report.of_day",
    ReportScope.TO_HANDLE: "report.of_to_handle",
}
_DIALOG_TITLES = {
    ReportScope.SHEET: "report.save_sheet",
    ReportScope.RUN: "report.save_run",
    ReportScope.DAY: "report.save_day",
    ReportScope.BENCHES: "report.save_benches",
    ReportScope.TO_HANDLE: "report.save_to_handle",
}
_NAMES = {
    ReportScope.RUN: "report.name_run",
    ReportScope.DAY: "report.name_day",
    ReportScope.BENCHES: "report.name_benches",
    ReportScope.TO_HANDLE: "report.name_to_handle",
}
"""What files are called besides their sheet's name."""

_OF_THE_DAY = (ReportScope.DAY, ReportScope.BENCHES)


class ReportSources:
    """Builds reports on the open sheet, on its last run, on its rows to handle, and on the day."""

    def __init__(self, texts: Texts, document: SheetDocument, services: Services) -> None:
        self._texts = texts
        self._document = document
        self._services = services

    async def why_nothing(self, scope: ReportScope) -> Message | None:
        """Return why there is nothing to report; None if there is something.

        Raises:
            StoreFailed: the disk can't be read.
        """
        if scope in _OF_THE_DAY:
            return await asyncio.to_thread(self._why_nothing_of_the_day, scope)
        head = self._document.head
        if head is None:
            return Message.of("sheet.not_open.title")
        runs = self._services.store.runs
        if scope is ReportScope.RUN and await asyncio.to_thread(runs.last, head.sheet_id) is None:
            return Message.of("files.nothing_sent")
        counts = self._document.sheet.counts()
        if scope is ReportScope.TO_HANDLE and not any(counts[state] for state in NEEDS_HAND):
            return Message.of("report.nothing_to_handle")
        return None

    def _why_nothing_of_the_day(self, scope: ReportScope) -> Message | None:
        store, day = self._services.store, day_of(self._services.clock.now())
        if scope is ReportScope.BENCHES and not store.benches.any_remote:
            return Message.of("report.no_other_bench")
        told = scope is ReportScope.BENCHES and store.benches.any_between(*day)
        found = told or store.sheets.between(*day) or store.bindings.bound_between(*day)
        return None if found else Message.of("report.nothing_today")

    def name(self, scope: ReportScope) -> str:
        """Return the report's file name without suffix."""
        now, texts, head = self._services.clock.now(), self._texts, self._document.head
        parts = [texts.name(head.profile), head.job] if head is not None and scope not in _OF_THE_DAY else []
        if scope in _NAMES:
            parts.append(texts(_NAMES[scope]))
        parts.append(f"{now:%Y-%m-%d}" if scope in _OF_THE_DAY else f"{now:%Y-%m-%d %H%M}")
        if self._services.practice:
            parts.append(texts("practice.profile"))
        return " ".join(dict.fromkeys(filter(None, parts)))

    def take(self, scope: ReportScope) -> ReportMaker:
        """Copy the window's data now; return a function that builds the report on any thread.

        The function raises StoreFailed if the disk can't be read. There must be something to report.
        """
        head, store, now, texts = self._document.head, self._services.store, self._services.clock.now(), self._texts
        profiles = self._services.repository.profiles
        if scope is ReportScope.BENCHES:
            return lambda: self._of_benches(now, self._unchecked(profiles))
        if scope is ReportScope.DAY or head is None:
            return lambda: self._of_day(now, self._unchecked(profiles))
        rows = part_of(head, self._document.sheet)

        def make() -> Report:
            part = replace(rows, unchecked=head.profile in self._unchecked(profiles))
            chosen = part_to_handle(part) if scope is ReportScope.TO_HANDLE else part
            of_run = store.runs.last(head.sheet_id) if scope is ReportScope.RUN else None
            if of_run is None:
                if scope is ReportScope.SHEET:
                    chosen = replace(part, requests=store.runs.count_requests(head.sheet_id))
                return self._report(scope, name_of(texts, head), now, [chosen])
            chosen = part_of_run(part, store, of_run.run_id)
            gone = gone_of_run(chosen, store, of_run)
            return self._report(scope, name_of(texts, head), now, [chosen], gone)

        return make

    def _of_day(self, now: datetime, unchecked: frozenset[str]) -> Report:
        parts, gone = rows_of_day(self._services.store, now, unchecked)
        return self._report(ReportScope.DAY, f"{now:%Y-%m-%d}", now, parts, gone)

    def _of_benches(self, now: datetime, unchecked: frozenset[str]) -> Report:
        store = self._services.store
        parts, gone = rows_of_day(store, now, unchecked)
        benches = benches_of_day(History(store.path), now, store.benches.bench_id, platform.node())
        title = self._texts("report.of_benches", name=f"{now:%Y-%m-%d}")
        return report_of_benches(
            self._texts, title, parts, benches, now, practice=self._services.practice, gone=gone
        )

    def _report(
        self, scope: ReportScope, name: str, now: datetime, parts: Sequence[ReportPart], gone: Sequence[str] = ()
    ) -> Report:
        columns = TO_HANDLE_COLUMNS if scope is ReportScope.TO_HANDLE else COLUMNS
        title = self._texts(_TITLES[scope], name=name)
        return report_of(
            self._texts, title, parts, now, practice=self._services.practice, columns=columns, gone=gone
        )

    def _unchecked(self, profiles: Sequence[Profile]) -> frozenset[str]:
        """Return the names of the profiles for which it is unknown if the channel keeps its earlier devices."""
        store = self._services.store
        known = (as_known(each, store.channels.check(each.channel)) for each in profiles)
        return frozenset(each.name for each in known if each.behaviour is Behaviour.NOT_CHECKED)


_SAVING = {
    "save_report": ReportScope.SHEET,
    "save_run": ReportScope.RUN,
    "save_today": ReportScope.DAY,
    "save_benches": ReportScope.BENCHES,
    "save_to_handle": ReportScope.TO_HANDLE,
}
_PRINTING = {"print_sheet": ReportScope.SHEET, "print_run": ReportScope.RUN, "print_today": ReportScope.DAY}


class ReportController(QObject):
    """Asks for the target of a report, saves or prints it, and shows the result."""

    def __init__(self, window: Window, texts: Texts, sources: ReportSources, services: Services) -> None:
        super().__init__(window)
        self._window = window
        self._texts = texts
        self._sources = sources
        self._services = services
        for ask, actions in ((self._choose_file, _SAVING), (self._choose_printer, _PRINTING)):
            for name, scope in actions.items():
                window.actions_[name].triggered.connect(
                    lambda _=False, ask=ask, scope=scope: self._ask_for(scope, ask)
                )

    def choose_today(self) -> None:
        """Ask where to save the day's report, and save it."""
        self._ask_for(ReportScope.DAY, self._choose_file)

    def _ask_for(self, scope: ReportScope, ask: Ask) -> None:
        self._services.tasks.start(self._ask_if_any(scope, ask))

    async def _ask_if_any(self, scope: ReportScope, ask: Ask) -> None:
        """Ask for the target of a report; if there is nothing to report, say so."""
        why_nothing = await self._sources.why_nothing(scope)
        if why_nothing is not None:
            self._window.notices.show_answer(why_nothing)
        else:
            await ask(scope)

    async def _choose_file(self, scope: ReportScope) -> None:
        folder = await report_folder(self._services.settings)
        dialog = SaveDialog(
            self._window,
            self._texts(_DIALOG_TITLES[scope]),
            {self._texts("files.workbooks"): WORKBOOK, self._texts("files.text_tables"): TEXT},
            self._sources.name(scope),
            lambda path: self.save(scope, path),
            folder,
            self._services.settings,
        )
        open_once(dialog)

    async def _choose_printer(self, scope: ReportScope) -> None:
        # Loaded with the first print: most users never print.
        from PySide6.QtPrintSupport import QAbstractPrintDialog, QPrintDialog, QPrinter

        from bindtool.gui.reports.print_layout import set_landscape

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(self._sources.name(scope))
        set_landscape(printer)
        dialog = QPrintDialog(printer, self._window)
        dialog.setWindowTitle(self._texts("print.title"))
        dialog.setOption(QAbstractPrintDialog.PrintDialogOption.PrintPageRange, on=False)
        dialog.accepted.connect(lambda: self.print_on(scope, printer))
        open_once(dialog)

    def save(self, scope: ReportScope, path: Path) -> None:
        """Save the report on the current state; the suffix of `path` selects the format."""
        opening = (
            Option(Message.of("files.show_folder"), lambda: self._show_in_folder(path), quiet=True),
            Option(Message.of("files.open"), lambda: self._open(path)),
        )
        saving = self._show_result(self._save(self._sources.take(scope), path), *opening)
        self._services.tasks.start(saving, to_its_end=True)

    def print_on(self, scope: ReportScope, printer: QPrinter) -> None:
        """Print the report on the current state."""
        self._services.tasks.start(self._show_result(self._print(self._sources.take(scope), printer)))

    def _show_in_folder(self, path: Path) -> None:
        # Loaded on first use, with the file dialogs.
        from bindtool.gui.common.util.file_dialogs import show_in_folder

        show_in_folder(path, self, lambda: self._open(path.parent))

    def _open(self, path: Path) -> None:
        """Open a file or a folder with the system's program for it."""
        if not self._services.open_page(QUrl.fromLocalFile(str(path)).toString()):
            self._window.notices.show_answer(Message.of("files.not_opened", file=str(path)))

    async def _show_result(self, work: Coroutine[object, object, Message], *options: Option) -> None:
        """Show the result of the work with follow-up options, or the reason of its failure."""
        try:
            self._window.notices.show_answer(await work, *options)
        except BindtoolError as error:
            self._window.notices.show_error(error)

    async def _save(self, make: ReportMaker, path: Path) -> Message:
        folder = self._services.folder
        await asyncio.to_thread(lambda: write_output(path, report_file(make(), path.suffix), folder))
        return Message.of("files.saved", file=str(path))

    async def _print(self, make: ReportMaker, printer: QPrinter) -> Message:
        from bindtool.gui.reports.print_layout import print_pages

        report = await asyncio.to_thread(make)
        name, folder = printer.outputFileName(), self._services.folder
        path = Path(name)
        if name:
            await asyncio.to_thread(check_place, path, folder)
        # In a printer's own format, the name may be that of a port.
        if not name or printer.outputFormat() is not printer.OutputFormat.PdfFormat:
            return Message.of("print.done", n=await print_pages(report, self._texts, printer))
        # Qt writes a PDF in this thread, and a share may hang.
        with TemporaryDirectory(prefix="bindtool-") as beside:
            pages = Path(beside, "pages.pdf")
            printer.setOutputFileName(str(pages))
            count = await print_pages(report, self._texts, printer)
            await asyncio.to_thread(lambda: write_output(path, pages.read_bytes(), folder))
        return Message.of("print.done", n=count)
