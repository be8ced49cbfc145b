"""Moves the keyboard focus when its widget is gone: a message that was answered, a button that is disabled now.

Qt would move it to whatever comes next, such as a cell of the table, or to nothing. On the sheet's page it goes
to the scan field, elsewhere to the next step: the button that stops a wait, else the primary button.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QPushButton
from shiboken6 import isValid

from bindtool.gui.common.theme.theme import StyleKind
from bindtool.gui.common.widgets.busy_indicator import BusyIndicator

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from bindtool.gui.main_window.window import MainWindow


def primary_button(root: QWidget) -> QPushButton | None:
    """Return the button of a page or a dialog that is the next step, if one can be pressed."""
    buttons = (one for one in root.findChildren(QPushButton) if one.property("kind") == StyleKind.PRIMARY)
    return next((one for one in buttons if one.isVisible() and one.isEnabled()), None)


class FocusKeeper(QObject):
    """Follows the focus of a window and its dialogs."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._app = cast("QApplication", QApplication.instance())
        self._app.focusChanged.connect(self._follow)
        window.closed.connect(self._end, Qt.ConnectionType.SingleShotConnection)

    def _end(self) -> None:
        # While a window is deleted the focus moves from widget to widget, half of them gone.
        self._app.focusChanged.disconnect(self._follow)

    def _follow(self, old: QWidget | None, new: QWidget | None) -> None:
        if old is not None and not (old.isVisible() and old.isEnabled()):
            root = self._root(old)
            # The code that has hidden or disabled it may move the focus itself.
            if root is not None:
                QTimer.singleShot(0, self, lambda: self._restore_focus(root, new))

    def _root(self, widget: QWidget) -> QWidget | None:
        """Return the page or the dialog that it is on; None elsewhere, and in the table, which keeps its own."""
        window = self._window
        if window.table.isAncestorOf(widget):
            return None
        if widget.window() is not window:
            return widget.window() if widget.window().parent() is window else None
        pages = filter(None, map(window.pages.widget, range(window.pages.count())))
        return next((page for page in pages if page.isAncestorOf(widget)), None)

    def _restore_focus(self, root: QWidget, new: QWidget | None) -> None:
        if not isValid(root) or not root.isVisible() or QApplication.focusWidget() is not new:
            return
        if root is self._window.sheet_page:
            self._window.scan_bar.field.setFocus()
            return
        waits = (one for one in root.findChildren(BusyIndicator) if one.isVisible())
        step = next((one.stop for one in waits), None) or primary_button(root)
        if step is not None:
            step.setFocus()
