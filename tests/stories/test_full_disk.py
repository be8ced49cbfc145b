"""A disk that runs full under the window: scanning stops before it loses anything, and goes on with room again."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bindtool.core.common.data_folder import DataFolder
from bindtool.core.credentials.keyring_store import KeyringStore
from bindtool.core.profiles.profile import Profile, RequestSettings
from bindtool.core.sheet_view.columns import Column
from tests.small_disk import SmallDisk, needs_small_disk, small_disk
from tests.stories.conftest import PROFILE, Bench
from tests.stories.test_failing_disk import not_ready

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bindtool.practice.server import PracticeServer
    from tests.stories.conftest import Open
    from tests.stories.technician import Technician

pytestmark = needs_small_disk

LEFT = 200_000
"""Bytes: room for some scans, and for part of a run."""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """Give an empty disk of four mebibytes."""
    with small_disk(tmp_path / "small", 8192) as disk:
        yield disk


@pytest.fixture
def bench(disk: SmallDisk, tmp_path: Path, server: PracticeServer) -> Iterator[Bench]:
    """Give a bench whose data lie on that disk."""
    data = DataFolder(disk.path / "data")
    data.create()
    password_store = KeyringStore()
    yield Bench(data, tmp_path / "machine", password_store, server.site)
    password_store.forget(PROFILE)


def on_disk(bench: Bench) -> dict[str, str]:
    """Return the state of each device that the disk has, and see to it that the database is whole."""
    with closing(sqlite3.connect(bench.data.database)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        return dict(database.execute("SELECT device_id, state FROM row_now ORDER BY number").fetchall())


def scan_until_full(me: Technician) -> list[str]:
    """Scan until the scan bar says that it takes no more; return what was scanned."""
    scanned: list[str] = []
    while not not_ready(me):
        scanned.append(f"SPK{len(scanned) + 1:06}")
        me.type(scanned[-1])
        me.until(lambda: me.cell(len(scanned), Column.STATUS) == "ready" or not_ready(me), "see it saved or not")
    return scanned


def test_scanning_stops_and_goes_on(
    bench: Bench, profile: Profile, disk: SmallDisk, server: PracticeServer, open_window: Open
) -> None:
    """All that was said to be added is on the disk; Try again writes the scan that found no room: none is lost."""
    with open_window(profile) as me:
        # GIVEN a technician who scans until the disk is full
        disk.fill(leave=LEFT)
        scanned = scan_until_full(me)
        assert len(scanned) > 5

        # THEN the scan bar and the banner say so, and all but the last one is on the disk
        me.sees_notice("The disk is full No more scans are taken; everything saved so far stays.")
        assert not_ready(me)
        assert "The disk is full" in me.said
        assert list(on_disk(bench)) == scanned[:-1]
        assert me.cell(len(scanned), Column.MESSAGE) == "saving"

        # WHEN somebody closes the banner and goes on scanning
        me.press("Close")
        assert me.notice == ""
        me.type("SPK999999")

        # THEN nothing is taken, no cell of the table is overwritten, and the banner is back
        me.sees_notice("The disk is full")
        assert me.window.model.rowCount() == len(scanned)
        assert me.cell(len(scanned), Column.DEVICE_ID) == scanned[-1]

        # WHEN Try again is pressed too early THEN it says so again
        me.press("Try again")
        me.sees_notice("The disk is full")
        assert not_ready(me)

        # WHEN there is room THEN the last scan is saved, and the next one and Bind do their work
        disk.make_room()
        me.press("Try again")
        me.until(lambda: not not_ready(me), "see it ready")
        assert me.notice == ""
        me.type("SPK999999")
        me.sees_step_button(f"Bind {len(scanned) + 1} devices")
        assert list(on_disk(bench)) == [*scanned, "SPK999999"]
        me.bind()
        me.until(lambda: set(me.states()) == {"bound"}, "see all bound")
    assert set(on_disk(bench).values()) == {"bound"}
    assert set(server.bound) == {*scanned, "SPK999999"}


def test_a_run_stops_before_it_sends_what_it_can_not_write_down(
    bench: Bench, profile: Profile, disk: SmallDisk, server: PracticeServer, open_window: Open
) -> None:
    """Each request that the server saw is on the disk; with room again the run goes on to its end."""
    bench.has_profile(replace(profile, proven=True, pace=RequestSettings(rate=0, batch_size=1)))
    bench.has_token()
    ids = [f"SPK{number:06}" for number in range(1, 101)]
    with open_window() as me:
        me.paste("\n".join(ids))
        me.sees_step_button("Bind 100 devices")
        disk.fill(leave=LEFT)
        me.press("Bind")
        me.press("Bind now")
        me.sees_notice("The disk is full")
        assert not_ready(me)
        sent = len(server.requests)
        assert 1 < sent < 100
        with closing(sqlite3.connect(bench.data.database)) as database:
            (begun,) = database.execute("SELECT count(*) FROM request").fetchone()
        assert begun in {sent, sent + 1}
        states = on_disk(bench)
        assert [device_id for device_id, state in states.items() if state == "ready"] == ids[begun:]
        assert set(me.states()) == {"bound", "ready"} or set(me.states()) == {"bound", "unknown", "ready"}

        disk.make_room()
        me.press("Try again")
        me.sees_notice("The last run was cut off")
        assert not not_ready(me)
        assert "sending" not in me.states()
        me.press("Continue")
        me.press("Bind now")
        me.until(lambda: set(me.states()) == {"bound"}, "see all bound")
        assert me.notice == ""
    assert set(server.bound) == set(ids)
    assert set(on_disk(bench).values()) == {"bound"}
