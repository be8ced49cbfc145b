"""A bench of the tests: a data folder of its own, its devices, and its view of a ledger."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bindtool.core.common.clock import SystemClock
from bindtool.core.model.outcome import Answer
from bindtool.core.shared_ledger.ledger import Bench as Ground
from bindtool.core.shared_ledger.ledger import ServerLedger
from bindtool.core.shared_ledger.postgres.sync import ServerSync
from bindtool.core.store import History, Store
from tests.core.shared_ledger.samples import CHANNEL, NOWHERE, page_of
from tests.core.store.samples import row, sent
from tests.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path
    from typing import Self

    from bindtool.core.model.channel import Channel
    from bindtool.core.model.ledger_entry import SharedEntry
    from bindtool.core.shared_ledger.postgres.client import PostgresServer
    from bindtool.core.shared_ledger.sync_thread import News, SyncStatus
    from tests.postgres import Database

    Connect = Callable[[], PostgresServer]

Known = tuple[str, int, datetime, str, str, str]
"""An entry for comparison: its name, and its relevant values."""


class WrongClock(SystemClock):
    """A clock set to a wrong time."""

    def __init__(self, off: timedelta) -> None:
        self._off = off

    def now(self) -> datetime:
        """Return the time that it shows."""
        return super().now() + self._off


class HandClock(SystemClock):
    """A steady clock that only moves when told to."""

    def __init__(self) -> None:
        self.at = super().monotonic()

    def monotonic(self) -> float:
        """Return its current seconds."""
        return self.at


@dataclass
class Bench:
    """An open data folder, and the computer's name."""

    folder: Path
    name: str = "line-1"
    channels: tuple[Channel, ...] = (CHANNEL,)
    clock: SystemClock = field(default_factory=SystemClock)

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        self.store = Store(self.folder / "bindtool.db", self.clock)
        self.news: list[SharedEntry] = []
        self.hear: News = self.news.extend

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.store.close()

    @property
    def id(self) -> str:
        """The folder's permanent name."""
        return self.store.benches.bench_id

    @property
    def waiting(self) -> int:
        """The number of its entries not shared yet."""
        return self.store.benches.count(self.channels)

    def sync(self, connect: Connect) -> ServerSync:
        """Return its synchronisation with the server; `news` receives its news."""
        return ServerSync(connect, self.store.benches, self.channels, self.name, self.hear, self.clock)

    def ledger(
        self,
        connect: Connect,
        changed: Callable[[SyncStatus], None] = lambda _: None,
        turn_patience: float = 0,
        claim_patience: float = PATIENCE,
    ) -> ServerLedger:
        """Return its ledger, not started yet."""
        ground = Ground(self.store.benches, self.name, self.clock, self.channels)
        return ServerLedger(ground, connect, self.hear, changed, turn_patience, claim_patience)

    def bind(self, *device_ids: str, channel: Channel = CHANNEL, operator: str = "Li") -> None:
        """Bind devices; the label of each names its id."""
        labels = {device_id: f"label {device_id}" for device_id in device_ids}
        bind(self.store, labels, self.clock.now(), channel, operator)

    def knows(self) -> list[Known]:
        """Return all entries it knows on its channels, its own and others', in the same order for all benches."""
        found = History(self.store.path).search().records
        return sorted(
            (
                each.key.bench,
                each.key.entry,
                each.time.astimezone(UTC),
                each.device_id,
                each.label,
                repr(each.channel),
            )
            for each in found
            if each.key is not None and each.channel in self.channels
        )


def bind(
    store: Store, labels: Mapping[str, str], at: datetime, channel: Channel = CHANNEL, operator: str = "Li"
) -> None:
    """Bind devices in one request of one run, as a window does, and return once it is saved."""
    rows = [
        replace(row(number, device_id, label=label), added_at=at)
        for number, (device_id, label) in enumerate(labels.items(), start=1)
    ]
    sent(store, *rows, answer=Answer(at, 0, "", "log", 200), channel=channel, operator=operator)


def told_in(database: Database) -> list[Known]:
    """Return all entries of a ledger; assert that each is there once."""
    with closing(database.connect()) as server:
        there = in_ledger(server)
    assert len(set(there)) == len(there)
    return there


def in_ledger(server: PostgresServer, channels: Iterable[Channel] = (CHANNEL,)) -> list[Known]:
    """Return all entries of these channels on a server, in the order of `Bench.knows`."""
    wanted = set(channels)
    return sorted(
        (
            each.key.bench,
            each.key.entry,
            each.bound_at.astimezone(UTC),
            each.device_id,
            each.label,
            repr(each.channel),
        )
        for each in page_of(server, NOWHERE, 1_000_000).entries
        if each.channel in wanted
    )
