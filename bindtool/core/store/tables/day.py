"""The rows of a span of time across all sheets, and what was bound in it, for the report of a day.

Owns its statements. Which span a day is, and what is told of the rows, is for the callers.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from bindtool.core.store.tables import sheets

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime

    from bindtool.core.model.row import SheetHead


@dataclass(frozen=True, slots=True)
class SheetOfSpan:
    """A sheet, closed or not, and the numbers of those of its rows that the span is about."""

    head: SheetHead
    numbers: frozenset[int]


def sheets_between(connection: sqlite3.Connection, begin: datetime, end: datetime) -> tuple[SheetOfSpan, ...]:
    """Return the sheets, the oldest first, with rows that came in or had their last answer in [begin, end).

    Compared in whole seconds, whatever offset each time was written with.
    """
    heads = {head.sheet_id: head for head in sheets.heads(connection)}
    records = connection.execute(
        """
        SELECT sheet_id, number FROM sheet_row
        WHERE unixepoch(added_at) >= :begin AND unixepoch(added_at) < :end
            OR unixepoch(answered_at) >= :begin AND unixepoch(answered_at) < :end
        ORDER BY sheet_id
        """,
        {"begin": begin.timestamp(), "end": end.timestamp()},
    )
    return tuple(
        SheetOfSpan(heads[sheet_id], frozenset(number for _, number in numbers))
        for sheet_id, numbers in groupby(records, key=lambda record: int(record["sheet_id"]))
    )


def bound_between(connection: sqlite3.Connection, begin: datetime, end: datetime) -> tuple[str, ...]:
    """Return the ids that were bound in [begin, end), in order and each once, whether a row has them or not."""
    records = connection.execute(
        """
        SELECT device_id FROM ledger
        WHERE unixepoch(bound_at) >= :begin AND unixepoch(bound_at) < :end
        ORDER BY entry_id
        """,
        {"begin": begin.timestamp(), "end": end.timestamp()},
    )
    return tuple(dict.fromkeys(record["device_id"] for record in records))
