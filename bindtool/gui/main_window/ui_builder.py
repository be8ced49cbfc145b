"""Builds the window's widgets in one language, step by step, and lays them out.

Each step is short enough for the window to stay responsive. Loaded after the first paint; the controllers created
by `main_window.controller` decide what the widgets show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QFrame, QSizePolicy, QStackedWidget, QWidget

from bindtool.gui.binding.footer_bar import FooterBar
from bindtool.gui.binding.summary_banner import SummaryBanner
from bindtool.gui.common.shell.actions import Actions
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.icons import app_icon
from bindtool.gui.common.widgets import layouts
from bindtool.gui.common.widgets.accessibility import come_before, tab_stops_in
from bindtool.gui.common.widgets.message_bar import MessageBar
from bindtool.gui.common.widgets.on_demand import OnDemand
from bindtool.gui.common.widgets.passing_news import PassingNews
from bindtool.gui.main_window.header_bar import HeaderBar
from bindtool.gui.scanning.scan_bar import ScanBar
from bindtool.gui.sheet.empty_sheet import EmptySheet
from bindtool.gui.sheet.table_view import SheetTableView

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bindtool.gui.common.shell.window import Window
    from bindtool.gui.profiles.welcome_page import WelcomePage
    from bindtool.gui.sheet.details_dialog import SheetDetailsDialog
    from bindtool.gui.sheet.table_model import SheetTableModel
    from bindtool.gui.sheet.tools.list_import_page import ListImportPage
    from bindtool.i18n.catalogue import Texts


class UiBuilder:
    """The widgets, each an attribute once `build` is done; `MainWindow.build_ui` shows them."""

    def __init__(self, window: Window, texts: Texts, model: SheetTableModel) -> None:
        self.texts = texts
        self._window = window
        self._model = model
        # Each with its parent from the start: reparenting a whole page costs as much as creating it.
        self.frame = QFrame(window.views)
        self.pages = QStackedWidget(self.frame)
        self.sheet_page = QWidget(self.pages)
        # By default it would format dates as the window under which it is created.
        self.locale = QLocale(texts.language)
        self.frame.setLocale(self.locale)
        # Practice mode has a coloured frame all around, so that it can't be mistaken for the real thing.
        theme.set_style(self.frame, theme.StyleKind.PRACTICE if window.practice else None)
        self.beside: list[QWidget] = []
        """The widgets that contain the panels beside the table."""
        self._below_table: QWidget | None = None
        """The topmost panel above the footer."""
        self.welcome = OnDemand(self._make_welcome)
        self.import_page = OnDemand(self._make_import_page)
        self.sheet_details = OnDemand(self._make_sheet_details)

    def build(self) -> Iterator[None]:
        """Create the widgets, a few hundredths of a second at a time."""
        window, texts = self._window, self.texts
        self.icon = app_icon()
        self.actions_ = Actions(texts, window, window.notices)
        self.header = HeaderBar(texts, self.actions_)
        self.scan_bar = ScanBar(texts)
        self.header.set_practice(window.practice)
        yield
        self.summary = SummaryBanner(texts)
        self.table = SheetTableView(texts, self._model)
        self.footer = FooterBar(texts)
        yield
        self.message_bar = MessageBar(texts, self._window.notices)
        self.news = PassingNews(texts, self._window.notices, self.frame)
        # In the same step: a question shown meanwhile would open a window of its own.
        self._lay_out_sheet_page()
        yield
        self.pages.addWidget(self.sheet_page)
        layouts.column(self.pages, on=self.frame)
        yield

    def put_above_footer(self, panel: QWidget) -> None:
        """Put a panel below the table."""
        self._table_column.insertWidget(self._table_column.indexOf(self.footer), panel)
        come_before(self.footer, tab_stops_in(panel))
        self._below_table = self._below_table or panel

    def put_beside_table(self, panel: QWidget, place: int = -1) -> None:
        """Put a panel beside the table, at a position from the left, or last."""
        beside = layouts.ScrollsIfLow(panel)
        self.beside.append(beside)
        self._table_row.insertWidget(place, beside)
        come_before(self._below_table or self.footer, tab_stops_in(panel))

    def _make_welcome(self) -> WelcomePage:
        from bindtool.gui.profiles.welcome_page import WelcomePage

        page = WelcomePage(self.texts)
        self.pages.addWidget(page)
        return page

    def _make_import_page(self) -> ListImportPage:
        from bindtool.gui.sheet.tools.list_import_page import ListImportPage

        page = ListImportPage(self.texts, self.scan_bar.field)
        self.below_scan_bar.addWidget(page)
        return page

    def _make_sheet_details(self) -> SheetDetailsDialog:
        from bindtool.gui.sheet.details_dialog import SheetDetailsDialog

        dialog = SheetDetailsDialog(self.texts, self._window)
        dialog.setLocale(self.locale)
        return dialog

    def _lay_out_sheet_page(self) -> None:
        above = (self.header, self.scan_bar, self.message_bar)
        # Scans are taken, and shown, while a list is shown in place of the table.
        self.below_scan_bar = QStackedWidget()
        layouts.column(*above, (self.below_scan_bar, 1), on=self.sheet_page, spacing=0)
        table_page = QWidget(self.below_scan_bar)
        self._table_row = layouts.row((self.table, 1), spacing=0)
        # In a low window, a question below the table takes its height.
        self.table.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.table.setMinimumHeight(1)
        parts = (self.summary, (self._table_row, 1), self.footer)
        self._table_column = layouts.column(*parts, on=table_page, spacing=0)
        practice = self._window.practice
        self.empty_sheet = EmptySheet(self.texts, self.actions_, self.table, table_page, practice=practice)
        self.below_scan_bar.addWidget(table_page)
