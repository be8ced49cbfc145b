"""No key and no entry of a menu is answered by silence: where there is nothing to do, a line says why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication
from pytestqt.exceptions import TimeoutError as Unanswered

if TYPE_CHECKING:
    from PySide6.QtGui import QAction

    from bindtool.practice.server import PracticeServer
    from tests.practice.faults import Withheld
    from tests.stories.conftest import Open
    from tests.stories.technician import Technician

LEAVES = "quit"
NEEDS_NOTHING = frozenset(
    {"back_to_scanning", "practice", "mute", "look_up", "copy_summary", "find", "compare", "show_all"}
)
"""What can always be done; each has a test of its own."""


def seen(me: Technician) -> tuple[object, ...]:
    """Return what a person may notice: a notice, another page, another window."""
    windows = {type(one).__name__ for one in QApplication.topLevelWidgets() if one.isVisible()}
    return (me.notice, me.window.pages.currentWidget(), windows)


def answers(me: Technician, action: QAction) -> bool:
    """Choose an entry on a calm screen, and tell whether anything has come of it."""
    me.window.notices.clear()
    me.window.show_page(me.window.sheet_page)
    before = seen(me)
    action.trigger()
    try:
        # Some look something up before they can answer.
        me.until(lambda: seen(me) != before)
    except Unanswered:
        return False
    for one in QApplication.topLevelWidgets():
        if one is not me.window and one.isVisible():
            one.close()
    return True


def test_on_an_empty_bench(open_window: Open) -> None:
    """Without a profile, a row or a run, each entry says what is missing, or leads there."""
    with open_window() as me:
        actions = me.window.actions_
        entries = {
            action.text(): action
            for menu in (actions.main_menu, *actions.menus.values(), actions.row_menu)
            for action in menu.actions()
            if not action.isSeparator() and action.menu() is None
        }
        left_out = {me.window.actions_[name].text() for name in (LEAVES, *NEEDS_NOTHING)}
        # Languages and colours answer too: the window speaks or shows them, and after a language has other entries.
        left_out |= {action.text() for name in ("language", "theme") for action in actions.menus[name].actions()}
        silent = [words for words, action in entries.items() if words not in left_out and not answers(me, action)]
        assert silent == []


def test_on_an_ordinary_morning(ready: Technician) -> None:
    """Rows without a selection, nothing held, nothing refused, nothing to undo: each has its own words."""
    for keys, words in (
        ("Ctrl+N", "This sheet is still empty."),
        ("Alt+W", "All rows are shown, the newest on top."),
        ("Ctrl+Z", "There is nothing to undo."),
        ("Ctrl+Shift+Z", "There is nothing to redo."),
        ("Alt+D", "Select a row in the table first."),
        ("Ctrl+I", "Select a held row in the table first."),
        ("Ctrl+Shift+I", "Select a held row in the table first."),
        ("Ctrl+Return", "Bind: no device is ready."),
        ("Ctrl+Shift+Return", "No device was refused and no result is unknown."),
        ("Ctrl+E", "Nothing left to handle."),
        ("Ctrl+R", "Select the row that you want to scan again."),
    ):
        ready.keys(keys)
        ready.sees_notice(words)
        ready.window.notices.clear()


def test_while_a_run_is_on(ready: Technician, server: PracticeServer, withheld: Withheld) -> None:
    """What has to wait for its end says so."""
    server.script([withheld])
    ready.scan("SPK1")
    ready.start_binding()
    ready.sees_states("sending")
    ready.keys("Ctrl+Shift+Return")
    ready.sees_notice("A run is under way.")
    withheld.let_go()
    ready.sees_the_end()
