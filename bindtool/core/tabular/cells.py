"""A block of cells as the text that spreadsheets put on the clipboard: columns by tabs, rows by lines.

Owns the quotes. Lists of devices, which may have a header, are for `tabular`; where a block goes, for the table.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from bindtool.core.common.safe_text import defuse, restore

if TYPE_CHECKING:
    from collections.abc import Iterable

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
    """Return the block that a text holds, without formulas' apostrophes; never raises.

    Quotes that do not fit together are taken as they are. A blank line is an empty cell.
    """
    text = text.replace("\0", "\u2400")
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter="\t", strict=True))
    except csv.Error:
        records = [line.rstrip("\r\n").split("\t") for line in io.StringIO(text, newline="")]
    return [[restore(cell) for cell in cells] or [""] for cells in records]


def _quoted(cell: str) -> str:
    if _QUOTED.isdisjoint(cell):
        return cell
    return '"' + cell.replace('"', '""') + '"'
