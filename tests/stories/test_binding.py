"""Bind and what comes after it: what is confirmed, what stays unknown, what has to wait, closing in mid-run."""

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

GOOD, REFUSED, FINE = "SPK2001", "SPK0000", "SPK2002"


@pytest.fixture
def one_by_one(bench: Bench, profile: Profile) -> None:
    """Have a bench that sends one device a request, so that a run has a middle."""
    bench.has_profile(replace(profile, pace=RequestSettings(rate=0, batch_size=1)))
    bench.has_token()


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


def test_refused_after_a_lost_answer(profile: Profile, server: PracticeServer, open_window: Open) -> None:
    """It stays unknown, says why, and is not offered to be sent again and again."""
    server.script([Close(commit=False)])
    with open_window(replace(profile, proven=True)) as me:
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


def test_rows_that_have_nothing_to_copy(ready: Technician) -> None:
    """Before a device was sent there is no log id, and the banner says so."""
    ready.scan(GOOD)
    ready.sees_states("ready")
    ready.do_with_row(1, "Copy log ID")
    ready.sees_notice("This row has no log ID")
    ready.do_with_row(1, "Copy for support")
    ready.sees_notice("this row has not been sent")
    assert ready.copied() == ""


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
