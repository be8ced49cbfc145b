"""Esc and Ctrl+Enter wherever one is, the keys of a row, and where the keys go when what had them is no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPushButton, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from bindtool.core.common.errors import BadInput
from bindtool.core.model.channel_check import Already, ChannelCheck
from bindtool.core.sheet.sheet import Sheet
from bindtool.core.sheet_view.columns import Column
from bindtool.core.sheet_view.next_step import StepFacts, next_step
from bindtool.gui.common.shell.session_state import InputMode, InputModeService
from bindtool.gui.support.about import LicencesDialog
from bindtool.i18n.catalogue import Texts
from tests.core.store.samples import row
from tests.gui import screens
from tests.gui.acting import find
from tests.gui.conftest import SMALLEST
from tests.gui.main_window import test_room as room
from tests.gui.support.test_about_licences import PARTS
from tests.gui.whole_window import EquippedWindow, OneView, navigation, whole_window

Bring = Callable[[EquippedWindow, Texts], QWidget]

pytestmark = pytest.mark.long


@dataclass
class Views:
    """The views that Esc leaves, none of them open, and what a scan does."""

    history: OneView = field(default_factory=OneView)
    to_handle: OneView = field(default_factory=OneView)
    search: OneView = field(default_factory=OneView)
    input_mode: InputModeService = field(default_factory=InputModeService)


@pytest.fixture
def views(qapp: QApplication) -> Views:
    """Give them."""
    return Views()


@pytest.fixture
def window(qtbot: QtBot, texts: Texts, views: Views) -> Iterator[EquippedWindow]:
    """Give a window in front, with twelve rows."""
    with whole_window(texts, SMALLEST) as window:
        navigation(window, views.input_mode, lambda: views.history, lambda: views.to_handle, views.search)
        # As the controllers have it: what a page's own way back leads to.
        sheet = window.sheet_page
        window.welcome().scan_requested.connect(lambda: window.show_page(sheet))
        window.model.show(Sheet(replace(row(number), saved=True) for number in range(1, 13)))
        window.footer.show_step(next_step(BINDABLE))
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        yield window


BINDABLE = StepFacts(
    profile=True, token=True, running=False, stopping=False, ready=12, to_handle=0, bound=0, closed=False
)


def press(keys: str) -> None:
    """Press keys where the focus is, and let everything come to rest."""
    focus = QApplication.activePopupWidget() or QApplication.focusWidget()
    assert focus is not None
    QTest.keySequence(focus, QKeySequence(keys))
    QApplication.processEvents()


# ---------------------------------------------------------------- Esc


@pytest.mark.parametrize(
    "bring",
    [
        room.sheet, room.welcome, room.form, screens.saved_form, room.check_page, screens.channel_sending,
        room.scanner_test, room.confirm, room.offer, room.error, room.finished,
    ],
    ids=lambda bring: bring.__name__,
)  # fmt: skip
def test_esc_leads_back_to_the_scan_field(window: EquippedWindow, texts: Texts, bring: Bring) -> None:
    """GIVEN any screen and the focus somewhere on it WHEN Esc is pressed THEN the scan field has the keys."""
    bring(window, texts)
    QApplication.processEvents()
    for _ in range(4):
        press("Tab")

    press("Esc")

    assert window.pages.currentWidget() is window.sheet_page
    assert window.scan_bar.field.hasFocus()
    assert window.confirm_panel().isHidden()


def test_esc_ends_a_wait_first(window: EquippedWindow, texts: Texts) -> None:
    """GIVEN a form that waits WHEN Esc is pressed THEN the wait ends; once more, and the form is left."""
    room.busy_form(window, texts)

    press("Esc")
    assert not window.form().waiting.isVisible()
    assert window.pages.currentWidget() is window.form()

    press("Esc")
    assert window.scan_bar.field.hasFocus()


def test_esc_leaves_the_editor_of_a_cell_first(window: EquippedWindow) -> None:
    """GIVEN an open editor WHEN Esc is pressed twice THEN it is left first, then the table."""
    window.table.setFocus()
    press("Alt+E")
    assert isinstance(QApplication.focusWidget(), QLineEdit)

    press("Esc")
    assert window.table.hasFocus()
    press("Esc")
    assert window.scan_bar.field.hasFocus()


def test_one_esc_leaves_all_that_is_open_over_the_sheet(views: Views, window: EquippedWindow, texts: Texts) -> None:
    """GIVEN a look-up and views WHEN Esc is chosen THEN the next scan is a new row, and the rows are seen."""
    room.sheet(window, texts)
    window.confirm_panel().ask(room.ASKED)
    views.input_mode.enter(InputMode.LOOK_UP)
    window.fill_labels().show()
    views.to_handle.is_open = views.search.is_open = True
    window.table.setFocus()

    window.actions_["back_to_scanning"].trigger()

    assert window.scan_bar.field.hasFocus()
    assert views.input_mode.mode is InputMode.SCAN
    assert [window.confirm_panel().isVisible(), window.fill_labels.is_visible] == [False, False]
    assert [views.to_handle.is_open, views.search.is_open] == [False, False]


def test_esc_leaves_what_is_asked_of_a_row_before_its_view(
    views: Views, window: EquippedWindow, texts: Texts
) -> None:
    """GIVEN a question, an awaited scan and a view WHEN Esc is chosen again and again THEN each goes by itself."""
    room.sheet(window, texts)
    window.notices.show_question("question.delete_bound", lambda: None, n=1)
    views.input_mode.enter(InputMode.SCAN_AGAIN, 3)
    views.to_handle.is_open = True
    seen = []
    for _ in range(4):
        seen.append((window.notices.asks, views.input_mode.mode is InputMode.SCAN_AGAIN, views.to_handle.is_open))
        window.actions_["back_to_scanning"].trigger()
    assert seen == [(False,) * gone + (True,) * (3 - gone) for gone in range(4)]


def test_esc_ends_a_look_up(views: Views, window: EquippedWindow, texts: Texts) -> None:
    """GIVEN a look-up WHEN Esc is pressed THEN a scan is a new row again."""
    room.sheet(window, texts)
    views.input_mode.enter(InputMode.LOOK_UP)
    press("Esc")
    assert views.input_mode.mode is InputMode.SCAN


@pytest.mark.parametrize("came_from", [room.sheet, room.form])
def test_esc_leaves_the_history_and_nothing_else(
    views: Views, window: EquippedWindow, texts: Texts, came_from: Bring
) -> None:
    """GIVEN the history WHEN Esc is pressed THEN the page below is there, and on it all that was open."""
    came_from(window, texts)
    below = window.pages.currentWidget()
    window.confirm_panel().show()
    window.fill_labels().show()
    views.input_mode.enter(InputMode.LOOK_UP)
    views.to_handle.is_open = views.search.is_open = views.history.is_open = True

    window.actions_["back_to_scanning"].trigger()

    assert not views.history.is_open
    assert window.pages.currentWidget() is below
    assert views.input_mode.mode is InputMode.LOOK_UP
    assert (views.to_handle.is_open, views.search.is_open) == (True, True)
    assert not window.confirm_panel().isHidden()
    assert not window.fill_labels().isHidden()


# ---------------------------------------------------------------- Ctrl+Enter


@pytest.mark.parametrize(
    ("bring", "primary"),
    [
        (room.welcome, "Open the file from IT"),
        (room.form, "Check and save"),
        (screens.channel_send, "Send this one device"),
        (screens.curable_scanner, "Set it"),
        (room.details, "Done"),
        (room.token, "Replace token"),
        (room.laptop, "Check again"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_ctrl_enter_presses_the_primary_button(
    qtbot: QtBot, window: EquippedWindow, texts: Texts, bring: Bring, primary: str
) -> None:
    """GIVEN a page or a panel WHEN Ctrl+Enter is pressed THEN its primary button is, wherever the focus was."""
    root = bring(window, texts)
    root.activateWindow()
    qtbot.waitUntil(root.isActiveWindow)
    pressed = QSignalSpy(find(root, QPushButton, primary).clicked)

    press("Ctrl+Return")

    assert pressed.count() == 1


def test_ctrl_enter_presses_nothing_that_can_t_be_pressed(window: EquippedWindow, texts: Texts) -> None:
    """GIVEN a form that waits WHEN Ctrl+Enter is pressed THEN nothing is, on it or on the page behind it."""
    bind = QSignalSpy(window.footer.step_requested)
    room.busy_form(window, texts)
    save = QSignalSpy(window.form().save_button.clicked)

    press("Ctrl+Return")

    assert (bind.count(), save.count()) == (0, 0)


def test_ctrl_enter_on_the_sheet(window: EquippedWindow) -> None:
    """GIVEN the sheet WHEN Ctrl+Enter is pressed THEN it is the step button; with a question, its answer."""
    bind = QSignalSpy(window.footer.step_requested)

    press("Ctrl+Return")
    assert (bind.count(), window.starter.confirmed) == (1, 0)
    window.confirm_panel().ask(room.ASKED)
    window.actions_["next_step"].trigger()
    assert (bind.count(), window.starter.confirmed) == (1, 1)


# ---------------------------------------------------------------- the last look


def test_the_question_takes_the_keys_from_the_button_below_it(window: EquippedWindow) -> None:
    """GIVEN the focus on Bind WHEN the question lies over it THEN Cancel has the keys, then the field."""
    find(window, QPushButton, "Bind").setFocus()

    window.confirm_panel().ask(room.ASKED)

    assert find(window, QPushButton, "Cancel").hasFocus()
    press("Space")
    assert window.confirm_panel().isHidden()
    assert window.scan_bar.field.hasFocus()
    assert find(window, QPushButton, "Bind").focusPolicy() is Qt.FocusPolicy.TabFocus


def test_the_question_leaves_the_keys_elsewhere(window: EquippedWindow) -> None:
    """GIVEN the focus in the scan field WHEN the question comes THEN scanning goes on."""
    window.scan_bar.field.setFocus()

    window.confirm_panel().ask(room.ASKED)

    assert window.scan_bar.field.hasFocus()
    assert window.footer.isHidden()


# ---------------------------------------------------------------- a row


def test_the_menu_of_a_row_opens_by_a_key(window: EquippedWindow) -> None:
    """GIVEN the scan field WHEN Alt+R is pressed THEN the newest row is chosen and its menu is open."""
    menu = window.actions_.row_menu
    window.scan_bar.field.setFocus()

    press("Alt+R")

    assert menu.isVisible()
    assert menu.activeAction() is menu.actions()[0]
    assert window.table.selected_numbers() == [12]
    menu.close()


def test_the_keys_of_a_row_are_for_the_row_that_is_chosen(window: EquippedWindow) -> None:
    """GIVEN a row further down WHEN its menu and its cell are opened THEN it stays the one."""
    window.table.select([5])

    press("Alt+R")
    window.actions_.row_menu.close()
    assert window.table.selected_numbers() == [5]

    press("Alt+E")
    assert window.table.currentIndex() == window.model.index(window.model.row_of(5), Column.DEVICE_ID)
    assert isinstance(QApplication.focusWidget(), QLineEdit)


@pytest.mark.parametrize(("column", "edited"), [(Column.LABEL, Column.LABEL), (Column.MESSAGE, Column.DEVICE_ID)])
def test_the_cell_of_the_cursor_is_edited(window: EquippedWindow, column: Column, edited: Column) -> None:
    """GIVEN the cursor on a cell WHEN Alt+E is pressed THEN its editor is open; where there is none, the id's."""
    window.table.setCurrentIndex(window.model.index(3, column))

    press("Alt+E")

    assert window.table.currentIndex() == window.model.index(3, edited)
    assert isinstance(QApplication.focusWidget(), QLineEdit)


