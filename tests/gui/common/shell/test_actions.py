"""What can be done in the window, by name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QLineEdit, QMenu, QWidget

from bindtool.core.common.messages import Message
from bindtool.gui.common.shell.actions import Actions
from bindtool.gui.common.widgets.notices import Notices
from bindtool.i18n.catalogue import LANGUAGES, Texts
from tests.gui.conftest import Show

ROOT = Path(__file__).parents[4]
MAIN = [
    ["undo", "redo"],
    ["new_sheet", "open_list", "save_report"],
    ["history", "look_up", "find", "check_laptop"],
    ["sheet", "reports", "settings", "help"],
]
IN_MAIN: dict[str, list[list[str]]] = {
    "sheet": [
        ["open_recent", "compare", "show_all", "sort", "columns", "job"],
        [
            "next_to_handle",
            "edit_cell",
            "fill_labels",
            "include_held",
            "include_alike",
            "delete_rows",
            "scan_again",
        ],
        ["next_step", "bind_again"],
    ],
    "open_recent": [[]],
    "reports": [
        ["save_today", "save_benches", "save_run", "save_to_handle"],
        ["print_sheet", "print_today", "print_run"],
        ["copy_summary", "for_publishing"],
    ],
    "settings": [
        ["edit_profile", "new_profile", "open_profile", "export_profile"],
        ["token", "check_channel"],
        ["test_scanner", "serial_scanner", "mute", "operator"],
        ["larger_text", "smaller_text", "usual_text", "theme", "language"],
    ],
    "theme": [["theme_system", "theme_light", "theme_dark"]],
    "language": [["english", "chinese"]],
    "help": [
        ["guide", "keys", "practice"],
        ["save_support", "open_logs", "open_data"],
        ["licences", "about"],
        ["back_to_scanning", "quit"],
    ],
}
ROW = [
    ["edit_cell", "copy", "paste", "delete_rows"],
    ["include_held", "include_alike", "fill_labels", "scan_again", "bind_again"],
    ["copy_log_id", "copy_support", "save_support"],
]
ALL = [*MAIN, *ROW, *(part for menu in IN_MAIN.values() for part in menu)]
IN_MENUS = sorted({name for part in ALL for name in part} - set(IN_MAIN))
WITHOUT_KEY = {
    *("theme_system", "theme_light", "theme_dark", "english", "chinese", "columns", "mute", "practice"),
    *("save_benches", "save_run", "save_to_handle", "print_sheet", "print_today", "print_run", "for_publishing"),
    *("new_profile", "open_profile", "export_profile", "check_channel", "test_scanner", "serial_scanner"),
    *("save_support", "open_logs", "open_data", "licences", "about"),
}
"""Done once, or once a day at most: the menu is enough."""
ELSEWHERE = ["open_menu", "open_row_menu", "choose_profile"]
OF_CELLS = {"copy", "paste"}
"""The table answers their keys itself, and a field has the same ones."""
NAMES = [*(name for name in IN_MENUS if name not in OF_CELLS), *ELSEWHERE]

WINDOWS = {
    "Alt+Space", "Alt+Esc", "Alt+Tab", "Alt+Shift+Tab", "Alt+Return", "Ctrl+Esc", "Ctrl+Shift+Esc", "Ctrl+F4",
    "Alt+F4", "Alt+F6", "Ctrl+Tab", "Ctrl+Shift+Tab", "Print", "Alt+Print",
}  # fmt: skip
INPUT_METHODS = {
    "Ctrl+Space", "Shift+Space", "Ctrl+Shift+Space", "Ctrl+.", "Ctrl+,", "Ctrl+;", "Ctrl+/", "Ctrl+Shift+F",
    "Ctrl+Shift+U", "Ctrl+Shift+E", "Ctrl+Shift+M", "Ctrl+Shift+K", "Ctrl+Shift+B", "Ctrl+Shift+P",
}  # fmt: skip
"""Those of Microsoft Pinyin, Sogou and IBus as they come."""
LINE_EDITS = {
    "Ctrl+A", "Ctrl+C", "Ctrl+V", "Ctrl+X", "Ctrl+Y", "Ctrl+K", "Ctrl+U", "Ctrl+D", "Ctrl+H",
    "Ctrl+Insert", "Shift+Insert", "Shift+Del", "Ctrl+Del", "Ctrl+Backspace", "Alt+Backspace",
    "Del", "Backspace",
    "Home", "End", "Left", "Right", "Ctrl+Left", "Ctrl+Right", "Ctrl+Home", "Ctrl+End",
    "Shift+F10", "Menu", "Tab", "Shift+Tab", "Space", "Return", "Enter",
}  # fmt: skip
"""Those of Qt's line edits on Windows and X11."""
GIVEN_UP = {"Ctrl+E", "Ctrl+Z", "Ctrl+Shift+Z"}
"""A line edit with a text in it has these to itself; the scan field lets them go while it is empty."""
FROM_SCANNERS = {f"Ctrl+{letter}" for letter in "BCDHJKM[\\]^_"} | {f"Alt+{digit}" for digit in range(10)}
"""What scanners send for characters that can't be seen: STX to US with Ctrl, or a character's number with Alt."""


@pytest.fixture
def window(show: Show) -> QWidget:
    """A window that is in front."""
    window = QWidget()
    show(window)
    return window


