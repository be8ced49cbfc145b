"""Rows out of a table: each that is not blank, with an id and a label, and why some of them should not go.

It decides which rows are no devices: sums, hidden ones, the header once more, and cells that have lost something;
and writes those that can't be taken to a file, to be put right and opened again. What makes a text unfit to be
an id is decided in `core.model.device`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bindtool.core.common.progress import ReadingProgress
from bindtool.core.common.safe_text import restore
from bindtool.core.model.device import normalise
from bindtool.core.model.row import Hold, HoldReason
from bindtool.core.reports.csv_writer import csv_text
from bindtool.core.tabular.columns.names import names_an_id
from bindtool.core.tabular.table.grid import LostDigits, column_name
from bindtool.core.tabular.table.result import NO_HEADER, ListKind, ListRow
from bindtool.core.tabular.table.text_faults import fault_in_id, fault_in_label, is_date

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bindtool.core.common.messages import Message
    from bindtool.core.tabular.table.grid import GridRow
    from bindtool.core.tabular.table.result import Layout, Opened

_NOBODY = ReadingProgress()
_STEP = 500
_SUM = re.compile(
    r"(?:合\s*计|总\s*计|小\s*计|共\s*计|总\s*数|(?:sub-?\s?|grand\s)?total|sum)"
    r"(?:\s?\(\w{1,10}\))?\s*:?\s*[\d,.]{0,20}\s*(?:台|个|件|套|条|行|pcs|units|devices|rows)?",
    re.IGNORECASE,
)
_WORD_OF_SUM = re.compile("[计数]|[tｔ][oｏ][tｔ][aａ]|[sｓ][uｕ][mｍ]", re.IGNORECASE)


def take_rows(opened: Opened, layout: Layout, progress: ReadingProgress = _NOBODY) -> tuple[ListRow, ...]:
    """Return a row for each row below the header that is not blank: none is dropped.

    Raises:
        ReadingStopped: `progress` says so.
    """
    rows = []
    for count, row in enumerate(opened.grid.rows):
        if count % _STEP == 0:
            progress.at(count / len(opened.grid.rows))
        if row.number > layout.header:
            rows.append(_row(row, opened, layout))
    return tuple(rows)


def _row(row: GridRow, opened: Opened, layout: Layout) -> ListRow:
    device_id, label = row.cell(layout.id_column), row.cell(layout.label_column)
    for column, text, find in (
        (layout.id_column, device_id, fault_in_id),
        (layout.label_column, label, fault_in_label),
    ):
        fault = opened.grid.faults.get((row.number, column)) or find(text)
        if fault is not None and not (fault.lost.spares_labels and column == layout.label_column):
            place = f"{column_name(column)}{row.number}"
            if opened.kind is ListKind.CLIPBOARD and fault.lost is LostDigits.DIGITS:
                # It has no cells that a person could look up.
                lost = Hold.of(HoldReason.PASTE_DIGITS, text=fault.text)
                return ListRow(row.number, device_id, label, refused=lost)
            return ListRow(row.number, device_id, label, refused=fault.at(place), place=place)
    held = _why_held(row, device_id, layout)
    if opened.kind.is_text:
        # In a workbook a text is a text, and nobody has to defuse it.
        device_id, label = restore(device_id), restore(label)
    return ListRow(row.number, device_id, label, held)


def _why_held(row: GridRow, device_id: str, layout: Layout) -> Hold | None:
    if layout.header != NO_HEADER and names_an_id(device_id):
        return Hold.of(HoldReason.HEADER_AGAIN)
    if _is_sum(row):
        return Hold.of(HoldReason.SUM)
    if row.hidden:
        return Hold.of(HoldReason.HIDDEN_ROW)
    if is_date(device_id):
        return Hold.of(
            HoldReason.ID_DATE, cell=f"{column_name(layout.id_column)}{row.number}", text=device_id.strip()
        )
    return None


def _is_sum(row: GridRow) -> bool:
    # Hardly any row has a word of it, and there may be a million.
    if not _WORD_OF_SUM.search("\t".join(row.cells)):
        return False
    return any(_SUM.fullmatch(normalise(cell)) for cell in row.cells)


REJECTED_COLUMNS = ("device_id", "label", "row", "cell", "reason")
"""The first two are those by which a list is read."""


def rejected_csv(rows: Iterable[ListRow], say: Callable[[Message], str]) -> bytes:
    """Return the refused ones of `rows` as CSV, in UTF-8 with BOM; `say` gives the words of a reason."""
    lines = [
        (row.device_id, row.label, row.number, row.place, say(row.refused.message))
        for row in rows
        if row.refused is not None
    ]
    return csv_text(REJECTED_COLUMNS, lines).encode("utf-8-sig", "backslashreplace")
