"""A technician comes back to a bench on which 0.1.0 was the last to work; its run was cut off there."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import keyring
import pytest

from bindtool.core.credentials.keyring_store import SERVICE
from bindtool.core.sheet_view.sorting import Column
from bindtool.gui.common.util.settings import chosen_language, settings_in
from tests.compatibility.first_release import lay_out
from tests.stories.brisk_clock import BriskClock
from tests.stories.conftest import PROFILE, TOKEN

if TYPE_CHECKING:
    from pathlib import Path

    from bindtool.practice.server import PracticeServer
    from tests.stories.conftest import Bench, Open


class NextMorning(BriskClock):
    """The time of day stands still, on the day after 0.1.0 was used."""

    def now(self) -> datetime:
        """Return the moment."""
        return datetime(2026, 11, 28, 8, 30, tzinfo=timezone(timedelta(hours=8)))


@pytest.fixture
def window(bench: Bench, server: PracticeServer, tmp_path: Path) -> None:
    """Lay the data folder of the window out on the bench, and its token."""
    lay_out("window", tmp_path, site=server.site)
    keyring.set_password(SERVICE, PROFILE, TOKEN.reveal())


@pytest.mark.usefixtures("window")
def test_the_run_is_gone_on_with(open_window: Open, server: PracticeServer) -> None:
    """Every row is there, what is held says why, and one press sends what was unknown or had not left."""
    with open_window(clock=NextMorning()) as me:
        # What a run has left comes before the question of the codes on the sheet.
        me.sees_notice("6 bound, 2 unknown, 10 not sent; all saved.")
        assert Counter(me.states()) == Counter(bound=6, unknown=2, ready=10, held=10, incomplete=13)
        assert me.cell(20, Column.MESSAGE) == "bound 11-19 as “音箱-0001”; tick it to bind again"
        assert me.cell(14, Column.MESSAGE).startswith("looks like two codes in one: SPK26113F21AA and ")
        me.sees("41 / 40")
        me.press("Continue")
        me.press("Bind now")
        me.sees_the_end()
        me.until(lambda: me.states().count("bound") == 18, "see all of them bound")
        assert len(server.bound) == 12
        me.do("Check the channel…")
        me.sees("✓  B was accepted: 音箱-0007, SPK26113F2013")


@pytest.mark.usefixtures("window")
def test_scanning_goes_on(open_window: Open) -> None:
    """The next running number, a device that was bound before, and the rule that was learnt beside IT's profile."""
    with open_window(clock=NextMorning()) as me:
        me.scan("SPK26113F9001", "SPK26113F2014")
        assert me.cell(44, Column.LABEL) == "音箱-0036"
        assert me.cell(45, Column.MESSAGE) == "bound 11-26 as “音箱-0009”; tick it to bind again"
        me.choose_profile("IT line (set by IT)")
        me.until(lambda: len(me.states()) == 6, "see the other sheet")
        me.scan("SN:SPK26113F9002;MAC:00-11")
        assert me.cell(7, Column.DEVICE_ID) == "SPK26113F9002"


@pytest.mark.usefixtures("window")
def test_what_the_window_remembers(bench: Bench, open_window: Open) -> None:
    """Language, sound, the last profile, how long sheets are kept, and the last day of the token."""
    assert chosen_language(settings_in(bench.data.path)) == "zh_CN"
    with open_window(clock=NextMorning()) as me:
        me.sees("sound off")
        me.sees("token until 03-31")
        assert settings_in(bench.data.path).value("profile") == PROFILE
        assert settings_in(bench.data.path).value("keep_sheets_days", type=int) == 90


def test_before_there_was_a_profile(open_window: Open, tmp_path: Path) -> None:
    """What was scanned first is there, and the part that was chosen then is taken from the next code too."""
    lay_out("scanned_first", tmp_path)
    with open_window(clock=NextMorning()) as me:
        me.sees_states("ready", "ready")
        me.scan("SN:SPK26113F9003;MAC:00-11")
        assert [me.cell(number, Column.DEVICE_ID) for number in (1, 3)] == ["SPK26113F3A00", "SPK26113F9003"]
