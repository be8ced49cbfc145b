"""Keys of the moment before the sheet is open, through the display server."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication, QLineEdit

from bindtool.app.splash import KeyBuffer
from tests.gui.loop import PATIENCE
from tests.stories.keyboard import Keyboard, needs_keyboard

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

pytestmark = needs_keyboard


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
    with KeyBuffer(cast("QApplication", QApplication.instance())) as keys:
        keyboard.type("spk1", pace=2)
        assert field.text() == ""
        keys.give(field)
        assert field.text() == "spk1"
        keyboard.type("23", pace=2)
    qtbot.waitUntil(lambda: field.text() == "spk123", timeout=PATIENCE)


def test_a_shortcut_waits_too(field: QLineEdit, keyboard: Keyboard) -> None:
    """While there is no sheet that it could be about it does nothing; once there is, it is pressed."""
    shortcut = QShortcut(QKeySequence("Ctrl+Return"), field)
    pressed = QSignalSpy(shortcut.activated)
    with KeyBuffer(cast("QApplication", QApplication.instance())) as keys:
        keyboard.press("ctrl+Return")
        assert pressed.count() == 0
        keys.give(field)
    assert pressed.count() == 1


def test_what_nobody_wanted_goes(field: QLineEdit, keyboard: Keyboard) -> None:
    """Where the window does not come about, its message takes keys as ever."""
    with KeyBuffer(cast("QApplication", QApplication.instance())):
        keyboard.type("spk1", pace=2)
    keyboard.type("2", pace=2)
    assert field.text() == "2"
