"""The tables of keyboards are true: keys pressed on a display set to each country, as a scanner presses them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from bindtool.core.scanner.burst import Burst
from bindtool.core.scanner.keyboard_layouts import mangled, repair
from bindtool.core.scanner.scan_rules import Keyboard, ScanRules
from bindtool.core.scanner.self_test import SHOWN, Difference, compare
from bindtool.gui.scanning.setup.test_page import BurstField
from tests.gui.conftest import Show
from tests.gui.loop import PATIENCE

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="sets the keyboard of an X display")

LAYOUTS = {
    Keyboard.FRENCH: "fr",
    Keyboard.BELGIAN: "be",
    Keyboard.BRITISH: "gb",
    Keyboard.ITALIAN: "it",
    Keyboard.GERMAN: "de",
}
# An American keyboard by the codes that X has for its keys: evdev, /usr/include/linux/input-event-codes.h plus 8.
CODES = [49, *range(10, 22), *range(24, 36), *range(38, 49), 51, *range(52, 62)]
PLAIN = "`1234567890-=qwertyuiop[]asdfghjkl;'\\zxcvbnm,./"
SHIFTED = '~!@#$%^&*()_+QWERTYUIOP{}ASDFGHJKL:"|ZXCVBNM<>?'
SHIFT, RETURN = "50", "36"
DEAD = {Keyboard.FRENCH: "[{", Keyboard.BELGIAN: "[{", Keyboard.GERMAN: "="}
"""What a scanner sends by keys that are dead there: X keeps the accent back where no letter follows."""


@contextmanager
def keyboard_of(layout: str) -> Iterator[None]:
    """Set the display's keyboard to a country for a while."""
    subprocess.run(["setxkbmap", layout], check=True)
    try:
        yield
    finally:
        subprocess.run(["setxkbmap", "us"], check=True)


def keys_of(text: str) -> list[str]:
    """Return what a scanner that is set to an American keyboard presses, in xdotool's words."""
    pressed: list[str] = []
    for character in text:
        if character in PLAIN:
            pressed += ["key", str(CODES[PLAIN.index(character)])]
        else:
            pressed += ["keydown", SHIFT, "key", str(CODES[SHIFTED.index(character)]), "keyup", SHIFT]
    return [*pressed, "key", RETURN]


@pytest.mark.parametrize("keyboard", LAYOUTS)
def test_a_scan_on_a_computer_of_that_country(qtbot: QtBot, show: Show, keyboard: Keyboard) -> None:
    """GIVEN a display of that country WHEN the test's code is scanned THEN it arrives as the table says."""
    assert QGuiApplication.platformName() == "xcb"
    field = BurstField("Scan here")
    came: list[Burst] = []
    field.came.connect(came.append)
    show(field)
    field.setFocus()
    with keyboard_of(LAYOUTS[keyboard]), subprocess.Popen(["xdotool", *keys_of(SHOWN)]):
        qtbot.waitUntil(lambda: bool(came), timeout=PATIENCE)
    sent = "".join(one for one in SHOWN if one not in DEAD.get(keyboard, ""))
    assert came[0].text == mangled(sent, keyboard)
    assert repair(came[0].text, keyboard) == sent
    assert keyboard in {
        finding.text for finding in compare(came[0], ScanRules()) if finding.difference is Difference.KEYBOARD
    }
