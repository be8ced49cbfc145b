"""The cues: which scan has which, the files that are heard, and the switch that silences them."""

from __future__ import annotations

import math
import runpy
import wave
from array import array
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings

from bindtool.gui.common.audio.cues import Cue, MutableSounds, Silence
from bindtool.gui.common.audio.player import RATE
from bindtool.gui.scanning.scan_session import ScanResult
from bindtool.resource_paths import asset
from tests.checkout import ROOT

SCRIPT = ROOT / "packaging" / "make_sounds.py"
LONGEST = 0.35


class Loud:
    """Keeps the cues that are played."""

    def __init__(self) -> None:
        self.played: list[Cue] = []

    def play(self, cue: Cue) -> None:
        """Keep it."""
        self.played.append(cue)


def sound(path: Path) -> array[int]:
    """Read a file; it has to have the form that the speakers take."""
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
        return array("h", file.readframes(file.getnframes()))


def loudness(samples: array[int]) -> float:
    """Return the loudest 30 ms in decibels below the loudest possible."""
    span = RATE * 30 // 1000
    pieces = [samples[at : at + span] for at in range(0, max(1, len(samples) - span), span // 2)]
    loudest = max(sum(v * v for v in piece) / len(piece) for piece in pieces)
    return 10 * math.log10(loudest / 32_768**2)


def test_each_outcome_of_a_scan_has_a_cue_and_silence_takes_it() -> None:
    """GIVEN nobody to play WHEN a scan is told THEN nothing happens; added, repeated and refused differ."""
    cues = {taken: taken.cue for taken in ScanResult}
    for cue in cues.values():
        Silence().play(cue)
    assert len({cues[ScanResult.ADDED], cues[ScanResult.REPEAT], cues[ScanResult.REFUSED]}) == 3
    assert cues[ScanResult.ADDED] is Cue.ADDED


@pytest.mark.parametrize("cue", list(Cue))
def test_each_cue_is_short_and_neither_faint_nor_harsh(cue: Cue) -> None:
    """A cue ends before the next scan, is heard over a fan, and begins and ends without a crack."""
    samples = sound(asset("sounds", f"{cue}.wav"))

    assert len(samples) / RATE < LONGEST
    assert -25 < loudness(samples) < -10
    assert max(map(abs, samples)) < 0.6 * 32_768
    assert abs(samples[0]) < 300
    assert abs(samples[-1]) < 300


def test_the_files_are_what_the_script_makes(tmp_path: Path) -> None:
    """Nobody has to take our word for where they come from; the last bit may differ with the computer's sine."""
    script = runpy.run_path(str(SCRIPT))
    script["write"](tmp_path)

    for cue in Cue:
        made, kept = sound(tmp_path / f"{cue}.wav"), sound(asset("sounds", f"{cue}.wav"))
        assert len(made) == len(kept)
        assert max(abs(one - other) for one, other in zip(made, kept, strict=True)) <= 1
    assert {path.stem for path in tmp_path.iterdir()} == set(Cue)


def test_muted_nothing_is_heard_and_it_is_remembered(tmp_path: Path) -> None:
    """GIVEN sounds WHEN they are muted THEN no cue is played, nor after the next start."""
    settings = QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)
    loud = Loud()
    hush = MutableSounds(loud, settings)
    hush.play(Cue.ADDED)
    hush.mute(True)
    hush.play(Cue.REFUSED)
    assert loud.played == [Cue.ADDED]

    again = MutableSounds(loud, QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat))
    assert again.muted
    again.play(Cue.REFUSED)
    again.mute(False)
    again.play(Cue.REPEATED)
    assert loud.played == [Cue.ADDED, Cue.REPEATED]
