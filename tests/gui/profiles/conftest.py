"""Fixtures for the profile form and the token dialog."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bindtool.core.store import Store
from bindtool.gui.common.util.background_tasks import BackgroundTasks
from bindtool.gui.services import Services
from tests.gui.clocks import HandClock
from tests.gui.profiles.stand_ins import FaultyPasswordStore, Tokens
from tests.gui.samples import PROFILE
from tests.gui.services import services_on


@pytest.fixture
def password_store() -> Iterator[FaultyPasswordStore]:
    """Return a working password store; no prompt outlasts the test."""
    made = FaultyPasswordStore()
    yield made
    made.prompts.set()


@pytest.fixture
def tokens(
    password_store: FaultyPasswordStore, tmp_path: Path, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> Tokens:
    """Return the tokens: none yet."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return Tokens(password_store, tmp_path, clock)


@pytest.fixture
def services(tokens: Tokens, store: Store, clock: HandClock, tasks: BackgroundTasks, tmp_path: Path) -> Services:
    """Return the panel's services, with a profile open."""
    made = replace(services_on(store, clock, tasks, tmp_path), tokens=tokens)
    made.state.open_profile(PROFILE)
    return made
