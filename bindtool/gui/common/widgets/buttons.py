"""A button of a page or a dialog: tall enough for gloves, never pressed by a scanner's Return."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton

from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import Kind


class ActionButton(QPushButton):
    """Its text is its accessible name; one of kind PRIMARY a screen, a FLAT one is underlined like a link."""

    def __init__(self, text: str, kind: Kind = Kind.NORMAL) -> None:
        super().__init__()
        self.setAutoDefault(False)
        self.rename(text)
        font = self.font()
        font.setUnderline(kind is Kind.FLAT)
        self.setFont(font)
        if kind is not Kind.FLAT:
            self.setMinimumHeight(theme.TARGET)
        theme.dress(self, kind)

    def allow(self, allowed: bool, why_not: str) -> None:
        """Let it be pressed; or not, and say why in its tool tip and for a screen reader."""
        self.setEnabled(allowed)
        self.setToolTip("" if allowed else why_not)
        self.setAccessibleDescription(self.toolTip())

    def rename(self, text: str) -> None:
        """Change what it is called, on screen and for a screen reader."""
        self.setText(text)
        self.setAccessibleName(text)
