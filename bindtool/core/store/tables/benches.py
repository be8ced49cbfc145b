"""Data that benches share: pending entries, entries of others, running numbers, counts of refused devices.

A known entry, including this bench's own, is skipped, so the same one may come in any order and any number of
times. Queries about own and other benches' entries alike are in `bindings`.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from bindtool.core.model.history_records import LedgerKey
from bindtool.core.model.ledger_entry import RefusedCount, SharedEntry, SyncCursor
from bindtool.core.store.tables.codec import (
    ON_SITE,
    carries,
    channel_columns,
    listed_channels,
    named_channel,
    shared_entry_from,
    storable,
)
from bindtool.core.store.tables.last_answers import OF_ROWS
from bindtool.core.store.tables.search import bench_id

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from concurrent.futures import Future

    from bindtool.core.model.channel import Channel
    from bindtool.core.store.connection import Reader
    from bindtool.core.store.writer import Writer

_ALL = range(1, 2**63 - 1)

# The job is in the sheet of the answered row; it is deleted with the sheet.
_ENTRIES = f"""
    SELECT ledger.*, (
        SELECT sheet.job FROM run_device
        JOIN request_span ON request_span.run_id = run_device.run_id AND {carries("run_device.number")}
        JOIN request ON request.run_id = run_device.run_id AND request.number = request_span.request
        JOIN run ON run.run_id = run_device.run_id
        JOIN sheet USING (sheet_id)
        WHERE run_device.device_id = ledger.device_id AND request.answered_at = ledger.bound_at
        LIMIT 1
    ) AS job
"""  # noqa: S608 - no value is in it

# SQLite would scan the whole ledger for the few pending entries, and a scan would have to wait for that.
_WAITING = "outbox CROSS JOIN ledger ON ledger.entry_id BETWEEN outbox.entry_id AND outbox.entry_id + more"

_OF_NUMBERS = "ledger WHERE entry_id >= :first AND entry_id < :end"

# Both, in SQLite's scan order: it would look up the jobs of all pending entries before sorting them.
_THE_OLDEST_FIRST = "ORDER BY outbox.entry_id, ledger.entry_id"

ONE_BY_ONE = f"INSERT OR REPLACE INTO outbox SELECT ledger.entry_id, 0 FROM {_WAITING}"  # noqa: S608 - constants
"""Creates a record of the outbox for each pending entry."""

# Other entries of the same ranges stay pending.
_MARK_SHARED = (
    f"""
    {ONE_BY_ONE} WHERE more AND outbox.entry_id IN (
        SELECT (SELECT max(entry_id) FROM outbox WHERE entry_id <= value) FROM json_each(?)
    )
    """,  # noqa: S608 - constants
    "DELETE FROM outbox WHERE entry_id IN (SELECT value FROM json_each(?))",
)

_IN_CHANNELS = """
    EXISTS (
        SELECT 1 FROM json_each(:channels) AS wanted
        WHERE site = json_extract(wanted.value, '$[0]') AND connector_id = json_extract(wanted.value, '$[1]')
            AND {table}.key = json_extract(wanted.value, '$[2]') AND user_id = json_extract(wanted.value, '$[3]')
    )
"""

_OF_CHANNELS = _IN_CHANNELS.format(table="ledger")

# The same definition of a device's own refusal as in `last_answers`; each device once per day and code.
_REFUSED = f"""
    SELECT day, code, count(*) AS devices FROM (
        SELECT DISTINCT substr(answered_at, 1, 10) AS day, code, site, connector_id, run.key, user_id, device_id
        FROM (
            SELECT run_id, request, first FROM request_span WHERE first > 0 AND run_id IN (
                SELECT run_id FROM run
                WHERE unixepoch(started_at) >= :since AND {_IN_CHANNELS.format(table="run")}
                    AND {OF_ROWS.format(table="run")}
            ) GROUP BY run_id, request HAVING sum(last - first + 1) = 1
        ) AS alone
        JOIN request ON request.run_id = alone.run_id AND request.number = alone.request
        JOIN run_device ON run_device.run_id = alone.run_id AND run_device.number = alone.first
        JOIN run ON run.run_id = alone.run_id
        WHERE verdict = 'refused'
    ) GROUP BY day, code ORDER BY day DESC, devices DESC LIMIT :most
"""  # noqa: S608 - constants

_MOST_COUNTS = 1000
"""Counts of refused devices reported at once: a server that invents codes must not fill a ledger."""

_COLUMNS = (
    "bench, entry, machine, site, connector_id, key, user_id, device_id, label, bound_at, log_id, operator, "
    "profile, job"
)

_NAME_OF_BENCH = 8
"""Letters of a bench's id that replace the name of its computer."""

# One statement for all of them: Python's thread yields to the others at every statement.
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


_FARTHEST = 1_000_000
"""Maximum difference of numbers between an entry and the one before: a ledger is full after the highest number."""


_TAKE_BACK = f"""
    INSERT INTO ledger
        (entry_id, site, connector_id, key, user_id, device_id, label, bound_at, log_id, operator, profile)
    VALUES ({", ".join("?" * 11)})
"""  # noqa: S608 - constants


