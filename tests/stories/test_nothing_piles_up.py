"""A day of opening and closing: what was made for one time is gone afterwards."""

from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QApplication, QDialog

from tests.stories.technician import Technician

pytestmark = pytest.mark.long

BACK = "back_to_scanning"

ACTIONS = (
    *("save_report", "save_today", "save_benches", "save_run", "save_to_handle", "save_support"),
    *("print_sheet", "print_today", "print_run", "open_list", "open_profile", "export_profile"),
    *("history", "compare", "find", "fill_labels", "token", "edit_profile", "new_profile", "check_channel"),
    *("check_laptop", "test_scanner", "serial_scanner", "guide", "keys", "licences", "about", "job", "look_up"),
    *("copy_summary", "copy_log_id", "copy_support", "sort", "show_all"),
)


def parts_of(technician: Technician) -> Counter[str]:
    """Count what the window holds, by class, once all that is to go has gone."""
    for _ in range(3):
        QApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    return Counter(type(one).__name__ for one in technician.window.findChildren(QObject))


def close_dialogs() -> None:
    """Close whatever lies over the window."""
    for one in QApplication.topLevelWidgets():
        if isinstance(one, QDialog) and one.isVisible():
            one.reject()


BEHIND = {"Open its file": "compare", "Save as a file": "compare", "Export results…": "history"}
"""Buttons that ask for a file, and the action that leads to them."""

TIMES = 10


OPENED = [*((one, "") for one in ACTIONS), *((action, button) for button, action in BEHIND.items())]


def test_opened_ten_times(ready: Technician) -> None:
    """File dialogs stayed for as long as the window, each with its watch over a folder and its hundred parts."""
    ready.scan("SPK1")
    ready.bind()
    piled = {(action, button): piled_up(ready, action, button) for action, button in OPENED}
    assert {opened: parts for opened, parts in piled.items() if parts} == {}


def piled_up(me: Technician, action: str, button: str) -> dict[str, int]:
    """Open it ten times, and count what is left of each time."""
    actions = me.window.actions_
    if action == "compare" and not button:
        actions[action].trigger()
        me.paste("SPK1\nSPK2")
        me.sees("1 not scanned")

    def once() -> None:
        actions[action].trigger()
        me.until(lambda: me.place.controller.at_rest, "see it at rest")
        if button:
            me.press(button)
            me.until(lambda: me.place.controller.at_rest, "see it at rest")
        close_dialogs()
        actions[BACK].trigger()
        me.until(lambda: me.window.pages.currentWidget() is me.window.sheet_page, "see the sheet again")

    once()
    once()
    before = parts_of(me)
    for _ in range(TIMES):
        once()
    more = parts_of(me) - before
    return {name: n for name, n in more.items() if n >= TIMES}
