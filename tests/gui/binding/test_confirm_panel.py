"""The last look before devices are bound, and that a scanner can't confirm it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QAccessible, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget
from shiboken6 import delete

from bindtool.core.binding.progress import Forecast, RequestCount
from bindtool.core.model.channel import Behaviour
from bindtool.core.model.outcome import State
from bindtool.core.profiles.profile import Profile
from bindtool.gui.binding.confirm_panel import ConfirmPanel
from bindtool.gui.binding.run_starter import Carried, Confirmation
from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.icons import Mark, MarkLabel
from bindtool.gui.scanning.scan_field import ScanField
from bindtool.i18n.catalogue import Texts
from bindtool.practice import channel as practice
from tests.core.store.samples import row
from tests.gui.acting import can_see, find, press, said
from tests.gui.conftest import Show
from tests.gui.whole_window import EquippedWindow

LINE_2 = Profile(
    name="Smart speaker, line 2",
    connector_id="7400000000000123456",
    user_id="3400000000007126",
    user_name="Developer A",
    behaviour=Behaviour.ADDS,
)
NOT_CHECKED = replace(LINE_2, behaviour=Behaviour.NOT_CHECKED)
REPLACES = replace(LINE_2, behaviour=Behaviour.REPLACES, sender=True)
OWN_ACCOUNT = Profile(name="Bench", connector_id="7400000000000123456", behaviour=Behaviour.ADDS)
FIRST, LAST = ("SPK26113F2001", "智能音箱-3F2001"), ("SPK26113F21A0", "智能音箱-3F21A0")
USUAL = Confirmation(LINE_2, 209, FIRST, LAST)
CARRIED = Carried(12_345, {f"line-{number}.example": 1_234 for number in range(1, 9)})
SIX_BENCHES = {f"line-{number}": 2 for number in range(1, 7)}
FOUR_NAMED = "line-1 (2), line-2 (2), line-3 (2), line-4 (2), …"
NEW = replace(USUAL, profile=NOT_CHECKED, first_alone=True)
ONE = replace(USUAL, n=1, last=FIRST, first_alone=True)
REPLACED = (
    "This channel replaces its list: all 412 devices in one request, 203 of them bound before.",
    "The channel's earlier list is replaced: a device that is not in the new list is removed.",
)
MAY_REPLACE = "If this channel already has devices, this may replace them."
RETURNS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Window(QWidget):
    """A window with a scan field at its top and the panel over its lower half."""

    def __init__(self, texts: Texts, equipped: EquippedWindow) -> None:
        super().__init__()
        self.starter = equipped.starter
        self.benches: list[str] = []
        self.field = ScanField(texts)
        column = QVBoxLayout(self)
        column.addWidget(self.field)
        column.addStretch(1)
        self.panel = ConfirmPanel(
            texts, self.starter, equipped.footer, equipped.table, self.field, self.benches.append
        )
        column.addWidget(self.panel)

    @property
    def answers(self) -> tuple[int, int]:
        """How often it was confirmed, and how often cancelled."""
        return self.starter.confirmed, self.starter.cancelled


@pytest.fixture
def equipped(qapp: QApplication, texts: Texts) -> Iterator[EquippedWindow]:
    """Give a window that is not seen, with what the panel works with."""
    window = EquippedWindow(texts)
    yield window
    window.end()
    delete(window)


@pytest.fixture
def window(texts: Texts, equipped: EquippedWindow, show: Show) -> Window:
    """Give a small laptop's window with the focus in its scan field."""
    made = Window(texts, equipped)
    made.resize(1024, 640)
    show(made)
    made.activateWindow()
    made.field.setFocus()
    return made


def warnings(panel: ConfirmPanel) -> int:
    """Return how many sentences warn, beside the one that always does."""
    return -1 + sum(label.isVisible() and label.mark is Mark.WARNING for label in panel.findChildren(MarkLabel))


