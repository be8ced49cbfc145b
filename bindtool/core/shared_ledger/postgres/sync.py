"""Syncs a bench with a server: pushes pending entries, reads new ones, renews claims during a run.

Each minute it reports the bench's status, for people who watch all benches. The module decides the order, and the
handling of a new or restored ledger. It runs in `sync_thread`; the queries are in `client`.
"""

from __future__ import annotations

import logging
import select
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from bindtool import __version__
from bindtool.core.common.errors import LedgerFailed
from bindtool.core.model.channel import Channel, joined_names
from bindtool.core.model.ledger_entry import BenchReport, RefusedCount, SharedEntry, SyncCursor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from bindtool.core.common.clock import Clock
    from bindtool.core.model.history_records import LedgerKey
    from bindtool.core.shared_ledger.postgres.client import PostgresServer
    from bindtool.core.shared_ledger.sync_thread import News
    from bindtool.core.store.tables.benches import Benches

logger = logging.getLogger(__name__)

CLAIM_SECONDS = 300.0
"""Lifetime of a claim without renewal: a laptop that died holds nothing for longer."""

RENEW_EVERY = CLAIM_SECONDS / 3
"""Seconds: two renewals may fail. Each rewrites all claims of a run, and the server waits for its disk."""

FRESH = 2.0
"""Seconds after an answer for which a connection is assumed alive: no caller should wait for a connection that died
while the computer slept."""

PUSHED = 500
"""Entries per push: a bench that was away for a week must not block the others."""

READ = 250
"""Entries per page: some 5 ms of the disk, for which a scan may have to wait. Larger pages are no faster."""


LOOK_AGAIN = 1.0
"""Seconds until the next try to end a turn whose connection still seemed alive."""


REPORT_EVERY = 60.0
"""Seconds between two reports, besides the one at the end of a run: the server's disk has to sync each."""

OFFLINE = timedelta(days=31)
"""How far back a bench that has been away reports its refused devices."""

RECENT = timedelta(days=2)
"""How far back runs may have begun that still change the reported counts."""


def cursor_name(ledger_id: str, channels: Iterable[Channel]) -> str:
    """Return the key of the cursor in a ledger, which covers these channels: others' entries were not read."""
    names = joined_names(channels).encode("utf-8", "surrogatepass")
    return f"{ledger_id} {sha256(names).hexdigest()}"


