"""A button that opens a menu, by a click, by Space or by whoever asks it to.

Owns that a key opens it without waiting for it: whoever gives a key on, such as the watch for scanners' keys, has
to be back before the next one comes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from bindtool.gui.common.theme.icons import MarkButton

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from bindtool.gui.common.theme.icons import Mark


class MenuButton(MarkButton):
    """Its menu is set by whoever has one."""

    def __init__(self, mark: Mark) -> None:
        super().__init__(mark)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def open_menu(self) -> None:
        """Open the menu with its first entry chosen, where the button can be seen."""
        menu = self.menu()
        if menu is not None and self.isVisible():
            menu.popup(self.mapToGlobal(self.rect().bottomLeft()))
            menu.setActiveAction(menu.actions()[0])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the menu by Space, where Qt would wait until it is closed again."""
        if event.key() == Qt.Key.Key_Space:
            self.open_menu()
        else:
            super().keyPressEvent(event)