class Benches:
    """Entries that this bench shares, and those that others have shared. Thread-safe; fails as the store."""

    def __init__(self, reader: Reader, writer: Writer) -> None:
        self._reader = reader
        self._writer = writer

    @property
    def bench_id(self) -> str:
        """The permanent id of this data folder."""
        with self._reader.reading() as connection:
            return bench_id(connection)

    # own entries

    def waiting(self, channels: Sequence[Channel], machine: str, limit: int) -> tuple[SharedEntry, ...]:
        """Return pending entries of these channels, the oldest first.

        `machine`: this computer's name.
        """
        with self._reader.reading() as connection:
            records = connection.execute(
                f"{_ENTRIES} FROM {_WAITING} WHERE {_OF_CHANNELS} {_THE_OLDEST_FIRST} LIMIT :limit",
                {"channels": listed_channels(channels), "limit": limit},
            )
            return _entries(connection, records, machine)

    def all_of(self, channels: Sequence[Channel], machine: str, numbers: range = _ALL) -> tuple[SharedEntry, ...]:
        """Return all of this bench's bindings on these channels, the oldest first; only those with some numbers."""
        with self._reader.reading() as connection:
            records = connection.execute(
                f"{_ENTRIES} FROM {_OF_NUMBERS} AND {_OF_CHANNELS} ORDER BY entry_id",
                {"channels": listed_channels(channels), "first": numbers.start, "end": numbers.stop},
            )
            return _entries(connection, records, machine)

    def parts(self, channels: Sequence[Channel], size: int) -> Mapping[int, int]:
        """Return the number of entries of these channels in each non-empty part of this ledger.

        Part 0 has the numbers from 1 to `size`. Each part is counted in a query of its own, so that no other waits
        for all.
        """
        counts = {}
        with self._reader.reading() as connection:
            (last,) = connection.execute("SELECT coalesce(max(entry_id), 0) FROM ledger").fetchone()
        for part in range(-(-last // size)):
            with self._reader.reading() as connection:
                (counts[part],) = connection.execute(
                    f"SELECT count(*) FROM {_OF_NUMBERS} AND {_OF_CHANNELS}",  # noqa: S608 - constants
                    {"channels": listed_channels(channels), "first": part * size + 1, "end": (part + 1) * size + 1},
                ).fetchone()
        return {part: count for part, count in counts.items() if count}

    def count(self, channels: Sequence[Channel]) -> int:
        """Return the number of pending entries of these channels."""
        with self._reader.reading() as connection:
            return count_waiting(connection, channels)

    def refused(self, channels: Sequence[Channel], since: datetime) -> tuple[RefusedCount, ...]:
        """Return the number of devices refused on these channels, by day and code, in runs begun since then."""
        with self._reader.reading() as connection:
            records = connection.execute(
                _REFUSED,
                {"channels": listed_channels(channels), "since": since.timestamp(), "most": _MOST_COUNTS},
            )
            return tuple(RefusedCount(*record) for record in records)

    def mark_shared(self, entries: Sequence[SharedEntry]) -> Future[None]:
        """Mark these entries of this bench as shared."""
        numbers = _numbers(entries)
        return self._writer.submit(lambda connection: _mark_shared(connection, numbers))

    def take_back(self, entries: Sequence[SharedEntry]) -> Future[tuple[SharedEntry, ...]]:
        """Restore this bench's bindings that were made after the backup from which its data folder was restored.

        The entries have its id, and continue after the end of its ledger, in number and in time; after a new
        binding here, none does. As far as known here, others do not have them yet. The future resolves to the
        entries written.
        """
        entries = tuple(entries)
        return self._writer.submit(lambda connection: tuple(_take_back(connection, entries)))

    # entries of others

    def take_in(
        self,
        entries: Sequence[SharedEntry],
        ledger_id: str = "",
        cursor: SyncCursor | None = None,
        shared: Sequence[SharedEntry] = (),
    ) -> Future[tuple[SharedEntry, ...]]:
        """Write entries of others, and the read position in a ledger; the future resolves to those that were new.

        In the same transaction, mark `shared`, entries of this bench, as shared.
        """
        entries, mine = tuple(entries), _numbers(shared)

        def write(connection: sqlite3.Connection) -> tuple[SharedEntry, ...]:
            _mark_shared(connection, mine)
            if cursor is not None:
                key = (None, None) if cursor.key is None else (cursor.key.bench, cursor.key.entry)
                connection.execute(
                    "INSERT OR REPLACE INTO ledger_place VALUES (?, ?, ?, ?)", (ledger_id, cursor.number, *key)
                )
            cells = json.dumps([_cells(entry) for entry in entries])
            new = {tuple(record) for record in connection.execute(_TAKE_IN, (cells,))}
            return tuple(entry for entry in entries if (*_key(entry), entry.bound_at.isoformat()) in new)

        return self._writer.submit(write)

    @property
    def any_remote(self) -> bool:
        """Whether there are entries of any other bench."""
        with self._reader.reading() as connection:
            return any_remote(connection)

    def any_between(self, begin: datetime, end: datetime) -> bool:
        """Return whether others have bound devices in [begin, end)."""
        with self._reader.reading() as connection:
            (found,) = connection.execute(
                """
                SELECT EXISTS (
                    SELECT 1 FROM foreign_entry
                    WHERE unixepoch(bound_at) >= :begin AND unixepoch(bound_at) < :end
                )
                """,
                {"begin": begin.timestamp(), "end": end.timestamp()},
            ).fetchone()
        return bool(found)

    def cursor(self, ledger_id: str) -> SyncCursor | None:
        """Return the read position in a ledger; None if it was never read."""
        with self._reader.reading() as connection:
            return cursor_of(connection, ledger_id)

    def begin_anew(self, ledger_id: str, channels: Sequence[Channel]) -> Future[None]:
        """Reset a ledger, new or restored: it is read from its beginning and gets all entries of these channels."""
        wanted = {"channels": listed_channels(channels)}

        def write(connection: sqlite3.Connection) -> None:
            connection.execute("INSERT OR REPLACE INTO ledger_place VALUES (?, 0, NULL, NULL)", (ledger_id,))
            connection.execute(ONE_BY_ONE)
            connection.execute(
                f"INSERT INTO outbox SELECT entry_id, 0 FROM ledger WHERE {_OF_CHANNELS} ON CONFLICT DO NOTHING",  # noqa: S608 - constants
                wanted,
            )

        return self._writer.submit(write)

    # running numbers

    def keep_block(self, channel: Channel, series: str, block: range) -> Future[None]:
        """Store a block of running numbers as this bench's."""
        return self._writer.execute(
            "INSERT INTO number_block VALUES (?, ?, ?, ?, ?, ?, ?)",
            (*channel_columns(channel), storable(series), block.start, block.stop - 1),
        )

    def blocks(self, channel: Channel, series: str) -> tuple[range, ...]:
        """Return this bench's blocks of a series on a channel, ascending."""
        with self._reader.reading() as connection:
            records = connection.execute(
                f"""
                SELECT first, last FROM number_block
                WHERE {ON_SITE} AND connector_id = :connector_id AND key = :key AND user_id = :user_id
                    AND series = :series ORDER BY first
                """,  # noqa: S608 - constants
                {**named_channel(channel), "series": storable(series)},
            )
            return tuple(range(first, last + 1) for first, last in records)


def _take_back(connection: sqlite3.Connection, entries: Iterable[SharedEntry]) -> Iterator[SharedEntry]:
    bench = bench_id(connection)
    last = connection.execute("SELECT entry_id, bound_at FROM ledger ORDER BY entry_id DESC LIMIT 1").fetchone()
    number, time = (0, None) if last is None else (last["entry_id"], datetime.fromisoformat(last["bound_at"]))
    for entry in sorted(entries, key=lambda each: each.key.entry):
        follows = 0 < entry.key.entry - number <= _FARTHEST and (time is None or entry.bound_at >= time)
        if entry.key.bench == bench and follows:
            _, _, _, *channel_to_profile, _ = _cells(entry)
            connection.execute(_TAKE_BACK, (entry.key.entry, *channel_to_profile))
            connection.execute("INSERT INTO outbox VALUES (?, 0)", (entry.key.entry,))
            number, time = entry.key.entry, entry.bound_at
            yield entry


def _mark_shared(connection: sqlite3.Connection, numbers: str) -> None:
    for statement in _MARK_SHARED:
        connection.execute(statement, (numbers,))


def count_waiting(connection: sqlite3.Connection, channels: Iterable[Channel]) -> int:
    """Return the number of pending entries of these channels."""
    (found,) = connection.execute(
        f"SELECT count(*) FROM {_WAITING} WHERE {_OF_CHANNELS}",  # noqa: S608 - constants
        {"channels": listed_channels(channels)},
    ).fetchone()
    return int(found)


def cursor_of(connection: sqlite3.Connection, ledger_id: str) -> SyncCursor | None:
    """Return the read position in a ledger; None if it was never read."""
    record = connection.execute("SELECT * FROM ledger_place WHERE ledger_id = ?", (ledger_id,)).fetchone()
    if record is None:
        return None
    return SyncCursor(
        record["number"], None if record["bench"] is None else LedgerKey(record["bench"], record["entry"])
    )


def any_remote(connection: sqlite3.Connection) -> bool:
    """Return whether there are entries of any other bench."""
    (found,) = connection.execute("SELECT EXISTS (SELECT 1 FROM foreign_entry)").fetchone()
    return bool(found)


def _entries(
    connection: sqlite3.Connection, records: Iterable[sqlite3.Row], machine: str
) -> tuple[SharedEntry, ...]:
    bench = bench_id(connection)
    return tuple(shared_entry_from(record, LedgerKey(bench, record["entry_id"]), machine) for record in records)


def _numbers(entries: Iterable[SharedEntry]) -> str:
    return json.dumps([entry.key.entry for entry in entries])


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
