"""What a screen reader says by itself: the result of a scan, a question or message, the summary of a run.

Decides how urgent each is: good news waits until the reader has spoken, anything else interrupts it. The words
are those on the screen, from the widgets' `announced` signals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

from bindtool.gui.common.widgets.message_bar import Severity
from bindtool.gui.scanning.last_scan import ScanResult

if TYPE_CHECKING:
    from collections.abc import Callable

    from bindtool.gui.main_window.window import MainWindow

    Tell = Callable[[QAccessibleAnnouncementEvent], None]

_CALM = frozenset({ScanResult.ADDED, ScanResult.BOUNCE})
_CALM_MESSAGES = frozenset({Severity.LINE, Severity.ANSWER})


class ScreenReader(QObject):
    """Listens to scan bar, message bar, prompt bar and panels; `tell` passes the words to the system."""

    def __init__(self, window: MainWindow, tell: Tell = QAccessible.updateAccessibility) -> None:
        super().__init__(window)
        self._window = window
        self._tell = tell
        window.scan_bar.announced.connect(lambda words, taken: self._say(words, urgent=taken not in _CALM))
        window.message_bar.announced.connect(
            lambda words, severity: self._say(words, urgent=severity not in _CALM_MESSAGES)
        )
        for calm in (window.prompt_bar, window.footer.find_bar, window.compare_panel, window.to_handle_panel):
            calm.announced.connect(lambda words: self._say(words, urgent=False))
        for panel in (window.confirm_panel, window.summary):
            panel.announced.connect(lambda words: self._say(words, urgent=True))

    def _say(self, words: str, *, urgent: bool) -> None:
        politeness = QAccessible.AnnouncementPoliteness
        event = QAccessibleAnnouncementEvent(self._window, words)
        event.setPoliteness(politeness.Assertive if urgent else politeness.Polite)
        self._tell(event)
