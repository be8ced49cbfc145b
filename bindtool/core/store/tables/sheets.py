"""The tables of sheets and their rows: heads, atomic edits, loading rows, and recovery after a crash.

An edit never reverts a run's outcomes. Changes during a run are written in `runs`. Which sheet is in use, and when
one is closed, is up to the callers.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from bindtool.core.model.outcome import UNDER_WAY
from bindtool.core.model.row import Row, SheetHead
from bindtool.core.store.tables import codec
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
    from concurrent.futures import Future

    from bindtool.core.common.clock import Clock
    from bindtool.core.store.connection import Reader
    from bindtool.core.store.writer import Writer

_PUT_ROWS = """
    INSERT OR REPLACE INTO sheet_row (
        sheet_id, source, added_at, operator, note, held,
        state, attempts, request, lost, answered_at, code, message, log_id, http_status,
        refused_with, number, device_id, label, arrived
    )
"""

# An unfinished run of those days does not go on: it was interrupted, and its sheet was abandoned.
_OLD = """
    SELECT sheet_id FROM sheet
    WHERE closed_at < :before AND NOT EXISTS (
        SELECT 1 FROM run WHERE run.sheet_id = sheet.sheet_id AND ended_at IS NULL AND started_at >= :before
    )
    ORDER BY sheet_id
"""

# Both indexes are nearly empty, so a start does not read the rows of a month from the disk.
_HELD = """
    SELECT * FROM row_now
    WHERE state IN (?, ?) AND sheet_id IN (
        SELECT sheet_id FROM sheet_row INDEXED BY row_under_way WHERE state IN ('sending', 'waiting')
        UNION SELECT sheet_id FROM request INDEXED BY request_under_way JOIN run USING (run_id) WHERE under_way
    )
    ORDER BY sheet_id, number
"""

_CLOSE = "UPDATE sheet SET closed_at = ? WHERE sheet_id = ?"

# Sheets of lists that stayed open, since their runs did not end: closed once each of their devices was in a later
# run of a list that did.
_CLOSE_OVERTAKEN = """
    UPDATE sheet SET closed_at = :now
    WHERE closed_at IS NULL AND origin <> 'window' AND NOT EXISTS (
        SELECT 1 FROM run JOIN run_device USING (run_id)
        WHERE run.sheet_id = sheet.sheet_id AND number > 0 AND NOT EXISTS (
            SELECT 1 FROM run_device AS again INDEXED BY run_device_device
            JOIN run AS later ON later.run_id = again.run_id
            JOIN sheet AS ended ON ended.sheet_id = later.sheet_id
            WHERE again.device_id = run_device.device_id AND later.run_id > run.run_id
                AND ended.origin <> 'window' AND ended.closed_at IS NOT NULL
                AND (later.site, later.connector_id, later.key, later.user_id)
                    = (run.site, run.connector_id, run.key, run.user_id)
        )
    )
