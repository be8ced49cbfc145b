"""The window's sounds: short cues, so that eyes can stay on the boxes; and the mute switch.

A table in `scanning.last_scan` maps results to cues.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from PySide6.QtCore import QSettings

_MUTED = "muted"


class Cue(StrEnum):
    """A short sound. The scan bar flashes together with it."""

    ADDED = "added"
    LABELLED = "labelled"
    BOUNCE = "bounce"
    REPEATED = "repeated"
    REFUSED = "refused"
    ALL_WELL = "all_well"
    NEEDS_YOU = "needs_you"


class Sounds(Protocol):
    """A player of cues."""

    def play(self, cue: Cue) -> None:
        """Start a cue and return at once; stops the cue that is playing."""


class Silence:
    """Plays no sound: for tests, and for a computer without a sound card."""

    def play(self, cue: Cue) -> None:
        """Do nothing."""


class MutableSounds:
    """A player with a mute switch, whose state this computer remembers."""

    def __init__(self, sounds: Sounds, settings: QSettings) -> None:
        self._sounds = sounds
        self._settings = settings

    @property
    def muted(self) -> bool:
        """Whether sound is off."""
        return bool(self._settings.value(_MUTED, False, type=bool))

    def mute(self, muted: bool) -> None:
        """Turn sound off or on, and remember it."""
        self._settings.setValue(_MUTED, muted)
        self._settings.sync()

    def play(self, cue: Cue) -> None:
        """Start a cue unless muted."""
        if not self.muted:
            self._sounds.play(cue)
