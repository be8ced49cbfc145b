"""The window: its parts and where they stand. It decides nothing.

Owns layout, pages and the window's own events. What the parts show and what follows a press is for `bench` and
those whom it puts to work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from bindtool.gui import look

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from PySide6.QtGui import QCloseEvent, QShowEvent

    from bindtool.texts import Texts

_USUAL_SIZE = QSize(1280, 720)
_SMALLEST_SIZE = QSize(960, 600)
_SMALL_SCREEN = 1366


class MainWindow(QMainWindow):
    """The parts of the window, each an attribute from `furnish` on, which comes at once where `today` is given.

    Until then it is a frame, which may be closed.

    Signals:
        close_wanted(): the person wants to leave; the window stays until somebody calls `leave`.
        closed(): it is closed for good.
        front_changed(bool): it came to the front, or something else did.
    """

    close_wanted = Signal()
    closed = Signal()
    front_changed = Signal(bool)

    def __init__(self, texts: Texts, today: date | None = None, *, practice: bool) -> None:
        super().__init__()
        self._texts = texts
        self._practice = practice
        self._may_close = True
        self.setWindowTitle(texts("window.practice_title") if practice else texts("window.title"))
        self.setAccessibleName(texts("window.title"))
        self.setMinimumSize(_SMALLEST_SIZE)
        self.resize(_USUAL_SIZE)
        if today is not None:
            self.furnish(today)

    def furnish(self, today: date, breathe: Callable[[], object] = lambda: None) -> None:
        """Build the parts. `breathe` is called again and again in between: it takes a tenth of a second."""
        # Loaded here: the first picture needs none of it.
        from bindtool.gui import furniture

        texts = self._texts
        self._may_close = False
        self.setWindowIcon(furniture.app_icon())
        self.actions_ = furniture.Actions(texts, self)
        self.head = furniture.HeadBar(texts, self.actions_)
        self.strip = furniture.ScanStrip(texts)
        self.strip.set_practice(self._practice)
        self.offer = furniture.OfferBar(texts)
        self.notice = furniture.Notice(texts)
        # There are never two banners: a question comes before what can wait.
        self.offer.asks.connect(self.notice.give_way)
        self.finished = furniture.FinishedPanel(texts)
        self.model = furniture.SheetModel(texts, furniture.Icons())
        self.table = furniture.SheetView(texts, self.model)
        self.foot = furniture.Foot(texts)
        breathe()
        self.welcome = furniture.WelcomePage(texts)
        self.form = furniture.ProfileForm(texts, today)
        breathe()
        self.check_page = furniture.ChannelCheckPage(texts)
        self.scanner_test = furniture.ScannerTestPage(texts)
        self.sheet_page = self._sheet_page()
        self.pages = QStackedWidget()
        for page in (self.sheet_page, self.welcome, self.form, self.check_page, self.scanner_test):
            self.pages.addWidget(page)
        breathe()
        self.confirm = furniture.ConfirmPanel(texts, self.sheet_page)
        self.token_panel = furniture.TokenPanel(texts, today, self)
        self.details = furniture.SheetDetails(texts, self)
        self.laptop_check = furniture.LaptopCheck(texts, self)
        self.announcer = furniture.Announcer(self)
        self.setCentralWidget(self._framed())

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

    def _sheet_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.head, self.strip, self.offer, self.notice, self.finished):
            column.addWidget(part)
        column.addWidget(self.table, 1)
        column.addWidget(self.foot)
        return page

    def _framed(self) -> QWidget:
        """Practice wears a coloured frame all around, so that nobody takes it for the real thing."""
        frame = QFrame()
        look.dress(frame, look.Kind.PRACTICE if self._practice else None)
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.pages)
        return frame
