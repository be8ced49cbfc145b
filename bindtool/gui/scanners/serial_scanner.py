"""The scanner on a serial port or in USB-COM mode: its settings on this laptop, and its scans.

Owns the settings and the reader. It needs no focus: a scan arrives whichever window is in front.
`scanning.controller` handles scans.
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
"""Seconds of scans to deliver at once: a scanner that empties its memory sends hundreds."""
_OPEN = frozenset({PortState.CONNECTED, PortState.NO_END})


class SerialScanner(QObject):
    """Reads the serial port chosen on this laptop, if any.

    Signals:
        scanned(str): a whole line arrived; the raw text, never empty.
        paused(str, str): a line arrived with a pause in it; the raw text, and the part before the pause.
        line_begun(), line(str): another line of the previous code begins, and has arrived; its raw text.
        changed(): the port or its state changed.
        lost(): the open port has disappeared; retried until it is back.
        unended(): text arrived without a line end, and none has followed for long.
    """

    scanned = Signal(str)
    paused = Signal(str, str)
    line_begun = Signal()
    line = Signal(str)
    changed = Signal()
    lost = Signal()
    unended = Signal()
    # These signals cross from the reader's thread to the window's.
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
        """The reader stopped last; its port may still be open."""
        self._state: PortState | None = None
        self._waiting: deque[ScanLine] = deque()
        self._next_delivery = QTimer(self, singleShot=True, interval=0)
        self._next_delivery.timeout.connect(self._deliver_next)
        self._line_read.connect(self._take)
        self._state_read.connect(self._take_state)
        self.port = str(settings.value(_PORT, ""))
        # The ini file may have been edited by hand and hold any value.
        baud = str(settings.value(_BAUD, ""))
        self.baud = int(baud) if baud.isdecimal() else DEFAULT_BAUD

    @property
    def state(self) -> PortState | None:
        """The state of the port; None if no port is chosen."""
        return self._state

    @property
    def connected(self) -> bool:
        """Whether scans arrive, whichever window is in front."""
        return self._state is PortState.CONNECTED

    def begin(self) -> None:
        """Read the stored port, if there is one; does nothing if it is being read."""
        if self.port and self._reader is None:
            self._start()

    def use(self, port: str, baud: int) -> None:
        """Read this port from now on, and store it for the next start."""
        self.close()
        self.port, self.baud = port, baud
        self._settings.setValue(_PORT, port)
        self._settings.setValue(_BAUD, baud)
        self._settings.sync()
        self._start()

    def turn_off(self) -> None:
        """Read no port from now on, nor after the next start; keeps the baud rate."""
        self.close()
        self.port = ""
        self._settings.setValue(_PORT, "")
        self._settings.sync()
        self.changed.emit()

    def close(self) -> None:
        """Close the port; keeps the settings."""
        self._state = None
        if self._reader is not None:
            self._reader.stop()
            self._before, self._reader = self._reader, None
        # Deliver now: the receiver may be deleted before the next iteration of the event loop.
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
        # A signal emitted by a reader before it was stopped may arrive later.
        if reader is not self._reader:
            return
        before, self._state = self._state, state
        if state is not before:
            self.changed.emit()
        if state is PortState.NO_END:
            self.unended.emit()
        elif before in _OPEN and state not in _OPEN:
            self.lost.emit()
