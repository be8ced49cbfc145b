"""Runs of the window are handed over to the folder that the profile names, whether it is there or not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bindtool.core.model.handoff import HandoffFormat
from bindtool.core.profiles.profile import HandoffRules
from tests.hung_share import hung_share, needs_hung_share

if TYPE_CHECKING:
    from pathlib import Path

    from bindtool.core.profiles.profile import Profile
    from tests.stories.conftest import Bench, Open


@pytest.fixture
def share(bench: Bench, profile: Profile, tmp_path: Path) -> Path:
    """Give the folder to which the bench's profile hands its runs over; it is there."""
    folder = tmp_path / "share"
    folder.mkdir()
    bench.has_profile(replace(profile, handoff=HandoffRules(str(folder), HandoffFormat.CSV)))
    bench.has_token()
    return folder


def handed_over(share: Path) -> list[str]:
    """Return what stands in each file, by the runs."""
    files = sorted(share.glob("bindtool_*"), key=lambda each: each.name.rpartition("run")[2])
    return [file.read_text(encoding="utf-8-sig") for file in files]


def test_a_day_with_a_share_that_goes_and_comes(share: Path, open_window: Open) -> None:
    """GIVEN a share that is away for a run THEN the foot says that a file waits, and the next start brings it."""
    with open_window() as me:
        me.scan("SPK1")
        me.bind()
        me.until(lambda: len(handed_over(share)) == 1)
        assert "\n1,SPK1,智能音箱-SPK1,bound,0," in handed_over(share)[0]
        share.rename(share.with_name("away"))
        me.scan("SPK2")
        me.bind()
        me.sees("1 hand-off file waits for its folder")
        me.speak("中文")
        me.sees("1 个交接文件等待写入文件夹")
    share.with_name("away").rename(share)
    with open_window() as me:
        me.place.services.handoffs.begin()
        me.until(lambda: len(handed_over(share)) == 2)
        assert "SPK2" in handed_over(share)[1]
        me.until(lambda: me.place.services.handoffs.waiting == 0)


@needs_hung_share
def test_a_share_that_hangs(share: Path, open_window: Open) -> None:
    """GIVEN a share that answers nobody THEN scans and runs go on, the window closes, and nothing is lost."""
    with hung_share(share):
        with open_window() as me:
            me.scan("SPK1")
            me.bind()
            me.scan("SPK2")
            me.bind()
            me.sees_states("bound", "bound")
            me.sees("2 hand-off files wait for their folder")
        assert not me.window.isVisible()
    with open_window() as me:
        me.place.services.handoffs.begin()
        me.until(lambda: len(handed_over(share)) == 2)
