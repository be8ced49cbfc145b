"""Generates the cues in resources/sounds: each a few notes, so that no third party has rights in them.

Run it after a change here and commit its output; a test compares the two. The cues differ in rhythm and in
direction too, so that they can be told apart on a laptop's speakers, which reproduce little below 400 Hz.
"""

from __future__ import annotations

import math
import sys
import wave
from array import array
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "sounds"
RATE = 44_100
"""Sample rate in Hz; mono, 16 bits."""

_ATTACK = 0.004
_RELEASE = 0.012
_FULL = 32_767


@dataclass(frozen=True)
class Note:
    """A tone: frequency in Hz, start and end in seconds, loudness from 0 to 1, and the share of each overtone.

    `fading`: how many times it decays to a third during its length.
    """

    tone: float
    begins: float
    lasts: float
    loudness: float
    overtones: tuple[float, ...] = (0.3, 0.1)
    fading: float = 1.5


_BUZZ = (0.8, 0.7, 0.5, 0.5, 0.3, 0.3)
"""Overtones that make a low tone audible on small speakers, and sound like a refusal."""

CUES = {
    # one bright drop: hundreds a day, so short and mild
    "added": (Note(1760, 0, 0.08, 0.4, fading=2.5),),
    # the same drop from below: the device has its label
    "labelled": (Note(1175, 0, 0.05, 0.4, fading=1.5), Note(1760, 0.05, 0.08, 0.4, fading=2.5)),
    # a tick: nothing happened
    "bounce": (Note(740, 0, 0.035, 0.35, fading=2),),
    # the same note twice: a duplicate
    "repeated": (Note(988, 0, 0.07, 0.4), Note(988, 0.11, 0.09, 0.4)),
    # a buzz, low and long: look up
    "refused": (Note(392, 0, 0.14, 0.7, _BUZZ, 0.2), Note(311, 0.15, 0.18, 0.7, _BUZZ, 0.5)),
    # three steps up, as all is done
    "all_well": (Note(1047, 0, 0.1, 0.35), Note(1319, 0.09, 0.1, 0.35), Note(1568, 0.18, 0.16, 0.4)),
    # two steps down: attention is needed
    "needs_you": (
        Note(1319, 0, 0.08, 0.45),
        Note(880, 0.08, 0.08, 0.45),
        Note(1319, 0.17, 0.08, 0.45),
        Note(880, 0.25, 0.09, 0.45),
    ),
}


def samples(notes: tuple[Note, ...]) -> array[int]:
    """Return the samples of these notes."""
    ends = max(note.begins + note.lasts for note in notes)
    sound = [0.0] * round(ends * RATE)
    for note in notes:
        start = round(note.begins * RATE)
        for at in range(min(round(note.lasts * RATE), len(sound) - start)):
            sound[start + at] += _heard(note, at / RATE)
    return array("h", (round(_FULL * max(-1.0, min(1.0, value))) for value in sound))


def _heard(note: Note, time: float) -> float:
    """Return a note's amplitude `time` seconds after its start."""
    parts = (1.0, *note.overtones)
    tone = sum(part * math.sin(2 * math.pi * note.tone * at * time) for at, part in enumerate(parts, 1))
    swelling = min(1.0, time / _ATTACK, (note.lasts - time) / _RELEASE)
    return note.loudness * swelling * math.exp(-note.fading * time / note.lasts) * tone / sum(parts)


def write(folder: Path) -> None:
    """Write every cue as a WAV file."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, notes in CUES.items():
        sound = samples(notes)
        if sys.byteorder == "big":
            sound.byteswap()
        with wave.open(str(folder / f"{name}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(sound.itemsize)
            file.setframerate(RATE)
            file.writeframes(sound.tobytes())


if __name__ == "__main__":
    write(FOLDER)
