"""How long a search of the history takes, with 100,000 entries in the ledger and as many rows.

Run it as `python -m tests.benchmarks.history`. Each line has the best and the middle of some tries, and the
processor's time of the best, in milliseconds.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bindtool.core.device import Device
from bindtool.core.history import Wanted
from bindtool.core.outcome import Answer, Outcome, State
from bindtool.core.store import History, Store
from tests.core.store.samples import CHANNEL, START, Clock, row

if TYPE_CHECKING:
    from collections.abc import Callable

SHEETS, ROWS, A_REQUEST = 250, 400, 50
TRIES = 9
SHOWN = 500
LAST = f"SPK{SHEETS - 1:04}{ROWS:04}"
SEARCHES = {
    "everything": Wanted(),
    "one id": Wanted(LAST),
    "an id that was never here": Wanted("6901234567892"),
    "a part of many ids": Wanted("spk"),
    "a log id": Wanted("L000100"),
    "refused ones": Wanted(state=State.REFUSED),
    "a week": Wanted(since=date(2026, 1, 5), until=date(2026, 1, 11)),
}


def main() -> None:
    """Fill a database as benches do, search it, and print how long it took."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "bindtool.db")
        fill(path)
        print(f"{SHEETS} sheets of {ROWS} rows, each bound; {path.stat().st_size / 1e6:.0f} MB")
        history = History(path)
        for name, wanted in SEARCHES.items():
            show(f"devices: {name}", partial(history.search, wanted, SHOWN))
            show(f"sheets: {name}", partial(history.sheets, wanted, SHOWN))
        show("a sheet opened", lambda: (history.rows(SHEETS), history.runs(SHEETS)))


def fill(path: Path) -> None:
    """Leave sheets of many days, every row of them bound but one in a hundred."""
    clock = Clock()
    with Store(path, clock) as store:
        for sheet in range(SHEETS):
            clock.time = START.replace(year=2026, month=1, day=1) + timedelta(days=sheet)
            rows = [row(number, f"SPK{sheet:04}{number:04}") for number in range(1, ROWS + 1)]
            sheet_id = (
                store.create_sheet(profile="Line 2", job=f"WO-{sheet}", operator="A12", put=rows).result().sheet_id
            )
            sent = {one.number: Device(one.device_id, one.label) for one in rows}
            run_id = store.begin_run(sheet_id, CHANNEL, sent, operator="A12", profile="Line 2").result()
            for request, first in enumerate(range(0, ROWS, A_REQUEST), 1):
                numbers = [one.number for one in rows[first : first + A_REQUEST]]
                begun = Outcome().begun(request)
                good = Answer(clock.time, 0, "", f"L{sheet:04}{request:02}", 200)
                bad = Answer(clock.time, 4000, "bad parameter", f"L{sheet:04}{request:02}R", 200)
                store.begin_request(run_id, request, dict.fromkeys(numbers, begun))
                outcomes = dict.fromkeys(numbers, begun.settled(State.BOUND, good))
                if request % 2:
                    outcomes[numbers[0]] = begun.settled(State.REFUSED, bad)
                store.settle(run_id, outcomes, request)
            store.end_run(run_id, "finished").result()
            store.close_sheet(sheet_id).result()


def show(name: str, act: Callable[[], object]) -> None:
    """Print how long some tries took."""
    times, worked = [], []
    for _ in range(TRIES):
        begun, begun_work = time.perf_counter(), time.thread_time()
        act()
        times.append((time.perf_counter() - begun) * 1000)
        worked.append((time.thread_time() - begun_work) * 1000)
    print(f"{min(times):6.1f} {statistics.median(times):6.1f} {min(worked):6.1f} ms  {name}")


if __name__ == "__main__":
    main()
