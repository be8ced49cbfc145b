"""How many rows are in which state, and buttons to show only those."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from bindtool.core.model.outcome import State
from bindtool.core.sheet_view.filters import EVERY_ROW, TO_HANDLE, RowFilter
from bindtool.gui.common.theme import theme
from bindtool.gui.sheet.tools.count_filters import FILTERS, CountChip, Counted, CountFilters
from bindtool.i18n.catalogue import Texts
from tests.gui.acting import find, press
from tests.gui.conftest import Show

COUNTS = {State.READY: 61, State.INCOMPLETE: 3, State.BOUND: 145, State.REFUSED: 5, State.UNSENT: 2}
USUAL = ["All 216", "Ready 61", "Held 1", "Bound 145", "Refused 5", "Unknown 0"]


@pytest.fixture
def line(texts: Texts, show: Show, qtbot: QtBot) -> CountFilters:
    """Give a line that is wide enough for all."""
    made = CountFilters(texts)
    made.resize(1200, theme.TARGET)
    show(made)
    made.show_counts(COUNTS, 216, 1)
    qtbot.waitUntil(lambda: "Incomplete 2" in seen(made))
    return made


def seen(line: CountFilters) -> list[str]:
    """Return the counts that can be pressed, from left to right."""
    return [chip.text() for chip in line.findChildren(CountChip) if chip.isVisible()]


def pressed(line: CountFilters) -> list[str]:
    """Return those that are pressed, for eye and ear."""
    chips = [chip for chip in line.findChildren(CountChip) if chip.isChecked()]
    assert [chip.accessibleName() for chip in chips] == [chip.text() for chip in chips]
    return [chip.text() for chip in chips]


def test_each_count_can_be_pressed(line: CountFilters) -> None:
    """GIVEN room WHEN counts are shown THEN the usual and those of which there are any are buttons for gloves."""
    assert seen(line) == [*USUAL, "Incomplete 2", "Not sent 2"]
    chips = [chip for chip in line.findChildren(CountChip) if chip.isVisible()]
    assert {chip.height() >= theme.TARGET and chip.width() >= theme.TARGET for chip in chips} == {True}


def test_a_press_shows_only_those_and_a_second_all(line: CountFilters) -> None:
    """GIVEN counts WHEN one is pressed THEN its rows are wanted; pressed again, or "All", all are."""
    chosen = QSignalSpy(line.chosen)
    press(line, "Refused 5")
    line.show_filter(FILTERS[Counted.REFUSED])
    assert pressed(line) == ["Refused 5"]
    press(line, "Refused 5")
    assert pressed(line) == ["Refused 5"]  # until somebody says that all are shown
    line.show_filter(EVERY_ROW)
    press(line, "All 216")
    assert [chosen.at(at)[0] for at in range(chosen.count())] == [
        RowFilter(frozenset({State.REFUSED})),
        EVERY_ROW,
        EVERY_ROW,
    ]
    assert pressed(line) == []


def test_the_keyboard_presses_them_too(line: CountFilters) -> None:
    """GIVEN the keys on a count WHEN the arrow and the space bar are pressed THEN the next one is chosen."""
    chosen = QSignalSpy(line.chosen)
    ready = find(line, CountChip, "Ready 61")
    assert ready.focusPolicy() is Qt.FocusPolicy.TabFocus
    ready.setFocus()
    QTest.keyClick(ready, Qt.Key.Key_Right)
    held = find(line, CountChip, "Held 1")
    assert held.hasFocus()
    QTest.keyClick(held, Qt.Key.Key_Space)
    assert chosen.at(0) == [FILTERS[Counted.HELD]]


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (RowFilter(text="3f"), []),
        (TO_HANDLE, ["Refused 5", "Unknown 0", "Not sent 2"]),
        (RowFilter(frozenset({State.INCOMPLETE}), held=True, text="3f"), ["Held 1"]),
        (RowFilter(frozenset({State.INCOMPLETE}), held=False), ["Incomplete 2"]),
        (RowFilter(frozenset({State.INCOMPLETE})), ["Held 1", "Incomplete 2"]),
    ],
)
def test_what_is_shown_is_pressed(line: CountFilters, wanted: RowFilter, words: list[str]) -> None:
    """GIVEN a filter that somebody else has chosen WHEN it is shown THEN the counts of its states are pressed."""
    line.show_filter(wanted)
    assert pressed(line) == words


def test_a_count_that_is_pressed_stays_at_nought(line: CountFilters) -> None:
    """GIVEN a rare count that is pressed WHEN its last row goes THEN the button stays, to be pressed again."""
    line.show_filter(FILTERS[Counted.UNSENT])
    line.show_counts({State.READY: 216}, 216, 0)
    assert seen(line)[-1] == "Not sent 0"
    line.show_filter(EVERY_ROW)
    assert seen(line)[-1] == "Unknown 0"


def test_a_scan_that_is_being_saved_moves_no_button(line: CountFilters, qtbot: QtBot) -> None:
    """GIVEN nothing incomplete WHEN a row is so for a moment THEN no button comes and goes; the text tells it."""
    line.show_counts({State.READY: 1}, 1, 0)
    line.show_counts({State.READY: 1, State.INCOMPLETE: 1}, 2, 0)
    assert line.text().endswith("Incomplete 1")
    assert seen(line)[-1] == "Unknown 0"
    line.show_counts({State.READY: 2}, 2, 0)
    line.show_counts({State.READY: 2, State.INCOMPLETE: 1}, 3, 0)
    assert seen(line)[-1] == "Unknown 0"
    qtbot.waitUntil(lambda: seen(line)[-1] == "Incomplete 1")
    line.show_filter(FILTERS[Counted.INCOMPLETE])
    line.show_counts({State.READY: 3}, 3, 0)
    assert seen(line)[-1] == "Incomplete 0"


def test_what_has_no_room_is_in_a_menu(line: CountFilters) -> None:
    """GIVEN a small window THEN the last counts are in a menu, and the one that is pressed stays in sight."""
    chosen = QSignalSpy(line.chosen)
    line.resize(420, theme.TARGET)
    assert seen(line) == ["All 216", "Ready 61", "Held 1", "Bound 145"]
    more = find(line, QToolButton, "More counts")
    assert more.height() >= theme.TARGET
    menu = more.menu()
    assert [action.text() for action in menu.actions()] == ["Refused 5", "Unknown 0", "Incomplete 2", "Not sent 2"]
    menu.popup(QPoint(0, 0))
    line.show_counts({**COUNTS, State.UNSENT: 1}, 215, 1)
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(menu.actions()[3]).center())
    assert chosen.at(0) == [FILTERS[Counted.UNSENT]]

    line.show_filter(FILTERS[Counted.UNSENT])

    assert seen(line)[-1] == "Not sent 1"
    assert line.text().count("    ") == 7
    assert line.minimumSizeHint().width() < 200