"""

# Referencing records before the referenced ones.
_DELETES = (
    "DELETE FROM request_span WHERE run_id IN (SELECT run_id FROM run WHERE sheet_id = ?)",
    "DELETE FROM request WHERE run_id IN (SELECT run_id FROM run WHERE sheet_id = ?)",
    "DELETE FROM run_device WHERE run_id IN (SELECT run_id FROM run WHERE sheet_id = ?)",
    "DELETE FROM run WHERE sheet_id = ?",
    "DELETE FROM sheet_row WHERE sheet_id = ?",
    "DELETE FROM sheet WHERE sheet_id = ?",
)


@dataclass(frozen=True, slots=True)
class SheetOfSpan:
    """A sheet, closed or not, and the numbers of its rows in the time span."""

    head: SheetHead
    numbers: frozenset[int]


class Sheets:
    """The sheets and their rows. Thread-safe; fails as the store."""

    def __init__(self, reader: Reader, writer: Writer, clock: Clock) -> None:
        self._reader = reader
        self._writer = writer
        self._clock = clock

    def create(
        self,
        *,
        profile: str = "",
        job: str = "",
        expected: int | None = None,
        operator: str = "",
        origin: str = "window",
        put: Sequence[Row] = (),
    ) -> Future[SheetHead]:
        """Create a sheet with the rows `put`, in one transaction; the future resolves to its head."""
        head = SheetHead(0, self._clock.now(), profile, job, expected, operator, origin)
        rows = tuple(put)

        def write(connection: sqlite3.Connection) -> SheetHead:
            made = _create(connection, head)
            _put(connection, made.sheet_id, rows)
            return made

        return self._writer.submit(write, locked=True)

    def renew(self, old: SheetHead) -> Future[SheetHead]:
        """Close a sheet and create an empty one with its profile and operator, atomically; resolves to its head."""
        now = self._clock.now()

        def write(connection: sqlite3.Connection) -> SheetHead:
            connection.execute(_CLOSE, (now.isoformat(), old.sheet_id))
            return _create(connection, replace(old, created_at=now, job="", expected=None))

        return self._writer.submit(write)

    def update(self, head: SheetHead) -> Future[None]:
        """Write the editable values of a sheet: profile, job, expected number and operator."""
        return self._writer.execute(
            "UPDATE sheet SET profile = ?, job = ?, expected = ?, operator = ? WHERE sheet_id = ?",
            (storable(head.profile), storable(head.job), head.expected, storable(head.operator), head.sheet_id),
        )

    def close(self, sheet_id: int) -> Future[None]:
        """Mark the sheet as closed; it stays readable."""
        return self._writer.execute(_CLOSE, (self._clock.now().isoformat(), sheet_id))

    def close_list(self, sheet_id: int) -> Future[None]:
        """Write that the run of a list has come to its end, and close the earlier lists that it supersedes."""
        now = self._clock.now().isoformat()

        def write(connection: sqlite3.Connection) -> None:
            connection.execute(_CLOSE, (now, sheet_id))
            connection.execute(_CLOSE_OVERTAKEN, {"now": now})

        return self._writer.submit(write)

    def delete(self, sheet_id: int, before: datetime) -> Future[bool]:
        """Delete a sheet that was closed before that time, with its runs; False if it must stay.

        The ledger keeps the bindings. One sheet per transaction: a scan that comes meanwhile waits for no more than
        that.
        """

        def write(connection: sqlite3.Connection) -> bool:
            if sheet_id not in old_sheets(connection, before):
                return False
            for statement in _DELETES:
                connection.execute(statement, (sheet_id,))
            return True

        return self._writer.submit(write)

    def current(self, profile: str, origin: str = "window") -> SheetHead | None:
        """Return the newest sheet of that profile ("" for none) and origin that isn't closed."""
        with self._reader.reading() as connection:
            record = connection.execute(
                """
                SELECT * FROM sheet WHERE profile = ? AND origin = ? AND closed_at IS NULL
                ORDER BY sheet_id DESC LIMIT 1
                """,
                (storable(profile), storable(origin)),
            ).fetchone()
            return None if record is None else head_from(record)

    def all(self) -> tuple[SheetHead, ...]:
        """Return every sheet, closed ones too, the newest first."""
        with self._reader.reading() as connection:
            return tuple(map(head_from, connection.execute("SELECT * FROM sheet ORDER BY sheet_id DESC")))

    def between(self, begin: datetime, end: datetime) -> tuple[SheetOfSpan, ...]:
        """Return the sheets, the oldest first, with rows that came in or had their last answer in [begin, end).

        Compared in whole seconds, in any UTC offset.
        """
        with self._reader.reading() as connection:
            records = connection.execute(
                """
                SELECT sheet.*, number FROM sheet_row JOIN sheet USING (sheet_id)
                WHERE unixepoch(added_at) >= :begin AND unixepoch(added_at) < :end
                    OR unixepoch(answered_at) >= :begin AND unixepoch(answered_at) < :end
                ORDER BY sheet_id
                """,
                {"begin": begin.timestamp(), "end": end.timestamp()},
            )
            of_sheets = [list(of_sheet) for _, of_sheet in groupby(records, key=lambda record: record["sheet_id"])]
            return tuple(
                SheetOfSpan(head_from(of_sheet[0]), frozenset(record["number"] for record in of_sheet))
                for of_sheet in of_sheets
            )

    def last_number(self, sheet_id: int) -> int:
        """Return the highest row number ever assigned in the sheet, deleted rows included; 0 for none."""
        with self._reader.reading() as connection:
            record = connection.execute("SELECT last_number FROM sheet WHERE sheet_id = ?", (sheet_id,)).fetchone()
            return 0 if record is None else int(record["last_number"])

    def save(self, sheet_id: int, put: Sequence[Row] = (), drop: Sequence[int] = ()) -> Future[None]:
        """Write one edit: delete the rows numbered `drop`, then add or overwrite the rows `put`.

        If a run has sent a row of `put` since the edit was made, its outcome stays: no row that was sent may look
        as if it never had been. A new label resets a row to not sent, as in `sheet`, except for a row in flight or
        with a lost answer.
        """
        rows, numbers = tuple(put), [(sheet_id, number) for number in drop]

        def write(connection: sqlite3.Connection) -> None:
            connection.executemany("DELETE FROM sheet_row WHERE sheet_id = ? AND number = ?", numbers)
            sent = _sent(connection, sheet_id, rows)
            _put(connection, sheet_id, [_as_sent(row, sent.get(row.number)) for row in rows])

        return self._writer.submit(write, locked=True)

    def load(self, sheet_id: int) -> tuple[Row, ...]:
        """Return the rows of a sheet by number, each marked as saved; with thousands of them, in a thread."""
        with self._reader.reading() as connection:
            return rows_of(connection, sheet_id)

    def recover(self) -> Future[None]:
        """Recover rows in flight as after a crash, for a run that ended because the disk failed.

        No run may be active; opening the database does it for those of an earlier start.
        """
        return self._writer.submit(recover, locked=True)


