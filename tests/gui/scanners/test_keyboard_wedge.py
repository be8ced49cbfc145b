"""The window's keys, one by one, as the system hands them to it; scans through a display are in the stories."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from bindtool.core.common.messages import Message
from bindtool.core.model.row import Row, Source
from bindtool.core.profiles.profile import Profile
from bindtool.core.scanner.burst import Burst
from bindtool.core.scanner.scan_rules import EndKey, ScannerRules
from bindtool.core.sheet.sheet import Sheet
from bindtool.core.sheet_view.columns import Column
from bindtool.core.store import Store
from bindtool.gui.common.util.background_tasks import BackgroundTasks
from bindtool.gui.common.widgets.form_field import TypedLine, TypedNumber
from bindtool.gui.main_window.window import MainWindow
from bindtool.gui.scanners.keyboard_wedge import KeyboardWedge
from bindtool.gui.sheet.document import SheetDocument
from bindtool.gui.sheet.edit_commands import EditCommands
from bindtool.gui.sheet.tools.fill_labels import FillLabels
from bindtool.i18n.catalogue import Texts
from tests.gui.clocks import HandClock
from tests.gui.loop import PATIENCE, finish

ID = "SPK26113F2001"
NO, CTRL, ALT, META = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.MetaModifier,
)


class Hand:
    """Presses keys into a window, each at a moment of its own, and hears what the wedge says."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window = window
        self.field = window.scan_bar.field
        self.qtbot = qtbot
        self.wedge = KeyboardWedge(window, window.scan_bar.field)
        self.wedge.begin()
        self.scans: list[str] = []
        self.doubted: list[tuple[str, str]] = []
        self.endless: list[str] = []
        self.rejected: list[str] = []
        self.bursts: list[Burst] = []
        self.wedge.scanned.connect(self.scans.append)
        self.wedge.doubted.connect(lambda text, before: self.doubted.append((text, before)))
        self.wedge.endless.connect(self.endless.append)
        self.wedge.rejected.connect(self.rejected.append)
        self.wedge.burst.connect(self.bursts.append)
        self.at = 1000

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something is so."""
        self.qtbot.waitUntil(condition, timeout=PATIENCE)

    def send(
        self,
        key: int,
        text: str = "",
        held: Qt.KeyboardModifier = NO,
        *,
        gap: int = 5,
        up: bool = False,
        locks: int = 0,
    ) -> None:
        """Send one key, down or up."""
        self.at += gap
        kind = QEvent.Type.KeyRelease if up else QEvent.Type.KeyPress
        event = QKeyEvent(kind, key, held, 0, 0, locks, text)
        event.setTimestamp(self.at)
        QCoreApplication.sendEvent(QGuiApplication.focusWindow(), event)

    def type(self, text: str, gap: int = 5, locks: int = 0) -> None:
        """Press and release a key for each character."""
        for character in text:
            key = {"\n": Qt.Key.Key_Return, "\t": Qt.Key.Key_Tab}.get(character, ord(character.upper()))
            self.send(key, character, gap=gap, locks=locks)
            self.send(key, character, gap=0, up=True, locks=locks)


@pytest.fixture
def hand(window: MainWindow, qtbot: QtBot) -> Hand:
    """Give a hand on the keys of the window, with the cursor in the scan field."""
    window.scan_bar.field.setFocus()
    return Hand(window, qtbot)


def test_a_person_types_into_the_field(hand: Hand) -> None:
    """Each key comes to the field a moment later, releases too; nothing is a scan."""
    hand.type("typed", gap=100)
    hand.until(lambda: hand.field.text() == "typed")
    assert (hand.scans, hand.bursts) == ([], [])


@pytest.mark.parametrize("end", ["\n", "\t"])
def test_a_slow_scanner_leaves_nothing_in_the_field(hand: Hand, end: str) -> None:
    """Its keys came one by one, the last ones as fast as a burst: the code is whole, and the field is empty."""
    hand.type(ID[:6], gap=45)
    assert hand.field.text() == ID[:5]
    hand.type(f"{ID[6:]}{end}", gap=25)
    assert (hand.scans, hand.doubted, hand.field.text()) == ([ID], [], "")
    assert hand.field.hasFocus()


def test_a_slow_scanner_without_an_end(hand: Hand) -> None:
    """After half a second it is known that nothing follows."""
    hand.type(ID, gap=45)
    hand.until(lambda: hand.endless == [ID])
    assert hand.field.text() == ""
    assert hand.wedge.at_rest


def test_a_stall_within_the_first_keys_is_told(hand: Hand) -> None:
    """What lay in the field goes with the scan, which says so; learning in the midst of it decides nothing."""
    hand.type("S")
    hand.type(ID[1], gap=300)
    hand.wedge.learn(50)
    hand.type(f"{ID[2:]}\n")
    assert (hand.scans, hand.doubted, hand.field.text()) == ([], [(ID, "S")], "")


def test_a_menu_that_a_quick_hand_opens_stays_open(hand: Hand) -> None:
    """Alt is held back for a moment; once the letter has opened the menu, it doesn't come after and close it."""
    hand.send(Qt.Key.Key_Alt, held=Qt.KeyboardModifier.AltModifier)
    hand.window.actions_["open_menu"].trigger()
    hand.send(Qt.Key.Key_Alt, up=True)
    hand.until(lambda: QApplication.activePopupWidget() is hand.window.actions_.main_menu)
    QApplication.processEvents()
    assert hand.window.actions_.main_menu.isVisible()
    hand.window.actions_.main_menu.close()


