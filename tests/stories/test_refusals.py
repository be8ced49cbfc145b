"""After a run: from its end to the box in one press, and each row that needs a hand gets one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QListWidget, QPushButton

from bindtool.core.profiles.profile import Profile, RequestSettings
from bindtool.core.sheet_view.columns import Column
from bindtool.practice.wire import Close
from tests.gui.acting import click_again, find
from tests.practice.faults import ScriptedAnswer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bindtool.practice.server import PracticeServer
    from tests.stories.conftest import Bench, Open
    from tests.stories.technician import Technician

IDS = [f"SPK26113F20{number:02}" for number in range(1, 8)]
NOT_VALID, LOCKED = (
    ScriptedAnswer(4000, msg="invalid request parameter"),
    ScriptedAnswer(4321, msg="device is locked"),
)
TITLE = "Coze refused this device"


@pytest.fixture
def me(bench: Bench, profile: Profile, server: PracticeServer, open_window: Open) -> Iterator[Technician]:
    """Give a technician after a run: rows 2 and 4 refused with one code, 3 with another, 5 unknown, 7 not sent."""
    # A code that nobody knows is asked for twice.
    server.script([None, *[NOT_VALID] * 2, *[LOCKED] * 2, *[NOT_VALID] * 2, Close(commit=False)])
    with open_window(replace(profile, pace=RequestSettings(rate=0, batch_size=1, resend=0))) as first:
        first.window.sheet_details().described.emit("WO-1125", 7, "A12")
        first.scan(*IDS)
        first.bind()
        first.sees_states("bound", "refused", "refused", "refused", "unknown", "bound", "bound")
    with closing(sqlite3.connect(bench.data.database)) as database, database:
        database.execute("UPDATE sheet_row SET state = 'unsent' WHERE number = 7")
    with open_window() as technician:
        technician.until(lambda: technician.step_button != "")
        yield technician


def in_view(me: Technician) -> list[int]:
    """Return the numbers of the rows that the table shows, from its top."""
    return [me.window.model.number_at(at) for at in range(me.window.model.rowCount())]


def chosen(me: Technician) -> list[int]:
    """Return the numbers of the selected rows."""
    return me.window.table.selected_numbers()


def causes(me: Technician) -> list[str]:
    """Return the causes in the panel's list."""
    found = find(me.window, QListWidget, "Causes")
    return [found.item(at).text() for at in range(found.count())]


def test_from_the_end_of_a_run_to_the_box(ready: Technician) -> None:
    """One press of the step button shows the row, where it stands among the others, and what to do with it."""
    ready.scan("SPK26113F2001", "SPK26113F0000", "SPK26113F2003")
    ready.bind()
    ready.sees("2 bound")
    ready.sees_step_button("Show 1 to handle")
    assert {"Save today's report", "Copy summary"} <= ready.buttons()

    ready.press("Show")

    ready.sees("1 to handle")
    assert in_view(ready) == [2]
    for words in (
        "Row 2 · SPK26113F0000",
        TITLE,
        "“invalid request parameter” (code 4000)",
        "Scanned between …3F2001 and …3F2003",
        "Put it aside and compare its ID with the sticker. If the ID is right, give Lin, 8021 the log ID.",
        f"Log ID {ready.cell(2, Column.LOG_ID)}",
        "Log ID of this device only",
    ):
        assert words in ready.said
    ready.sees_step_button("Scan row 2 again")
    assert not ready.window.summary.isVisible()

    ready.keys("Esc")
    ready.until(lambda: in_view(ready) == [3, 2, 1], "see the whole table")
    ready.sees("2 bound")
    ready.sees_step_button("Show 1 to handle")


def test_one_cause_after_the_other(me: Technician) -> None:
    """The most frequent cause comes first; Ctrl+E goes through its rows, then to the next cause, and around."""
    me.keys("Ctrl+E")
    me.sees("5 to handle")
    assert in_view(me) == [7, 5, 4, 3, 2]
    assert causes(me) == ["All 5", "2 refused · code 4000", "1 not sent", "1 unknown", "1 refused · code 4321"]
    seen = [chosen(me)]
    for _ in range(5):
        me.keys("Ctrl+E")
        seen.append(chosen(me))
    assert seen == [[4], [2], [7], [5], [3], [4]]

    me.select(3)
    me.sees("“device is locked” (code 4321)")
    me.sees_step_button("Scan row 3 again")
    me.select(5)
    me.sees("Result unknown")
    assert "Sending again should be harmless" in me.said
    assert "No log ID: no answer came" in me.said
    me.sees_step_button("Bind 5 devices again")
    me.select(7)
    me.sees("Bind it again when the network is back.")
    assert "After …3F2006, the last one" in me.said

    find(me.window, QListWidget, "Causes").setCurrentRow(1)
    me.until(lambda: in_view(me) == [4, 2], "see one cause")
    me.until(lambda: {"Bind 2 devices again", "Save 2 as a file"} <= me.buttons())
    me.keys("Ctrl+E")
    me.keys("Ctrl+E")
    assert in_view(me) == [7, 5, 4, 3, 2]

    me.press("Show all")
    me.until(lambda: len(in_view(me)) == 7)
    assert not me.place.controller.to_handle.is_visible


