"""Time from the start of the process to the first painted window, in milliseconds: the real program, started anew.

Usage: packaging/test-session.sh python -m tests.benchmarks.first_paint [STARTS]. It looks at one point of the
display, which is black until the window covers it, every few milliseconds. Figures, not pass or fail.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QGuiApplication

from tests.stories.program import command, environment

if TYPE_CHECKING:
    from collections.abc import Sequence

STARTS = 10
PLACE = (500, 600)
"""A point in pixels that lies inside the window and is white when it is painted."""


def main(arguments: list[str]) -> int:
    """Print each time and their median."""
    app = QGuiApplication([])
    starts = int(arguments[0]) if arguments else STARTS
    with tempfile.TemporaryDirectory() as folder:
        times = [first_paint(app, Path(folder)) for _ in range(starts)]
    print("ms to the first painted window:", *(f"{seconds * 1000:.0f}" for seconds in times))
    print(f"median {statistics.median(times) * 1000:.0f} ms")
    return 0


def first_paint(app: QGuiApplication, folder: Path, program: Sequence[str] | None = None) -> float:
    """Start the program in practice mode, wait until it is painted, end it; return the seconds in between.

    `program`: how it is started; None: from this checkout.
    """
    wait_until_painted(app, painted=False)
    began = time.perf_counter()
    process = subprocess.Popen(program or command(), env=environment(folder))
    try:
        wait_until_painted(app, painted=True)
        return time.perf_counter() - began
    finally:
        process.kill()
        process.wait()


def wait_until_painted(app: QGuiApplication, *, painted: bool) -> None:
    """Wait until the point is covered, or is not any more."""
    end = time.monotonic() + 30
    while is_painted(app) is not painted:
        if time.monotonic() > end:
            raise TimeoutError("is this the display of packaging/test-session.sh?")
        time.sleep(0.002)


def is_painted(app: QGuiApplication) -> bool:
    """Tell whether something covers the display's black ground."""
    pixel = app.primaryScreen().grabWindow(0, *PLACE, 1, 1).toImage()
    return pixel.pixelColor(0, 0) != QColor("black")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
