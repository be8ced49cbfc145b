"""The cells of one table, as text, each with its place.

Owns the values that every reader gives. How a cell's text comes about is for the readers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from bindtool.core.common.messages import Message
from bindtool.core.model.device import normalise

if TYPE_CHECKING:
    from collections.abc import Mapping

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


class Lost(StrEnum):
    """Why what a person typed into a cell can't be had from the file any more. The value ends a text's id."""

    DIGITS = "digits"
    SCIENTIFIC = "scientific"
    DATE = "date"
    ERROR = "error"
    FORMULA = "formula"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a cell, and what it holds now."""

    lost: Lost
    text: str

    def at(self, place: str) -> Message:
        """Return the reason, with the cell's name."""
        return Message.of(f"cell.{self.lost}", cell=place, text=self.text)


@dataclass(frozen=True, slots=True)
class Grid:
    """The rows of a table that are not blank. `faults`: what is wrong with cells, by row and column (from 0)."""

    rows: tuple[GridRow, ...]
    faults: Mapping[tuple[int, int], Fault] = field(default_factory=dict)

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
    return bool(cell.strip() if cell.isascii() else normalise(cell).text)
