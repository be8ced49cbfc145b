"""A desktop's session that ends while the window is open."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bindtool.app.shutdown_requests import ShutdownRequests
from tests.gui.loop import PATIENCE

pytestmark = pytest.mark.usefixtures("interruptible")


@contextmanager
def later(milliseconds: int, call: Callable[[], object]) -> Iterator[None]:
    """Have something done as soon as the loop runs so long, unless this has ended by then."""
    timer = QTimer()
    timer.setSingleShot(True)
    timer.timeout.connect(call)
    timer.start(milliseconds)
    yield
    timer.stop()


def test_the_session_waits_for_the_last_answer(qapp: QApplication) -> None:
    """The system ends the process when the program lets it: that is when its work has ended, and no sooner."""
    steps: list[str] = []

    def leave() -> None:
        steps.append("stop")
        QTimer.singleShot(20, last_answer)

    def last_answer() -> None:
        steps.append("last answer")
        outside.close()

    outside = ShutdownRequests(qapp, leave)
    outside.end_session()
    steps.append("session ends")
    assert steps == ["stop", "last answer", "session ends"]


def test_a_window_that_is_gone_at_once(qapp: QApplication) -> None:
    """Where nothing is under way nobody waits."""
    steps: list[str] = []

    def leave() -> None:
        steps.append("stop")
        outside.close()

    outside = ShutdownRequests(qapp, leave, grace=0)
    with later(0, lambda: steps.append("waited")):
        outside.end_session()
    assert steps == ["stop"]


def test_the_patience_of_a_session_has_an_end(qapp: QApplication) -> None:
    """What hangs is left behind: the system would end it anyway, and say that it hung."""
    steps: list[str] = []

    def give_up() -> None:
        steps.append("for ever")
        outside.close()

    outside = ShutdownRequests(qapp, lambda: steps.append("stop"), grace=20)
    with later(0, lambda: steps.append("waited")), later(PATIENCE, give_up):
        outside.end_session()
    outside.close()
    assert steps == ["stop", "waited"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals to send")
def test_a_signal_is_heard_while_nothing_happens(qapp: QApplication, qtbot: QtBot) -> None:
    """Qt's loop sleeps until something comes; afterwards each signal does what it did before."""
    before = signal.getsignal(signal.SIGTERM)
    told: list[str] = []
    outside = ShutdownRequests(qapp, lambda: told.append("leave"))
    QTimer.singleShot(0, lambda: os.kill(os.getpid(), signal.SIGTERM))
    qtbot.waitUntil(lambda: told == ["leave"])
    outside.close()
    assert signal.getsignal(signal.SIGTERM) is before
