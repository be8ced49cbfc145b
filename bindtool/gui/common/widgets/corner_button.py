"""The button in the lower right corner of the window, which is always the next step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import Kind

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent

_WIDTH = 250


class CornerButton(QPushButton):
    """A primary button that shares its place with others; its accessible name stays, whatever is written on it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMinimumSize(_WIDTH, theme.TARGET)
        theme.dress(self, Kind.PRIMARY)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Take no second click: it was meant for the button that was here before, or over here."""
        event.accept()
