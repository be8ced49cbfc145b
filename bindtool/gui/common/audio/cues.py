"""The sounds of the window: short cues, so that eyes can stay on the boxes; and the switch that mutes them.

Which result has which cue stands in a table of `scanning.last_scan`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from PySide6.QtCore import QSettings

_MUTED = "muted"


class Cue(StrEnum):
    """A short sound. A flash of the scan bar says the same to the eyes."""

    ADDED = "added"
    LABELLED = "labelled"
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


class MutableSounds:
    """Sounds with a switch, which this computer remembers."""

    def __init__(self, sounds: Sounds, settings: QSettings) -> None:
        self._sounds = sounds
        self._settings = settings

    @property
    def muted(self) -> bool:
        """Whether nothing is heard."""
        return bool(self._settings.value(_MUTED, False, type=bool))

    def mute(self, muted: bool) -> None:
        """Let nothing be heard from now on, or everything again."""
        self._settings.setValue(_MUTED, muted)
        self._settings.sync()

    def play(self, cue: Cue) -> None:
        """Begin a cue, unless it is to be quiet."""
        if not self.muted:
            self._sounds.play(cue)