def test_it_says_how_many_requests_it_takes(window: Window) -> None:
    """GIVEN a run of some minutes WHEN it is asked THEN requests and time stand on one line."""
    asked = replace(USUAL, requests=RequestCount(5, 16), forecast=Forecast(120, 100))
    window.panel.ask(asked)
    words = (
        "About 5 requests, up to 16 if a device is refused. Takes about 2 min at this pace: 100 devices a minute."
    )
    assert words in said(window.panel).split("\n")


def test_it_says_what_will_be_bound(window: Window, heard: list[tuple[object, str]]) -> None:
    """GIVEN devices WHEN it is asked THEN it says for whom, where, as what, the first and the last one."""
    window.panel.ask(USUAL)

    assert said(window.panel).split("\n") == [
        "Bind 209 devices?",
        "For",
        "Developer A (UID …7126)",
        "Channel",
        "Smart speaker, line 2 · …3456 · coze.cn",
        "Key",
        "device_id",
        "First",
        *FIRST,
        "Last",
        *LAST,
        "This can't be undone: bindtool cannot unbind a device.",
        "Ctrl+Enter",
    ]
    assert warnings(window.panel) == 0
    assert not can_see(window.panel, "Show")
    assert heard == [(QAccessible.AnnouncementPoliteness.Assertive, "Bind 209 devices?")]


def test_it_is_drawn_before_the_next_key(window: Window) -> None:
    """GIVEN keys that wait WHEN it is asked THEN the first of them finds a question that has been drawn."""
    drawn: list[str] = []

    class Watch(QObject):
        """Notes what is drawn."""

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            """Note it."""
            if event.type() is QEvent.Type.Paint:
                drawn.append(window.panel.accessibleDescription())
            return False

    watch = Watch()
    window.panel.installEventFilter(watch)
    window.panel.ask(USUAL)
    assert drawn == ["Bind 209 devices?"]
    window.panel.ask(replace(USUAL, n=210))
    assert drawn[1:] == ["Bind 210 devices?"]


def test_marks_that_turn_letters_around_are_seen(window: Window) -> None:
    """GIVEN texts with marks that nobody sees WHEN it is asked THEN each mark is shown by its code."""
    first, last = ("SPK\u200d1", "Room \u202e210"), ("SPK2", "\u2066Room\u2069 3")
    window.panel.ask(Confirmation(replace(LINE_2, key="device\u202eid"), 2, first, last))

    words = said(window.panel).split("\n")
    assert {"SPK\\u200d1", "Room \\u202e210", "\\u2066Room\\u2069 3", "device\\u202eid"} <= set(words)


def test_practice_is_named_in_words(show: Show, equipped: EquippedWindow) -> None:
    """GIVEN practice in a Chinese window WHEN it is asked THEN nothing is English, no address is seen."""
    window = Window(Texts("zh_CN", practice.NAMES), equipped)
    show(window)
    window.panel.ask(replace(USUAL, profile=practice.practice_profile("http://127.0.0.1:8080")))

    words = said(window.panel)
    assert "练习账号（UID …0002）" in words
    assert "练习 · …0001 · 本机" in words
    assert "ractice" not in words


@pytest.mark.parametrize(
    ("held", "typed", "words"),
    [(1, 0, "1 held back"), (0, 2, "2 typed by hand"), (1, 2, "1 held back · 2 typed by hand")],
)
def test_odd_rows_are_counted(window: Window, equipped: EquippedWindow, held: int, typed: int, words: str) -> None:
    """GIVEN rows that are held or typed WHEN it is asked THEN they are counted and can be shown, and it stays."""
    equipped.lay([row(1), row(2)])
    window.panel.ask(Confirmation(LINE_2, 209, FIRST, LAST, held=held, typed=typed))

    press(window.panel, "Show")

    assert words in said(window.panel).split("\n")
    assert equipped.table.selected_numbers() == [1, 2]
    assert window.panel.isVisible()


