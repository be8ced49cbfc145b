"""A share that answers nobody any more: scans go on, and neither the window nor the process is kept."""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bindtool.gui.reports.controller import ReportScope
from tests.gui.loop import PATIENCE
from tests.hung_share import hung_share, needs_hung_share
from tests.stories.program import environment, practising, windows_of

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from bindtool.core.profiles.profile import Profile
    from tests.stories.conftest import Open

pytestmark = needs_hung_share


def test_a_list_on_it(profile: Profile, open_window: Open, tmp_path: Path) -> None:
    """GIVEN a list that never comes THEN scans are taken meanwhile, and the window closes."""
    with hung_share(tmp_path / "share"), open_window(profile) as me:
        me.window.table.files_dropped.emit([tmp_path / "share" / "list.csv"])
        me.scan("SPK1")
        me.sees_states("ready")
        assert not me.place.controller.at_rest
    assert not me.window.isVisible()


def test_a_profile_on_it(profile: Profile, open_window: Open, tmp_path: Path) -> None:
    """GIVEN a profile that is never read THEN scans are taken meanwhile, and the window closes."""
    with hung_share(tmp_path / "share"), open_window(profile) as me:
        me.do("Open the file from IT…")
        me.choose_unseen(tmp_path / "share" / "line3.toml")
        me.scan("SPK1")
        me.sees_states("ready")
        assert not me.place.controller.at_rest


def test_a_report_and_a_profile_to_it(profile: Profile, open_window: Open, tmp_path: Path) -> None:
    """GIVEN files that are never written THEN a run goes on meanwhile, and the window closes."""
    with hung_share(tmp_path / "share"), open_window(profile) as me:
        me.scan("SPK1")
        me.place.controller.reports().save(ReportScope.SHEET, tmp_path / "share" / "report.csv")
        me.do("Export the profile…")
        me.choose_unseen(tmp_path / "share" / "line2.toml")
        me.bind()
        me.sees_states("bound")


def test_a_folder_that_benches_share(profile: Profile, open_window: Open, tmp_path: Path) -> None:
    """GIVEN a shared folder that hangs THEN devices are bound all the same, and the window closes."""
    share = tmp_path / "share"
    with hung_share(share), open_window(replace(profile, shared_folder=str(share))) as me:
        me.scan("SPK1")
        me.bind()
        me.sees_states("bound")


def test_the_folder_of_it(tmp_path: Path, qtbot: QtBot) -> None:
    """GIVEN a machine's folder that hangs THEN the program opens without its profiles, and ends when it is told."""
    with hung_share(tmp_path / "machine"):
        process = subprocess.Popen([sys.executable, "-m", "bindtool"], env=environment(tmp_path))
        try:
            qtbot.waitUntil((tmp_path / "bindtool.db").exists, timeout=PATIENCE)
            qtbot.waitUntil(lambda: bool(windows_of(process, "bindtool")), timeout=PATIENCE)
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE / 1000) == 0
        finally:
            process.kill()
            process.wait()


@pytest.mark.long
def test_the_data_folder(tmp_path: Path, qtbot: QtBot) -> None:
    """GIVEN a data folder that hangs WHEN the window is closed THEN the process ends all the same."""
    with practising(tmp_path) as program:
        program.scan("SPK1")
        # Qt writes the settings on the window's thread, which takes the next scan after that.
        qtbot.waitUntil((tmp_path / "practice" / "window.ini").exists, timeout=PATIENCE)
        program.scan("SPK2")
        qtbot.waitUntil(lambda: program.rows() == [("SPK1", "ready"), ("SPK2", "ready")], timeout=PATIENCE)
        with hung_share(tmp_path / "practice"):
            program.scan("SPK3")
            program.process.send_signal(signal.SIGTERM)
            assert program.process.wait(PATIENCE / 1000) == 1
