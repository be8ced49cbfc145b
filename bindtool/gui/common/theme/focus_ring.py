"""The focus ring: the same for every kind of control, two pixels thick and two pixels from its edge.

`stylesheet` has its look. Table cells and tabs are no widgets of their own: their focus rules are in `stylesheet`
too.
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
"""Pixels: the ring's thickness, and its distance from the control's edge."""

_MARGINS = frozenset({QStyle.PixelMetric.PM_FocusFrameHMargin, QStyle.PixelMetric.PM_FocusFrameVMargin})
_WRITTEN_IN = ("QLineEdit", "QAbstractSpinBox", "QPlainTextEdit", "QTextEdit")
"""Text inputs show the ring after a click too: it marks where typed text goes."""
_DRAWN_INSIDE = ("QTableView", "QTabBar")


class FocusRing(QObject):
    """Follows the keyboard focus through all windows; shown once Tab has moved the focus, until the next click."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._style = _RingStyle("Fusion")
        self._frame: QFocusFrame | None = None
        self._by_keyboard = False
        # A page scrolls to the focused widget only after this signal, and Qt hides a frame that is out of sight.
        self._showing = QTimer(self, singleShot=True, interval=0)
        self._showing.timeout.connect(self._show)
        app.focusChanged.connect(self._follow)
        self._follow(None, QApplication.focusWidget())

    def _follow(self, _before: QWidget | None, now: QWidget | None) -> None:
        if self._frame is not None and isValid(self._frame):
            # None removes the frame; PySide's types don't allow it.
            self._frame.setWidget(cast("QWidget", None))
        if now is not None:
            self._see_what_led(now.window())
            self._showing.start()

    def _see_what_led(self, window: QWidget) -> None:
        if QApplication.mouseButtons() != Qt.MouseButton.NoButton:
            self._by_keyboard = False
        elif window.testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange):
            self._by_keyboard = True
        # Qt sets this attribute on each Tab, and never clears it.
        window.setAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange, False)

    def _show(self) -> None:
        focused = QApplication.focusWidget()
        if focused is None or not self._is_due(focused):
            return
        if self._frame is None or not isValid(self._frame):
            # The previous frame was deleted with its window.
            self._frame = QFocusFrame()
        self._frame.setStyle(self._style)
        self._frame.setWidget(focused)

    def _is_due(self, focused: QWidget) -> bool:
        if any(map(focused.inherits, _DRAWN_INSIDE)) or focused.isWindow():
            return False
        return self._by_keyboard or any(map(focused.inherits, _WRITTEN_IN))


class _RingStyle(QProxyStyle):
    """Gives the ring's geometry, which a style sheet can't set."""

    def pixelMetric(
        self, metric: QStyle.PixelMetric, option: QStyleOption | None = None, widget: QWidget | None = None
    ) -> int:
        """Return the ring's margin around its control; for a link, whose hit area is taller, it encloses only the
        text.
        """
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
        """Draw the ring above other widgets: below them, the control's container would clip it."""
        if hint is QStyle.StyleHint.SH_FocusFrame_AboveWidget:
            return 1
        return super().styleHint(hint, option, widget, returned)
