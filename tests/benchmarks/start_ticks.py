"""The longest ticks of the window while it opens: from its first picture until some time after it takes scans.

Usage: packaging/test-session.sh python -m tests.benchmarks.start_ticks [STARTS]. Each start is a process of its
own, in practice mode and in a new data folder. A precise timer ticks every 5 ms in the window's thread from the
first picture on; what the window does outside of Qt's loop counts too: nobody is served meanwhile. Aimed at: none
over 50 ms. A busy computer adds its own.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication

from tests.benchmarks.parts.tick_probe import AIM
from tests.stories.program import environment

STARTS = 10
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
    worst = []
    for _ in range(int(arguments[0]) if arguments else STARTS):
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-m", "tests.benchmarks.start_ticks", IN_THE_PROGRAM]
            done = subprocess.run(
                command, env=environment(Path(folder)), capture_output=True, text=True, check=True, timeout=60
            )
        ticks = [float(tick) for tick in json.loads(done.stdout.splitlines()[-1])]
        gaps = sorted(((after - before) * 1000, (before - ticks[0]) * 1000) for before, after in pairwise(ticks))
        worst.append(gaps[-1][0])
        print(", ".join(f"{gap:.0f} ms at {at:.0f}" for gap, at in reversed(gaps[-SHOWN:])))
    over = sum(each > AIM for each in worst)
    print(f"the longest: median {statistics.median(worst):.0f} ms, {over} of {len(worst)} over {AIM} ms")
    return 0


def watched() -> int:
    """Open the window in this process with a timer beside it, and print when it ticked."""
    from bindtool.__main__ import main as program

    ticks: list[float] = []
    timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=TICK)
    timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
    stay = QEventLoop.exec

    def begin(loop: QEventLoop) -> int:
        # The first loop of the program is that of its first picture.
        QEventLoop.exec = stay  # type: ignore[method-assign]
        ticks.append(time.perf_counter())
        timer.start()
        QTimer.singleShot(OPEN, lambda: [window.close() for window in QApplication.topLevelWidgets()])
        return stay(loop)

    QEventLoop.exec = begin  # type: ignore[assignment, method-assign]
    program(["--practice"])
    print(json.dumps(ticks))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
