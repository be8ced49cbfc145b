"""Cues without anybody who plays them."""

from __future__ import annotations

from bindtool.gui.scan_strip import Taken
from bindtool.gui.sounds import Cue, Silence


def test_each_outcome_of_a_scan_has_a_cue_and_silence_takes_it() -> None:
    """GIVEN nobody to play WHEN a scan is told THEN nothing happens; added, repeated and refused differ."""
    cues = {taken: taken.cue for taken in Taken}
    for cue in cues.values():
        Silence().play(cue)
    assert len({cues[Taken.ADDED], cues[Taken.REPEAT], cues[Taken.REFUSED]}) == 3
    assert cues[Taken.ADDED] is Cue.ADDED
