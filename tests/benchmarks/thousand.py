"""1,000 devices bound on the practice server, from the window and from the command line: devices a second.

Usage: packaging/test-session.sh python tests/benchmarks/thousand.py [DEVICES]. Both are the real program with the
defaults: 50 devices a request, one request at a time, two a second; the server takes five a second and answers
after 150 ms. The window's time runs from the confirmation to the last row bound on disk; the command's from its
start to its end, both included. Figures, not pass or fail.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    """Paste the ids, press Ctrl+Return twice; return the seconds until the last one is bound."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder, "practice", "bindtool.db")
        process = subprocess.Popen([sys.executable, "-m", "bindtool", "--practice"], env=environment(folder))
        try:
            window = xdotool("search", "--sync", "--onlyvisible", "--pid", str(process.pid), "--name", "bindtool")
            xdotool("windowfocus", "--sync", window)
            app.clipboard().setText("\n".join(ids))
            xdotool("key", "ctrl+v")
            wait_for(app, database, "ready", len(ids))
            # When it takes a later scan, the window has drawn what was on disk before.
            xdotool("type", "LATER")
            xdotool("key", "Return")
            wait_for(app, database, "ready", len(ids) + 1)
            xdotool("key", "ctrl+Return")
            began = time.perf_counter()
            xdotool("key", "ctrl+Return")
            wait_for(app, database, "bound", len(ids))
            return time.perf_counter() - began
        finally:
            process.kill()
            process.wait()


def from_command_line(ids: Sequence[str]) -> float:
    """Run `bindtool bind` on a file with the ids; return the seconds that it took."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "devices.txt")
        file.write_text("\n".join(ids), encoding="utf-8")
        command = [sys.executable, "-m", "bindtool", "bind", str(file), "--practice"]
        began = time.perf_counter()
        subprocess.run(command, env=environment(folder), check=True, capture_output=True)
        return time.perf_counter() - began


def wait_for(app: QGuiApplication, database: Path, state: str, count: int) -> None:
    """Wait until so many rows or more are in a state on disk, and hand out the clipboard meanwhile."""
    end = time.monotonic() + PATIENCE
    query = "SELECT count(*) FROM sheet_row WHERE state = ?"
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as reader:
        while reader.execute(query, [state]).fetchone() < (count,):
            if time.monotonic() > end:
                raise TimeoutError(state)
            app.processEvents()
            time.sleep(0.01)


def environment(folder: str) -> dict[str, str]:
    """Return an environment in which everything that the program writes is in `folder`."""
    return {**os.environ, "BINDTOOL_DATA_DIR": folder, "BINDTOOL_PROFILE_DIR": folder}


def xdotool(*arguments: str) -> str:
    """Run xdotool and return what it says."""
    done = subprocess.run(["xdotool", *arguments], capture_output=True, text=True, check=True, timeout=PATIENCE)
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
