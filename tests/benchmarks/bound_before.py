"""Time that looking up a scan takes: in a ledger of 100,000 devices, and among the last ten ids of a long sheet.

Prints the median of 1,000 look-ups, and the 99th percentile. bindtool aims at less than 1 ms for a look-up in the
ledger.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

if __name__ == "__main__":  # run as a file, Python leaves the top of the checkout out of the path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from collections.abc import Callable

from bindtool.core.common.clock import SystemClock
from bindtool.core.common.errors import StoreFailed
from bindtool.core.intake.holds import HoldRules
from bindtool.core.intake.intake import Arrival, Stamp, take_list, take_scan
from bindtool.core.labels.labeller import Labeller
from bindtool.core.labels.template import LabelTemplate
from bindtool.core.model.channel import Channel
from bindtool.core.model.row import Row, Source
from bindtool.core.sheet.sheet import Sheet
from bindtool.core.store import Store

CHANNEL = Channel("https://api.coze.cn", "7412345678901234567", "device_id", "2478774393")
LOOKS = 1000


def main(arguments: list[str]) -> int:
    """Fill a ledger and a sheet, look up ids, and print the times."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--devices", type=int, default=100_000, help="how many are in the ledger and in the sheet")
    devices = options.parse_args(arguments).devices
    ids = [f"SPK2611{n:07X}" for n in range(devices)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bindtool.db"
        Store(path, SystemClock()).close()
        _fill(path, ids)
        with Store(path, SystemClock()) as store:
            ledger = HoldRules(store, _give_up)
            step = max(1, devices // LOOKS)
            _print("ledger, a device that is in it", lambda n: ledger.find(CHANNEL, ids[n * step % devices]))
            _print("ledger, a device that is not", lambda n: ledger.find(CHANNEL, f"NEW{n}"))
            began = time.perf_counter()
            stamp = Stamp(Source.PASTED, datetime.now(UTC), "", Labeller(LabelTemplate.parse("{id:-6}")))
            rows = take_list(Sheet(), map(Arrival, ids), stamp)
            took = time.perf_counter()
            ledger.hold_bound(CHANNEL, rows)
            held = time.perf_counter()
            looked = HoldRules(store, _give_up).hold_labels(CHANNEL, Sheet(), rows, stamp.labels)
            labelled = time.perf_counter()
            template = LabelTemplate.parse("音箱-{n:3}")
            highest = max(store.labels.numbers(template, "Line 2", CHANNEL), default=0)
            numbered = time.perf_counter()
        print(f"{'a list of that many, read':32} {took - began:8.2f} s")
        print(f"{'the same, looked up in the ledger':32} {held - took:8.2f} s")
        doubted = sum(row.held is not None for row in looked)
        print(f"{'the same, looked up by label':32} {labelled - held:8.2f} s, {doubted} held")
        print(f"{'the highest running number':32} {numbered - labelled:8.2f} s, {highest}")
    sheet = Sheet(rows)
    _print("a scan after that many rows", lambda n: _scan(sheet, f"SPK2612{n:07X}", stamp))
    return 0


def _fill(path: Path, ids: list[str]) -> None:
    entry = (CHANNEL.site, CHANNEL.connector_id, CHANNEL.key, CHANNEL.user_id)
    rest = (datetime.now(UTC).isoformat(), "log", "A12", "Line 2")
    with closing(sqlite3.connect(path)) as database, database:
        database.executemany(
            """
            INSERT INTO ledger
                (site, connector_id, key, user_id, device_id, label, bound_at, log_id, operator, profile)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            ((*entry, device_id, f"音箱-{n:03}", *rest) for n, device_id in enumerate(ids, 1)),
        )


def _scan(sheet: Sheet, text: str, stamp: Stamp) -> None:
    taken = take_scan(sheet, text, stamp)
    if not isinstance(taken, Row):
        raise TypeError(taken)


def _print(what: str, look: Callable[[int], object]) -> None:
    took = []
    for n in range(LOOKS):
        began = time.perf_counter()
        look(n)
        took.append(time.perf_counter() - began)
    took.sort()
    print(f"{what:32} {took[LOOKS // 2] * 1000:8.3f} ms, 99 of 100 within {took[LOOKS * 99 // 100] * 1000:.3f} ms")


def _give_up(error: StoreFailed) -> None:
    raise error


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
