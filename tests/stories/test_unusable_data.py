"""Data that the program must not touch, or can't: a window says so, it leaves with 2, and no byte is changed."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bindtool.core.common.clock import SystemClock
from bindtool.core.store import Store
from tests.core.store.samples import CHANNEL
from tests.core.store.spoilt import fill, root_of, spoil
from tests.core.store.unprivileged import NOBODY, open_folder
from tests.gui.loop import PATIENCE
from tests.patience import until
from tests.stories.program import command, environment, window_of, windows_of, xdotool

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="xdotool types on X11 only"),
    pytest.mark.long,
]

BOX = "^bindtool$"
"""The name of a window that has a message alone."""


def database(folder: Path) -> Path:
    """Return a database of practice mode, with its tables."""
    path = folder / "practice" / "bindtool.db"
    path.parent.mkdir()
    with Store(path, SystemClock()) as store:
        store.sheets.create().result()
    return path


def told_and_left(folder: Path, *as_whom: str) -> int:
    """Start the program, wait for its message, press Return; return its exit status."""
    process = subprocess.Popen([*as_whom, *command()], env={**environment(folder), "HOME": str(folder)})
    try:
        xdotool("windowfocus", "--sync", window_of(process, BOX), "key", "Return")
        return process.wait(timeout=PATIENCE / 1000)
    finally:
        process.kill()
        process.wait()


def test_a_database_of_a_newer_version(tmp_path: Path) -> None:
    """It is refused untouched."""
    path = database(tmp_path)
    with closing(sqlite3.connect(path)) as newer, newer:
        newer.execute("PRAGMA user_version = 99")
    before = path.read_bytes()
    assert told_and_left(tmp_path) == 2
    assert path.read_bytes() == before
    assert list(path.parent.glob("bindtool.db*")) == [path]


def test_a_damaged_database(tmp_path: Path) -> None:
    """Half a file is left as it is: IT may save what is in it."""
    path = database(tmp_path)
    path.write_bytes(path.read_bytes()[:5000])
    before = path.read_bytes()
    assert told_and_left(tmp_path) == 2
    assert path.read_bytes() == before
    assert list(path.parent.glob("bindtool.db*")) == [path]


def test_the_way_out_of_a_damaged_database(tmp_path: Path) -> None:
    """One press recovers what can be read; the window opens with it, and the damaged file is kept as it was.

    What is damaged is read at each start; the rest is found by the window, which offers the same.
    """
    path = database(tmp_path)
    fill(path, SystemClock(), 2, 60)
    spoil(path, root_of(path, "row_under_way"))
    damaged = path.read_bytes()
    process = subprocess.Popen(command(), env=environment(tmp_path))
    try:
        box = window_of(process, BOX)
        xdotool("windowfocus", "--sync", box, "key", "Tab", "space")
        until(lambda: any(path.parent.glob("*.damaged-*")))

        def opened() -> bool:
            """Press on: a key does nothing where it comes before its box takes any."""
            for told in set(windows_of(process, BOX)) - {box}:
                subprocess.run(["xdotool", "windowfocus", told, "key", "Return"], check=False, timeout=30)
            return bool(windows_of(process, "practice"))

        until(opened)
        assert process.poll() is None
    finally:
        process.kill()
        process.wait()
    [kept] = [file for file in path.parent.glob("*.damaged-*") if "-wal" not in file.name]
    assert kept.read_bytes() == damaged
    with Store(path, SystemClock()) as store:
        assert len(store.bindings.bound_devices(CHANNEL)) == 118


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="only root can be somebody else")
def test_a_folder_that_may_only_be_read() -> None:
    """Somebody without the right to write hears of it, and nothing is made."""
    user = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
    if subprocess.run([*user, sys.executable, "-c", ""], capture_output=True, check=False).returncode:
        pytest.skip("this Python lies where nobody else may read")
    with open_folder() as folder:
        assert told_and_left(folder, *user) == 2
        assert list(folder.iterdir()) == []
