"""Something that is done once for all who ask."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bindtool.gui.common.util.throttle import BEHIND, Throttle, cancel_below
from tests.gui.loop import PATIENCE

AN_HOUR = 3_600_000


def test_the_first_who_asks_does_not_wait(qapp: QApplication) -> None:
    """Nothing was done lately, so it is done in Qt's next turn, once for all who asked before that."""
    parent, done = QObject(), []
    soon = Throttle(parent, lambda: done.append(1))

    soon.request()
    soon.request()
    assert done == []
    qapp.processEvents()

    assert done == [1]


def test_where_other_things_go_first_who_asks_waits(qtbot: QtBot) -> None:
    """It is done behind what comes in Qt's next turns, however long ago it was done before."""
    parent, done = QObject(), []
    soon = Throttle(parent, lambda: done.append("drawn"), behind=BEHIND)

    soon.request()
    QTimer.singleShot(0, lambda: done.append("saved"))
    qtbot.waitUntil(lambda: len(done) == 2, timeout=PATIENCE)

    assert done == ["saved", "drawn"]


def test_it_is_done_once_a_moment_however_often_it_is_asked_for(qapp: QApplication) -> None:
    """Somebody who asks all the time does not have it done all the time."""
    parent, done = QObject(), []
    soon = Throttle(parent, lambda: done.append(1), AN_HOUR)

    for _ in range(100):
        soon.request()
        qapp.processEvents()

    assert done == [1]


def test_it_is_not_put_off_by_those_who_ask_for_it(qtbot: QtBot) -> None:
    """Somebody who asks all the time has it done again and again."""
    parent, done = QObject(), []
    soon = Throttle(parent, lambda: done.append(1))
    asking = QTimer(parent, interval=0)
    asking.timeout.connect(soon.request)

    asking.start()
    qtbot.waitUntil(lambda: len(done) == 3, timeout=PATIENCE)


def test_who_is_in_a_hurry_does_not_wait(qapp: QApplication) -> None:
    """It is done in Qt's next turn although it has just been done, and although somebody asked who can wait."""
    parent, done = QObject(), []
    soon = Throttle(parent, lambda: done.append(1))
    soon.request()
    qapp.processEvents()

    soon.request()
    soon.request_now()
    qapp.processEvents()

    assert done == [1, 1]


def test_what_is_forgotten_is_not_done(qapp: QApplication) -> None:
    """Until somebody asks again."""
    parent, done = QObject(), []
    soon = Throttle(parent, lambda: done.append(1))
    soon.request()
    soon.cancel()
    qapp.processEvents()
    assert done == []

    soon.request()
    qapp.processEvents()
    assert done == [1]


def test_nothing_below_a_closed_window_is_done(qapp: QApplication) -> None:
    """However deep it is; what belongs to somebody else is."""
    window, other, done = QObject(), QObject(), []
    Throttle(QObject(window), lambda: done.append("below")).request()
    Throttle(other, lambda: done.append("elsewhere")).request()
    cancel_below(window)
    qapp.processEvents()
    assert done == ["elsewhere"]
