"""A scripted server of a shared ledger, for its effects in the window.

The real one is in the stories and in tests/core/shared_ledger.
"""

from __future__ import annotations

import select
import threading
from typing import TYPE_CHECKING

from bindtool.core.common.errors import LedgerFailed
from bindtool.core.model.ledger_entry import Claimant, Page, SharedEntry, SyncCursor, TakenDevice
from bindtool.core.shared_ledger.ledger import Bench, ServerLedger
from bindtool.core.shared_ledger.postgres.client import PostgresServer
from bindtool.gui.shared_ledger import SharedLedgerService

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bindtool.core.common.clock import Clock
    from bindtool.core.model.channel import Channel
    from bindtool.core.profiles.profile import Profile
    from bindtool.core.shared_ledger.sync_thread import News, SyncStatus
    from bindtool.core.store import Store

CUT_OFF = LedgerFailed("ledger.unreachable", host="db", detail="no route")


class ScriptedServer(PostgresServer):
    """The server shared by all connections of a test.

    Attributes:
        problem: the error of every connection; None if the server is reachable.
        entries: the entries to read.
        taken: the result of claims.
        claimed: the ids that were claimed last.
        kept: the ids that were released last.
        next_number: the first of the next block.
    """

    ledger_id = "0f6c"
    takes_reports = False

    def __init__(self) -> None:
        self.problem: LedgerFailed | None = None
        self.entries: list[SharedEntry] = []
        self.pushed: list[SharedEntry] = []
        self.taken: tuple[TakenDevice, ...] = ()
        self.claimed: list[str] = []
        self.let_go_of: list[str] = []
        self.next_number = 101
        self.turn: TakenDevice | None = None
        self.turns = 0
        self.closed = threading.Event()

    def connect(self) -> ScriptedServer:
        """Connect."""
        if self.problem is not None:
            raise self.problem
        return self

    def push(self, entries: Sequence[SharedEntry]) -> None:
        """Store the entries."""
        self.pushed += entries

    def read_on(self, cursor: SyncCursor, limit: int) -> Page:
        """Return all entries after the cursor."""
        found = tuple(self.entries[cursor.number :])
        return Page(found, SyncCursor(len(self.entries)), more=False)

    def listen(self, wake: int, seconds: float) -> None:
        """Return without news."""
        select.select([wake], [], [], seconds)

    def claim(
        self, who: Claimant, channel: Channel, device_ids: Sequence[str], known: SyncCursor, seconds: float
    ) -> tuple[TakenDevice, ...]:
        """Record the ids."""
        self.claimed = list(device_ids)
        return self.taken

    def renew(self, bench: str, seconds: float) -> None:
        """Do nothing."""

    def release(self, bench: str, channel: Channel, device_ids: Sequence[str]) -> None:
        """Record the ids."""
        self.let_go_of = list(device_ids)

    def reserve(self, channel: Channel, series: str, bench: str, count: int, above: int) -> range:
        """Return the next block."""
        first, self.next_number = self.next_number, self.next_number + count
        return range(first, first + count)

    def take_turn(self, who: Claimant, channel: Channel, seconds: float) -> TakenDevice | None:
        """Return the holder of the turn."""
        self.turns += 1
        return self.turn

    def end_turn(self, channel: Channel) -> None:
        """Do nothing."""

    def clear_turn(self, bench: str, channel: Channel) -> bool:
        """Return that there is none."""
        return True

    def close(self) -> None:
        """Record it."""
        self.closed.set()


def ledgers(
    server: ScriptedServer, store: Store, clock: Clock
) -> Callable[[Profile, News, Callable[[SyncStatus], None]], ServerLedger]:
    """Return a function that opens a ledger on that server, whatever the profile says."""

    def opened(profile: Profile, news: News, changed: Callable[[SyncStatus], None]) -> ServerLedger:
        bench = Bench(store.benches, "bench-1", clock, (profile.channel,))
        return ServerLedger(bench, server.connect, news, changed)

    return opened


def desk_on(server: ScriptedServer, store: Store, clock: Clock) -> SharedLedgerService:
    """Return the window's ledger service, on that server."""
    return SharedLedgerService(ledgers(server, store, clock))


def try_now(service: SharedLedgerService) -> None:
    """Let the open ledger retry at once."""
    assert service.ledger is not None
    service.ledger.try_now()
