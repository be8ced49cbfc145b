"""The table of sheets: each one's head, and the highest row number that it ever gave.

Which sheet is worked on, and when one is closed, is up to the callers.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from bindtool.core.model.row import SheetHead
from bindtool.core.store.tables.codec import storable

if TYPE_CHECKING:
    import sqlite3


def create(connection: sqlite3.Connection, head: SheetHead) -> SheetHead:
    """Add a sheet; return its head with the sheet_id that it was given instead of its own."""
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


def update(connection: sqlite3.Connection, head: SheetHead) -> None:
    """Write what a person may change: profile, job, expected number and operator."""
    connection.execute(
        "UPDATE sheet SET profile = ?, job = ?, expected = ?, operator = ? WHERE sheet_id = ?",
        (storable(head.profile), storable(head.job), head.expected, storable(head.operator), head.sheet_id),
    )


def close(connection: sqlite3.Connection, sheet_id: int, at: datetime) -> None:
    """Say that nobody works on the sheet any more; it stays readable."""
    connection.execute("UPDATE sheet SET closed_at = ? WHERE sheet_id = ?", (at.isoformat(), sheet_id))


def renew(connection: sqlite3.Connection, old: SheetHead, at: datetime) -> SheetHead:
    """Close a sheet and add an empty one of the same profile and operator; return its head."""
    close(connection, old.sheet_id, at)
    return create(connection, replace(old, created_at=at, job="", expected=None))


def current(connection: sqlite3.Connection, profile: str, origin: str) -> SheetHead | None:
    """Return the newest sheet of that profile and origin that isn't closed."""
    record = connection.execute(
        """
        SELECT * FROM sheet WHERE profile = ? AND origin = ? AND closed_at IS NULL
        ORDER BY sheet_id DESC LIMIT 1
        """,
        (storable(profile), storable(origin)),
    ).fetchone()
    return None if record is None else head_from(record)


def heads(connection: sqlite3.Connection) -> tuple[SheetHead, ...]:
    """Return every sheet, closed ones too, the newest first."""
    return tuple(map(head_from, connection.execute("SELECT * FROM sheet ORDER BY sheet_id DESC")))


def last_number(connection: sqlite3.Connection, sheet_id: int) -> int:
    """Return the highest row number that the sheet ever gave, 0 for none or for no such sheet."""
    record = connection.execute("SELECT last_number FROM sheet WHERE sheet_id = ?", (sheet_id,)).fetchone()
    return 0 if record is None else int(record["last_number"])


def head_from(record: sqlite3.Row) -> SheetHead:
    """Return the head that a record of the table holds."""
    return SheetHead(
        sheet_id=record["sheet_id"],
        created_at=datetime.fromisoformat(record["created_at"]),
        profile=record["profile"],
        job=record["job"],
        expected=record["expected"],
        operator=record["operator"],
        origin=record["origin"],
    )
