"""Has a screen reader say words that no focus leads to: the result of a scan, a notice, the summary of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


def announce(widget: QWidget, words: str, *, urgent: bool = False) -> None:
    """Say words of a widget; urgent ones interrupt the reader, others wait until it has spoken."""
    # With the first words: by then the scan that they are of is on its way to the disk.
    from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

    politeness = QAccessible.AnnouncementPoliteness
    # In the name of the window: a widget may be hidden, or on its way there.
    event = QAccessibleAnnouncementEvent(widget.window(), words)
    event.setPoliteness(politeness.Assertive if urgent else politeness.Polite)
    QAccessible.updateAccessibility(event)
