"""What benches share: entries that wait to be sent, entries of others, running numbers, counts of refused devices.

An entry that is known already, this bench's own ones among them, is left alone, so the same may come in any
order and as often as one likes. Questions about own and other benches' entries alike are in `ledger`.
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

# The job stands with the sheet of the row that the answer came for; a deleted sheet takes it along.
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

# SQLite would look through the whole ledger for the few that wait, and a scan would have to wait for that.
_WAITING = "outbox CROSS JOIN ledger ON ledger.entry_id BETWEEN outbox.entry_id AND outbox.entry_id + more"

_OF_NUMBERS = "ledger WHERE entry_id >= :first AND entry_id < :end"

# Both, as SQLite goes through them: it would ask for the jobs of all that wait before it sorted them.
_THE_OLDEST_FIRST = "ORDER BY outbox.entry_id, ledger.entry_id"

ONE_BY_ONE = f"INSERT OR REPLACE INTO outbox SELECT ledger.entry_id, 0 FROM {_WAITING}"  # noqa: S608 - constants
"""Makes a record of the outbox for each entry that waits."""

# Others of the same stretches wait on.
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

# What `last_answers` takes for a device's own refusal; each device once a day and code.
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
"""Counts of refused devices that are reported at once: a server that makes up codes fills no ledger."""

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


_FARTHEST = 1_000_000
"""Numbers from an entry to the one before it: behind the last number that there is, a ledger would take no more."""


_TAKE_BACK = f"""
    INSERT INTO ledger
        (entry_id, site, connector_id, key, user_id, device_id, label, bound_at, log_id, operator, profile)
    VALUES ({", ".join("?" * 11)})
"""  # noqa: S608 - constants


class Benches:
    """What this bench has to share, and what others have shared. Any thread may use it; it fails as the store."""

    def __init__(self, reader: Reader, writer: Writer) -> None:
        self._reader = reader
        self._writer = writer

    @property
    def bench_id(self) -> str:
        """The name that this data folder was given for good."""
        with self._reader.reading() as connection:
            return bench_id(connection)

    # own entries

    def waiting(self, channels: Sequence[Channel], machine: str, limit: int) -> tuple[SharedEntry, ...]:
        """Return entries of these channels that wait to be shared, the oldest first.

        `machine`: this computer's name.
        """
        with self._reader.reading() as connection:
            records = connection.execute(
                f"{_ENTRIES} FROM {_WAITING} WHERE {_OF_CHANNELS} {_THE_OLDEST_FIRST} LIMIT :limit",
                {"channels": listed_channels(channels), "limit": limit},
            )
            return _entries(connection, records, machine)

    def all_of(self, channels: Sequence[Channel], machine: str, numbers: range = _ALL) -> tuple[SharedEntry, ...]:
        """Return all that this bench ever bound on these channels, the oldest first; those of some numbers only."""
        with self._reader.reading() as connection:
            records = connection.execute(
                f"{_ENTRIES} FROM {_OF_NUMBERS} AND {_OF_CHANNELS} ORDER BY entry_id",
                {"channels": listed_channels(channels), "first": numbers.start, "end": numbers.stop},
            )
            return _entries(connection, records, machine)

    def parts(self, channels: Sequence[Channel], size: int) -> Mapping[int, int]:
        """Return how many entries of these channels each part of this ledger has that has any.

        Part 0 has the numbers from 1 to `size`. Each is counted by itself: nobody waits for all of them.
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
        """Return how many entries of these channels wait to be shared."""
        with self._reader.reading() as connection:
            return count_waiting(connection, channels)

    def refused(self, channels: Sequence[Channel], since: datetime) -> tuple[RefusedCount, ...]:
        """Return how many devices were refused on these channels, by day and code, in runs begun since then."""
        with self._reader.reading() as connection:
            records = connection.execute(
                _REFUSED,
                {"channels": listed_channels(channels), "since": since.timestamp(), "most": _MOST_COUNTS},
            )
            return tuple(RefusedCount(*record) for record in records)

    def mark_shared(self, entries: Sequence[SharedEntry]) -> Future[None]:
        """Write that others know these entries of this bench now."""
        numbers = _numbers(entries)
        return self._writer.submit(lambda connection: _mark_shared(connection, numbers))

    def take_back(self, entries: Sequence[SharedEntry]) -> Future[tuple[SharedEntry, ...]]:
        """Write what this bench has bound since the day to which its data folder was set back.

        The entries bear its name, and go on where its ledger ends, in number and in time; where something was bound
        here again before, none does. As far as is known here, others do not know them yet. The future brings those
        that were written.
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
        """Write entries of others, and how far a ledger was read with them; the future brings those that were news.

        In the same step, `shared`: entries of this bench that others know now.
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
        """Tell whether others have bound anything in [begin, end)."""
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
        """Return how far a ledger was read; None where it never was."""
        with self._reader.reading() as connection:
            return cursor_of(connection, ledger_id)

    def begin_anew(self, ledger_id: str, channels: Sequence[Channel]) -> Future[None]:
        """Write that a ledger, new or set back, is to be read from its beginning and gets all of these channels."""
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
        """Write that the running numbers of a block are this bench's."""
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
    """Return how many entries of these channels wait to be shared."""
    (found,) = connection.execute(
        f"SELECT count(*) FROM {_WAITING} WHERE {_OF_CHANNELS}",  # noqa: S608 - constants
        {"channels": listed_channels(channels)},
    ).fetchone()
    return int(found)


def cursor_of(connection: sqlite3.Connection, ledger_id: str) -> SyncCursor | None:
    """Return how far a ledger was read; None where it never was."""
    record = connection.execute("SELECT * FROM ledger_place WHERE ledger_id = ?", (ledger_id,)).fetchone()
    if record is None:
        return None
    return SyncCursor(
        record["number"], None if record["bench"] is None else LedgerKey(record["bench"], record["entry"])
    )


def any_remote(connection: sqlite3.Connection) -> bool:
    """Tell whether there are entries of any other bench."""
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
