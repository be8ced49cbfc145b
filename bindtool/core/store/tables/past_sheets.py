"""Sheets of earlier days: which there are, what runs have sent of them, and the rows of a span of time."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from bindtool.core.model.history_records import SheetRecord
from bindtool.core.store.tables import runs as journal
from bindtool.core.store.tables import sheets
from bindtool.core.store.tables.search import containing, days

if TYPE_CHECKING:
    import sqlite3

    from bindtool.core.model.history_records import SearchQuery
    from bindtool.core.model.row import SheetHead
    from bindtool.core.store.tables.runs import Run, SentRequest

# A sheet on which nothing ever stood is none that anybody looks for; one without an end is worked on still, and "9"
# is later than any day.
_FOUND = """
    SELECT sheet_id FROM sheet
    WHERE last_number > 0
        AND coalesce(closed_at, '9') >= :since AND created_at < :until
        AND (:state IS NULL OR EXISTS (
            SELECT 1 FROM sheet_row
            WHERE sheet_row.sheet_id = sheet.sheet_id
                AND CASE sheet_row.state WHEN 'ready' THEN 'unsent' ELSE sheet_row.state END = :state
        ))
        AND (
            job || char(10) || profile || char(10) || operator || char(10) || origin LIKE :text ESCAPE '!'
            OR sheet_id IN (
                SELECT sheet_id FROM sheet_row
                WHERE device_id || char(10) || label || char(10) || log_id LIKE :text ESCAPE '!'
            )
            OR sheet_id IN (
                SELECT sheet_id FROM run
                WHERE run_id IN (
                    SELECT run_id FROM run_device
                    WHERE device_id || char(10) || label LIKE :text ESCAPE '!'
                    UNION ALL
                    SELECT run_id FROM request WHERE log_id LIKE :text ESCAPE '!'
                )
            )
        )
    ORDER BY sheet_id DESC LIMIT :limit
"""

_COUNTED = """
    SELECT sheet.*, count(number) AS row_count, total(state = 'bound') AS bound,
        total(state = 'refused') AS refused, total(state = 'unknown') AS unknown,
        (SELECT count(*) FROM run WHERE run.sheet_id = sheet.sheet_id) AS run_count
    FROM sheet LEFT JOIN sheet_row USING (sheet_id)
    WHERE sheet_id IN (SELECT value FROM json_each(?))
    GROUP BY sheet_id ORDER BY sheet_id DESC
"""

_OLD = """
    SELECT sheet_id FROM sheet
    WHERE closed_at < ? AND NOT EXISTS (
        SELECT 1 FROM run WHERE run.sheet_id = sheet.sheet_id AND ended_at IS NULL
    )
    ORDER BY sheet_id
"""

# What refers to something goes before it.
_DELETES = (
    "DELETE FROM request_row WHERE run_id IN (SELECT run_id FROM run WHERE sheet_id = ?)",
    "DELETE FROM request WHERE run_id IN (SELECT run_id FROM run WHERE sheet_id = ?)",
    "DELETE FROM run_device WHERE run_id IN (SELECT run_id FROM run WHERE sheet_id = ?)",
    "DELETE FROM run WHERE sheet_id = ?",
    "DELETE FROM sheet_row WHERE sheet_id = ?",
    "DELETE FROM sheet WHERE sheet_id = ?",
)


def find(connection: sqlite3.Connection, wanted: SearchQuery, limit: int) -> tuple[SheetRecord, ...]:
    """Return the sheets, the newest first, that were worked on in those days and hold or have sent that text.

    With a state, those that have a row in it, be it another one.
    """
    values = {"text": containing(wanted.text), "state": wanted.state, "limit": limit, **days(wanted)}
    found = [sheet_id for (sheet_id,) in connection.execute(_FOUND, values)]
    return tuple(map(_sheet_from, connection.execute(_COUNTED, (json.dumps(found),))))


def head(connection: sqlite3.Connection, sheet_id: int) -> SheetHead | None:
    """Return the head of a sheet; None for one that is not there any more."""
    record = connection.execute("SELECT * FROM sheet WHERE sheet_id = ?", (sheet_id,)).fetchone()
    return None if record is None else sheets.head_from(record)


def runs(connection: sqlite3.Connection, sheet_id: int) -> tuple[tuple[Run, tuple[SentRequest, ...]], ...]:
    """Return the runs of a sheet, the newest first, each with its requests by number."""
    found = journal.runs(connection, sheet_id)
    return tuple((run, journal.requests(connection, run.run_id)) for run in found)


def old(connection: sqlite3.Connection, before: datetime) -> tuple[int, ...]:
    """Return the sheets that were closed before that time and may go."""
    return tuple(sheet_id for (sheet_id,) in connection.execute(_OLD, (before.isoformat(),)))


def delete(connection: sqlite3.Connection, sheet_id: int, before: datetime) -> bool:
    """Delete a sheet with its rows, runs and requests; False where it is none that may go, and nothing changes."""
    if sheet_id not in old(connection, before):
        return False
    for statement in _DELETES:
        connection.execute(statement, (sheet_id,))
    return True


def _sheet_from(record: sqlite3.Row) -> SheetRecord:
    closed_at = record["closed_at"]
    return SheetRecord(
        head=sheets.head_from(record),
        closed_at=None if closed_at is None else datetime.fromisoformat(closed_at),
        rows=record["row_count"],
        bound=int(record["bound"]),
        refused=int(record["refused"]),
        unknown=int(record["unknown"]),
        runs=record["run_count"],
    )


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
