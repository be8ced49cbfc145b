"""Two bindtools on one data folder, as processes on a display with a window manager: the first one keeps it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from bindtool.core.common.data_folder import DataFolder
from tests.gui.loop import PATIENCE
from tests.stories.desktop import needs_desktop
from tests.stories.program import command, environment, practising, xdotool

pytestmark = [needs_desktop, pytest.mark.usefixtures("desktop"), pytest.mark.long]


def on_top() -> str:
    """Return what is seen in the middle of the screen: a window's frame, which the manager draws around it."""
    xdotool("mousemove", "683", "384")
    place = dict(line.split("=", 1) for line in xdotool("getmouselocation", "--shell").splitlines())
    return place["WINDOW"]


@pytest.mark.parametrize("minimized", [False, True], ids=["behind another", "minimized"])
def test_a_second_start_raises_the_first_window(qtbot: QtBot, tmp_path: Path, minimized: bool) -> None:
    """It lay beneath one in which somebody types; now it is on top and has the keys; the second start is gone."""
    with practising(tmp_path / "first") as first, practising(tmp_path / "other") as other:
        xdotool("windowactivate", "--sync", first.window)
        frame = on_top()
        if minimized:
            xdotool("windowminimize", "--sync", first.window)
        xdotool("windowactivate", "--sync", other.window)
        qtbot.waitUntil(lambda: on_top() != frame, timeout=PATIENCE)
        other.scan("SPK1")

        second = subprocess.run(command(), env=environment(tmp_path / "first"), timeout=30, check=False)

        assert second.returncode == 0
        qtbot.waitUntil(lambda: on_top() == frame, timeout=PATIENCE)
        assert xdotool("getactivewindow") == first.window
        assert first.process.poll() is None


def test_bind_beside_a_window(qtbot: QtBot, tmp_path: Path) -> None:
    """`bind` says that bindtool is open and where it writes, and leaves with 2; nothing was written or sent."""
    file = tmp_path / "devices.txt"
    file.write_text("SPK1\n", encoding="ascii")
    with practising(tmp_path / "data") as program:
        program.scan("SPK2")
        qtbot.waitUntil(lambda: program.rows() == [("SPK2", "ready")], timeout=PATIENCE)
        done = subprocess.run(
            [sys.executable, "-m", "bindtool", "bind", str(file), "--practice"],
            env={**environment(tmp_path / "data"), "LANGUAGE": "en"},
            capture_output=True,
            check=False,
            encoding="utf-8",
            timeout=30,
        )
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.splitlines()[0] == "bindtool is already open"
        assert str(tmp_path / "data" / "practice") in done.stderr
        assert program.rows() == [("SPK2", "ready")]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "This sheet is open in another account (chen)"),
        ("zh_CN", "这份清单正在另一个账户（chen）中打开"),
    ],
)
def test_bind_beside_another_account(tmp_path: Path, language: str, words: str) -> None:
    """Whoever shares the folder with somebody hears whom to ask."""
    file = tmp_path / "devices.txt"
    file.write_text("SPK1\n", encoding="ascii")
    folder = DataFolder(tmp_path / "data" / "practice")
    with folder.writing():
        # As that account's process would have written it.
        (folder.path / "lock.holder").write_text("chen\n4711\n", encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "bindtool", "bind", str(file), "--practice"],
            env={**environment(tmp_path / "data"), "LANGUAGE": language},
            capture_output=True,
            check=False,
            encoding="utf-8",
            timeout=30,
        )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[0] == words
