"""What is shown until the program is loaded: a first picture of the window; it also keeps keys that come early."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QWidget

from bindtool.gui.common.theme import theme

if TYPE_CHECKING:
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
        colours = self.palette()
        head, scan_bar, columns_high, foot_high = map(theme.scaled, (_HEAD, _SCAN_BAR, _COLUMNS, _FOOT))
        painter = QPainter(self)
        area = self.rect()
        # `fillRect` takes a gradient by its name too: Python would make the 169 there are.
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
    """Keeps every key that goes to `window` from its making until `give`, or until its context ends.

    It looks at the window of the system alone, before any part of ours does. Asked about whatever else has events,
    Python would make each class of Qt that there is for it.
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
            # Claimed, it is a key like any other for now; given, it is a shortcut again.
            event.accept()
        return True

    def give(self) -> None:
        """Keep no more; the window gets what was kept, before any key that comes now."""
        self._window.removeEventFilter(self)
        for event in self._kept:
            QCoreApplication.sendEvent(self._window, event)
        self._kept.clear()
