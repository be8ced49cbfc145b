"""A server of a shared ledger that does as a test tells it, for what happens in the window.

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
    """What all connections of a test share.

    Attributes:
        problem: what every connection fails with; None where it can be reached.
        entries: what there is to read.
        taken: what claims find.
        claimed: the ids that were claimed last.
        kept: the ids that were given up last.
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
        """Keep them."""
        self.pushed += entries

    def read_on(self, cursor: SyncCursor, limit: int) -> Page:
        """Return all that comes behind the cursor."""
        found = tuple(self.entries[cursor.number :])
        return Page(found, SyncCursor(len(self.entries)), more=False)

    def listen(self, wake: int, seconds: float) -> None:
        """Hear of nothing."""
        select.select([wake], [], [], seconds)

    def claim(
        self, who: Claimant, channel: Channel, device_ids: Sequence[str], known: SyncCursor, seconds: float
    ) -> tuple[TakenDevice, ...]:
        """Note them."""
        self.claimed = list(device_ids)
        return self.taken

    def renew(self, bench: str, seconds: float) -> None:
        """Do nothing."""

    def release(self, bench: str, channel: Channel, device_ids: Sequence[str]) -> None:
        """Note them."""
        self.let_go_of = list(device_ids)

    def reserve(self, channel: Channel, series: str, bench: str, count: int, above: int) -> range:
        """Give the next block."""
        first, self.next_number = self.next_number, self.next_number + count
        return range(first, first + count)

    def take_turn(self, who: Claimant, channel: Channel, seconds: float) -> TakenDevice | None:
        """Say who has it."""
        self.turns += 1
        return self.turn

    def end_turn(self, channel: Channel) -> None:
        """Do nothing."""

    def clear_turn(self, bench: str, channel: Channel) -> bool:
        """Say that there is none."""
        return True

    def close(self) -> None:
        """Note it."""
        self.closed.set()


def ledgers(
    server: ScriptedServer, store: Store, clock: Clock
) -> Callable[[Profile, News, Callable[[SyncStatus], None]], ServerLedger]:
    """Return what opens a ledger on that server, whatever the profile says."""

    def opened(profile: Profile, news: News, changed: Callable[[SyncStatus], None]) -> ServerLedger:
        bench = Bench(store.benches, "bench-1", clock, (profile.channel,))
        return ServerLedger(bench, server.connect, news, changed)

    return opened


def desk_on(server: ScriptedServer, store: Store, clock: Clock) -> SharedLedgerService:
    """Return the window's ledger, on that server."""
    return SharedLedgerService(ledgers(server, store, clock))


def try_now(service: SharedLedgerService) -> None:
    """Let the open ledger be tried at once."""
    assert service.ledger is not None
    service.ledger.try_now()
