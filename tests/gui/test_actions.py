"""What can be done in the window, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QWidget

from bindtool.gui.actions import Actions

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu

    from bindtool.texts import Texts
    from tests.gui.conftest import Show

MAIN = [
    ["new_sheet", "open_list", "reports", "save_support"],
    ["undo", "redo", "delete_rows", "fill_labels"],
    ["bind", "bind_again", "next_to_handle", "scan_again", "look_up", "history", "back_to_scanning"],
    ["find", "sort", "show_all", "compare"],
    ["token", "edit_profile", "check_channel", "export_profile", "check_laptop"],
    ["test_scanner", "serial_scanner", "mute"],
    ["practice", "guide", "licences", "about", "quit"],
]
ROW = [
    ["copy_log_id", "copy_support", "save_support", "bind_again", "scan_again"],
    ["include_held", "fill_labels", "delete_rows"],
]
REPORTS = [
    ["save_today", "save_report", "save_run", "save_to_handle"],
    ["print_today", "print_sheet", "print_run"],
    ["copy_summary"],
]
NAMES = sorted({name for part in (*MAIN, *REPORTS, *ROW) for name in part} - {"reports"})


@pytest.fixture
def window(show: Show) -> QWidget:
    """A window that is in front."""
    window = QWidget()
    show(window)
    return window


@pytest.fixture
def actions(texts: Texts, window: QWidget) -> Actions:
    """The actions of that window."""
    return Actions(texts, window)


def parts(menu: QMenu) -> list[list[str]]:
    """Return the words in a menu, part by part."""
    found: list[list[str]] = [[]]
    for action in menu.actions():
        if action.isSeparator():
            found.append([])
        else:
            found[-1].append(action.text())
    return found


@pytest.mark.parametrize("texts", ["en", "zh_CN"], indirect=True)
def test_the_menus_have_what_belongs_together(actions: Actions, texts: Texts) -> None:
    """The main menu, those in it and that of a row; every action has its words in either language."""
    words_of = {name: actions[name].text() for name in NAMES} | {"reports": actions.report_menu.title()}
    main = [[words_of[name] for name in part] for part in MAIN]
    main[-1].insert(0, "Language / 语言")
    assert parts(actions.main_menu) == main
    assert parts(actions.language_menu) == [["English", "中文"]]
    assert parts(actions.report_menu) == [[words_of[name] for name in part] for part in REPORTS]
    assert parts(actions.row_menu) == [[actions[name].text() for name in part] for part in ROW]
    menus = (actions.main_menu, actions.report_menu, actions.row_menu)
    words = [actions[name].text() for name in NAMES] + [menu.title() for menu in menus]
    assert all(words)
    assert not [text for text in words if text.startswith("menu.")]
    assert len(set(words)) == len(words)


def test_no_key_is_taken_twice_and_none_is_a_function_key(actions: Actions) -> None:
    """Laptops hide F-keys behind Fn, and an ambiguous key does nothing at all."""
    keys = [actions[name].shortcut().toString() for name in NAMES]
    taken = [key for key in keys if key]
    assert len(set(taken)) == len(taken)
    assert not [key for key in taken if key.split("+")[-1].startswith("F") and key[-1].isdigit()]
    assert actions["bind"].shortcut().toString() == "Ctrl+Return"
    assert actions["back_to_scanning"].shortcut().toString() == "Esc"
    assert actions["next_to_handle"].shortcut().toString() == "Ctrl+E"


@pytest.mark.parametrize(
    ("name", "key", "modifier"),
    [
        ("bind", Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier),
        ("undo", Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier),
        ("redo", Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier),
        ("back_to_scanning", Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier),
    ],
)
def test_a_key_works_without_a_menu(
    actions: Actions, window: QWidget, name: str, key: Qt.Key, modifier: Qt.KeyboardModifier
) -> None:
    """A key does its own action, and no other, wherever the focus is in the window."""
    spies = {each: QSignalSpy(actions[each].triggered) for each in NAMES}

    QTest.keyClick(window, key, modifier)

    assert {each for each, spy in spies.items() if spy.count()} == {name}
