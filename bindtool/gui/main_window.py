"""The window: its parts, of which others may take the place while it stays the same one. It decides nothing.

Owns which page is seen and the window's own events. How the parts are made and where they stand is for `furniture`,
what they show and what follows a press for `bench` and those whom it puts to work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QLayout, QMainWindow, QStackedWidget, QWidget
from shiboken6 import delete, isValid

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from PySide6.QtGui import QCloseEvent, QShowEvent

    from bindtool.gui.furniture import Furniture
    from bindtool.texts import Texts

_USUAL_SIZE = QSize(1280, 720)
_SMALLEST_SIZE = QSize(960, 600)
_SMALL_SCREEN = 1366


class MainWindow(QMainWindow):
    """The parts of the window, each an attribute from `furnish` on, which comes at once where `today` is given.

    Until then it is a frame, which may be closed. `rooms` holds the furniture, and what is seen before
    there is any. `practice`: it is the window of practice mode.

    Signals:
        close_wanted(): the person wants to leave; the window stays until somebody calls `leave`. After
            `ask_before_closing` only.
        closed(): it is closed for good.
        front_changed(bool): it came to the front, or something else did.
    """

    close_wanted = Signal()
    closed = Signal()
    front_changed = Signal(bool)

    def __init__(self, texts: Texts, today: date | None = None, *, practice: bool) -> None:
        super().__init__()
        self._texts = texts
        self.practice = practice
        self._may_close = True
        self._name()
        self.rooms = QStackedWidget()
        self.setCentralWidget(self.rooms)
        self.setMinimumSize(_SMALLEST_SIZE)
        self.resize(_USUAL_SIZE)
        if today is not None:
            self.furnish(today)

    def furnish(self, today: date, breathe: Callable[[], object] = lambda: None) -> None:
        """Build the parts. `breathe` is called again and again in between: it takes a tenth of a second."""
        # Loaded here: the first picture needs none of it.
        from bindtool.gui.furniture import Furniture

        furniture = Furniture(self, self._texts, today)
        for _ in furniture.making():
            breathe()
        for one in self.move_in(furniture):
            one.deleteLater()

    def move_in(self, furniture: Furniture) -> list[QWidget]:
        """Put other parts in place of all that are there; return those of before, which nobody sees any more.

        With the old ones goes whoever belongs to this window: workers, dialogs, menus.
        """
        from bindtool.gui.announcer import Announcer

        before = [one for one in self.children() if one not in furniture.roots and one is not self.rooms]
        before = [one for one in before if not isinstance(one, QLayout)]
        # First of all: they listen to the parts.
        for worker in before:
            if isValid(worker) and not isinstance(worker, QWidget):
                delete(worker)
        self._texts = furniture.texts
        self._name()
        self.setLocale(furniture.locale)
        self.setWindowIcon(furniture.icon)
        self.actions_ = furniture.actions_
        self.head = furniture.head
        self.strip = furniture.strip
        self.offer = furniture.offer
        self.notice = furniture.notice
        self.finished = furniture.finished
        self.model = furniture.model
        self.table = furniture.table
        self.fill = furniture.fill
        self.compare = furniture.compare
        self.refusals = furniture.refusals
        self.foot = furniture.foot
        self.welcome = furniture.welcome
        self.form = furniture.form
        self.check_page = furniture.check_page
        self.scanner_test = furniture.scanner_test
        self.import_page = furniture.import_page
        self.sheet_page = furniture.sheet_page
        self.pages = furniture.pages
        self.confirm = furniture.confirm
        self.token_panel = furniture.token_panel
        self.details = furniture.details
        self.laptop_check = furniture.laptop_check
        self.closed.connect(self.laptop_check.close)
        self.announcer = Announcer(self)
        self.actions_.listen()
        left = [one for one in before if isValid(one) and isinstance(one, QWidget)]
        for widget in left:
            widget.hide()
        left += [self.rooms.widget(at) for at in range(self.rooms.count())]
        self.rooms.addWidget(furniture.frame)
        self.rooms.setCurrentWidget(furniture.frame)
        return left

    def _name(self) -> None:
        texts = self._texts
        self.setWindowTitle(texts("window.practice_title") if self.practice else texts("window.title"))
        self.setAccessibleName(texts("window.title"))

    def show_page(self, page: QWidget) -> None:
        """Bring a page to the front."""
        self.pages.setCurrentWidget(page)
        if page is self.sheet_page:
            self.strip.field.setFocus()

    def come_to_front(self) -> None:
        """Be seen, however deep the window lies."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def ask_before_closing(self) -> None:
        """From now on there is somebody who hears `close_wanted`; before, a window that is closed has to go."""
        self._may_close = False

    def leave(self) -> None:
        """Close for good."""
        self._may_close = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask whoever is responsible before closing."""
        if not self._may_close:
            self.close_wanted.emit()
        # Asked again: whoever lets the window go at once can't close it while it is being closed.
        if self._may_close:
            event.accept()
            self.closed.emit()
        else:
            event.ignore()

    def changeEvent(self, event: QEvent) -> None:
        """Tell whether keys go to this window."""
        if event.type() == QEvent.Type.ActivationChange:
            self.front_changed.emit(self.isActiveWindow())
        super().changeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """On a small laptop the window takes the whole screen."""
        available = self.screen().availableSize()
        if available.width() <= _SMALL_SCREEN and not event.spontaneous():
            self.setWindowState(Qt.WindowState.WindowMaximized)
        super().showEvent(event)
