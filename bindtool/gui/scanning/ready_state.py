"""Decides whether a scan would arrive here, and shows it in the scan bar: only facts, no guesses.

Knows the reasons why a scan would not arrive; sounds an alarm when the window loses the focus during scanning;
shows since when scans were missed, if keys of one were seen; and how long ago the latest scan was, since an
unplugged keyboard scanner can't be detected. `scanning.controller` handles scans.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication

from bindtool.gui.common.shell.session_state import InputMode
from bindtool.gui.scanning.scan_session import ScanResult, ScanSession

if TYPE_CHECKING:
    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.scanning.scan_bar import ScanBar
    from bindtool.gui.sheet.document import SheetDocument
    from bindtool.i18n.catalogue import Texts

_MINUTE = timedelta(minutes=1)


class ReadyState(QObject):
    """Keeps the state shown in the scan bar up to date."""

    def __init__(
        self, window: Window, texts: Texts, document: SheetDocument, scan_bar: ScanBar, scans: ScanSession
    ) -> None:
        super().__init__(window)
        self._window = window
        self._texts = texts
        self._document = document
        self._scan_bar = scan_bar
        self._scans = scans
        self._in_front = True
        self._own_dialog = False
        self._label_open = False
        self._port = ""
        self._awaited = ""
        # Not more often: minutes are rarely watched, and a laptop may sleep in between.
        self._minute = QTimer(self, interval=_MINUTE // timedelta(milliseconds=1))
        self._minute.timeout.connect(self.show)
        window.front_changed.connect(self._front_changed)
        window.closed.connect(self._stop_watching)
        document.head_changed.connect(self.show)
        scans.input_mode.entered.connect(self.show)
        document.disk_failed.connect(self.show)
        if scans.time is not None:
            self._minute.start()

    def note_scan(self) -> None:
        """Record a scan: the scanner works, and the notice of missed scans is done with."""
        outdated = self._missed() or self._quiet()
        self._scans.time = self._scans.clock.now()
        self._scans.missed_since = None
        self._minute.start()
        if outdated:
            self.show()

    def note_missed(self) -> None:
        """Record that keys of a scan were seen which were lost in whole or in part."""
        self._scans.missed_since = self._scans.missed_since or self._scans.clock.now()
        self.show()

    def set_label_open(self, label_open: bool) -> None:
        """Set whether an input method may take keys before the window does."""
        self._label_open = label_open
        self.show()

    def set_port(self, port: str) -> None:
        """Set the scanner's serial port, from which scans arrive whichever window is in front; "" for none."""
        self._port = port
        self.show()

    def set_awaited(self, words: str) -> None:
        """Set the text that names the existing row which the next scan is for."""
        self._awaited = words
        self.show()

    def show(self) -> None:
        """Show in the scan bar whether a scan would arrive, or why not."""
        scan_bar = self._scan_bar
        no_disk = self._why_no_disk()
        reason = self._why_not() or no_disk
        if reason:
            scan_bar.set_not_ready(reason)
        elif self._scans.input_mode.mode is InputMode.LOOK_UP:
            scan_bar.set_looking_up()
        elif self._scans.input_mode.mode is InputMode.SCAN_AGAIN:
            scan_bar.set_awaiting(self._awaited)
        else:
            scan_bar.set_ready(self._missed(), self._quiet())
        scan_bar.field.take_scans(why_not=no_disk)

    def _why_not(self) -> str:
        if not self._in_front:
            if self._port:
                return self._texts("not_ready.behind_serial", port=self._port)
            if QApplication.activeModalWidget() is not None:
                return self._texts("not_ready.dialog")
            return self._texts("not_ready.beside" if self._own_dialog else "not_ready.behind")
        return self._texts("not_ready.label") if self._label_open else ""

    def _why_no_disk(self) -> str:
        """Return why a scan could not be saved; "" if it could."""
        if self._document.takes_scans:
            return ""
        failure = self._document.failure
        return self._texts.say(failure.title) if failure is not None else self._texts("not_ready.disk")

    def _missed(self) -> str:
        since = self._scans.missed_since
        return self._texts("scan.missed_since", time=f"{since:%H:%M:%S}") if since else ""

    def _quiet(self) -> str:
        minutes = (self._scans.clock.now() - self._scans.time) // _MINUTE if self._scans.time else 0
        return self._texts("scan.quiet", n=minutes) if minutes > 0 else ""

    def _front_changed(self, in_front: bool) -> None:
        was_in_front = self._in_front
        self._in_front = in_front
        self._own_dialog = not in_front and self._dialog_is_in_front()
        if was_in_front and not in_front and not self._own_dialog and not self._port:
            self._sound_alarm_while_scanning()
        self.show()

    def _dialog_is_in_front(self) -> bool:
        active = QApplication.activeWindow()
        # Qt knows that a native dialog is open, but has no window for it.
        return QApplication.activeModalWidget() is not None or (
            active is not None and active.parentWidget() is self._window
        )

    def _stop_watching(self) -> None:
        """Stop watching, so that no alarm sounds while the window closes."""
        self._in_front = False

    def _sound_alarm_while_scanning(self) -> None:
        now = self._scans.clock.now()
        if self._scans.time is not None and now - self._scans.time < _MINUTE:
            self._scan_bar.flash(ScanResult.REFUSED)
            self._scans.sounds.play(ScanResult.REFUSED.cue)
