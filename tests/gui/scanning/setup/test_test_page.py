"""The page that tests a scanner: its codes can be read off the screen, and it says what is wrong."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from bindtool.core.scanner.keyboard_layouts import mangled
from bindtool.core.scanner.scan_rules import Keyboard, ScannerRules, ScanRules
from bindtool.core.scanner.self_test import SHOWN
from bindtool.gui.common.shell.session_state import InputMode
from bindtool.gui.common.theme import theme
from bindtool.gui.scanning.setup.test_page import ScannerTestPage
from bindtool.i18n.catalogue import Texts
from tests.gui.acting import can_see, key, keys, press, said
from tests.gui.conftest import SMALLEST
from tests.gui.loop import PATIENCE
from tests.gui.reading import read_codes
from tests.gui.scanner import RETURN, burst
from tests.gui.whole_window import EquippedWindow, whole_window


@pytest.fixture
def window(texts: Texts, qtbot: QtBot) -> Iterator[EquippedWindow]:
    """Give a window in front, with the page open, and the usual rules."""
    with whole_window(texts, SMALLEST) as window:
        window.actions_["test_scanner"].triggered.connect(lambda: window.scanner_test().begin())
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        window.actions_["test_scanner"].trigger()
        QApplication.processEvents()
        yield window


@pytest.fixture
def page(window: EquippedWindow) -> ScannerTestPage:
    """Give the page."""
    return window.scanner_test()


def test_the_codes_can_be_scanned_off_the_screen(page: ScannerTestPage) -> None:
    """GIVEN the page at the smallest size THEN both codes are seen whole, and both hold the text."""
    assert read_codes(page.grab()) == {"Code128": SHOWN, "QRCode": SHOWN}
    assert page.horizontalScrollBar().maximum() == 0


def test_the_codes_are_dark_on_light_in_the_dark_too(
    qapp: QApplication, dress_again: None, page: ScannerTestPage
) -> None:
    """GIVEN the dark colours THEN the codes are as they were: cheap scanners read no light bars on dark."""
    theme.apply_scheme(qapp, dark=True)
    assert read_codes(page.grab()) == {"Code128": SHOWN, "QRCode": SHOWN}


def test_a_good_scanner(page: ScannerTestPage, qtbot: QtBot) -> None:
    """GIVEN the page WHEN the text is scanned, by keys, with its end THEN all is right and nothing is to be set."""
    assert page.field.hasFocus()
    keys(page.field, SHOWN)
    key(page.field, Qt.Key.Key_Return)
    qtbot.waitUntil(page.reply.isVisible, timeout=PATIENCE)
    assert "every character arrived" in page.reply.accessibleDescription()
    assert not can_see(page, "Set it")


def test_what_can_be_set(window: EquippedWindow, page: ScannerTestPage) -> None:
    """GIVEN a scanner with a trouble WHEN it is set THEN the rules cure it, and then all is right."""
    scan = burst(mangled(SHOWN, Keyboard.BELGIAN), RETURN)
    page.field.came.emit(scan)
    assert "another keyboard than this computer: Belgian (AZERTY)" in page.reply.accessibleDescription()
    assert f"Received: {scan.text}" in page.reply.accessibleDescription()
    press(page, "Set it")
    assert window.rules.rules == ScanRules(scanner=ScannerRules(keyboard=Keyboard.BELGIAN))
    assert "Scan once more" in page.reply.accessibleDescription()
    assert page.field.hasFocus()
    page.field.came.emit(scan)
    assert "All right" in page.reply.accessibleDescription()
    assert not can_see(page, "Set it")


def test_what_no_rule_cures(page: ScannerTestPage) -> None:
    """GIVEN a trouble of the keyboard or the scanner itself THEN it is said what to do, and nothing can be set."""
    page.field.came.emit(burst(SHOWN.swapcase(), RETURN))
    assert "press Caps Lock once" in page.reply.accessibleDescription()
    assert not can_see(page, "Set it")


def test_a_rule_that_is_in_the_way(window: EquippedWindow, page: ScannerTestPage) -> None:
    """GIVEN a rule for a scanner that was put right since WHEN it is tested THEN the rule can be taken back."""
    window.rules.change(ScanRules(scanner=ScannerRules(keyboard=Keyboard.GERMAN)))
    page.field.came.emit(burst(SHOWN, RETURN))
    assert "would change what it sends" in page.reply.accessibleDescription()
    press(page, "Set it")
    assert window.rules.rules == ScanRules()


def test_the_way_back(window: EquippedWindow, page: ScannerTestPage) -> None:
    """GIVEN an answer WHEN the page is left and opened again THEN nothing of it is left."""
    page.field.came.emit(burst(SHOWN))
    press(page, "Back to scanning")
    assert window.pages.currentWidget() is window.sheet_page
    page.begin()
    assert "No Enter" not in said(page)
    assert not can_see(page, "Set it")


def test_what_was_learnt_is_shown_and_can_be_forgotten(window: EquippedWindow, page: ScannerTestPage) -> None:
    """GIVEN a learnt gap WHEN Forget is pressed THEN it is none any more; without one nothing can be forgotten."""
    assert not page.forget.isVisible()
    window.services.learnt.keep_gap(55)
    page.begin()
    assert "Learnt from your scans: up to 55 ms between two keys." in said(page)
    press(page, "Forget")
    assert window.rules.gap == 0
    assert not page.forget.isVisible()
    assert "Learnt" not in said(page)


def test_the_mode_lasts_as_long_as_the_page(window: EquippedWindow) -> None:
    """GIVEN the page WHEN it is left by its button, or another one is shown THEN a scan is a new row again."""
    input_mode = window.services.input_mode
    seen = [input_mode.mode]
    input_mode.entered.connect(seen.append)
    press(window, "Back to scanning")
    window.actions_["test_scanner"].trigger()
    window.show_page(window.welcome())
    assert seen == [InputMode.TEST, InputMode.SCAN, InputMode.TEST, InputMode.SCAN]


def test_another_mode_leaves_the_page(window: EquippedWindow) -> None:
    """GIVEN the page WHEN somebody wants to look up THEN the sheet's page is there, where that is seen."""
    input_mode = window.services.input_mode
    input_mode.enter(InputMode.LOOK_UP)
    assert window.pages.currentWidget() is window.sheet_page
    assert input_mode.mode is InputMode.LOOK_UP
