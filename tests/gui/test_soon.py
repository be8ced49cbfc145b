"""Something that is done once for all who ask."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QObject, QTimer

from bindtool.gui.soon import MOMENT, Soon

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot


def test_the_first_who_asks_does_not_wait(qapp: QApplication) -> None:
    """Nothing was done lately, so it is done in Qt's next turn, once for all who asked before that."""
    parent, done = QObject(), []
    soon = Soon(parent, lambda: done.append(1))

    soon.ask()
    soon.ask()
    assert done == []
    qapp.processEvents()

    assert done == [1]


def test_it_is_done_once_a_moment_however_often_it_is_asked_for(qtbot: QtBot) -> None:
    """Somebody who asks all the time neither has it done all the time nor puts it off for ever."""
    parent = QObject()
    times: list[int] = []
    clock = QElapsedTimer()
    soon = Soon(parent, lambda: times.append(clock.elapsed()))
    asking = QTimer(parent, interval=0)
    asking.timeout.connect(soon.ask)

    clock.start()
    asking.start()
    qtbot.waitUntil(lambda: len(times) == 4)

    between = [later - earlier for earlier, later in pairwise(times)]
    # Qt's timers may be late by any time and early by a twentieth.
    assert min(between) >= MOMENT * 0.9


def test_who_is_in_a_hurry_does_not_wait(qapp: QApplication) -> None:
    """It is done in Qt's next turn although it has just been done, and although somebody asked who can wait."""
    parent, done = QObject(), []
    soon = Soon(parent, lambda: done.append(1))
    soon.ask()
    qapp.processEvents()

    soon.ask()
    soon.hurry()
    qapp.processEvents()

    assert done == [1, 1]


def test_what_is_forgotten_is_not_done(qapp: QApplication) -> None:
    """Until somebody asks again."""
    parent, done = QObject(), []
    soon = Soon(parent, lambda: done.append(1))
    soon.ask()
    soon.forget()
    qapp.processEvents()
    assert done == []

    soon.ask()
    qapp.processEvents()
    assert done == [1]
