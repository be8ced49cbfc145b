"""The window's process is told to end: by the system that shuts down, a session that ends, or a terminal."""

from __future__ import annotations

import signal
import sqlite3
import sys
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from bindtool.core.model.channel import Behaviour
from bindtool.core.profiles.profile import Profile, RequestSettings
from bindtool.practice.server import PracticeServer
from tests.gui.loop import PATIENCE
from tests.practice.client import announced
from tests.practice.faults import Slow
from tests.stories.program import Program, working

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(sys.platform != "linux", reason="xdotool types on X11 only"),
    pytest.mark.usefixtures("interruptible"),
]

IDS = ("SPK26113F2001", "SPK26113F2002", "SPK26113F2003")
SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"]


@pytest.fixture
def profile(profile: Profile) -> Profile:
    """Return a profile that sends one device after the other, and no question is open about its channel."""
    return replace(profile, pace=RequestSettings(rate=0, batch_size=1), proven=True, behaviour=Behaviour.ADDS)


def scan(qtbot: QtBot, program: Program) -> None:
    """Scan all, and see them on the disk."""
    program.scan(*IDS)
    qtbot.waitUntil(lambda: len(program.rows()) == len(IDS), timeout=PATIENCE)


def bind(qtbot: QtBot, program: Program) -> None:
    """Press Bind and confirm."""
    qtbot.waitUntil(program.offers_bind, timeout=PATIENCE)
    program.keys("ctrl+Return")
    qtbot.waitUntil(lambda: not program.offers_bind(), timeout=PATIENCE)
    program.keys("ctrl+Return")


def catches(program: Program, number: int) -> bool:
    """Tell whether the process does something of its own at a signal."""
    lines = Path("/proc", str(program.process.pid), "status").read_text(encoding="ascii").splitlines()
    (caught,) = (line.split()[1] for line in lines if line.startswith("SigCgt:"))
    return bool(int(caught, 16) >> (number - 1) & 1)


def endings(program: Program) -> list[str]:
    """Return how each run ended, by the disk."""
    with closing(sqlite3.connect(program.database)) as database:
        return [ending for (ending,) in database.execute("SELECT ending FROM run ORDER BY run_id")]


@pytest.mark.parametrize("name", SIGNALS)
def test_nothing_is_under_way(qtbot: QtBot, tmp_path: Path, profile: Profile, name: str) -> None:
    """The window closes at once, and asks nothing."""
    with working(tmp_path, profile) as program:
        scan(qtbot, program)
        program.process.send_signal(getattr(signal, name))
        assert program.process.wait(timeout=PATIENCE / 1000) == 0


@pytest.mark.parametrize("answered", [True, False], ids=["answered", "silent"])
@pytest.mark.parametrize("name", SIGNALS)
def test_a_run_is_on(
    qtbot: QtBot, tmp_path: Path, profile: Profile, server: PracticeServer, name: str, answered: bool
) -> None:
    """It stops: what is on its way has three seconds, nothing new leaves, all is written, and the window closes."""
    arrived = threading.Event()
    server.script([None])
    server.script(announced(Slow(0.3 if answered else 60), arrived))
    with working(tmp_path, profile) as program:
        scan(qtbot, program)
        bind(qtbot, program)
        assert arrived.wait(PATIENCE / 1000)
        program.process.send_signal(getattr(signal, name))
        assert program.process.wait(timeout=PATIENCE / 1000) == 0
        states = dict(program.rows())
        assert [states[one] for one in IDS] == ["bound", "bound" if answered else "unknown", "ready"]
        assert endings(program) == ["closed"]


def test_a_second_signal_waits_for_nothing(
    qtbot: QtBot, tmp_path: Path, profile: Profile, server: PracticeServer
) -> None:
    """Whoever sends two of them wants it gone."""
    arrived = threading.Event()
    server.script(announced(Slow(60), arrived))
    with working(tmp_path, profile) as program:
        scan(qtbot, program)
        bind(qtbot, program)
        assert arrived.wait(PATIENCE / 1000)
        program.process.send_signal(signal.SIGTERM)
        qtbot.waitUntil(lambda: not catches(program, signal.SIGTERM), timeout=PATIENCE)
        program.process.send_signal(signal.SIGTERM)
        assert program.process.wait(timeout=PATIENCE / 1000) == -signal.SIGTERM


def test_started_to_ignore_a_closed_terminal(qtbot: QtBot, tmp_path: Path, profile: Profile) -> None:
    """`nohup bindtool` stays open when its terminal goes, and closes when the system asks it to."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with working(tmp_path, profile) as program:
            signal.signal(signal.SIGHUP, before)
            program.process.send_signal(signal.SIGHUP)
            scan(qtbot, program)
            assert program.process.poll() is None
            program.process.send_signal(signal.SIGTERM)
            assert program.process.wait(timeout=PATIENCE / 1000) == 0
    finally:
        signal.signal(signal.SIGHUP, before)
