"""Accessibility: the Tab order of widgets that are made late, and announcements to a screen reader.

A module of its own, since pages, panels and bars all need it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from collections.abc import Iterable


def come_before(follower: QWidget, widgets: Iterable[QWidget]) -> None:
    """Let Tab come to `widgets`, one after the other, before it comes to `follower`.

    Needed for those that were made later than the rest of their window, which Qt would put last; all others are
    made in the order in which they are read.
    """
    for widget in widgets:
        QWidget.setTabOrder(_stop_before(follower), widget)


def tab_stops_in(root: QWidget) -> list[QWidget]:
    """Return what Tab comes to inside of `root`, in the order in which it was made."""
    stops = (one for one in root.findChildren(QWidget) if one.focusPolicy() & Qt.FocusPolicy.TabFocus)
    # The list of a combo box is a window of its own.
    return [one for one in stops if one.window() is root.window()]


def _stop_before(follower: QWidget) -> QWidget:
    """Return what Tab comes to before `follower`. The chain is a ring: every widget has one before it."""
    before = cast("QWidget", follower.previousInFocusChain())
    return before if before.focusPolicy() & Qt.FocusPolicy.TabFocus else _stop_before(before)


def announce(widget: QWidget, words: str, *, urgent: bool = False) -> None:
    """Say words of a widget; urgent ones interrupt the reader, others wait until it has spoken."""
    # With the first words: by then the scan that they are of is on its way to the disk.
    from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

    politeness = QAccessible.AnnouncementPoliteness
    # In the name of the window: a widget may be hidden, or on its way there.
    event = QAccessibleAnnouncementEvent(widget.window(), words)
    event.setPoliteness(politeness.Assertive if urgent else politeness.Polite)
    QAccessible.updateAccessibility(event)
