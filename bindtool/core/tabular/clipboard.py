"""What a spreadsheet or an editor copied, as rows.

Owns the clipboard's text form: cells come out exactly as they stand. Files are for `opening`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bindtool.core.errors import BadInput
from bindtool.core.formula import restore
from bindtool.core.tabular.grid import Grid, GridRow
from bindtool.core.tabular.layout import lay_out
from bindtool.core.tabular.listing import NO_HEADER
from bindtool.core.tabular.text_table import has_text, lines_of, records

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class TableRow:
    """A record: the line where it begins, from 1, and its two cells, "" where it has none."""

    line: int
    device_id: str
    label: str


def read_clipboard(text: str) -> tuple[TableRow, ...]:
    """Read what a spreadsheet or an editor copied: an id a line, or id TAB label. Never raises.

    Spreadsheets quote a cell that has a line break; quotes that do not fit together are taken as they are.
    """
    text = text.replace("\0", "\u2400")
    try:
        found: Iterable[tuple[int, list[str]]] = list(records(text, "\t"))
    except BadInput:
        found = ((line, cells.rstrip("\r\n").split("\t")) for line, cells in enumerate(lines_of(text), 1))
    rows = [GridRow(line, tuple(cells)) for line, cells in found if any(map(has_text, cells))]
    layout = lay_out(Grid(tuple(rows[:1])))
    header = layout.header != NO_HEADER
    ids, labels = (layout.id_column, layout.label_column) if header else (0, 1)
    return tuple(
        TableRow(row.number, restore(row.cell(ids)), restore(row.cell(labels)))
        for row in (rows[1:] if header else rows)
    )
