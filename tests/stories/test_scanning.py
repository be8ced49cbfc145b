"""Hours of scanning: scans, pastes and files become rows at once and stay, and edits can be taken back."""

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


def test_everything_scanned_is_there_after_a_restart(bench: Bench, profile: Profile, open_window: Open) -> None:
    """A scan is drawn at once, ready once it is on disk, and all are there the next day."""
    bench.has_profile(profile)
    with open_window() as me:
        for device_id in ("SPK1", "SPK2", "SPK3"):
            me.type(device_id)
        assert len(me.states()) == 3
        me.sees_states("ready", "ready", "ready")
        me.sees("Saved")
    with open_window() as me:
        assert me.states() == ["ready", "ready", "ready"]
        assert me.cell(3, Column.DEVICE_ID) == "SPK3"


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


def test_a_device_scanned_twice(ready: Technician) -> None:
    """A repeat adds nothing, says which row it repeats and shows that row."""
    ready.scan("SPK1", "SPK2")
    ready.sees_states("ready", "ready")
    ready.scan("SPK1")
    ready.sees("already in row 1, scanned")
    assert ready.window.table.selected_numbers() == [1]
    assert ready.states() == ["ready", "ready"]


def test_a_text_that_is_no_id(ready: Technician) -> None:
    """It is kept and not sent: the row says what to do."""
    ready.paste("SN:SPK26113F2001;MAC:00-11")
    ready.keys("Return")
    ready.until(lambda: "several values in one code" in ready.cell(1, Column.MESSAGE), "read why")
    assert ready.states() == ["incomplete"]
    ready.sees_step_button("Bind: no device is ready")


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


def test_a_token_scanned_by_mistake(ready: Technician, bench: Bench) -> None:
    """A token in the scan field makes no row, and nobody writes it down."""
    ready.scan("pat_0123456789abcdefghijklmnopqrstuvwxyz")
    ready.sees("this is an access token, not a device ID")
    assert ready.states() == []
    assert b"pat_0123" not in b"".join(path.read_bytes() for path in bench.data.path.iterdir() if path.is_file())


def test_undo_redo_and_delete(ready: Technician) -> None:
    """Each edit can be taken back and done again, a deletion too."""
    ready.scan("SPK1", "SPK2")
    ready.sees_states("ready", "ready")
    ready.keys("Ctrl+Z")
    ready.sees_states("ready")
    ready.keys("Ctrl+Shift+Z")
    ready.sees_states("ready", "ready")
    ready.select(1, 2)
    ready.keys("Delete")
    ready.sees_states()
    ready.do("Undo")
    ready.sees_states("ready", "ready")
    ready.do("Redo")
    ready.sees_states()


def test_a_cell_typed_over(ready: Technician) -> None:
    """An id typed in by hand takes its label along, and the confirmation counts it."""
    ready.scan("SPK1")
    ready.sees_states("ready")
    ready.retype(1, "SPK26113F2007")
    assert ready.cell(1, Column.LABEL) == "智能音箱-3F2007"
    ready.press("Bind")
    ready.sees("1 typed by hand")
    ready.keys("Esc")
    ready.until(lambda: not ready.place.controller.confirm_panel().isVisible())


def test_a_bound_row_is_deleted(ready: Technician) -> None:
    """A question says that the device stays bound at Coze; the answer can be taken back."""
    ready.scan("SPK1")
    ready.bind()
    ready.sees_states("bound")
    ready.select(1)
    ready.keys("Delete")
    ready.until(lambda: "The device stays bound at Coze" in ready.asked, "be asked")
    ready.answer("Delete")
    ready.sees_states()
    ready.keys("Ctrl+Z")
    ready.sees_states("bound")


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


def test_a_file_without_devices(ready: Technician, tmp_path: Path) -> None:
    """The banner says what is wrong with the file and what to do; the sheet stays as it is."""
    file = tmp_path / "list.csv"
    file.write_bytes(b"")
    ready.scan("SPK1")
    ready.do("Open a list…")
    ready.choose(file)
    ready.sees_notice("There are no devices in this file")
    ready.sees_states("ready")
