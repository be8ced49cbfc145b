"""What is shown until the program is loaded: a first picture of the window; it also keeps keys that come early."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import QWidget

from bindtool.gui.common.theme import theme

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QApplication

    from bindtool.i18n.catalogue import Texts

_HEAD, _SCAN_BAR, _COLUMNS, _FOOT = 57, 122, 37, 73
"""Heights in pixels of the areas that come in their places."""


class SplashWidget(QWidget):
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
        columns = QRect(0, _HEAD + _SCAN_BAR, area.width(), _COLUMNS)
        foot = QRect(0, area.height() - _FOOT, area.width(), _FOOT)
        for bar in (columns, foot):
            painter.fillRect(bar, colours.color(QPalette.ColorRole.Window))
        painter.setPen(colours.color(QPalette.ColorRole.Mid))
        for y in (_HEAD, columns.top(), columns.bottom(), foot.top()):
            painter.drawLine(0, y, area.width(), y)
        font = self.font()
        font.setPointSizeF(theme.STRIP_POINTS)
        painter.setFont(font)
        painter.setPen(theme.text_colour(theme.Tone.QUIET, colours))
        words = QRect(theme.MARGIN, _HEAD, area.width() - theme.MARGIN, _SCAN_BAR)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self._words)
        self.painted.emit()


_KEYS = frozenset({QEvent.Type.KeyPress, QEvent.Type.KeyRelease})


class KeyBuffer(QObject):
    """Keeps every key of the program from its making until `give`, or until its context ends."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._kept: list[QKeyEvent] = []
        app.installEventFilter(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._app.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep a key where it comes in: at the window of the system, before any part of ours sees it."""
        if not (watched.isWindowType() and isinstance(event, QKeyEvent)):
            return False
        if event.type() in _KEYS:
            self._kept.append(event.clone())
        elif event.type() == QEvent.Type.ShortcutOverride:
            # Claimed, it is a key like any other for now; given, it is a shortcut again.
            event.accept()
        return True

    def give(self, window: QWidget) -> None:
        """Keep no more; `window` gets what was kept, before any key that comes now."""
        self._app.removeEventFilter(self)
        handle = window.windowHandle()
        for event in self._kept:
            QCoreApplication.sendEvent(handle, event)
        self._kept.clear()
