"""What the window says by itself to a screen reader, and how urgent it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication

from bindtool.core.common.errors import BadInput
from bindtool.core.common.messages import Message
from bindtool.gui.binding.summary_banner import RunSummary
from bindtool.gui.common.theme.icons import Mark
from bindtool.gui.common.widgets.notices import Option
from bindtool.gui.scanning.scan_session import ScanResult
from bindtool.i18n.catalogue import Texts
from tests.gui.conftest import SMALLEST
from tests.gui.main_window.test_room import STORY
from tests.gui.whole_window import EquippedWindow, whole_window

POLITE = QAccessible.AnnouncementPoliteness.Polite
ASSERTIVE = QAccessible.AnnouncementPoliteness.Assertive
Heard = list[tuple[QAccessible.AnnouncementPoliteness, str]]
TIME = datetime(2026, 10, 9, 9, 41, 7, tzinfo=UTC)


@pytest.fixture
def window(qapp: QApplication, texts: Texts) -> Iterator[EquippedWindow]:
    """Give a window with nothing in it."""
    with whole_window(texts, SMALLEST) as window:
        yield window


@pytest.mark.parametrize("taken", ScanResult)
def test_a_scan(window: EquippedWindow, heard: Heard, taken: ScanResult) -> None:
    """WHEN a scan is shown THEN its whole id and its words are said; what a hand has to look after breaks in."""
    window.scan_bar.show_last("SPK26113F21A0", "what became of it", taken, TIME)

    calm = taken in {ScanResult.ADDED, ScanResult.LABELLED, ScanResult.BOUNCE}
    assert heard == [(POLITE if calm else ASSERTIVE, "SPK26113F21A0 what became of it")]


def test_an_error(window: EquippedWindow, heard: Heard) -> None:
    """WHEN an error is shown THEN it breaks in, title and hint, each time anew."""
    for _ in range(2):
        window.notices.show_error(BadInput("sheet.run_is_on"))

    assert heard == [(ASSERTIVE, window.message_bar.accessibleDescription())] * 2


def test_a_line_is_said_only_if_it_is_seen(window: EquippedWindow, heard: Heard) -> None:
    """GIVEN a line WHEN an error stands before the next one THEN only the first line was said."""
    window.notices.show_line(Message.of("close.waiting"))
    line = window.message_bar.accessibleDescription()
    window.notices.show_error(BadInput("sheet.run_is_on"))
    window.notices.show_line(Message.of("close.waiting"))

    assert [words for urgency, words in heard if urgency is POLITE] == [line]


def test_a_notice_that_gives_way_is_not_said(window: EquippedWindow, heard: Heard) -> None:
    """GIVEN a question in the notice's place WHEN a line comes THEN only the question is said."""
    window.notices.show_offer("name", "Is it so?", Option("Yes", print))
    window.notices.show_line(Message.of("close.waiting"))

    assert heard == [(POLITE, "Is it so?")]


def test_the_end_of_a_run(window: EquippedWindow, heard: Heard, qapp: QApplication) -> None:
    """WHEN a run has ended THEN its sum breaks in."""
    window.summary.show_run(
        RunSummary(bound=2, refused=1, unknown=0, unsent=0, held=0, ended_at=TIME, seconds=2.0, unchecked=False)
    )
    qapp.processEvents()

    assert heard == [(ASSERTIVE, "2 bound, 1 refused. 09:41:07, 2 s")]


def test_the_rows_to_handle(window: EquippedWindow, heard: Heard) -> None:
    """WHEN a row is chosen THEN it is said once, with how many there are, and so is that none is left."""
    panel = window.to_handle()
    panel.show()
    panel.show_causes(3, [(Mark.REFUSED, "3 refused · code 4000")], 0)
    for _ in range(2):
        panel.show_story(STORY)
    for _ in range(2):
        panel.show_empty(0)

    assert heard == [
        (POLITE, f"3 to handle. {panel.story.accessibleDescription()}"),
        (POLITE, "Nothing left to handle."),
    ]
    assert "Between …3F20AB and …3F20AD" in panel.story.accessibleDescription()
