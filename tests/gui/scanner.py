"""A keyboard scanner: its keys, and its bursts as the window sees them."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from bindtool.core.scanner.burst import Burst, Stroke
from bindtool.core.scanner.scan_rules import EndKey

RETURN = EndKey.RETURN


def burst(text: str, *ends: EndKey, caps_lock: bool | None = None, in_field: bool = True, gap: int = 2) -> Burst:
    """Return the keys of a scan, `gap` milliseconds apart."""
    strokes = tuple(Stroke(key, gap) for key in text)
    return Burst(strokes, ends, caps_lock, in_field)


def press_keys(widget: QWidget, text: str, gap: int = 2) -> None:
    """Press a key for each character, `gap` milliseconds apart, "⇧" being Shift.

    Unlike `QTest.keyClicks` also for letters beyond ASCII.
    """
    for at, character in enumerate(text):
        shift = character == "⇧"
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            key = Qt.Key.Key_Shift if shift else Qt.Key.Key_unknown
            event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, "" if shift else character)
            event.setTimestamp(1000 + at * gap)
            QCoreApplication.sendEvent(widget, event)