def test_scan_it_again(me: Technician, server: PracticeServer) -> None:
    """The next scan is the row's new id and no new row; the row is handled, and the next one is chosen."""
    me.keys("Ctrl+E")
    me.select(4)
    me.sees_step_button("Scan row 4 again")
    me.keys("Ctrl+Return")
    me.sees("SCAN AGAIN")
    assert "The next scan becomes the ID of row 4 (…2004). Press Esc to cancel." in me.said
    me.sees_step_button("Scan row 4 now, or Esc")

    me.type("SPK26113F2099")

    me.until(lambda: in_view(me) == [7, 5, 3, 2], "see the row leave")
    me.sees("row 4 has this ID now")
    me.until(lambda: chosen(me) == [3])
    me.sees("READY TO SCAN")

    # of a device that may be bound, somebody has to know
    me.select(5)
    me.keys("Ctrl+R")
    me.type("SPK26113F2098")
    me.sees("row 5 has this ID now; whether the old one is bound is not known")
    me.keys("Esc")
    me.until(lambda: len(in_view(me)) == 7)
    assert me.cell(4, Column.DEVICE_ID) == "SPK26113F2099"
    assert me.cell(4, Column.LABEL) == "智能音箱-3F2099"
    assert len(server.requests) == 10


def test_a_double_click_is_not_taken_back(me: Technician) -> None:
    """The way back comes to the place of "Scan it again"; the second click is not for that."""
    me.keys("Ctrl+E")
    me.select(5)
    me.press("Scan it again")
    me.until(lambda: "Don't scan it" in me.buttons(), "see the way back")
    click_again(find(me.window, QPushButton, "Don't scan it"))
    assert "SCAN AGAIN" in me.said
    me.press("Don't scan it")
    me.sees("READY TO SCAN")


def test_a_scan_that_gives_the_row_no_id(me: Technician) -> None:
    """One that another row has, and a code with parts, are refused with words; the same one is told apart."""
    me.keys("Ctrl+E")
    me.press("Scan it again")
    me.sees("SCAN AGAIN")
    me.type(IDS[0])
    me.sees("Row 1 already has this ID")
    me.type("SN:SPK1;MAC:2")
    me.until(lambda: "Row 1 has" not in me.said)
    me.sees("The next scan becomes the ID of row 4")
    me.press("Don't scan it")
    me.sees("READY TO SCAN")

    me.press("Scan it again")
    me.keys("Esc")
    me.sees("READY TO SCAN")
    assert in_view(me) == [7, 5, 4, 3, 2]

    # the same id: it was read right, and nothing changes
    me.press("Scan it again")
    me.type(IDS[3])
    me.sees("the same ID again, so it was read right: pass on the log ID of row 4")
    assert me.cell(4, Column.STATUS) == "refused"
    me.select(5)
    me.press("Scan it again")
    me.type(IDS[4])
    me.sees("the same ID again: row 5 stays as it is")


def test_bind_these_again(me: Technician, server: PracticeServer) -> None:
    """Only the rows in view go once more; those that are bound leave the view until nothing is left."""
    me.keys("Ctrl+E")
    find(me.window, QListWidget, "Causes").setCurrentRow(1)
    me.press("Bind 2 devices again")
    me.sees("Bind 2 refused devices again?")
    me.press("Bind now")
    me.sees_the_end()
    me.until(lambda: in_view(me) == [7, 5, 3], "see them leave")
    assert {IDS[1], IDS[3]} <= set(server.bound)

    me.select(5)
    me.press("Bind again")
    me.press("Bind now")
    me.sees_the_end()
    me.sees("Nothing left to handle.")
    me.until(lambda: in_view(me) == [])
    me.sees_step_button("Save today's report")
    assert set(server.bound) == set(IDS)
    me.keys("Esc")
    me.until(lambda: len(in_view(me)) == 7)


def test_rows_that_can_not_be_sent(me: Technician) -> None:
    """A device of which nothing is known can't go again without a label, and a line says so instead of nothing."""
    me.keys("Ctrl+E")
    me.window.model.edited.emit(5, Column.LABEL, "")
    me.until(lambda: me.cell(5, Column.LABEL) == "")
    find(me.window, QListWidget, "Causes").setCurrentRow(3)
    me.until(lambda: in_view(me) == [5])
    me.press("Bind again")
    me.sees_notice("None of them can be sent as it is.")


def test_support_and_file(me: Technician, tmp_path: Path) -> None:
    """What support asks for about the chosen row, and a file of the rows in view."""
    me.keys("Ctrl+E")
    me.press("Copy for support")
    me.until(lambda: "device is" not in me.copied() and "4000" in me.copied(), "have the text")
    assert IDS[3] in me.copied()

    me.press("Save 5 as a file")
    me.choose(tmp_path / "failed.csv")
    me.sees_notice("Report saved")
    _, *lines = (tmp_path / "failed.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines] == [IDS[number - 1] for number in (2, 3, 4, 5, 7)]
