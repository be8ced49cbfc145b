"""A thread that reads a serial port: delivers whole lines, and reopens the port when it comes back.

Handles the port's errors and the retry delays; the only module that imports pyserial. `core.scanner.serial_framing`
splits lines; `serial_scanner` handles them.
"""

from __future__ import annotations

import errno
import logging
import threading
import time
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bindtool.core.scanner.serial_framing import ScanLine, ScanLines

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import serial


logger = logging.getLogger(__name__)

RETRY_DELAYS = (0.5, 1.0, 2.0, 4.0)
"""Seconds before each retry, the last repeated for ever: a scanner is soon plugged in again."""

READ_SECONDS = 0.2
"""Timeout in seconds for reading a byte; a reader told to stop notices within this time."""

SILENT_READS = 5
"""Reads without a byte within a line, a second in all, after which a line end is unlikely."""

_LEAVING_SECONDS = 5.0
"""Seconds to wait for the previous reader, which may have the same device open; a driver may hang."""

_DENIED = frozenset({errno.EACCES, errno.EPERM, errno.EBUSY, errno.EAGAIN})


class PortState(StrEnum):
    """The state of a port. The value is its message id."""

    TRYING = "serial.trying"
    CONNECTED = "serial.connected"
    ABSENT = "serial.absent"
    BUSY = "serial.busy"
    NO_END = "serial.no_end"


@dataclass(frozen=True, slots=True)
class FoundPort:
    """A serial port of the system: the device to open, and a description of the hardware, "" if unknown."""

    name: str
    what: str


def found_ports() -> tuple[FoundPort, ...]:
    """Return the serial ports that the system lists, sorted by name; pseudo-terminals and some adapters are
    missing.
    """
    from serial.tools.list_ports import comports

    found = (FoundPort(port.device, "" if port.description == "n/a" else port.description) for port in comports())
    return tuple(sorted(found, key=lambda port: (len(port.name), port.name)))


class SerialReader:
    """Reads one port from `start` until `stop`.

    Args:
        port: the device to open, such as COM3 or /dev/ttyACM0.
        baud: bits per second.
        on_scan: called with each line, on the reader's thread.
        on_state: called with the port's state, repeatedly while it stays the same, on the reader's thread.
        retry_delays: seconds before each retry, the last repeated for ever.
        silent_reads: reads without a byte after which a line is delivered as unterminated; if more follows all the
            same, the whole line is delivered with its pause: half an id must not pass for an id.
        read_seconds: timeout of one read.
        before: a stopped reader, whose port must be closed before this one opens its own.
    """

    def __init__(
        self,
        port: str,
        baud: int,
        on_scan: Callable[[ScanLine], None],
        on_state: Callable[[PortState], None],
        retry_delays: Sequence[float] = RETRY_DELAYS,
        silent_reads: int = SILENT_READS,
        read_seconds: float = READ_SECONDS,
        before: SerialReader | None = None,
    ) -> None:
        self._silent_reads = silent_reads
        self._read_seconds = read_seconds
        self._before = before
        self._port = port
        self._baud = baud
        self._on_scan = on_scan
        self._on_state = on_state
        self._retry_delays = retry_delays
        self._stopped = threading.Event()
        self._lines = ScanLines()
        self._read_from: serial.Serial | None = None
        self._port_lock = threading.Lock()
        # A driver that hangs must not keep the program from ending.
        self._thread = threading.Thread(target=self._work, name="bindtool-serial", daemon=True)

    def start(self) -> None:
        """Start to read."""
        self._thread.start()

    def stop(self) -> None:
        """Stop reading. The thread closes the port by itself: it may hang in a driver."""
        self._stopped.set()
        # The lock keeps the port open meanwhile: else pyserial might write to another file with the same
        # descriptor.
        with self._port_lock:
            if self._read_from is not None:
                self._read_from.cancel_read()

    def wait(self, seconds: float) -> bool:
        """Wait until the port is closed; return whether it is."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _work(self) -> None:
        if self._before is not None:
            self._before.wait(_LEAVING_SECONDS)
            # Drop the reference, which would keep the whole chain of earlier readers alive.
            self._before = None
        failures = 0
        while not self._stopped.is_set():
            connected = False
            try:
                with self._open_port() as port:
                    connected = True
                    self._on_state(PortState.CONNECTED)
                    self._read(port)
            except Exception as error:  # noqa: BLE001 - whatever a driver raises, the port is opened again
                if self._stopped.is_set():
                    return
                self._lines.lose()
                logger.info("serial port %s: %s", self._port, error)
                # After a connection, every error means that it was unplugged, whatever the system's error.
                self._on_state(PortState.ABSENT if connected else _state_of(error))
                failures = 0 if connected else failures + 1
                self._stopped.wait(self._retry_delays[min(failures, len(self._retry_delays) - 1)])

    def _open_port(self) -> serial.Serial:
        # Imported here: most laptops have a keyboard scanner and don't need it.
        import serial

        return serial.Serial(self._port, self._baud, timeout=self._read_seconds, exclusive=True)

    def _read(self, port: serial.Serial) -> None:
        with self._port_lock:
            self._read_from = port
        try:
            self._read_lines(port)
        finally:
            with self._port_lock:
                self._read_from = None

    def _read_lines(self, port: serial.Serial) -> None:
        lines, silent = self._lines, 0
        while not self._stopped.is_set():
            data = port.read(port.in_waiting or 1)
            silent = 0 if data else silent + 1
            for scan in lines.feed(data, time.monotonic()):
                self._on_state(PortState.CONNECTED)
                self._on_scan(scan)
            if lines.begun and silent == self._silent_reads:
                lines.pause()
                self._on_state(PortState.NO_END)


def _state_of(error: Exception) -> PortState:
    """Return the state for an error; on Windows pyserial has the system's error code in its text only."""
    denied = isinstance(error, OSError) and error.errno in _DENIED
    return PortState.BUSY if denied or "PermissionError" in str(error) else PortState.ABSENT