@pytest.fixture
def actions(texts: Texts, window: QWidget) -> Actions:
    """The actions of that window."""
    made = Actions(texts, window, Notices())
    made.listen()
    return made


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
    words_of = {name: actions[name].text() for name in IN_MENUS}
    words_of |= {name: menu.title() for name, menu in actions.menus.items()}
    assert parts(actions.main_menu) == [[words_of[name] for name in part] for part in MAIN]
    assert parts(actions.row_menu) == [[words_of[name] for name in part] for part in ROW]
    for name, menu in actions.menus.items():
        assert parts(menu) == [[words_of[entry] for entry in part] for part in IN_MAIN[name]]
    assert parts(actions.menus["language"]) == [["English", "中文"]]
    words = [*words_of.values(), actions.main_menu.title(), actions.row_menu.title()]
    assert all(words)
    assert not [text for text in words if text.startswith("menu.")]
    assert len(set(words)) == len(words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_papers_name_menus_that_are_there(window: QWidget, language: str) -> None:
    """What README, guide and the forms for issues write behind the sign of the menu leads to an entry."""
    actions = Actions(Texts(language), window, Notices())
    entries = {action.text(): action.menu() for action in actions.main_menu.actions() if action.text()}
    papers = [*ROOT.glob("*.md"), *ROOT.glob("resources/guide/*.md"), *ROOT.glob(".github/ISSUE_TEMPLATE/*.yml")]
    opened, closed = "“”" if language == "zh_CN" else '""'
    step = f"{opened}([^{closed}]+){closed}"
    paths = {
        path
        for paper in papers
        for path in re.findall(f"⋯ > {step}(?: > {step})?", " ".join(paper.read_text(encoding="utf-8").split()))
    }
    assert len(paths) > 10
    for first, second in paths:
        assert first in entries, first
        menu = entries[first]
        below = [action.text() for action in menu.actions()] if isinstance(menu, QMenu) else []
        assert not second or second in below, (first, second)


def test_what_is_done_often_has_a_key_and_none_is_taken_twice(actions: Actions) -> None:
    """Laptops hide F-keys behind Fn, so the first key is never one; an ambiguous key does nothing at all."""
    keys = {name: [key.toString() for key in actions[name].shortcuts()] for name in NAMES}
    assert {name for name, its in keys.items() if not its} == WITHOUT_KEY
    assert [name for name, its in keys.items() if its and is_function_key(its[0])] == []
    taken = [key for its in keys.values() for key in its]
    assert len(set(taken)) == len(taken)
    assert keys["next_step"] == ["Ctrl+Return"]
    assert keys["back_to_scanning"] == ["Esc"]
    assert keys["look_up"] == ["Ctrl+L"]
    assert keys["next_to_handle"] == ["Ctrl+E"]


def is_function_key(key: str) -> bool:
    """Tell whether a key is one of F1 to F12, with whatever held."""
    last = key.rsplit("+", maxsplit=1)[-1]
    return last.startswith("F") and last[1:].isdigit()


def test_no_action_of_the_window_is_forgotten(actions: Actions, window: QWidget) -> None:
    """These tests know every action that there is."""
    assert {action.text() for action in window.actions()} == {actions[name].text() for name in NAMES}
    assert len(window.actions()) == len(NAMES)


def test_no_key_belongs_to_somebody_else(actions: Actions) -> None:
    """To Windows, an input method, a line that is edited, a scanner, or the third level of a keyboard."""
    taken = {key.toString() for name in NAMES for key in actions[name].shortcuts()}
    assert taken & (WINDOWS | INPUT_METHODS | LINE_EDITS | FROM_SCANNERS) == set()
    assert [key for key in taken if "Ctrl+Alt" in key or "Meta" in key] == []
    assert taken >= GIVEN_UP


@pytest.mark.parametrize("name", sorted(GIVEN_UP))
def test_a_line_with_a_text_keeps_its_keys(actions: Actions, window: QWidget, name: str) -> None:
    """GIVEN a line in which a word was typed WHEN a key of its own is pressed THEN no action hears of it."""
    spies = [QSignalSpy(actions[each].triggered) for each in NAMES]
    line = QLineEdit(window)
    line.show()
    line.setFocus()
    QTest.keyClicks(line, "two words")

    QTest.keySequence(line, QKeySequence(name))

    assert [spy.count() for spy in spies if spy.count()] == []


@pytest.mark.parametrize("which", [*sorted(set(IN_MAIN) - {"open_recent", "theme", "language"}), "row"])
def test_a_menu_shows_its_keys(actions: Actions, which: str) -> None:
    """Beside the words, whatever the desktop shows in its menus."""
    menu = actions.row_menu if which == "row" else actions.menus[which]
    entries = [action for action in menu.actions() if not action.isSeparator() and action.menu() is None]
    with_keys = menu.sizeHint().width()
    assert [action.text() for action in entries if not action.isShortcutVisibleInContextMenu()] == []

    for action in entries:
        action.setShortcutVisibleInContextMenu(False)

    assert menu.sizeHint().width() < with_keys


def test_an_open_menu_greys_what_can_not_be_done(actions: Actions) -> None:
    """Its tool tip says why; once the menu is closed, the key is answered with the same reason."""
    why: list[Message] = [Message.of("nothing.undo")]
    done: list[str] = []
    actions.connect("undo", lambda: done.append("undo"), lambda: why[0] if why else None)
    menu = actions.main_menu

    menu.aboutToShow.emit()
    assert menu.toolTipsVisible()
    assert not actions["undo"].isEnabled()
    assert actions["undo"].toolTip() == "There is nothing to undo."
    assert actions["redo"].isEnabled()
    menu.aboutToHide.emit()
    assert actions["undo"].isEnabled()
    actions["undo"].trigger()
    assert done == []

    why.clear()
    menu.aboutToShow.emit()
    assert actions["undo"].isEnabled()
    actions["undo"].trigger()
    assert done == ["undo"]


@pytest.mark.parametrize(
    ("name", "key", "modifier"),
    [
        ("next_step", Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier),
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
