"""A page that scrolls where the window is small and keeps its lines short where it is large."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QWidget


class ScrollPage(QScrollArea):
    """Shows one column in the middle.

    Args:
        column: the content.
        widest: pixels that the column takes at most, so that a line of text stays easy to read.
    """

    def __init__(self, column: QWidget, widest: int) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Tab goes to what is on it, and it scrolls there
        column.setMaximumWidth(widest)
        page = QWidget()
        row = QHBoxLayout(page)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        # The column grows first, to its widest; the rest is for both sides.
        row.addWidget(column, 1000)
        row.addStretch(1)
        self.setWidget(page)
