"""The frame of the window: its pages, the banners over them, its actions, and the window's own events.

It knows the current page, but no page's contents: these belong to `main_window.window` and
`main_window.ui_builder`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QChildEvent, QEvent, QObject, QSize, Qt, Signal
from PySide6.QtWidgets import QDialog, QMainWindow, QStackedWidget, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QShowEvent

    from bindtool.gui.common.shell.actions import Actions
    from bindtool.gui.common.widgets.notices import Notices
    from bindtool.i18n.catalogue import Texts

_USUAL_SIZE = QSize(1280, 720)
_SMALLEST_SIZE = QSize(760, 420)
"""The part of a screen of 1366×768 that remains at 150 %, without task bar and title bar."""
_SMALL_SCREEN = 1366


class Window(QMainWindow):
    """The main window's frame. `views` holds its contents.

    `practice`: whether this is practice mode. `actions_`, `notices` and the `pages`, of which `sheet_page` is one,
    exist once the widgets are built.

    Signals:
        close_requested(asks): the user or the system wants the window closed; it stays open until `leave` is
            called. `asks`: whether a person can be asked first. Emitted after `ask_before_closing` only.
        closed(): the window was closed for good.
        front_changed(bool): the window was activated (True) or deactivated (False).
        dialog_opened(QDialog): a dialog of this window is about to be shown for the first time.
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
        self._placer: QObject | None = None
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
        """Make a page the current one."""
        self.pages.setCurrentWidget(page)

    def come_to_front(self) -> None:
        """Raise and activate the window, even if it is minimised."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def ask_before_closing(self) -> None:
        """From now on emit `close_requested` instead of closing; before that, no slot is connected to it."""
        self._may_close = False

    def close_unasked(self) -> None:
        """Close without asking: at the end of the session, on a signal, or for an installer."""
        self._asks = False
        self.close()

    def leave(self) -> None:
        """Close for good."""
        self._may_close = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Emit `close_requested` instead of closing, if `ask_before_closing` was called."""
        if not self._may_close:
            self.close_requested.emit(self._asks)
        # Checked again: a handler may have called `leave` meanwhile, which can't close a window during its close
        # event.
        if self._may_close:
            event.accept()
            self.closed.emit()
        else:
            event.ignore()

    def childEvent(self, event: QChildEvent) -> None:
        """Place dialogs, which are created on demand, and announce them."""
        # Of other events the child is not asked for: Python would make the classes of all that Qt has made.
        if event.type() == QEvent.Type.ChildPolished and isinstance(dialog := event.child(), QDialog):
            # Loaded with the first dialog: a start has none.
            from bindtool.gui.common.widgets.dialogs import DialogPlacer

            self._placer = self._placer or DialogPlacer(self)
            dialog.installEventFilter(self._placer)
            self.dialog_opened.emit(dialog)
        super().childEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Emit `front_changed`; not after the window was closed, when its listeners are gone."""
        if event.type() == QEvent.Type.ActivationChange and self.isVisible():
            self.front_changed.emit(self.isActiveWindow())
        super().changeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Maximise the window on a small screen."""
        available = self.screen().availableSize()
        if available.width() <= _SMALL_SCREEN and not event.spontaneous():
            self.setWindowState(Qt.WindowState.WindowMaximized)
        super().showEvent(event)