def test_a_burst_is_told_after_the_silence(hand: Hand) -> None:
    """The scan comes at once; what is known of its keys, once no second end can come."""
    hand.type(f"{ID}\n", locks=0x2)
    assert (hand.scans, hand.bursts) == ([ID], [])
    hand.until(lambda: len(hand.bursts) == 1)
    burst = hand.bursts[0]
    assert (burst.text, burst.ends, burst.in_field) == (ID, (EndKey.RETURN,), True)
    assert burst.caps_lock is True
    hand.type(f"{ID}\n\n", locks=0)
    hand.until(lambda: len(hand.bursts) == 2)
    assert hand.bursts[1].ends == (EndKey.RETURN, EndKey.RETURN)
    assert hand.bursts[1].caps_lock is False
    assert hand.field.text() == ""


def test_lines_of_one_code_are_told_as_such(hand: Hand) -> None:
    """The second is told when it begins and when it has come, also where a click has come in between."""
    told: list[str] = []
    hand.wedge.line_begun.connect(lambda: told.append("begun"))
    hand.wedge.line.connect(told.append)
    hand.type(f"{ID}\n")
    hand.type("V")
    assert told == ["begun"]
    hand.type("2\n")
    QTest.mouseClick(hand.window.table.viewport(), Qt.MouseButton.LeftButton)
    hand.type("V3\n", gap=20)
    assert told == ["begun", "V2", "begun", "V3"]
    assert hand.scans == [ID]


def test_a_burst_without_an_end_stands_in_the_field(hand: Hand) -> None:
    """Wherever the keys went: whoever hears of it puts it there."""
    hand.window.table.setFocus()
    hand.type(ID)
    hand.until(lambda: len(hand.bursts) == 1)
    assert hand.endless == [ID]
    assert (hand.bursts[0].ends, hand.bursts[0].in_field) == ((), True)


def test_first_keys_that_came_too_slowly_are_taken_back(hand: Hand) -> None:
    """They stand in the field already; what a person had typed before stays."""
    hand.field.setText("TYPED-")
    hand.type(ID[:3], gap=60)
    hand.send(ord(ID[3]), ID[3], gap=60)
    assert hand.field.text() == f"TYPED-{ID[:3]}"
    hand.type(f"{ID[4:]}\n")
    assert hand.scans == [ID]
    assert hand.field.text() == "TYPED-"


