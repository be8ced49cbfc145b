"""One window for each data folder."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from bindtool.gui.first_window import FirstWindow, raise_first

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

_SECOND_START = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from bindtool.gui.first_window import raise_first
application = QCoreApplication([])
sys.exit(0 if raise_first(Path(sys.argv[1])) else 1)
"""

_CRASH = """
import os, sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from bindtool.gui.first_window import FirstWindow
application = QCoreApplication([])
first = FirstWindow(Path(sys.argv[1]))
os._exit(3)
"""


def start(program: str, folder: Path) -> int:
    """Run a program of its own on a data folder and return its exit status."""
    return subprocess.run([sys.executable, "-c", program, str(folder)], check=False, timeout=60).returncode


@pytest.fixture
def first(tmp_path: Path) -> Iterator[FirstWindow]:
    """Listen for later starts."""
    first = FirstWindow(tmp_path)
    yield first
    first.close()


def test_a_second_start_calls_the_first(first: FirstWindow, tmp_path: Path, qtbot: QtBot) -> None:
    """Another process finds the window that works in the folder, and the window hears of it, each time anew."""
    for _ in range(2):
        with qtbot.waitSignal(first.called):
            assert start(_SECOND_START, tmp_path) == 0


def test_another_folder_is_another_matter(first: FirstWindow, tmp_path: Path) -> None:
    """Practice mode has its own folder, and its window is no second one."""
    assert not raise_first(tmp_path / "practice")


def test_a_closed_window_answers_no_more(tmp_path: Path) -> None:
    """Whoever starts after it finds nobody."""
    first = FirstWindow(tmp_path)
    assert raise_first(tmp_path)
    first.close()
    assert not raise_first(tmp_path)


def test_what_a_crash_leaves_behind_is_no_hindrance(tmp_path: Path, qtbot: QtBot) -> None:
    """Nobody answers for a window that was killed, and the next one can be called again."""
    assert start(_CRASH, tmp_path) == 3
    assert not raise_first(tmp_path)

    first = FirstWindow(tmp_path)
    with qtbot.waitSignal(first.called):
        assert raise_first(tmp_path)
    first.close()
