"""Hours of scanning: a spreadsheet, a job, and what goes along or stays behind when a sheet is put away."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QToolButton

from bindtool.core.sheet_view.columns import Column
from tests.gui import acting
from tests.practice.faults import ScriptedAnswer

if TYPE_CHECKING:
    from pathlib import Path

    from bindtool.core.profiles.profile import Profile
    from bindtool.practice.server import PracticeServer
    from tests.stories.conftest import Bench, Open
    from tests.stories.technician import Technician

LONG = "00000000000000000017"


def test_two_hundred_from_a_spreadsheet(ready: Technician, server: PracticeServer) -> None:
    """Ids with labels from a spreadsheet: zeros and twenty digits survive to the server, repeats do not go."""
    ids = [LONG, *(f"{n:020d}" for n in range(32, 229))]
    rows = (f"{device_id}\tShelf {n}" for n, device_id in enumerate([*ids, *ids[4:6]], 1))
    ready.paste("\n".join(["device_id\tlabel", *rows]))

    ready.sees_step_button("Bind 198 devices")
    assert "Incomplete 2" in ready.summary
    assert ready.cell(199, Column.MESSAGE) == "the same ID as row 5"

    ready.bind()
    ready.sees("All 198 bound")
    assert set(server.bound) == set(ids)
    assert server.bound[LONG].label == "Shelf 1"


def test_where_one_was_after_a_restart(bench: Bench, profile: Profile, open_window: Open) -> None:
    """The strip names the row that came last, and how; of a new sheet it says that nothing has come."""
    bench.has_profile(profile)
    with open_window() as me:
        me.paste("SPK26113F2001\nSPK26113F2002")
        me.sees_states("ready", "ready")
    with open_window() as me:
        me.sees_states("ready", "ready")
        me.until(lambda: re.search(r"Last: row 2, pasted \d\d:\d\d", me.said) is not None, "see the last row")
        assert "Nothing scanned yet" not in me.said
        me.keys("Ctrl+N")
        me.answer("New sheet")
        me.sees("Nothing scanned yet")


def test_a_new_sheet(ready: Technician) -> None:
    """Rows that are not bound are named before the sheet is put away; the operator goes along."""
    ready.press("Operator")
    ready.fill_in("Job", "WO-1125")
    ready.fill_in("Operator", "A12")
    ready.press("Done")
    ready.scan("SPK1")
    ready.sees_states("ready")
    ready.do("New sheet")
    ready.sees_notice("Start a new sheet? 1 of 1 devices on this one are not bound.")
    ready.press("New sheet")
    ready.sees_states()
    ready.until(lambda: "WO-1125" not in ready.said, "see the head of the new sheet")
    assert acting.find(ready.window, QToolButton, "Operator").text().strip() == "Operator A12"


def test_what_was_said_of_the_sheet_before(ready: Technician, server: PracticeServer) -> None:
    """How many of its devices a run has left is not said on the next one."""
    server.script([ScriptedAnswer(4101, msg="no permission")])
    ready.scan("SPK1", "SPK2")
    ready.bind()
    ready.sees_notice("2 devices stay ready.")
    ready.do("New sheet")
    ready.press("New sheet")
    ready.sees_states()
    ready.until(lambda: ready.notice == "", "see it go")


def test_job_expected_number_and_operator(ready: Technician, tmp_path: Path) -> None:
    """What is true of the whole sheet stands in the scan bar, and the operator in each row of the report."""
    ready.press("Job")
    ready.fill_in("Job", "WO-1125")
    ready.window.sheet_details().expected.setValue(400)
    ready.fill_in("Operator", "A12")
    ready.press("Done")
    ready.scan("SPK1")
    ready.sees_states("ready")
    ready.sees("WO-1125")
    ready.do("Save this sheet's report…")
    ready.choose(tmp_path / "day.csv")
    ready.sees_notice("Report saved")
    assert ",scanned,A12,Line 2" in (tmp_path / "day.csv").read_text(encoding="utf-8-sig")
