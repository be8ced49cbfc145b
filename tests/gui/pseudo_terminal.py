"""A scanner on a serial line that a test plugs in, unplugs and scans with: a pseudo-terminal under a fixed name."""

from __future__ import annotations

import os
import tty
from pathlib import Path


class SerialLine:
    """The scanner's end of a line; `port` is the path the program opens, which exists only while plugged in."""

    def __init__(self, port: Path) -> None:
        self.port = port
        self._scanner = -1

    def plug_in(self) -> None:
        """Create the port."""
        self._scanner, laptop = os.openpty()
        tty.setraw(laptop)
        self.port.symlink_to(os.ttyname(laptop))
        os.close(laptop)

    def unplug(self) -> None:
        """Remove the port, also for a program that has it open."""
        if self._scanner >= 0:
            self.port.unlink()
            os.close(self._scanner)
            self._scanner = -1

    def send(self, data: bytes) -> None:
        """Send bytes; waits while the line is full."""
        while data:
            data = data[os.write(self._scanner, data) :]
