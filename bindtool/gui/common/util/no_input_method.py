"""Keeps input methods away from fields that take ids: a pinyin input method swallows scans.

Qt's attribute and its Latin hint don't help (tried with ibus); answering the input method query does. Labels and
names keep their input method. A module of its own, since fields, the table's cells and `input_method_bypass` have
nothing else in common.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QInputMethodQueryEvent

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget


class _NoInputMethod(QObject):
    """Answers for the widget that it is a child of."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the widget answer, then say that it takes no input method."""
        if not isinstance(event, QInputMethodQueryEvent):
            return False
        watched.event(event)
        event.setValue(Qt.InputMethodQuery.ImEnabled, False)
        return True


def disable_input_method(widget: QWidget) -> QObject:
    """Let `widget` take keys as they come; for the scan field and for each editor of an id.

    Returns what does so: it ends when that is deleted, and with the widget.
    """
    keeper = _NoInputMethod(widget)
    widget.installEventFilter(keeper)
    return keeper
