"""The actions of the window by name: words, keys, and the menus that they are in.

What an action does is connected by the widget or controller that does it.
"""

from __future__ import annotations

from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from PySide6.QtCore import QObject

    from bindtool.core.common.messages import Message
    from bindtool.gui.common.widgets.notices import Notices
    from bindtool.i18n.catalogue import Texts

_SEPARATOR = ""
_MAIN_MENU = ("file", "edits", "view", "run", "tools", "help")
_MENUS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "file": (
        "new_sheet", "open_list", "open_recent", _SEPARATOR,
        "save_report", "save_today", "save_benches", "save_run", "save_to_handle", _SEPARATOR,
        "print_sheet", "print_today", "print_run", _SEPARATOR,
        "copy_summary", "for_publishing", _SEPARATOR,
        "practice", "quit",
    ),
    "open_recent": (),
    "edits": (
        "undo", "redo", _SEPARATOR,
        "edit_cell", "fill_labels", "include_held", "include_alike", "delete_rows", _SEPARATOR,
        "find",
    ),
    "view": (
        "show_all", "sort", "columns", "compare", _SEPARATOR,
        "history", _SEPARATOR,
        "larger_text", "smaller_text", "usual_text", _SEPARATOR,
        "theme", "language",
    ),
    "theme": ("theme_system", "theme_light", "theme_dark"),
    "language": ("english", "chinese"),
    "run": (
        "bind", "bind_again", _SEPARATOR,
        "next_to_handle", "scan_again", "look_up", "back_to_scanning", _SEPARATOR,
        "job", "operator",
    ),
    "tools": (
        "edit_profile", "new_profile", "open_profile", "export_profile", _SEPARATOR,
        "token", "check_channel", "check_laptop", _SEPARATOR,
        "test_scanner", "serial_scanner", "mute",
    ),
    "help": (
        "guide", "keys", _SEPARATOR,
        "save_support", "open_logs", "open_data", _SEPARATOR,
        "licences", "about",
    ),
})  # fmt: skip
_ROW_MENU = (
    "edit_cell", "copy", "paste", "delete_rows", _SEPARATOR,
    "include_held", "include_alike", "fill_labels", "scan_again", "bind_again", _SEPARATOR,
    "copy_log_id", "copy_support", "save_support",
)  # fmt: skip

_ELSEWHERE = {
    "open_menu": "menu.main",
    "open_row_menu": "menu.row",
    "choose_profile": "head.profile",
}
"""What stands in no menu of this module, and its words: buttons of the window."""
_WORDS = {**_ELSEWHERE, "new_profile": "head.new_profile", "open_profile": "head.open_profile"}

_MODES = frozenset({"look_up", "mute", *_MENUS["language"], *_MENUS["theme"]})
_ROLES = {"about": QAction.MenuRole.AboutRole, "quit": QAction.MenuRole.QuitRole}
"""What macOS has in the program's own menu; by itself Qt would guess from the words."""

_OF_CELLS = frozenset({"copy", "paste"})
"""Their keys are shown here and answered by the table; in a field they are the field's own."""

