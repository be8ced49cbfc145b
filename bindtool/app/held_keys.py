"""Keys that come before there is anybody to take them: kept, and given to the window in their order.

Owns the keys of the moment between the first picture and the open sheet: scans, what a person types, and shortcuts.
Which keys are a scan is for `keyboard_wedge`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtGui import QKeyEvent

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

_KEYS = frozenset({QEvent.Type.KeyPress, QEvent.Type.KeyRelease})


class HeldKeys(QObject):
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
