"""A thread that reads a serial port: passes on whole lines, and opens the port again when it comes back.

Handles the port's errors and the delays between two tries; the only module that imports pyserial. Lines are cut
by `core.scanner.serial_framing`; what is done with them is for `serial_scanner`.
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
"""Seconds before a port is tried again, the last of them for ever: a scanner is soon plugged in again."""

READ_SECONDS = 0.2
"""How long a read waits for a byte; a reader that is told to stop hears of it no later."""

SILENT_READS = 5
"""Reads without a byte in the midst of a line, a second in all, after which hardly an end will come."""

_LEAVING_SECONDS = 5.0
"""How long a reader waits for the one before it, which may have the same device open; a driver may hang."""

_DENIED = frozenset({errno.EACCES, errno.EPERM, errno.EBUSY, errno.EAGAIN})


class PortState(StrEnum):
    """The state of a port. The value ends the id of the text that says so."""

    TRYING = "trying"
    CONNECTED = "connected"
    ABSENT = "absent"
    BUSY = "busy"
    NO_END = "no_end"


@dataclass(frozen=True, slots=True)
class FoundPort:
    """A serial port that the system knows: what to open, and what is on it, "" where that is not known."""

    name: str
    what: str


def found_ports() -> tuple[FoundPort, ...]:
    """Return the ports that the system lists, by name; a pseudo-terminal and some adapters are not among them."""
    from serial.tools.list_ports import comports

    found = (FoundPort(port.device, "" if port.description == "n/a" else port.description) for port in comports())
    return tuple(sorted(found, key=lambda port: (len(port.name), port.name)))


class SerialReader:
    """Reads one port from `start` until `stop`.

    Args:
        port: what to open, such as COM3 or /dev/ttyACM0.
        baud: bits a second.
        on_scan: gets each line; called on the reader's thread.
        on_state: gets the state of the port, again and again where it stays; called on the reader's thread.
        retry_delays: seconds before each further try, the last of them for ever.
        silent_reads: reads without a byte after which a line is passed on as unterminated; where more
            comes all the same, the whole is passed on with its pause: half of an id must not pass for one.
        read_seconds: how long one read waits for a byte.
        before: one that was stopped; its port is closed before another is opened.
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
        """Begin to read."""
        self._thread.start()

    def stop(self) -> None:
        """Stop reading and close the port, which its thread does by itself: it may hang in a driver."""
        self._stopped.set()
        # Not to be closed meanwhile: what pyserial writes to may then be another file.
        with self._port_lock:
            if self._read_from is not None:
                self._read_from.cancel_read()

    def wait(self, seconds: float) -> bool:
        """Wait until its port is closed, and return whether it is by now."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _work(self) -> None:
        if self._before is not None:
            self._before.wait(_LEAVING_SECONDS)
            # Not to be kept alive with all those before it.
            self._before = None
        failures = 0
        while not self._stopped.is_set():
            connected = False
            try:
                with self._open_port() as port:
                    connected = True
                    self._on_state(PortState.CONNECTED)
                    self._read(port)
            except Exception as error:  # noqa: BLE001 - whatever a driver does, the port is tried again
                if self._stopped.is_set():
                    return
                self._lines.lose()
                logger.info("serial port %s: %s", self._port, error)
                # One that was open has been unplugged, whatever the system calls that.
                self._on_state(PortState.ABSENT if connected else _state_of(error))
                failures = 0 if connected else failures + 1
                self._stopped.wait(self._retry_delays[min(failures, len(self._retry_delays) - 1)])

    def _open_port(self) -> serial.Serial:
        # Imported here: most laptops have a scanner that types, and need none of it.
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
    """Tell what keeps a port from being read; on Windows pyserial has the system's error in its text alone."""
    denied = isinstance(error, OSError) and error.errno in _DENIED
    return PortState.BUSY if denied or "PermissionError" in str(error) else PortState.ABSENT
