"""Labels that are scanned after their devices, in the whole window: by keys, by a serial port, slowly, anywhere."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication

from bindtool.core.barcode.id_rules import IdRules
from bindtool.core.labels.template import LabelFrom
from bindtool.core.scanner.scan_rules import ScannerRules, ScanRules
from bindtool.core.sheet_view.columns import Column
from bindtool.gui.common.audio.cues import Cue
from tests.stories.keyboard import needs_keyboard
from tests.stories.listener import Listener

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bindtool.core.profiles.profile import Profile
    from bindtool.practice.server import PracticeServer
    from tests.gui.pseudo_terminal import SerialLine
    from tests.stories.conftest import Open
    from tests.stories.keyboard import Keyboard
    from tests.stories.technician import Technician

pytestmark = pytest.mark.long

ONE, TWO = "SPK26113F2001", "SPK26113F2002"
LABEL, OTHER = "HALL-07", "HALL-08"


@pytest.fixture
def listener() -> Listener:
    """Give somebody who hears the cues."""
    return Listener()


@pytest.fixture
def me(profile: Profile, open_window: Open, listener: Listener) -> Iterator[Technician]:
    """Give a technician whose profile has the next code as the label; a busy computer's keys have time."""
    rules = ScanRules(ScannerRules(longest_gap=200), ids=IdRules("SPK[0-9A-F]{10}"))
    with open_window(replace(profile, scan=rules, label_from=LabelFrom.NEXT_CODE), sounds=listener) as technician:
        yield technician


def labels(me: Technician) -> list[str]:
    """Return the labels of the rows."""
    return [row.label for row in me.window.model.sheet]


def scan_field(me: Technician) -> None:
    """Leave the cursor where scans go."""
    me.window.scan_bar.field.setFocus()


def cell(me: Technician) -> None:
    """Put the cursor on the first row."""
    me.select(1)
    me.window.table.setFocus()


def nothing(me: Technician) -> None:
    """Take the focus off everything."""
    focus = QApplication.focusWidget()
    assert focus is not None
    focus.clearFocus()
    assert me.window.isActiveWindow()


@needs_keyboard
@pytest.mark.parametrize(("place", "delay"), [(scan_field, 1), (cell, 40), (nothing, 1)])
def test_a_scanner_that_types_is_heard_wherever_the_cursor_is(
    me: Technician, keyboard: Keyboard, listener: Listener, place: Callable[[Technician], None], delay: int
) -> None:
    """Fast or slow, each label comes to the device before it, and no cell is touched."""
    keyboard.scan(ONE, LABEL, delay=delay)
    me.until(lambda: labels(me) == [LABEL], "see the first label")
    place(me)
    keyboard.scan(TWO, OTHER, delay=delay)
    me.until(lambda: labels(me) == [LABEL, OTHER], "see the second label")
    me.sees_states("ready", "ready")
    me.until(lambda: len(listener.heard) == 4, "hear the last one")
    assert listener.heard == [Cue.ADDED, Cue.LABELLED] * 2
    assert [row.device_id for row in me.window.model.sheet] == [ONE, TWO]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo-terminals")
def test_a_serial_scanner(me: Technician, line: SerialLine) -> None:
    """It needs no focus, and neither do its labels."""
    me.place.services.serial.use(str(line.port), 9600)
    me.sees(f"scanner on {line.port}: connected")
    me.press("Operator")
    for code, seen in ((ONE, [""]), (LABEL, [LABEL]), (TWO, [LABEL, ""]), (OTHER, [LABEL, OTHER])):
        line.send(code.encode() + b"\r")
        me.until(partial(lambda wanted: labels(me) == wanted, seen), f"see {code}")
        # Until no more lines of the code can follow.
        me.until(lambda: me.place.controller.scanning.at_rest, "hear the end of it")


def paste(me: Technician) -> None:
    """Paste a list."""
    me.paste(f"device_id\tlabel\n{TWO}\tHall 2")
    me.sees("1 added")


def paste_nothing(me: Technician) -> None:
    """Paste what has no device."""
    me.paste("device_id\tlabel")


def confirm(me: Technician) -> None:
    """Press Bind, and don't bind."""
    me.scan(LABEL)
    me.scan(TWO)
    me.press(me.says("foot.bind_name"))
    me.press("Cancel")


def look_up(me: Technician) -> None:
    """Look a device up."""
    me.keys("Ctrl+L")
    me.scan(TWO)
    me.keys("Esc")


def lose_the_front(me: Technician) -> None:
    """Let another window come to the front for a moment, which may have had the next scans."""
    me.window.front_changed.emit(False)
    me.window.front_changed.emit(True)


@pytest.mark.parametrize("between", [paste, paste_nothing, confirm, look_up, lose_the_front])
def test_what_comes_between_a_device_and_its_label(me: Technician, between: Callable[[Technician], None]) -> None:
    """The label goes nowhere, and the strip says so."""
    me.scan(ONE)
    between(me)
    me.window.scan_bar.field.setFocus()
    me.scan(OTHER)
    me.sees(f"the label {OTHER} was not added: scan its device, then the label")
    assert OTHER not in labels(me)


def test_a_morning_with_labels(me: Technician, server: PracticeServer) -> None:
    """A label that was forgotten comes later, a list brings its own, and all are bound with theirs."""
    me.scan(ONE, TWO, OTHER)
    me.sees_states("incomplete", "ready")
    assert me.cell(1, Column.MESSAGE) == "no label yet"
    me.scan(ONE, LABEL)
    me.sees_notice(f"Row 1 was scanned again, then “{LABEL}”. Is that its label?")
    me.press("Label of row 1")
    me.sees_states("ready", "ready")
    me.keys("Ctrl+Z")
    me.sees_states("incomplete", "ready")
    me.keys("Ctrl+Shift+Z")
    me.paste("device_id\tlabel\nSPK26113F2003\tHall 3\nSPK26113F2004\t")
    me.sees_step_button("Bind 4 devices")
    me.bind()
    me.sees("All 4 bound")
    assert {device_id: bound.label for device_id, bound in server.bound.items()} == {
        ONE: LABEL, TWO: OTHER, "SPK26113F2003": "Hall 3", "SPK26113F2004": "智能音箱-3F2004",
    }  # fmt: skip


def test_another_language_keeps_the_question_and_the_device(me: Technician) -> None:
    """What was scanned right before is still that, and what was asked is still asked."""
    me.scan(ONE, LABEL, ONE, OTHER, TWO)
    me.speak("中文")
    me.sees_notice(f"第 1 行已有标签“{LABEL}”。换成“{OTHER}”？")
    me.window.scan_bar.field.setFocus()
    me.scan("HALL-09")
    me.until(lambda: labels(me) == [LABEL, "HALL-09"], "see its label")
    me.press("换成新的")
    me.until(lambda: labels(me) == [OTHER, "HALL-09"], "see the other label")
    me.speak("English")
