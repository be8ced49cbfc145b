"""A run that was cut off: the next start says what is known, and one press goes on with the rest."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bindtool.core.common.clock import SystemClock
from bindtool.core.model.channel_check import Already, ChannelCheck
from bindtool.core.model.device import Device
from bindtool.core.profiles.profile import Profile, RequestSettings
from bindtool.core.profiles.repository import ProfileRepository
from bindtool.core.sheet_view.columns import Column
from bindtool.core.store import Store
from tests.stories.conftest import PROFILE, Bench

if TYPE_CHECKING:
    from bindtool.practice.server import PracticeServer
    from tests.stories.conftest import Open

IDS = ("SPK1", "SPK2", "SPK3", "SPK4")


@pytest.fixture
def profile(bench: Bench, profile: Profile) -> Profile:
    """Give a bench with a profile that sends two devices a request."""
    small = replace(profile, proven=True, pace=RequestSettings(rate=0, batch_size=2))
    bench.has_profile(small)
    bench.has_token()
    return small


def cut_off(bench: Bench, open_window: Open, *, sending: int, ready: int, closed: bool = False) -> None:
    """Let four devices be bound, and the disk say that the program died before it knew of the last ones.

    `closed`: that it was closed.
    """
    with open_window() as me:
        me.scan(*IDS)
        me.sees_states("ready", "ready", "ready", "ready")
        me.bind()
        me.sees_states("bound", "bound", "bound", "bound")
    with closing(sqlite3.connect(bench.data.database)) as database, database:
        database.execute("UPDATE run SET ending = ?", ["closed" if closed else ""])
        if not closed:
            database.execute("UPDATE run SET ended_at = NULL")
        last = len(IDS) - ready
        database.execute("UPDATE sheet_row SET state = 'ready', attempts = 0 WHERE number > ?", [last])
        database.execute(
            "UPDATE sheet_row SET state = 'sending' WHERE number <= ? AND number > ?", [last, last - sending]
        )


@pytest.mark.usefixtures("profile")
def test_continue_takes_up_what_is_left(bench: Bench, server: PracticeServer, open_window: Open) -> None:
    """Bound ones are not sent again; the unknown and the unsent ones are, after a last look."""
    cut_off(bench, open_window, sending=2, ready=1)
    before = len(server.requests)
    with open_window() as me:
        # GIVEN a start after a crash
        me.sees_states("bound", "unknown", "unknown", "ready")
        me.sees_notice("The last run was cut off 1 bound, 2 unknown, 1 not sent; all saved.")

        # WHEN another device is scanned and Continue is pressed
        me.scan("SPK5")
        me.press("Continue")
        me.sees("Bind 3 devices?")
        me.press("Bind now")

        # THEN the run goes on with its own rows, and nothing is said of it any more
        me.sees_states("bound", "bound", "bound", "bound", "ready")
        me.until(lambda: me.notice == "", "see the notice go")
    sent = [request.body for request in server.requests[before:]]
    assert not any(b"SPK1" in body for body in sent)
    with open_window() as me:
        assert me.notice == ""


@pytest.mark.usefixtures("profile")
def test_it_is_gone_on_with_by_what_is_known_of_the_channel_now(
    bench: Bench, server: PracticeServer, open_window: Open
) -> None:
    """It was offered, the channel was found to replace its list, and Continue sent by the profile of before."""
    check = ChannelCheck(Already.NO).accepted(Device("SPK1", "a")).accepted(Device("SPK2", "b"))
    cut_off(bench, open_window, sending=0, ready=2)
    with Store(bench.data.database, SystemClock()) as store:
        store.channels.save_check(
            ProfileRepository(bench.data.profiles, bench.machine).get(PROFILE).channel, check
        ).result()
    before = len(server.requests)
    with open_window() as me:
        me.sees_notice("The last run was cut off")
        me.do("Check the channel…")
        me.until(lambda: "Only B" in me.buttons(), "be asked what is listed")
        me.write("Who looked", "Li")
        me.press("Only B")
        me.sees("This channel replaces its list")
        me.press("Back to scanning")
        me.press("Continue")
        assert not me.place.controller.confirm_panel().isVisible()
        me.sees_notice("This channel replaces its list, and this laptop is not the one that sends it")
    assert len(server.requests) == before


@pytest.mark.usefixtures("profile")
def test_unknown_ones_alone_are_sent_again(bench: Bench, open_window: Open) -> None:
    """Where the person prefers to clear up what is unknown first, the others stay ready."""
    cut_off(bench, open_window, sending=2, ready=1)
    with open_window() as me:
        me.press("Bind again")
        me.sees("Bind 2 devices with lost answers again?")
        me.press("Bind now")
        me.sees_states("bound", "bound", "bound", "ready")


@pytest.mark.usefixtures("profile")
def test_nothing_but_unknown_ones(bench: Bench, open_window: Open) -> None:
    """The words say that sending again should be harmless, as for any lost answer."""
    cut_off(bench, open_window, sending=1, ready=0)
    with open_window() as me:
        me.sees_notice("3 bound, 1 unknown; all saved.")
        me.sees_notice("Sending again should be harmless; Coze's documentation does not say.")
        me.press("Bind again")
        me.press("Bind now")
        me.sees_states("bound", "bound", "bound", "bound")


@pytest.mark.usefixtures("profile")
def test_nothing_had_left(bench: Bench, open_window: Open) -> None:
    """Cut off before its first request: the run goes on from there, in Chinese as well."""
    cut_off(bench, open_window, sending=0, ready=4)
    with open_window(language="zh_CN") as me:
        me.sees_notice("上次的绑定中途断了 0 台已绑定，4 台还没发出，都已保存。")
        me.press("继续绑定")
        me.sees("绑定 4 台")


@pytest.mark.usefixtures("profile")
def test_nothing_was_left(bench: Bench, open_window: Open) -> None:
    """Cut off after its last answer, there is nothing to say."""
    cut_off(bench, open_window, sending=0, ready=0)
    for _ in range(2):
        with open_window() as me:
            assert me.notice == ""
            me.sees_step_button("Save today's report")
    with closing(sqlite3.connect(bench.data.database)) as database:
        assert database.execute("SELECT ending FROM run").fetchone()[0] == "interrupted"


@pytest.mark.usefixtures("profile")
def test_a_new_sheet(bench: Bench, open_window: Open) -> None:
    """Whoever puts the sheet away has decided: nothing of it is offered for the rows of the next."""
    cut_off(bench, open_window, sending=1, ready=0)
    with open_window() as me:
        me.sees_notice("The last run was cut off")
        me.do("New sheet")
        me.press("New sheet")
        me.until(lambda: me.states() == [] and me.notice == "", "see an empty sheet")
    with open_window() as me:
        assert (me.states(), me.notice) == ([], "")


def test_the_sheet_of_another_profile(bench: Bench, profile: Profile, open_window: Open) -> None:
    """What was cut off belongs to its sheet: it is said when that one is opened."""
    cut_off(bench, open_window, sending=1, ready=0)
    bench.has_profile(replace(profile, name="Line 3"))
    with open_window() as me:
        me.sees_notice("The last run was cut off")
        me.window.header.profile_chosen.emit("Line 3")
        me.until(lambda: me.notice != "" and "cut off" not in me.notice, "see the other profile")
        me.window.header.profile_chosen.emit("Line 2")
        me.sees_notice("The last run was cut off")
        assert me.cell(4, Column.STATUS) == "unknown"


@pytest.mark.usefixtures("profile")
def test_what_was_changed_since_it_was_offered(bench: Bench, server: PracticeServer, open_window: Open) -> None:
    """Closed in a run, a row got another ID before Continue, which sent it although nobody had confirmed that."""
    cut_off(bench, open_window, sending=0, ready=2, closed=True)
    with open_window() as me:
        me.sees_notice("The last run was stopped when bindtool closed 2 bound, 2 not sent; all saved.")
        me.retype(4, "SPK9")
        me.press("Continue")
        me.sees_states("bound", "bound", "bound", "ready")
        me.sees_the_end()
    assert "SPK9" not in server.bound


@pytest.mark.usefixtures("profile")
def test_a_label_that_was_changed_since(bench: Bench, server: PracticeServer, open_window: Open) -> None:
    """The device goes under another label than was confirmed: that is asked about."""
    cut_off(bench, open_window, sending=0, ready=2, closed=True)
    before = len(server.requests)
    with open_window() as me:
        me.sees_notice("The last run was stopped when bindtool closed")
        model = me.window.model
        model.setData(model.index(model.row_of(4), Column.LABEL), "another")
        me.sees_states("bound", "bound", "ready", "ready")
        me.press("Continue")
        me.sees("Bind 2 devices?")
    assert len(server.requests) == before


@pytest.mark.usefixtures("profile")
def test_everything_that_was_left_is_gone(bench: Bench, server: PracticeServer, open_window: Open) -> None:
    """With its rows deleted there is nothing to go on with, and nothing fails."""
    cut_off(bench, open_window, sending=0, ready=2, closed=True)
    before = len(server.requests)
    with open_window() as me:
        me.sees_notice("The last run was stopped when bindtool closed")
        me.select(3, 4)
        me.keys("Delete")
        me.until(lambda: len(me.states()) == 2, "see them go")
        me.press("Continue")
        me.until(lambda: "stopped when" not in me.said, "see the notice go")
        me.sees_states("bound", "bound")
    assert len(server.requests) == before
