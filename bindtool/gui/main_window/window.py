"""The main window and its widgets, which can be replaced by others while the window stays. It decides nothing.

The frame is `common.shell.window`. The widgets are made and laid out by `ui_builder`; what they show and what
follows a click is for `main_window.controller` and the controllers that it makes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLayout, QWidget
from shiboken6 import delete, isValid

from bindtool.gui.common.shell.window import Window

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from bindtool.gui.main_window.ui_builder import UiBuilder
    from bindtool.i18n.catalogue import Texts


class MainWindow(Window):
    """The parts of the window, each an attribute from `furnish` on, which comes at once where `today` is given.

    Until then it is a frame: `rooms` holds the furniture, and what is seen before there is any.
    """

    def __init__(self, texts: Texts, today: date | None = None, *, practice: bool) -> None:
        super().__init__(texts, practice=practice)
        if today is not None:
            self.furnish(today)

    def furnish(self, today: date, breathe: Callable[[], object] = lambda: None) -> None:
        """Build the parts. `breathe` is called again and again in between: it takes a tenth of a second."""
        # Loaded here: the first picture needs none of it.
        from bindtool.gui.main_window.ui_builder import UiBuilder

        furniture = UiBuilder(self, self._texts, today)
        for _ in furniture.making():
            breathe()
        for one in self.move_in(furniture):
            one.deleteLater()

    def move_in(self, furniture: UiBuilder) -> list[QWidget]:
        """Put other parts in place of all that are there; return those of before, which nobody sees any more.

        With the old ones goes whoever belongs to this window: workers, dialogs, menus.
        """
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
        self.actions_.listen()
        left = [one for one in before if isValid(one) and isinstance(one, QWidget)]
        for widget in left:
            widget.hide()
        left += filter(None, map(self.rooms.widget, range(self.rooms.count())))
        self.rooms.addWidget(furniture.frame)
        self.rooms.setCurrentWidget(furniture.frame)
        return left

    def show_page(self, page: QWidget) -> None:
        """Bring a page to the front; on the sheet's, a scan is to come to the scan field."""
        super().show_page(page)
        if page is self.sheet_page:
            self.strip.field.setFocus()
