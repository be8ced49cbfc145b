"""A recorder of the cues played by the window."""

from __future__ import annotations

from bindtool.gui.common.audio.cues import Cue


class Listener:
    """Records the cues, in order."""

    def __init__(self) -> None:
        self.heard: list[Cue] = []

    def play(self, cue: Cue) -> None:
        """Record a cue."""
        self.heard.append(cue)
