"""What a screen reader says by itself: the result of a scan, a question or message, the summary of a run.

Decides how urgent each is: good news waits until the reader has spoken, anything else interrupts it. The words
are those on the screen, from the `announced` signals of the window and of widgets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from bindtool.gui.scanning.last_scan import ScanResult

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QAccessibleAnnouncementEvent

    from bindtool.gui.main_window.window import MainWindow

    Tell = Callable[[QAccessibleAnnouncementEvent], None]

_CALM = frozenset({ScanResult.ADDED, ScanResult.BOUNCE})


class ScreenReader(QObject):
    """Listens to scan bar, message bar and panels; `tell` passes the words on, None for to the system."""

    def __init__(self, window: MainWindow, tell: Tell | None = None) -> None:
        super().__init__(window)
        self._window = window
        self._tell = tell
        window.scan_bar.announced.connect(lambda words, taken: self._say(words, urgent=taken not in _CALM))
        window.message_bar.announced.connect(self._say)
        # A method: the window outlives this, and Qt disconnects a method when its owner is deleted.
        window.announced.connect(self._say)
        window.summary.announced.connect(self._say_urgently)

    def _say_urgently(self, words: str) -> None:
        self._say(words, urgent=True)

    def _say(self, words: str, urgent: bool) -> None:
        # With the first words: by then the scan that they are of is on its way to the disk.
        from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

        politeness = QAccessible.AnnouncementPoliteness
        event = QAccessibleAnnouncementEvent(self._window, words)
        event.setPoliteness(politeness.Assertive if urgent else politeness.Polite)
        (self._tell or QAccessible.updateAccessibility)(event)
