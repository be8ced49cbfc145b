"""Somebody who hears which cues the window plays."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bindtool.gui.common.audio.cues import Cue


class Listener:
    """Writes down what is played, in order."""

    def __init__(self) -> None:
        self.heard: list[Cue] = []

    def play(self, cue: Cue) -> None:
        """Hear a cue."""
        self.heard.append(cue)
