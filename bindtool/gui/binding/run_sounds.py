"""Plays the sound at the end of a run, and follows the action that mutes all sounds.

The sounds of scans are played by `scanning.controller`; how a sound is played is in `common.audio.player`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from bindtool.core.binding.events import Ending
from bindtool.gui.scanning.last_scan import ScanResult

if TYPE_CHECKING:
    from PySide6.QtGui import QAction

    from bindtool.gui.binding.run_session import Result, RunSession
    from bindtool.gui.common.audio.cues import MutableSounds
    from bindtool.gui.scanning.scan_bar import ScanBar


class RunSounds(QObject):
    """Plays the end of a run, and follows the action that mutes.

    Signals:
        changed(): it was muted, or not any more.
    """

    changed = Signal()

    def __init__(self, scan_bar: ScanBar, session: RunSession, sounds: MutableSounds, mute: QAction) -> None:
        super().__init__(scan_bar)
        self._scan_bar = scan_bar
        self._sounds = sounds
        mute.setCheckable(True)
        mute.setChecked(sounds.muted)
        mute.toggled.connect(self._mute)
        session.finished.connect(self._play_end)
        session.broken.connect(self._play)

    def _mute(self, muted: bool) -> None:
        self._sounds.mute(muted)
        self.changed.emit()

    def _play_end(self, result: Result) -> None:
        progress, concluded = result.progress, result.concluded
        to_handle = progress.refused + progress.unknown
        if concluded.ended.ending is Ending.STOPPED and not to_handle and concluded.advice is None:
            return  # who has stopped it knows
        self._play(well=progress.bound == progress.total and concluded.advice is None)

    def _play(self, *, well: bool = False) -> None:
        result = ScanResult.ALL_WELL if well else ScanResult.NEEDS_YOU
        self._sounds.play(result.cue)
        self._scan_bar.flash(result)
