"""What a shared ledger keeps here: entries that wait to be sent, and blocks of running numbers to give out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bindtool.core.model.history_records import LedgerKey
from bindtool.core.store.tables.codec import channel_columns, shared_entry_from, storable
from bindtool.core.store.tables.search import bench_id

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from bindtool.core.model.channel import Channel
    from bindtool.core.model.ledger_entry import SharedEntry

# The job stands with the sheet of the row that the answer came for; a deleted sheet takes it along.
_ENTRIES = """
    SELECT ledger.*, (
        SELECT sheet.job FROM run_device
        JOIN request_row USING (run_id, number)
        JOIN request ON request.run_id = run_device.run_id AND request.number = request_row.request
        JOIN run ON run.run_id = run_device.run_id
        JOIN sheet USING (sheet_id)
        WHERE run_device.device_id = ledger.device_id AND request.answered_at = ledger.bound_at
        LIMIT 1
    ) AS job
"""

# SQLite would look through the whole ledger for the few that wait, and a scan would have to wait for that.
_WAITING = "outbox CROSS JOIN ledger USING (entry_id)"

_OF_CHANNELS = """
    EXISTS (
        SELECT 1 FROM json_each(:channels) AS wanted
        WHERE site = json_extract(wanted.value, '$[0]') AND connector_id = json_extract(wanted.value, '$[1]')
            AND ledger.key = json_extract(wanted.value, '$[2]') AND user_id = json_extract(wanted.value, '$[3]')
    )
"""


def waiting(
    connection: sqlite3.Connection, channels: Iterable[Channel], machine: str, limit: int
) -> tuple[SharedEntry, ...]:
    """Return entries of these channels that wait to be shared, the oldest first."""
    records = connection.execute(
        f"{_ENTRIES} FROM {_WAITING} WHERE {_OF_CHANNELS} ORDER BY entry_id LIMIT :limit",
        {"channels": _listed(channels), "limit": limit},
    )
    return _entries(connection, records, machine)


def all_of(
    connection: sqlite3.Connection, channels: Iterable[Channel], machine: str, numbers: range
) -> tuple[SharedEntry, ...]:
    """Return all entries of these channels with these numbers, shared or not, the oldest first."""
    records = connection.execute(
        f"{_ENTRIES} FROM ledger WHERE entry_id >= :first AND entry_id < :end AND {_OF_CHANNELS} ORDER BY entry_id",
        {"channels": _listed(channels), "first": numbers.start, "end": numbers.stop},
    )
    return _entries(connection, records, machine)


def count_of(connection: sqlite3.Connection, channels: Iterable[Channel], numbers: range) -> int:
    """Return how many entries of these channels have one of these numbers."""
    (found,) = connection.execute(
        f"SELECT count(*) FROM ledger WHERE entry_id >= :first AND entry_id < :end AND {_OF_CHANNELS}",  # noqa: S608 - constants
        {"channels": _listed(channels), "first": numbers.start, "end": numbers.stop},
    ).fetchone()
    return int(found)


def last(connection: sqlite3.Connection) -> int:
    """Return the number of the last entry of any channel, 0 where there is none."""
    (found,) = connection.execute("SELECT coalesce(max(entry_id), 0) FROM ledger").fetchone()
    return int(found)


def count(connection: sqlite3.Connection, channels: Iterable[Channel]) -> int:
    """Return how many entries of these channels wait to be shared."""
    (found,) = connection.execute(
        f"SELECT count(*) FROM {_WAITING} WHERE {_OF_CHANNELS}",  # noqa: S608 - constants
        {"channels": _listed(channels)},
    ).fetchone()
    return int(found)


def mark_shared(connection: sqlite3.Connection, entry_ids: Sequence[int]) -> None:
    """Take entries out that others know now."""
    connection.execute(
        "DELETE FROM outbox WHERE entry_id IN (SELECT value FROM json_each(?))", (json.dumps(list(entry_ids)),)
    )


def refill(connection: sqlite3.Connection, channels: Iterable[Channel]) -> None:
    """Put all entries of these channels in again."""
    connection.execute(
        f"INSERT INTO outbox SELECT entry_id FROM ledger WHERE {_OF_CHANNELS} ON CONFLICT DO NOTHING",  # noqa: S608 - constants
        {"channels": _listed(channels)},
    )


def _listed(channels: Iterable[Channel]) -> str:
    return json.dumps([channel_columns(channel) for channel in channels])


def _entries(
    connection: sqlite3.Connection, records: Iterable[sqlite3.Row], machine: str
) -> tuple[SharedEntry, ...]:
    bench = bench_id(connection)
    return tuple(shared_entry_from(record, LedgerKey(bench, record["entry_id"]), machine) for record in records)


def keep_block(connection: sqlite3.Connection, channel: Channel, series: str, block: range) -> None:
    """Keep a block of a series on a channel."""
    connection.execute(
        "INSERT INTO number_block VALUES (?, ?, ?, ?, ?, ?, ?)",
        (*channel_columns(channel), storable(series), block.start, block.stop - 1),
    )


def blocks(connection: sqlite3.Connection, channel: Channel, series: str) -> tuple[range, ...]:
    """Return the blocks of a series on a channel, ascending."""
    records = connection.execute(
        """
        SELECT first, last FROM number_block
        WHERE site = ? AND connector_id = ? AND key = ? AND user_id = ? AND series = ? ORDER BY first
        """,
        (*channel_columns(channel), storable(series)),
    )
    return tuple(range(first, last + 1) for first, last in records)