def test_a_scan_presses_nothing_where_labels_are_filled(
    hand: Hand, texts: Texts, store: Store, clock: HandClock, tasks: BackgroundTasks
) -> None:
    """GIVEN the panel with the cursor in its line WHEN a code comes THEN it is a scan, and nothing is filled."""
    filled: list[Message] = []
    document = SheetDocument(hand.window.model, store, clock, tasks)
    finish(hand.qtbot, document.open(Profile("Line 2", "7412345678901234567", label_template="speaker-{n:3}")))
    document.scan(ID)
    hand.window.table.select([1])
    panel = FillLabels(
        texts, document, EditCommands(document), tasks, hand.window.table, hand.window.notices, filled.append
    )
    hand.window.put_above_footer(panel)
    panel.begin()
    hand.until(panel.fill_button.isEnabled)
    assert panel.template.line.hasFocus()
    hand.type(f"{ID}\n")
    panel.fill_button.setFocus()
    hand.at += 500
    hand.type(f"{ID}2\n")
    assert hand.scans == [ID, f"{ID}2"]
    assert (panel.template.text(), filled, panel.isVisible()) == ("speaker-{n:3}", [], True)


def test_an_editor_that_was_opened_by_mistake_closes_again(hand: Hand) -> None:
    """The first letter had opened the editor of a cell; the label stays as it was, and the scan is whole."""
    edits: list[tuple[object, ...]] = []
    hand.window.model.edited.connect(lambda *edit: edits.append(edit))
    hand.window.model.show(Sheet([Row(1, ID, "label", Source.SCANNED, datetime.now(UTC))]))
    hand.window.table.setCurrentIndex(hand.window.model.index(0, Column.LABEL))
    hand.window.table.setFocus()
    hand.type(ID[0])
    hand.until(lambda: QApplication.focusWidget() is not hand.window.table)
    hand.type(f"{ID[1:]}\n", gap=5)
    assert hand.scans == [ID]
    hand.until(lambda: QApplication.focusWidget() is hand.window.table)
    assert edits == []


def test_commands_pass(hand: Hand) -> None:
    """Ctrl, Alt and the system's key are never part of a scan; what was held goes first."""
    hand.field.setText("old")
    hand.send(Qt.Key.Key_A, "\x01", CTRL)
    hand.send(Qt.Key.Key_N, "n")
    hand.send(Qt.Key.Key_Left)
    assert hand.field.text() == "n"
    assert hand.field.cursorPosition() == 0
    for held in (ALT, META):
        hand.send(Qt.Key.Key_X, "x", held)
    assert hand.scans == []


def test_letters_that_are_made_with_altgr(hand: Hand) -> None:
    """The system tells it as Ctrl and Alt together."""
    hand.type("SPK26")
    hand.send(Qt.Key.Key_At, "@", CTRL | ALT)
    hand.type("7\n")
    assert hand.scans == ["SPK26@7"]


def test_separators_that_are_sent_with_ctrl(hand: Hand) -> None:
    """GS between the parts of a GS1 code is Ctrl+], a line feed Ctrl+J; alone they are commands."""
    hand.send(Qt.Key.Key_BracketRight, "\x1d", CTRL)
    hand.type("0104012345", gap=3)
    hand.send(Qt.Key.Key_BracketRight, "\x1d", CTRL, gap=3)
    hand.type("21SPK", gap=3)
    hand.send(Qt.Key.Key_M, "\r", CTRL, gap=3)
    hand.send(Qt.Key.Key_J, "\n", CTRL, gap=3)
    assert hand.scans == ["0104012345\x1d21SPK"]


@pytest.mark.parametrize("sign", ["\u00a0", "\u3000", "\u200b", "\u2063", "\ue000"], ids=ascii)
def test_what_can_not_be_seen_ends_no_scan(hand: Hand, sign: str) -> None:
    """The row is held for it; what follows would look like an ID of its own."""
    hand.type(f"SPK26{sign}113F2001\n")
    assert (hand.scans, hand.endless) == ([f"SPK26{sign}113F2001"], [])


