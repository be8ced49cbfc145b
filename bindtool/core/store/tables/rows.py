"""The table of rows: an edit written whole, a sheet read back, and what may be said of rows after a crash.

An edit never takes back what a run has written. What changes during a run is written in `runs`.
"""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING

from bindtool.core.model.outcome import UNDER_WAY
from bindtool.core.store.tables import codec, sheets
from bindtool.core.store.tables.codec import (
    intake_columns,
    outcome_columns,
    outcome_from,
    own_columns,
    rows_from,
    storable,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    from bindtool.core.model.outcome import Outcome
    from bindtool.core.model.row import Row, SheetHead


_PUT_ROWS = """
    INSERT OR REPLACE INTO sheet_row (
        sheet_id, source, added_at, operator, note, held,
        state, attempts, request, lost, answered_at, code, message, log_id, http_status,
        number, device_id, label, arrived
    )
"""


def create_sheet(connection: sqlite3.Connection, head: SheetHead, put: Sequence[Row]) -> SheetHead:
    """Add a sheet with its first rows; return its head with the sheet_id that it was given."""
    made = sheets.create(connection, head)
    _put(connection, made.sheet_id, [(row, row.outcome) for row in put])
    return made


def save(connection: sqlite3.Connection, sheet_id: int, put: Sequence[Row], drop: Sequence[int]) -> None:
    """Write one edit: delete the rows numbered `drop`, then add or overwrite the rows `put`.

    Where a run has sent a row of `put` since the edit was made, what the run has written stays: nothing that was
    sent may look as if it never had been. A new label makes a row that was not sent, as `sheet` has it, but for
    one that is under way or whose answer was lost.
    """
    connection.executemany(
        "DELETE FROM sheet_row WHERE sheet_id = ? AND number = ?", [(sheet_id, number) for number in drop]
    )
    sent = _sent(connection, sheet_id, put)
    _put(connection, sheet_id, [(row, _outcome_to_keep(row, sent.get(row.number))) for row in put])


def load(connection: sqlite3.Connection, sheet_id: int) -> tuple[Row, ...]:
    """Return the rows of a sheet by number."""
    records = connection.execute("SELECT * FROM sheet_row WHERE sheet_id = ? ORDER BY number", (sheet_id,))
    return tuple(rows_from(records))


def recover(connection: sqlite3.Connection) -> None:
    """Give every row that a run held an outcome that is true after a crash."""
    records = connection.execute(
        "SELECT * FROM sheet_row WHERE state IN (?, ?) ORDER BY sheet_id, number", tuple(sorted(UNDER_WAY))
    ).fetchall()
    connection.executemany(
        """
        UPDATE sheet_row SET state = ?, attempts = ?, request = ?, lost = ?,
            answered_at = ?, code = ?, message = ?, log_id = ?, http_status = ?
        WHERE sheet_id = ? AND number = ?
        """,
        [
            (*outcome_columns(outcome_from(record).recovered()), record["sheet_id"], record["number"])
            for record in records
        ],
    )


def _put(connection: sqlite3.Connection, sheet_id: int, put: Sequence[tuple[Row, Outcome]]) -> None:
    for _, alike in groupby(put, _in_common):
        together = list(alike)
        row, outcome = together[0]
        shared = (sheet_id, *intake_columns(row), *outcome_columns(outcome))
        codec.insert(connection, _PUT_ROWS, shared, [own_columns(row) for row, _ in together])
    connection.execute(
        "UPDATE sheet SET last_number = max(last_number, ?) WHERE sheet_id = ?",
        (max((row.number for row, _ in put), default=0), sheet_id),
    )


def _sent(connection: sqlite3.Connection, sheet_id: int, rows: Sequence[Row]) -> Mapping[int, sqlite3.Row]:
    """Return what the disk has of those `rows` that were sent, by number."""
    records = connection.execute(
        """
        SELECT * FROM sheet_row
        WHERE sheet_id = ? AND number IN (SELECT value FROM json_each(?)) AND attempts > 0
        """,
        (sheet_id, json.dumps([row.number for row in rows])),
    )
    return {record["number"]: record for record in records}


def _in_common(put: tuple[Row, Outcome]) -> tuple[int, ...]:
    """Return what tells whether neighbours share what `intake_columns` and `outcome_columns` are made of.

    Equal is not enough: times in two zones are equal, and each is to come back in its own.
    """
    row, outcome = put
    return tuple(map(id, (row.source, row.added_at, row.operator, row.note, row.held, outcome)))


def _outcome_to_keep(row: Row, record: sqlite3.Row | None) -> Outcome:
    if record is None or record["attempts"] <= row.outcome.attempts:
        return row.outcome
    if record["device_id"] != storable(row.device_id):
        return row.outcome
    written = outcome_from(record)
    if record["label"] == storable(row.label) or written.lost or written.state in UNDER_WAY:
        return written
    return row.outcome
