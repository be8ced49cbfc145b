"""What a technician hears with the eyes on the boxes: each cue means what it says, and never more than is so."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bindtool.core.common.clock import SystemClock
from bindtool.core.model.channel import Behaviour
from bindtool.core.profiles.profile import Profile, RequestSettings
from bindtool.gui.common.audio.cues import Cue
from tests.gui.disks import refusing
from tests.practice.faults import ScriptedAnswer
from tests.stories.program import ALL_ROWS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bindtool.practice.server import PracticeServer
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


def test_a_disk_that_refuses_is_heard_as_such(me: Technician, ears: Ears, bench: Bench) -> None:
    """A scan that can't be saved sounds as refused, one that is not taken too; the first is saved later."""
    with refusing(bench.data.database, "INSERT ON sheet_row"):
        me.type("SPK1")
        hears(me, ears, Cue.REFUSED)
        me.type("SPK2")
        hears(me, ears, Cue.REFUSED, Cue.REFUSED)
    me.press("Try again")
    hears(me, ears, Cue.REFUSED, Cue.REFUSED, Cue.ADDED)
    assert ears.rows_then[-1] == 1


def test_a_repeat_and_a_code_that_is_no_id(me: Technician, ears: Ears) -> None:
    """Each outcome of a scan has its own sound."""
    me.scan("SPK1")
    me.type("SPK1")
    hears(me, ears, Cue.ADDED, Cue.BOUNCE)
    me.scan("SPK2")
    me.type("SPK1")
    me.type("pat_0123456789abcdefghijklmnopqrstuvwxyz")
    hears(me, ears, Cue.ADDED, Cue.BOUNCE, Cue.ADDED, Cue.REPEATED, Cue.REFUSED)


def test_the_end_of_a_run(me: Technician, ears: Ears) -> None:
    """All bound sounds as all well; a refused device calls the technician."""
    me.scan("SPK1", "SPK2")
    me.bind()
    hears(me, ears, Cue.ADDED, Cue.ADDED, Cue.ALL_WELL)
    me.scan(REFUSED)
    me.bind()
    hears(me, ears, Cue.ADDED, Cue.ADDED, Cue.ALL_WELL, Cue.ADDED, Cue.NEEDS_YOU)
    assert me.window.scan_bar.flashing


def test_a_run_that_was_paused_calls(me: Technician, ears: Ears, server: PracticeServer) -> None:
    """A token that stops working calls the technician, however many devices were bound."""
    server.script([ScriptedAnswer(700012006, status=401, msg="access token invalid")])
    me.scan("SPK1")
    me.bind()
    hears(me, ears, Cue.ADDED, Cue.NEEDS_YOU)


def test_a_run_that_can_not_be_written_down_calls(me: Technician, ears: Ears, bench: Bench) -> None:
    """A run that breaks off calls the technician."""
    me.scan("SPK1")
    bench.can_not_write("request")
    me.bind()
    me.until(lambda: ears.heard[-1] is Cue.NEEDS_YOU, "be called")


def test_whoever_stops_a_run_knows_it(profile: Profile, open_window: Open, ears: Ears) -> None:
    """Stop between two requests is followed by no sound: the hand is on the button."""
    with open_window(
        replace(profile, pace=RequestSettings(rate=0.1, batch_size=1), behaviour=Behaviour.ADDS),
        sounds=ears,
        clock=SystemClock(),
    ) as me:
        me.scan("SPK1", "SPK2")
        me.start_binding()
        me.sees_states("bound", "ready")
        me.press("Stop")
        me.sees_the_end()
        hears(me, ears, Cue.ADDED, Cue.ADDED)


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
