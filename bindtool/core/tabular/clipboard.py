"""The clipboard: what a spreadsheet or an editor has copied, as rows, and cells as spreadsheets copy them."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bindtool.core.common.errors import BadInput
from bindtool.core.common.safe_text import defuse, restore
from bindtool.core.intake.intake import Arrival
from bindtool.core.model.row import Hold, HoldReason
from bindtool.core.tabular.formats.delimited import lines_of, records
from bindtool.core.tabular.formats.html import digits_lost
from bindtool.core.tabular.table.columns import lay_out
from bindtool.core.tabular.table.grid import Grid, GridRow, has_text
from bindtool.core.tabular.table.result import NO_HEADER

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class TableRow:
    """A record: the line where it begins, from 1, and its two cells, "" where it has none.

    `refused`: why its id can't be taken as it stands.
    """

    line: int
    device_id: str
    label: str
    refused: Hold | None = None

    @property
    def arrival(self) -> Arrival:
        """What goes into a sheet; a refused one without a text, so that its reason stays until it has an id."""
        return Arrival("" if self.refused is not None else self.device_id, self.label, held=self.refused)


def read_clipboard(text: str, html: str = "") -> tuple[TableRow, ...]:
    """Read what a spreadsheet or an editor copied: an id a line, or id TAB label. Never raises.

    Spreadsheets quote a cell that has a line break; quotes that do not fit together are taken as they are. `html`:
    the same cells in the form in which a spreadsheet tells numbers from texts, "" where there is none.
    """
    text = text.replace("\0", "\u2400")
    try:
        found: Iterable[tuple[int, list[str]]] = list(records(text, "\t"))
    except BadInput:
        found = ((line, cells.rstrip("\r\n").split("\t")) for line, cells in enumerate(lines_of(text), 1))
    lost = digits_lost(html)
    filled = [(at, line, cells) for at, (line, cells) in enumerate(found) if any(map(has_text, cells))]
    rows = [GridRow(line, tuple(cells)) for _, line, cells in filled]
    layout = lay_out(Grid(tuple(rows[:1])))
    header = layout.header != NO_HEADER
    ids, labels = (layout.id_column, layout.label_column) if header else (0, 1)
    return tuple(
        _row(row, ids, labels, digits_gone=(at, ids) in lost)
        for (at, _, _), row in list(zip(filled, rows, strict=True))[header:]
    )


def _row(row: GridRow, ids: int, labels: int, *, digits_gone: bool) -> TableRow:
    device_id = restore(row.cell(ids))
    refused = Hold.of(HoldReason.PASTE_DIGITS, text=device_id) if digits_gone else None
    return TableRow(row.number, device_id, restore(row.cell(labels)), refused)


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
