"""The history of this computer: everything that was ever done with its data folder, to be read only.

Each query opens a connection of its own, so it may run while the window's thread works, and in another process than
the one that writes; it leaves no file behind. The queries are in `tables.search` and `tables.past_sheets`.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from bindtool.core.model.history_records import SearchQuery
from bindtool.core.store.connection import opened_unchanged
from bindtool.core.store.errors import failing_as_store
from bindtool.core.store.tables import channel_facts, outbox, past_sheets, remote_entries, rows, search

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from bindtool.core.model.channel import Channel
    from bindtool.core.model.history_records import SearchResult, SheetRecord
    from bindtool.core.model.ledger_entry import SharedEntry, SyncCursor
    from bindtool.core.model.row import Row, SheetHead
    from bindtool.core.store.tables.channel_facts import TokenUse
    from bindtool.core.store.tables.runs import Run, SentRequest

T = TypeVar("T")
P = ParamSpec("P")

_EVERYTHING = SearchQuery()


class History:
    """A data folder's database, read. Any thread may use it, while others write.

    Every failure is a StoreFailed: "store.damaged" or "store.failed".
    """

    def __init__(self, path: Path) -> None:
        """`path`: a database with today's tables, as `Store` leaves it."""
        self._path = path

    def search(self, wanted: SearchQuery = _EVERYTHING, limit: int | None = None) -> SearchResult:
        """Return the devices that are looked for and what became of each, the newest first.

        Entries of others are searched in a second thread: together with this bench's own they are 400,000.
        """
        with ThreadPoolExecutor(max_workers=1) as executor:
            remote = executor.submit(self._query, search.remote, wanted, limit)
            found = self._query(search.own, wanted, limit)
            return search.newest([*found, *remote.result()], limit, others=self._query(remote_entries.any_remote))

    def remote_between(self, begin: datetime, end: datetime) -> tuple[SharedEntry, ...]:
        """Return what other benches have bound in a span, the oldest first."""
        return self._query(remote_entries.remote_between, begin, end)

    def sheets(self, wanted: SearchQuery, limit: int) -> tuple[SheetRecord, ...]:
        """Return the sheets that were worked on in those days and hold what is looked for, the newest first."""
        return self._query(past_sheets.find, wanted, limit)

    def head(self, sheet_id: int) -> SheetHead | None:
        """Return the head of a sheet; None where it was deleted."""
        return self._query(past_sheets.head, sheet_id)

    def rows(self, sheet_id: int) -> tuple[Row, ...]:
        """Return the rows of a sheet by number, as they stand."""
        return self._query(rows.load, sheet_id)

    def runs(self, sheet_id: int) -> tuple[tuple[Run, tuple[SentRequest, ...]], ...]:
        """Return the runs of a sheet, the newest first, each with its requests by number."""
        return self._query(past_sheets.runs, sheet_id)

    def old_sheets(self, before: datetime) -> tuple[int, ...]:
        """Return the sheets that were closed before that time and may be deleted."""
        return self._query(past_sheets.old, before)

    def waiting(self, channels: Sequence[Channel]) -> int:
        """Return how many entries of these channels other benches do not know yet."""
        return self._query(outbox.count, channels)

    def cursor(self, name: str) -> SyncCursor | None:
        """Return how far a shared ledger was read, by the name of its cursor; None where it never was."""
        return self._query(remote_entries.cursor, name)

    def last_use(self, token: str) -> TokenUse | None:
        """Return the last run in which the token of that name got a code of 0, wherever; None for never.

        Tables of 0.1.0 will do.
        """
        return self._query(channel_facts.last_use, token)

    def _query(
        self, query: Callable[Concatenate[sqlite3.Connection, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        with failing_as_store(self._path), opened_unchanged(self._path) as connection:
            return query(connection, *args, **kwargs)
