"""Somebody with a scanner, at a window with a sheet."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from bindtool.core.profiles.profile import Profile
from bindtool.gui.common.shell.session_state import InputModeService
from bindtool.gui.common.util.background_tasks import BackgroundTasks
from bindtool.gui.main_window.window import MainWindow
from bindtool.gui.scanning.code_lines import CodeLines
from bindtool.gui.scanning.controller import ScanController
from bindtool.gui.scanning.next_label import NextLabel
from bindtool.gui.scanning.scan_session import ScanSession
from bindtool.gui.sheet.document import SheetDocument
from bindtool.gui.sheet.edit_commands import EditCommands
from bindtool.i18n.catalogue import Texts
from tests.gui.acting import said
from tests.gui.clocks import HandClock
from tests.gui.disks import SlowDisk
from tests.gui.loop import PATIENCE, finish
from tests.stories.listener import Listener


class Bench:
    """Scans, and waits for the disk."""

    def __init__(
        self,
        window: MainWindow,
        texts: Texts,
        store: SlowDisk,
        clock: HandClock,
        tasks: BackgroundTasks,
        listener: Listener,
        qtbot: QtBot,
    ) -> None:
        self.window = window
        self.document = SheetDocument(window.model, store, clock, tasks)
        self.input_mode = InputModeService()
        self.clock = clock
        self.heard = listener.heard
        self.field = window.scan_bar.field
        self._qtbot = qtbot
        self.edits = EditCommands(self.document)
        self.next_label = NextLabel(window.notices, self.document, self.edits)
        self.scans = ScanSession(clock, listener, self.input_mode, CodeLines(self.document), self.next_label)
        self.scanning = ScanController(
            window, texts, self.document, self.edits, window.scan_bar, window.table, self.scans
        )

    def open(self, profile: Profile) -> None:
        """Open the sheet of a profile."""
        finish(self._qtbot, self.document.open(profile))

    def scan(self, *texts: str) -> None:
        """Scan codes, one after another, each a second after the disk has the one before."""
        for text in texts:
            self.scanning.scan(text)
            self.is_saved()
            self.clock.pass_time(1)

    def is_saved(self) -> None:
        """Wait until the disk has everything."""
        self._qtbot.waitUntil(lambda: not self.document.saving or bool(self.document.failure), timeout=PATIENCE)

    def answer(self, at: int) -> None:
        """Press a button of the open question."""
        notice = self.window.notices.first
        assert notice is not None
        self.window.notices.take(notice, notice.options[at])
        self.is_saved()

    @property
    def ids(self) -> list[str]:
        """The rows' ids."""
        return [row.device_id for row in self.document.sheet]

    @property
    def labels(self) -> list[str]:
        """The rows' labels."""
        return [row.label for row in self.document.sheet]

    @property
    def said(self) -> str:
        """All text in the window."""
        return said(self.window)