class ServerSync:
    """A `LedgerSync` by a server.

    Args:
        connect: opens a connection; raises LedgerFailed.
        benches: the store of this bench's entries and of those that others share.
        channels: those whose profiles name this ledger; entries of others are left out.
        machine: this computer's name.
        news: called with other benches' bindings.
        clock: times the renewal of claims.

    Attributes:
        renew_claims: whether to renew claims of this bench; any thread may set it.
        claimed_at: when they were made, or renewed in time, by the clock that goes on while a computer sleeps.
    """

    def __init__(
        self,
        connect: Callable[[], PostgresServer],
        benches: Benches,
        channels: Sequence[Channel],
        machine: str,
        news: News,
        clock: Clock,
    ) -> None:
        self._connect = connect
        self._benches = benches
        self._channels = tuple(channels)
        self._machine = machine
        self._news = news
        self._clock = clock
        self._server: PostgresServer | None = None
        self._in_turn = False
        self._cleared = False
        self._renew_at = 0.0
        self._in_step_at = -FRESH
        self._notified_to: dict[str, SyncCursor] = {}
        self._report_at = 0.0
        self._reported: set[RefusedCount] = set()
        self.renew_claims = False
        self.claimed_at: datetime | None = None

    def cursor_in(self, ledger_id: str) -> SyncCursor:
        """Return the cursor up to which `news` was called with a ledger's entries of these channels. Thread-safe.

        Entries on disk at the start count too.
        """
        return self._notified_to.get(ledger_id) or self._read_to(ledger_id)

    @property
    def claims_last(self) -> bool:
        """Whether claims that were made have certainly not expired. Thread-safe."""
        made = self.claimed_at
        return made is not None and 0 <= (self._clock.now() - made).total_seconds() < CLAIM_SECONDS

    def connection_at_hand(self) -> PostgresServer | None:
        """Return the connection if the server has answered on it just now. Thread-safe."""
        return self._server if self._clock.monotonic() - self._in_step_at < FRESH else None

    def begin_turn(self) -> None:
        """Record that this bench replaces a channel's list from now on. Thread-safe."""
        self._in_turn = True

    def end_turn(self) -> None:
        """Record that it has finished: the turn ends as soon as all its bindings are in the ledger."""
        self._in_turn = self._cleared = False

    def run(self) -> None:
        """Push and read until both are in sync.

        Raises:
            LedgerFailed: the server can't be reached.
            StoreFailed: this bench's own disk fails.
        """
        try:
            if self._server is None:
                self._server = self._connect()
                # While the computer slept, more time may have passed than its monotonic clock shows.
                self._renew_at = 0.0
            server = self._server
            now = self._clock.monotonic()
            if self.renew_claims and now >= self._renew_at:
                begun, in_time = self._clock.now(), self.claims_last
                server.renew(self._benches.bench_id, CLAIM_SECONDS)
                self._renew_at = now + RENEW_EVERY
                # Expired claims stay expired.
                self.claimed_at = begun if in_time else self.claimed_at
            self._come_in_step(server)
            if not (self._in_turn or self._cleared):
                self._cleared = self._clear_turns(server)
            self._in_step_at = self._clock.monotonic()
            if self._in_step_at >= self._report_at:
                self.report(server)
        except LedgerFailed:
            self.close()
            raise

    def report(self, server: PostgresServer) -> None:
        """Report the bench's status if the ledger has tables for it. Thread-safe.

        Raises:
            LedgerFailed: the server can't be reached.
            StoreFailed: this bench's own disk fails.
        """
        if not server.takes_reports:
            return
        now = self._clock.now()
        refused = self._benches.refused(self._channels, now - (RECENT if self._reported else OFFLINE))
        server.report(
            BenchReport(
                self._benches.bench_id,
                self._machine,
                __version__,
                self.cursor_in(server.ledger_id).number,
                int((now.utcoffset() or timedelta()).total_seconds()),
                tuple(each for each in refused if each not in self._reported),
            )
        )
        self._reported.update(refused)
        self._report_at = self._clock.monotonic() + REPORT_EVERY

    def wait(self, wake: int, seconds: float) -> None:
        """Return when another bench has added something, when `wake` can be read, or after `seconds`."""
        if self._server is None:
            select.select([wake], [], [], seconds)
            return
        try:
            self._server.listen(wake, seconds if self._cleared else min(seconds, LOOK_AGAIN))
        except LedgerFailed:
            # The next run reconnects, and reports the problem.
            self.close()

    def waiting(self) -> int:
        """Return the number of entries to push."""
        return self._benches.count(self._channels)

    def close(self) -> None:
        """End the connection."""
        server, self._server = self._server, None
        if server is not None:
            server.close()

    def _come_in_step(self, server: PostgresServer) -> None:
        """Push and read alternately: while much is read, this bench's bindings still reach the others.

        Pushed entries count as shared once this bench has read past them. A server restored to an earlier state,
        from its last backup or a lagging replica, does not know this bench's cursor, and gets them again.
        """
        # A ledger that this bench has never read has to get all of them.
        if self._benches.cursor(self._name(server.ledger_id)) is None:
            self._begin_anew(server)
        pushed: dict[LedgerKey, SharedEntry] = {}
        while True:
            waiting = self._benches.waiting(self._channels, self._machine, PUSHED)
            fresh = {entry.key: entry for entry in waiting if entry.key not in pushed}
            if fresh:
                server.push(tuple(fresh.values()))
                pushed |= fresh
            if self._read_page(server, tuple(pushed.values())):
                continue
            if len(waiting) < PUSHED:
                return
            pushed.clear()

    def _read_page(self, server: PostgresServer, pushed: Sequence[SharedEntry]) -> bool:
        """Read the next page; return whether there is more. At the end, pushed entries count as shared."""
        cursor = self._read_to(server.ledger_id)
        self._notified_to.setdefault(server.ledger_id, cursor)
        page = server.read_on(cursor, READ)
        if page is None:
            self._begin_anew(server)
            return True
        if page.left_out:
            logger.info("the shared ledger: entries that can't be read, left out: %d", page.left_out)
        shared = () if page.more else pushed
        if shared or page.cursor != cursor:
            ours = [entry for entry in page.entries if any(each.includes(entry.channel) for each in self._channels)]
            news = self._benches.take_in(ours, self._name(server.ledger_id), page.cursor, shared).result()
            if news:
                self._news(news)
            # Only now: a claim takes entries before this cursor as known to the listeners.
            self._notified_to[server.ledger_id] = page.cursor
        return page.more

    def _read_to(self, ledger_id: str) -> SyncCursor:
        return self._benches.cursor(self._name(ledger_id)) or SyncCursor()

    def _begin_anew(self, server: PostgresServer) -> None:
        self._reported.clear()
        self._notified_to[server.ledger_id] = SyncCursor()
        self._benches.begin_anew(self._name(server.ledger_id), self._channels).result()

    def _name(self, ledger_id: str) -> str:
        return cursor_name(ledger_id, self._channels)

    def _clear_turns(self, server: PostgresServer) -> bool:
        """End turns that this bench abandoned, also by a crash: their known bindings are in the ledger.

        Return whether there is none any more: a server needs a moment to see that a connection has ended.
        """
        bench = self._benches.bench_id
        left = [channel for channel in self._channels if not server.clear_turn(bench, channel)]
        return not left
