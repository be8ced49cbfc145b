"""Saves and prints reports: of the sheet, its last run, the day, and the rows that need a hand."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from bindtool.core.common.errors import BindtoolError
from bindtool.core.common.messages import Message
from bindtool.core.common.output_files import check_place, write_output
from bindtool.gui.common.util.file_dialogs import SaveDialog
from bindtool.gui.common.widgets.dialogs import open_once
from bindtool.gui.reports.sources import ReportScope
from bindtool.i18n.report_text import TEXT, WORKBOOK, report_file

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.reports.sources import ReportMaker, ReportSources
    from bindtool.gui.services import Services
    from bindtool.i18n.catalogue import Texts


class ReportController(QObject):
    """Asks where a report is to go, saves it, and says where it is."""

    def __init__(self, window: Window, texts: Texts, sources: ReportSources, services: Services) -> None:
        super().__init__(window)
        self._window = window
        self._texts = texts
        self._sources = sources
        self._services = services
        actions = window.actions_
        actions["save_report"].triggered.connect(lambda: self.choose(ReportScope.SHEET))
        actions["save_run"].triggered.connect(lambda: self.choose(ReportScope.RUN))
        actions["save_today"].triggered.connect(self.choose_today)
        actions["save_benches"].triggered.connect(lambda: self.choose(ReportScope.BENCHES))
        actions["save_to_handle"].triggered.connect(lambda: self.choose(ReportScope.TO_HANDLE))

    def choose_today(self) -> None:
        """Ask where the report of the day is to be saved, and save it."""
        self.choose(ReportScope.DAY)

    def choose(self, scope: ReportScope) -> None:
        """Ask where the report is to be saved, and save it; say so where there is nothing to report."""
        why_nothing = self._sources.why_nothing(scope)
        if why_nothing is not None:
            self._window.message_bar.show_answer(why_nothing)
            return
        dialog = SaveDialog(
            self._window,
            self._texts(f"report.save_{scope}"),
            {self._texts("files.workbooks"): WORKBOOK, self._texts("files.text_tables"): TEXT},
            self._sources.name(scope),
            lambda path: self.save(scope, path),
            self._services.settings,
        )
        open_once(dialog)

    def save(self, scope: ReportScope, path: Path) -> None:
        """Save the report as things stand now; the ending of `path` says as what."""
        self._services.tasks.start(self._save(self._sources.take(scope), path))

    async def _save(self, make: ReportMaker, path: Path) -> None:
        try:
            folder = self._services.folder
            await asyncio.to_thread(lambda: write_output(path, report_file(make(), path.suffix), folder))
        except BindtoolError as error:
            self._window.message_bar.show_error(error)
            return
        self._window.message_bar.show_answer(Message.of("files.saved", file=str(path)))


class PrintController(QObject):
    """Asks for a printer and prints a report on it."""

    def __init__(self, window: Window, texts: Texts, sources: ReportSources, services: Services) -> None:
        super().__init__(window)
        self._window = window
        self._texts = texts
        self._sources = sources
        self._services = services
        actions = window.actions_
        actions["print_sheet"].triggered.connect(lambda: self.ask(ReportScope.SHEET))
        actions["print_run"].triggered.connect(lambda: self.ask(ReportScope.RUN))
        actions["print_today"].triggered.connect(lambda: self.ask(ReportScope.DAY))

    def ask(self, scope: ReportScope) -> None:
        """Ask for a printer, and print; say so where there is nothing to report."""
        why_nothing = self._sources.why_nothing(scope)
        if why_nothing is not None:
            self._window.message_bar.show_answer(why_nothing)
            return
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

    def print_on(self, scope: ReportScope, printer: QPrinter) -> None:
        """Print the report as things stand now."""
        self._services.tasks.start(self._print(self._sources.take(scope), printer))

    async def _print(self, make: ReportMaker, printer: QPrinter) -> None:
        from bindtool.gui.reports.print_layout import print_pages

        try:
            if printer.outputFileName():
                # Qt writes a PDF over whatever lies there.
                path = Path(printer.outputFileName())
                await asyncio.to_thread(check_place, path, self._services.folder)
            report = await asyncio.to_thread(make)
            pages = await print_pages(report, self._texts, printer)
        except BindtoolError as error:
            self._window.message_bar.show_error(error)
            return
        self._window.message_bar.show_answer(Message.of("print.done", n=pages))
