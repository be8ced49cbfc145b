"""Keys of the moment before the sheet is open, through the display server."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from bindtool.app.splash import KeyBuffer
from tests.gui.loop import PATIENCE
from tests.stories.keyboard import Keyboard, needs_keyboard

pytestmark = needs_keyboard


class Arrivals(QObject):
    """Counts keys that have come up again, before anybody may keep them; xdotool ends while they are on the way."""

    def __init__(self, qtbot: QtBot) -> None:
        super().__init__()
        self._qtbot = qtbot
        self._released = 0
        app = QApplication.instance()
        assert app is not None
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look at a key where it comes in: at the window of the system."""
        self._released += watched.isWindowType() and event.type() == QEvent.Type.KeyRelease
        return False

    def wait_for(self, keys: int) -> None:
        """Wait until so many keys have arrived."""
        self._qtbot.waitUntil(lambda: self._released == keys, timeout=PATIENCE)


@pytest.fixture
def keyboard(qtbot: QtBot) -> Keyboard:
    """A keyboard on the display of the tests."""
    return Keyboard(qtbot)


@pytest.fixture
def field(qtbot: QtBot) -> QLineEdit:
    """A window that is a field, and has the keys."""
    made = QLineEdit()
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    made.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is made)
    return made


def test_keys_are_kept_and_given_in_order(qtbot: QtBot, field: QLineEdit, keyboard: Keyboard) -> None:
    """Nothing arrives before it is given; then all of it does, and what is typed later comes after."""
    with KeyBuffer(field) as keys:
        arrivals = Arrivals(qtbot)
        keyboard.type("spk1", pace=2)
        arrivals.wait_for(4)
        assert field.text() == ""
        keys.give()
        assert field.text() == "spk1"
        keyboard.type("23", pace=2)
    qtbot.waitUntil(lambda: field.text() == "spk123", timeout=PATIENCE)


def test_a_shortcut_waits_too(qtbot: QtBot, field: QLineEdit, keyboard: Keyboard) -> None:
    """While there is no sheet that it could be about it does nothing; once there is, it is pressed."""
    shortcut = QShortcut(QKeySequence("Ctrl+Return"), field)
    pressed = QSignalSpy(shortcut.activated)
    with KeyBuffer(field) as keys:
        arrivals = Arrivals(qtbot)
        keyboard.press("ctrl+Return")
        arrivals.wait_for(2)
        assert pressed.count() == 0
        keys.give()
    assert pressed.count() == 1


def test_what_nobody_wanted_goes(qtbot: QtBot, field: QLineEdit, keyboard: Keyboard) -> None:
    """Where the window does not come about, its message takes keys as ever."""
    with KeyBuffer(field):
        arrivals = Arrivals(qtbot)
        keyboard.type("spk1", pace=2)
        arrivals.wait_for(4)
    keyboard.type("2", pace=2)
    qtbot.waitUntil(lambda: field.text() == "2", timeout=PATIENCE)
