"""The field of the scanner's test tells how a scan was typed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from bindtool.core.scanner.burst import Burst, Stroke
from bindtool.core.scanner.scan_rules import EndKey
from bindtool.gui.scanning.setup.test_page import BurstField
from tests.gui.acting import key, keys, paste
from tests.gui.conftest import Show
from tests.gui.loop import PATIENCE
from tests.gui.scanner import press_keys


class Catcher:
    """A field, and what it has caught."""

    def __init__(self, qtbot: QtBot, show: Show) -> None:
        self._qtbot = qtbot
        self.bursts: list[Burst] = []
        self.page = QWidget()
        column = QVBoxLayout(self.page)
        self.field = BurstField("Scan here")
        self.other = QLineEdit()
        self.field.came.connect(self.bursts.append)
        column.addWidget(self.field)
        column.addWidget(self.other)
        show(self.page)
        self.field.setFocus()

    def wait(self) -> Burst:
        """Wait for the silence after a scan."""
        self._qtbot.waitUntil(lambda: len(self.bursts) == 1, timeout=PATIENCE)
        return self.bursts[0]


@pytest.fixture
def me(qtbot: QtBot, show: Show) -> Catcher:
    """Give a field with the keyboard in it."""
    return Catcher(qtbot, show)


@pytest.mark.parametrize(
    ("pressed", "ends"),
    [
        ([], ()),
        ([Qt.Key.Key_Return], (EndKey.RETURN,)),
        ([Qt.Key.Key_Enter], (EndKey.RETURN,)),
        ([Qt.Key.Key_Tab], (EndKey.TAB,)),
        ([Qt.Key.Key_Return, Qt.Key.Key_Tab], (EndKey.RETURN, EndKey.TAB)),
    ],
)
def test_a_scan_and_its_ends(me: Catcher, pressed: list[Qt.Key], ends: tuple[EndKey, ...]) -> None:
    """GIVEN a scan WHEN silence follows THEN its text and its ends are told, and the field is empty and ready."""
    keys(me.field, "aB1;")
    for one in pressed:
        key(me.field, one)
    burst = me.wait()
    assert (burst.text, burst.ends, burst.in_field) == ("aB1;", ends, True)
    assert me.field.text() == ""
    assert me.field.hasFocus()


def test_the_pace_is_told(me: Catcher) -> None:
    """GIVEN keys with the system's stamps THEN each stroke says how soon its key came after the one before."""
    press_keys(me.field, "ABÇ")
    assert me.wait().strokes == (Stroke("A", 1000), Stroke("B", 2), Stroke("Ç", 2))


def test_shift_is_a_key(me: Catcher) -> None:
    """GIVEN a scanner that sends Shift as a key of its own THEN the pace is from key to key, not twice as slow."""
    press_keys(me.field, "⇧A⇧B7", gap=50)
    burst = me.wait()
    assert (burst.text, burst.longest_gap) == ("AB7", 50)


def test_what_is_no_scan(me: Catcher) -> None:
    """GIVEN an empty field WHEN Return, Shift or a paste comes THEN it is no scan, and a Tab moves on."""
    key(me.field, Qt.Key.Key_Return)
    key(me.field, Qt.Key.Key_Shift)
    paste(me.page, "Scan here", "SPK1")
    me.field.clear()
    key(me.field, Qt.Key.Key_Tab)
    assert me.other.hasFocus()
    me.field.setFocus()
    keys(me.field, "A")
    assert me.wait().text == "A"


def test_silence_without_a_scan(me: Catcher, qtbot: QtBot) -> None:
    """GIVEN a Return alone WHEN silence follows THEN nothing is told, and what was pasted is gone."""
    paste(me.page, "Scan here", "SPK1")
    key(me.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: me.field.text() == "", timeout=PATIENCE)
    assert me.bursts == []
