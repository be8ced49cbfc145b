"""Several channels on one bench, and profiles that are changed, imported and exported."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bindtool.core.model.channel import Behaviour
from bindtool.core.profiles.profile_toml import to_toml
from bindtool.core.profiles.repository import ProfileRepository
from bindtool.core.sheet_view.columns import Column
from bindtool.practice import channel
from tests.stories.conftest import PROFILE, Bench
from tests.stories.keyboard import Keyboard, needs_keyboard

if TYPE_CHECKING:
    from pathlib import Path

    from bindtool.core.profiles.profile import Profile
    from bindtool.practice.server import PracticeServer
    from tests.practice.faults import Withheld
    from tests.stories.conftest import Open
    from tests.stories.technician import Technician

OTHER = "Line 3"


def test_another_profile_is_another_sheet(
    bench: Bench, profile: Profile, server: PracticeServer, open_window: Open
) -> None:
    """Rows stay with their profile, also over a restart, which opens the one that was open last."""
    bench.has_profile(profile)
    with open_window(replace(profile, name=OTHER, token_name=PROFILE, user_id="7127", label_template="{id}")) as me:
        me.scan("SPK1")
        me.choose_profile(OTHER)
        me.sees_states()
        me.scan("SPK2", "SPK3")
        me.bind()
        me.sees_states("bound", "bound")
    with open_window() as me:
        me.sees_states("bound", "bound")
        me.choose_profile(PROFILE)
        me.sees_states("ready")
    assert {device: binding.user_id for device, binding in server.bound.items()} == {"SPK2": "7127", "SPK3": "7127"}


def choose_profile_of_it(me: Technician) -> None:
    """Choose it at the top of the window, and wait until its sheet is open."""
    me.choose_profile(f"{PROFILE} (set by IT)")
    state = me.place.controller.run_presenter.state
    me.until(lambda: state.profile is not None and state.profile.name == PROFILE, "have it open")


def test_a_file_that_can_not_be_read_for_a_day(bench: Bench, profile: Profile, open_window: Open) -> None:
    """Another profile stands in and the fault is told; the day after, that one opened again, without a word."""
    bench.has_profile_from_it(profile)
    with open_window(replace(profile, name="Line 1")) as me:
        choose_profile_of_it(me)
        me.scan("SPK1")
    file = bench.machine / "it.toml"
    whole = file.read_bytes()
    file.write_bytes(whole[:20])
    with open_window() as me:
        me.sees_notice("it.toml")
        me.sees_states()
    file.write_bytes(whole)
    with open_window() as me:
        me.sees_states("ready")


def test_a_profile_that_is_gone(bench: Bench, profile: Profile, open_window: Open) -> None:
    """It is told which one is open in its place, once: devices went to another channel without a word."""
    bench.has_profile_from_it(profile)
    bench.has_profile(replace(profile, name="Line 1"))
    with open_window() as me:
        choose_profile_of_it(me)
    (bench.machine / "it.toml").unlink()
    with open_window() as me:
        me.sees_notice(f"The profile “{PROFILE}” is not there any more")
        assert "“Line 1” is open in its place" in me.notice
    with open_window() as me:
        me.sees_notice("No access token yet")
        assert "any more" not in me.notice


def test_two_profiles_chosen_one_after_the_other(bench: Bench, profile: Profile, open_window: Open) -> None:
    """The second was refused while the sheet of the first one opened: a run was said to be on, which was not."""
    others = [replace(profile, name=name, token_name=PROFILE) for name in (OTHER, "Line 4")]
    for other in others:
        bench.has_profile(other)
    with open_window(profile) as me:
        for other in others:
            me.window.header.profile_chosen.emit(other.name)
        me.until(lambda: me.place.controller.run_presenter.state.profile == others[-1], "have the second one open")
        assert me.notice == ""


def test_each_file_that_is_none_is_told(bench: Bench, profile: Profile, open_window: Open) -> None:
    """One after the other, each until it is closed; the profiles beside them can be used."""
    bench.has_profile(profile)
    for name in ("first", "second"):
        (bench.data.profiles / f"{name}.toml").write_text("name = ", encoding="utf-8")
    with open_window() as me:
        me.sees_notice("first.toml")
        me.press("Close")
        me.sees_notice("second.toml")
        me.scan("SPK1")
        me.sees_states("ready")


@needs_keyboard
def test_return_after_saved_leads_on_to_scanning(ready: Technician, keyboard: Keyboard) -> None:
    """A press of "Check and save" by its key, and one of the main button, which has the focus then."""
    ready.do("Profile…")
    form = ready.place.controller.profiles.form()
    form.save_button.setFocus()
    keyboard.press("space")
    ready.sees("accepts the token")
    keyboard.press("Return")
    ready.sees("READY TO SCAN")
    ready.until(ready.window.scan_bar.field.hasFocus, "have the scan field")


def test_another_channel_that_is_saved_twice(bench: Bench, profile: Profile, open_window: Open) -> None:
    """What was found out of the first channel is not said of the second: it was with the second press."""
    with open_window(replace(profile, behaviour=Behaviour.ADDS, checked_by="Li")) as me:
        me.do("Profile…")
        me.write("Channel ID", "7123")
        for _ in range(2):
            me.press("Check and save")
            me.sees("accepts the token")
    kept = ProfileRepository(bench.data.profiles, bench.machine).get(PROFILE)
    assert (kept.connector_id, kept.behaviour, kept.checked_by) == ("7123", Behaviour.NOT_CHECKED, "")


def test_what_is_changed_after_it_was_saved(ready: Technician) -> None:
    """It is saved before the next scan: "Start scanning" dropped it, below the word "Saved"."""
    ready.do("Profile…")
    ready.press("Check and save")
    ready.sees("accepts the token")
    ready.write("Label template", "shelf-{id:-4}")
    ready.press("Start scanning")
    ready.sees("accepts the token")
    ready.press("Start scanning")
    ready.sees("READY TO SCAN")
    ready.scan("SPK26113F2001")
    assert ready.cell(1, Column.LABEL) == "shelf-2001"


def test_a_form_that_is_left_by_another_way(ready: Technician) -> None:
    """What was saved holds: the next scan went by the values of before, and a check of the channel saved those."""
    ready.do("Profile…")
    ready.write("Label template", "shelf-{id:-4}")
    ready.press("Check and save")
    ready.sees("accepts the token")
    ready.do("Check the channel…")
    ready.sees("READY TO SCAN")
    ready.scan("SPK26113F2001")
    assert ready.cell(1, Column.LABEL) == "shelf-2001"


@pytest.mark.parametrize("others", [0, 1])
def test_the_token_of_a_profile_that_was_just_saved(
    bench: Bench, profile: Profile, open_window: Open, others: int
) -> None:
    """Ctrl+T is about it: a first one was said not to be there, and of a second one the first got the token."""
    if others:
        bench.has_profile(profile)
    with open_window() as me:
        me.window.actions_["new_profile"].trigger()
        me.write("Name", OTHER)
        me.write("Channel ID", channel.CONNECTOR_ID)
        me.press("Check and save")
        me.sees("No access token yet")
        me.do("Access token…")
        me.sees(f"For “{OTHER}” on ")
        assert "no profile yet" not in me.notice


def test_a_file_with_a_name_that_is_taken(ready: Technician, profile: Profile, tmp_path: Path) -> None:
    """The banner says so, and the sheet that is open stays open."""
    file = tmp_path / "line2.toml"
    file.write_text(to_toml(profile), encoding="utf-8")
    ready.scan("SPK1")
    ready.window.actions_["open_profile"].trigger()
    ready.choose(file)
    ready.sees_notice(f"There is already a profile “{PROFILE}”")
    ready.sees_states("ready")


def test_a_profile_that_is_changed_during_a_run(
    ready: Technician, server: PracticeServer, withheld: Withheld
) -> None:
    """It was saved and not opened: the form could not be left, and the next scans went by the values of before."""
    server.script([withheld])
    ready.scan("SPK26113F2001")
    ready.start_binding()
    ready.sees_states("sending")
    ready.do("Profile…")
    ready.write("Label template", "shelf-{id:-4}")
    ready.press("Check and save")
    ready.sees("A run is under way")
    assert "Saved" not in ready.said
    withheld.let_go()
    ready.sees_the_end()
    ready.press("Check and save")
    ready.sees("accepts the token")
    ready.press("Start scanning")
    ready.sees("READY TO SCAN")
    ready.scan("SPK26113F2002")
    assert ready.cell(2, Column.LABEL) == "shelf-2002"


def test_the_profile_of_it_during_a_run(
    bench: Bench, profile: Profile, server: PracticeServer, withheld: Withheld, open_window: Open
) -> None:
    """Its token can be checked meanwhile, and the way back leads to the sheet."""
    bench.has_profile_from_it(profile)
    bench.has_token()
    server.script([withheld])
    with open_window() as me:
        me.scan("SPK1")
        me.start_binding()
        me.sees_states("sending")
        me.do("Profile…")
        me.press("Check and save")
        me.sees("accepts the token")
        me.press("Start scanning")
        me.until(lambda: me.window.pages.currentWidget() is me.window.sheet_page, "see the sheet")
        assert me.notice == ""
        withheld.let_go()
        me.sees_the_end()


def test_a_file_from_it_during_a_run(ready: Technician, server: PracticeServer, withheld: Withheld) -> None:
    """Imported and not opened, its profile was on no menu, and a second try found its name taken."""
    server.script([withheld])
    ready.scan("SPK1")
    ready.start_binding()
    ready.sees_states("sending")
    ready.do("Open the file from IT…")
    ready.sees_notice("A run is under way")
    assert ready.front() is ready.window
    withheld.let_go()
    ready.sees_the_end()
