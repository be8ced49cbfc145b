"""A pytest plugin: the longest time in each story in which the window's thread served no event.

A precise timer ticks every 10 ms in that thread. Counted is the time from tick to tick within one stay in Qt's
loop; the story's own work between two stays (starting a program, reading the disk) is not the window's. A direct
call by a story, such as QTest's clicks, is a stay of its own. Beside the elapsed time is the CPU time of the
window's thread: on a busy computer the rest belongs to other processes. It adds a line of JSON for each story to
the file named by `FIGURES` in the environment, so that processes started by stories can report too.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import wraps
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

import pytest
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

P = ParamSpec("P")
R = TypeVar("R")

TICK = 10
"""Milliseconds between two ticks."""
DIRECT: Final = ("keyClick", "keyClicks", "keyPress", "keyRelease", "mouseClick", "mouseDClick", "mousePress")
FIGURES: Final = "BINDTOOL_STORY_TICKS"
AIM = 50
"""Milliseconds: no tick should exceed this."""


@dataclass(frozen=True)
class StoryTicks:
    """Smoothness of a story: its longest tick in milliseconds, its number of ticks, and those over the aim.

    `own`: the maximum CPU time, in milliseconds, of the window's thread in one tick.
    """

    story: str
    worst: float
    own: float
    ticks: int
    over: int


class Ticks:
    """The times of ticks in successive stays in the loop, and the longest gap within one of them."""

    def __init__(self) -> None:
        self._gaps: list[float] = []
        self._own: list[float] = []
        self._last = (0.0, 0.0)
        self._stays = 0

    def tick(self) -> None:
        """Record a tick; outside a stay it does not count."""
        if self._stays:
            self._close()

    def enter(self) -> None:
        """Begin a stay, unless one is active."""
        if not self._stays:
            self._last = _now()
        self._stays += 1

    def leave(self) -> None:
        """End the stay begun by `enter`."""
        self._stays -= 1
        if not self._stays:
            self._close()

    def of(self, story: str) -> StoryTicks:
        """Return the figures."""
        over = sum(gap > AIM for gap in self._gaps)
        worst, own = (max(times, default=0.0) for times in (self._gaps, self._own))
        return StoryTicks(story, worst, own, len(self._gaps), over)

    def _close(self) -> None:
        now = _now()
        self._gaps.append(now[0] - self._last[0])
        self._own.append(now[1] - self._last[1])
        self._last = now


def _now() -> tuple[float, float]:
    """Return the elapsed time and this thread's CPU time, in milliseconds."""
    return time.perf_counter() * 1000, time.thread_time() * 1000


class Probe:
    """Watches each story that has a window, and records its smoothness."""

    def __init__(self, figures: Path) -> None:
        self._ticks = Ticks()
        self._figures = figures

    def staying(self, function: Callable[P, R]) -> Callable[P, R]:
        """Wrap the function so that its time counts as a stay in the loop."""

        @wraps(function)
        def stay(*args: P.args, **kwargs: P.kwargs) -> R:
            ticks = self._ticks
            ticks.enter()
            try:
                return function(*args, **kwargs)
            finally:
                ticks.leave()

        return stay

    @pytest.fixture(autouse=True)
    def ticking(self, request: pytest.FixtureRequest, qtbot: QtBot) -> Iterator[None]:
        """Let a timer tick as long as the story runs."""
        timer = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=TICK)
        self._ticks = ticks = Ticks()
        timer.timeout.connect(ticks.tick)
        timer.start()
        yield
        timer.stop()
        with self._figures.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(ticks.of(request.node.nodeid))) + "\n")


def pytest_configure(config: pytest.Config) -> None:
    """Register the plugin."""
    probe = Probe(Path(os.environ[FIGURES]))
    QEventLoop.exec = probe.staying(QEventLoop.exec)  # type: ignore[method-assign]
    for place, names in ((QApplication, ("processEvents",)), (QTest, ("qWait", *DIRECT))):
        for name in names:
            setattr(place, name, staticmethod(probe.staying(getattr(place, name))))
    config.pluginmanager.register(probe)
