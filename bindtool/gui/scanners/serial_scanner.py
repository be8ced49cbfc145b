"""The scanner on a serial port or in USB-COM mode: its settings on this laptop, and its scans.

Owns the settings and the reader. It needs no focus: a scan arrives whatever window is in front. What is done with
a scan is for `scanning.controller`.
"""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, QTimer, Signal

from bindtool.gui.scanners.serial_reader import RETRY_DELAYS, SILENT_READS, PortState, SerialReader

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bindtool.core.scanner.serial_framing import ScanLine

DEFAULT_BAUD = 9600
_PORT = "serial/port"
_BAUD = "serial/baud"
_TURN = 0.005
"""Seconds of scans in one go: a scanner that empties its memory sends hundreds at once."""
_OPEN = frozenset({PortState.CONNECTED, PortState.NO_END})


class SerialScanner(QObject):
    """Reads the port that was chosen on this laptop; none until one is.

    Signals:
        scanned(str): a whole line came; the raw text, never empty.
        paused(str, str): a line came with a pause in it; the raw text, and what of it came before the pause.
        line_begun(), line(str): one more line of the code before it begins, and has come; its raw text.
        changed(): another port, or another state of it.
        lost(): the port was open and is gone; it is tried again until it is back.
        unended(): something came without a line end, and none has come for long.
    """

    scanned = Signal(str)
    paused = Signal(str, str)
    line_begun = Signal()
    line = Signal(str)
    changed = Signal()
    lost = Signal()
    unended = Signal()
    # From the reader's thread to the window's.
    _line_read = Signal(object)
    _state_read = Signal(object, object)

    def __init__(
        self,
        parent: QObject | None,
        settings: QSettings,
        retry_delays: Sequence[float] = RETRY_DELAYS,
        silent_reads: int = SILENT_READS,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._seconds = seconds
        self._settings = settings
        self._retry_delays = retry_delays
        self._silent_reads = silent_reads
        self._reader: SerialReader | None = None
        self._before: SerialReader | None = None
        """The one that was stopped last; its port may still be open."""
        self._state: PortState | None = None
        self._waiting: deque[ScanLine] = deque()
        self._next_delivery = QTimer(self, singleShot=True, interval=0)
        self._next_delivery.timeout.connect(self._deliver_next)
        self._line_read.connect(self._take)
        self._state_read.connect(self._take_state)
        self.port = str(settings.value(_PORT, ""))
        # An ini file that somebody has written into may hold anything.
        baud = str(settings.value(_BAUD, ""))
        self.baud = int(baud) if baud.isdecimal() else DEFAULT_BAUD

    @property
    def state(self) -> PortState | None:
        """The state of the port; None where none was chosen."""
        return self._state

    @property
    def connected(self) -> bool:
        """Whether scans arrive, whatever window is in front."""
        return self._state is PortState.CONNECTED

    def begin(self) -> None:
        """Read the port that was chosen last time, if one was; one that is read already goes on."""
        if self.port and self._reader is None:
            self._start()

    def use(self, port: str, baud: int) -> None:
        """Read this port from now on, and after the next start."""
        self.close()
        self.port, self.baud = port, baud
        self._settings.setValue(_PORT, port)
        self._settings.setValue(_BAUD, baud)
        self._settings.sync()
        self._start()

    def turn_off(self) -> None:
        """Read no port, nor after the next start; the speed is kept."""
        self.close()
        self.port = ""
        self._settings.setValue(_PORT, "")
        self._settings.sync()
        self.changed.emit()

    def close(self) -> None:
        """Close the port; what was chosen stays so."""
        self._state = None
        if self._reader is not None:
            self._reader.stop()
            self._before, self._reader = self._reader, None
        # Whoever takes scans may be gone when the next turn comes.
        while self._waiting:
            self._deliver(self._waiting.popleft())

    def _start(self) -> None:
        self._state = PortState.TRYING

        def emit_state(state: PortState) -> None:
            self._state_read.emit(reader, state)

        self._reader = reader = SerialReader(
            self.port,
            self.baud,
            self._line_read.emit,
            emit_state,
            self._retry_delays,
            self._silent_reads,
            before=self._before,
        )
        reader.start()
        self.changed.emit()

    def _take(self, line: ScanLine) -> None:
        self._waiting.append(line)
        if not self._next_delivery.isActive():
            self._next_delivery.start()

    def _deliver_next(self) -> None:
        ends_at = self._seconds() + _TURN
        while self._waiting and self._seconds() < ends_at:
            self._deliver(self._waiting.popleft())
        if self._waiting:
            self._next_delivery.start()

    def _deliver(self, line: ScanLine) -> None:
        if line.before:
            self.paused.emit(line.text, line.before)
        elif line.goes_on and not line.text:
            self.line_begun.emit()
        elif line.goes_on:
            self.line.emit(line.text)
        else:
            self.scanned.emit(line.text)

    def _take_state(self, reader: SerialReader, state: PortState) -> None:
        # What a reader has emitted before it was stopped may arrive after that.
        if reader is not self._reader:
            return
        before, self._state = self._state, state
        if state is not before:
            self.changed.emit()
        if state is PortState.NO_END:
            self.unended.emit()
        elif before in _OPEN and state not in _OPEN:
            self.lost.emit()
