"""The history of this computer: read access to everything ever done with its data folder.

Each query opens a connection of its own, so it may run alongside the window's thread, and in another process than
the writer's; it leaves no file behind. The search for devices is in `tables.search`.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from bindtool.core.common.concurrency import start_daemon_thread
from bindtool.core.model.history_records import LedgerKey, Record, SearchQuery, SearchResult, SheetRecord
from bindtool.core.store.connection import opened_unchanged
from bindtool.core.store.errors import failing_as_store
from bindtool.core.store.tables import benches, handoffs, runs, search, sheets
from bindtool.core.store.tables.bindings import devices_bound, open_gap
from bindtool.core.store.tables.channels import check_of
from bindtool.core.store.tables.codec import shared_entry_from

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from bindtool.core.model.channel import Channel
    from bindtool.core.model.channel_check import ChannelCheck
    from bindtool.core.model.ledger_entry import SharedEntry, SyncCursor
    from bindtool.core.model.row import Row, SheetHead
    from bindtool.core.store.tables.bindings import BoundDevice, Gap
    from bindtool.core.store.tables.runs import Run, SentRequest

_EVERYTHING = SearchQuery()

# An empty sheet is not worth finding; a sheet without an end is still in use, and "9" sorts after any day.
_FOUND = """
    SELECT sheet_id FROM sheet
    WHERE last_number > 0
        AND coalesce(closed_at, '9') >= :since AND created_at < :until
        AND (:state IS NULL OR EXISTS (
            SELECT 1 FROM row_now
            WHERE row_now.sheet_id = sheet.sheet_id
                AND CASE row_now.state WHEN 'ready' THEN 'unsent' ELSE row_now.state END = :state
        ))
        AND (
            job || char(10) || profile || char(10) || operator || char(10) || origin LIKE :text ESCAPE '!'
            OR profile IN (SELECT value FROM json_each(:profiles))
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


class History:
    """Read access to a data folder's database. Any thread may use it, while others write.

    Every failure is a StoreFailed: "store.damaged" or "store.failed".
    """

    def __init__(self, path: Path) -> None:
        """`path`: a database with the current tables, as `Store` leaves it."""
        self._path = path

    def search(self, wanted: SearchQuery = _EVERYTHING, limit: int | None = None) -> SearchResult:
        """Return the devices found and their results, the newest first.

        Entries of others are searched in a second thread: together with this bench's own they are 400,000.
        """

        def remote() -> list[Record]:
            with self._reading() as connection:
                return search.remote(connection, wanted, limit)

        of_others = start_daemon_thread(remote, name="bindtool-search")
        with self._reading() as connection:
            found = search.own(connection, wanted, limit)
            others = benches.any_remote(connection)
            return search.newest([*found, *of_others.result()], limit, others=others)

    def remote_between(self, begin: datetime, end: datetime) -> tuple[SharedEntry, ...]:
        """Return other benches' bindings in [begin, end), the oldest first.

        Compared in whole seconds, in any UTC offset.
        """
        with self._reading() as connection:
            records = connection.execute(
                f"""
                SELECT * FROM foreign_entry
                WHERE unixepoch(bound_at) >= :begin AND unixepoch(bound_at) < :end AND {search.NOT_TAKEN_BACK}
                ORDER BY unixepoch(bound_at), bound_at, foreign_id
                """,  # noqa: S608 - constants
                {"begin": begin.timestamp(), "end": end.timestamp()},
            )
            return tuple(
                shared_entry_from(record, LedgerKey(record["bench"], record["entry"]), record["machine"])
                for record in records
            )

    def sheets(self, wanted: SearchQuery, limit: int) -> tuple[SheetRecord, ...]:
        """Return the sheets, the newest first, used on those days that contain or have sent that text.

        With a state, those with a row in it, possibly another one.
        """
        text, profiles = search.containing(wanted.text), json.dumps(wanted.profiles)
        values = {"text": text, "profiles": profiles, "state": wanted.state, "limit": limit}
        with self._reading() as connection:
            found = [sheet_id for (sheet_id,) in connection.execute(_FOUND, {**values, **search.days(wanted)})]
            return tuple(map(_sheet_from, connection.execute(_COUNTED, (json.dumps(found),))))

    def head(self, sheet_id: int) -> SheetHead | None:
        """Return the head of a sheet; None if it was deleted."""
        with self._reading() as connection:
            record = connection.execute("SELECT * FROM sheet WHERE sheet_id = ?", (sheet_id,)).fetchone()
            return None if record is None else sheets.head_from(record)

    def rows(self, sheet_id: int) -> tuple[Row, ...]:
        """Return the rows of a sheet by number, in their current state."""
        with self._reading() as connection:
            return sheets.rows_of(connection, sheet_id)

    def runs(self, sheet_id: int) -> tuple[tuple[Run, tuple[SentRequest, ...]], ...]:
        """Return the runs of a sheet, the newest first, each with its requests by number."""
        with self._reading() as connection:
            found = runs.runs_of(connection, sheet_id)
            return tuple((run, runs.requests_of(connection, run.run_id)) for run in found)

    def old_sheets(self, before: datetime) -> tuple[int, ...]:
        """Return the sheets that were closed before that time and may be deleted."""
        with self._reading() as connection:
            return sheets.old_sheets(connection, before)

    def bound_devices(self, channel: Channel) -> tuple[BoundDevice, ...]:
        """As `Bindings.bound_devices`."""
        with self._reading() as connection:
            return devices_bound(connection, channel)

    def check(self, channel: Channel) -> ChannelCheck | None:
        """As `Channels.check`."""
        with self._reading() as connection:
            return check_of(connection, channel)

    @property
    def gap(self) -> Gap | None:
        """The unconfirmed gap, or None."""
        with self._reading() as connection:
            return open_gap(connection)

    @property
    def handoffs_waiting(self) -> int:
        """The number of hand-off files that wait for their folder."""
        with self._reading() as connection:
            return handoffs.count_waiting(connection)

    def waiting(self, channels: Sequence[Channel]) -> int:
        """Return the number of entries of these channels that other benches do not have yet."""
        with self._reading() as connection:
            return benches.count_waiting(connection, channels)

    def cursor(self, name: str) -> SyncCursor | None:
        """Return a shared ledger's read position by the name of its cursor; None if it was never read."""
        with self._reading() as connection:
            return benches.cursor_of(connection, name)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with failing_as_store(self._path), opened_unchanged(self._path) as connection:
            yield connection


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