def test_what_the_lists_say_of_their_rows(window: Window) -> None:
    """As it stands there, with the name of the column where it has one."""
    fates = {"状态": {"在库": 12, "已报废": 4}, "": {"Y": 9, "N\u202e": 7}}
    window.panel.ask(replace(USUAL, fates=fates))
    assert "In the list\n状态: 在库 12 · 已报废 4\nY 9 · N\\u202e 7" in said(window)
    window.panel.ask(USUAL)
    assert "In the list" not in said(window)


@pytest.mark.parametrize(
    ("again", "words"),
    [
        ({State.REFUSED}, "Bind 8 refused devices again?"),
        ({State.UNKNOWN}, "Bind 8 devices with lost answers again?"),
        ({State.REFUSED, State.UNKNOWN}, "Bind 8 devices again?"),
        (set(), "Bind 8 devices?"),
    ],
)
def test_a_retry_is_called_one(window: Window, again: set[State], words: str) -> None:
    """GIVEN rows that have all been sent before WHEN it is asked THEN title and button say so."""
    window.panel.ask(replace(USUAL, n=8, again=frozenset(again)))
    assert words in said(window.panel).split("\n")
    assert f"Bind 8 devices{' again' if again else ''}" in [
        button.text() for button in window.panel.findChildren(QPushButton)
    ]


def test_what_came_since_is_said_and_moves_nothing(window: Window) -> None:
    """GIVEN a question WHEN a device is scanned THEN that it does not go along; the buttons stay where they are."""
    window.panel.ask(USUAL)
    QApplication.processEvents()
    bind = find(window.panel, QPushButton, "Bind now")
    place = bind.mapToGlobal(bind.rect().topLeft())
    window.starter.more_came.emit(1)
    QApplication.processEvents()

    assert "1 scanned since: not included" in said(window.panel)
    assert bind.mapToGlobal(bind.rect().topLeft()) == place
    window.panel.cancel()
    window.panel.ask(USUAL)
    assert "scanned since" not in said(window.panel)


def test_it_is_one_card_and_leaves_the_table_its_room(window: Window) -> None:
    """GIVEN a wide window THEN what can't be undone reaches from the facts to the buttons; all of it is low."""
    window.resize(1366, 640)
    window.panel.ask(USUAL)
    QApplication.processEvents()
    cancel, bind = (find(window.panel, QPushButton, name) for name in ("Cancel", "Bind now"))
    (block,) = (one for one in window.panel.findChildren(QFrame) if one.property("kind") == theme.StyleKind.BANNER)
    facts = next(one for one in window.panel.findChildren(QLabel) if one.text() == "For")

    assert block.geometry().left() == facts.mapTo(window.panel, facts.rect().topLeft()).x()
    assert cancel.geometry().left() - block.geometry().right() - 1 == theme.MARGIN
    assert bind.width() >= bind.sizeHint().width()
    assert window.panel.sizeHint().height() <= 230


@pytest.mark.parametrize(
    ("asked", "there", "missing", "warned"),
    [
        (NEW, ("The first device is sent alone.", MAY_REPLACE), ("replaces its list",), 1),
        (replace(USUAL, profile=NOT_CHECKED), (MAY_REPLACE,), ("is sent alone",), 1),
        (
            replace(USUAL, profile=REPLACES, carried=Carried(203)),
            ("Bind 209 devices?", *REPLACED),
            (MAY_REPLACE,),
            2,
        ),
        (replace(USUAL, profile=OWN_ACCOUNT), ("the token's own account",), (), 1),
        (ONE, ("Bind 1 device?", "Device\nSPK26113F2001"), ("Last", "is sent alone"), 0),
    ],
)
def test_what_is_said_of_the_channel(
    window: Window, asked: Confirmation, there: tuple[str, ...], missing: tuple[str, ...], warned: int
) -> None:
    """What becomes of earlier devices, whose the new ones are, and what goes ahead; with as many warnings."""
    window.panel.ask(asked)

    words = said(window.panel)
    assert [line for line in there if f"\n{line}\n" not in f"\n{words}\n"] == []
    assert [part for part in missing if part in words] == []
    assert warnings(window.panel) == warned


