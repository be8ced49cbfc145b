"""A change of the scan rules is kept where it belongs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bindtool.core.common.errors import BindtoolError
from bindtool.core.model.channel import Behaviour
from bindtool.core.profiles.learned_rules import LearnedRules
from bindtool.core.profiles.profile import Profile
from bindtool.core.profiles.repository import ProfileRepository
from bindtool.core.scanner.scan_rules import EndKey, ScannerRules, ScanRules
from bindtool.gui.common.shell.session_state import SessionState
from bindtool.gui.scanning.setup.scan_rules_service import ScanRulesService

PAUSE = ScanRules(scanner=ScannerRules(end=EndKey.PAUSE))


def test_ones_own_profile_keeps_its_rules(
    rules: ScanRulesService, state: SessionState, repository: ProfileRepository
) -> None:
    """GIVEN a profile of one's own WHEN a cure is taken THEN the profile has it, and the window hears so.

    What is known of the open one alone, such as what a check of its channel has found out, stays.
    """
    changed: list[Profile] = []
    state.open_profile(replace(repository.get("mine"), behaviour=Behaviour.ADDS))
    state.profile_changed.connect(changed.append)
    assert rules.change(PAUSE)
    assert rules.rules == PAUSE
    assert repository.get("mine").scan == PAUSE
    assert changed == [replace(repository.get("mine"), behaviour=Behaviour.ADDS)]
    assert state.profile == changed[0]


@pytest.mark.parametrize("name", ["IT's", None])
def test_what_can_not_be_kept_in_a_profile_is_learnt(
    rules: ScanRulesService, state: SessionState, repository: ProfileRepository, tmp_path: Path, name: str | None
) -> None:
    """GIVEN IT's profile, or none WHEN a cure is taken THEN this bench keeps it and IT's file stays as it is."""
    profile = repository.get(name) if name else None
    state.open_profile(profile)
    assert rules.change(PAUSE)
    assert rules.rules == PAUSE
    again = ScanRulesService(repository, LearnedRules(tmp_path / "scanner.toml"), state)
    state.open_profile(profile)
    assert again.rules == PAUSE
    assert repository.get("IT's").scan == ScanRules()


def test_a_change_that_can_not_be_kept_is_told(
    repository: ProfileRepository, tmp_path: Path, state: SessionState
) -> None:
    """GIVEN a folder that is gone THEN the rules of before stay, the learnt gap too, and the reason is told."""
    rules = ScanRulesService(repository, LearnedRules(tmp_path / "gone" / "scanner.toml"), state)
    errors: list[BindtoolError] = []
    rules.failed.connect(errors.append)
    assert not rules.change(PAUSE)
    rules.forget_gap()
    assert (rules.rules, rules.gap) == (ScanRules(), 0)
    assert [error.id for error in errors] == ["file.unwritable"] * 2