def test_a_release_that_comes_late_presses_nothing(hand: Hand) -> None:
    """The space in a code goes down as part of the scan and up after it: no button feels it."""
    button = QPushButton(hand.window)
    button.show()
    button.setFocus()
    pressed: list[bool] = []
    button.pressed.connect(lambda: pressed.append(True))
    button.clicked.connect(lambda: pressed.append(True))
    hand.type("SPK261")
    hand.send(Qt.Key.Key_Space, " ")
    hand.send(Qt.Key.Key_Return, "\r")
    hand.send(Qt.Key.Key_Space, " ", up=True)
    hand.send(Qt.Key.Key_Return, "\r", up=True)
    assert hand.scans == ["SPK261 "]
    assert pressed == []
    hand.send(Qt.Key.Key_Space, " ", gap=500)
    hand.send(Qt.Key.Key_Space, " ", gap=0, up=True)
    hand.until(lambda: pressed == [True, True])


def test_a_click_lets_held_keys_go_first(hand: Hand) -> None:
    """They were meant for what had the focus before it."""
    hand.type("ab")
    place = hand.window.table.mapTo(hand.window, hand.window.table.rect().center()).toPointF()
    click = QMouseEvent(
        QEvent.Type.MouseButtonPress, place, place, Qt.MouseButton.LeftButton, Qt.MouseButton.LeftButton, NO
    )
    QCoreApplication.sendEvent(QGuiApplication.focusWindow(), click)
    assert hand.field.text() == "ab"


def test_other_rules(hand: Hand) -> None:
    """What is held is a person's by the old rules; the new ones hold from the next key on."""
    hand.type("ab")
    hand.wedge.use(ScannerRules(prefix="~"))
    assert hand.field.text() == "ab"
    hand.type("~7\n", gap=20)
    assert hand.scans == ["7"]


def message_box(window: MainWindow) -> QMessageBox:
    """Open a question."""
    box = QMessageBox(QMessageBox.Icon.NoIcon, "", "Sure?", QMessageBox.StandardButton.Ok, window)
    box.open()
    return box


def dialog_with_field(window: MainWindow) -> QMessageBox:
    """Open a question that has a field."""
    box = message_box(window)
    field = QLineEdit(box)
    field.show()
    field.setFocus()
    return box


@pytest.mark.parametrize(
    ("opened", "refused", "text"),
    [(message_box, ["A12"], None), (dialog_with_field, [], "A12")],
    ids=["buttons", "field"],
)
def test_in_a_dialog(
    hand: Hand, opened: Callable[[MainWindow], QMessageBox], refused: list[str], text: str | None
) -> None:
    """Where there are only buttons, a burst is swallowed; a field gets all of it, at once."""
    box = opened(hand.window)
    box.activateWindow()
    hand.until(lambda: QApplication.activeWindow() is box)
    hand.type("A12" if text else "A12\n")
    assert hand.rejected == refused
    assert (hand.scans, hand.bursts) == ([], [])
    assert box.isVisible()
    if text:
        assert box.findChildren(QLineEdit)[-1].text() == text
    hand.wedge.use(ScannerRules())
    box.close()


@pytest.mark.parametrize("gap", [5, 45], ids=["fast", "slow"])
@pytest.mark.parametrize(
    ("kind", "typed", "code"),
    [(TypedLine, "s3cret", ID), (TypedNumber, "42", "6901234567892")],
    ids=["line", "number"],
)
def test_a_field_that_people_type_into(
    hand: Hand, gap: int, kind: type[TypedLine | TypedNumber], typed: str, code: str
) -> None:
    """A scan is swallowed whole, one that began slowly too; what stood there before stays, as does the dialog."""
    # GIVEN a dialog that asks for something, and a person who has typed it
    box = message_box(hand.window)
    field = kind(box)
    field.show()
    field.setFocus()
    field.selectAll()
    box.activateWindow()
    hand.until(lambda: QApplication.activeWindow() is box)
    hand.type(typed, gap=90)
    hand.until(lambda: field.text() == typed)

    # WHEN a scan comes
    hand.at += 600
    hand.type(f"{code}\n", gap=gap)

    # THEN the person is told, and nothing of it is anywhere
    assert hand.rejected == [code]
    assert (hand.scans, hand.doubted, hand.endless, hand.bursts) == ([], [], [], [])
    assert field.text() == typed
    assert box.isVisible()
    box.close()
