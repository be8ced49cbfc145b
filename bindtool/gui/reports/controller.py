"""Saves and prints reports: of the sheet, its last run, the day, and the rows that need a hand."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl

from bindtool.core.common.errors import BindtoolError
from bindtool.core.common.messages import Message
from bindtool.core.common.output_files import check_place, write_output
from bindtool.gui.common.util.file_dialogs import SaveDialog, report_folder
from bindtool.gui.common.widgets.dialogs import open_once
from bindtool.gui.common.widgets.notices import Option
from bindtool.gui.reports.sources import ReportScope, ReportSources
from bindtool.i18n.report_text import TEXT, WORKBOOK, report_file

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from PySide6.QtPrintSupport import QPrinter

    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.reports.sources import ReportMaker
    from bindtool.gui.services import Services
    from bindtool.i18n.catalogue import Texts

    Ask = Callable[[ReportScope], Awaitable[None]]

_SAVING = {
    "save_report": ReportScope.SHEET,
    "save_run": ReportScope.RUN,
    "save_today": ReportScope.DAY,
    "save_benches": ReportScope.BENCHES,
    "save_to_handle": ReportScope.TO_HANDLE,
}
_PRINTING = {"print_sheet": ReportScope.SHEET, "print_run": ReportScope.RUN, "print_today": ReportScope.DAY}


class ReportController(QObject):
    """Asks where a report is to go, saves or prints it, and says what became of it."""

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
        """Ask where the report of the day is to be saved, and save it."""
        self._ask_for(ReportScope.DAY, self._choose_file)

    def _ask_for(self, scope: ReportScope, ask: Ask) -> None:
        self._services.tasks.start(self._ask_if_any(scope, ask))

    async def _ask_if_any(self, scope: ReportScope, ask: Ask) -> None:
        """Ask where a report is to go; say so where there is nothing to report."""
        why_nothing = await self._sources.why_nothing(scope)
        if why_nothing is not None:
            self._window.notices.show_answer(why_nothing)
        else:
            await ask(scope)

    async def _choose_file(self, scope: ReportScope) -> None:
        folder = await report_folder(self._services.settings)
        dialog = SaveDialog(
            self._window,
            self._texts(f"report.save_{scope}"),
            {self._texts("files.workbooks"): WORKBOOK, self._texts("files.text_tables"): TEXT},
            self._sources.name(scope),
            lambda path: self.save(scope, path),
            folder,
            self._services.settings,
        )
        open_once(dialog)

    async def _choose_printer(self, scope: ReportScope) -> None:
        # Loaded with the first page: most people never print.
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
        """Save the report as things stand now; the ending of `path` says as what."""
        opening = (
            Option(Message.of("files.show_folder"), lambda: self._show_in_folder(path), quiet=True),
            Option(Message.of("files.open"), lambda: self._open(path)),
        )
        saving = self._telling(self._save(self._sources.take(scope), path), *opening)
        self._services.tasks.start(saving, to_its_end=True)

    def print_on(self, scope: ReportScope, printer: QPrinter) -> None:
        """Print the report as things stand now."""
        self._services.tasks.start(self._telling(self._print(self._sources.take(scope), printer)))

    def _show_in_folder(self, path: Path) -> None:
        # Loaded with what asks a desktop for it.
        from bindtool.gui.common.util.file_dialogs import show_in_folder

        show_in_folder(path, self, lambda: self._open(path.parent))

    def _open(self, path: Path) -> None:
        """Have the system open a file or a folder."""
        if not self._services.open_page(QUrl.fromLocalFile(str(path)).toString()):
            self._window.notices.show_answer(Message.of("files.not_opened", file=str(path)))

    async def _telling(self, work: Coroutine[object, object, Message], *options: Option) -> None:
        """Say what the work has come to, with what can be done then, or why it failed."""
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

        if printer.outputFileName():
            # Qt writes a PDF over whatever lies there.
            path = Path(printer.outputFileName())
            await asyncio.to_thread(check_place, path, self._services.folder)
        report = await asyncio.to_thread(make)
        return Message.of("print.done", n=await print_pages(report, self._texts, printer))
