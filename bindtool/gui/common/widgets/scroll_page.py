"""A page that scrolls where the window is small and keeps its lines short where it is large."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget


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

    def fill_page(self, page: QWidget) -> QVBoxLayout:
        """Fill a page; return its column, for buttons below the edge that stay in place while the rest scrolls.

        Best done while there is little in here: what gets another parent is styled again, with its children.
        """
        # Always there, so that the column stays aligned with the buttons below it.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        edge = QFrame()
        edge.setFrameStyle(QFrame.Shape.HLine | QFrame.Shadow.Plain)
        edge.setForegroundRole(QPalette.ColorRole.Mid)
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self, 1)
        column.addWidget(edge)
        return column
