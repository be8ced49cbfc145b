"""How much of a list there is room for in a program's memory.

Owns the limits, which are beyond what any spreadsheet holds. A file of a few bytes can claim to be larger.
"""

from __future__ import annotations

from bindtool.core.errors import BadInput

MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
"""Of a sheet, in Excel and LibreOffice."""

MOST_CELLS = 10_000_000
"""Nine columns of a full sheet; a list of devices has two that count."""


class Room:
    """What is left of it, for one file."""

    def __init__(self, rows: int = MOST_ROWS, cells: int = MOST_CELLS) -> None:
        self._rows = rows
        self._cells = cells

    def take(self, *, rows: int = 0, cells: int = 0) -> None:
        """Take room for as many.

        Raises:
            BadInput: "file.too_large", there is not so much left.
        """
        self._rows -= rows
        self._cells -= cells
        if self._rows < 0 or self._cells < 0:
            raise BadInput("file.too_large")
