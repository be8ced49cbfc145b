"""The cells of one table, as text, each with its place; made row by row within a limit of memory."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from bindtool.core.common.errors import BadInput
from bindtool.core.common.progress import ReadingProgress
from bindtool.core.common.safe_text import shortened
from bindtool.core.model.device import normalise
from bindtool.core.model.row import Hold, HoldReason

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
"""Of a sheet, in Excel and LibreOffice."""

MOST_CELLS = 10_000_000
"""Nine columns of a full sheet; a list of devices has two that count."""

MOST_CHARACTERS = 256 * 1024 * 1024
"""Of all cells: 256 for each row of a full sheet. A text that a thousand cells share counts a thousand times, since
each of them is looked at."""

LONGEST_CELL = 32_767
"""Characters of a cell (Microsoft, "Excel specifications and limits"). A longer one is cut, and its row says so."""

MOST_SHEETS = 10_000
"""LibreOffice's limit; Excel has none but the memory."""


class Room:
    """How much more one file may have, within the limits above."""

    def __init__(self, rows: int = MOST_ROWS, cells: int = MOST_CELLS, characters: int = MOST_CHARACTERS) -> None:
        self._rows = rows
        self._cells = cells
        self._characters = characters

    def take(self, *, rows: int = 0, cells: int = 0, characters: int = 0) -> None:
        """Take away so much.

        Raises:
            BadInput: "file.too_large", there is not so much left.
        """
        self._rows -= rows
        self._cells -= cells
        self._characters -= characters
        if self._rows < 0 or self._cells < 0 or self._characters < 0:
            raise BadInput("file.too_large")


_LETTERS = 26


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row that is not blank.

    `number`: the line where it begins (text), or the workbook's row, from 1. `hidden`: nobody sees it.
    """

    number: int
    cells: tuple[str, ...]
    hidden: bool = False

    def cell(self, column: int) -> str:
        """Return a cell's text; "" where the row is shorter, or for no column (`NO_COLUMN`)."""
        return self.cells[column] if 0 <= column < len(self.cells) else ""


class LostDigits(StrEnum):
    """Why what a person typed into a cell can't be had from the file any more.

    With "cell_" before it, the value is that of a `HoldReason`.
    """

    DIGITS = "digits"
    SCIENTIFIC = "scientific"
    DATE = "date"
    ERROR = "error"
    FORMULA = "formula"
    LONG = "long"
    BOOLEAN = "boolean"
    AMOUNT = "amount"

    @property
    def spares_labels(self) -> bool:
        """Whether the cell can be a name as it is shown, although it is no id."""
        return self in {LostDigits.BOOLEAN, LostDigits.AMOUNT}


@dataclass(frozen=True, slots=True)
class CellFault:
    """What is wrong with a cell, and what it holds now."""

    lost: LostDigits
    text: str

    def at(self, place: str) -> Hold:
        """Return the reason, with the cell's name."""
        return Hold.of(HoldReason(f"cell_{self.lost}"), cell=place, text=self.text)


_SHOWN = 40


def cut_long(cells: Mapping[int, str]) -> Mapping[int, tuple[str, CellFault]]:
    """Return what is kept of cells that are longer than a spreadsheet's, by column, and that they were."""
    kept = {column: shortened(text, _SHOWN) for column, text in cells.items() if len(text) > LONGEST_CELL}
    return {column: (text, CellFault(LostDigits.LONG, text)) for column, text in kept.items()}


@dataclass(frozen=True, slots=True)
class Grid:
    """The rows of a table that are not blank. `faults`: what is wrong with cells, by row and column (from 0)."""

    rows: tuple[GridRow, ...]
    faults: Mapping[tuple[int, int], CellFault] = field(default_factory=dict)

    @property
    def width(self) -> int:
        """The number of columns of the longest row."""
        return max((len(row.cells) for row in self.rows), default=0)


def column_name(column: int) -> str:
    """Return a spreadsheet's name of a column that is counted from 0: A, B … Z, AA."""
    name = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, _LETTERS)
        name = chr(ord("A") + letter) + name
    return name


HEAD = 20
"""Rows in which a header is looked for: titles and notes stand above it."""


def has_text(cell: str) -> bool:
    """Tell whether a cell holds anything that can be seen."""
    return bool(normalise(cell))


_NOBODY = ReadingProgress()
_STEP = 100


class GridMaker:
    """Takes rows from above to below.

    Args:
        room: the limits of the whole file.
    """

    def __init__(self, room: Room) -> None:
        self._room = room
        self._merging = Room()
        self._merged: list[tuple[int, int, int]] = []
        self._rows: list[GridRow] = []
        self._faults: dict[tuple[int, int], CellFault] = {}

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    def add(
        self,
        number: int,
        cells: Mapping[int, str],
        faults: Mapping[int, CellFault] | None = None,
        *,
        hidden: bool = False,
    ) -> None:
        """Add a row: its cells and what is wrong with them by column, from 0. One without any text is left out.

        Raises:
            BadInput: "file.too_large".
        """
        if not faults and not any(map(has_text, cells.values())):
            return
        width = max(cells) + 1
        if width > MOST_COLUMNS:
            raise BadInput("file.too_large")
        characters = sum(map(len, cells.values()))
        self._room.take(rows=1, cells=width, characters=characters)
        row = [""] * width
        for column, text in cells.items():
            row[column] = text
        for column, fault in (faults or {}).items():
            self._faults[number, column] = fault
        if characters > LONGEST_CELL:
            for column, (text, fault) in cut_long(cells).items():
                row[column] = text
                self._faults[number, column] = fault
        self._rows.append(GridRow(number, tuple(row), hidden))

    def merge(self, first_row: int, last_row: int, column: int) -> None:
        """Let a cell stand in the rows below it too, as far as there is anything in them; rows count from 1.

        That is done at the end: workbooks name merged cells before or behind all rows.

        Raises:
            BadInput: "file.too_large".
        """
        self._merging.take(rows=1)
        self._merged.append((first_row, last_row, column))

    def _merge(self, first_row: int, last_row: int, column: int) -> None:
        at = bisect_left(self._rows, first_row, key=_number)
        if at == len(self._rows) or self._rows[at].number != first_row:
            return
        text, fault = self._rows[at].cell(column), self._faults.get((first_row, column))
        for below in range(at + 1, len(self._rows)):
            row = self._rows[below]
            if row.number > last_row:
                return
            self._room.take(cells=1, characters=len(text))
            if row.cell(column):
                continue
            cells = [*row.cells, *[""] * (column + 1 - len(row.cells))]
            cells[column] = text
            self._rows[below] = replace(row, cells=tuple(cells))
            if fault is not None:
                self._faults[row.number, column] = fault

    def grid(self, progress: ReadingProgress = _NOBODY) -> Grid:
        """Return what there is; merged cells stand in all their rows.

        Raises:
            BadInput: "file.too_large".
            ReadingStopped: `progress` says so.
        """
        for count, merged in enumerate(self._merged):
            if count % _STEP == 0:
                progress.quietly().at(0)
            self._merge(*merged)
        self._merged.clear()
        return Grid(tuple(self._rows), self._faults)


def _number(row: GridRow) -> int:
    return row.number
