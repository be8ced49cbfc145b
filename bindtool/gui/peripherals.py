"""What else hangs on the laptop beside its keyboard: speakers, and a scanner on a serial port.

Owns their connections to the window and their words in the status line. How they work is for `hearing` and
`serial_scanner`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from bindtool.gui.dialogs.serial_port import SerialPort
from bindtool.gui.hearing import Hearing
from bindtool.gui.port_reader import found_ports
from bindtool.gui.sounds import Cue

if TYPE_CHECKING:
    from bindtool.gui.ground import Ground
    from bindtool.gui.main_window import MainWindow
    from bindtool.gui.scanning import Scanning
    from bindtool.gui.session import Session
    from bindtool.texts import Texts

_ALARM = "serial"


class Peripherals(QObject):
    """Speakers and serial scanner of a window.

    Signals:
        changed(): what the status line has to say of them is another now.
    """

    changed = Signal()

    def __init__(
        self, window: MainWindow, texts: Texts, session: Session, ground: Ground, scanning: Scanning
    ) -> None:
        super().__init__(window)
        self._texts = texts
        self._window = window
        self._sounds = ground.sounds
        self._readiness = scanning.readiness
        self.hearing = Hearing(window.strip, session, ground.sounds, window.actions_["mute"])
        self.serial = ground.serial
        self.serial_port = SerialPort(texts, self.serial, found_ports, window)
        self.hearing.changed.connect(self.changed)
        self.serial.changed.connect(self.changed)
        self.serial.changed.connect(self._tell_port)
        self.serial.changed.connect(self._end_alarm)
        self.serial.scanned.connect(scanning.scan_from_port)
        self.serial.paused.connect(scanning.scan_in_pieces)
        # Methods: the scanner outlives this window's parts, and lets go of a method's owner with them.
        self.serial.lost.connect(self._tell_lost)
        self.serial.unended.connect(self._tell_unended)
        window.actions_["serial_scanner"].triggered.connect(self.serial_port.begin)

    def begin(self) -> None:
        """Read the serial port, where this laptop has a scanner on one."""
        self.serial.begin()
        self._tell_port()

    def status(self) -> list[str]:
        """Return the words for the status line."""
        words = [self._texts("status.muted")] if self.hearing.muted else []
        if self.serial.state is not None:
            words.append(self._texts(f"serial.{self.serial.state}", port=self.serial.port))
        return words

    def _tell_port(self) -> None:
        self._readiness.set_port(self.serial.port if self.serial.connected else "")

    def _tell_lost(self) -> None:
        self._alarm("serial.lost")

    def _tell_unended(self) -> None:
        self._alarm("serial.unended")

    def _alarm(self, words: str) -> None:
        """Eyes are on the boxes: whoever goes on scanning has to look up."""
        self._sounds.play(Cue.REFUSED)
        self._window.offer.offer(_ALARM, self._texts(words, port=self.serial.port), (), lambda _: None)

    def _end_alarm(self) -> None:
        if self.serial.connected or self.serial.state is None:
            self._window.offer.withdraw(_ALARM)
