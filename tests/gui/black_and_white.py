"""A system's high-contrast colours."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette


def black_and_white(system: QPalette, *, dark: bool) -> QPalette:
    """Return the system's palette with black and white as background and text."""
    made = QPalette(system)
    made.setColor(QPalette.ColorRole.Window, Qt.GlobalColor.black if dark else Qt.GlobalColor.white)
    made.setColor(QPalette.ColorRole.WindowText, Qt.GlobalColor.white if dark else Qt.GlobalColor.black)
    return made
