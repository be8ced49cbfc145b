"""A plugin of pytest: the longest time in each story in which the window's thread served nobody.

A precise timer ticks every 10 ms in that thread. Counted is the time from tick to tick inside one stay in Qt's
loop; what the story does between two stays (start a program, read the disk) is not the window's. What a story calls
straight away, as QTest's clicks do, is a stay of its own. Beside the clock's time stands what the window's thread
had of the processor: on a busy computer the rest is others'. It adds a line of JSON for each story to the file that
`FIGURES` names in the environment, so that the processes that stories start can have their say too.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict, dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

import pytest
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

P = ParamSpec("P")
R = TypeVar("R")

TICK = 10
"""Milliseconds between two ticks."""
DIRECT: Final = ("keyClick", "keyClicks", "keyPress", "keyRelease", "mouseClick", "mouseDClick", "mousePress")
FIGURES: Final = "BINDTOOL_STORY_TICKS"
AIM = 50
"""Milliseconds: what no tick is to exceed."""


@dataclass(frozen=True)
class StoryTicks:
    """How smooth a story was: its longest tick in milliseconds, its ticks, and those over the aim.

    `own`: the most of the processor, in milliseconds, that the window's thread had in one tick.
    """

    story: str
    worst: float
    own: float
    ticks: int
    over: int


class Ticks:
    """The moments of one stay in the loop after the other, and the longest gap within one of them."""

    def __init__(self) -> None:
        self._gaps: list[float] = []
        self._own: list[float] = []
        self._last = (0.0, 0.0)
        self._stays = 0

    def tick(self) -> None:
        """Take a moment down; outside a stay it counts for nothing."""
        if self._stays:
            self._close()

    def enter(self) -> None:
        """Begin a stay, unless one is under way."""
        if not self._stays:
            self._last = _now()
        self._stays += 1

    def leave(self) -> None:
        """End what `enter` has begun."""
        self._stays -= 1
        if not self._stays:
            self._close()

    def of(self, story: str) -> StoryTicks:
        """Return what was seen."""
        over = sum(gap > AIM for gap in self._gaps)
        worst, own = (max(times, default=0.0) for times in (self._gaps, self._own))
        return StoryTicks(story, worst, own, len(self._gaps), over)

    def _close(self) -> None:
        now = _now()
        self._gaps.append(now[0] - self._last[0])
        self._own.append(now[1] - self._last[1])
        self._last = now


def _now() -> tuple[float, float]:
    """Return the clock's time, and this thread's of the processor, in milliseconds."""
    return time.perf_counter() * 1000, time.thread_time() * 1000


class Probe:
    """Watches each story that has a window, and writes down how smooth it was."""

    def __init__(self, figures: Path) -> None:
        self._ticks = Ticks()
        self._figures = figures

    def staying(self, function: Callable[P, R]) -> Callable[P, R]:
        """Return the function so that its time counts as a stay in the loop."""

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
    """Join in."""
    probe = Probe(Path(os.environ[FIGURES]))
    QEventLoop.exec = probe.staying(QEventLoop.exec)  # type: ignore[method-assign]
    for place, names in ((QApplication, ("processEvents",)), (QTest, ("qWait", *DIRECT))):
        for name in names:
            setattr(place, name, staticmethod(probe.staying(getattr(place, name))))
    config.pluginmanager.register(probe)
