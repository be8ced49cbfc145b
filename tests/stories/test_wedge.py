"""A scanner that acts as a keyboard: whatever has the focus, its burst is a row and nothing else is touched."""

from __future__ import annotations

from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QMenu, QToolButton

from bindtool.core.common.messages import Message
from bindtool.core.scanner.scan_rules import EndKey, ScannerRules, ScanRules
from bindtool.core.sheet_view.columns import Column
from bindtool.gui.common.widgets.notices import Option
from tests.gui import acting
from tests.stories.clocks import BriskClock
from tests.stories.keyboard import SLOW_PERSON, Keyboard, needs_keyboard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

    from bindtool.core.profiles.profile import Profile
    from tests.stories.conftest import Open
    from tests.stories.technician import Technician

    OpenWith = Callable[[ScannerRules], AbstractContextManager[Technician]]

pytestmark = [needs_keyboard, pytest.mark.long]

FIRST = "SPK26113F2001"
CODES = tuple(f"SPK26113F21{n:02X}" for n in range(1, 5))


class HeldClock(BriskClock):
    """Its steady time stands still but for what a test lets pass, however long the keys take."""

    time = 0.0

    def monotonic(self) -> float:
        """Return the seconds that have passed."""
        return self.time


@pytest.fixture
def clock() -> HeldClock:
    """Give a clock that the test moves."""
    return HeldClock()


@pytest.fixture
def open_with(profile: Profile, open_window: Open, clock: HeldClock) -> OpenWith:
    """Give a way to open a window with one row and a scanner of certain rules."""

    @contextmanager
    def opened(rules: ScannerRules) -> Iterator[Technician]:
        with open_window(replace(profile, scan=ScanRules(scanner=rules)), clock=clock) as technician:
            technician.scan(FIRST)
            yield technician

    return opened


@pytest.fixture
def me(open_with: OpenWith) -> Iterator[Technician]:
    """Give a technician with one row; a busy test computer may stumble over its keys, so they have time."""
    with open_with(ScannerRules(longest_gap=200)) as technician:
        yield technician


@pytest.fixture
def usual(open_with: OpenWith) -> Iterator[Technician]:
    """Give a technician with one row and the rules that a profile begins with."""
    with open_with(ScannerRules()) as technician:
        yield technician


# ---------------------------------------------------------------- where the keys go


def scan_field(me: Technician) -> None:
    """The usual place."""
    me.window.scan_bar.field.setFocus()


def table_cell(me: Technician) -> None:
    """A key would open an editor and overwrite the label."""
    me.select(1)
    me.window.table.setCurrentIndex(me.window.model.index(0, Column.LABEL))
    me.window.table.setFocus()


def open_editor(me: Technician) -> None:
    """Somebody has left the editor of a label open."""
    table_cell(me)
    me.window.table.edit(me.window.table.currentIndex())


def open_id_editor(me: Technician) -> None:
    """The same with an id."""
    me.select(1)
    me.window.table.edit(me.window.table.currentIndex())


def corner_button(me: Technician) -> None:
    """Bind has the focus."""
    acting.find(me.window, QAbstractButton, "Bind").setFocus()


def find_field(me: Technician) -> None:
    """Somebody has searched, and left the cursor there."""
    me.keys("Ctrl+F")
    acting.keys(acting.find(me.window, QLineEdit, "Find"), "spk")


def count(me: Technician) -> None:
    """A count that shows only its rows has the focus."""
    acting.find(me.window, QAbstractButton, "Refused 0").setFocus()


def nothing(me: Technician) -> None:
    """No widget has the focus."""
    focus = QApplication.focusWidget()
    assert focus is not None
    focus.clearFocus()


def confirmation(me: Technician) -> None:
    """The panel asks whether to bind, and its button has the focus."""
    me.press("Bind")
    me.sees("Bind 1 device?")
    acting.find(me.window, QAbstractButton, "Bind now").setFocus()


def offer_bar(me: Technician) -> None:
    """The message bar asks a question."""
    parts = (Option(part, lambda: pytest.fail("answered")) for part in ("SPK", "26113"))
    me.window.notices.show_offer("test", "Which part is the device ID?", *parts)
    acting.find(me.window, QAbstractButton, "SPK").setFocus()


