"""Turns bytes from a serial port into scans: splits them at line ends, joins fragments and decodes.

The bytes come from `gui/scanners/serial_reader.py`; a scan is judged like any other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bindtool.core.barcode.code import LONGEST_CODE
from bindtool.core.scanner.burst import LONGEST_BETWEEN_LINES

LONGEST = 4 * (LONGEST_CODE + 1)
"""Bytes of one scan. More bytes before the next line end are dropped: a character has at most four bytes, so such a
line is longer than any code and is refused."""

_ENDS = re.compile(rb"[\r\n]")


@dataclass(frozen=True, slots=True)
class ScanLine:
    """A line as text; `before`: the part of it from before a pause, "" without a pause.

    `goes_on`: it belongs to the previous code; without a text it has only begun.
    """

    text: str
    before: str = ""
    goes_on: bool = False


class ScanLines:
    """Splits at CR, LF or both; drops empty lines."""

    def __init__(self) -> None:
        self._begun = b""
        self._before = b""
        self._ended_at: float | None = None
        self._goes_on = False

    @property
    def begun(self) -> bool:
        """Whether a line has begun and not ended yet."""
        return bool(self._begun)

    def pause(self) -> None:
        """Record a pause: the following bytes, up to a line end, may belong to the line begun."""
        self._before = self._begun

    def lose(self) -> None:
        """Drop the line begun, since the port is gone; the next bytes may still be the rest of it."""
        self._before, self._begun = self._before or self._begun, b""
        self._goes_on, self._ended_at = False, None

    def feed(self, data: bytes, at: float) -> list[ScanLine]:
        """Take received bytes, in fragments of any size; return the scans that they complete, in order.

        `at`: when, in seconds of a monotonic clock.
        """
        *ended, rest = _ENDS.split(data)
        lines = []
        for piece in ended:
            self._go_on(piece, at)
            if self._begun:
                lines.append(ScanLine(_text(self._begun), _text(self._before), self._goes_on))
                self._begun = self._before = b""
                self._goes_on = False
                self._ended_at = at
        begins = bool(rest) and not self._begun
        self._go_on(rest, at)
        return [*lines, ScanLine("", goes_on=True)] if begins and self._goes_on else lines

    def _go_on(self, piece: bytes, at: float) -> None:
        if piece and not self._begun:
            self._goes_on = self._ended_at is not None and (at - self._ended_at) * 1000 <= LONGEST_BETWEEN_LINES
        self._begun += piece[: LONGEST - len(self._begun)]


def _text(line: bytes) -> str:
    """Decode bytes as UTF-8, else as GB18030, which scanners made in China send.

    Bytes that are neither become U+FFFD, which no id may contain: the row says so.
    """
    for encoding in ("utf-8", "gb18030"):
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            continue
    return line.decode("utf-8", errors="replace")
