"""Duration of a search in the history, with 100,000 entries in the ledger and as many rows.

Run it as `python -m tests.benchmarks.history`. Each search runs twice: without other benches, and with 300,000
entries of thirty other benches. Each line has the minimum and the median of some tries, and the CPU time of the
fastest, in milliseconds.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from itertools import islice
from pathlib import Path

from bindtool.core.model.device import Device
from bindtool.core.model.history_records import LedgerKey, SearchQuery
from bindtool.core.model.ledger_entry import SharedEntry
from bindtool.core.model.outcome import Answer, Outcome, State
from bindtool.core.store import History, Store
from tests.core.store.samples import CHANNEL, START, Clock, row

SHEETS, ROWS, A_REQUEST = 250, 400, 50
BENCHES, TOLD_BY_EACH, TOLD_AT_ONCE = 30, 10_000, 2_000
TRIES = 9
SHOWN = 500
LAST = f"SPK{SHEETS - 1:04}{ROWS:04}"
SEARCHES = {
    "everything": SearchQuery(),
    "one id": SearchQuery(LAST),
    "an id that was never here": SearchQuery("6901234567892"),
    "a part of many ids": SearchQuery("spk"),
    "a log id": SearchQuery("L000100"),
    "refused ones": SearchQuery(state=State.REFUSED),
    "a week": SearchQuery(since=date(2026, 1, 5), until=date(2026, 1, 11)),
}
OF_BENCHES = {
    **SEARCHES,
    "one id of another bench": SearchQuery(f"OTH01{TOLD_BY_EACH - 7:05}"),
    "another bench": SearchQuery("bench-17"),
    "only this bench's own": SearchQuery(own=True),
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
        took = tell(path)
        size = path.stat().st_size / 1e6
        print(f"{BENCHES} benches told {TOLD_BY_EACH} entries each in {took:.1f} s; {size:.0f} MB")
        for name, wanted in OF_BENCHES.items():
            show(f"devices: {name}", partial(history.search, wanted, SHOWN))


def fill(path: Path) -> None:
    """Leave sheets of many days, every row of them bound but one in a hundred."""
    clock = Clock()
    with Store(path, clock) as store:
        for sheet in range(SHEETS):
            clock.time = START.replace(year=2026, month=1, day=1) + timedelta(days=sheet)
            rows = [row(number, f"SPK{sheet:04}{number:04}") for number in range(1, ROWS + 1)]
            sheet_id = (
                store.sheets.create(profile="Line 2", job=f"WO-{sheet}", operator="A12", put=rows).result().sheet_id
            )
            sent = {one.number: Device(one.device_id, one.label) for one in rows}
            run_id = store.runs.begin(sheet_id, CHANNEL, sent, operator="A12", profile="Line 2").result()
            for request, first in enumerate(range(0, ROWS, A_REQUEST), 1):
                numbers = [one.number for one in rows[first : first + A_REQUEST]]
                begun = Outcome().begun(request)
                good = Answer(clock.time, 0, "", f"L{sheet:04}{request:02}", 200)
                bad = Answer(clock.time, 4000, "bad parameter", f"L{sheet:04}{request:02}R", 200)
                store.runs.begin_request(run_id, request, dict.fromkeys(numbers, begun))
                outcomes = dict.fromkeys(numbers, begun.settled(State.BOUND, good))
                if request % 2:
                    outcomes[numbers[0]] = begun.settled(State.REFUSED, bad)
                store.runs.settle(run_id, outcomes, request)
            store.runs.end(run_id, "finished").result()
            store.sheets.close(sheet_id).result()


def tell(path: Path) -> float:
    """Add the entries of other benches for the same days, interleaved by day; return the seconds."""
    with Store(path, Clock()) as store:
        entries = told()
        begun = time.perf_counter()
        while page := list(islice(entries, TOLD_AT_ONCE)):
            store.benches.take_in(page).result()
        return time.perf_counter() - begun


def told() -> Iterator[SharedEntry]:
    """Yield the entries of all benches, the oldest first."""
    begin, step = START.replace(year=2026, month=1, day=1), timedelta(days=SHEETS) / TOLD_BY_EACH
    for entry in range(TOLD_BY_EACH):
        for bench in range(BENCHES):
            device_id = f"OTH{bench:02}{entry:05}"
            yield SharedEntry(
                LedgerKey(f"{bench:032x}", entry + 1),
                f"bench-{bench + 2}",
                CHANNEL,
                device_id,
                f"Speaker {device_id[-6:]}",
                begin + entry * step,
                f"O{entry:05}{bench:02}ABCDEF0123456789",
                "李",
                "Line 2",
                f"WO-{entry // 400}",
            )


def show(name: str, act: Callable[[], object]) -> None:
    """Print the duration of some tries."""
    times, worked = [], []
    for _ in range(TRIES):
        begun, begun_work = time.perf_counter(), time.thread_time()
        act()
        times.append((time.perf_counter() - begun) * 1000)
        worked.append((time.thread_time() - begun_work) * 1000)
    print(f"{min(times):6.1f} {statistics.median(times):6.1f} {min(worked):6.1f} ms  {name}")


if __name__ == "__main__":
    main()
