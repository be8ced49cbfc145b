"""Scans and labels while a pinyin input method is on; `test_input_method.py` runs these stories with one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit

from bindtool.core.scanner.scan_rules import ScannerRules, ScanRules
from bindtool.core.sheet_view.columns import Column
from tests.gui import acting
from tests.stories.keyboard import SLOW_PERSON, Keyboard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

    from bindtool.core.profiles.profile import Profile
    from tests.stories.conftest import Open
    from tests.stories.technician import Technician

CODES = ("sn2026abcni7", "nihao20261125zhong", "SN2026ABCNI7")


@pytest.fixture
def me(profile: Profile, open_window: Open) -> Iterator[Technician]:
    """Return a technician with one row; a busy test computer may be late with its keys, so they have time."""
    with open_window(replace(profile, scan=ScanRules(scanner=ScannerRules(longest_gap=200)))) as technician:
        technician.scan("SPK26113F2001")
        yield technician


class Preedit(QObject):
    """Observes the input method's preedit text."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        app = QApplication.instance()
        assert app is not None
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look, and let every event pass."""
        if isinstance(event, QInputMethodEvent):
            self.text = event.preeditString()
        return False


# ---------------------------------------------------------------- where the keys go


def scan_field(me: Technician) -> None:
    """The usual place."""
    me.window.scan_bar.field.setFocus()


def id_editor(me: Technician) -> None:
    """The editor of an id."""
    me.select(1)
    me.window.table.edit(me.window.table.currentIndex())


def button(me: Technician) -> None:
    """Bind has the focus."""
    acting.find(me.window, QAbstractButton, "Bind").setFocus()


def label_cell(me: Technician) -> None:
    """The cell of a label; typing would open its editor."""
    me.window.table.setCurrentIndex(me.window.model.index(me.window.model.row_of(1), Column.LABEL))
    me.window.table.setFocus()


def label_editor(me: Technician) -> None:
    """The editor of a label, where the input method is on."""
    label_cell(me)
    me.window.table.edit(me.window.table.currentIndex())


@pytest.mark.parametrize("delay", [0, 1, 5, 8])
@pytest.mark.parametrize(
    "place", [scan_field, id_editor, button, label_cell, label_editor], ids=lambda place: place.__name__
)
def test_scans_arrive_as_sent(
    me: Technician, keyboard: Keyboard, place: Callable[[Technician], None], delay: int
) -> None:
    """Letters that would be pinyin and digits that would choose a word: nothing of them is touched."""
    place(me)
    focus = QApplication.focusWidget()
    text = focus.text() if isinstance(focus, QLineEdit) else ""
    keyboard.scan(*CODES, delay=delay)
    me.until(lambda: me.window.model.rowCount() == 1 + len(CODES), "see the rows")
    assert [me.cell(n, Column.DEVICE_ID) for n in range(2, 2 + len(CODES))] == list(CODES)
    assert QApplication.focusWidget() is focus
    assert (focus.text() if isinstance(focus, QLineEdit) else "") == text
    assert me.window.scan_bar.field.text() == ""


def test_an_id_is_typed_as_it_is(me: Technician, keyboard: Keyboard) -> None:
    """The input method is off in the id column."""
    id_editor(me)
    keyboard.type("ni7", "Return", pace=SLOW_PERSON)
    me.until(lambda: me.cell(1, Column.DEVICE_ID) == "ni7", "see the id")


@pytest.mark.parametrize("place", [label_cell, label_editor], ids=lambda place: place.__name__)
def test_labels_take_chinese(me: Technician, keyboard: Keyboard, place: Callable[[Technician], None]) -> None:
    """In the editor, and typed onto the cell: pinyin and the space bar, then Return."""
    place(me)
    keyboard.type("nihao", "space", pace=SLOW_PERSON)
    me.until(lambda: "你好" in _typed(), "see the word")
    keyboard.press("Return")
    me.until(lambda: me.cell(1, Column.LABEL) == "你好", "see the label")


def test_a_scan_in_the_midst_of_a_word(me: Technician, keyboard: Keyboard) -> None:
    """Half a word is not chosen yet when somebody scans: the row is as sent, and the word goes on after it."""
    preedit = Preedit()
    label_editor(me)
    keyboard.type("ni", pace=SLOW_PERSON)
    me.until(lambda: preedit.text != "", "see the word begin")
    keyboard.scan(CODES[0])
    me.until(lambda: me.window.model.rowCount() == 2, "see the row")
    assert me.cell(2, Column.DEVICE_ID) == CODES[0]
    keyboard.type("hao", "space", pace=SLOW_PERSON)
    me.until(lambda: "你好" in _typed(), "see the word")
    assert CODES[0] not in _typed()


def test_the_input_method_is_on(qtbot: QtBot, keyboard: Keyboard) -> None:
    """Without our care the same keys are eaten: these stories prove something."""
    line = QLineEdit()
    qtbot.addWidget(line)
    with qtbot.waitActive(line):
        line.show()
        line.activateWindow()
    preedit = Preedit()
    keyboard.type("ni", pace=SLOW_PERSON)
    qtbot.waitUntil(lambda: preedit.text != "")
    assert line.text() == ""


def _typed() -> str:
    focus = QApplication.focusWidget()
    return focus.text() if isinstance(focus, QLineEdit) else ""