@pytest.mark.parametrize(
    ("others", "words", "wanted"),
    [
        ({"line-2": 1}, "1 of those was bound by another bench, as far as it has reported: line-2 (1).", "line-2"),
        (SIX_BENCHES, f"12 of those were bound by other benches, as far as they have reported: {FOUR_NAMED}.", ""),
    ],
)
def test_what_only_other_benches_have_told_of(
    window: Window, others: dict[str, int], words: str, wanted: str
) -> None:
    """GIVEN a list that carries it along WHEN it is asked THEN it is counted apart, by bench, and can be seen."""
    window.panel.ask(Confirmation(REPLACES, 209, FIRST, LAST, carried=Carried(203, others)))

    press(window.panel, "Show what others have bound")

    assert words in said(window.panel).split("\n")
    assert warnings(window.panel) == 3
    assert window.benches == [wanted]
    assert window.panel.isVisible()


def test_the_second_question_replaces_the_first(window: Window) -> None:
    """GIVEN a question that was cancelled WHEN another one comes THEN only that one is seen."""
    window.panel.ask(Confirmation(OWN_ACCOUNT, 209, FIRST, LAST, held=1, first_alone=True, carried=Carried(3)))
    window.panel.cancel()

    window.panel.ask(USUAL)

    assert "own account" not in said(window.panel)
    assert "held back" not in said(window.panel)
    assert "replaces" not in said(window.panel)
    assert warnings(window.panel) == 0


def test_scanning_goes_on(window: Window) -> None:
    """GIVEN a question WHEN a device is scanned THEN the scan arrives, and its Return confirms nothing."""
    scanned = QSignalSpy(window.field.scanned)
    window.panel.ask(USUAL)
    assert window.field.hasFocus()

    QTest.keyClicks(window.field, "SPK26113F21A1")
    QTest.keyClick(window.field, Qt.Key.Key_Return)

    assert scanned.at(0) == ["SPK26113F21A1"]
    assert window.answers == (0, 0)
    assert window.panel.isVisible()


@pytest.mark.parametrize("name", ["Bind now", "Cancel", "Show"])
@pytest.mark.parametrize("key", RETURNS)
def test_return_on_a_button_does_nothing(window: Window, name: str, key: Qt.Key) -> None:
    """GIVEN the focus on a button WHEN a scanner's Return comes THEN nothing happens."""
    window.panel.ask(Confirmation(LINE_2, 209, FIRST, LAST, held=1))
    button = find(window.panel, QPushButton, name)
    button.setFocus()

    QTest.keyClick(button, key)

    assert window.answers == (0, 0)
    assert not button.isDefault()
    assert not button.autoDefault()


@pytest.mark.parametrize(("name", "answers"), [("Bind now", (1, 0)), ("Cancel", (0, 1))])
def test_a_click_answers(window: Window, name: str, answers: tuple[int, int]) -> None:
    """GIVEN a question WHEN a button is clicked THEN the answer is told once, and the panel goes."""
    window.panel.ask(USUAL)

    press(window.panel, name)

    assert window.answers == answers
    assert window.panel.isHidden()
    assert window.field.hasFocus()


def test_every_button_is_reached_by_tab_and_pressed_by_space(window: Window) -> None:
    """GIVEN a question WHEN a person has no mouse THEN Tab goes through the buttons, and the focus comes back."""
    window.panel.ask(Confirmation(LINE_2, 209, FIRST, LAST, held=1))
    passed = []
    for _ in range(3):
        focused = window.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, Qt.Key.Key_Tab)
        passed.append(window.focusWidget().accessibleName())

    QTest.keyClick(find(window.panel, QPushButton, "Bind now"), Qt.Key.Key_Space)

    assert passed == ["Show", "Cancel", "Bind now"]
    assert window.answers == (1, 0)
    assert window.field.hasFocus()


