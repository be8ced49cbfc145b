"""Fixtures of the scan rules' tests: profiles, the rules that the user changes in them, and what is asked."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from bindtool.core.model.outcome import State
from bindtool.core.profiles.learned_rules import LearnedRules
from bindtool.core.profiles.profile import Profile
from bindtool.core.profiles.profile_toml import to_toml
from bindtool.core.profiles.repository import ProfileRepository
from bindtool.gui.common.shell.session_state import SessionState
from bindtool.gui.common.widgets.message_bar import MessageBar
from bindtool.gui.common.widgets.notices import Notices
from bindtool.gui.scanning.setup.scan_rules_service import ScanRulesService
from bindtool.gui.sheet.document import SheetDocument
from bindtool.gui.sheet.edit_commands import EditCommands
from bindtool.i18n.catalogue import Texts
from tests.gui.acting import can_see, said
from tests.gui.conftest import Show
from tests.gui.loop import PATIENCE, finish
from tests.gui.samples import states


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


class Bench:
    """A message bar with nothing asked, a sheet that follows the rules, and what a prompt works with."""

    def __init__(
        self, texts: Texts, document: SheetDocument, rules: ScanRulesService, state: SessionState, qtbot: QtBot
    ) -> None:
        self.document = document
        self.rules = rules
        self.notices = Notices()
        self.bar = MessageBar(texts, self.notices)
        self._state = state
        self.qtbot = qtbot
        rules.changed.connect(self._use_rules)

    @property
    def asking(self) -> tuple[Notices, SheetDocument, EditCommands, ScanRulesService]:
        """The arguments of a prompt."""
        return self.notices, self.document, EditCommands(self.document), self.rules

    @property
    def ids(self) -> list[str]:
        """The rows' ids."""
        return [row.device_id for row in self.document.sheet]

    @property
    def states(self) -> list[State]:
        """The rows' states as shown."""
        return states(self.document)

    def open(self, profile: Profile) -> None:
        """Open the sheet of a profile."""
        finish(self.qtbot, self.document.open(profile))
        self._state.open_profile(profile)

    def scan(self, *codes: str) -> None:
        """Scan codes and wait for the disk."""
        for code in codes:
            self.document.scan(code)
        self.settle()

    def settle(self) -> None:
        """Wait until everything is on disk."""
        self.qtbot.waitUntil(lambda: not self.document.saving, timeout=PATIENCE)

    def sees(self, words: str) -> None:
        """Wait for a text of the bar."""
        self.qtbot.waitUntil(lambda: words in said(self.bar) or can_see(self.bar, words), timeout=PATIENCE)

    def _use_rules(self) -> None:
        self.document.rules = self.rules.rules


@pytest.fixture
def bench(
    texts: Texts, show: Show, document: SheetDocument, rules: ScanRulesService, state: SessionState, qtbot: QtBot
) -> Bench:
    """Return it, on the screen."""
    bench = Bench(texts, document, rules, state, qtbot)
    show(bench.bar)
    bench.bar.hide()
    return bench