def old_sheets(connection: sqlite3.Connection, before: datetime) -> tuple[int, ...]:
    """Return the sheets that were closed before that time and may be deleted."""
    return tuple(sheet_id for (sheet_id,) in connection.execute(_OLD, {"before": before.isoformat()}))


def rows_of(connection: sqlite3.Connection, sheet_id: int) -> tuple[Row, ...]:
    """Return the rows of a sheet by number."""
    records = connection.execute("SELECT * FROM row_now WHERE sheet_id = ? ORDER BY number", (sheet_id,))
    return tuple(rows_from(records))


def recover(connection: sqlite3.Connection) -> None:
    """Give every row that a run held its outcome after a crash."""
    records = connection.execute(_HELD, tuple(sorted(UNDER_WAY))).fetchall()
    connection.executemany(
        """
        UPDATE sheet_row SET state = ?, attempts = ?, request = ?, lost = ?,
            answered_at = ?, code = ?, message = ?, log_id = ?, http_status = ?, refused_with = ?
        WHERE sheet_id = ? AND number = ?
        """,
        [
            (*outcome_columns(outcome_from(record).recovered()), record["sheet_id"], record["number"])
            for record in records
        ],
    )
    connection.execute("UPDATE request SET under_way = 0 WHERE under_way")


def head_from(record: sqlite3.Row) -> SheetHead:
    """Convert a record of the table to a head."""
    return SheetHead(
        sheet_id=record["sheet_id"],
        created_at=datetime.fromisoformat(record["created_at"]),
        profile=record["profile"],
        job=record["job"],
        expected=record["expected"],
        operator=record["operator"],
        origin=record["origin"],
    )


def _create(connection: sqlite3.Connection, head: SheetHead) -> SheetHead:
    """Insert a sheet; return its head with the new sheet_id."""
    (sheet_id,) = connection.execute(
        """
        INSERT INTO sheet (created_at, profile, job, expected, operator, origin)
        VALUES (?, ?, ?, ?, ?, ?) RETURNING sheet_id
        """,
        (
            head.created_at.isoformat(),
            storable(head.profile),
            storable(head.job),
            head.expected,
            storable(head.operator),
            storable(head.origin),
        ),
    ).fetchone()
    return SheetHead(sheet_id, head.created_at, head.profile, head.job, head.expected, head.operator, head.origin)


def _put(connection: sqlite3.Connection, sheet_id: int, put: Sequence[Row]) -> None:
    for _, alike in groupby(put, _in_common):
        together = list(alike)
        shared = (sheet_id, *intake_columns(together[0]), *outcome_columns(together[0].outcome))
        codec.insert(connection, _PUT_ROWS, shared, list(map(own_columns, together)))
    connection.execute(
        "UPDATE sheet SET last_number = max(last_number, ?) WHERE sheet_id = ?",
        (max((row.number for row in put), default=0), sheet_id),
    )


def _sent(connection: sqlite3.Connection, sheet_id: int, rows: Sequence[Row]) -> Mapping[int, sqlite3.Row]:
    """Return the stored records of those `rows` that were sent, by number."""
    records = connection.execute(
        """
        SELECT * FROM sheet_row
        WHERE sheet_id = ? AND number IN (SELECT value FROM json_each(?)) AND attempts > 0
        """,
        (sheet_id, json.dumps([row.number for row in rows])),
    )
    return {record["number"]: record for record in records}


def _in_common(row: Row) -> tuple[object, ...]:
    """Return a key that is equal for neighbours with equal `intake_columns` and `outcome_columns`.

    Times are compared with their zones: times in two zones are equal, and each has to be restored in its own.
    """
    return id(row.added_at), id(row.outcome), row.source, row.operator, row.note, row.held


def _as_sent(row: Row, record: sqlite3.Row | None) -> Row:
    """Return a row of an edit with the outcome that a run has written since the edit was made, if that counts."""
    if record is None or record["attempts"] <= row.outcome.attempts:
        return row
    if record["device_id"] != storable(row.device_id):
        return row
    written = outcome_from(record)
    if record["label"] == storable(row.label) or written.lost or written.state in UNDER_WAY:
        return replace(row, outcome=written)
    return row