def notice_button(me: Technician) -> None:
    """A banner can be closed."""
    me.window.notices.show_line(Message.of("close.waiting"))
    buttons = [one for one in me.window.message_bar.findChildren(QAbstractButton) if one.isVisible()]
    buttons[0].setFocus()


def menu(me: Technician) -> None:
    """The window's menu is open, and the first one in it."""
    menu = me.window.actions_.main_menu
    menu.popup(me.window.mapToGlobal(me.window.rect().center()))
    first = me.window.actions_.menus["sheet"]
    menu.setActiveAction(first.menuAction())
    me.until(lambda: QApplication.activePopupWidget() is first, "see what is in Sheet")
    first.setActiveAction(first.actions()[0])


def profile_menu(me: Technician) -> None:
    """The list of profiles is open."""
    menu = acting.find(me.window, QToolButton, "Profile").menu()
    assert menu is not None
    menu.popup(me.window.mapToGlobal(me.window.rect().center()))


PLACES = [
    scan_field,
    table_cell,
    open_editor,
    open_id_editor,
    corner_button,
    find_field,
    count,
    nothing,
    confirmation,
    offer_bar,
    notice_button,
    menu,
    profile_menu,
]


@pytest.mark.parametrize(
    ("place", "delay"),
    [
        *((place, 1) for place in PLACES),
        *(
            (place, delay)
            for place in (scan_field, table_cell, open_editor, corner_button, menu)
            for delay in (0, 5, 8)
        ),
    ],
    ids=lambda given: getattr(given, "__name__", given),
)
def test_whatever_has_the_focus(
    me: Technician, keyboard: Keyboard, place: Callable[[Technician], None], delay: int
) -> None:
    """Four codes become four rows, in order; no cell, no button, no question and no menu has felt a key."""
    place(me)
    label = me.cell(1, Column.LABEL)
    editor = QApplication.focusWidget()
    typed = editor.text() if isinstance(editor, QLineEdit) else ""
    questions = (
        me.window.notices.first,
        me.place.controller.confirm_panel().isVisible(),
        me.window.message_bar.isVisible(),
    )
    menus = open_menus()

    keyboard.scan(*CODES, delay=delay)

    me.until(lambda: me.window.model.rowCount() == 5, "see five rows")
    me.sees_states(*["ready"] * 5)
    assert [me.cell(n, Column.DEVICE_ID) for n in range(1, 6)] == [FIRST, *CODES]
    assert me.cell(1, Column.LABEL) == label
    assert QApplication.focusWidget() is editor
    assert (editor.text() if isinstance(editor, QLineEdit) else "") == typed
    assert (
        me.window.notices.first,
        me.place.controller.confirm_panel().isVisible(),
        me.window.message_bar.isVisible(),
    ) == questions
    assert open_menus() == menus
    for one in menus:
        one.close()


def open_menus() -> dict[QMenu, QAction]:
    """Return the menus that are seen, each with the entry that is chosen in it."""
    tops = QApplication.topLevelWidgets()
    return {one: one.activeAction() for one in tops if isinstance(one, QMenu) and one.isVisible()}


def test_a_person_types_into_a_cell(usual: Technician, keyboard: Keyboard) -> None:
    """A label of thirteen characters and Return, at a person's pace: it stands in the cell, and no row came."""
    table_cell(usual)
    keyboard.type(f"{FIRST}-shelf 7", "Return")
    usual.until(lambda: usual.cell(1, Column.LABEL) == f"{FIRST}-shelf 7", "see the label")
    assert usual.window.model.rowCount() == 1


