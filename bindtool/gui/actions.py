"""What can be done in the window, by name: words, keys, and the menus they stand in.

Owns the list. What an action does is connected by `bench`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PySide6.QtWidgets import QWidget

    from bindtool.texts import Texts

_SEPARATOR = ""
_MAIN_MENU = (
    "new_sheet", "open_list", "save_support", _SEPARATOR,
    "undo", "redo", "delete_rows", "fill_labels", _SEPARATOR,
    "bind", "bind_again", "next_to_handle", "scan_again", "look_up", "history", "back_to_scanning", _SEPARATOR,
    "find", "sort", "show_all", "compare", _SEPARATOR,
    "token", "edit_profile", "check_channel", "export_profile", "check_laptop", _SEPARATOR,
    "test_scanner", "serial_scanner", "mute", _SEPARATOR,
    "practice", "guide", "licences", "about", "quit",
)  # fmt: skip
_REPORT_MENU = (
    "save_today", "save_report", "save_run", "save_to_handle", _SEPARATOR,
    "print_today", "print_sheet", "print_run", _SEPARATOR,
    "copy_summary",
)  # fmt: skip
_ROW_MENU = (
    "copy_log_id", "copy_support", "save_support", "bind_again", "scan_again", _SEPARATOR,
    "include_held", "fill_labels", "delete_rows",
)  # fmt: skip
_LANGUAGE_MENU = ("english", "chinese")
_BEFORE_LANGUAGES = "practice"

_MODES = frozenset({"look_up", *_LANGUAGE_MENU})
_KEYS = {
    "new_sheet": "Ctrl+N",
    "open_list": "Ctrl+O",
    "save_report": "Ctrl+S",
    "save_today": "Ctrl+Shift+T",
    "save_to_handle": "Ctrl+Shift+E",
    "print_sheet": "Ctrl+Shift+P",
    "print_today": "Ctrl+Shift+Y",
    "copy_summary": "Ctrl+Shift+S",
    "undo": "Ctrl+Z",
    "redo": "Ctrl+Shift+Z",
    "delete_rows": "Ctrl+Backspace",
    "fill_labels": "Ctrl+D",
    "bind": "Ctrl+Return",
    "bind_again": "Ctrl+Shift+Return",
    "next_to_handle": "Ctrl+E",
    "scan_again": "Ctrl+R",
    "look_up": "Ctrl+L",
    "history": "Ctrl+H",
    "back_to_scanning": "Esc",
    "copy_log_id": "Ctrl+Shift+L",
    "copy_support": "Ctrl+Shift+C",
    "include_held": "Ctrl+I",
    "find": "Ctrl+F",
    "sort": "Alt+D",
    "show_all": "Ctrl+Shift+F",
    "compare": "Ctrl+Shift+O",
    "token": "Ctrl+T",
    "edit_profile": "Ctrl+P",
    "english": "Ctrl+Shift+G",
    "chinese": "Ctrl+Shift+H",
    "guide": "Ctrl+G",
    "quit": "Ctrl+Q",
}
_MORE_KEYS = {"guide": "F1"}
"""What people press out of habit; never the only key, since laptops hide F-keys behind Fn."""


class Actions:
    """Every action by its name, such as `actions["undo"]`; its words are `menu.<name>` in the catalogue."""

    def __init__(self, texts: Texts, window: QWidget) -> None:
        self._actions: dict[str, QAction] = {}
        for name in {*_MAIN_MENU, *_REPORT_MENU, *_ROW_MENU, *_LANGUAGE_MENU} - {_SEPARATOR}:
            action = QAction(texts(f"menu.{name}"), window)
            keys = filter(None, [_KEYS.get(name), _MORE_KEYS.get(name)])
            action.setShortcuts([QKeySequence(key) for key in keys])
            action.setCheckable(name in _MODES)
            window.addAction(action)
            self._actions[name] = action
        self.main_menu = self._menu(texts("menu.main"), _MAIN_MENU, window)
        self.report_menu = self._menu(texts("menu.reports"), _REPORT_MENU, window)
        self.main_menu.insertMenu(self["save_support"], self.report_menu)
        self.language_menu = self._menu(texts("menu.language"), _LANGUAGE_MENU, window)
        self.main_menu.insertMenu(self._actions[_BEFORE_LANGUAGES], self.language_menu)
        self.row_menu = self._menu(texts("menu.row"), _ROW_MENU, window)

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def _menu(self, title: str, names: Iterable[str], window: QWidget) -> QMenu:
        menu = QMenu(title, window)
        for name in names:
            if name == _SEPARATOR:
                menu.addSeparator()
            else:
                menu.addAction(self._actions[name])
        return menu
