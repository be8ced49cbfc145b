"""From the start of the process to the first painted window, beside an empty PySide6 window with a table.

Usage: packaging/test-session.sh python -m tests.benchmarks.first_paint [STARTS]. The two take turns, each start in
a new process; it polls one point of the display, which is black until a window covers it, every few milliseconds.
At that moment it reads CPU time and memory. Then, for the program alone: the time until a scan, typed at once, is
saved, in practice mode and with a profile from IT; and its memory ten seconds after it has bound a device with a
token of the password store, without modules found only in the development environment. Figures, not pass or fail;
the aims are 1.3 times the empty window, 350 ms, and 1.9 times its memory.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from unittest import mock

from PySide6.QtGui import QColor, QGuiApplication

from bindtool.practice import channel
from bindtool.practice.server import PracticeServer
from tests.patience import until
from tests.stories.program import command, environment, practising, working

STARTS = 10
HELD = 10
"""Seconds after which memory is measured."""
PLACE = (500, 600)
"""A point in pixels that is inside the window and white once painted."""
EMPTY = Path(__file__).parent / "parts" / "empty_window.py"
NOT_INSTALLED = ("click", "pygments", "rich")
"""Modules that httpx loads if installed, as in the development environment: 4 MiB that no package includes."""


class Painted(NamedTuple):
    """Cost of a start until the window is painted: seconds, CPU seconds, MiB."""

    wall: float
    cpu: float
    memory: float


def main(arguments: list[str]) -> int:
    """Print the medians of both, their ratio, and the time until a scan is saved."""
    app = QGuiApplication([])
    starts = int(arguments[0]) if arguments else STARTS
    programs = {"empty window": [sys.executable, str(EMPTY)], "bindtool": command()}
    taken: dict[str, list[Painted]] = {name: [] for name in programs}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(starts):
            for name, program in programs.items():
                taken[name].append(until_painted(app, Path(folder), program))
    medians = {name: Painted(*map(statistics.median, zip(*times, strict=True))) for name, times in taken.items()}
    for name, took in medians.items():
        print(f"{name}: {took.wall * 1000:.0f} ms, {took.cpu * 1000:.0f} ms of processor, {took.memory:.0f} MiB")
    empty, ours = medians["empty window"], medians["bindtool"]
    by_clock, of_processor = ours.wall / empty.wall, ours.cpu / empty.cpu
    print(f"bindtool / empty window: {by_clock:.2f} by the clock, {of_processor:.2f} of processor")
    for mode in ("practice mode", "a profile from IT"):
        scans = [scanned(practice=mode == "practice mode") for _ in range(starts)]
        wall, cpu = map(statistics.median, zip(*scans, strict=True))
        print(f"start to a scan on the disk, {mode}: {wall * 1000:.0f} ms, {cpu * 1000:.0f} ms of processor")
    held = held_after_a_run(app) / held_by(programs["empty window"])
    print(f"memory ten seconds after a device was bound: {held:.2f} of the empty window")
    return 0


def first_paint(app: QGuiApplication, folder: Path, program: Sequence[str] | None = None) -> float:
    """Start the program in practice mode, wait until it is painted, end it; return the seconds in between.

    `program`: its command; None: the one of this checkout.
    """
    return until_painted(app, folder, program or command()).wall


def until_painted(app: QGuiApplication, folder: Path, program: Sequence[str]) -> Painted:
    """Start a program, wait until its window is painted, end it; return the cost."""
    wait_until_painted(app, painted=False)
    began = time.perf_counter()
    process = subprocess.Popen(program, env=environment(folder))
    try:
        wait_until_painted(app, painted=True)
        return Painted(time.perf_counter() - began, *spent(process.pid))
    finally:
        process.kill()
        process.wait()


def spent(pid: int) -> tuple[float, float]:
    """Return a process's CPU seconds and peak memory in MiB."""
    of_it = Path("/proc", str(pid))
    threads = [int(path.read_text().split()[0]) for path in of_it.glob("task/*/schedstat")]
    most = next(line for line in (of_it / "status").read_text().splitlines() if line.startswith("VmHWM"))
    return sum(threads) / 1e9, int(most.split()[1]) / 1024


def own_memory(pid: int | str = "self") -> float:
    """Return a process's private memory in MiB, without the shared pages of files and libraries."""
    status = Path("/proc", str(pid), "status").read_text().splitlines()
    return int(next(line for line in status if line.startswith("RssAnon")).split()[1]) / 1024


def scanned(*, practice: bool) -> tuple[float, float]:
    """Start the program, scan into its window as soon as it is there.

    Returns:
        Seconds, and seconds of processor, until the disk has the row.
    """
    with tempfile.TemporaryDirectory() as folder:
        profile = channel.practice_profile("http://127.0.0.1:9")
        began = time.perf_counter()
        with practising(Path(folder)) if practice else working(Path(folder), profile) as program:
            program.scan("SPK26113F2001")
            while not program.rows():
                time.sleep(0.002)
            return time.perf_counter() - began, spent(program.process.pid)[0]


def held_after_a_run(app: QGuiApplication) -> float:
    """Bind a device with a token of the password store; return the MiB that the window holds ten seconds later."""
    with tempfile.TemporaryDirectory() as folder, PracticeServer() as server:
        profile = channel.practice_profile(server.site)
        for name in NOT_INSTALLED:
            (Path(folder) / f"{name}.py").write_text("raise ImportError", encoding="utf-8")
        hidden = mock.patch.dict(os.environ, PYTHONPATH=folder)
        with hidden, working(Path(folder), profile, token="") as program:
            store = [sys.executable, "-m", "bindtool", "token", "set", profile.name, "--token-stdin"]
            told = environment(Path(folder))
            subprocess.run(store, env=told, input=channel.TOKEN, text=True, check=True, capture_output=True)
            program.scan("SPK26113F2001")
            until(lambda: shown(app, program.offers_bind()))
            program.keys("ctrl+Return")
            until(lambda: shown(app, not program.offers_bind()))
            program.keys("ctrl+Return")
            until(lambda: [state for _, state in program.rows()] == ["bound"])
            time.sleep(HELD)
            return held(program.process.pid)


def shown(app: QGuiApplication, so: bool) -> bool:
    """Process this process's own events, and return `so`."""
    app.processEvents()
    return so


def held_by(program: Sequence[str]) -> float:
    """Return the MiB that a program holds ten seconds after it was started."""
    process = subprocess.Popen(program)
    try:
        time.sleep(HELD)
        return held(process.pid)
    finally:
        process.kill()
        process.wait()


def held(pid: int) -> float:
    """Return the MiB that a process holds now, with its share of libraries that others use too."""
    status = Path("/proc", str(pid), "status").read_text().splitlines()
    return int(next(line for line in status if line.startswith("VmRSS")).split()[1]) / 1024


def wait_until_painted(app: QGuiApplication, *, painted: bool) -> None:
    """Wait until the point is covered, or no longer covered."""
    end = time.monotonic() + 30
    while is_painted(app) is not painted:
        if time.monotonic() > end:
            raise TimeoutError("is this the display of packaging/test-session.sh?")
        time.sleep(0.002)


def is_painted(app: QGuiApplication) -> bool:
    """Return whether a window covers the display's black background."""
    pixel = app.primaryScreen().grabWindow(0, *PLACE, 1, 1).toImage()
    return pixel.pixelColor(0, 0) != QColor("black")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