@pytest.mark.parametrize("looks_up", [False, True], ids=["scans", "looks up"])
def test_a_label_is_typed_on_while_a_known_device_is_scanned(
    me: Technician, keyboard: Keyboard, clock: HeldClock, *, looks_up: bool
) -> None:
    """Its row lights up, and the cell stays open: the rest of the label would be typed into that row's ID."""
    keyboard.scan(CODES[0])
    me.until(lambda: me.window.model.rowCount() == 2, "see the row")
    if looks_up:
        me.keys("Ctrl+L")
    me.window.table.setCurrentIndex(me.window.model.index(0, Column.LABEL))
    me.window.table.setFocus()
    keyboard.type("shelf ", pace=SLOW_PERSON)
    keyboard.rest()
    clock.time += 2
    keyboard.scan(FIRST)
    me.until(lambda: me.window.table.highlighted == 1, "see which row it is")
    keyboard.rest()
    keyboard.type("7", "Return", pace=SLOW_PERSON)
    me.until(lambda: not me.window.table.editing, "see the cell closed")
    me.sees_states("ready", "ready")
    assert [me.cell(n, Column.DEVICE_ID) for n in (1, 2)] == [FIRST, CODES[0]]
    assert me.cell(2, Column.LABEL) == "shelf 7"


def test_half_a_text_in_the_field_stays_by_itself(me: Technician, keyboard: Keyboard, clock: HeldClock) -> None:
    """A person has begun to type an id and left it when somebody scans: the scan is a row, the half goes on."""
    scan_field(me)
    keyboard.type("TYPED-", pace=SLOW_PERSON)
    me.until(lambda: me.window.scan_bar.field.text() == "TYPED-", "see what was typed")
    clock.time += 3.5
    # Right after other keys a scan is in doubt in any case.
    keyboard.rest()
    keyboard.rest()
    keyboard.scan(CODES[0])
    me.until(lambda: me.window.model.rowCount() == 2, "see the scan")
    me.sees_states("ready", "ready")
    assert me.window.scan_bar.field.text() == "TYPED-"
    keyboard.type("77", "Return", pace=SLOW_PERSON)
    me.until(lambda: me.window.model.rowCount() == 3, "see what was typed")
    assert [me.cell(n, Column.DEVICE_ID) for n in (2, 3)] == [CODES[0], "TYPED-77"]


def test_a_busy_window_tears_no_scan_apart(me: Technician, keyboard: Keyboard) -> None:
    """The window is blocked for 200 ms at a time while a scanner types at 8 ms a key: all codes arrive as sent."""
    table_cell(me)
    busy = QTimer(me.window, interval=210)
    busy.timeout.connect(lambda: QTest.qSleep(200))
    busy.start()
    keyboard.scan(*CODES, delay=8)
    me.until(lambda: me.window.model.rowCount() == 5, "see five rows")
    busy.stop()
    assert [me.cell(n, Column.DEVICE_ID) for n in range(2, 6)] == list(CODES)


def test_no_end_key(me: Technician, keyboard: Keyboard) -> None:
    """What has no end touches no cell: it stands in the scan field, and becomes a row when the next one comes."""
    table_cell(me)
    label = me.cell(1, Column.LABEL)
    keyboard.scan(CODES[0], end=())
    field = me.window.scan_bar.field
    me.until(lambda: field.text() == CODES[0], "see the text in the scan field")
    keyboard.scan(CODES[1], end=())
    me.until(lambda: field.text() == CODES[1], "see the next one there")
    me.until(lambda: me.window.model.rowCount() == 2, "see the first one in the sheet")
    assert me.cell(2, Column.DEVICE_ID) == CODES[0]
    assert me.cell(1, Column.LABEL) == label


def test_the_rest_of_a_code_is_held_while_its_beginning_lies_in_the_field(
    me: Technician, keyboard: Keyboard
) -> None:
    """A scanner that pauses for longer than any stall: no half of its code is ready."""
    keyboard.scan(CODES[0][:6], end=())
    field = me.window.scan_bar.field
    me.until(lambda: field.text() == CODES[0][:6], "see the beginning in the scan field")
    keyboard.scan(CODES[0][6:])
    me.until(lambda: me.window.model.rowCount() == 2, "see a row")
    me.sees_states("ready", "held")
    keyboard.scan(CODES[1])
    me.until(lambda: me.window.model.rowCount() == 3, "see the next code")
    me.sees_states("ready", "held", "ready")


def press(me: Technician, text: str, at: int) -> None:
    """Press keys from a moment on, 2 ms apart by their own stamps."""
    for place, character in enumerate(text):
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            code = Qt.Key.Key_Return if character == "\r" else ord(character)
            event = QKeyEvent(kind, code, Qt.KeyboardModifier.NoModifier, character)
            event.setTimestamp(at + 2 * place)
            QCoreApplication.sendEvent(me.window.windowHandle(), event)


