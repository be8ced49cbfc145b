"""The window: its parts and where they stand. It decides nothing.

Owns layout, pages and the window's own events. What the parts show and what follows a press is for `bench` and
those whom it puts to work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from bindtool.gui import look
from bindtool.gui.actions import Actions
from bindtool.gui.announcer import Announcer
from bindtool.gui.dialogs.laptop_check import LaptopCheck
from bindtool.gui.dialogs.sheet_details import SheetDetails
from bindtool.gui.dialogs.token import TokenPanel
from bindtool.gui.head_bar import HeadBar
from bindtool.gui.icons import Icons, app_icon
from bindtool.gui.notice import Notice
from bindtool.gui.offer_bar import OfferBar
from bindtool.gui.pages.channel_check import ChannelCheckPage
from bindtool.gui.pages.profile_form import ProfileForm
from bindtool.gui.pages.scanner_test import ScannerTestPage
from bindtool.gui.pages.welcome import WelcomePage
from bindtool.gui.panels.confirm import ConfirmPanel
from bindtool.gui.panels.finished import FinishedPanel
from bindtool.gui.panels.foot import Foot
from bindtool.gui.scan_strip import ScanStrip
from bindtool.gui.sheet_model import SheetModel
from bindtool.gui.sheet_view import SheetView

if TYPE_CHECKING:
    from datetime import date

    from PySide6.QtGui import QCloseEvent, QShowEvent

    from bindtool.texts import Texts

_USUAL_SIZE = QSize(1280, 720)
_SMALLEST_SIZE = QSize(960, 600)
_SMALL_SCREEN = 1366


class MainWindow(QMainWindow):
    """The parts of the window, each an attribute.

    Signals:
        close_wanted(): the person wants to leave; the window stays until somebody calls `leave`.
        closed(): it is closed for good.
        front_changed(bool): it came to the front, or something else did.
    """

    close_wanted = Signal()
    closed = Signal()
    front_changed = Signal(bool)

    def __init__(self, texts: Texts, today: date, *, practice: bool) -> None:
        super().__init__()
        self._may_close = False
        self.setWindowTitle(texts("window.practice_title") if practice else texts("window.title"))
        self.setAccessibleName(texts("window.title"))
        self.setWindowIcon(app_icon())
        self.actions_ = Actions(texts, self)
        self.head = HeadBar(texts, self.actions_)
        self.strip = ScanStrip(texts)
        self.strip.set_practice(practice)
        self.offer = OfferBar(texts)
        self.notice = Notice(texts)
        # There are never two banners: a question comes before what can wait.
        self.offer.asks.connect(self.notice.give_way)
        self.finished = FinishedPanel(texts)
        self.model = SheetModel(texts, Icons())
        self.table = SheetView(texts, self.model)
        self.foot = Foot(texts)
        self.welcome = WelcomePage(texts)
        self.form = ProfileForm(texts, today)
        self.check_page = ChannelCheckPage(texts)
        self.scanner_test = ScannerTestPage(texts)
        self.sheet_page = self._sheet_page()
        self.pages = QStackedWidget()
        for page in (self.sheet_page, self.welcome, self.form, self.check_page, self.scanner_test):
            self.pages.addWidget(page)
        self.confirm = ConfirmPanel(texts, self.sheet_page)
        self.token_panel = TokenPanel(texts, today, self)
        self.details = SheetDetails(texts, self)
        self.laptop_check = LaptopCheck(texts, self)
        self.announcer = Announcer(self)
        self.setCentralWidget(self._framed(practice=practice))
        self.setMinimumSize(_SMALLEST_SIZE)
        self.resize(_USUAL_SIZE)

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

    def _framed(self, *, practice: bool) -> QWidget:
        """Practice wears a coloured frame all around, so that nobody takes it for the real thing."""
        frame = QFrame()
        look.dress(frame, look.Kind.PRACTICE if practice else None)
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.pages)
        return frame
