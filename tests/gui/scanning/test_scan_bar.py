"""The strip shows what it is told, and hands on what is scanned."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QPushButton

from bindtool.gui.common.theme import theme
from bindtool.gui.common.theme.icons import Mark, MarkLabel
from bindtool.gui.common.theme.theme import Tone
from bindtool.gui.scanning.last_scan import ScanResult
from bindtool.gui.scanning.scan_bar import ScanBar
from tests.gui.acting import find, press, said

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from bindtool.i18n.catalogue import Texts
    from tests.gui.conftest import Show

TIME = datetime(2026, 11, 25, 9, 41, 7, tzinfo=UTC)
SMALL_WIDTH = 1024


@pytest.fixture
def strip(texts: Texts, show: Show) -> ScanBar:
    """Give a strip as wide as a small laptop's window."""
    made = ScanBar(texts)
    made.resize(SMALL_WIDTH, made.sizeHint().height())
    show(made)
    return made


def marks(strip: ScanBar) -> list[Mark | None]:
    """Return the drawings that can be seen."""
    return [label.mark for label in strip.findChildren(MarkLabel) if label.isVisible()]


def ground(strip: ScanBar) -> str:
    """Return the name of the strip's colour, where no word stands."""
    return strip.grab().toImage().pixelColor(SMALL_WIDTH // 2, 3).name()


def test_it_begins_ready(strip: ScanBar) -> None:
    """GIVEN a new strip WHEN nothing was scanned THEN it says that it listens, in words and with a drawing."""
    assert said(strip).split("\n") == ["READY TO SCAN", "Nothing scanned yet", "0", "No job name"]
    assert marks(strip) == [Mark.LISTENING]


def test_it_says_why_it_is_not_ready(strip: ScanBar) -> None:
    """GIVEN a last scan WHEN scans go elsewhere THEN the reason stands in its place until they arrive again."""
    strip.show_last("SPK26113F21A0", "added", ScanResult.ADDED, TIME)

    strip.set_not_ready("another window is in front, scans go there")

    assert "NOT READY" in said(strip)
    assert "another window is in front, scans go there" in said(strip)
    assert "…3F21A0" not in said(strip)
    assert marks(strip) == [Mark.HELD]

    strip.set_ready()

    assert "READY TO SCAN\n…3F21A0" in said(strip)
    assert "another window" not in said(strip)


def test_the_field_stays_where_it_is(strip: ScanBar) -> None:
    """GIVEN a ready strip WHEN it is not ready any more THEN the scan field does not move."""
    before = strip.field.geometry()

    strip.set_not_ready("another window is in front, scans go there")
    QApplication.processEvents()

    assert strip.field.geometry() == before


@pytest.mark.parametrize(
    ("taken", "mark"),
    [
        (ScanResult.ADDED, Mark.BOUND),
        (ScanResult.REPEAT, Mark.REPEAT),
        (ScanResult.HELD, Mark.HELD),
        (ScanResult.REFUSED, Mark.REFUSED),
    ],
)
def test_the_last_scan_is_shown_by_its_end(strip: ScanBar, taken: ScanResult, mark: Mark) -> None:
    """GIVEN a strip WHEN a scan came THEN its last six characters, its fate and its time are shown."""
    strip.show_last("SPK26113F21A0", "what became of it", taken, TIME)

    assert "…3F21A0\nwhat became of it\n09:41:07" in said(strip)
    assert marks(strip) == [Mark.LISTENING, mark]


def test_a_short_id_is_shown_whole(strip: ScanBar) -> None:
    """GIVEN an id of six characters WHEN it was scanned THEN there is nothing to leave out."""
    strip.show_last("3F21A0", "added", ScanResult.ADDED, TIME)

    assert "\n3F21A0\n" in said(strip)


@pytest.mark.parametrize("taken", ScanResult)
def test_a_flash_comes_and_goes(qtbot: QtBot, strip: ScanBar, taken: ScanResult) -> None:
    """GIVEN a calm strip WHEN it flashes THEN it is coloured, once, and calm again by itself."""
    calm = ground(strip)

    strip.flash(taken)

    assert strip.flashing
    assert ground(strip) != calm
    qtbot.waitUntil(lambda: not strip.flashing)
    assert ground(strip) == calm


def test_a_second_flash_takes_the_place_of_the_first(strip: ScanBar) -> None:
    """GIVEN a flash WHEN the next scan comes THEN its colour is seen at once and in full."""
    strip.flash(ScanResult.ADDED)

    strip.flash(ScanResult.REFUSED)

    assert ground(strip) == theme.flash(Tone.BAD, strip.palette()).name()


@pytest.mark.parametrize(
    ("job", "expected", "shown", "heard"),
    [
        ("WO-1125", 400, "212 / 400\nWO-1125", "WO-1125: 212 of 400 devices"),
        ("", None, "212\nNo job name", "No job name: 212 devices"),
    ],
)
def test_it_shows_how_far_the_job_is(
    strip: ScanBar, job: str, expected: int | None, shown: str, heard: str
) -> None:
    """GIVEN a job WHEN it has a number THEN it stands beside the count; without one the count stands alone."""
    strip.set_job(job, 212, expected)

    assert said(strip).endswith(shown)
    assert find(strip, QPushButton, "Job").accessibleDescription() == heard


def test_the_job_opens_its_details(strip: ScanBar) -> None:
    """GIVEN a strip WHEN the count is pressed THEN the details are asked for, and the focus stays."""
    wanted = QSignalSpy(strip.details_requested)
    strip.activateWindow()
    strip.field.setFocus()

    press(strip, "Job")

    assert wanted.count() == 1
    assert strip.field.hasFocus()


def test_scans_and_lists_are_handed_on(strip: ScanBar) -> None:
    """GIVEN a strip WHEN something comes into its field THEN the strip hands it on."""
    scanned, pasted = QSignalSpy(strip.scanned), QSignalSpy(strip.pasted)

    QTest.keyClicks(strip.field, "A1")
    QTest.keyClick(strip.field, Qt.Key.Key_Return)
    strip.field.insert("A1\nA2")

    assert scanned.at(0) == ["A1"]
    assert pasted.at(0) == ["A1\nA2"]


def test_practice_is_said(strip: ScanBar) -> None:
    """GIVEN a strip WHEN it is for practice THEN the word stands in it."""
    assert "PRACTICE" not in said(strip)

    strip.set_practice(True)

    assert "PRACTICE" in said(strip)


@pytest.mark.parametrize("texts", ["en", "zh_CN"], indirect=True)
def test_the_count_is_never_cut(strip: ScanBar) -> None:
    """GIVEN a small laptop WHEN the numbers are large THEN the strip is no wider than the window."""
    strip.set_practice(True)
    strip.set_job("WO-1125", 12_345, 20_000)
    strip.show_last("SPK26113F21A0", "Already in row 147, scanned 09:41:07 by A12", ScanResult.REPEAT, TIME)

    assert strip.minimumSizeHint().width() <= SMALL_WIDTH


@pytest.mark.parametrize("texts", ["en", "zh_CN"], indirect=True)
def test_looking_up_is_plain_to_see(strip: ScanBar, texts: Texts) -> None:
    """GIVEN a strip WHEN scans are looked up THEN its words and ground are others, until they are added again."""
    before, place = ground(strip), strip.field.geometry()

    strip.set_looking_up()
    strip.lookup_view.invite("Scan to see", "Nothing is added")

    assert said(strip).split("\n")[:3] == [texts("scan.looking_up"), "Scan to see", "Nothing is added"]
    assert ground(strip) != before
    assert strip.field.geometry() == place

    strip.lookup_view.show_record("SPK26113F21A0", Mark.BOUND, "bound · 09:41 · " + "x" * 100, "row 7")

    assert marks(strip) == [Mark.LOOK_UP, Mark.BOUND]
    assert "…3F21A0" in said(strip)
    assert strip.minimumSizeHint().width() <= SMALL_WIDTH

    strip.set_ready()

    assert ground(strip) == before
    assert "row 7" not in said(strip)
