"""The wait for one scan that becomes the id of a row, in a real window over a real database."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from bindtool.core.profiles.profile import Profile
from bindtool.gui.common.audio.cues import Cue
from tests.gui.loop import finish
from tests.gui.scanning.bench import Bench

PROFILE = Profile(name="Line 2", connector_id="7412345678901234567")


@pytest.fixture
def bench(unopened: Bench) -> Bench:
    """Give somebody with a scanner, and two rows."""
    unopened.open(PROFILE)
    unopened.scan("SPK26113F2001", "SPK26113F2002")
    unopened.heard.clear()
    return unopened


def test_it_says_for_which_row(bench: Bench) -> None:
    """The scan bar has other words while it lasts."""
    bench.scanning.rescan.begin(2)
    assert "SCAN AGAIN" in bench.said
    assert "The next scan becomes the ID of row 2 (…2002). Press Esc to cancel." in bench.said
    bench.scanning.rescan.end()
    assert bench.input_mode.row is None
    assert "READY TO SCAN" in bench.said


def test_a_scan_that_is_refused_is_heard(bench: Bench) -> None:
    """An access token becomes no id; the wait goes on."""
    bench.scanning.rescan.begin(1)
    bench.scan("pat_0123456789abcdef0123")
    assert (bench.input_mode.row, bench.heard) == (1, [Cue.REFUSED])


def test_a_row_that_goes_away(bench: Bench, qtbot: QtBot) -> None:
    """With its row, or its sheet, the wait goes too; with another row it does not."""
    bench.scanning.rescan.begin(1)
    awaited = []
    for number in (2, 1):
        bench.document.delete([number])
        awaited.append(bench.input_mode.row)
    assert awaited == [1, None]
    bench.scan("SPK26113F2003")
    bench.scanning.rescan.begin(3)
    finish(qtbot, bench.document.renew())
    assert bench.input_mode.row is None


def test_a_row_that_a_run_has(bench: Bench) -> None:
    """It can't be given another id, and the banner says what to wait for."""
    bench.document.sheet.take_up([1])
    bench.scanning.rescan.begin(1)
    assert bench.input_mode.row is None
    assert "Row 1 is being sent" in bench.window.message_bar.accessibleDescription()


def test_a_row_that_a_run_has_taken_since(bench: Bench) -> None:
    """Its scan is refused, which is heard, and the wait goes on; it is never said to have got an id."""
    bench.scanning.rescan.begin(1)
    bench.document.sheet.take_up([1])
    bench.scan("SPK26113F2003")
    assert (bench.input_mode.row, bench.heard) == (1, [Cue.REFUSED])
    assert "Row 1 is being sent · The next scan becomes the ID of row 1 (…2001)." in bench.said
    assert bench.document.sheet[1].device_id == "SPK26113F2001"
    assert bench.scanning.rescan.words_of(bench.document.sheet[1]) == ""


def test_the_action_takes_the_selected_row(bench: Bench) -> None:
    """Without one it says so."""
    bench.window.actions_["scan_again"].trigger()
    assert "Select the row" in bench.window.news.accessibleDescription()
    bench.window.table.select([2])
    bench.window.actions_["scan_again"].trigger()
    assert bench.input_mode.row == 2
