"""A bench as a process of its own, to be killed: it binds one device after another, shares them, and reports it.

Arguments: a data folder, the bench's name, the ledger's address, the number of devices. It continues where it was
killed. The ledger's password is in the environment.
"""

from __future__ import annotations

import os
import sys
import threading
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bindtool.core.common.clock import SystemClock
from bindtool.core.credentials.secret import Password
from bindtool.core.profiles.ledger_address import LedgerAddress
from bindtool.core.shared_ledger.ledger import Bench, ServerLedger
from bindtool.core.shared_ledger.postgres.client import connect
from bindtool.core.store import Store
from tests.core.shared_ledger.bench import bind
from tests.core.shared_ledger.samples import CHANNEL

PASSWORD = "LEDGER_PASSWORD"


def main(folder: Path, name: str, address: str, count: int) -> None:
    """Bind the remaining devices, and end once all are shared."""
    folder.mkdir(exist_ok=True)
    told = threading.Event()
    with Store(folder / "bindtool.db", SystemClock()) as store:
        benches = store.benches
        way = partial(connect, LedgerAddress.parse(address), Password(os.environ[PASSWORD]))
        ledger = ServerLedger(
            Bench(benches, name, SystemClock(), (CHANNEL,)), way, lambda _: None, lambda _: told.set()
        )
        ledger.start()
        for number in range(len(benches.all_of((CHANNEL,), "")) + 1, count + 1):
            device_id = f"{name}-{number:04}"
            bind(store, {device_id: f"label {device_id}"}, datetime.now(UTC))
            ledger.notify()
            sys.stdout.write(f"{device_id}\n")
            sys.stdout.flush()
        while benches.count((CHANNEL,)):
            ledger.try_now()
            told.wait(0.05)
            told.clear()
        ledger.close()
        ledger.join(20)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]))
