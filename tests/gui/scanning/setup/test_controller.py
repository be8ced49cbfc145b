"""The scanner's test page is a mode of its own, however it is opened and left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bindtool.core.profiles.learned_rules import LearnedRules
from bindtool.core.profiles.repository import ProfileRepository
from bindtool.gui.common.shell.session_state import InputMode
from bindtool.gui.main_window.window import MainWindow
from bindtool.gui.scanning.setup.controller import SelfTestController
from bindtool.gui.scanning.setup.scan_rules import ScanRulesService
from tests.gui.acting import press

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from bindtool.gui.common.shell.session_state import InputModeService, SessionState
    from bindtool.i18n.catalogue import Texts
    from tests.gui.conftest import Show


@pytest.fixture
def window(
    texts: Texts, day: date, show: Show, tmp_path: Path, state: SessionState, input_mode: InputModeService
) -> MainWindow:
    """Give a window with its test page open."""
    window = MainWindow(texts, day, practice=False)
    repository = ProfileRepository(tmp_path / "profiles", tmp_path / "machine")
    rules = ScanRulesService(repository, LearnedRules(tmp_path / "scanner.toml"), state)
    SelfTestController(window, rules, input_mode, window.scanner_test)
    show(window)
    window.actions_["test_scanner"].trigger()
    return window


def test_the_mode_lasts_as_long_as_the_page(window: MainWindow, input_mode: InputModeService) -> None:
    """GIVEN the page WHEN it is left by its button, or another one is shown THEN a scan is a new row again."""
    seen = [input_mode.mode]
    input_mode.entered.connect(seen.append)
    press(window, "Back to scanning")
    window.actions_["test_scanner"].trigger()
    window.show_page(window.welcome())
    assert seen == [InputMode.TEST, InputMode.SCAN, InputMode.TEST, InputMode.SCAN]


def test_another_mode_leaves_the_page(window: MainWindow, input_mode: InputModeService) -> None:
    """GIVEN the page WHEN somebody wants to look up THEN the sheet's page is there, where that is seen."""
    input_mode.enter(InputMode.LOOK_UP)
    assert window.pages.currentWidget() is window.sheet_page
    assert input_mode.mode is InputMode.LOOK_UP
