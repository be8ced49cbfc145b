"""Where Tab comes to widgets that were made later than the rest of their window: Qt would put them last.

All others are in order because they are made in the order in which they are read. A module of its own, since
pages and bars both need it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from collections.abc import Iterable


def come_before(follower: QWidget, widgets: Iterable[QWidget]) -> None:
    """Let Tab come to `widgets`, one after the other, before it comes to `follower`."""
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
