"""The main window and its widgets, which can be replaced by others while the window stays. It decides nothing.

The frame is `common.shell.window`. The widgets are made and laid out by `ui_builder`; what they show and what
follows a click is for `main_window.controller` and the controllers that it makes.
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

    Until then it is a frame: `views` holds what is seen before there are widgets. On macOS the menus stand in the
    system's bar too.
    """

    def __init__(self, texts: Texts, *, practice: bool, platform: str = sys.platform) -> None:
        super().__init__(texts, practice=practice)
        self._has_menu_bar = platform == "darwin"

    def build_ui(self, between_steps: Callable[[], object] = lambda: None, texts: Texts | None = None) -> None:
        """Build the widgets, which takes a tenth of a second, in place of those that are there.

        `between_steps` is called after each step. `texts`: those of another language; rows and notices stay, and
        controllers go with the old widgets.
        """
        # Loaded here: the first picture needs none of it.
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
        """Delete the controllers, and then what they listen to: dialogs, menus and actions."""
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
        # What an answer would take back is done by controllers that are gone.
        self.notices.clear(Kind.ANSWER)
        self.message_bar.show_first()
        self.pages.currentChanged.connect(self._place_message_bar)
        for front in (self.pages, self.below_scan_bar):
            front.currentChanged.connect(self._place_news)
        self._place_news()
        self.views.addWidget(ui.frame)
        self.views.setCurrentWidget(ui.frame)

    def _place_message_bar(self) -> None:
        """There is one, on the page in front: below the scan bar, elsewhere on top."""
        on_sheet = self.pages.currentWidget() is self.sheet_page
        follower = self.below_scan_bar if on_sheet else self.pages
        column = cast("QBoxLayout", cast("QWidget", follower.parentWidget()).layout())
        shown = not self.message_bar.isHidden()
        column.insertWidget(column.indexOf(follower), self.message_bar)
        # A layout would show it only with the next event.
        self.message_bar.setVisible(shown)
        self.message_bar.show_everything(on_sheet)

    def _place_news(self) -> None:
        """What passes lies over the table, elsewhere over the page in front."""
        page = self.page
        self.news.lie_over(self.table if page is self.sheet_page else page)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave room for the table where the window is low."""
        super().resizeEvent(event)
        self._shrink_if_low()

    def _shrink_if_low(self) -> None:
        if hasattr(self, "scan_bar"):
            self.scan_bar.set_low(self.height() < theme.LOW)

    @property
    def page(self) -> QWidget:
        """The page that is in front; a list that is looked at takes the place of the table on the sheet's page."""
        page = super().page
        looks_at = page is self.sheet_page and self.below_scan_bar.currentIndex() > 0
        return self.below_scan_bar.currentWidget() if looks_at else page

    def show_page(self, page: QWidget) -> None:
        """Bring a page to the front; on the sheet's, a scan is to come to the scan field."""
        looks_at = self.below_scan_bar.indexOf(page) > 0
        self.below_scan_bar.setCurrentIndex(int(looks_at))
        super().show_page(self.sheet_page if looks_at else page)
        if looks_at or page is self.sheet_page:
            self.scan_bar.field.setFocus()
