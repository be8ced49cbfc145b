"""What a technician hears with the eyes on the boxes: each cue means what it says, and never more than is so."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bindtool.core.profiles.profile import Profile
from bindtool.gui.common.audio.cues import Cue
from tests.stories.program import ALL_ROWS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.stories.conftest import Bench, Open
    from tests.stories.technician import Technician

REFUSED = "SPK0000"


class Ears:
    """Hears the cues, and looks at each into the database how many rows there are."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self.heard: list[Cue] = []
        self.rows_then: list[int] = []

    def play(self, cue: Cue) -> None:
        """Hear a cue."""
        self.heard.append(cue)
        with closing(sqlite3.connect(f"{self._database.as_uri()}?mode=ro", uri=True)) as database:
            self.rows_then.append(len(database.execute(ALL_ROWS).fetchall()))


@pytest.fixture
def ears(bench: Bench) -> Ears:
    """Give ears that nothing was said to yet."""
    return Ears(bench.data.database)


@pytest.fixture
def me(profile: Profile, open_window: Open, ears: Ears) -> Iterator[Technician]:
    """Give a technician who hears, on an ordinary morning."""
    # A busy computer may take a second over what comes at once.
    scanner = replace(profile.scan.scanner, bounce=10_000)
    with open_window(replace(profile, scan=replace(profile.scan, scanner=scanner)), sounds=ears) as technician:
        yield technician


def hears(me: Technician, ears: Ears, *cues: Cue) -> None:
    """Wait until these cues were heard, all and in order."""
    me.until(lambda: ears.heard == list(cues), f"hear {cues}, not {ears.heard}")


def test_added_is_heard_once_the_disk_has_it(me: Technician, ears: Ears, bench: Bench) -> None:
    """While another program holds the disk a scan is drawn and not heard; it is once its row is there."""
    with closing(sqlite3.connect(bench.data.database, isolation_level=None)) as backup:
        backup.execute("BEGIN IMMEDIATE")
        me.type("SPK1")
        me.type("SPK2")
        me.sees_states("incomplete", "incomplete")
        assert ears.heard == []
        backup.execute("COMMIT")
    hears(me, ears, Cue.ADDED, Cue.ADDED)
    assert all(rows >= at for at, rows in enumerate(ears.rows_then, 1))
    assert me.window.scan_bar.flashing


def test_the_end_of_a_run(me: Technician, ears: Ears) -> None:
    """All bound sounds as all well; a refused device calls the technician."""
    me.scan("SPK1", "SPK2")
    me.bind()
    hears(me, ears, Cue.ADDED, Cue.ADDED, Cue.ALL_WELL)
    me.scan(REFUSED)
    me.bind()
    hears(me, ears, Cue.ADDED, Cue.ADDED, Cue.ALL_WELL, Cue.ADDED, Cue.NEEDS_YOU)
    assert me.window.scan_bar.flashing


def test_no_sound(bench: Bench, profile: Profile, open_window: Open, ears: Ears) -> None:
    """Muted in the menu it stays quiet, the next day too; it says so in the footer, and flashes all the same."""
    bench.has_profile(profile)
    with open_window(sounds=ears) as me:
        me.do("Mute")
        me.sees("sound off")
        me.scan("SPK1")
        assert me.window.scan_bar.flashing
    with open_window(sounds=ears) as me:
        me.sees("sound off")
        me.type("SPK1")
        me.sees("already in row 1")
        assert ears.heard == []
        me.do("Mute")
        me.until(lambda: "sound off" not in me.said, "see it gone")
        me.type("SPK2")
        hears(me, ears, Cue.ADDED)
