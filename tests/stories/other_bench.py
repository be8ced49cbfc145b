"""Another bench in the same factory: a data folder of its own, synchronised through the same ledger or folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Self

from bindtool.core.model.channel import Channel
from bindtool.core.shared_ledger.postgres.client import PostgresServer
from tests.core.shared_ledger.bench import Bench
from tests.core.store.samples import bound_before
from tests.patience import until

MACHINE, OPERATOR = "bench-2", "李"


class OtherBench:
    """Binds without a window; the results are visible in this process."""

    def __init__(self, folder: Path, connect: Callable[[], PostgresServer], channel: Channel) -> None:
        self._channel = channel
        self._bench = Bench(folder, MACHINE, (channel,))
        self.ledger = self._bench.ledger(connect)
        self.ledger.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.ledger.close()
        assert self.ledger.join(30)
        self._bench.store.close()

    def binds(self, *ids: str) -> None:
        """Bind devices, and share them as soon as possible."""
        self._bench.bind(*ids, channel=self._channel, operator=OPERATOR)
        self.ledger.notify()

    def knows(self, device_id: str) -> bool:
        """Return whether this bench knows that a device is bound."""
        return bound_before(self._bench.store, self._channel, device_id) is not None

    def has_told(self) -> None:
        """Wait until all its devices are in the ledger."""
        until(self.in_step)

    def in_step(self) -> bool:
        """Return whether it has shared all its devices."""
        return self._bench.store.benches.count([self._channel]) == 0 and self.ledger.status.since is None
