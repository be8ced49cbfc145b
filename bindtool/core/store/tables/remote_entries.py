"""Entries of other benches, and how far a shared ledger was read.

An entry that is known already, this bench's own ones among them, is left alone, so the same may come in any
order and as often as one likes. Questions about own and other benches' entries alike are in `ledger`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bindtool.core.model.history_records import LedgerKey
from bindtool.core.model.ledger_entry import SyncCursor
from bindtool.core.store.tables import outbox
from bindtool.core.store.tables.codec import channel_columns, shared_entry_from, storable

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from bindtool.core.model.channel import Channel
    from bindtool.core.model.ledger_entry import SharedEntry

_COLUMNS = (
    "bench, entry, machine, site, connector_id, key, user_id, device_id, label, bound_at, log_id, operator, "
    "profile, job"
)

_NAME_OF_BENCH = 8
"""Letters of a bench's id that stand in for the name of its computer."""

# One statement for all of them: Python's thread gives way to the others at every statement.
_TAKE_IN = f"""
    INSERT INTO foreign_entry ({_COLUMNS})
    SELECT {", ".join(f"json_extract(told.value, '$[{at}]')" for at in range(len(_COLUMNS.split(","))))}
    FROM json_each(?) AS told
    WHERE NOT EXISTS (
        SELECT 1 FROM ledger, bench
        WHERE bench_id = json_extract(told.value, '$[0]') AND entry_id = json_extract(told.value, '$[1]')
            AND bound_at = json_extract(told.value, '$[9]')
    )
    ORDER BY told.key
    ON CONFLICT DO NOTHING
    RETURNING bench, entry, bound_at
"""  # noqa: S608 - constants


def take_in(
    connection: sqlite3.Connection,
    entries: Sequence[SharedEntry],
    ledger_id: str,
    cursor: SyncCursor | None,
    shared: Sequence[int],
) -> tuple[SharedEntry, ...]:
    """Add entries of other benches, and return those that were news; note how far the ledger was read with them.

    `shared`: entries of this bench that others know now.
    """
    if shared:
        outbox.mark_shared(connection, shared)
    if cursor is not None:
        key = (None, None) if cursor.key is None else (cursor.key.bench, cursor.key.entry)
        connection.execute(
            "INSERT OR REPLACE INTO ledger_place VALUES (?, ?, ?, ?)", (ledger_id, cursor.number, *key)
        )
    cells = json.dumps([_cells(entry) for entry in entries])
    new = {tuple(record) for record in connection.execute(_TAKE_IN, (cells,))}
    return tuple(entry for entry in entries if (*_key(entry), entry.bound_at.isoformat()) in new)


def cursor(connection: sqlite3.Connection, ledger_id: str) -> SyncCursor | None:
    """Return how far a ledger was read; None where it never was."""
    record = connection.execute("SELECT * FROM ledger_place WHERE ledger_id = ?", (ledger_id,)).fetchone()
    if record is None:
        return None
    return SyncCursor(
        record["number"], None if record["bench"] is None else LedgerKey(record["bench"], record["entry"])
    )


def begin_anew(connection: sqlite3.Connection, ledger_id: str, channels: Iterable[Channel]) -> None:
    """Read a ledger from its beginning, and put all that was ever bound on these channels into the outbox."""
    connection.execute("INSERT OR REPLACE INTO ledger_place VALUES (?, 0, NULL, NULL)", (ledger_id,))
    outbox.refill(connection, channels)


def any_remote(connection: sqlite3.Connection) -> bool:
    """Tell whether there are entries of any other bench."""
    (found,) = connection.execute("SELECT EXISTS (SELECT 1 FROM foreign_entry)").fetchone()
    return bool(found)


def any_between(connection: sqlite3.Connection, begin: datetime, end: datetime) -> bool:
    """Tell whether others have bound anything in [begin, end)."""
    (found,) = connection.execute(
        """
        SELECT EXISTS (
            SELECT 1 FROM foreign_entry WHERE unixepoch(bound_at) >= :begin AND unixepoch(bound_at) < :end
        )
        """,
        {"begin": begin.timestamp(), "end": end.timestamp()},
    ).fetchone()
    return bool(found)


def remote_between(connection: sqlite3.Connection, begin: datetime, end: datetime) -> tuple[SharedEntry, ...]:
    """Return what others have bound in [begin, end), the oldest first.

    Compared in whole seconds, whatever offset each time was written with.
    """
    records = connection.execute(
        """
        SELECT * FROM foreign_entry
        WHERE unixepoch(bound_at) >= :begin AND unixepoch(bound_at) < :end
        ORDER BY unixepoch(bound_at), bound_at, foreign_id
        """,
        {"begin": begin.timestamp(), "end": end.timestamp()},
    )
    return tuple(
        shared_entry_from(record, LedgerKey(record["bench"], record["entry"]), record["machine"])
        for record in records
    )


def _key(entry: SharedEntry) -> tuple[str, int]:
    return storable(entry.key.bench), entry.key.entry


def _cells(entry: SharedEntry) -> tuple[str | int, ...]:
    """Return the values in the order of `_COLUMNS`."""
    return (
        *_key(entry),
        # A bench without a name would pass for this one.
        storable(entry.machine) or storable(entry.key.bench)[:_NAME_OF_BENCH],
        *channel_columns(entry.channel),
        storable(entry.device_id),
        storable(entry.label),
        entry.bound_at.isoformat(),
        storable(entry.log_id),
        storable(entry.operator),
        storable(entry.profile),
        storable(entry.job),
    )
