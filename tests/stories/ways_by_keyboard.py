"""Other actions without a mouse, by keys through the display; `test_day_by_keyboard` runs them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QWidget

from bindtool.core.scanner.scan_rules import ScannerRules, ScanRules
from bindtool.gui.main_window.window import MainWindow
from bindtool.gui.profiles.token_dialog import TokenDialog
from tests.gui import acting
from tests.stories import key_repeat
from tests.stories.keyboard import QUICK, Keyboard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from bindtool.core.profiles.profile import Profile
    from tests.stories.conftest import Bench, Open
    from tests.stories.technician import Technician

PATIENT = ScanRules(scanner=ScannerRules(longest_gap=80))
"""A busy computer stamps a scanner's keys late; a person presses one every 100 ms here."""


@pytest.fixture
def keyboard(qtbot: QtBot) -> Keyboard:
    """Return the display's keyboard."""
    key_repeat.turn_off()
    return Keyboard(qtbot)


@pytest.fixture
def me(bench: Bench, profile: Profile, open_window: Open) -> Iterator[Technician]:
    """Return a technician with two profiles, without a token, and the row of one scan."""
    bench.has_profile(replace(profile, scan=PATIENT))
    bench.has_profile(replace(profile, name="Line 3", connector_id="7400000000000000003", scan=PATIENT))
    with open_window() as technician:
        yield technician


def in_front(me: Technician, kind: type[QWidget]) -> None:
    """Wait until a window of that kind has the focus."""
    me.until(lambda: isinstance(QApplication.activeWindow(), kind), f"see a {kind.__name__} in front")


def open_menu(me: Technician) -> QMenu:
    """Return the open menu."""
    me.until(lambda: isinstance(QApplication.activePopupWidget(), QMenu), "see a menu")
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def sees_main_menu(me: Technician) -> None:
    """Wait until the window's menu is open, with its first enabled entry selected."""
    menu = me.window.actions_.main_menu
    me.until(menu.isVisible, "see the menu")
    assert menu.activeAction().text() == "Open a list…"


def leave_menus(me: Technician, keyboard: Keyboard) -> None:
    """Close the open menus by Esc; a key pressed while a menu closes would be lost."""
    while QApplication.activePopupWidget() is not None:
        keyboard.press("Escape", pace=QUICK)
    me.until(lambda: not me.window.actions_.main_menu.isVisible(), "see the menu close")


def tab_to(me: Technician, keyboard: Keyboard, name: str) -> None:
    """Press Tab until the widget of that name has the focus."""
    for _ in range(20):
        focus = QApplication.focusWidget()
        if focus is not None and focus.accessibleName() == name:
            return
        keyboard.press("Tab")
        me.until(partial(_has_moved, focus), "have the keys elsewhere")
    pytest.fail(f"Tab does not come to {name}")


def _has_moved(focus: QWidget | None) -> bool:
    return QApplication.focusWidget() is not focus


def test_another_profile(me: Technician, keyboard: Keyboard) -> None:
    """Alt+P, an arrow and Return; the window's menu by its key, and by Space on its button, before the field."""
    keyboard.press("alt+p", pace=QUICK)
    assert open_menu(me).activeAction().text() == "Line 2"
    keyboard.press("Down", "Return", pace=QUICK)
    me.sees("…0003")

    keyboard.press("alt+m", pace=QUICK)
    sees_main_menu(me)
    leave_menus(me, keyboard)
    keyboard.press("shift+Tab", "space")
    sees_main_menu(me)
    leave_menus(me, keyboard)
    keyboard.press("Escape", pace=QUICK)
    me.until(me.window.scan_bar.field.hasFocus, "have the scan field again")


def test_a_banner_and_its_panel(me: Technician, keyboard: Keyboard) -> None:
    """Tab to the banner's action, Space; the panel is left by Esc, and the keys are where they were."""
    me.sees_notice("No access token yet")
    tab_to(me, keyboard, "Enter token")
    keyboard.press("space")
    in_front(me, TokenDialog)
    keyboard.press("Escape", pace=QUICK)
    in_front(me, MainWindow)
    tab_to(me, keyboard, "Close")
    keyboard.press("space")
    me.until(lambda: me.notice == "", "see the banner go")
    me.until(me.window.scan_bar.field.hasFocus, "have the scan field again")


def test_a_question_of_the_strip(me: Technician, keyboard: Keyboard) -> None:
    """Tab to the value that is the id, Space: the row is read, and the scan field has the keys."""
    keyboard.scan("SN:SPK26113F2019;MAC:5C-02-72-00-19")
    keyboard.rest()
    me.until(me.window.message_bar.isVisible, "be asked")
    tab_to(me, keyboard, "SPK26113F2019")
    keyboard.press("space")
    me.sees_states("ready")
    me.until(me.window.scan_bar.field.hasFocus, "have the scan field again")


@pytest.mark.parametrize("key", ["alt+r", "Menu"])
def test_the_menu_of_a_row(me: Technician, keyboard: Keyboard, key: str) -> None:
    """By the window's key from anywhere, by the keyboard's own on the table; Esc leads back."""
    keyboard.scan("SPK26113F2001")
    keyboard.rest()
    me.sees_states("ready")
    if key != "alt+r":
        tab_to(me, keyboard, "Devices")
    keyboard.press(key, pace=QUICK)
    assert open_menu(me) is me.window.actions_.row_menu
    leave_menus(me, keyboard)
    keyboard.press("alt+d", pace=QUICK)
    me.sees_states()
    keyboard.press("Escape", pace=QUICK)
    assert me.window.scan_bar.field.hasFocus()


def test_the_last_look_from_the_button_itself(profile: Profile, open_window: Open, keyboard: Keyboard) -> None:
    """Tab to Bind, Space; the answer is two Tabs away, a scan meanwhile answers nothing."""
    with open_window(replace(profile, scan=PATIENT)) as me:
        keyboard.scan("SPK26113F2001")
        keyboard.rest()
        me.sees_step_button("Bind 1 device")
        tab_to(me, keyboard, "Bind")
        keyboard.press("space")
        me.sees("Bind 1 device?")
        cancel = acting.find(me.place.controller.confirm_panel(), QPushButton, "Cancel")
        me.until(cancel.hasFocus, "have the keys on Cancel")
        keyboard.scan("SPK26113F2002")
        keyboard.rest()
        me.until(lambda: me.window.model.rowCount() == 2, "see the scan")
        assert me.place.controller.confirm_panel().isVisible()
        keyboard.press("Tab", "space")
        me.sees_the_end()
        me.sees_states("bound", "ready")
        assert me.window.scan_bar.field.hasFocus()
