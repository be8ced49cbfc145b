"""The current scan rules, their one-click changes, and facts learned from codes.

Decides where to save a change: in the profile, or, if IT has set the rules, in the bench's learned rules.
`core.barcode` and `core.scanner` apply the rules.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from bindtool.core.common.errors import BindtoolError
from bindtool.core.scanner.scan_rules import ScanRules
from bindtool.core.scanner.slow_codes import GapLearner

if TYPE_CHECKING:
    from bindtool.core.profiles.learned_rules import LearnedRules
    from bindtool.core.profiles.profile import Profile
    from bindtool.core.profiles.repository import ProfileRepository
    from bindtool.core.scanner.burst import Burst
    from bindtool.gui.common.shell.session_state import SessionState


class ScanRulesService(QObject):
    """The rules of the open profile.

    Signals:
        changed(): the rules have changed.
        gap_changed(gap): the longest gap between two keys was learned anew, in milliseconds; 0: it was forgotten.
        failed(error): a change could not be saved (`BindtoolError`); the previous rules stay.
    """

    changed = Signal()
    gap_changed = Signal(int)
    failed = Signal(object)

    def __init__(self, repository: ProfileRepository, learned: LearnedRules, state: SessionState) -> None:
        super().__init__()
        self._repository = repository
        self._learned = learned
        self._learner = GapLearner()
        self._state = state
        self.rules = ScanRules()
        state.profile_opened.connect(self.follow)

    @property
    def gap(self) -> int:
        """The longest gap between two keys that this bench has learned, in milliseconds; 0 for none."""
        return self._learned.gap

    def learn(self, burst: Burst) -> None:
        """Learn the typing speed from a code that was read correctly."""
        gap = self._learner.learn(burst, max(self.rules.scanner.longest_gap, self.gap))
        if gap:
            self._keep_gap(gap)

    def forget_gap(self) -> None:
        """Forget the learned gap: expect keys as fast as the rules say, until a longer gap is learned again."""
        self._keep_gap(0)

    def _keep_gap(self, gap: int) -> None:
        try:
            self._learned.keep_gap(gap)
        except BindtoolError as error:
            self.failed.emit(error)
        self.gap_changed.emit(self.gap)

    def follow(self, profile: Profile | None) -> None:
        """Use the rules of another profile."""
        self.rules = self._learned.rules_for(profile)
        self.changed.emit()

    def change(self, rules: ScanRules) -> bool:
        """Save other rules and use them; return False if they could not be saved."""
        profile = self._state.profile
        try:
            if profile is None or profile.read_only:
                self._learned.keep(profile, rules)
            else:
                self._repository.replace(replace(self._repository.get(profile.name), scan=rules))
        except BindtoolError as error:
            self.failed.emit(error)
            return False
        if profile is not None and not profile.read_only:
            # The open profile object: its channel's check result may be stored nowhere else.
            profile = replace(profile, scan=rules)
            self._state.change_profile(profile)
        self.follow(profile)
        return True
