"""1,000 devices bound on the practice server, from the window and from the command line: devices a second.

Usage: packaging/test-session.sh python -m tests.benchmarks.thousand [DEVICES]. Both are the real program with the
defaults: 50 devices a request, one request at a time, two a second; the server takes five a second and answers
after 150 ms. The window's time runs from the confirmation to the last row bound on disk; the command's from its
start to its end, both included. Figures, not pass or fail.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtGui import QGuiApplication

from tests.benchmarks.first_paint import own_memory, spent
from tests.stories.program import Program, environment, practising

DEVICES = 1000
PATIENCE = 120


def main(arguments: list[str]) -> int:
    """Print a line for each of the two faces."""
    count = int(arguments[0]) if arguments else DEVICES
    ids = [f"SPK26113F{n * 10 + 1:07d}" for n in range(count)]
    app = QGuiApplication([])
    for name, seconds in (("window", from_window(app, ids)), ("command line", from_command_line(ids))):
        print(f"{name}: {count} devices in {seconds:.1f} s, {count / seconds:.0f} a second")
    return 0


def from_window(app: QGuiApplication, ids: Sequence[str]) -> float:
    """Paste the ids, bind and confirm; return the seconds from the confirmation until the last one is bound."""
    with tempfile.TemporaryDirectory() as folder, practising(Path(folder)) as program:
        app.clipboard().setText("\n".join(ids))
        program.keys("ctrl+v")
        wait_for(app, program.offers_bind)
        program.keys("ctrl+Return")
        wait_for(app, lambda: not program.offers_bind())
        began = time.perf_counter()
        program.keys("ctrl+Return")
        wait_for(app, lambda: all_bound(program, len(ids)))
        seconds = time.perf_counter() - began
        most, own = spent(program.process.pid)[1], own_memory(program.process.pid)
        print(f"window: {most:.0f} MiB at most, {own:.0f} of its own now")
        return seconds


def from_command_line(ids: Sequence[str]) -> float:
    """Run `bindtool bind` on a file with the ids; return its duration in seconds."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "devices.txt")
        file.write_text("\n".join(ids), encoding="utf-8")
        command = [sys.executable, "-m", "bindtool", "bind", str(file), "--practice"]
        began = time.perf_counter()
        subprocess.run(command, env=environment(Path(folder)), check=True, capture_output=True)
        return time.perf_counter() - began


def all_bound(program: Program, count: int) -> bool:
    """Return whether that many rows are bound on disk."""
    return [state for _, state in program.rows()].count("bound") == count


def wait_for(app: QGuiApplication, so: Callable[[], bool]) -> None:
    """Wait until a condition holds, serving the clipboard meanwhile."""
    end = time.monotonic() + PATIENCE
    while not so():
        if time.monotonic() > end:
            raise TimeoutError
        app.processEvents()
        time.sleep(0.02)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
