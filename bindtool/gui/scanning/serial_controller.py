"""Connects the serial scanner with the window, and provides the status line's text on scanner and muted sounds.

`scanners.serial_scanner` operates the scanner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from bindtool.core.common.messages import Message
from bindtool.gui.common.widgets.on_demand import OnDemand
from bindtool.gui.scanning.scan_session import ScanResult

if TYPE_CHECKING:
    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.scanners.serial_port_dialog import SerialPortDialog
    from bindtool.gui.scanning.controller import ScanController
    from bindtool.gui.services import Services
    from bindtool.i18n.catalogue import Texts

_ALARM = "serial"


class SerialController(QObject):
    """The serial scanner of a window."""

    def __init__(self, window: Window, texts: Texts, services: Services, scanning: ScanController) -> None:
        super().__init__(window)
        self._texts = texts
        self._window = window
        self._sounds = services.sounds
        self._ready_state = scanning.ready_state
        self._serial = services.serial
        self._port_dialog = OnDemand(self._make_port_dialog)
        self._serial.changed.connect(self._show_port)
        self._serial.changed.connect(self._end_alarm)
        self._serial.scanned.connect(scanning.scan_from_port)
        self._serial.paused.connect(scanning.scan_in_pieces)
        self._serial.line_begun.connect(scanning.begin_line)
        self._serial.line.connect(scanning.add_line_from_port)
        # Methods: the scanner outlives this controller, and Qt disconnects a method when its owner is deleted.
        self._serial.lost.connect(self._warn_of_lost_port)
        self._serial.unended.connect(self._warn_of_unended_line)
        window.actions_["serial_scanner"].triggered.connect(lambda: self._port_dialog().begin())

    def _make_port_dialog(self) -> SerialPortDialog:
        from bindtool.gui.scanners.serial_port_dialog import SerialPortDialog

        return SerialPortDialog(self._window, self._texts, self._serial)

    def begin(self) -> None:
        """Read the serial port, if this laptop has a scanner on one."""
        self._serial.begin()
        self._show_port()

    def status(self) -> list[str]:
        """Return the texts for the status line."""
        words = [self._texts("status.muted")] if self._sounds.muted else []
        if self._serial.state is not None:
            words.append(self._texts(self._serial.state, port=self._serial.port))
        return words

    def _show_port(self) -> None:
        self._ready_state.set_port(self._serial.port if self._serial.connected else "")

    def _warn_of_lost_port(self) -> None:
        self._alarm("serial.lost")

    def _warn_of_unended_line(self) -> None:
        self._alarm("serial.unended")

    def _alarm(self, words: str) -> None:
        """Sound an alarm and show the reason: people look at the boxes, not at the screen."""
        self._sounds.play(ScanResult.REFUSED.cue)
        self._window.notices.show_offer(_ALARM, Message.of(words, port=self._serial.port))

    def _end_alarm(self) -> None:
        if self._serial.connected or self._serial.state is None:
            self._window.notices.withdraw(_ALARM)
