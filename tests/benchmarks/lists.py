"""Time and memory to read a list of 100,000 devices, and smoothness of the window meanwhile.

Each kind of file is read by a thread in a process of its own, as the window does it, while a precise timer ticks
every 10 ms in the window's thread: a person notices the time from tick to tick. bindtool aims at a maximum of 50
ms. An old workbook has 65,536 rows at most. The files have five columns, and are written by openpyxl, xlwt and csv.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import gc
import json
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

if __name__ == "__main__":  # run as a file, Python leaves the top of the checkout out of the path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from collections.abc import Iterator

import openpyxl
import xlwt
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from bindtool.app.qt_asyncio_loop import QtAsyncioLoop
from tests.benchmarks.parts.measuring import environment, table
from tests.core.tabular.books import ods_of
from tests.core.tabular.reading import read_list

ROWS = 100_000
MOST_OF_XLS = 65_535
TICK = 10
"""Milliseconds."""

_HEAD = ("device_id", "label", "batch", "no", "note")


def _rows(count: int) -> Iterator[tuple[str, str, str, int, str]]:
    for number in range(count):
        yield f"SPK26{number:08d}", f"智能音箱-{number:06d}", "WO-1125", number, "ok"


def _write_csv(path: Path, count: int) -> None:
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file).writerows([_HEAD, *_rows(count)])


def _write_xlsx(path: Path, count: int) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("list")
    for row in [_HEAD, *_rows(count)]:
        sheet.append(list(row))
    book.save(path)


def _write_xls(path: Path, count: int) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("list")
    for number, row in enumerate([_HEAD, *_rows(min(count, MOST_OF_XLS))]):
        for column, value in enumerate(row):
            sheet.write(number, column, value)
    book.save(str(path))


def _write_ods(path: Path, count: int) -> None:
    def cell(value: object) -> str:
        kind = f'office:value-type="float" office:value="{value}"' if isinstance(value, int) else ""
        return f"<table:table-cell {kind}><text:p>{value}</text:p></table:table-cell>"

    rows = (f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in [_HEAD, *_rows(count)])
    path.write_bytes(ods_of(f'<table:table table:name="list">{"".join(rows)}</table:table>'))


def _write_html(path: Path, count: int) -> None:
    rows = ("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in [_HEAD, *_rows(count)])
    path.write_text(f'<meta charset="utf-8"><table>{"".join(rows)}</table>', encoding="utf-8")


WRITERS = {"csv": _write_csv, "xlsx": _write_xlsx, "xls": _write_xls, "ods": _write_ods, "html": _write_html}


def read(path: Path) -> dict[str, float]:
    """Read a list beside a window's thread and return the cost: seconds, CPU, MiB, and the ticks in ms."""
    # As the program does it.
    gc.set_threshold(50_000)
    loop = QtAsyncioLoop(QApplication([]))
    ticks: list[float] = []
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
    timer.start(TICK)
    cpu, memory = time.process_time(), _peak()
    found: dict[str, float] = {}

    async def work() -> None:
        begin = time.perf_counter()
        rows = len((await asyncio.to_thread(read_list, path)).rows)
        found.update(rows=rows, seconds=time.perf_counter() - begin)

    with loop:
        loop.run_until_complete(work())
    gaps = sorted((later - earlier) * 1000 for earlier, later in pairwise(ticks))
    found |= {"cpu": time.process_time() - cpu, "memory": _peak() - memory}
    found |= {"p99": gaps[int(len(gaps) * 0.99)], "worst": gaps[-1]}
    return found


def _peak() -> float:
    """Return this process's peak memory in MiB; getrusage includes the time before."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) / 1024


def main() -> None:
    """Print the figures of each kind of file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--read", type=Path, help="read this file and print the figures as JSON")
    given = parser.parse_args()
    if given.read is not None:
        print(json.dumps(read(given.read)))
        return
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for ending, write in WRITERS.items():
            path = Path(folder) / f"list.{ending}"
            write(path, given.rows)
            command = [sys.executable, "-m", "tests.benchmarks.lists", "--read", str(path)]
            done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment())
            got = json.loads(done.stdout)
            size = path.stat().st_size / 1024**2
            figures = (f"{got[name]:.2f}" for name in ("seconds", "cpu"))
            whole = (f"{got[name]:.0f}" for name in ("memory", "p99", "worst"))
            lines.append([ending, f"{got['rows']:.0f}", f"{size:.1f}", *figures, *whole])
    head = ["file", "rows", "MiB", "s", "CPU s", "MiB more", "tick p99 ms", "worst ms"]
    print(table(head, lines))


if __name__ == "__main__":
    main()
