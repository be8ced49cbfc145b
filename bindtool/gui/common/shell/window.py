"""The frame of the window: its pages, the banners over them, its actions, and the window's own events.

Knows which page is shown, and nothing of what is on it: that is for `main_window.window` and
`main_window.ui_builder`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QChildEvent, QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QDialog, QMainWindow, QStackedWidget, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QShowEvent

    from bindtool.gui.common.shell.actions import Actions
    from bindtool.gui.common.widgets.notices import Notices
    from bindtool.i18n.catalogue import Texts

_USUAL_SIZE = QSize(1280, 720)
_SMALLEST_SIZE = QSize(760, 420)
"""What is left of a screen of 1366×768 that shows everything at 150 %, without the task bar and the title."""
_SMALL_SCREEN = 1366


class Window(QMainWindow):
    """The frame, which may be closed. `views` holds what is seen in it.

    `practice`: it is the window of practice mode. `actions_`, `notices` and the `pages`, of which
    `sheet_page` is one, exist once the widgets are built.

    Signals:
        close_requested(asks): the window is to close, and stays until somebody calls `leave`; `asks`: there is a
            person who can be asked first. After `ask_before_closing` only.
        closed(): it is closed for good.
        front_changed(bool): it came to the front, or something else did.
        dialog_opened(QDialog): one of its dialogs is about to be seen for the first time.
    """

    actions_: Actions
    notices: Notices
    pages: QStackedWidget
    sheet_page: QWidget

    close_requested = Signal(bool)
    closed = Signal()
    front_changed = Signal(bool)
    dialog_opened = Signal(object)

    def __init__(self, texts: Texts, *, practice: bool) -> None:
        super().__init__()
        self._texts = texts
        self.practice = practice
        self._may_close = True
        self._asks = True
        self._name()
        self.views = QStackedWidget()
        self.setCentralWidget(self.views)
        available = self.screen().availableSize()
        self.setMinimumSize(_SMALLEST_SIZE.boundedTo(available))
        self.resize(_USUAL_SIZE.boundedTo(available))

    def _name(self) -> None:
        texts = self._texts
        self.setWindowTitle(texts("window.practice_title") if self.practice else texts("window.title"))
        self.setAccessibleName(texts("window.title"))

    @property
    def page(self) -> QWidget:
        return self.pages.currentWidget()

    def show_page(self, page: QWidget) -> None:
        """Bring a page to the front."""
        self.pages.setCurrentWidget(page)

    def come_to_front(self) -> None:
        """Bring the window to the front, also where it is minimised."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def ask_before_closing(self) -> None:
        """From now on emit `close_requested` instead of closing; before that, nobody would answer it."""
        self._may_close = False

    def close_unasked(self) -> None:
        """Close for somebody who waits for no answer: a session that ends, a signal, an installer."""
        self._asks = False
        self.close()

    def leave(self) -> None:
        """Close for good."""
        self._may_close = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask whoever is responsible before closing."""
        if not self._may_close:
            self.close_requested.emit(self._asks)
        # Checked again: a handler that calls `leave` at once can't close the window while it is being closed.
        if self._may_close:
            event.accept()
            self.closed.emit()
        else:
            event.ignore()

    def childEvent(self, event: QChildEvent) -> None:
        """Tell of dialogs, which are made when they are needed."""
        if event.type() == QEvent.Type.ChildPolished and isinstance(event.child(), QDialog):
            self.dialog_opened.emit(event.child())
        super().childEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Tell whether keys go to this window; one that is closed by now has nobody to tell."""
        if event.type() == QEvent.Type.ActivationChange and self.isVisible():
            self.front_changed.emit(self.isActiveWindow())
        super().changeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """On a small laptop the window takes the whole screen."""
        available = self.screen().availableSize()
        if available.width() <= _SMALL_SCREEN and not event.spontaneous():
            self.setWindowState(Qt.WindowState.WindowMaximized)
        super().showEvent(event)
