"""What the window shows while the rest of the program is loaded: its areas, and that it is opening.

Owns that picture. It takes no keys and knows no data; when it goes is for `app.start`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QWidget

from bindtool.gui.common.theme import theme

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from bindtool.texts import Texts

_HEAD, _STRIP, _COLUMNS, _FOOT = 57, 122, 37, 73
"""Heights in pixels of the areas that come in their places."""


class FirstPicture(QWidget):
    """The window's areas, empty.

    Signals:
        painted(): it can be seen.
    """

    painted = Signal()

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._words = texts("window.opening")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the areas."""
        colours = self.palette()
        painter = QPainter(self)
        area = self.rect()
        painter.fillRect(area, colours.color(QPalette.ColorRole.Base))
        columns = QRect(0, _HEAD + _STRIP, area.width(), _COLUMNS)
        foot = QRect(0, area.height() - _FOOT, area.width(), _FOOT)
        for ground in (columns, foot):
            painter.fillRect(ground, colours.color(QPalette.ColorRole.Window))
        painter.setPen(colours.color(QPalette.ColorRole.Mid))
        for y in (_HEAD, columns.top(), columns.bottom(), foot.top()):
            painter.drawLine(0, y, area.width(), y)
        font = self.font()
        font.setPointSizeF(theme.STRIP_POINTS)
        painter.setFont(font)
        painter.setPen(theme.ink(theme.Tone.QUIET, colours))
        words = QRect(theme.MARGIN, _HEAD, area.width() - theme.MARGIN, _STRIP)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self._words)
        self.painted.emit()
