"""With a long ledger the window's thread reads single records alone, and it opens no file of a person."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bindtool.core.model.channel import Behaviour
from tests.sql_watch import watching

if TYPE_CHECKING:
    from pathlib import Path

    from bindtool.core.model.channel import Channel
    from bindtool.core.profiles.profile import Profile
    from tests.stories.conftest import Bench, Open
    from tests.stories.technician import Technician

pytestmark = [pytest.mark.replacing, pytest.mark.long]

LONG = 100_000
"""Entries of the ledger."""

ALLOWED = {
    # A scan is judged before the next key: held or not, it is on its way to the disk then.
    "device": re.compile(r"SELECT (ledger\.\*, '' AS machine|foreign_entry\.\*) FROM json_each.*device_id = asked"),
    "label": re.compile(r"SELECT label, min\(device_id\) AS one.*ledger_label.*INDEXED BY foreign_label"),
    # A profile is the open one in the moment in which its rows are on the table: nobody may press Bind in between.
    "check": re.compile(r"SELECT \* FROM channel_check .* LIMIT 1"),
}
"""What is read in the window's thread, each a record by its index: with 100,000 entries within 0.3 ms."""


def test_what_the_window_s_thread_reads(bench: Bench, profile: Profile, open_window: Open, tmp_path: Path) -> None:
    """GIVEN a ledger of 100,000 entries WHEN a day is worked THEN nothing else is read there."""
    first = replace(profile, behaviour=Behaviour.REPLACES, sender=True)
    bench.has_profile(first)
    bench.has_profile(replace(first, name="Line 3", key="sn", token_name=first.name))
    bench.has_token()
    stick = tmp_path / "stick"
    stick.mkdir()
    (stick / "list.csv").write_text("device_id,label\nSPK2,Two\nSPK3,Three\n", encoding="utf-8")
    with watching() as watch, open_window() as me:
        has_bound(bench, first.channel)
        watch.begin()
        ask(me)
        check_the_channel(me)
        save(me, stick)
        bind_elsewhere(me)
        look_back(me)
    unknown = [each for each in watch.statements if not any(known.match(each) for known in ALLOWED.values())]
    assert unknown == []
    assert [name for name, known in ALLOWED.items() if not any(map(known.match, watch.statements))] == []
    assert [path for path in watch.files if path.is_relative_to(stick)] == []


def ask(me: Technician) -> None:
    """Scan, look a device up, and ask whether to bind on the channel with the long list."""
    me.scan("SPK1", "OLD000007")
    me.sees_states("ready", "held")
    me.press("Bind")
    me.sees(f"all {LONG + 1} devices in one request, {LONG} of them bound before")
    me.press("Cancel")
    me.do("Look up")
    me.type("OLD000008")
    me.sees("Old 8")
    me.keys("Esc")


def check_the_channel(me: Technician) -> None:
    """Look how the check of the channel stands."""
    me.do("Check the channel…")
    me.sees("This channel replaces its list")
    me.press("Back to scanning")


def save(me: Technician, stick: Path) -> None:
    """Take a list from the stick, and put reports and the support bundle onto it."""
    me.window.table.files_dropped.emit([stick / "list.csv"])
    me.sees_states("ready", "held", "ready", "ready")
    for action, name in (
        ("Save this sheet's report…", "sheet.csv"),
        ("Save today's report…", "day.xlsx"),
        ("Save for support…", "support.zip"),
    ):
        me.do(action)
        me.choose(stick / name)
        me.until((stick / name).exists, f"have {name}")


def bind_elsewhere(me: Technician) -> None:
    """Bind on the channel of another profile, and begin a new sheet there."""
    me.choose_profile("Line 3")
    me.sees_states()
    me.scan("SPK4", "SPK5")
    me.bind()
    me.sees_states("bound", "bound")
    me.do_with_row(1, "Copy for support")
    me.has_copied("SPK4")
    me.do("New sheet")
    me.sees_states()


def look_back(me: Technician) -> None:
    """Look at what publishing wants, and open the history."""
    me.do("For publishing an agent…")
    me.sees("2 devices known to be bound")
    me.keys("Esc")
    me.do("History…")
    me.sees("500 are shown")
    me.press("Back to scanning")


def has_bound(bench: Bench, channel: Channel) -> None:
    """Let a long list be bound on a channel, on an earlier day."""
    with closing(sqlite3.connect(bench.data.database)) as database, database:
        database.execute(
            """
            WITH RECURSIVE entry (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM entry WHERE n < ?)
            INSERT INTO ledger
                (site, connector_id, key, user_id, device_id, label, bound_at, log_id, operator, profile)
            SELECT ?, ?, ?, ?, printf('OLD%06d', n), printf('Old %d', n), '2026-10-09T09:30:00+08:00', '', '', ''
            FROM entry
            """,
            (LONG, channel.site, channel.connector_id, channel.key, channel.user_id),
        )
