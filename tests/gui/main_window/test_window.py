"""The window itself: when it may be closed, and what it tells afterwards."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

from bindtool.gui.main_window.window import MainWindow
from bindtool.i18n.catalogue import Texts


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    """Return a window with its widgets and no controllers yet."""
    window = MainWindow(Texts("en"), practice=False)
    window.build_ui()
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    return window


def test_on_macos_the_menus_stand_in_the_bar_too(window: MainWindow, qtbot: QtBot) -> None:
    """Where people look for them; elsewhere there is no bar, which would take a line of a small screen."""
    mac = MainWindow(Texts("en"), practice=False, platform="darwin")
    mac.build_ui()
    qtbot.addWidget(mac)

    titles = [action.text() for action in mac.menuBar().actions()]

    assert titles == ["Menu", "Sheet", "Reports", "Settings", "Help"]
    assert window.menuBar().actions() == []


def test_it_goes_while_there_is_nobody_to_ask(window: MainWindow, qtbot: QtBot) -> None:
    """Whoever closes it while the program still starts is not left with a window that stays."""
    with qtbot.waitSignal(window.closed):
        window.close()
    assert not window.isVisible()


def test_whoever_is_responsible_is_asked(window: MainWindow, qtbot: QtBot) -> None:
    """It stays until they let it go."""
    window.ask_before_closing()
    with qtbot.waitSignal(window.close_requested), qtbot.assertNotEmitted(window.closed):
        window.close()
    assert window.isVisible()
    with qtbot.waitSignal(window.closed):
        window.leave()
    assert not window.isVisible()


def test_a_window_that_is_closed_is_not_said_to_come_to_the_front(window: MainWindow, qtbot: QtBot) -> None:
    """The system may say so late, when all work has ended: a task that begins then comes to no end."""
    with qtbot.waitSignal(window.front_changed):
        QCoreApplication.sendEvent(window, QEvent(QEvent.Type.ActivationChange))
    window.leave()
    with qtbot.assertNotEmitted(window.front_changed):
        QCoreApplication.sendEvent(window, QEvent(QEvent.Type.ActivationChange))
