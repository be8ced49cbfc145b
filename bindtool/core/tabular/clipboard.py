"""The clipboard: what a spreadsheet or an editor has copied, as a table, and cells as spreadsheets copy them."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from bindtool.core.common.safe_text import defuse, restore, without_nul
from bindtool.core.tabular.formats.delimited import lines_of
from bindtool.core.tabular.formats.html import digits_lost
from bindtool.core.tabular.table.grid import CellFault, Grid, GridRow, LostDigits, has_text
from bindtool.core.tabular.table.result import ListKind, Opened

if TYPE_CHECKING:
    from collections.abc import Iterable


def open_clipboard(text: str, html: str = "") -> Opened:
    """Return the cells that a spreadsheet, a browser or an editor copied, for `reader.read_rows`. Never raises.

    `html`: the same cells in the form in which a spreadsheet tells numbers from texts, "" for none. Rows count
    from 1. What is wrong with cells is known of those of `html` that have lost digits.
    """
    records = _records(text)
    rows = [GridRow(at, tuple(cells)) for at, cells in enumerate(records, 1) if any(map(has_text, cells))]
    faults = {
        (row + 1, column): CellFault(LostDigits.DIGITS, restore(records[row][column]))
        for row, column in digits_lost(html)
        if row < len(records) and column < len(records[row])
    }
    return Opened(ListKind.CLIPBOARD, Grid(tuple(rows), faults))


_QUOTED = frozenset('\t\r\n"')

Block = list[list[str]]
"""Rows of cells, from the top; each has one cell at least."""


def as_text(block: Iterable[Iterable[str]]) -> str:
    """Return a block as text. A cell that a spreadsheet would run as a formula is defused."""
    return "\n".join("\t".join(_quoted(defuse(cell)) for cell in cells) for cells in block)


def without_formulas(text: str) -> str:
    """Return lines of text, of which a spreadsheet makes cells where it is pasted there, with no formula in any."""
    return "\n".join("\t".join(map(defuse, line.split("\t"))) for line in text.splitlines())


def read_block(text: str) -> Block:
    """Return the block that a text holds, without formulas' apostrophes. A blank line is a cell. Never raises."""
    return [[restore(cell) for cell in cells] or [""] for cells in _records(text)]


def _records(text: str) -> list[list[str]]:
    """Take a text apart at line ends and tabs, as spreadsheets do: a cell that has one of them is in quotes.

    Quotes that do not fit together are taken as they are.
    """
    text = without_nul(text)
    try:
        return list(csv.reader(lines_of(text), delimiter="\t", strict=True))
    except csv.Error:
        return [line.rstrip("\r\n").split("\t") for line in lines_of(text)]


def _quoted(cell: str) -> str:
    if _QUOTED.isdisjoint(cell):
        return cell
    return '"' + cell.replace('"', '""') + '"'
