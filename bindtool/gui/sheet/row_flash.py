"""A row of the table that lights up for a moment, so that the eye finds it among hundreds.

Owns the light. Which row it is, and that it can be seen at all, is for `table_view`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEasingCurve, QVariantAnimation
from PySide6.QtGui import QPainter

from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import Tone

if TYPE_CHECKING:
    from PySide6.QtCore import QObject, QRect
    from PySide6.QtWidgets import QWidget

_MOMENT = 1200
_STRENGTH = 1.0


class RowFlash(QVariantAnimation):
    """Light that grows weaker, on the row of a number."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._number = 0
        self.setDuration(_MOMENT)
        self.setStartValue(_STRENGTH)
        self.setEndValue(0.0)
        self.setEasingCurve(QEasingCurve.Type.InQuad)

    @property
    def number(self) -> int | None:
        """The number of the row that is lit just now."""
        return self._number if self.state() is QVariantAnimation.State.Running else None

    def light(self, number: int) -> None:
        """Let a row light up."""
        self._number = number
        self.stop()
        self.start()

    def paint(self, on: QWidget, place: QRect) -> None:
        """Draw the light over a row so that its words stay: dark ones on a light ground, light ones on a dark."""
        mode = QPainter.CompositionMode
        colour = theme.flash(Tone.UNSURE, on.palette())
        colour.setAlphaF(self.currentValue())
        painter = QPainter(on)
        dark = theme.is_dark(on.palette())
        painter.setCompositionMode(mode.CompositionMode_Screen if dark else mode.CompositionMode_Multiply)
        painter.fillRect(place, colour)
