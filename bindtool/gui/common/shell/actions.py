"""The window's actions by name: texts, shortcuts and menus.

The widget or controller that carries out an action connects to it.
"""

from __future__ import annotations

from functools import partial
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
_MAIN_MENU = (
    "undo", "redo", _SEPARATOR,
    "new_sheet", "open_list", "save_report", _SEPARATOR,
    "history", "look_up", "find", "check_laptop", _SEPARATOR,
    "sheet", "reports", "settings", "help",
)  # fmt: skip
_PAGES = ("sheet", "reports", "settings", "help")
"""Menus of rarely used actions; flat, except for submenus that list choices."""
_MENUS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "sheet": (
        "open_recent", "compare", "show_all", "sort", "columns", "job", _SEPARATOR,
        "next_to_handle", "edit_cell", "fill_labels", "include_held", "include_alike", "delete_rows",
        "scan_again", _SEPARATOR,
        "next_step", "bind_again",
    ),
    "open_recent": (),
    "reports": (
        "save_today", "save_benches", "save_run", "save_to_handle", _SEPARATOR,
        "print_sheet", "print_today", "print_run", _SEPARATOR,
        "copy_summary", "for_publishing",
    ),
    "settings": (
        "edit_profile", "new_profile", "open_profile", "export_profile", _SEPARATOR,
        "token", "check_channel", _SEPARATOR,
        "test_scanner", "serial_scanner", "mute", "operator", _SEPARATOR,
        "larger_text", "smaller_text", "usual_text", "theme", "language",
    ),
    "theme": ("theme_system", "theme_light", "theme_dark"),
    "language": ("english", "chinese"),
    "help": (
        "guide", "keys", "practice", _SEPARATOR,
        "save_support", "open_logs", "open_data", _SEPARATOR,
        "licences", "about", _SEPARATOR,
        "back_to_scanning", "quit",
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
"""Actions outside this module's menus, with the ids of their texts: buttons of the window."""
_WORDS = {
    **_ELSEWHERE, "new_profile": "head.new_profile", "open_profile": "head.open_profile",
    "about": "menu.about", "back_to_scanning": "menu.back_to_scanning", "next_step": "menu.next_step",
    "bind_again": "menu.bind_again", "check_channel": "menu.check_channel", "check_laptop": "menu.check_laptop",
    "chinese": "menu.chinese", "columns": "menu.columns", "compare": "menu.compare", "copy": "menu.copy",
    "copy_log_id": "menu.copy_log_id", "copy_summary": "menu.copy_summary", "copy_support": "menu.copy_support",
    "delete_rows": "menu.delete_rows", "edit_cell": "menu.edit_cell", "edit_profile": "menu.edit_profile",
    "english": "menu.english", "export_profile": "menu.export_profile", "fill_labels": "menu.fill_labels",
    "find": "menu.find", "for_publishing": "menu.for_publishing", "guide": "menu.guide", "help": "menu.help",
    "history": "menu.history", "include_alike": "menu.include_alike", "include_held": "menu.include_held",
    "job": "menu.job", "keys": "menu.keys", "language": "menu.language", "larger_text": "menu.larger_text",
    "licences": "menu.licences", "look_up": "menu.look_up", "mute": "menu.mute", "new_sheet": "menu.new_sheet",
    "next_to_handle": "menu.next_to_handle", "open_data": "menu.open_data", "open_list": "menu.open_list",
    "open_logs": "menu.open_logs", "open_recent": "menu.open_recent", "operator": "menu.operator",
    "paste": "menu.paste", "practice": "menu.practice", "print_run": "menu.print_run",
    "print_sheet": "menu.print_sheet", "print_today": "menu.print_today", "quit": "menu.quit", "redo": "menu.redo",
    "reports": "menu.reports", "save_benches": "menu.save_benches", "save_report": "menu.save_report",
    "save_run": "menu.save_run", "save_support": "menu.save_support", "save_to_handle": "menu.save_to_handle",
    "save_today": "menu.save_today", "scan_again": "menu.scan_again", "serial_scanner": "menu.serial_scanner",
    "settings": "menu.settings", "sheet": "menu.sheet", "show_all": "menu.show_all",
    "smaller_text": "menu.smaller_text", "sort": "menu.sort", "test_scanner": "menu.test_scanner",
    "theme": "menu.theme", "theme_dark": "menu.theme_dark", "theme_light": "menu.theme_light",
    "theme_system": "menu.theme_system", "token": "menu.token", "undo": "menu.undo",
    "usual_text": "menu.usual_text",
}  # fmt: skip

_MODES = frozenset({"look_up", "mute", *_MENUS["language"], *_MENUS["theme"]})
_ROLES = {"about": QAction.MenuRole.AboutRole, "quit": QAction.MenuRole.QuitRole}
"""Menu roles for macOS, which moves these into the application menu; without them Qt would guess from the texts."""

_OF_CELLS = frozenset({"copy", "paste"})
"""The menus show their shortcuts, but the table handles them; in a field they are the field's own."""

# For frequent actions, and those that a person is told to press; the menu is enough for the rest. Alt and a letter
# is free: an input method takes Ctrl, Shift and Space, and for an unprintable character a scanner may send Ctrl and
# a letter, or Alt and digits. Ctrl with Alt is AltGr on many keyboards.
_KEYS = {
    "new_sheet": "Ctrl+N",
    "open_list": "Ctrl+O",
    "save_report": "Ctrl+S",
    "save_today": "Ctrl+Shift+T",
    "copy_summary": "Ctrl+Shift+S",
    "undo": "Ctrl+Z",
    "redo": "Ctrl+Shift+Z",
    "next_step": "Ctrl+Return",
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
    "compare": "Ctrl+Shift+O",
    "token": "Ctrl+T",
    "edit_profile": "Ctrl+P",
    "larger_text": "Ctrl+=",
    "smaller_text": "Ctrl+-",
    "usual_text": "Ctrl+0",
    "guide": "Ctrl+G",
    "quit": "Ctrl+Q",
    "delete_rows": "Alt+D",
    "edit_cell": "Alt+E",
    "fill_labels": "Alt+G",
    "job": "Alt+J",
    "keys": "Alt+K",
    "check_laptop": "Alt+L",
    "open_menu": "Alt+M",
    "operator": "Alt+O",
    "choose_profile": "Alt+P",
    "open_row_menu": "Alt+R",
}
_MORE_KEYS = {"guide": "F1", "open_menu": "F10", "larger_text": "Ctrl++"}
"""Habitual shortcuts; never the only one of an action: laptops hide F-keys behind Fn, and + needs Shift on most
keyboards.
"""


class Actions:
    """Every action by its name, such as `actions["undo"]`.

    `menus`: the submenus of the main menu by name; "open_recent" is filled elsewhere. `main_menu` opens from the
    window's dots button; on macOS the same menus are in the menu bar, where people look for them. An open menu
    disables actions that are unavailable and gives the reason in the tool tip; a shortcut of such an action shows
    the reason.

    Frequent actions have a shortcut, which the menu shows in the desktop's own style; it works after `listen`.
    """

    def __init__(self, texts: Texts, window: QWidget, notices: Notices) -> None:
        self._notices = notices
        self._window = window
        self._texts = texts
        self._actions: dict[str, QAction] = {}
        self._reasons: dict[str, Callable[[], Message | None]] = {}
        names = {*_MAIN_MENU, *chain(*_MENUS.values()), *_ROW_MENU}
        for name in {*names, *_ELSEWHERE} - {_SEPARATOR, *_MENUS}:
            action = QAction(texts(_WORDS[name]), window)
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
        """Call `act` when the action is triggered; if `why_not` returns a reason, show that instead."""
        self.grey(name, why_not)

        def choose() -> None:
            reason = why_not()
            if reason is None:
                act()
            else:
                self._notices.show_answer(reason)

        self[name].triggered.connect(choose)

    def grey(self, name: str, why_not: Callable[[], Message | None]) -> None:
        """Disable the action in an open menu if `why_not` returns a reason; the widget or controller that carries
        it out gives the reason too.
        """
        self._reasons[name] = why_not

    @property
    def everything(self) -> list[QObject]:
        """Return the actions and the menus that contain them."""
        return [*self._actions.values(), *self.menus.values(), self.main_menu, self.row_menu]

    def listen(self) -> None:
        """Enable the shortcuts; if the window had two sets of actions, they would be ambiguous."""
        self._window.addActions([action for name, action in self._actions.items() if name not in _OF_CELLS])

    def fill_menu_bar(self, bar: QMenuBar) -> None:
        """Add the menus to a menu bar too."""
        for menu in (self.main_menu, *(self.menus[name] for name in _PAGES)):
            bar.addMenu(menu)

    def key(self, name: str) -> str:
        """Return an action's shortcut as displayed."""
        return self[name].shortcut().toString(QKeySequence.SequenceFormat.NativeText)

    def _menu(self, title: str, names: Iterable[str]) -> QMenu:
        menu = QMenu(title, self._window)
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(partial(self._grey, names))
        menu.aboutToHide.connect(partial(self._allow, names))
        for name in names:
            if name == _SEPARATOR:
                menu.addSeparator()
            elif name in _MENUS:
                self.menus[name] = self._menu(self._texts(_WORDS[name]), _MENUS[name])
                menu.addMenu(self.menus[name])
            else:
                menu.addAction(self._actions[name])
        return menu

    def _grey(self, names: Iterable[str]) -> None:
        for name in names:
            reason = self._reasons[name]() if name in self._reasons else None
            if reason is not None:
                self[name].setEnabled(False)
                self[name].setToolTip(self._texts.say(reason))

    def _allow(self, names: Iterable[str]) -> None:
        """Enable actions while no menu is open, so that their shortcuts are handled."""
        for name in self._reasons.keys() & set(names):
            self[name].setEnabled(True)
            self[name].setToolTip("")
