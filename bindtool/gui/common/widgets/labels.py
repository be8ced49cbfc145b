"""Texts of a page: a line that wraps, in its tone, and headlines."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import Tone

TITLE_POINTS = 18.0
SECTION_POINTS = 12.5


def line(text: str = "", tone: Tone = Tone.PLAIN, *, wraps: bool = True) -> QLabel:
    """Return a text of the body's size."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wraps)
    if tone is not Tone.PLAIN:
        theme.dress(label, tone=tone)
    return label


def headline(text: str = "", points: float = TITLE_POINTS) -> QLabel:
    """Return a title, or that of a section with `SECTION_POINTS`."""
    label = line(text)
    # Not dressed in a tone: the style sheet would take the size away again.
    theme.resize_text(label, points, bold=True)
    return label


def details_line(name: str) -> QLabel:
    """Return a quiet place for all that is known of what is chosen; of two lines always, so that nothing jumps."""
    label = line(tone=Tone.QUIET)
    label.setAccessibleName(name)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    label.setMinimumHeight(2 * label.fontMetrics().lineSpacing() + 2)
    return label
