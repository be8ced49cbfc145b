"""What the window lets people hear: short cues, so that eyes can stay on the boxes.

Owns the list of cues. Which event has which cue is for those who play them.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol


class Cue(StrEnum):
    """A short sound. A flash of the strip says the same to the eyes."""

    ADDED = "added"
    BOUNCE = "bounce"
    REPEATED = "repeated"
    REFUSED = "refused"
    ALL_WELL = "all_well"
    NEEDS_YOU = "needs_you"


class Sounds(Protocol):
    """Whoever can be heard."""

    def play(self, cue: Cue) -> None:
        """Begin a cue and return at once; one that is heard just now ends."""


class Silence:
    """Nobody: tests, and a computer without a sound card."""

    def play(self, cue: Cue) -> None:
        """Do nothing."""
