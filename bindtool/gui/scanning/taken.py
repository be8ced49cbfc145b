"""What became of a scan, with the drawing and the sound that say so.

Owns the list. Who decides which of them it was is `controller`.
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from bindtool.gui.common.audio.cues import Cue
from bindtool.gui.common.theme.icons import Mark

if TYPE_CHECKING:
    from collections.abc import Mapping


class Taken(StrEnum):
    """What became of a scan."""

    ADDED = "added"
    REPEAT = "repeat"
    BOUNCE = "bounce"
    HELD = "held"
    REFUSED = "refused"

    @property
    def mark(self) -> Mark:
        """The drawing that says so."""
        return _MARKS[self]

    @property
    def cue(self) -> Cue:
        """The sound that says so."""
        return _CUES[self]


_MARKS: Mapping[Taken, Mark] = MappingProxyType(
    {
        Taken.ADDED: Mark.BOUND,
        Taken.REPEAT: Mark.REPEAT,
        Taken.BOUNCE: Mark.INFO,
        Taken.HELD: Mark.HELD,
        Taken.REFUSED: Mark.REFUSED,
    }
)

_CUES: Mapping[Taken, Cue] = MappingProxyType(
    {
        Taken.ADDED: Cue.ADDED,
        Taken.REPEAT: Cue.REPEATED,
        Taken.BOUNCE: Cue.BOUNCE,
        Taken.HELD: Cue.REFUSED,
        Taken.REFUSED: Cue.REFUSED,
    }
)
