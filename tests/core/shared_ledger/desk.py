"""A bench of the tests whose ledger runs in its thread, as in a window, with waits for its state."""

from __future__ import annotations

import threading
from collections.abc import Callable

from bindtool.core.shared_ledger.ledger import ServerLedger
from bindtool.core.shared_ledger.postgres.client import PostgresServer
from bindtool.core.shared_ledger.sync_thread import SyncStatus
from tests.core.shared_ledger.bench import Bench, told_in
from tests.core.shared_ledger.samples import CHANNEL
from tests.core.store.samples import bound_before
from tests.patience import PATIENCE, until
from tests.postgres import Database


class Desk:
    """A bench with its ledger, which can wait for the ledger's status and for devices."""

    def __init__(self, bench: Bench, connect: Callable[[], PostgresServer]) -> None:
        self.bench = bench
        self._told = threading.Condition()
        bench.hear = self._hear
        self.ledger: ServerLedger = bench.ledger(connect, self._changed)

    def bind(self, *device_ids: str) -> None:
        """Bind devices, and notify the ledger."""
        self.bench.bind(*device_ids)
        self.ledger.notify()

    def wait_for(self, so: Callable[[], bool]) -> None:
        """Wait until a condition holds."""
        with self._told:
            assert self._told.wait_for(so, PATIENCE), self.ledger.status

    def knows(self, device_id: str) -> bool:
        """Return whether it knows a device."""
        return bound_before(self.bench.store, CHANNEL, device_id) is not None

    def end(self) -> None:
        """Close the ledger, then the store."""
        self.ledger.close()
        assert self.ledger.join(PATIENCE)
        self.bench.store.close()

    def _hear(self, _: tuple[object, ...]) -> None:
        self._notify()

    def _changed(self, _: SyncStatus) -> None:
        self._notify()

    def _notify(self) -> None:
        with self._told:
            self._told.notify_all()


def healed(ledger: Database, *desks: Desk) -> None:
    """Let all desks retry until they are in sync; assert that all have the same entries, each once."""

    def in_step() -> bool:
        for desk in desks:
            desk.ledger.try_now()
        return not any(desk.ledger.status.since is not None or desk.bench.waiting for desk in desks)

    until(in_step, lambda: [desk.ledger.status for desk in desks])
    there = told_in(ledger)

    def all_know_it() -> bool:
        for desk in desks:
            desk.ledger.try_now()
        return all(desk.bench.knows() == there for desk in desks)

    until(all_know_it, lambda: (len(there), [len(desk.bench.knows()) for desk in desks]))