@pytest.mark.parametrize("keys", ["Alt+R", "Alt+E"])
def test_without_a_row_nothing_opens(window: EquippedWindow, texts: Texts, keys: str) -> None:
    """GIVEN an empty sheet, or another page WHEN a row's key is pressed THEN the focus stays."""
    window.model.show(Sheet())
    window.scan_bar.field.setFocus()
    press(keys)
    assert window.scan_bar.field.hasFocus()

    room.form(window, texts)
    focus = QApplication.focusWidget()
    press(keys)
    assert QApplication.focusWidget() is focus
    assert QApplication.activePopupWidget() is None


# ---------------------------------------------------------------- the keys stay with the work


@pytest.mark.parametrize("close", ["offer", "message_bar", "summary"])
def test_a_banner_that_goes_gives_the_keys_to_the_scan_field(
    window: EquippedWindow, texts: Texts, close: str
) -> None:
    """GIVEN the focus on a banner WHEN it goes THEN the scan field has the keys, no cell of the table."""
    bring = {"offer": room.offer, "message_bar": room.error, "summary": room.finished}[close]
    bring(window, texts)
    QApplication.processEvents()
    banner: QWidget = window.summary if close == "summary" else window.message_bar
    (first, *_) = [one for one in banner.findChildren(QPushButton) if one.isVisible()]
    first.setFocus()

    if close == "offer":
        press("Space")
    elif close == "summary":
        window.summary.clear()
    else:
        banner.hide()
    QApplication.processEvents()

    assert window.scan_bar.field.hasFocus()


