"""A button that opens a menu, and goes on while it is open."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from bindtool.gui.common.theme.icons import Mark
from bindtool.gui.common.widgets.buttons import MenuButton
from tests.gui.acting import key
from tests.gui.conftest import Show


@pytest.fixture
def button(show: Show) -> MenuButton:
    """Give a button whose menu has two entries."""
    made = MenuButton(Mark.MORE)
    menu = QMenu(made)
    menu.addAction("One")
    menu.addAction("Two")
    made.setMenu(menu)
    show(made)
    made.setFocus()
    return made


def test_space_opens_it_and_does_not_wait(button: MenuButton) -> None:
    """GIVEN the focus WHEN Space is pressed THEN the menu is open with its first entry chosen, and this goes on."""
    key(button, Qt.Key.Key_Space)

    assert button.menu().isVisible()
    assert button.menu().activeAction().text() == "One"
    button.menu().close()


def test_other_keys_are_left_to_qt(button: MenuButton) -> None:
    """GIVEN the focus WHEN another key is pressed THEN nothing opens."""
    key(button, Qt.Key.Key_A)

    assert not button.menu().isVisible()
