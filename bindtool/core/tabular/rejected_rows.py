"""Writes the rows that can't be taken as they stand to a file, to be put right and opened again.

The first two columns are those by which a list is read; the words of a reason are the caller's. A module of its
own, since it is the only one that writes in a package that reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bindtool.core.reports.csv_writer import csv_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bindtool.core.common.messages import Message
    from bindtool.core.tabular.table.result import ListRow

COLUMNS = ("device_id", "label", "row", "cell", "reason")


def rejected_csv(rows: Iterable[ListRow], say: Callable[[Message], str]) -> bytes:
    """Return the refused ones of `rows` as CSV, in UTF-8 with BOM; `say` gives the words of a reason."""
    lines = [
        (row.device_id, row.label, row.number, row.place, say(row.refused.message))
        for row in rows
        if row.refused is not None
    ]
    return csv_text(COLUMNS, lines).encode("utf-8-sig", "backslashreplace")
