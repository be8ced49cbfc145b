"""The cells of one table, as text, each with its position; built row by row within a memory limit."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field, replace
from operator import attrgetter
from types import MappingProxyType
from typing import TYPE_CHECKING

from bindtool.core.common.errors import BadInput
from bindtool.core.common.progress import ReadingProgress
from bindtool.core.common.safe_text import shortened
from bindtool.core.model.device import normalise
from bindtool.core.model.row import Hold, HoldReason

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
"""Of a sheet, in Excel and LibreOffice."""

MOST_CELLS = 10_000_000
"""Nine columns of a full sheet; a list of devices needs two."""

MOST_CHARACTERS = 256 * 1024 * 1024
"""Of all cells: 256 for each row of a full sheet. A text shared by a thousand cells counts a thousand times, since
each of them is examined."""

LONGEST_CELL = 32_767
"""Characters of a cell (Microsoft, "Excel specifications and limits"). A longer one is truncated, and its row says
so."""

MOST_SHEETS = 10_000
"""LibreOffice's limit; Excel has none but the memory."""


class Room:
    """The remaining quota of one file, within the limits above."""

    def __init__(self, rows: int = MOST_ROWS, cells: int = MOST_CELLS, characters: int = MOST_CHARACTERS) -> None:
        self._rows = rows
        self._cells = cells
        self._characters = characters

    def take(self, *, rows: int = 0, cells: int = 0, characters: int = 0) -> None:
        """Deduct from the quota.

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

    `number`: its first line's number (text), or the workbook's row, from 1. `hidden`: it is not displayed.
    `struck`: the columns, from 0, of cells with struck-out text. `numbers`: those of the cells that have a number
    and no text.
    """

    number: int
    cells: tuple[str, ...]
    hidden: bool = False
    struck: frozenset[int] = frozenset()
    numbers: frozenset[int] = frozenset()

    def cell(self, column: int) -> str:
        """Return a cell's text; "" if the row is shorter, or for no column (`NO_COLUMN`)."""
        return self.cells[column] if 0 <= column < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class CellFault:
    """Why a cell is no id, and its current contents: the original input is lost, or it was never an id."""

    reason: HoldReason
    text: str

    @property
    def spares_labels(self) -> bool:
        """Whether the cell can be a label as displayed, although it is no id."""
        return self.reason in {HoldReason.CELL_BOOLEAN, HoldReason.CELL_AMOUNT}

    def at(self, place: str) -> Hold:
        """Return the hold, with the cell's name."""
        return Hold.of(self.reason, cell=place, text=self.text)


_SHOWN = 40


def leave_out_long(number: int, cells: list[str], faults: dict[tuple[int, int], CellFault]) -> None:
    """Move cells longer than a spreadsheet's out of the row with this number; their beginnings go to the faults."""
    for column, text in enumerate(cells):
        if len(text) > LONGEST_CELL:
            cells[column] = ""
            faults[number, column] = CellFault(HoldReason.CELL_LONG, shortened(text, _SHOWN))


@dataclass(frozen=True, slots=True)
class Merged:
    """A cell over several rows or columns: rows count from 1, columns from 0; all four belong to it."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Grid:
    """The rows of a table that are not blank.

    `faults`: the faults of cells, by row and column (from 0). `merged`: a merged cell's text is in its first
    column, in each of its rows, and its other columns are blank, as displayed. `hidden`: the columns that are not
    displayed.
    """

    rows: tuple[GridRow, ...]
    faults: Mapping[tuple[int, int], CellFault] = field(default_factory=dict)
    merged: tuple[Merged, ...] = ()
    hidden: frozenset[int] = frozenset()

    @property
    def width(self) -> int:
        """The number of columns of the longest row."""
        return max(map(len, map(_cells, self.rows)), default=0)


_cells = attrgetter("cells")


def column_name(column: int) -> str:
    """Return a spreadsheet's name of a column that is counted from 0: A, B … Z, AA."""
    name = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, _LETTERS)
        name = chr(ord("A") + letter) + name
    return name


HEAD = 20
"""Rows to search for a header: titles and notes stand above it."""


def has_text(cell: str) -> bool:
    """Return whether a cell contains visible characters."""
    return cell != "" and not cell.isspace() if cell.isascii() else bool(normalise(cell))


_NOBODY = ReadingProgress()
_NONE: Mapping[int, Any] = MappingProxyType({})
_STEP = 100


class RowCells:
    """The cells of a row during reading, by column, from 0."""

    def __init__(self, texts: Mapping[int, str] = _NONE, faults: Mapping[int, CellFault] = _NONE) -> None:
        self.texts = dict(texts)
        self.faults = dict(faults)
        self.struck: set[int] = set()
        self.numbers: set[int] = set()

    def put(
        self,
        column: int,
        text: str,
        lost: HoldReason | None = None,
        *,
        struck: bool = False,
        is_number: bool = False,
    ) -> None:
        """Add a cell, if it has a text, or if `lost` says why the input is missing."""
        if text or lost is not None:
            self.texts[column] = text
            if lost is not None:
                self.faults[column] = CellFault(lost, text)
            if struck:
                self.struck.add(column)
            if is_number:
                self.numbers.add(column)


