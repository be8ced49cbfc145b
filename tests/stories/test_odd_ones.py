"""What a technician scans by mistake, twice or once more: it is held, ignored or shown, and it can be heard."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from bindtool.core.barcode.id_rules import CaseRule, IdRules
from bindtool.core.scanner.scan_rules import ScanRules
from bindtool.core.sheet_view.columns import Column
from bindtool.gui.common.audio.cues import Cue
from tests.practice.faults import html
from tests.stories.clocks import BriskClock
from tests.stories.listener import Listener

if TYPE_CHECKING:
    from pathlib import Path

    from bindtool.core.profiles.profile import Profile
    from bindtool.practice.server import PracticeServer
    from tests.stories.conftest import Bench, Open
    from tests.stories.technician import Technician

SERIALS = [f"SPK26113F2{n:03X}" for n in range(10)]
EAN = "6901234567892"
ODD = "looks different from the others"


class OtherDay(BriskClock):
    """A clock that is days behind, and whose seconds stand still until they are moved."""

    def __init__(self, days: int = 0) -> None:
        self._behind = timedelta(days=days)
        self.seconds = 0.0

    def now(self) -> datetime:
        """Return the time of that day."""
        return super().now() - self._behind

    def monotonic(self) -> float:
        """Return the seconds as they were moved."""
        return self.seconds


@pytest.fixture
def listener() -> Listener:
    """Give somebody who hears the cues."""
    return Listener()


@pytest.fixture
def day_before(bench: Bench, profile: Profile, open_window: Open) -> datetime:
    """Let SPK26113F2000 have been bound a week ago, in a sheet that was put away; give the time."""
    bench.has_profile(profile)
    bench.has_token()
    clock = OtherDay(7)
    with open_window(clock=clock) as me:
        me.press("Operator")
        me.fill_in("Operator", "A12")
        me.press("Done")
        me.scan(SERIALS[0])
        me.bind()
        me.do("New sheet")
        me.sees_states()
    return clock.now()


def test_a_carton_among_serials(bench: Bench, profile: Profile, open_window: Open, listener: Listener) -> None:
    """A carton's EAN is held and sounds like a refusal; Bind leaves it out until it is ticked, by a click on it."""
    bench.has_profile(profile)
    bench.has_token()
    with open_window(sounds=listener) as me:
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


def test_a_file_with_a_carton_in_it(ready: Technician, tmp_path: Path) -> None:
    """A list is looked at like scans; ids that a spreadsheet has spoilt are held or blocked with the reason."""
    file = tmp_path / "list.csv"
    lines = ["device_id", *SERIALS, EAN, "12345678901234500", "1.23E+11", "\ufeffSPK26113F2FFF\u200b"]
    file.write_text("\n".join(lines), encoding="utf-8")
    ready.do("Open a list…")
    ready.choose(file)
    ready.press("Add 14 rows")
    ready.until(lambda: len(ready.states()) == 14, "see all lines")
    ready.until(lambda: ready.states()[10:] == ["held", "held", "incomplete", "ready"], "see them judged")
    assert [ready.cell(number, Column.MESSAGE) for number in (11, 12, 13, 14)] == [
        ODD,
        "may have been rounded by a spreadsheet: it ends in zeros",
        "A14: a spreadsheet has shortened this number to 1.23E+11; take the whole ID from the source",
        "U+FEFF, U+200B removed",
    ]


def test_the_rules_of_a_profile(bench: Bench, profile: Profile, open_window: Open) -> None:
    """Pattern and length hold a row, and another case is shown before and after."""
    ids = IdRules(pattern="SPK.*", length=7, case=CaseRule.UPPER)
    bench.has_profile(replace(profile, scan=ScanRules(ids=ids)))
    with open_window() as me:
        me.scan("spk0001", "SPK00012", "ABC0001")
        me.sees_states("ready", "held", "held")
        assert [me.cell(number, Column.MESSAGE) for number in (1, 2, 3)] == [
            "changed: spk0001 → SPK0001",
            "8 characters; the profile says 7",
            "does not match the profile's pattern",
        ]


def test_a_scanner_that_stutters(bench: Bench, profile: Profile, open_window: Open, listener: Listener) -> None:
    """The same code twice at once adds one row and has its own sound; a second later it is a repeat."""
    bench.has_profile(profile)
    clock = OtherDay()
    with open_window(clock=clock, sounds=listener) as me:
        me.scan("SPK1")
        clock.seconds += 0.3
        me.type("SPK1")
        me.sees("same code twice: the second one was ignored")
        clock.seconds += 1
        me.type("SPK1")
        me.sees("already in row 1, scanned")
        assert me.states() == ["ready"]
    assert listener.heard == [Cue.ADDED, Cue.BOUNCE, Cue.REPEATED]


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


def test_look_up(day_before: datetime, open_window: Open, listener: Listener, server: PracticeServer) -> None:
    """Of bound, refused, unknown and ready devices, of one of another day, and of none; nothing is added."""
    with open_window(sounds=listener) as me:
        me.scan("SPK26113F2001", "SPK26113F0000")
        me.bind()
        server.script([html(502)] * 3)
        me.scan("SPK26113F2002")
        me.bind()
        me.scan("SPK26113F2003")
        me.sees_states("bound", "refused", "unknown", "ready")
        listener.heard.clear()

        me.keys("Ctrl+L")
        me.sees("LOOK UP")
        me.sees("Scan a device to see its status")
        for device_id, words in (
            ("SPK26113F2001", "bound · "),
            ("SPK26113F0000", "refused · "),
            ("SPK26113F2002", "unknown · "),
            ("SPK26113F2003", "ready · "),
            (SERIALS[0], f"bound · {day_before:%m-%d} · 智能音箱-3F2000"),
        ):
            me.type(device_id)
            me.sees(words)
        me.sees("bound from this computer, not in this sheet · by A12 · Line 2 · log ID")
        me.type("SPK26113F2004")
        me.sees("No record of this device")
        me.sees("Nothing is added.")
        assert len(me.states()) == 4
        assert listener.heard == [Cue.REPEATED] * 5 + [Cue.BOUNCE]

        me.keys("Esc")
        me.sees("READY TO SCAN")
        me.scan("SPK26113F2004")
        assert len(me.states()) == 5