@pytest.mark.parametrize(("name", "answers"), [("Bind now", (1, 0)), ("Cancel", (0, 1))])
def test_what_had_the_keys_before_is_gone(window: Window, name: str, answers: tuple[int, int]) -> None:
    """GIVEN a question that came while a cell was edited WHEN that has ended THEN it is answered all the same."""
    editor = QLineEdit(window)
    editor.show()
    editor.setFocus()
    window.panel.ask(USUAL)
    button = find(window.panel, QPushButton, name)
    button.setFocus()
    delete(editor)

    QTest.keyClick(button, Qt.Key.Key_Space)

    assert window.answers == answers
    assert window.panel.isHidden()


@pytest.mark.parametrize(
    ("key", "held", "answers"),
    [
        *((each, Qt.KeyboardModifier.ControlModifier, (1, 0)) for each in RETURNS),
        (Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier, (0, 1)),
    ],
)
def test_it_is_answered_from_the_scan_field(
    window: Window, key: Qt.Key, held: Qt.KeyboardModifier, answers: tuple[int, int]
) -> None:
    """GIVEN the focus in the scan field WHEN Ctrl+Enter comes THEN it is confirmed, and cancelled by Esc."""
    window.panel.ask(USUAL)

    QTest.keyClick(window.field, key, held)

    assert window.answers == answers


def test_a_held_key_answers_nothing(window: Window) -> None:
    """GIVEN Ctrl+Enter held down WHEN it opened the question THEN its repeats don't confirm it."""
    window.panel.ask(USUAL)
    event = QKeyEvent(
        QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier, "\r", autorep=True
    )

    QCoreApplication.sendEvent(window.field, event)

    assert window.answers == (0, 0)


def test_the_windows_own_shortcuts_wait(window: Window) -> None:
    """GIVEN a window with the same key WHEN it comes THEN a question gets it first, the window without one."""
    own = QShortcut(QKeySequence("Ctrl+Return"), window)
    activated = QSignalSpy(own.activated)
    window.panel.ask(USUAL)

    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert (activated.count(), window.answers) == (0, (1, 0))

    QTest.keyClick(window.windowHandle(), Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert (activated.count(), window.answers) == (1, (1, 0))


def test_other_windows_keep_their_keys(window: Window, show: Show) -> None:
    """GIVEN a question WHEN Esc comes in another window THEN the question stays."""
    other = QWidget()
    show(other)
    window.panel.ask(USUAL)

    QTest.keyClick(other, Qt.Key.Key_Escape)

    assert window.answers == (0, 0)


def test_nothing_is_answered_that_was_not_asked(window: Window) -> None:
    """GIVEN no question WHEN it is confirmed or cancelled THEN nothing is told."""
    window.panel.confirm()
    window.panel.cancel()

    assert window.answers == (0, 0)


@pytest.mark.parametrize(("behaviour", "carried"), [(Behaviour.NOT_CHECKED, None), (Behaviour.REPLACES, CARRIED)])
@pytest.mark.parametrize("texts", ["en", "zh_CN"], indirect=True)
def test_all_of_it_fits_a_small_laptop(window: Window, behaviour: Behaviour, carried: Carried | None) -> None:
    """GIVEN every remark WHEN the window is small THEN the scan bar stays free, and the buttons are high."""
    label = "x" * 64
    profile = replace(OWN_ACCOUNT, behaviour=behaviour)
    asked = Confirmation(profile, 12_345, (label, label), (label, label), 12, 34, carried is None, carried)
    window.panel.ask(asked)

    assert window.panel.geometry().top() > window.field.geometry().bottom()
    assert window.panel.minimumSizeHint().width() <= 1024
    buttons = [one for one in window.panel.findChildren(QPushButton) if one.property("kind") != "link"]
    assert min(button.height() for button in buttons) >= theme.TARGET