@pytest.mark.parametrize(("keys", "end"), [*((keys, "\r") for keys in range(1, 6)), (1, ""), (5, "")])
def test_the_rest_of_a_code_is_held_while_its_first_keys_lie_in_the_field(
    usual: Technician, keys: int, end: str
) -> None:
    """So few keys were given as a person's, and after the longest stall nobody knew of them: the rest was ready."""
    me = usual
    scan_field(me)
    head, tail = CODES[0][:keys], CODES[0][keys:]
    press(me, head, at=10_000)
    press(me, tail + end, at=10_000 + 2 * keys + 501)
    me.until(lambda: me.window.model.rowCount() == 2, "see a row")
    assert (me.cell(2, Column.DEVICE_ID), me.window.scan_bar.field.text()) == (tail, head)
    me.sees_states("ready", "held")
    press(me, f"{CODES[1]}\r", at=20_000)
    me.until(lambda: me.window.model.rowCount() == 3, "see the next code")
    me.sees_states("ready", "held", "ready")


def test_a_pause_ends_a_scan_where_the_profile_says_so(open_with: OpenWith, keyboard: Keyboard) -> None:
    """A scanner without an end key: its codes become rows by themselves."""
    with open_with(ScannerRules(longest_gap=200, end=EndKey.PAUSE)) as me:
        table_cell(me)
        keyboard.scan(CODES[0], end=())
        me.until(lambda: me.window.model.rowCount() == 2, "see the row")
        assert me.cell(2, Column.DEVICE_ID) == CODES[0]


def test_a_prefix_is_taken_off(open_with: OpenWith, keyboard: Keyboard) -> None:
    """The scanner was told to put one before each scan: even a short code is known by it."""
    with open_with(ScannerRules(longest_gap=200, prefix="~")) as me:
        table_cell(me)
        keyboard.scan("~SP7")
        me.until(lambda: me.window.model.rowCount() == 2, "see the row")
        assert me.cell(2, Column.DEVICE_ID) == "SP7"


def test_two_line_ends(me: Technician, keyboard: Keyboard) -> None:
    """A scanner that sends Return twice: one row, and the second Return goes nowhere."""
    confirmation(me)
    keyboard.scan(*CODES[:2], end=("Return", "Return"))
    me.until(lambda: me.window.model.rowCount() == 3, "see both rows")
    assert me.place.controller.confirm_panel().isVisible()
    assert [me.cell(n, Column.DEVICE_ID) for n in (2, 3)] == list(CODES[:2])


# ---------------------------------------------------------------- dialogs and other pages


def test_a_question_is_not_answered(me: Technician, keyboard: Keyboard) -> None:
    """The window asks, with the keys on No; a scan is a row as ever, and answers nothing. Esc takes it back."""
    me.do("New sheet")
    me.sees("Start a new sheet?")
    keyboard.scan(CODES[0])
    me.until(lambda: me.window.model.rowCount() == 2, "see the row")
    me.sees("Start a new sheet?")
    keyboard.press("Escape")
    me.until(lambda: "Start a new sheet?" not in me.said, "see the question gone")
    assert me.window.model.rowCount() == 2
    assert me.window.scan_bar.field.hasFocus()


def test_what_is_scanned_while_the_window_asks_is_asked_about_too(me: Technician, keyboard: Keyboard) -> None:
    """A new sheet was wanted with one row that is not bound, and not with two: nobody would bind the other."""
    me.do("New sheet")
    me.sees_notice("Start a new sheet? 1 of 1 devices on this one are not bound.")
    keyboard.scan(CODES[0])
    me.until(lambda: me.window.model.rowCount() == 2, "see the row")
    me.answer("New sheet")
    me.sees_notice("Start a new sheet? 2 of 2 devices on this one are not bound.")
    assert me.window.model.rowCount() == 2
    me.answer("New sheet")
    me.sees_states()


