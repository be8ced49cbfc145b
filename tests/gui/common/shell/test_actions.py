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


def keys_of(window: QWidget) -> list[str]:
    """Return the keys of all actions of the window."""
    return [key.toString() for action in window.actions() for key in action.shortcuts()]


@pytest.mark.parametrize("texts", ["en", "zh_CN"], indirect=True)
def test_everything_has_words_of_its_own(actions: Actions) -> None:
    """Each menu and each entry, in either language; languages are named in themselves."""
    menus = [actions.main_menu, *actions.menus.values(), actions.row_menu]
    entries = {action for menu in menus for action in menu.actions() if not action.isSeparator()}
    words = [actions.main_menu.title(), actions.row_menu.title(), *(action.text() for action in entries)]
    assert all(words)
    assert not [text for text in words if text.startswith("menu.")]
    assert len(set(words)) == len(words)
    assert [action.text() for action in actions.menus["language"].actions()] == ["English", "中文"]


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


def test_what_is_done_often_has_a_key_and_none_is_taken_twice(actions: Actions, window: QWidget) -> None:
    """Laptops hide F-keys behind Fn, so the first key is never one; an ambiguous key does nothing at all."""
    first = [action.shortcuts()[0].toString() for action in window.actions() if action.shortcuts()]
    assert [key for key in first if is_function_key(key)] == []
    taken = keys_of(window)
    assert len(set(taken)) == len(taken)
    often = {"next_step": "Ctrl+Return", "back_to_scanning": "Esc", "look_up": "Ctrl+L", "next_to_handle": "Ctrl+E"}
    assert {name: actions[name].shortcuts()[0].toString() for name in often} == often


def is_function_key(key: str) -> bool:
    """Tell whether a key is one of F1 to F12, with whatever held."""
    last = key.rsplit("+", maxsplit=1)[-1]
    return last.startswith("F") and last[1:].isdigit()


def test_no_key_belongs_to_somebody_else(actions: Actions, window: QWidget) -> None:
    """To Windows, an input method, a line that is edited, a scanner, or the third level of a keyboard."""
    taken = set(keys_of(window))
    assert taken & (WINDOWS | INPUT_METHODS | LINE_EDITS | FROM_SCANNERS) == set()
    assert [key for key in taken if "Ctrl+Alt" in key or "Meta" in key] == []
    assert taken >= GIVEN_UP


@pytest.mark.parametrize("name", sorted(GIVEN_UP))
def test_a_line_with_a_text_keeps_its_keys(actions: Actions, window: QWidget, name: str) -> None:
    """GIVEN a line in which a word was typed WHEN a key of its own is pressed THEN no action hears of it."""
    spies = [QSignalSpy(action.triggered) for action in window.actions()]
    line = QLineEdit(window)
    line.show()
    line.setFocus()
    QTest.keyClicks(line, "two words")

    QTest.keySequence(line, QKeySequence(name))

    assert [spy.count() for spy in spies if spy.count()] == []


@pytest.mark.parametrize("which", ["help", "reports", "settings", "sheet", "row"])
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
    spies = {action.text(): QSignalSpy(action.triggered) for action in window.actions()}

    QTest.keyClick(window, key, modifier)

    assert {each for each, spy in spies.items() if spy.count()} == {actions[name].text()}
