"""The speakers, with miniaudio's null backend: a real device and its thread, and nobody who is disturbed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from bindtool.gui.common.audio.cues import Cue
from bindtool.gui.common.audio.player import SoundPlayer
from tests.gui.loop import PATIENCE

NULL = ["null"]


@pytest.fixture
def speakers() -> Iterator[SoundPlayer]:
    """Give speakers that nobody hears."""
    made = SoundPlayer(NULL)
    yield made
    made.close()


def test_nothing_runs_before_somebody_asks() -> None:
    """GIVEN new speakers WHEN nothing is played THEN no device is open; closing them is no trouble."""
    made = SoundPlayer(NULL)
    made.close()

    assert not made.ready.is_set()
    assert made.backend == ""


@pytest.mark.parametrize("cue", list(Cue))
def test_each_cue_is_taken_by_the_device(speakers: SoundPlayer, qtbot: QtBot, cue: Cue) -> None:
    """GIVEN a sound card WHEN a cue is played THEN the device runs and takes it to its end."""
    speakers.warm_up()
    assert speakers.ready.wait(PATIENCE / 1000)
    speakers.play(cue)

    qtbot.waitUntil(lambda: speakers.running, timeout=PATIENCE)
    qtbot.waitUntil(lambda: not speakers.sounding, timeout=PATIENCE)
    assert speakers.backend == "Null"


def test_a_cue_that_comes_first_opens_the_device(speakers: SoundPlayer, qtbot: QtBot) -> None:
    """GIVEN speakers that were not warmed up WHEN cues come THEN the device is opened for them."""
    for cue in (Cue.ADDED, Cue.REFUSED, Cue.ADDED):
        speakers.play(cue)

    qtbot.waitUntil(lambda: speakers.running, timeout=PATIENCE)


def test_a_device_with_nothing_to_say_rests(qtbot: QtBot) -> None:
    """GIVEN a cue that is over WHEN time passes THEN the device is stopped, and the next cue starts it again."""
    speakers = SoundPlayer(NULL, rest=0.05)
    for _ in range(2):
        speakers.play(Cue.BOUNCE)
        qtbot.waitUntil(lambda: speakers.running, timeout=PATIENCE)
        qtbot.waitUntil(lambda: not speakers.running, timeout=PATIENCE)
    speakers.close()


def test_without_a_sound_card_there_is_silence() -> None:
    """GIVEN a computer on which no way leads to a sound card WHEN a cue is played THEN nothing is said of it."""
    speakers = SoundPlayer(["wasapi" if sys.platform != "win32" else "alsa"])
    speakers.play(Cue.ADDED)

    assert speakers.ready.wait(PATIENCE / 1000)
    assert speakers.backend == ""
    assert not speakers.running
    speakers.close()


def test_this_computer_is_asked_for_its_own_way() -> None:
    """GIVEN whatever computer this is WHEN the speakers look for its sound card THEN they come to an end."""
    speakers = SoundPlayer()
    speakers.warm_up()

    assert speakers.ready.wait(PATIENCE / 1000)
    assert speakers.backend != "Null"
    speakers.close()


def test_playing_after_the_end_is_nothing() -> None:
    """GIVEN speakers that were closed WHEN a late cue comes THEN no device is opened again."""
    speakers = SoundPlayer(NULL)
    speakers.close()
    speakers.play(Cue.ADDED)

    assert not speakers.ready.is_set()


@pytest.mark.parametrize("ending", ["speakers.close()", "pass"])
def test_a_program_ends_while_a_cue_sounds(ending: str) -> None:
    """GIVEN a cue in its midst WHEN the program ends, in order or not THEN it ends at once and with 0."""
    code = (
        "from bindtool.gui.common.audio.player import SoundPlayer\n"
        "from bindtool.gui.common.audio.cues import Cue\n"
        "speakers = SoundPlayer(['null'])\n"
        "speakers.warm_up()\n"
        "speakers.ready.wait(10)\n"
        "speakers.play(Cue.REFUSED)\n"
        "while not speakers.sounding:\n"
        "    pass\n"
        f"{ending}"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], timeout=PATIENCE / 1000, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
