"""Many benches in one process, for the benchmark of the shared ledger, as the server and the others see them.

They claim, push, listen and read by the program's own code, and keep a bench's data in memory instead of on disk:
the computer is left to the server and to the benches measured. Used like `ledger_bench`.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
import uuid
from concurrent.futures import Future
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, cast

if __name__ == "__main__":  # run as a file, Python leaves the top of the checkout out of the path
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from collections.abc import Sequence

from bindtool.core.common.clock import SystemClock
from bindtool.core.credentials.secret import Password
from bindtool.core.model.channel import Behaviour, Channel
from bindtool.core.model.history_records import LedgerKey
from bindtool.core.model.ledger_entry import SharedEntry, SyncCursor
from bindtool.core.profiles.ledger_address import LedgerAddress
from bindtool.core.profiles.profile import Profile, RequestSettings
from bindtool.core.shared_ledger.ledger import Bench, ServerLedger
from bindtool.core.shared_ledger.postgres.client import connect
from bindtool.core.store.tables.benches import Benches


def profile_of(site: str, ledger: str = "", rate: float = 1.0) -> Profile:
    """Return the profile of all benches, which bind one device per request."""
    pace = RequestSettings(batch_size=1, rate=rate)
    return Profile("Line 2", "7412345678901234567", site, pace=pace, behaviour=Behaviour.ADDS, ledger=ledger)


class MemoryBenches:
    """The part of a bench's database that `ServerLedger` uses, in memory."""

    def __init__(self, channel: Channel) -> None:
        self.bench_id = uuid.uuid4().hex
        self._channel = channel
        self.bound = 0
        self._outbox: dict[LedgerKey, SharedEntry] = {}
        self._cursors: dict[str, SyncCursor] = {}

    def bind(self, device_id: str, machine: str) -> None:
        """Bind a device."""
        self.bound += 1
        key = LedgerKey(self.bench_id, self.bound)
        label, now = f"Label {device_id}", datetime.now(UTC)
        self._outbox[key] = SharedEntry(
            key, machine, self._channel, device_id, label, now, f"log{self.bound}", "Li", "Line"
        )

    def waiting(self, _channels: Sequence[Channel], _machine: str, limit: int) -> tuple[SharedEntry, ...]:
        """Return the entries that wait to be shared."""
        return tuple(self._outbox.copy().values())[:limit]

    def count(self, _channels: Sequence[Channel]) -> int:
        """Return the number of waiting entries."""
        return len(self._outbox)

    def cursor(self, ledger_id: str) -> SyncCursor | None:
        """Return the position up to which a ledger was read."""
        return self._cursors.get(ledger_id)

    def begin_anew(self, ledger_id: str, _channels: Sequence[Channel]) -> Future[None]:
        """Read a ledger from its beginning."""
        self._cursors[ledger_id] = SyncCursor()
        return _done(None)

    def take_in(
        self, entries: Sequence[SharedEntry], ledger_id: str, cursor: SyncCursor, shared: Sequence[SharedEntry]
    ) -> Future[tuple[SharedEntry, ...]]:
        """Record the position up to which a ledger was read; all entries of others are news."""
        for entry in shared:
            del self._outbox[entry.key]
        self._cursors[ledger_id] = cursor
        return _done(tuple(entry for entry in entries if entry.key.bench != self.bench_id))


def _done(value: Any) -> Future[Any]:
    future: Future[Any] = Future()
    future.set_result(value)
    return future


class LoadBench:
    """A bench of the load.

    Args:
        given: the task of all.
        number: its number.
    """

    def __init__(self, given: dict[str, Any], number: int) -> None:
        self._given = given
        self._phase = given["phases"][number]
        self._channel = profile_of(given["site"]).channel
        self._name = given["names"][number]
        self._benches = MemoryBenches(self._channel)
        self.bound: dict[str, float] = {}
        self.told: dict[str, float] = {}
        address, password = LedgerAddress.parse(given["ledger"]), Password(os.environ["LEDGER_PASSWORD"])
        bench = Bench(cast("Benches", self._benches), self._name, SystemClock(), (self._channel,))
        self.ledger = ServerLedger(bench, partial(connect, address, password), self._note, lambda _: None)

    async def work(self, begin: float) -> None:
        """Bind at a steady pace, in runs that claim their devices first."""
        self.ledger.start()
        begin += self._phase
        number, run = 0, self._given["run"]
        claimed: list[str] = []
        while (at := begin + number / self._given["binds"]) < begin + self._given["seconds"]:
            if number % run == 0:
                await self.ledger.release(self._channel, claimed)
                claimed = [f"SPK26113F-B{number + more:06}-{self._name}" for more in range(run)]
                failed = (await self.ledger.claim("Li", self._channel, claimed)).problem
                if failed is not None:
                    raise failed
            await asyncio.sleep(max(0.0, at - time.monotonic()))
            device_id = claimed[number % run]
            self._benches.bind(device_id, self._name)
            self.bound[device_id] = time.monotonic()
            self.ledger.notify()
            number += 1

    @property
    def waiting(self) -> int:
        """The number of entries not shared yet."""
        return self._benches.count(())

    def _note(self, entries: tuple[SharedEntry, ...]) -> None:
        now = time.monotonic()
        self.told.update((entry.device_id, now) for entry in entries)


async def work(benches: Sequence[LoadBench], begin: float, seconds: float) -> float:
    """Let all of them work; return the CPU seconds from `begin` on."""
    async with asyncio.TaskGroup() as group:
        for bench in benches:
            group.create_task(bench.work(begin))
        await asyncio.sleep(begin - time.monotonic())
        before = time.process_time()
        await asyncio.sleep(begin + seconds - time.monotonic())
        return time.process_time() - before


def main(given: dict[str, Any]) -> None:
    """Run the benches and print the data."""
    folder = Path(given["folder"])
    folder.mkdir(parents=True)
    benches = [LoadBench(given, number) for number in range(len(given["names"]))]
    print("ready", flush=True)
    cpu = asyncio.run(work(benches, float(sys.stdin.readline()), given["seconds"]))
    print("done", flush=True)
    sys.stdin.readline()
    for bench in benches:
        bench.ledger.close()
    for bench in benches:
        bench.ledger.join(10)
    seen = [
        {"scans": [], "bound": each.bound, "told": each.told, "cpu": cpu / len(benches), "waiting": each.waiting}
        for each in benches
    ]
    (folder / "seen.json").write_text(json.dumps(seen), encoding="utf-8")


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
