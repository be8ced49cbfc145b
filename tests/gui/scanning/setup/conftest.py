"""Fixtures of the scan rules' tests: profiles, and the rules that the user changes in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bindtool.core.profiles.learned_rules import LearnedRules
from bindtool.core.profiles.profile import Profile
from bindtool.core.profiles.profile_toml import to_toml
from bindtool.core.profiles.repository import ProfileRepository
from bindtool.gui.common.shell.session_state import SessionState
from bindtool.gui.scanning.setup.scan_rules_service import ScanRulesService


@pytest.fixture
def repository(tmp_path: Path) -> ProfileRepository:
    """Return a repository with a profile of the user's own and one from IT."""
    machine = tmp_path / "machine"
    machine.mkdir()
    (machine / "it.toml").write_text(to_toml(Profile("IT's", "74")), encoding="utf-8")
    repository = ProfileRepository(tmp_path / "profiles", machine)
    repository.add(Profile("mine", "75"))
    return repository


@pytest.fixture
def rules(repository: ProfileRepository, tmp_path: Path, state: SessionState) -> ScanRulesService:
    """Return the rules' service, with nothing learned yet."""
    return ScanRulesService(repository, LearnedRules(tmp_path / "scanner.toml"), state)
