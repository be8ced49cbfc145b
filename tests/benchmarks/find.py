"""Time to filter and sort 100,000 rows: by state, by text, by each column, and back to all; and the memory.

The real window on a sheet as after a long day. Each figure is the time from a press to the repaint, in
milliseconds: the median and the maximum of five, and the CPU time of the window's thread; bindtool aims at 100. The
memory is the peak of the window's process in MiB: it aims at 200. Then the remaining rows are bound with the
default settings while only they are shown, sorted by label: bindtool aims at no more than 50 ms between ticks of a
10 ms timer.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from bindtool.app.composition import Supplies, build
from bindtool.app.qt_asyncio_loop import QtAsyncioLoop
from bindtool.core.common.data_folder import DataFolder
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.token_store import FixedStore
from bindtool.core.intake.reconcile import compare, read_wanted
from bindtool.core.profiles.profile import RequestSettings
from bindtool.core.profiles.repository import ProfileRepository
from bindtool.core.scanner.scan_rules import ScanRules
from bindtool.core.sheet.sheet import Sheet
from bindtool.core.sheet_view.columns import Column
from bindtool.core.sheet_view.filters import EVERY_ROW, RowFilter
from bindtool.gui.common.theme import theme
from bindtool.gui.sheet.table_model import SheetTableModel
from bindtool.gui.sheet.tools.count_filters import FILTERS, Counted
from bindtool.i18n.catalogue import Texts
from tests.benchmarks.first_paint import own_memory

ROWS = 100_000
READY = 2_000
TIMES = 5
UP = Qt.SortOrder.AscendingOrder
SEARCHES = ("3", "3f", "3f2", "音箱-3f", "not found", "2026112", "nothing has this")


class Presses:
    """User actions on a table, and their times from the press to the picture."""

    def __init__(self, model: SheetTableModel) -> None:
        self._model = model
        self.lines: list[list[str]] = []

    def narrow(self, name: str, wanted: RowFilter, *, before: RowFilter = EVERY_ROW) -> None:
        """Measure filtering from the rows shown before."""
        self._measure(name, lambda: self._model.narrow(wanted), lambda: self._model.narrow(before))

    def sort(self, name: str, column: int, way: Qt.SortOrder = UP, *, before: int = -1) -> None:
        """Measure sorting from another order."""
        self._measure(name, lambda: self._model.sort(column, way), lambda: self._model.sort(before))

    def _measure(self, name: str, act: Callable[[], object], back: Callable[[], object]) -> None:
        taken, worked = [], []
        for _ in range(TIMES):
            back()
            QApplication.processEvents()
            began, began_work = time.perf_counter(), time.thread_time()
            act()
            QApplication.processEvents()
            taken.append((time.perf_counter() - began) * 1000)
            worked.append((time.thread_time() - began_work) * 1000)
        found = f"{self._model.rowCount():,}"
        self.lines.append([name, found, f"{median(taken):.0f}", f"{max(taken):.0f}", f"{median(worked):.0f}"])


def measure(model: SheetTableModel) -> list[list[str]]:
    """Return a line for each user action."""
    presses = Presses(model)
    for counted in (Counted.BOUND, Counted.REFUSED, Counted.HELD):
        presses.narrow(f"only {counted}", FILTERS[counted])
    presses.narrow("all again", EVERY_ROW, before=FILTERS[Counted.BOUND])
    for text in SEARCHES:
        presses.narrow(f"search {text!r}", RowFilter(text=text))
    three, more = RowFilter(text="3"), RowFilter(text="3f")
    presses.narrow("the next key, '3f' of '3'", more, before=three)
    presses.narrow("a key taken back, '3' of '3f'", three, before=more)
    presses.narrow("the search cleared", EVERY_ROW, before=more)
    model.narrow(EVERY_ROW)
    for column in Column:
        for way in (UP, Qt.SortOrder.DescendingOrder):
            presses.sort(f"sort by {column.name.lower()}, {way.name.removesuffix('Order').lower()}", column, way)
    presses.sort("the order of arrival again", -1, before=Column.LABEL)
    model.sort(Column.LABEL)
    presses.narrow("sorted by label, search '3f'", more)
    presses.narrow("sorted by label, the search cleared", EVERY_ROW, before=more)
    model.sort(-1)
    return presses.lines


def comparison(sheet: Sheet) -> float:
    """Return the milliseconds of a comparison: the list is as long as the sheet, and a third of it differs."""
    ids = [f"{row.device_id}{'X' * (row.number % 3 == 0)}" for row in sheet]
    wanted = read_wanted(ids, ScanRules())
    began = time.thread_time()
    compare(wanted, sheet)
    return (time.thread_time() - began) * 1000


async def work(folder: Path) -> None:
    """Open the window on the rows, measure, and bind those that are ready."""
    data = DataFolder(folder)
    token = AccessToken("pat_benchmark")
    book = ProfileRepository(data.profiles, folder / "none")
    supplies = Supplies(book, lambda: FixedStore(token, "benchmark"), token_is_given=True)
    async with AsyncExitStack() as stack:
        place = build(Texts("en"), data, supplies, stack)
        window, controller = place.window, place.controller
        window.show()
        await controller.begin()
        await asyncio.sleep(1)
        lines = measure(window.model)
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        own = own_memory()
        # Imported after the memory is measured: it is not part of the program.
        from tests.benchmarks.parts.measuring import table
        from tests.benchmarks.ui_tick import Smoothness, bind

        print(table(("rows", "shown", "ms", "worst ms", "CPU ms"), lines))
        print(
            f"{most:.0f} MiB at most with {len(controller.document.sheet):,} rows, {own:.0f} of its own now",
            flush=True,
        )
        print(
            f"{comparison(controller.document.sheet):.0f} ms CPU to compare them with a list of as many", flush=True
        )
        window.model.narrow(FILTERS[Counted.READY])
        window.model.sort(Column.LABEL)
        to_bind = window.model.rowCount()
        await asyncio.sleep(0.5)
        smooth = Smoothness.of(await bind(window, controller))
        print(f"{to_bind:,} bound at the defaults while only the ready ones are shown, by label:")
        print(f"99 of 100 ticks within {smooth.p99:.1f} ms, worst {smooth.worst:.1f} ms", flush=True)
        window.leave()


def in_window(folder: Path) -> None:
    """Run the window on a data folder."""
    app = theme.application(sys.argv[:1])
    app.setQuitOnLastWindowClosed(False)
    theme.apply(app)
    loop = QtAsyncioLoop(app)
    with loop:
        loop.run_until_complete(work(folder))


def in_processes(count: int, ready: int) -> None:
    """Let one process write the rows and another one be the window, so that its memory is its own."""
    from tests.benchmarks.parts.measuring import environment, server
    from tests.benchmarks.ui_tick import LATENCY, put_profile

    with server(LATENCY) as measured, tempfile.TemporaryDirectory() as name:
        folder = Path(name, "data")
        put_profile(folder, measured.site, RequestSettings())
        writing = [sys.executable, "-m", "tests.benchmarks.parts.long_day", str(folder), str(count), str(ready)]
        subprocess.run(writing, check=True, env=environment())
        subprocess.run([sys.executable, "-m", "tests.benchmarks.find", "--window", str(folder)], check=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--ready", type=int, default=READY)
    parser.add_argument("--window", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    # So that no user's token is used.
    os.environ.pop("BINDTOOL_TOKEN", None)
    if given.window is None:
        in_processes(given.rows, given.ready)
    else:
        in_window(given.window)


if __name__ == "__main__":
    main()