def test_a_wait_has_the_keys_and_then_the_next_step(window: EquippedWindow, texts: Texts) -> None:
    """GIVEN the save button WHEN it waits THEN the way out of the wait has the keys, then the next step."""
    room.form(window, texts)
    find(window, QPushButton, "Check and save").setFocus()

    window.form().show_busy("Waiting")
    QApplication.processEvents()
    assert find(window, QPushButton, "Stop waiting").hasFocus()

    window.form().show_problem(BadInput("sheet.run_is_on"))
    QApplication.processEvents()
    assert find(window, QPushButton, "Check and save").hasFocus()


def test_whoever_has_a_better_place_is_not_overruled(window: EquippedWindow, texts: Texts) -> None:
    """GIVEN a wait WHEN it ends with a problem at one field THEN that field has the keys."""
    window.form().begin(None)
    window.form().show_busy("Waiting")
    find(window, QPushButton, "Stop waiting").setFocus()

    window.form().show_problem(BadInput("profile.name_in_use", name="Line 2"))
    QApplication.processEvents()

    assert find(window, QLineEdit, "Name").hasFocus()


def test_a_page_that_is_made_anew_keeps_the_keys(window: EquippedWindow, texts: Texts) -> None:
    """GIVEN an answer under the focus WHEN the next step takes its place THEN that step's button has the keys."""
    screens.channel_question(window, texts)
    find(window, QRadioButton, "No").setFocus()

    screens.channel_step(window, ChannelCheck(Already.NO))
    QApplication.processEvents()

    assert find(window, QPushButton, "Send this one device").hasFocus()


def test_a_panel_with_no_next_step_leaves_it_to_qt(qtbot: QtBot, window: EquippedWindow, texts: Texts) -> None:
    """GIVEN a panel without a primary button WHEN what has the keys can't be used THEN Qt's next one has them."""
    panel = LicencesDialog(texts, PARTS, window)
    panel.open()
    qtbot.waitUntil(panel.isActiveWindow)
    close = find(panel, QPushButton, "Close")
    close.setFocus()

    close.setEnabled(False)
    QApplication.processEvents()

    assert panel.focusWidget() not in {None, close}
    panel.close()


def test_other_windows_are_none_of_its_business(qtbot: QtBot, window: EquippedWindow) -> None:
    """GIVEN a window of somebody else WHEN a button of it goes THEN nothing of this window is touched."""
    other = QDialog()
    qtbot.addWidget(other)
    button = QPushButton("x", other)
    other.show()
    other.activateWindow()
    qtbot.waitUntil(other.isActiveWindow)
    button.setFocus()

    button.hide()
    QApplication.processEvents()

    assert QApplication.activeWindow() is other