# Alt and a letter is free: an input method takes Ctrl, Shift and Space, a scanner may send Ctrl and a letter for a
# character that can't be seen, or Alt and digits. Ctrl with Alt is a third level of many keyboards.
_KEYS = {
    "new_sheet": "Ctrl+N",
    "open_list": "Ctrl+O",
    "save_report": "Ctrl+S",
    "save_today": "Ctrl+Shift+T",
    "save_benches": "Ctrl+Shift+N",
    "save_to_handle": "Ctrl+Shift+A",
    "print_sheet": "Ctrl+Shift+D",
    "print_today": "Ctrl+Shift+Y",
    "copy_summary": "Ctrl+Shift+S",
    "for_publishing": "Ctrl+Shift+G",
    "undo": "Ctrl+Z",
    "redo": "Ctrl+Shift+Z",
    "open_logs": "Ctrl+Shift+J",
    "open_data": "Ctrl+Shift+W",
    "bind": "Ctrl+Return",
    "bind_again": "Ctrl+Shift+Return",
    "next_to_handle": "Ctrl+E",
    "scan_again": "Ctrl+R",
    "look_up": "Ctrl+L",
    "history": "Alt+H",
    "back_to_scanning": "Esc",
    "copy": "Ctrl+C",
    "paste": "Ctrl+V",
    "copy_log_id": "Ctrl+Shift+L",
    "copy_support": "Ctrl+Shift+C",
    "include_held": "Ctrl+I",
    "include_alike": "Ctrl+Shift+I",
    "find": "Ctrl+F",
    "sort": "Alt+V",
    "show_all": "Alt+W",
    "columns": "Ctrl+Shift+V",
    "compare": "Ctrl+Shift+O",
    "token": "Ctrl+T",
    "edit_profile": "Ctrl+P",
    "larger_text": "Ctrl+=",
    "smaller_text": "Ctrl+-",
    "usual_text": "Ctrl+0",
    "guide": "Ctrl+G",
    "quit": "Ctrl+Q",
    "about": "Alt+A",
    "save_support": "Alt+B",
    "check_channel": "Alt+C",
    "delete_rows": "Alt+D",
    "edit_cell": "Alt+E",
    "fill_labels": "Alt+G",
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
    "save_run": "Alt+U",
    "print_run": "Alt+Z",
    "export_profile": "Alt+X",
    "practice": "Alt+Y",
}
_MORE_KEYS = {"guide": "F1", "open_menu": "F10", "larger_text": "Ctrl++"}
"""What people press out of habit; never the only key: laptops hide F-keys behind Fn, and + needs Shift on most."""


class Actions:
    """Every action by its name, such as `actions["undo"]`; its words are `menu.<name>` in the catalogue.

    `menus`: those in the main one, and in those, by their names; "open_recent" is filled elsewhere. `main_menu` is
    behind the window's dots; macOS has the same menus in its bar, where people look for them.

    Most have a key, which the menu shows, in whatever way a desktop shows menus; it is answered from `listen` on.
    """

    def __init__(self, texts: Texts, window: QWidget, notices: Notices) -> None:
        self._notices = notices
        self._window = window
        self._texts = texts
        self._actions: dict[str, QAction] = {}
        names = {*chain(*_MENUS.values()), *_ROW_MENU}
        for name in {*names, *_ELSEWHERE} - {_SEPARATOR, *_MENUS}:
            action = QAction(texts(_WORDS.get(name, f"menu.{name}")), window)
            keys = filter(None, (_KEYS.get(name), _MORE_KEYS.get(name)))
            action.setShortcuts([QKeySequence(key) for key in keys])
            action.setShortcutVisibleInContextMenu(True)
            action.setCheckable(name in _MODES)
            action.setMenuRole(_ROLES.get(name, QAction.MenuRole.NoRole))
            self._actions[name] = action
        self.menus: dict[str, QMenu] = {}
        self.main_menu = self._menu(texts("menu.main"), _MAIN_MENU)
        self.row_menu = self._menu(texts("menu.row"), _ROW_MENU)

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def connect(self, name: str, act: Callable[[], object], why_not: Callable[[], Message | None]) -> None:
        """Do `act` whenever the action is chosen; where `why_not` gives a reason against it, say that instead."""

        def choose() -> None:
            reason = why_not()
            if reason is None:
                act()
            else:
                self._notices.show_answer(reason)

        self[name].triggered.connect(choose)

    @property
    def everything(self) -> list[QObject]:
        """The actions, and the menus that they stand in."""
        return [*self._actions.values(), *self.menus.values(), self.main_menu, self.row_menu]

    def listen(self) -> None:
        """Enable the keys in the window; with two sets of actions there, the keys would be ambiguous."""
        self._window.addActions([action for name, action in self._actions.items() if name not in _OF_CELLS])

    def fill_menu_bar(self, bar: QMenuBar) -> None:
        """Put the menus into a bar too."""
        for name in _MAIN_MENU:
            bar.addMenu(self.menus[name])

    def key(self, name: str) -> str:
        """Return the key of an action as it is written for people."""
        return self[name].shortcut().toString(QKeySequence.SequenceFormat.NativeText)

    def _menu(self, title: str, names: Iterable[str]) -> QMenu:
        menu = QMenu(title, self._window)
        for name in names:
            if name == _SEPARATOR:
                menu.addSeparator()
            elif name in _MENUS:
                self.menus[name] = self._menu(self._texts(f"menu.{name}"), _MENUS[name])
                menu.addMenu(self.menus[name])
            else:
                menu.addAction(self._actions[name])
        return menu
