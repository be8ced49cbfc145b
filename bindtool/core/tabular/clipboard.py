"""The clipboard: reads copied cells or lines as a table, and writes cells as spreadsheets copy them."""

from __future__ import annotations

import csv
import re
from collections import Counter
from typing import TYPE_CHECKING

from bindtool.core.common.errors import BadInput
from bindtool.core.common.progress import ReadingProgress
from bindtool.core.common.safe_text import defuse, restore, without_nul
from bindtool.core.model.row import HoldReason
from bindtool.core.tabular.columns.layout import has_parts
from bindtool.core.tabular.formats.delimited import guess_delimiter, lines_of
from bindtool.core.tabular.formats.html import read_html
from bindtool.core.tabular.table.grid import CellFault, Grid, GridRow, has_text, leave_out_long
from bindtool.core.tabular.table.result import NOTHING_KNOWN, Known, ListKind, Opened

if TYPE_CHECKING:
    from collections.abc import Iterable


_NOBODY = ReadingProgress()
_NO_ROW = GridRow(0, ())
_LONGEST_HTML = 50_000_000
"""Characters; longer HTML is ignored."""


def open_clipboard(
    text: str, html: str = "", known: Known = NOTHING_KNOWN, progress: ReadingProgress = _NOBODY
) -> Opened:
    """Return the cells that a spreadsheet, a browser, an editor or a chat copied, for `reader.read_rows`.

    A text without tabs is split at another separator if all of its lines have it, unless the profile's rule
    extracts ids from whole lines.

    Args:
        text: the copied text. Rows count from 1.
        html: the same cells as HTML, in which a spreadsheet distinguishes numbers from texts and marks merged cells
            and hidden rows; "" for none.
        known: facts about ids.
        progress: may stop it.

    Raises:
        ReadingStopped: `progress` said so.
    """
    records = _records(text)
    delimiter = "\t"
    if "\t" not in text:
        delimiter, records = _lines_in_parts(text, records, known)
    page = _table_of(html, progress)
    if page is not None and _says_the_same(page, records):
        return Opened(ListKind.CLIPBOARD, page, delimiter=delimiter)
    lost = (
        [at for at, fault in page.faults.items() if fault.reason is HoldReason.CELL_DIGITS]
        if page is not None
        else []
    )
    faults = {
        (row, column): CellFault(HoldReason.CELL_DIGITS, restore(records[row - 1][column]))
        for row, column in lost
        if row <= len(records) and column < len(records[row - 1])
    }
    copied = {row.number: row for row in page.rows} if page is not None else {}
    rows = []
    for number, cells in enumerate(records, 1):
        if any(map(has_text, cells)):
            leave_out_long(number, cells, faults)
            row = copied.get(number, _NO_ROW)
            rows.append(GridRow(number, tuple(cells), struck=row.struck, numbers=row.numbers))
    return Opened(ListKind.CLIPBOARD, Grid(tuple(rows), faults), delimiter=delimiter)


def _lines_in_parts(text: str, lines: Block, known: Known) -> tuple[str, Block]:
    """Return the separator of lines, and their cells; "" and the lines for none."""
    delimiter = guess_delimiter(text)
    if not delimiter or has_parts(known.rules, [line[0] for line in lines if line]):
        return "", lines
    try:
        records = list(csv.reader(lines_of(without_nul(text)), delimiter=delimiter, strict=True))
    except csv.Error:
        return "", lines
    if _is_markdown(records):
        records = [[] if all(map(_RULE.fullmatch, cells)) else cells[1:-1] for cells in records]
    widths = Counter(len(cells) for cells in records if any(map(has_text, cells)))
    widest = max(widths, default=0)
    alike = widths[widest] > 1 and _MOST * widths.total() < widths[widest]
    return (delimiter, records) if alike else ("", lines)


_RULE = re.compile(r"\s*:?-*:?\s*")
"""A cell of the separator line below a Markdown table's header."""


def _is_markdown(records: Block) -> bool:
    """Return whether lines begin and end with the separator, as in tables of chat assistants."""
    return all(len(cells) > 1 and not cells[0] and not cells[-1].strip() for cells in records if cells)


_MOST = 0.6
"""Of the lines; the others are titles and notes, or lack the last cells."""


_TABLE = re.compile("<table", re.IGNORECASE)


def _table_of(html: str, progress: ReadingProgress) -> Grid | None:
    """Return the page's only table, None for none."""
    if len(html) > _LONGEST_HTML or not _TABLE.search(html):
        return None
    try:
        page = read_html(html, progress.quietly(), copied=True)
    except BadInput:
        return None
    return None if len(page.sheets) > 1 else page.grid(0, progress)


def _says_the_same(page: Grid, records: Block) -> bool:
    """Return whether a page and a text have the same cells. Only merged cells may have more text in the page."""
    found = {row.number: row for row in page.rows}
    for number, cells in enumerate(records, 1):
        row = found.pop(number, GridRow(number, ()))
        width = max(len(cells), len(row.cells))
        pairs = [(row.cell(at), cells[at] if at < len(cells) else "") for at in range(width)]
        if any(copied.split() not in ([], shown.split()) for shown, copied in pairs):
            return False
    return not found


_QUOTED = frozenset('\t\r\n"')

Block = list[list[str]]
"""Rows of cells, from the top; each has at least one cell."""


def as_text(block: Iterable[Iterable[str]]) -> str:
    """Return a block as text. Cells that a spreadsheet would run as formulas are escaped."""
    return "\n".join("\t".join(_quoted(defuse(cell)) for cell in cells) for cells in block)


def without_formulas(text: str) -> str:
    """Return lines of text, which become cells when pasted into a spreadsheet, with formulas escaped."""
    return "\n".join("\t".join(map(defuse, line.split("\t"))) for line in text.splitlines())


def read_block(text: str) -> Block:
    """Parse a block from a text, without formulas' apostrophes. A blank line is a cell. Never raises."""
    return [[restore(cell) for cell in cells] or [""] for cells in _records(text)]


def _records(text: str) -> list[list[str]]:
    """Split a text at line ends and tabs, as spreadsheets do: a cell that contains one of them is quoted.

    Unbalanced quotes are taken literally.
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
