"""An installer wants to replace bindtool: `--ask-to-close` beside the program, both as processes."""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from bindtool.core.profiles.profile import Profile, RequestSettings
from bindtool.practice.server import PracticeServer
from tests.gui.loop import PATIENCE
from tests.practice.client import announced
from tests.practice.faults import Slow
from tests.stories.program import Program, environment, practising, working

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="xdotool types on X11 only"),
    pytest.mark.long,
]

IDS = ("SPK26113F2001", "SPK26113F2002")


def ask_to_close(folder: Path) -> int:
    """Ask as an installer does; return the exit status."""
    command = [sys.executable, "-m", "bindtool", "--ask-to-close"]
    return subprocess.run(command, env=environment(folder), check=False, timeout=60).returncode


def bind(qtbot: QtBot, program: Program) -> None:
    """Scan, press Bind and confirm."""
    program.scan(*IDS)
    qtbot.waitUntil(lambda: len(program.rows()) == len(IDS), timeout=PATIENCE)
    qtbot.waitUntil(program.offers_bind, timeout=PATIENCE)
    program.keys("ctrl+Return")
    qtbot.waitUntil(lambda: not program.offers_bind(), timeout=PATIENCE)
    program.keys("ctrl+Return")


@pytest.mark.parametrize("practice", [False, True], ids=["for real", "practice"])
def test_the_window_closes_and_comes_back_as_it_was(
    qtbot: QtBot, tmp_path: Path, profile: Profile, practice: bool
) -> None:
    """It ends with 0 before the installer is told; the next start has the sheet."""

    def opened() -> AbstractContextManager[Program]:
        return practising(tmp_path) if practice else working(tmp_path, profile)

    with opened() as program:
        program.scan(*IDS)
        qtbot.waitUntil(lambda: len(program.rows()) == len(IDS), timeout=PATIENCE)
        assert ask_to_close(tmp_path) == 0
        assert program.process.wait(timeout=PATIENCE / 1000) == 0
    with opened() as program:
        program.scan("SPK3")
        qtbot.waitUntil(lambda: len(program.rows()) == len(IDS) + 1, timeout=PATIENCE)
        assert [device_id for device_id, _ in program.rows()] == [*IDS, "SPK3"]


def test_a_run_is_stopped_for_it(qtbot: QtBot, tmp_path: Path, profile: Profile, server: PracticeServer) -> None:
    """Nobody is asked: what is on its way has three seconds, nothing new leaves, and the installer is told 0."""
    arrived = threading.Event()
    server.script(announced(Slow(60), arrived))
    with working(tmp_path, replace(profile, pace=RequestSettings(rate=0, batch_size=1), proven=True)) as program:
        bind(qtbot, program)
        assert arrived.wait(PATIENCE / 1000)
        assert ask_to_close(tmp_path) == 0
        assert program.process.wait(timeout=PATIENCE / 1000) == 0
        assert program.rows() == list(zip(IDS, ("unknown", "ready"), strict=True))
