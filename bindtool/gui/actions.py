"""What can be done in the window, by name: words, keys, and the two menus they stand in.

Owns the list, and that every action has a key. What an action does is connected by `bench`.
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
    "new_sheet", "open_list", "save_report", "copy_summary", "save_support", _SEPARATOR,
    "undo", "redo", "delete_rows", _SEPARATOR,
    "bind", "bind_again", "next_to_handle", "look_up", "back_to_scanning", _SEPARATOR,
    "token", "edit_profile", "check_channel", "export_profile", "check_laptop", _SEPARATOR,
    "test_scanner", "serial_scanner", "mute", _SEPARATOR,
    "practice", "guide", "keys", "licences", "about", "quit",
)  # fmt: skip
_ROW_MENU = (
    "copy_log_id", "copy_support", "save_support", "bind_again", _SEPARATOR,
    "edit_cell", "include_held", "delete_rows",
)  # fmt: skip
_ELSEWHERE = {
    "open_menu": "menu.main",
    "open_row_menu": "menu.row",
    "choose_profile": "head.profile",
    "new_profile": "head.new_profile",
    "open_profile": "head.open_profile",
    "operator": "head.operator",
    "job": "scan.job",
}
"""What stands in no menu of this module, and its words: buttons of the window, and the menu of profiles."""

_MODES = frozenset({"look_up"})
# Alt and a letter is free: an input method takes Ctrl, Shift and Space, a scanner may send Ctrl and a letter for a
# character that can't be seen, or Alt and digits. Ctrl with Alt is a third level of many keyboards.
_KEYS = {
    "new_sheet": "Ctrl+N",
    "open_list": "Ctrl+O",
    "save_report": "Ctrl+S",
    "copy_summary": "Ctrl+Shift+S",
    "undo": "Ctrl+Z",
    "redo": "Ctrl+Shift+Z",
    "bind": "Ctrl+Return",
    "bind_again": "Ctrl+Shift+Return",
    "next_to_handle": "Ctrl+E",
    "look_up": "Ctrl+L",
    "back_to_scanning": "Esc",
    "copy_log_id": "Ctrl+Shift+L",
    "copy_support": "Ctrl+Shift+C",
    "include_held": "Ctrl+I",
    "token": "Ctrl+T",
    "edit_profile": "Ctrl+P",
    "guide": "Ctrl+G",
    "quit": "Ctrl+Q",
    "about": "Alt+A",
    "save_support": "Alt+B",
    "check_channel": "Alt+C",
    "delete_rows": "Alt+D",
    "edit_cell": "Alt+E",
    "open_profile": "Alt+F",
    "licences": "Alt+I",
    "job": "Alt+J",
    "keys": "Alt+K",
    "check_laptop": "Alt+L",
    "open_menu": "Alt+M",
    "new_profile": "Alt+N",
    "operator": "Alt+O",
    "choose_profile": "Alt+P",
    "mute": "Alt+Q",
    "open_row_menu": "Alt+R",
    "serial_scanner": "Alt+S",
    "test_scanner": "Alt+T",
    "export_profile": "Alt+X",
    "practice": "Alt+Y",
}
_MORE_KEYS = {"guide": "F1", "open_menu": "F10"}
"""What people press out of habit; never the only key, since laptops hide F-keys behind Fn."""


class Actions:
    """Every action by its name, such as `actions["undo"]`; its words are `menu.<name>` in the catalogue.

    Each has a key, which its menu shows, in whatever way a desktop shows menus.
    """

    def __init__(self, texts: Texts, window: QWidget) -> None:
        self._actions: dict[str, QAction] = {}
        for name in {*_MAIN_MENU, *_ROW_MENU, *_ELSEWHERE} - {_SEPARATOR}:
            action = QAction(texts(_ELSEWHERE.get(name, f"menu.{name}")), window)
            keys = [_KEYS[name], *filter(None, [_MORE_KEYS.get(name)])]
            action.setShortcuts([QKeySequence(key) for key in keys])
            action.setShortcutVisibleInContextMenu(True)
            action.setCheckable(name in _MODES)
            window.addAction(action)
            self._actions[name] = action
        self.main_menu = self._menu(texts("menu.main"), _MAIN_MENU, window)
        self.row_menu = self._menu(texts("menu.row"), _ROW_MENU, window)

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def key(self, name: str) -> str:
        """Return the key of an action as it is written for people."""
        return self[name].shortcut().toString(QKeySequence.SequenceFormat.NativeText)

    def _menu(self, title: str, names: Iterable[str], window: QWidget) -> QMenu:
        menu = QMenu(title, window)
        for name in names:
            if name == _SEPARATOR:
                menu.addSeparator()
            else:
                menu.addAction(self._actions[name])
        return menu
