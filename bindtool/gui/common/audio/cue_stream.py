"""What the speakers are fed with: the cue that is played now, piece by piece.

Owns that a new cue takes the place of an older one at once and without a crack. Where the samples come from and
where they go is for `player`.
"""

from __future__ import annotations

import threading
from array import array
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator

RATE = 44_100
"""Samples a second, mono, 16 bits."""

FADE = 220
"""Samples, 5 ms: a sound that breaks off in the middle of a wave is heard as a crack."""

_NOTHING = array("h")


class CueStream:
    """One cue at a time. Any thread may call it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left = _NOTHING

    @property
    def sounding(self) -> bool:
        """Whether there is more of a cue to come."""
        return bool(self._left)

    def play(self, sound: array[int]) -> None:
        """Begin a cue; what is left of the one before fades out under its first samples."""
        mixed = sound[:]
        with self._lock:
            for at, (old, new) in enumerate(zip(self._left[:FADE], sound, strict=False)):
                mixed[at] = max(-32_768, min(32_767, new + old * (FADE - at) // FADE))
            self._left = mixed

    def take(self, count: int) -> array[int]:
        """Return the next `count` samples; there are fewer where the cue ends, and none after it."""
        with self._lock:
            piece, self._left = self._left[:count], self._left[count:]
        return piece

    def pieces(self) -> Generator[bytes, int, None]:
        """Give the samples for as many frames as are sent in, for ever; the first piece is empty."""
        wanted = 0
        while True:
            wanted = yield self.take(wanted).tobytes()
