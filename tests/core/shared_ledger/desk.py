"""A bench of the tests whose ledger runs in its thread, as in a window, and who waits for what it says."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from tests.core.shared_ledger.bench import in_ledger
from tests.core.shared_ledger.samples import CHANNEL

if TYPE_CHECKING:
    from collections.abc import Callable

    from bindtool.core.shared_ledger.exchange import Standing
    from bindtool.core.shared_ledger.ledger import ServerLedger
    from bindtool.core.shared_ledger.postgres import PostgresServer
    from tests.core.shared_ledger.bench import Bench
    from tests.postgres import Database

SOON = 20.0
"""Seconds after which a test gives up."""


class Desk:
    """A bench with its ledger, which can wait for how it stands and for what it knows."""

    def __init__(self, bench: Bench, connect: Callable[[], PostgresServer]) -> None:
        self.bench = bench
        self._told = threading.Condition()
        bench.hear = self._hear
        self.ledger: ServerLedger = bench.ledger(connect, self._changed)

    def bind(self, *device_ids: str) -> None:
        """Bind devices, and say so."""
        self.bench.bind(*device_ids)
        self.ledger.nudge()

    def wait_for(self, so: Callable[[], bool]) -> None:
        """Wait until it is so."""
        with self._told:
            assert self._told.wait_for(so, SOON), self.ledger.standing

    def knows(self, device_id: str) -> bool:
        """Tell whether it knows of a device."""
        return self.bench.store.bound_before(CHANNEL, device_id) is not None

    def end(self) -> None:
        """End the ledger, then the store."""
        self.ledger.close()
        assert self.ledger.join(SOON)
        self.bench.store.close()

    def _hear(self, _: tuple[object, ...]) -> None:
        self._notify()

    def _changed(self, _: Standing) -> None:
        self._notify()

    def _notify(self) -> None:
        with self._told:
            self._told.notify_all()


def healed(ledger: Database, *desks: Desk) -> None:
    """Let all of them try again until they are in step; assert that all have the same, and each of it once."""
    end = time.monotonic() + SOON
    while any(desk.ledger.standing.since is not None or desk.bench.waiting for desk in desks):
        assert time.monotonic() < end, [desk.ledger.standing for desk in desks]
        for desk in desks:
            desk.ledger.try_now()
            desk.ledger.join(0.02)
    server = ledger.connect()
    there = in_ledger(server)
    server.close()
    assert len(set(there)) == len(there)
    while any(desk.bench.knows() != there for desk in desks):
        assert time.monotonic() < end, [len(desk.bench.knows()) for desk in desks]
        for desk in desks:
            desk.ledger.try_now()
            desk.ledger.join(0.02)
