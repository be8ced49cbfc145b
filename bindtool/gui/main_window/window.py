"""The main window and its widgets, which can be replaced while the window stays open. It decides nothing.

`common.shell.window` is the frame, `ui_builder` creates and lays out the widgets; `main_window.controller` and its
controllers decide what they show, and handle clicks.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QBoxLayout, QLayout, QMenuBar, QWidget
from shiboken6 import delete, isValid

from bindtool.gui.common.shell.window import Window
from bindtool.gui.common.theme import theme
from bindtool.gui.common.widgets.notices import Kind, Notices

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QResizeEvent

    from bindtool.gui.main_window.ui_builder import UiBuilder
    from bindtool.i18n.catalogue import Texts


class MainWindow(Window):
    """The window's widgets, each an attribute from `build_ui` on.

    Until then it is a frame: `views` holds the splash screen. On macOS the menus are in the system's menu bar too.
    """

    def __init__(self, texts: Texts, *, practice: bool, platform: str = sys.platform) -> None:
        super().__init__(texts, practice=practice)
        self._has_menu_bar = platform == "darwin"

    def build_ui(self, between_steps: Callable[[], object] = lambda: None, texts: Texts | None = None) -> None:
        """Build the widgets, which takes a tenth of a second, replacing the old ones.

        `between_steps` is called after each step. `texts`: the catalogue of another language; rows and notices
        stay, and controllers are deleted with the old widgets.
        """
        # Loaded here: the first paint needs none of it.
        from bindtool.gui.main_window.ui_builder import UiBuilder
        from bindtool.gui.sheet.table_model import SheetTableModel

        if texts is None:
            self.model, self.notices = SheetTableModel(self._texts), Notices()
        self._delete_workers()
        frames = [self.views.widget(at) for at in range(self.views.count())]
        ui = UiBuilder(self, texts or self._texts, self.model)
        for _ in ui.build():
            between_steps()
        self._use(ui)
        for frame in frames:
            frame.deleteLater()

    def _delete_workers(self) -> None:
        """Delete the controllers, then the senders of their signals: dialogs, menus and actions."""
        before = [one for one in self.children() if one is not self.views and not isinstance(one, QLayout)]
        for one in sorted(before, key=lambda one: isinstance(one, QWidget)):
            if isValid(one):
                delete(one)

    def _use(self, ui: UiBuilder) -> None:
        self._texts = ui.texts
        self._name()
        self.setLocale(ui.locale)
        self.setWindowIcon(ui.icon)
        self.actions_ = ui.actions_
        self.header = ui.header
        self.scan_bar = ui.scan_bar
        self.message_bar = ui.message_bar
        self.news = ui.news
        self.summary = ui.summary
        self.table, self.empty_sheet = ui.table, ui.empty_sheet
        self.put_above_footer = ui.put_above_footer
        self.put_beside_table = ui.put_beside_table
        self._beside = ui.beside
        self.footer = ui.footer
        self.welcome = ui.welcome
        self.import_page = ui.import_page
        self.below_scan_bar = ui.below_scan_bar
        self.sheet_page = ui.sheet_page
        self.pages = ui.pages
        self.sheet_details = ui.sheet_details
        self._shrink_if_low()
        self.actions_.listen()
        if self._has_menu_bar:
            bar = QMenuBar()
            self.actions_.fill_menu_bar(bar)
            self.setMenuBar(bar)
        # An answer's buttons call controllers that are deleted.
        self.notices.clear(Kind.ANSWER)
        self.message_bar.show_first()
        self.pages.currentChanged.connect(self._place_message_bar)
        for front in (self.pages, self.below_scan_bar):
            front.currentChanged.connect(self._place_news)
        self._place_news()
        self.views.addWidget(ui.frame)
        self.views.setCurrentWidget(ui.frame)

    def _place_message_bar(self) -> None:
        """Place the message bar on the current page: below the scan bar, on other pages at the top."""
        on_sheet = self.pages.currentWidget() is self.sheet_page
        follower = self.below_scan_bar if on_sheet else self.pages
        column = cast("QBoxLayout", cast("QWidget", follower.parentWidget()).layout())
        shown = not self.message_bar.isHidden()
        column.insertWidget(column.indexOf(follower), self.message_bar)
        # The layout would show it only with the next event.
        self.message_bar.setVisible(shown)
        self.message_bar.show_everything(on_sheet)

    def _place_news(self) -> None:
        """Place passing news above the table, on other pages above the page."""
        page = self.page
        self.news.lie_over(self.table if page is self.sheet_page else page)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave space for the table in a low window."""
        super().resizeEvent(event)
        self._shrink_if_low()

    def _shrink_if_low(self) -> None:
        if hasattr(self, "scan_bar"):
            self.scan_bar.set_low(self.height() < theme.LOW)

    @property
    def page(self) -> QWidget:
        """The current page; a list under review takes the place of the table on the sheet's page."""
        page = super().page
        looks_at = page is self.sheet_page and self.below_scan_bar.currentIndex() > 0
        return self.below_scan_bar.currentWidget() if looks_at else page

    def show_page(self, page: QWidget) -> None:
        """Make a page the current one; on the sheet's page, focus the scan field for the next scan."""
        looks_at = self.below_scan_bar.indexOf(page) > 0
        self.below_scan_bar.setCurrentIndex(int(looks_at))
        super().show_page(self.sheet_page if looks_at else page)
        if looks_at or page is self.sheet_page:
            self.scan_bar.field.setFocus()
