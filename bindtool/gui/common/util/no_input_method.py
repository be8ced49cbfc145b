"""Disables input methods in id fields: a pinyin input method swallows scans.

Qt's attribute and its Latin hint don't help (tried with ibus); answering the input method query does. Labels and
names keep their input method. A module of its own, since fields, cell editors and `input_method_bypass` have
nothing else in common.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QInputMethodQueryEvent

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


class _NoInputMethod(QObject):
    """Answers input method queries for its parent widget."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the widget answer the query, then change the answer to "input method disabled"."""
        if not isinstance(event, QInputMethodQueryEvent):
            return False
        watched.event(event)
        event.setValue(Qt.InputMethodQuery.ImEnabled, False)
        return True


def disable_input_method(widget: QWidget) -> QObject:
    """Disable input methods for `widget`, so that it gets key presses unchanged; for the scan field and id editors.

    Returns the event filter, a child of the widget; deleting it enables input methods again.
    """
    keeper = _NoInputMethod(widget)
    widget.installEventFilter(keeper)
    return keeper
