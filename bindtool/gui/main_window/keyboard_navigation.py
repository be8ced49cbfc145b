"""Using the window by keyboard only: Esc and Ctrl+Enter on each page, a row's menu, editing a cell, and the focus.

Esc leads back to the scan field from everywhere, closing pages as their own buttons do; Ctrl+Enter presses the
single primary button. `common.shell.actions` defines the shortcuts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from PySide6.QtCore import QModelIndex, QObject, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QWidget
from shiboken6 import isValid

from bindtool.core.sheet_view.columns import Column
from bindtool.gui.common.shell.session_state import InputMode, InputModeService
from bindtool.gui.common.theme.theme import StyleKind
from bindtool.gui.common.widgets.reply_box import BusyIndicator

if TYPE_CHECKING:
    from collections.abc import Callable

    from bindtool.core.common.messages import Message
    from bindtool.gui.binding.channel_check.page import ChannelCheckPage
    from bindtool.gui.binding.confirm_panel import ConfirmPanel
    from bindtool.gui.common.widgets.on_demand import OnDemand
    from bindtool.gui.main_window.window import MainWindow
    from bindtool.gui.profiles.form_page import ProfileFormPage
    from bindtool.gui.scanning.setup.test_page import ScannerTestPage
    from bindtool.gui.sheet.tools.fill_labels import FillLabels

    WayBack = tuple[Callable[[], bool], Callable[[], object]]
    """Two functions: whether something is open that Esc leaves, and the one to leave it."""

_STEP = "Ctrl+Return"


class View(Protocol):
    """A view that can be opened on the sheet's page, or in place of it."""

    @property
    def is_open(self) -> bool:
        """Whether there is something to leave."""
        ...

    def leave(self) -> None:
        """Close it, or go one step back."""
        ...


