"""A field that takes one scan and tells how it was typed: when each key came, and what ended it.

For the scanner's test page, where a person is in the field. Scans in normal work are caught by `keyboard_wedge`,
wherever the focus is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from bindtool.core.barcode.scan_rules import EndKey
from bindtool.core.scanner.burst import Burst, Stroke
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.theme import StyleKind
from bindtool.gui.common.util.no_input_method import disable_input_method

if TYPE_CHECKING:
    from collections.abc import Mapping

SILENCE_MS = 600
"""Silence after which a scan is over: longer than the slowest scanner takes between two keys."""

_HEIGHT = 52
_ENDS: Mapping[int, EndKey] = {
    Qt.Key.Key_Return: EndKey.RETURN,
    Qt.Key.Key_Enter: EndKey.RETURN,
    Qt.Key.Key_Tab: EndKey.TAB,
}


class BurstField(QLineEdit):
    """One line.

    Signals:
        came(Burst): keys, and then silence; the field is empty again.
    """

    came = Signal(object)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setPlaceholderText(name)
        theme.resize(self, fixed_height=_HEIGHT)
        theme.resize_text(self, theme.FIELD_POINTS)
        theme.set_style(self, StyleKind.FIELD)
        disable_input_method(self)
        self._gaps: list[int] = []
        self._last = self._shift_gap = 0
        self._ends: list[EndKey] = []
        self._silence = QTimer(self, singleShot=True, interval=SILENCE_MS)
        self._silence.timeout.connect(self._hand_on)

    def event(self, event: QEvent) -> bool:
        """Take a Tab that ends a scan; any other one moves the focus."""
        if isinstance(event, QKeyEvent) and self._is_end_by_tab(event):
            self.keyPressEvent(event)
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Note how soon each key came; an end is noted and waits for another one."""
        end = _ENDS.get(event.key())
        if end is None:
            super().keyPressEvent(event)
            gap = max(event.timestamp() - self._last, self._shift_gap)
            self._last, self._shift_gap = event.timestamp(), gap
            if event.text() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self._gaps.append(gap)
                self._shift_gap = 0
        elif self._gaps:
            self._ends.append(end)
        self._silence.start()

    def _is_end_by_tab(self, event: QKeyEvent) -> bool:
        pressed = event.type() is QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Tab
        return pressed and bool(self._gaps)

    def _hand_on(self) -> None:
        text, gaps = self.text(), self._gaps
        # A dead key may have made one character of two keys.
        strokes = tuple(Stroke(key, gaps[min(at, len(gaps) - 1)]) for at, key in enumerate(text) if gaps)
        burst = Burst(strokes, tuple(self._ends), in_field=True)
        self._gaps, self._ends = [], []
        self.setText("")
        if strokes:
            self.came.emit(burst)
