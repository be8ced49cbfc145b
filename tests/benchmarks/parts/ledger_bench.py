"""One bench of the benchmark of the shared ledger: scans and binds at a steady pace, and writes down when.

To be run as a process of its own, with JSON as its argument; says "ready" on its standard output, begins with a
line on its standard input and ends with another one. All times are of the computer's one steady clock.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

if __name__ == "__main__":  # started as a file, which leaves the top of the checkout out of the path
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from bindtool.core.common.clock import SystemClock
from bindtool.core.credentials.secret import Password
from bindtool.core.model.device import Device
from bindtool.core.model.outcome import Answer, Outcome, State
from bindtool.core.model.row import Row, Source
from bindtool.core.profiles.ledger_address import LedgerAddress
from bindtool.core.shared_ledger.ledger import Bench, ServerLedger
from bindtool.core.shared_ledger.postgres.client import connect
from bindtool.core.store import Store
from tests.core.shared_ledger.samples import CHANNEL

if TYPE_CHECKING:
    from collections.abc import Callable

    from bindtool.core.model.ledger_entry import SharedEntry
    from bindtool.core.shared_ledger.sync_thread import SyncStatus

SENT = Outcome().begun(1)


@dataclass
class Seen:
    """What is written down."""

    scans: list[float] = field(default_factory=list)
    bound: dict[str, float] = field(default_factory=dict)
    told: dict[str, float] = field(default_factory=dict)
    in_step: list[float] = field(default_factory=list)
    cpu: float = 0.0

    def news(self, entries: tuple[SharedEntry, ...]) -> None:
        """Note what can be read in the store from now on."""
        now = time.monotonic()
        self.told.update((entry.device_id, now) for entry in entries)

    def changed(self, standing: SyncStatus) -> None:
        """Note when the bench has come in step."""
        if standing.since is None and not standing.waiting:
            self.in_step.append(time.monotonic())


class Worker:
    """Scans and binds on a store.

    Args:
        store: the bench's.
        name: begins each of its device ids.
        seen: gets the times.
    """

    def __init__(self, store: Store, name: str, seen: Seen) -> None:
        self._store = store
        self._name = name
        self._seen = seen
        self._sheet = store.sheets.create().result().sheet_id
        self.notify: Callable[[], None] = lambda: None

    def scan(self, number: int, at: float) -> None:
        """Do what a scan does until its row may be shown as ready; it came `at` that moment."""
        row = self._row(number, f"{self._name}-S{number:07}")
        self._store.ledger.bound_before(CHANNEL, [row.device_id])
        self._store.labels.holders(CHANNEL, [row.label])
        self._store.sheets.save(self._sheet, [row]).result()
        self._seen.scans.append(time.monotonic() - at)

    def bind(self, number: int, _: float) -> None:
        """Do what a run with one device does, but for the request."""
        row = self._row(10_000_000 + number, f"{self._name}-B{number:07}")
        devices = {row.number: Device(row.device_id, row.label)}
        store = self._store
        store.sheets.save(self._sheet, [row]).result()
        run_id = store.runs.begin(self._sheet, CHANNEL, devices, operator="Li", profile="Line").result()
        store.runs.begin_request(run_id, 1, {row.number: SENT}).result()
        answer = Answer(datetime.now(UTC), 0, "", f"log{number}", 200)
        store.runs.settle(run_id, {row.number: SENT.settled(State.BOUND, answer)}, 1).result()
        self._seen.bound[row.device_id] = time.monotonic()
        self.notify()
        store.runs.end(run_id, "finished").result()

    @staticmethod
    def _row(number: int, device_id: str) -> Row:
        return Row(number, device_id, f"Label {device_id}", Source.SCANNED, datetime.now(UTC), operator="Li")


def pace(work: Callable[[int, float], None], rate: float, begin: float, end: float) -> None:
    """Work so often a second; what comes too late because of what was before it has waited since its own moment."""
    number = 0
    while rate and (at := begin + number / rate) < end:
        time.sleep(max(0.0, at - time.monotonic()))
        number += 1
        work(number, at)


def main(given: dict[str, Any]) -> None:
    """Run the bench."""
    seen = Seen()
    folder = Path(given["folder"])
    folder.mkdir(parents=True)
    with Store(folder / "bindtool.db", SystemClock()) as store:
        worker = Worker(store, given["name"], seen)
        ledger = None
        if given["ledger"]:
            address, password = LedgerAddress.parse(given["ledger"]), Password(os.environ["LEDGER_PASSWORD"])
            bench = Bench(store.benches, given["name"], SystemClock(), (CHANNEL,))
            ledger = ServerLedger(bench, partial(connect, address, password), seen.news, seen.changed)
            worker.notify = ledger.notify
        print("ready", flush=True)
        begin = float(sys.stdin.readline()) + given["phase"]
        before = time.process_time()
        if ledger is not None:
            ledger.start()
        end = begin + given["seconds"]
        threads = [
            threading.Thread(target=pace, args=(worker.scan, given["scans"], begin, end)),
            threading.Thread(target=pace, args=(worker.bind, given["binds"], begin, end)),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seen.cpu = time.process_time() - before
        print("done", flush=True)
        sys.stdin.readline()
        if ledger is not None:
            ledger.close()
            ledger.join(10)
        waiting = store.benches.count((CHANNEL,)) if given["ledger"] else 0
    (folder / "seen.json").write_text(json.dumps({**vars(seen), "waiting": waiting}), encoding="utf-8")


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
