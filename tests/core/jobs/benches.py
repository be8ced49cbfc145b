"""The other benches of a shared ledger, as stand-ins."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager

from bindtool.core.model.channel import Channel
from bindtool.core.model.ledger_entry import TakenDevice
from bindtool.core.shared_ledger.ledger import Claimed, SharedLedger
from tests.core.jobs.bench import CLOCK


class Benches(SharedLedger):
    """Other benches, as a stand-in.

    `claimed` and `let_go_of`: the devices claimed and released last; `told`: the number of notifications.
    """

    def __init__(self, claimed: Claimed | None = None) -> None:
        self._answer = claimed or Claimed()
        self.claimed: list[str] = []
        self.seen: bool | None = None
        self.let_go_of: list[str] | None = None
        self.told = 0

    async def claim(
        self, operator: str, channel: Channel, device_ids: Sequence[str], *, seen: bool = True
    ) -> Claimed:
        """Record it."""
        self.claimed, self.seen = list(device_ids), seen
        return self._answer

    async def release(self, channel: Channel, device_ids: Sequence[str]) -> None:
        """Record it."""
        self.let_go_of = list(device_ids)

    @asynccontextmanager
    async def turn(self, operator: str, channel: Channel) -> AsyncIterator[None]:
        """Wait for it, in vain."""
        await asyncio.Event().wait()
        yield

    def notify(self) -> None:
        """Record it."""
        self.told += 1


class LostClaims(Benches):
    """Benches that take a device after a number of requests."""

    def __init__(self, requests: int) -> None:
        super().__init__()
        self._left = requests

    async def claim_again(self, operator: str, channel: Channel, device_ids: Iterable[str]) -> Claimed:
        """Count the calls; report the lost devices once, after a delay."""
        self._left -= 1
        taken = tuple(TakenDevice(each, "line-2", "Li", CLOCK.now()) for each in device_ids)
        await asyncio.sleep(0)
        return Claimed(taken if self._left == -1 else ())
