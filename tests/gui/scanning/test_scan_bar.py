"""The scan bar shows what it is told, and hands on what is scanned."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.icons import Mark, MarkLabel
from bindtool.gui.common.theme.theme import Tone
from bindtool.gui.scanning.scan_bar import ScanBar
from bindtool.gui.scanning.scan_session import ScanResult
from bindtool.i18n.catalogue import Texts
from tests.gui.acting import find, press, said
from tests.gui.conftest import Show

TIME = datetime(2026, 11, 25, 9, 41, 7, tzinfo=UTC)
SMALL_WIDTH = 1024


@pytest.fixture
def scan_bar(texts: Texts, show: Show) -> ScanBar:
    """Give a scan bar as wide as a small laptop's window."""
    made = ScanBar(texts)
    made.resize(SMALL_WIDTH, made.sizeHint().height())
    show(made)
    return made


def marks(scan_bar: ScanBar) -> list[Mark | None]:
    """Return the drawings that can be seen."""
    return [label.mark for label in scan_bar.findChildren(MarkLabel) if label.isVisible()]


def background(scan_bar: ScanBar) -> str:
    """Return the name of the scan bar's colour, where no word stands."""
    return scan_bar.grab().toImage().pixelColor(SMALL_WIDTH // 2, 3).name()


def test_it_says_why_it_is_not_ready(scan_bar: ScanBar) -> None:
    """GIVEN a last scan WHEN scans go elsewhere THEN the reason stands in its place until they arrive again."""
    assert said(scan_bar).split("\n") == ["READY TO SCAN", "Nothing scanned yet", "0", "Set job…"]
    assert marks(scan_bar) == [Mark.LISTENING]
    place = scan_bar.field.geometry()
    scan_bar.show_last("SPK26113F21A0", "added", ScanResult.ADDED, TIME)

    scan_bar.set_not_ready("another window is in front, scans go there")

    assert "NOT READY" in said(scan_bar)
    assert "another window is in front, scans go there" in said(scan_bar)
    assert "…3F21A0" not in said(scan_bar)
    assert marks(scan_bar) == [Mark.HELD]
    QApplication.processEvents()
    assert scan_bar.field.geometry() == place

    scan_bar.set_ready()

    assert "READY TO SCAN\n…3F21A0" in said(scan_bar)
    assert "another window" not in said(scan_bar)


@pytest.mark.parametrize(
    ("result", "mark"),
    [
        (ScanResult.ADDED, Mark.BOUND),
        (ScanResult.REPEAT, Mark.REPEAT),
        (ScanResult.HELD, Mark.HELD),
        (ScanResult.REFUSED, Mark.REFUSED),
    ],
)
def test_the_last_scan_is_shown_by_its_end(scan_bar: ScanBar, result: ScanResult, mark: Mark) -> None:
    """GIVEN a scan bar WHEN a scan came THEN its last six characters, its fate and its time are shown."""
    scan_bar.show_last("SPK26113F21A0", "what became of it", result, TIME)

    assert "…3F21A0\nwhat became of it\n09:41:07" in said(scan_bar)
    assert marks(scan_bar) == [Mark.LISTENING, mark]
    scan_bar.show_last("3F21A0", "what became of it", result, TIME)
    assert "\n3F21A0\n" in said(scan_bar)


def test_a_list_can_be_taken_back(scan_bar: ScanBar, qtbot: QtBot) -> None:
    """GIVEN a list that was told of WHEN Tab comes to Undo THEN Space presses it; the next scan has none."""
    before = scan_bar.sizeHint()
    asked = QSignalSpy(scan_bar.undo_requested)
    scan_bar.show_last("", "30 added, 1 already here", ScanResult.ADDED, TIME)
    scan_bar.offer_undo(True)
    assert "30 added, 1 already here\n09:41:07" in said(scan_bar)
    assert scan_bar.sizeHint().height() == before.height()
    undo = find(scan_bar, QPushButton, "Undo")

    find(scan_bar, QPushButton, "Job").setFocus()
    QTest.keyClick(find(scan_bar, QPushButton, "Job"), Qt.Key.Key_Tab)
    assert undo.hasFocus()
    QTest.keyClick(undo, Qt.Key.Key_Space)
    assert asked.count() == 1

    scan_bar.show_last("SPK26113F21A0", "added", ScanResult.ADDED, TIME)
    assert not undo.isVisible()


@pytest.mark.parametrize("result", ScanResult)
def test_a_flash_comes_and_goes(qtbot: QtBot, scan_bar: ScanBar, result: ScanResult) -> None:
    """GIVEN a calm scan bar WHEN it flashes THEN it is coloured, once, and calm again by itself."""
    calm = background(scan_bar)

    scan_bar.flash(result)

    assert scan_bar.flashing
    assert background(scan_bar) != calm
    qtbot.waitUntil(lambda: not scan_bar.flashing)
    assert background(scan_bar) == calm


def test_a_second_flash_takes_the_place_of_the_first(scan_bar: ScanBar) -> None:
    """GIVEN a flash WHEN the next scan comes THEN its colour is seen at once and in full."""
    scan_bar.flash(ScanResult.ADDED)

    scan_bar.flash(ScanResult.REFUSED)

    assert background(scan_bar) == theme.flash(Tone.BAD, scan_bar.palette()).name()


def test_the_job_opens_its_details(scan_bar: ScanBar) -> None:
    """GIVEN a scan bar WHEN the count is pressed THEN the details are asked for, and the focus stays."""
    wanted = QSignalSpy(scan_bar.details_requested)
    scan_bar.activateWindow()
    scan_bar.field.setFocus()

    press(scan_bar, "Job")

    assert wanted.count() == 1
    assert scan_bar.field.hasFocus()


def test_scans_and_lists_are_handed_on(scan_bar: ScanBar) -> None:
    """GIVEN a scan bar WHEN something comes into its field THEN the scan bar hands it on."""
    scanned, pasted = QSignalSpy(scan_bar.scanned), QSignalSpy(scan_bar.pasted)

    QTest.keyClicks(scan_bar.field, "A1")
    QTest.keyClick(scan_bar.field, Qt.Key.Key_Return)
    scan_bar.field.insert("A1\nA2")

    assert scanned.at(0) == ["A1"]
    assert pasted.at(0) == ["A1\nA2"]


@pytest.mark.parametrize("texts", ["en", "zh_CN"], indirect=True)
def test_the_count_is_never_cut(scan_bar: ScanBar) -> None:
    """GIVEN a small laptop WHEN the numbers are large THEN the scan bar is no wider than the window."""
    scan_bar.set_job("WO-1125", 12_345, 20_000)
    scan_bar.show_last("SPK26113F21A0", "Already in row 147, scanned 09:41:07 by A12", ScanResult.REPEAT, TIME)

    assert scan_bar.minimumSizeHint().width() <= SMALL_WIDTH


@pytest.mark.parametrize("texts", ["en", "zh_CN"], indirect=True)
def test_looking_up_is_plain_to_see(scan_bar: ScanBar, texts: Texts) -> None:
    """GIVEN a scan bar WHEN scans are looked up THEN words and background differ until they are added again."""
    before, place = background(scan_bar), scan_bar.field.geometry()

    scan_bar.set_looking_up()
    scan_bar.lookup_view.invite("Scan to see", "Nothing is added")

    assert said(scan_bar).split("\n")[:3] == [texts("scan.looking_up"), "Scan to see", "Nothing is added"]
    assert background(scan_bar) != before
    assert scan_bar.field.geometry() == place

    scan_bar.lookup_view.show_record("SPK26113F21A0", Mark.BOUND, "bound · 09:41 · " + "x" * 100, "row 7")

    assert marks(scan_bar) == [Mark.LOOK_UP, Mark.BOUND]
    assert "…3F21A0" in said(scan_bar)
    assert scan_bar.minimumSizeHint().width() <= SMALL_WIDTH

    scan_bar.set_ready()

    assert background(scan_bar) == before
    assert "row 7" not in said(scan_bar)