@pytest.mark.parametrize("field", ["job", "expected", "operator"])
def test_a_scan_is_never_taken_for_a_name(me: Technician, keyboard: Keyboard, field: str) -> None:
    """Somebody scans on while the job is asked for: no field has it, and back on the sheet it is said."""
    me.press("Job")
    details = me.window.sheet_details()
    me.until(details.isActiveWindow, "have the dialog in front")
    getattr(details, field).setFocus()
    keyboard.scan("6901234567892")
    me.sees("Scanned just now: 6901234567892")
    assert (details.job.text(), details.expected.value(), details.operator.text()) == ("", 0, "")
    me.until(lambda: me.place.controller.scanning.at_rest, "know that no more of the scan can come")
    keyboard.press("Return")
    me.until(lambda: not details.isVisible(), "see the dialog close by the person's own Return")
    me.window.activateWindow()
    me.sees("did not arrive here.")
    assert me.window.model.rowCount() == 1


def test_a_badge_is_the_operator_when_a_person_says_so(me: Technician, keyboard: Keyboard) -> None:
    """It is offered as what it may be, and then it is missed nowhere."""
    me.press("Operator")
    me.until(me.front().isActiveWindow, "have the dialog in front")
    keyboard.scan("A12-0007")
    me.press("Use as operator")
    me.until(lambda: me.place.controller.scanning.at_rest, "know that no more of the scan can come")
    keyboard.press("Return")
    operator = acting.find(me.window, QToolButton, "Operator")
    me.until(lambda: operator.text().strip() == "Operator A12-0007", "see it")
    assert "did not arrive" not in me.said
    assert me.window.model.rowCount() == 1


def test_a_page_with_a_field(me: Technician, keyboard: Keyboard) -> None:
    """The connector id is scanned into the form of a profile; on the page itself a scan adds no row."""
    form = me.place.controller.profiles.form()
    form.begin(None)
    line = form.values.fields["connector_id"].line
    line.setFocus()
    keyboard.scan("0073456")
    me.until(lambda: line.text() == "0073456", "see the id")
    form.cancel_button.setFocus()
    keyboard.scan(f"{CODES[0]} ")
    me.until(lambda: me.window.scan_bar.flashing, "hear the refusal")
    assert me.window.pages.currentWidget() is form
    assert me.window.model.rowCount() == 1


# ---------------------------------------------------------------- the scan bar


def test_a_chat_takes_the_front(me: Technician, qtbot: QtBot, keyboard: Keyboard) -> None:
    """Right after a scan another window comes up: the scan bar says so, and on return no more than is known."""
    keyboard.scan(CODES[0])
    me.until(lambda: me.window.model.rowCount() == 2, "see the row")
    me.until(lambda: not me.window.scan_bar.flashing, "see the flash end")
    chat = QLineEdit()
    qtbot.addWidget(chat)
    with qtbot.waitActive(chat):
        chat.show()
        chat.activateWindow()
    # The wedge sees it, being of this process, and lets it have its keys.
    chat.setFocus()
    me.sees("Another window is in front, so scans go there")
    assert me.window.scan_bar.flashing
    keyboard.scan(CODES[1])
    me.until(lambda: chat.text() == CODES[1], "see it in the chat")
    chat.hide()
    me.window.activateWindow()
    me.sees("READY TO SCAN")
    assert "did not arrive" not in me.said
    keyboard.scan(CODES[2])
    me.until(lambda: me.cell(3, Column.DEVICE_ID) == CODES[2], "see the next one")


def test_a_chat_takes_the_front_in_the_middle_of_a_scan(me: Technician, qtbot: QtBot, keyboard: Keyboard) -> None:
    """Its first keys were seen here and the rest was not: that is said, until the next scan."""
    field = me.window.scan_bar.field
    field.setFocus()
    chat = QLineEdit()
    qtbot.addWidget(chat)
    with qtbot.waitActive(chat):
        press(me, CODES[0][:8], at=10_000)
        chat.show()
        chat.activateWindow()
    me.until(lambda: field.text() == CODES[0][:8], "see the beginning in the scan field")
    chat.hide()
    me.window.activateWindow()
    me.sees("did not arrive here.")
    keyboard.scan(CODES[1])
    me.until(lambda: "did not arrive" not in me.said, "see it gone")
