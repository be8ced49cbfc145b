"""Files in and out of a window: lists of devices opened, reports saved.

Owns the file dialogs and what is read and written through them. What a file means is for `core.tabular`, what a
report holds for `core.report`; both run beside the window's thread.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog

from bindtool.core.atomic import write_atomically
from bindtool.core.errors import BindtoolError
from bindtool.core.intake import Arrival
from bindtool.core.message import Message
from bindtool.core.report import report_csv
from bindtool.core.row import Source
from bindtool.core.tabular import read_file
from bindtool.wording import report_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from PySide6.QtWidgets import QWidget

    from bindtool.core.clock import Clock
    from bindtool.gui.sheet_desk import SheetDesk
    from bindtool.gui.tasks import Tasks
    from bindtool.texts import Texts


class Files(QObject):
    """Opens lists into the sheet and saves reports of it.

    Signals:
        done(line): something was opened or saved (a `Message`).
        failed(error): it could not be (`BindtoolError`).
    """

    done = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QWidget, texts: Texts, desk: SheetDesk, clock: Clock, tasks: Tasks) -> None:
        super().__init__(parent)
        self._parent = parent
        self._texts = texts
        self._desk = desk
        self._clock = clock
        self._tasks = tasks

    def choose_list(self) -> None:
        """Ask for a file of devices and open it."""
        dialog = self._dialog("files.open_list", QFileDialog.AcceptMode.AcceptOpen, "files.lists")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda names: self.open_lists([Path(name) for name in names]))
        dialog.open()

    def open_lists(self, paths: Sequence[Path]) -> None:
        """Add the devices of files to the sheet, each file as one edit."""
        for path in paths:
            self._tasks.start(self._open_list(path))

    def choose_profile(self, opened: Callable[[Path], None]) -> None:
        """Ask for a profile that IT has made."""
        dialog = self._dialog("files.open_profile", QFileDialog.AcceptMode.AcceptOpen, "files.profiles")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: opened(Path(name)))
        dialog.open()

    def choose_profile_target(self, name: str, chosen: Callable[[Path], None]) -> None:
        """Ask where a profile is to be exported to."""
        dialog = self._dialog("files.export_profile", QFileDialog.AcceptMode.AcceptSave, "files.profiles")
        dialog.setDefaultSuffix("toml")
        dialog.selectFile(f"{name}.toml")
        dialog.fileSelected.connect(lambda path: chosen(Path(path)))
        dialog.open()

    def choose_support(self, profile: str, chosen: Callable[[Path], object]) -> None:
        """Ask where the file for support is to be saved; `profile` is the profile's name."""
        dialog = self._dialog("files.save_support", QFileDialog.AcceptMode.AcceptSave, "files.archives")
        dialog.setDefaultSuffix("zip")
        name = self._texts("files.support_name", profile=profile, time=self._now())
        dialog.selectFile(_file_name(" ".join(name.split()), "zip"))
        dialog.fileSelected.connect(lambda path: chosen(Path(path)))
        dialog.open()

    def choose_report(self) -> None:
        """Ask where the report is to be saved, and save it."""
        self._choose_report(self.save_report)

    def choose_rows(self, numbers: Collection[int]) -> None:
        """Ask where the report of these rows alone is to be saved, and save it."""
        self._choose_report(lambda path: self.save_report(path, numbers))

    def _choose_report(self, chosen: Callable[[Path], None]) -> None:
        head = self._desk.head
        named = [part for part in (head.profile, head.job) if part] if head else []
        dialog = self._dialog("files.save_report", QFileDialog.AcceptMode.AcceptSave, "files.reports")
        dialog.setDefaultSuffix("csv")
        dialog.selectFile(_file_name(" ".join([*named, self._now()]), "csv"))
        dialog.fileSelected.connect(lambda path: chosen(Path(path)))
        dialog.open()

    def save_report(self, path: Path, numbers: Collection[int] | None = None) -> None:
        """Save the report of the sheet as it stands now, or of these rows alone."""
        head = self._desk.head
        every = report_lines(self._texts, self._desk.sheet, head.profile if head else "")
        lines = [line for line in every if numbers is None or line.row.number in numbers]
        self._tasks.start(self._save_report(path, report_csv(lines)))

    async def _open_list(self, path: Path) -> None:
        try:
            table = await asyncio.to_thread(read_file, path)
        except BindtoolError as error:
            self.failed.emit(error)
            return
        count = self._desk.take((Arrival(row.device_id, row.label) for row in table.rows), Source.FILE)
        self.done.emit(Message.of("files.opened", n=count, file=path.name))

    async def _save_report(self, path: Path, report: bytes) -> None:
        try:
            await asyncio.to_thread(write_atomically, path, report)
        except BindtoolError as error:
            self.failed.emit(error)
            return
        self.done.emit(Message.of("files.saved", file=str(path)))

    def _now(self) -> str:
        return f"{self._clock.now():%Y-%m-%d %H%M}"

    def _dialog(self, title: str, mode: QFileDialog.AcceptMode, kinds: str) -> QFileDialog:
        dialog = QFileDialog(self._parent, self._texts(title))
        dialog.setAcceptMode(mode)
        dialog.setNameFilters([self._texts(kinds), self._texts("files.all")])
        return dialog


def _file_name(name: str, ending: str) -> str:
    """Return a name that every system takes."""
    return "".join("-" if letter in '\\/:*?"<>|' else letter for letter in name) + f".{ending}"