class GridMaker:
    """Builds a grid from rows, from top to bottom.

    Args:
        room: the quota of the whole file.
    """

    def __init__(self, room: Room) -> None:
        self._room = room
        self._merging = Room()
        self._merged: list[Merged] = []
        self._rows: list[GridRow] = []
        self._faults: dict[tuple[int, int], CellFault] = {}
        self._hidden: set[int] = set()
        self._sets: dict[frozenset[int], frozenset[int]] = {}
        self._blank = False

    @property
    def count(self) -> int:
        """The number of rows."""
        return len(self._rows)

    def add(self, number: int, cells: RowCells, *, hidden: bool = False) -> None:
        """Add a row; a row without any text is left out.

        Raises:
            BadInput: "file.too_large".
        """
        texts = cells.texts
        if not cells.faults and not any(map(has_text, texts.values())):
            return
        width = max(texts) + 1
        if width > MOST_COLUMNS:
            raise BadInput("file.too_large")
        characters = sum(map(len, texts.values()))
        self._room.take(rows=1, cells=width, characters=characters)
        row = [""] * width
        for column, text in texts.items():
            row[column] = text
        for column, fault in cells.faults.items():
            self._faults[number, column] = fault
        if characters > LONGEST_CELL:
            leave_out_long(number, row, self._faults)
        columns = map(frozenset, (cells.struck, cells.numbers))
        struck, numbers = (self._sets.setdefault(one, one) for one in columns)
        self._rows.append(GridRow(number, tuple(row), hidden, struck, numbers))

    def hide(self, first: int, last: int) -> None:
        """Mark columns as hidden, up to the last of a sheet.

        Raises:
            BadInput: "file.too_large".
        """
        columns = range(first, min(last + 1, MOST_COLUMNS))
        self._merging.take(cells=len(columns))
        self._hidden.update(columns)

    def merge(self, merged: Merged) -> None:
        """Repeat a merged cell in all its rows, as far as these are not blank, and clear the cells that it covers.

        Cells beneath a merged cell are invisible. That is done at the end: workbooks list merged cells before or
        behind all rows.

        Raises:
            BadInput: "file.too_large".
        """
        self._merging.take(rows=1)
        self._merged.append(merged)

    def _merge(self, merged: Merged) -> None:
        at = bisect_left(self._rows, merged.top, key=_number)
        text, fault = "", None
        if at < len(self._rows) and self._rows[at].number == merged.top:
            text, fault = self._rows[at].cell(merged.left), self._faults.get((merged.top, merged.left))
        for place in range(at, len(self._rows)):
            row = self._rows[place]
            if row.number > merged.bottom:
                return
            end = min(merged.right + 1, len(row.cells))
            self._merging.take(cells=max(1, end - merged.left))
            if row.number > merged.top:
                self._room.take(cells=1, characters=len(text))
                self._faults.pop((row.number, merged.left), None)
                if fault is not None:
                    self._faults[row.number, merged.left] = fault
            if row.cell(merged.left) != text or any(row.cells[merged.left + 1 : end]):
                self._rows[place] = replace(row, cells=_with_merged(row.cells, merged, text))
                self._blank |= not text
            if self._faults:
                for column in range(merged.left + 1, end):
                    self._faults.pop((row.number, column), None)

    def grid(self, progress: ReadingProgress = _NOBODY) -> Grid:
        """Return the grid, with merged cells in all their rows.

        Raises:
            BadInput: "file.too_large".
            ReadingStopped: `progress` says so.
        """
        for count, merged in enumerate(self._merged):
            if count % _STEP == 0:
                progress.quietly().at(0)
            self._merge(merged)
        rows = tuple(self._rows)
        if self._blank:
            faulty = {number for number, _ in self._faults}
            rows = tuple(row for row in rows if row.number in faulty or any(map(has_text, row.cells)))
        found, self._merged = tuple(self._merged), []
        return Grid(rows, self._faults, found, frozenset(self._hidden))


def _with_merged(cells: tuple[str, ...], merged: Merged, text: str) -> tuple[str, ...]:
    """Return a row's cells with the text of a merged cell, and with the other cells that it covers cleared."""
    before = (*cells[: merged.left], *[""] * (merged.left - len(cells)))
    covered = min(merged.right + 1, len(cells)) - merged.left - 1
    return (*before, text, *[""] * covered, *cells[merged.right + 1 :])


def _number(row: GridRow) -> int:
    return row.number
