"""The clipboard: what a spreadsheet or an editor has copied, as rows, and cells as spreadsheets copy them."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from bindtool.core.common.safe_text import defuse, restore, without_nul
from bindtool.core.intake.intake import Arrival
from bindtool.core.model.row import Hold, HoldReason
from bindtool.core.tabular.formats.delimited import lines_of
from bindtool.core.tabular.formats.html import digits_lost
from bindtool.core.tabular.table.columns import lay_out
from bindtool.core.tabular.table.grid import Grid, GridRow, has_text
from bindtool.core.tabular.table.result import NO_HEADER

if TYPE_CHECKING:
    from collections.abc import Iterable


def read_clipboard(text: str, html: str = "") -> tuple[Arrival, ...]:
    """Read what a spreadsheet or an editor copied: an id a line, or id TAB label. Never raises.

    `html`: the same cells in the form in which a spreadsheet tells numbers from texts, "" for none. A row whose id
    has lost digits comes without it, and with the reason.
    """
    lost = digits_lost(html)
    rows = [GridRow(at, tuple(cells)) for at, cells in enumerate(_records(text), 1) if any(map(has_text, cells))]
    layout = lay_out(Grid(tuple(rows[:1])))
    header = layout.header != NO_HEADER
    ids, labels = (layout.id_column, layout.label_column) if header else (0, 1)
    return tuple(
        _arrival(restore(row.cell(ids)), restore(row.cell(labels)), digits_gone=(row.number - 1, ids) in lost)
        for row in rows[header:]
    )


def _arrival(device_id: str, label: str, *, digits_gone: bool) -> Arrival:
    if digits_gone:
        return Arrival("", label, held=Hold.of(HoldReason.PASTE_DIGITS, text=device_id))
    return Arrival(device_id, label)


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
