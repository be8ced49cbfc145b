"""A scanner that acts as a keyboard: its keys, and its bursts as far as the window can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent

from bindtool.core.barcode.scan_rules import EndKey
from bindtool.core.scanner.burst import Burst, Stroke

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

RETURN = EndKey.RETURN


def burst(text: str, *ends: EndKey, caps_lock: bool | None = None, in_field: bool = True, gap: int = 2) -> Burst:
    """Return the keys of a scan, `gap` milliseconds apart."""
    strokes = tuple(Stroke(key, at * gap) for at, key in enumerate(text))
    return Burst(strokes, ends, caps_lock, in_field)


def press_keys(widget: QWidget, text: str) -> None:
    """Press a key for each character, 2 ms apart; unlike `QTest.keyClicks` also for letters beyond ASCII."""
    for at, character in enumerate(text):
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, Qt.Key.Key_unknown, Qt.KeyboardModifier.NoModifier, character)
            event.setTimestamp(1000 + at * 2)
            QCoreApplication.sendEvent(widget, event)
