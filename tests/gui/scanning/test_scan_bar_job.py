"""The job of the sheet and its count."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel

from bindtool.gui.common.theme.theme import Tone
from bindtool.gui.scanning.scan_bar import JobButton
from bindtool.i18n.catalogue import Texts
from tests.gui.conftest import Show


@pytest.mark.parametrize(
    ("count", "expected", "words", "described", "tone"),
    [
        (212, None, ("212", "WO-1125"), "WO-1125: 212 devices", Tone.QUIET),
        (399, 400, ("399 / 400", "WO-1125"), "WO-1125: 399 of 400 devices", Tone.QUIET),
        (400, 400, ("400 / 400", "✓ all scanned"), "WO-1125: 400 of 400 devices, all scanned", Tone.GOOD),
        (
            402,
            400,
            ("402 / 400", "2 more than expected"),
            "WO-1125: 402 of 400 devices, 2 more than expected",
            Tone.UNSURE,
        ),
    ],
)
def test_the_count_says_when_all_are_there(
    texts: Texts, show: Show, count: int, expected: int | None, words: tuple[str, str], described: str, tone: Tone
) -> None:
    """GIVEN an expected number WHEN it is reached, or passed, THEN the scan bar says so, for eye and ear."""
    button = JobButton(texts)
    show(button)
    button.show_job("WO-1125", 1, 2)
    button.show_job("WO-1125", count, expected)
    number, job = button.findChildren(QLabel)
    assert (number.text(), job.text()) == words
    assert button.accessibleDescription() == described
    assert job.property("tone") == tone
    assert number.property("tone") in {None, tone, Tone.PLAIN}
