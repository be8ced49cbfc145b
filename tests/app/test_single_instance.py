"""One window for each data folder."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from PySide6.QtNetwork import QLocalSocket
from PySide6.QtTest import QSignalSpy
from pytestqt.qtbot import QtBot

from bindtool.app.single_instance import (
    OtherStart,
    SingleInstance,
    raise_first,
    raise_or_outwait,
    socket_name,
)
from bindtool.core.common.data_folder import DataFolder
from tests.gui.loop import PATIENCE

_SECOND_START = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from bindtool.app.single_instance import raise_first
application = QCoreApplication([])
sys.exit(0 if raise_first(Path(sys.argv[1])) else 1)
"""

_INSTALLER = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from bindtool.app.single_instance import ask_to_leave
application = QCoreApplication([])
print(ask_to_leave(Path(sys.argv[1])).name)
"""

_IMPATIENT = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from bindtool.app.single_instance import raise_or_outwait
from bindtool.core.common.data_folder import DataFolder
application = QCoreApplication([])
print("looks", flush=True)
print(raise_or_outwait(DataFolder(Path(sys.argv[1])), float(sys.argv[2])).name)
"""

_CRASH = """
import os, sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from bindtool.app.single_instance import SingleInstance
application = QCoreApplication([])
first = SingleInstance(Path(sys.argv[1]), lambda: True)
os._exit(3)
"""


def start(qtbot: QtBot, program: str, folder: Path) -> int:
    """Run a program of its own on a data folder and return its exit status; the window's loop goes on meanwhile."""
    with subprocess.Popen([sys.executable, "-c", program, str(folder)]) as started:
        qtbot.waitUntil(lambda: started.poll() is not None, timeout=PATIENCE)
    return started.returncode


def answer_to_an_installer(qtbot: QtBot, folder: Path) -> str:
    """Return what another process hears that asks the window of a data folder to leave."""
    command = [sys.executable, "-c", _INSTALLER, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as asking:
        # The window's loop goes on meanwhile.
        qtbot.waitUntil(lambda: asking.poll() is not None, timeout=PATIENCE)
        assert asking.stdout is not None
        return asking.stdout.read().strip()


@contextmanager
def impatient(folder: Path, within: float = 60.0) -> Iterator[subprocess.Popen[str]]:
    """Have another process look for the window of a data folder, so many seconds long; it has begun to."""
    command = [sys.executable, "-c", _IMPATIENT, str(folder), str(within)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as second:
        assert second.stdout is not None
        assert second.stdout.readline() == "looks\n"
        yield second


def found_by(qtbot: QtBot, second: subprocess.Popen[str]) -> str:
    """Return what it has found, once it has."""
    qtbot.waitUntil(lambda: second.poll() is not None, timeout=PATIENCE)
    assert second.stdout is not None
    return second.stdout.read().strip()


@pytest.fixture
def first(tmp_path: Path) -> Iterator[SingleInstance]:
    """Listen for later starts."""
    first = SingleInstance(tmp_path, lambda: True)
    yield first
    first.close()


def test_a_second_start_calls_the_first(first: SingleInstance, tmp_path: Path, qtbot: QtBot) -> None:
    """Another process finds the window that works in the folder, and the window hears of it, each time anew."""
    for _ in range(2):
        with qtbot.waitSignal(first.called):
            assert start(qtbot, _SECOND_START, tmp_path) == 0


def test_another_folder_is_another_matter(first: SingleInstance, tmp_path: Path) -> None:
    """Practice mode has its own folder, and its window is no second one."""
    assert not raise_first(tmp_path / "practice")


def test_a_closed_window_answers_no_more(tmp_path: Path, qtbot: QtBot) -> None:
    """Whoever starts after it finds nobody."""
    first = SingleInstance(tmp_path, lambda: True)
    assert start(qtbot, _SECOND_START, tmp_path) == 0
    first.close()
    assert not raise_first(tmp_path)


@pytest.mark.usefixtures("first")
def test_a_window_that_hangs(tmp_path: Path) -> None:
    """It takes no call: the second start left without a word, and nothing was seen of either."""
    with DataFolder(tmp_path).writing():
        assert raise_or_outwait(DataFolder(tmp_path), within=0) is OtherStart.STAYS


def test_what_a_crash_leaves_behind_is_no_hindrance(tmp_path: Path, qtbot: QtBot) -> None:
    """Nobody answers for a window that was killed, and the next one can be called again."""
    assert start(qtbot, _CRASH, tmp_path) == 3
    assert not raise_first(tmp_path)

    first = SingleInstance(tmp_path, lambda: True)
    with qtbot.waitSignal(first.called):
        assert start(qtbot, _SECOND_START, tmp_path) == 0
    first.close()


def test_pressed_twice(tmp_path: Path, qtbot: QtBot) -> None:
    """The second start came before the first had its window, and a box of its own took the scans from that."""
    with DataFolder(tmp_path).writing(), impatient(tmp_path) as second:
        first = SingleInstance(tmp_path, lambda: True)
        with qtbot.waitSignal(first.called, timeout=PATIENCE):
            assert found_by(qtbot, second) == "RAISED"
        first.close()


def test_started_while_the_last_one_still_saves(tmp_path: Path, qtbot: QtBot) -> None:
    """Its window is closed: once it has ended, the next one opens."""
    with ExitStack() as stack:
        with DataFolder(tmp_path).writing():
            second = stack.enter_context(impatient(tmp_path))
        assert found_by(qtbot, second) == "GONE"


def test_beside_a_command(tmp_path: Path, qtbot: QtBot) -> None:
    """It has no window, and may take its time: that is said, and not waited for any longer."""
    with DataFolder(tmp_path).writing(), impatient(tmp_path, within=0) as second:
        assert found_by(qtbot, second) == "STAYS"


def test_an_installer_asks(tmp_path: Path, qtbot: QtBot) -> None:
    """It hears that the window closes; the window is told once, and is not brought to the front."""
    told: list[bool] = []
    first = SingleInstance(tmp_path, lambda: told.append(True))
    with qtbot.assertNotEmitted(first.called):
        assert answer_to_an_installer(qtbot, tmp_path) == "LEAVES"
    assert told == [True]
    first.close()


def test_an_installer_finds_nobody(tmp_path: Path, qtbot: QtBot) -> None:
    """Where no window is open, there is none to wait for."""
    assert answer_to_an_installer(qtbot, tmp_path) == "NOBODY"


def test_whoever_says_something_else_is_not_heard(first: SingleInstance, tmp_path: Path, qtbot: QtBot) -> None:
    """A bindtool of another version may know other words: the window stays where it is."""
    called = QSignalSpy(first.called)
    socket = QLocalSocket()
    socket.connectToServer(socket_name(tmp_path))
    assert socket.waitForConnected()
    socket.write(b"dance\n")
    assert socket.waitForBytesWritten()
    qtbot.waitUntil(lambda: bool(first.findChildren(QLocalSocket)), timeout=PATIENCE)
    socket.disconnectFromServer()
    # What it said is read before it is let go of.
    qtbot.waitUntil(lambda: not first.findChildren(QLocalSocket), timeout=PATIENCE)
    assert called.count() == 0
