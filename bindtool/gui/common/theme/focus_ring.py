"""The ring around what has the keyboard: one for every kind of control, two pixels thick and two pixels off.

How it is drawn stands in `stylesheet`. Cells, and the tabs of a bar, have no widget of their own: their rules are
there too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QFocusFrame, QProxyStyle, QStyle
from shiboken6 import isValid

if TYPE_CHECKING:
    from PySide6.QtWidgets import QStyleHintReturn, QStyleOption, QWidget

RING = 2
OFF = 2
"""Pixels: how thick it is, and how far from the edge of a control."""

_MARGINS = frozenset({QStyle.PixelMetric.PM_FocusFrameHMargin, QStyle.PixelMetric.PM_FocusFrameVMargin})
_WRITTEN_IN = ("QLineEdit", "QAbstractSpinBox", "QPlainTextEdit", "QTextEdit")
"""These have it after a click too: it says where what is typed goes."""
_DRAWN_INSIDE = ("QTableView", "QTabBar")


class FocusRing(QObject):
    """Follows the keyboard's focus through all windows; shown once Tab has led there, until a click leads on."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._style = _RingStyle("Fusion")
        self._frame: QFocusFrame | None = None
        self._by_keyboard = False
        # A page scrolls to what has the focus after it was told, and Qt hides a frame that is out of sight.
        self._showing = QTimer(self, singleShot=True, interval=0)
        self._showing.timeout.connect(self._show)
        app.focusChanged.connect(self._follow)
        self._follow(None, QApplication.focusWidget())

    def _follow(self, _before: QWidget | None, now: QWidget | None) -> None:
        if self._frame is not None and isValid(self._frame):
            # None is for none; PySide's types do not say so.
            self._frame.setWidget(cast("QWidget", None))
        if now is not None:
            self._see_what_led(now.window())
            self._showing.start()

    def _see_what_led(self, window: QWidget) -> None:
        if QApplication.mouseButtons() != Qt.MouseButton.NoButton:
            self._by_keyboard = False
        elif window.testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange):
            self._by_keyboard = True
        # Qt sets it with each Tab, and never takes it back.
        window.setAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange, False)

    def _show(self) -> None:
        focused = QApplication.focusWidget()
        if focused is None or not self._is_due(focused):
            return
        if self._frame is None or not isValid(self._frame):
            # The one before has gone with its window.
            self._frame = QFocusFrame()
        self._frame.setStyle(self._style)
        self._frame.setWidget(focused)

    def _is_due(self, focused: QWidget) -> bool:
        if any(map(focused.inherits, _DRAWN_INSIDE)) or focused.isWindow():
            return False
        return self._by_keyboard or any(map(focused.inherits, _WRITTEN_IN))


class _RingStyle(QProxyStyle):
    """Says where the ring is: a style sheet has no word for that."""

    def pixelMetric(
        self, metric: QStyle.PixelMetric, option: QStyleOption | None = None, widget: QWidget | None = None
    ) -> int:
        """Return how far it reaches beyond its control; around a link, which is high to be hit, the words alone."""
        if metric not in _MARGINS:
            return super().pixelMetric(metric, option, widget)
        around = widget.widget() if isinstance(widget, QFocusFrame) else None
        if around is None or around.property("kind") != "link":
            return RING + OFF
        if metric is QStyle.PixelMetric.PM_FocusFrameHMargin:
            return 0
        return RING + OFF - (around.height() - around.fontMetrics().height()) // 2

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returned: QStyleHintReturn | None = None,
    ) -> int:
        """Put it on top: below, the box that its control is in would cut it off."""
        if hint is QStyle.StyleHint.SH_FocusFrame_AboveWidget:
            return 1
        return super().styleHint(hint, option, widget, returned)
