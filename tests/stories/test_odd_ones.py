"""What a technician scans by mistake, twice or once more: it is held or shown, and it can be heard."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from bindtool.core.sheet_view.columns import Column
from bindtool.gui.common.audio.cues import Cue
from tests.stories.clocks import BriskClock
from tests.stories.listener import Listener

if TYPE_CHECKING:
    from pathlib import Path

    from bindtool.core.profiles.profile import Profile
    from bindtool.practice.server import PracticeServer
    from tests.stories.conftest import Bench, Open

SERIALS = [f"SPK26113F2{n:03X}" for n in range(10)]
EAN = "6901234567892"
ODD = "looks different from the others"


class OtherDay(BriskClock):
    """A clock that is days behind."""

    def __init__(self, days: int) -> None:
        self._behind = timedelta(days=days)

    def now(self) -> datetime:
        """Return the time of that day."""
        return super().now() - self._behind


@pytest.fixture
def day_before(profile: Profile, open_window: Open) -> datetime:
    """Let SPK26113F2000 have been bound a week ago, in a sheet that was put away; give the time."""
    clock = OtherDay(7)
    with open_window(profile, clock=clock) as me:
        me.press("Operator")
        me.fill_in("Operator", "A12")
        me.press("Done")
        me.scan(SERIALS[0])
        me.bind()
        me.do("New sheet")
        me.sees_states()
    return clock.now()


def test_a_carton_among_serials(profile: Profile, open_window: Open, listener: Listener) -> None:
    """A carton's EAN is held and sounds like a refusal; Bind leaves it out until it is ticked, by a click on it."""
    with open_window(profile, sounds=listener) as me:
        me.scan(*SERIALS, EAN)
        me.sees(f"held · {ODD}")
        assert listener.heard == [Cue.ADDED] * 10 + [Cue.REFUSED]
        assert (me.cell(11, Column.STATUS), me.cell(11, Column.MESSAGE)) == ("held", ODD)
        me.sees_step_button("Bind 10 devices")
        assert "Held 1" in me.summary
        table = me.window.table
        cell = table.visualRect(me.window.model.index(me.window.model.row_of(11), Column.STATUS))
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=cell.center())
        me.sees_step_button("Bind 11 devices")
        me.keys("Ctrl+Z")
        me.sees_step_button("Bind 10 devices")


def test_a_double_click_ticks_one(bench: Bench, profile: Profile, open_window: Open) -> None:
    """With the held rows alone in view, the next one comes to its place: nobody has looked at that."""
    bench.has_profile(profile)
    with open_window() as me:
        me.scan(*SERIALS, EAN, "6901234567908")
        me.press("Held 2")
        viewport = me.window.table.viewport()
        place = me.window.table.visualRect(me.window.model.index(0, Column.STATUS)).center()
        QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place)
        QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=place)
        QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=place)
        me.until(lambda: "Held 1" in me.summary, "see one of them left")
        assert [me.cell(11, Column.STATUS), me.window.model.rowCount()] == ["held", 1]


def test_the_ten_are_known_after_a_restart(bench: Bench, profile: Profile, open_window: Open) -> None:
    """The first scan of the afternoon is judged by the last ten of the morning."""
    bench.has_profile(profile)
    with open_window() as me:
        me.scan(*SERIALS)
    with open_window() as me:
        me.scan(EAN)
        me.until(lambda: me.cell(11, Column.MESSAGE) == ODD, "see it held")


def test_the_second_technician_scans_a_box_again(
    bench: Bench, profile: Profile, open_window: Open, listener: Listener
) -> None:
    """No dialog: the first row comes into view and lights up, the scan bar says when, by whom; the count stays."""
    bench.has_profile(profile)
    with open_window(sounds=listener) as me:
        me.press("Operator")
        me.fill_in("Operator", "A12")
        me.press("Done")
        me.scan(*(f"SPK{n:04}" for n in range(40)))
        me.press("Operator")
        me.fill_in("Operator", "B07")
        me.press("Done")
        listener.heard.clear()
        scanned_at = f"{me.window.model.row(39).added_at:%H:%M}"
        me.type("SPK0000")
        me.sees(f"already in row 1, scanned {scanned_at} by A12")
        assert me.window.table.highlighted == 1
        assert me.window.table.selected_numbers() == [1]
        first = me.window.table.visualRect(me.window.table.currentIndex())
        assert me.window.table.viewport().rect().contains(first)
        assert listener.heard == [Cue.REPEATED]
        assert len(me.states()) == 40
        me.sees("40")


def test_a_device_bound_last_week(
    day_before: datetime, open_window: Open, listener: Listener, server: PracticeServer, tmp_path: Path
) -> None:
    """It is held with the day and the label, scanned, pasted or from a file; ticked, it is bound again."""
    with open_window(sounds=listener) as me:
        me.scan("SPK26113F2001", SERIALS[0])
        me.sees_states("ready", "held")
        words = f"bound {day_before:%m-%d} as “智能音箱-3F2000”; tick it to bind again"
        assert me.cell(2, Column.MESSAGE) == words
        assert listener.heard == [Cue.ADDED, Cue.REFUSED]
        me.keys("Ctrl+Z")
        me.sees_states("ready")
        me.paste(f"{SERIALS[0]}\nSPK26113F2002")
        me.sees_states("ready", "held", "ready")
        me.do_with_row(3, "Include held rows")
        me.sees_states("ready", "ready", "ready")
        me.bind()
        me.sees_states("bound", "bound", "bound")
    assert len(server.bound) == 3
