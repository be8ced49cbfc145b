"""Bind and what comes after it: the last look, the run, refused and unknown devices, Stop, closing in mid-run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QPushButton

from bindtool.core.profiles.profile import Profile, RequestSettings
from bindtool.core.sheet_view.columns import Column
from bindtool.practice.wire import Close
from tests.gui import acting
from tests.stories.clocks import PatientClock

if TYPE_CHECKING:
    from bindtool.practice.server import PracticeServer
    from tests.practice.faults import Withheld
    from tests.stories.conftest import Bench, Open
    from tests.stories.technician import Technician

GOOD, REFUSED, LOST_ONCE, FINE = "SPK2001", "SPK0000", "SPK9999", "SPK2002"


@pytest.fixture
def one_by_one(bench: Bench, profile: Profile) -> None:
    """Have a bench that sends one device a request, so that a run has a middle."""
    bench.has_profile(replace(profile, pace=RequestSettings(rate=0, batch_size=1)))
    bench.has_token()


def test_the_last_look(ready: Technician, server: PracticeServer) -> None:
    """The panel says for whom, where and how many, with the first and the last; Cancel sends nothing."""
    ready.scan("SPK26113F2001", "SPK26113F21A0", "SPK1;SPK2")
    ready.press("Bind")
    ready.sees("Bind 2 devices?")
    for words in ("Developer A (UID …0002)", "Line 2 · …0001", "device_id", "SPK26113F2001", "智能音箱-3F21A0"):
        assert words in ready.said
    ready.press("Cancel")
    ready.until(lambda: not ready.place.controller.confirm_panel().isVisible())
    assert server.requests == ()


def test_ctrl_return_pressed_twice(ready: Technician, server: PracticeServer) -> None:
    """The second press, before anything is shown, confirms nothing; the question waits for a third."""
    ready.scan("SPK1", "SPK2")
    for _ in range(2):
        ready.window.actions_["next_step"].trigger()
    ready.sees("Bind 2 devices?")
    ready.until(lambda: ready.place.controller.at_rest, "see it at rest")
    assert server.requests == ()
    ready.keys("Ctrl+Return")
    ready.sees_states("bound", "bound")


def test_a_question_goes_with_its_sheet(ready: Technician, server: PracticeServer) -> None:
    """Bind now sent the rows of a sheet that was closed since, and those of the open one stayed ready."""
    ready.scan("SPK1", "SPK2")
    ready.press("Bind")
    ready.sees("Bind 2 devices?")
    ready.keys("Ctrl+N")
    ready.answer("New sheet")
    ready.until(lambda: ready.states() == [], "see the new sheet")
    ready.scan("SPK1", "SPK2")
    ready.sees_states("ready", "ready")
    assert not ready.place.controller.confirm_panel().isVisible()
    assert server.requests == ()
    ready.bind()
    ready.sees_states("bound", "bound")


def test_a_scanner_confirms_nothing(ready: Technician, server: PracticeServer) -> None:
    """Return during the confirmation is a scan for the next run; Ctrl+Return confirms what was asked."""
    ready.scan("SPK1", "SPK2")
    ready.sees_states("ready", "ready")
    ready.keys("Ctrl+Return")
    ready.sees("Bind 2 devices?")

    ready.scan("SPK3")
    ready.sees_states("ready", "ready", "ready")
    ready.sees("Bind 2 devices?")
    assert server.requests == ()

    ready.keys("Ctrl+Return")
    ready.sees_states("bound", "bound", "ready")
    assert set(server.bound) == {"SPK1", "SPK2"}
    ready.sees_step_button("Bind 1 device")


def test_refused_and_lost_devices(ready: Technician, server: PracticeServer) -> None:
    """The bad one is found among the good ones, a lost answer is asked for again, and each row says how it went."""
    ready.scan(GOOD, REFUSED, LOST_ONCE, FINE)
    ready.bind()

    ready.sees_states("bound", "refused", "bound", "bound")
    assert ready.cell(2, Column.MESSAGE) == "“invalid request parameter” (code 4000)"
    assert ready.cell(2, Column.LOG_ID) != ready.cell(1, Column.LOG_ID)
    assert set(server.bound) == {GOOD, LOST_ONCE, FINE}
    ready.sees("3 bound")
    ready.sees_step_button("Show 1 to handle")

    # the step button, or Ctrl+E, leads to the row
    ready.keys("Ctrl+Return")
    assert ready.window.table.selected_numbers() == [2]


def test_refused_after_a_lost_answer(
    bench: Bench, profile: Profile, server: PracticeServer, open_window: Open
) -> None:
    """It stays unknown, says why, and is not offered to be sent again and again."""
    bench.has_profile(replace(profile, proven=True))
    bench.has_token()
    server.script([Close(commit=False)])
    with open_window() as me:
        me.scan(GOOD, REFUSED)
        me.bind()
        me.sees_states("bound", "unknown")
        assert me.cell(2, Column.MESSAGE) == (
            "refused now, an earlier answer was lost: “invalid request parameter” (code 4000)"
        )
        assert me.notice == ""
        me.sees("1 unknown")
        me.press("Show")
        me.sees("Refused now, an earlier answer was lost")
        me.sees("have Lin, 8021 look for it in the device list on Coze")
        me.sees_step_button("Scan row 2 again")
        assert not any("again" in name and name.startswith("Bind") for name in me.buttons())
        me.press("Show all")
    with open_window() as me:
        assert me.cell(2, Column.MESSAGE).startswith("refused now, an earlier answer was lost")


def test_a_job_that_lacks_devices(ready: Technician) -> None:
    """Before the run and after it, it is said by how many the sheet misses the plan."""
    ready.keys("Alt+J")
    ready.window.sheet_details().expected.setValue(3)
    ready.press("Done")
    ready.scan(GOOD, FINE)
    ready.press("Bind")
    ready.sees("1 fewer than planned: 2 of 3")
    ready.press("Bind now")
    ready.sees_the_end()
    ready.sees("1 fewer than planned: 2 of 3")
    ready.scan("SPK3")
    ready.bind()
    ready.sees("The device is bound")
    assert "planned" not in ready.said


def test_bind_the_refused_ones_again(ready: Technician, server: PracticeServer) -> None:
    """The view of what is to handle offers it; the rows go once more and keep what the server says now."""
    ready.scan(GOOD, REFUSED)
    ready.bind()
    ready.sees_states("bound", "refused")
    before = ready.cell(2, Column.LOG_ID)
    ready.press("Show")
    ready.press("Bind 1 device again")
    ready.press("Bind now")
    ready.sees_the_end()
    ready.press("Show all")
    ready.sees_states("bound", "refused")
    assert ready.cell(2, Column.LOG_ID) not in {"", before}


def test_rows_that_have_nothing_to_copy(ready: Technician) -> None:
    """Before a device was sent there is no log id, and the banner says so."""
    ready.scan(GOOD)
    ready.sees_states("ready")
    ready.do_with_row(1, "Copy log ID")
    ready.sees_notice("This row has no log ID")
    ready.do_with_row(1, "Copy for support")
    ready.sees_notice("this row has not been sent")
    assert ready.copied() == ""


def test_from_row_to_row_to_handle(ready: Technician) -> None:
    """Ctrl+E goes down from one refused device to the next, and around; those that were never sent come last."""
    ready.scan("SPK1;SPK2")
    ready.keys("Ctrl+E")
    assert ready.window.table.selected_numbers() == [1]
    ready.scan(GOOD, REFUSED, FINE, f"A{REFUSED}")
    ready.bind()
    ready.sees_states("incomplete", "bound", "refused", "bound", "refused")
    seen = []
    for _ in range(3):
        ready.keys("Ctrl+E")
        seen.append(ready.window.table.selected_numbers())
    assert seen == [[5], [3], [5]]


@pytest.mark.usefixtures("one_by_one")
def test_scanning_during_a_run(server: PracticeServer, withheld: Withheld, open_window: Open) -> None:
    """A run takes nothing away from the scan field: what is scanned meanwhile waits for the next run."""
    server.script([withheld])
    with open_window() as me:
        me.scan(GOOD, FINE)
        me.start_binding()
        me.sees_states("sending", "ready")
        me.scan("SPK3")
        me.sees_states("sending", "ready", "ready")
        withheld.let_go()
        me.sees_the_end()
        me.sees_states("bound", "bound", "ready")
        me.sees_step_button("Bind 1 device")
    assert set(server.bound) == {GOOD, FINE}


@pytest.mark.usefixtures("one_by_one")
def test_stop(server: PracticeServer, withheld: Withheld, open_window: Open) -> None:
    """Nothing new leaves; the answer that is on its way is waited for, and the rest stays ready."""
    server.script([withheld])
    with open_window(clock=PatientClock()) as me:
        me.scan(GOOD, FINE, "SPK3")
        me.start_binding()
        me.sees_states("sending", "ready", "ready")
        me.press("Stop")
        me.sees_step_button("Stopping: waiting for the last answer")
        withheld.let_go()
        me.sees_the_end()
        me.sees_states("bound", "ready", "ready")
        me.sees_step_button("Bind 2 devices")
    assert set(server.bound) == {GOOD}


@pytest.mark.usefixtures("one_by_one")
def test_closing_in_the_middle_of_a_run(server: PracticeServer, withheld: Withheld, open_window: Open) -> None:
    """The window asks, then waits for the answer that is outstanding; the next start goes on with one press."""
    server.script([withheld])
    with open_window(clock=PatientClock()) as me:
        me.scan(GOOD, FINE)
        me.start_binding()
        me.sees_states("sending", "ready")
        me.keys("Ctrl+Q")
        me.sees_notice("Stop and close? 2 of 2 are left.")
        me.press("Stop and close")
        me.sees_notice("Closing after the last answer")
        assert me.window.isVisible()
        withheld.let_go()
        me.until(lambda: not me.window.isVisible(), "see it close")
    assert set(server.bound) == {GOOD}
    with open_window() as me:
        me.sees_notice("The last run was stopped when bindtool closed 1 bound, 1 not sent; all saved.")
        assert me.states() == ["bound", "ready"]
        assert me.cell(1, Column.LOG_ID) != ""
        me.press("Continue")
        me.sees_states("bound", "bound")
    with open_window() as me:
        assert me.notice == ""
    assert set(server.bound) == {GOOD, FINE}


def close(me: Technician, withheld: Withheld) -> None:
    """Close the window in the middle of a run, before its answer comes."""
    me.keys("Ctrl+Q")
    me.press("Stop and close")
    me.sees_notice("Closing after the last answer")
    withheld.let_go()
    me.until(lambda: not me.window.isVisible(), "see it close")


@pytest.mark.usefixtures("one_by_one")
def test_closing_in_the_middle_of_a_run_that_went_on(
    server: PracticeServer, withheld: Withheld, open_window: Open
) -> None:
    """The next start offers to go on this time too."""
    server.script([withheld, withheld])
    with open_window(clock=PatientClock()) as me:
        me.scan(GOOD, FINE, "SPK3")
        me.start_binding()
        me.sees_states("sending", "ready", "ready")
        close(me, withheld)
    with open_window(clock=PatientClock()) as me:
        me.press("Continue")
        me.sees_states("bound", "sending", "ready")
        close(me, withheld)
    with open_window() as me:
        me.sees_notice("The last run was stopped when bindtool closed 2 bound, 1 not sent; all saved.")
        me.press("Continue")
        me.sees_states("bound", "bound", "bound")


@pytest.mark.usefixtures("one_by_one")
def test_the_question_before_closing_follows_the_run(
    server: PracticeServer, withheld: Withheld, open_window: Open
) -> None:
    """It counts what is left now, keeps the keys, and is read out once; its other button says what it does."""
    server.script([withheld, withheld])
    with open_window(clock=PatientClock()) as me:
        me.scan(GOOD, FINE, "SPK3")
        me.start_binding()
        me.sees_states("sending", "ready", "ready")
        me.window.close()
        me.sees_notice("Stop and close? 3 of 3 are left.")
        withheld.let_go()
        me.sees_notice("Stop and close? 2 of 3 are left.")
        keep = acting.find(me.window, QPushButton, "Keep binding")
        assert keep.hasFocus()
        me.press("Keep binding")
        withheld.let_go()
        me.sees_states("bound", "bound", "bound")
        assert me.window.isVisible()


@pytest.mark.usefixtures("one_by_one")
def test_what_is_edited_before_a_run_goes_on(server: PracticeServer, withheld: Withheld, open_window: Open) -> None:
    """Nobody has confirmed the new ID: it does not go with what is left of the run that closing has stopped."""
    server.script([withheld])
    with open_window(clock=PatientClock()) as me:
        me.scan(GOOD, FINE, "SPK3")
        me.start_binding()
        me.sees_states("sending", "ready", "ready")
        close(me, withheld)
    with open_window() as me:
        me.retype(3, "SPK4")
        me.press("Continue")
        me.sees_the_end()
        me.sees_states("bound", "bound", "ready")
    assert set(server.bound) == {GOOD, FINE}


@pytest.mark.usefixtures("one_by_one")
def test_a_run_goes_on_where_nobody_says_that_it_is_to_stop(
    server: PracticeServer, withheld: Withheld, open_window: Open
) -> None:
    """Esc stops nothing, the question comes to the sheet, and when the run is over there is nothing to ask."""
    server.script([withheld])
    with open_window(clock=PatientClock()) as me:
        me.scan(GOOD, FINE, "SPK3")
        me.start_binding()
        me.sees_states("sending", "ready", "ready")
        me.window.close()
        me.sees_notice("Stop and close? 3 of 3 are left.")
        me.keys("Esc")
        me.until(lambda: "Stop and close" not in me.said, "see the question go")
        me.do("History…")
        me.window.close()
        me.sees("Stop and close?")
        withheld.let_go()
        me.sees_the_end()
        me.until(lambda: "Stop and close" not in me.said, "see the question go")
        me.sees_states("bound", "bound", "bound")
        assert me.window.isVisible()
        me.window.close()
        assert not me.window.isVisible()


@pytest.mark.usefixtures("one_by_one")
def test_what_has_to_wait_for_the_end_of_a_run(
    bench: Bench, profile: Profile, server: PracticeServer, withheld: Withheld, open_window: Open
) -> None:
    """During a run there is no other profile, no new sheet, and no change of the row that is under way."""
    bench.has_profile(replace(profile, name="Line 3"))
    server.script([withheld])
    with open_window() as me:
        me.scan(GOOD, FINE)
        me.start_binding()
        me.sees_states("sending", "ready")
        me.do("New sheet")
        me.sees_notice("A run is under way")
        me.window.header.profile_chosen.emit("Line 3")
        me.sees_notice("then change the profile")
        me.select(1)
        me.keys("Delete")
        me.sees_notice("Row 1 is being sent")
        withheld.let_go()
        me.sees_states("bound", "bound")


def test_the_rows_that_the_last_look_remarks_on(ready: Technician) -> None:
    """Show selects the ones that were typed by hand; the question stays."""
    ready.scan("SPK1", "SPK2", "SPK3")
    ready.retype(2, "SPK26113F2007")
    ready.press("Bind")
    ready.sees("1 typed by hand")
    ready.press("Show")
    assert ready.window.table.selected_numbers() == [2]
    ready.sees("Bind 3 devices?")
    ready.keys("Esc")
    ready.until(lambda: not ready.place.controller.confirm_panel().isVisible())


def test_the_typed_rows_among_those_that_go_again(ready: Technician) -> None:
    """Show selects the refused one that was typed, and not one that came since and does not go."""
    ready.scan(GOOD, "SPK2")
    ready.retype(2, REFUSED)
    ready.bind()
    ready.sees_states("bound", "refused")
    ready.keys("Esc")
    ready.scan("SPK3")
    ready.retype(3, FINE)
    ready.do("Bind refused and unknown devices again")
    ready.sees("1 typed by hand")
    ready.press("Show")
    assert ready.window.table.selected_numbers() == [2]
    ready.sees("Bind 1 refused device again?")
    ready.keys("Esc")
