"""A disk that refuses and serves again: what is told, what goes on beside it, and what one press puts right."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import ExitStack, closing
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel

from bindtool.core.profiles.profile import Profile, RequestSettings
from tests.core.store.unprivileged import posix
from tests.gui.disks import refusing

if TYPE_CHECKING:
    from bindtool.practice.server import PracticeServer
    from tests.practice.faults import Withheld
    from tests.stories.conftest import Bench, Open
    from tests.stories.technician import Technician


def not_ready(me: Technician) -> bool:
    """Tell whether the scan bar says that no scan is taken."""
    return "NOT READY" in [label.text() for label in me.window.scan_bar.findChildren(QLabel) if label.isVisible()]


def test_an_answer_that_can_not_be_written_down(
    bench: Bench, profile: Profile, server: PracticeServer, open_window: Open
) -> None:
    """The run breaks off and scanning stops; once the disk serves, the banner counts what is left and goes on."""
    with open_window(replace(profile, proven=True, pace=RequestSettings(rate=0, batch_size=2))) as me:
        for device_id in ("SPK1", "SPK2", "SPK3"):
            me.type(device_id)
        me.sees_states("ready", "ready", "ready")
        with refusing(bench.data.database, "UPDATE ON request"):
            me.press("Bind")
            me.press("Bind now")
            me.sees_notice("The devices could not be saved or read")
            me.sees_states("unknown", "unknown", "ready")
            assert not_ready(me)
        assert len(server.requests) == 1
        me.press("Try again")
        me.sees_notice("The last run was cut off 0 bound, 2 unknown, 1 not sent; all saved.")
        assert not not_ready(me)
        me.press("Continue")
        me.press("Bind now")
        me.sees_states("bound", "bound", "bound")
        me.until(lambda: me.notice == "", "see the notice go")
    with open_window() as me:
        assert me.notice == ""


def test_scanning_goes_on_beside_a_run(
    bench: Bench, profile: Profile, server: PracticeServer, withheld: Withheld, open_window: Open
) -> None:
    """A run that waits for its answer is not disturbed by a disk that failed and serves again."""
    bench.has_profile(profile)
    bench.has_token()
    server.script([withheld])
    with open_window() as me:
        me.type("SPK000001")
        me.sees_states("ready")
        me.press("Bind")
        me.press("Bind now")
        me.sees_states("sending")
        with refusing(bench.data.database, "INSERT ON sheet_row"):
            me.type("SPK000002")
            me.sees_notice("The devices could not be saved or read")
        me.press("Try again")
        me.until(lambda: not not_ready(me), "see it ready")
        me.sees_states("sending", "ready")
        withheld.let_go()
        me.sees_states("bound", "ready")
    with closing(sqlite3.connect(bench.data.database)) as database:
        rows = database.execute("SELECT device_id, state FROM sheet_row ORDER BY number").fetchall()
    assert rows == [("SPK000001", "bound"), ("SPK000002", "ready")]


def test_a_start_without_room_for_a_sheet(bench: Bench, profile: Profile, open_window: Open) -> None:
    """The window opens all the same and says what is wrong; with room it opens the profile that was wanted."""
    with open_window():
        pass
    bench.has_profile(profile)
    no_room = ExitStack()
    no_room.enter_context(refusing(bench.data.database, "INSERT ON sheet"))
    with open_window() as me:
        me.sees_notice("The devices could not be saved or read")
        assert not_ready(me)
        no_room.close()
        me.press("Try again")
        me.until(lambda: not not_ready(me), "see it ready")
        me.type("SPK000001")
        me.sees_states("ready")
        me.sees_step_button("Enter token")


def test_a_profile_whose_sheet_can_not_be_opened(
    bench: Bench, profile: Profile, server: PracticeServer, open_window: Open
) -> None:
    """The devices in the table stay those of their own profile: none goes to the channel that was chosen."""
    bench.has_profile(profile)
    with open_window(replace(profile, name="Line 3", connector_id="7000000000000000009")) as me:
        me.type("SPK000001")
        me.sees_states("ready")
        with refusing(bench.data.database, "INSERT ON sheet"):
            me.window.header.profile_chosen.emit("Line 3")
            me.sees_notice("The devices could not be saved or read")
        me.press("Try again")
        me.until(lambda: not not_ready(me), "see it ready")
        me.bind()
        me.sees_states("bound")
    assert set(server.bound) == {"SPK000001"}


@posix
def test_a_data_folder_that_is_moved_away(bench: Bench, profile: Profile, open_window: Open) -> None:
    """No scan is told as saved that lies where nobody will look; with the folder in its place none was lost."""
    bench.has_profile(profile)
    away = bench.data.path.with_name("away")
    with open_window() as me:
        me.type("SPK000001")
        me.sees_states("ready")
        bench.data.path.rename(away)
        me.type("SPK000002")
        me.sees_notice("The data folder was moved, deleted or replaced while bindtool was open")
        assert not_ready(me)
        # The program's own files may have come into being there again meanwhile: its log, what windows remember.
        shutil.rmtree(bench.data.path, ignore_errors=True)
        away.rename(bench.data.path)
        me.press("Try again")
        me.until(lambda: not not_ready(me), "see it ready")
    with closing(sqlite3.connect(bench.data.database)) as database:
        rows = database.execute("SELECT device_id FROM sheet_row ORDER BY number").fetchall()
    assert rows == [("SPK000001",), ("SPK000002",)]


@posix
def test_a_lock_that_is_deleted(bench: Bench, profile: Profile, server: PracticeServer, open_window: Open) -> None:
    """Another window could take up the same rows: this one sends nothing more, and says what to do."""
    with open_window(profile) as me:
        me.type("SPK000001")
        me.sees_states("ready")
        (bench.data.path / "lock").unlink()
        me.press("Bind")
        me.press("Bind now")
        me.sees_notice("Another bindtool can write in this data folder")
        assert not_ready(me)
    assert server.requests == ()


def test_a_list_that_the_disk_refused(bench: Bench, profile: Profile, open_window: Open) -> None:
    """Nobody is told that it was added before it is; the next one is turned away aloud, and not half taken."""
    bench.has_profile(profile)
    with open_window() as me:
        with refusing(bench.data.database, "INSERT ON sheet_row"):
            me.paste("SPK000001\nSPK000002")
            me.sees_notice("The devices could not be saved or read")
            assert "2 added" not in me.said
            me.window.notices.take_back()
            me.window.table.setFocus()
            me.paste("SPK000003\nSPK000004")
            me.sees_notice("The devices could not be saved or read")
        me.press("Try again")
        me.sees("2 added")
        me.sees_states("ready", "ready")
