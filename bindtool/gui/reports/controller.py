"""Reports as files: of the sheet, its last run, the day here or at all benches, and what there is to handle.

Each is a workbook or CSV. Owns the way from an entry of the menu to the file. What stands in a report is for
`sources` and `bindtool.reporting`; it is made and written beside the window's thread.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from bindtool.core.common.errors import BindtoolError
from bindtool.core.common.messages import Message
from bindtool.core.common.output_files import write_output
from bindtool.gui.common.util.file_dialogs import SaveDialog
from bindtool.gui.common.widgets.dialogs import open_once
from bindtool.gui.reports.sources import About
from bindtool.reporting import TEXT, WORKBOOK, report_file

if TYPE_CHECKING:
    from pathlib import Path

    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.reports.sources import Making, ReportSources
    from bindtool.gui.services import Ground
    from bindtool.texts import Texts


class ReportFiles(QObject):
    """Asks where a report is to go, saves it, and says where it is."""

    def __init__(self, window: Window, texts: Texts, sources: ReportSources, ground: Ground) -> None:
        super().__init__(window)
        self._window = window
        self._texts = texts
        self._sources = sources
        self._ground = ground
        actions = window.actions_
        actions["save_report"].triggered.connect(lambda: self.choose(About.SHEET))
        actions["save_run"].triggered.connect(lambda: self.choose(About.RUN))
        actions["save_today"].triggered.connect(self.choose_today)
        actions["save_benches"].triggered.connect(lambda: self.choose(About.BENCHES))
        actions["save_to_handle"].triggered.connect(lambda: self.choose(About.TO_HANDLE))

    def choose_today(self) -> None:
        """Ask where the report of the day is to be saved, and save it."""
        self.choose(About.DAY)

    def choose(self, about: About) -> None:
        """Ask where the report is to be saved, and save it; say so where there is nothing to report."""
        nothing = self._sources.nothing(about)
        if nothing is not None:
            self._window.notice.show_answer(nothing)
            return
        dialog = SaveDialog(
            self._window,
            self._texts(f"report.save_{about}"),
            {WORKBOOK: self._texts("files.workbooks"), TEXT: self._texts("files.text_tables")},
            self._sources.name(about),
            self._ground.settings,
            lambda path: self.save(about, path),
        )
        open_once(dialog)

    def save(self, about: About, path: Path) -> None:
        """Save the report as things stand now; the ending of `path` says as what."""
        self._ground.tasks.start(self._save(self._sources.take(about), path))

    async def _save(self, make: Making, path: Path) -> None:
        try:
            folder = self._ground.folder
            await asyncio.to_thread(lambda: write_output(path, report_file(make(), path.suffix), folder))
        except BindtoolError as error:
            self._window.notice.show_error(error)
            return
        self._window.notice.show_answer(Message.of("files.saved", file=str(path)))