class KeyboardNavigation(QObject):
    """Handles the keys that no single widget can.

    `_alone` and `_together` are all effects of Esc, in order; dialogs, menus, cells and the confirmation handle it
    before. Of the first, one press leaves a single view; of the second, everything open on the sheet's page, so
    that scanning can go on. `history` and `to_handle` return their views if created; `pages` are left by their
    button.
    """

    def __init__(
        self,
        window: MainWindow,
        input_mode: InputModeService,
        history: Callable[[], View | None],
        confirm_panel: OnDemand[ConfirmPanel],
        pages: tuple[OnDemand[ChannelCheckPage], OnDemand[ScannerTestPage], OnDemand[ProfileFormPage]],
        fill_labels: OnDemand[FillLabels],
        to_handle: Callable[[], View | None],
        search: View,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._confirm_panel = confirm_panel
        check_page, scanner_test, form = pages
        self._alone: tuple[WayBack, ...] = (
            # Pages other than the sheet's. On a hidden page no button is visible.
            _if_made(history),
            (lambda: window.welcome.is_visible and window.welcome().scan.isVisible(), self._scan_first),
            _by_button(check_page),
            _by_button(scanner_test),
            (lambda: form.is_visible, lambda: form().leave()),
            (lambda: window.import_page.is_visible, lambda: window.import_page().leave()),
            # A question or a wait for a scan: the view of its row stays open.
            (lambda: self._on_sheet and window.notices.asks, window.notices.take_back),
            (lambda: self._on_sheet and input_mode.mode is InputMode.SCAN_AGAIN, input_mode.leave),
        )
        self._together: tuple[WayBack, ...] = (
            (lambda: confirm_panel.is_visible, lambda: confirm_panel().cancel()),
            (lambda: input_mode.mode is InputMode.LOOK_UP, input_mode.leave),
            (lambda: fill_labels.is_visible, lambda: fill_labels().hide()),
            _if_made(to_handle),
            (lambda: search.is_open, search.leave),
        )
        FocusKeeper(window)
        actions = window.actions_
        actions.connect("next_step", self._take_step, self._why_no_step)
        actions["back_to_scanning"].triggered.connect(self._go_back)
        actions.connect("open_row_menu", self._open_row_menu, window.table.why_empty)
        actions.connect("edit_cell", self._edit_cell, window.table.why_empty)
        window.dialog_opened.connect(_take_step_in)

    def _take_step(self) -> None:
        window = self._window
        if not self._on_sheet:
            _press_primary(window.pages)
        elif self._confirm_panel.is_visible:
            self._confirm_panel().confirm()
        else:
            window.footer.take_step()

    def _why_no_step(self) -> Message | None:
        """Return why the step button is disabled: it says so too, but a keyboard user looks elsewhere."""
        stands_there = self._on_sheet and not self._confirm_panel.is_visible
        return self._window.footer.why_no_step() if stands_there else None

    def _scan_first(self) -> None:
        self._window.welcome().scan.click()

    @property
    def _on_sheet(self) -> bool:
        return self._window.page is self._window.sheet_page

    def _go_back(self) -> None:
        """Leave the page, or the question; else, on the sheet's page, everything open there."""
        leave = next((leave for is_open, leave in self._alone if is_open()), None)
        if leave is not None:
            leave()
        elif self._on_sheet:
            for is_open, leave in self._together:
                if is_open():
                    leave()
        if self._on_sheet:
            self._window.scan_bar.field.setFocus()

    def _open_row_menu(self) -> None:
        index = self._current()
        if index is not None:
            table, menu = self._window.table, self._window.actions_.row_menu
            menu.popup(table.viewport().mapToGlobal(table.visualRect(index).bottomLeft()))
            menu.setActiveAction(menu.actions()[0])

    def _edit_cell(self) -> None:
        """Edit the current cell; in columns other than id and label, the row's id."""
        index = self._current()
        if index is not None:
            if not index.flags() & Qt.ItemFlag.ItemIsEditable:
                index = index.siblingAtColumn(Column.DEVICE_ID)
                self._window.table.setCurrentIndex(index)
            self._window.table.edit(index)

    def _current(self) -> QModelIndex | None:
        """Return the current cell, at first that of the newest row; None without rows."""
        table = self._window.table
        if not table.isVisible() or not self._window.model.rowCount():
            return None
        index = table.currentIndex()
        if not index.isValid():
            index = self._window.model.index(0, Column.DEVICE_ID)
        if not table.selectedIndexes():
            table.setCurrentIndex(index)
        table.setFocus()
        table.scrollTo(index)
        return index


def _by_button(page: OnDemand[ChannelCheckPage] | OnDemand[ScannerTestPage]) -> WayBack:
    def leave() -> None:
        page().back.click()

    return (lambda: page.is_visible and page().back.isVisible(), leave)


class FocusKeeper(QObject):
    """Moves the focus when its widget disappears: an answered message, a button now disabled.

    Qt would move it to the next widget, such as a table cell, or to none. On the sheet's page it goes to the scan
    field, elsewhere to the next step: the button that stops a wait, else the primary button.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._app = cast("QApplication", QApplication.instance())
        self._app.focusChanged.connect(self._follow)
        window.closed.connect(self._end, Qt.ConnectionType.SingleShotConnection)

    def _end(self) -> None:
        # During a window's deletion the focus moves from widget to widget, many of them deleted.
        self._app.focusChanged.disconnect(self._follow)

    def _follow(self, old: QWidget | None, new: QWidget | None) -> None:
        if old is not None and not (old.isVisible() and old.isEnabled()):
            root = self._root(old)
            # The code that has hidden or disabled the widget may move the focus itself.
            if root is not None:
                QTimer.singleShot(0, self, lambda: self._restore_focus(root, new))

    def _root(self, widget: QWidget) -> QWidget | None:
        """Return a widget's page or dialog; None elsewhere, and in the table, which handles its own focus."""
        window = self._window
        if window.table.isAncestorOf(widget):
            return None
        if widget.window() is not window:
            return widget.window() if widget.window().parent() is window else None
        if window.news.isAncestorOf(widget):
            return window.page
        pages = (window.below_scan_bar.widget(1), *map(window.pages.widget, range(window.pages.count())))
        return next((page for page in filter(None, pages) if page.isAncestorOf(widget)), None)

    def _restore_focus(self, root: QWidget, new: QWidget | None) -> None:
        if not isValid(root) or not root.isVisible() or QApplication.focusWidget() is not new:
            return
        if root is self._window.sheet_page:
            self._window.scan_bar.field.setFocus()
            return
        waits = (one for one in root.findChildren(BusyIndicator) if one.isVisible())
        step = next((one.stop for one in waits), None) or _primary_button(root)
        if step is not None:
            step.setFocus()


def _if_made(find: Callable[[], View | None]) -> WayBack:
    def is_open() -> bool:
        view = find()
        return view is not None and view.is_open

    def leave() -> None:
        view = find()
        if view is not None:
            view.leave()

    return is_open, leave


def _primary_button(root: QWidget) -> QPushButton | None:
    """Return the enabled primary button of a page or a dialog, if any."""
    buttons = (one for one in root.findChildren(QPushButton) if one.property("kind") == StyleKind.PRIMARY)
    return next((one for one in buttons if one.isVisible() and one.isEnabled()), None)


def _take_step_in(dialog: QDialog) -> None:
    step = QShortcut(QKeySequence(_STEP), dialog)
    step.activated.connect(lambda: _press_primary(dialog))


def _press_primary(root: QWidget) -> None:
    button = _primary_button(root)
    if button is not None:
        button.click()
