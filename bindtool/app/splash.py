"""The splash screen, shown until the program is loaded, and the buffer for early keys.

`start` shows it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget

from bindtool.gui.common.theme import theme

if TYPE_CHECKING:
    from bindtool.i18n.catalogue import Texts

_HEAD, _SCAN_BAR, _COLUMNS, _FOOT = 57, 122, 37, 73
"""Heights in pixels of the areas that the real widgets will take."""


class SplashWidget(QWidget):
    """The window's empty areas.

    Signals:
        painted(): the first frame was painted.
    """

    painted = Signal()

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._words = texts("window.opening")

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = self.palette()
        head, scan_bar, columns_high, foot_high = map(theme.scaled, (_HEAD, _SCAN_BAR, _COLUMNS, _FOOT))
        painter = QPainter(self)
        area = self.rect()
        # `fillRect` also accepts a gradient preset: Python would create all 169 enum members.
        painter.setBackground(colours.base())
        painter.eraseRect(area)
        columns = QRect(0, head + scan_bar, area.width(), columns_high)
        foot = QRect(0, area.height() - foot_high, area.width(), foot_high)
        painter.setBackground(colours.window())
        for bar in (columns, foot):
            painter.eraseRect(bar)
        painter.setPen(colours.color(QPalette.ColorRole.Mid))
        for y in (head, columns.top(), columns.bottom(), foot.top()):
            painter.drawLine(0, y, area.width(), y)
        font = self.font()
        font.setPointSizeF(theme.STRIP_POINTS * theme.scale())
        painter.setFont(font)
        painter.setPen(theme.text_colour(theme.Tone.QUIET, colours))
        words = QRect(theme.MARGIN, head, area.width() - theme.MARGIN, scan_bar)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self._words)
        self.painted.emit()


_KEYS = frozenset({QEvent.Type.KeyPress, QEvent.Type.KeyRelease})


class KeyBuffer(QObject):
    """Buffers every key sent to `window` from construction until `give`, or until its context ends.

    Filters the events of the native window only, which receives them before our widgets. Filtering other objects
    would make Python create a wrapper class for each Qt class among them.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__()
        self._window = window.windowHandle()
        self._kept: list[QKeyEvent] = []
        self._window.installEventFilter(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._window.removeEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent):
            return False
        if event.type() in _KEYS:
            self._kept.append(event.clone())
        elif event.type() == QEvent.Type.ShortcutOverride:
            # Accepted, it arrives as an ordinary key press; sent again, it triggers its shortcut.
            event.accept()
        return True

    def give(self) -> None:
        """Stop buffering, and send the buffered keys to the window before any new key."""
        self._window.removeEventFilter(self)
        for event in self._kept:
            QCoreApplication.sendEvent(self._window, event)
        self._kept.clear()
