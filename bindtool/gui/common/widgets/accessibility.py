"""Accessibility: the Tab order of widgets created late, and screen reader announcements.

A module of its own, since pages, panels and bars all need it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from collections.abc import Iterable


def come_before(follower: QWidget, widgets: Iterable[QWidget]) -> None:
    """Put `widgets`, in this order, before `follower` in the Tab order.

    Needed for widgets created later than the rest of their window, which Qt would put last; all others are created
    in reading order.
    """
    for widget in widgets:
        QWidget.setTabOrder(_stop_before(follower), widget)


def tab_stops_in(root: QWidget) -> list[QWidget]:
    """Return the Tab stops inside `root`, in the order of creation."""
    stops = (one for one in root.findChildren(QWidget) if one.focusPolicy() & Qt.FocusPolicy.TabFocus)
    # The list of a combo box is a window of its own.
    return [one for one in stops if one.window() is root.window()]


def _stop_before(follower: QWidget) -> QWidget:
    """Return the Tab stop before `follower`. The chain is a ring: every widget has a predecessor."""
    before = cast("QWidget", follower.previousInFocusChain())
    return before if before.focusPolicy() & Qt.FocusPolicy.TabFocus else _stop_before(before)


def announce(widget: QWidget, words: str, *, urgent: bool = False) -> None:
    """Have the screen reader speak words about a widget; urgent ones interrupt it, others wait until it has
    finished.
    """
    # Imported at the first announcement: by then the scan it reports is on its way to the disk.
    from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

    politeness = QAccessible.AnnouncementPoliteness
    # On behalf of the window: a widget may be hidden, or not shown yet.
    event = QAccessibleAnnouncementEvent(widget.window(), words)
    event.setPoliteness(politeness.Assertive if urgent else politeness.Polite)
    QAccessible.updateAccessibility(event)
