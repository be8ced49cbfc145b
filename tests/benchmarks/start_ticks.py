"""The longest ticks of the window while it opens: from its first paint until some time after it takes scans.

Usage: packaging/test-session.sh python -m tests.benchmarks.start_ticks [--starts 10] [--rows 20000]. Each start is
a process of its own, in practice mode and in a new data folder: without rows, and on a sheet of so many unsent
rows. A precise timer ticks every 5 ms in the window's thread from the first paint on; time outside Qt's event loop
counts too, since no event is served then. The aim: none over 50 ms. A busy computer adds its own; in brackets is
the lesser of a tick and the whole process's CPU time during it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication

from bindtool.practice import channel
from tests.benchmarks.parts import long_day
from tests.benchmarks.parts.tick_probe import AIM
from tests.stories.program import environment

STARTS = 10
ROWS = 20_000
PROFILE = channel.practice_profile("http://127.0.0.1").name
TICK = 5
"""Milliseconds between two ticks."""
OPEN = 2500
"""Milliseconds until the window is closed."""
SHOWN = 4
IN_THE_PROGRAM = "--in-the-program"


def main(arguments: list[str]) -> int:
    """Print, for each start, its longest ticks and when they were; then the median of the longest."""
    if arguments == [IN_THE_PROGRAM]:
        return watched()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=STARTS)
    parser.add_argument("--rows", type=int, default=ROWS)
    given = parser.parse_args(arguments)
    for rows in (0, given.rows):
        print(f"{rows:,} rows")
        found = [started(rows) for _ in range(given.starts)]
        for name, worst in zip(("by the clock", "of its own"), zip(*found, strict=True), strict=True):
            over = sum(each > AIM for each in worst)
            median = statistics.median(worst)
            print(f"the longest {name}: median {median:.0f} ms, {over} of {len(worst)} over {AIM} ms")
    return 0


def started(rows: int) -> tuple[float, float]:
    """Start the program on a sheet; print its longest ticks, and return the longest elapsed and own time."""
    with tempfile.TemporaryDirectory() as folder:
        if rows:
            asyncio.run(long_day.write(Path(folder, "practice"), rows, rows, PROFILE))
        command = [sys.executable, "-m", "tests.benchmarks.start_ticks", IN_THE_PROGRAM]
        done = subprocess.run(
            command, env=environment(Path(folder)), capture_output=True, text=True, check=True, timeout=60
        )
    ticks: list[list[float]] = json.loads(done.stdout.splitlines()[-1])
    gaps = sorted(
        ((after[0] - before[0]) * 1000, (after[1] - before[1]) * 1000, (before[0] - ticks[0][0]) * 1000)
        for before, after in pairwise(ticks)
    )
    longest = gaps[: -SHOWN - 1 : -1]
    print(", ".join(f"{wall:.0f} ms ({min(wall, own):.0f}) at {at:.0f}" for wall, own, at in longest))
    return gaps[-1][0], max(min(wall, own) for wall, own, _ in gaps)


def watched() -> int:
    """Open the window in this process with a timer beside it, and print the times of its ticks."""
    from bindtool.__main__ import main as program

    ticks: list[tuple[float, float]] = []
    timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=TICK)
    timer.timeout.connect(lambda: ticks.append((time.perf_counter(), time.process_time())))
    stay = QEventLoop.exec

    def begin(loop: QEventLoop) -> int:
        # The program's first event loop is that of its first paint.
        QEventLoop.exec = stay  # type: ignore[method-assign]
        ticks.append((time.perf_counter(), time.process_time()))
        timer.start()
        QTimer.singleShot(OPEN, lambda: [window.close() for window in QApplication.topLevelWidgets()])
        return stay(loop)

    QEventLoop.exec = begin  # type: ignore[assignment, method-assign]
    program(["--practice"])
    print(json.dumps(ticks), flush=True)
    # The timer is older than the program's application: Python's shutdown would crash on it.
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
