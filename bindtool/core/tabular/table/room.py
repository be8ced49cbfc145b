"""How much of a list there is room for in a program's memory.

Owns the limits, which are beyond what any spreadsheet holds. A file of a few bytes can claim to be larger.
"""

from __future__ import annotations

from bindtool.core.common.errors import BadInput

MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
"""Of a sheet, in Excel and LibreOffice."""

MOST_CELLS = 10_000_000
"""Nine columns of a full sheet; a list of devices has two that count."""

MOST_CHARACTERS = 256 * 1024 * 1024
"""Of all cells: 256 for each row of a full sheet. A text that a thousand cells share counts a thousand times, since
each of them is looked at."""

MOST_SHEETS = 10_000
"""LibreOffice's limit; Excel has none but the memory."""


class Room:
    """What is left of it, for one file."""

    def __init__(self, rows: int = MOST_ROWS, cells: int = MOST_CELLS, characters: int = MOST_CHARACTERS) -> None:
        self._rows = rows
        self._cells = cells
        self._characters = characters

    def take(self, *, rows: int = 0, cells: int = 0, characters: int = 0) -> None:
        """Take room for as many.

        Raises:
            BadInput: "file.too_large", there is not so much left.
        """
        self._rows -= rows
        self._cells -= cells
        self._characters -= characters
        if self._rows < 0 or self._cells < 0 or self._characters < 0:
            raise BadInput("file.too_large")
