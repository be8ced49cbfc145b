"""The open profile and the input mode: one value each, and who listens hears of each change."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from bindtool.core.profiles.profile import Profile
from bindtool.gui.common.shell.session_state import InputMode, InputModeService, SessionState
from tests.gui.loop import PATIENCE
from tests.gui.samples import PROFILE


def test_who_follows_the_profile_hears_of_it(state: SessionState) -> None:
    """GIVEN two listeners WHEN a profile is opened and changed THEN one hears of both, one of the opening alone."""
    opened: list[Profile | None] = []
    changed: list[Profile | None] = []
    state.profile_opened.connect(opened.append)
    state.profile_changed.connect(changed.append)
    state.open_profile(PROFILE)
    state.change_profile(PROFILE)
    state.open_profile(None)
    assert opened == [PROFILE, None]
    assert changed == [PROFILE, PROFILE, None]
    assert state.profile is None


@pytest.fixture
def heard(input_mode: InputModeService) -> list[tuple[str, InputMode]]:
    """Give what is heard of the modes that are left and entered."""
    heard: list[tuple[str, InputMode]] = []
    input_mode.left.connect(lambda mode: heard.append(("left", mode)))
    input_mode.entered.connect(lambda mode: heard.append(("entered", mode)))
    return heard


def test_there_is_one_thing_at_a_time_that_a_scan_does(
    input_mode: InputModeService, heard: list[tuple[str, InputMode]]
) -> None:
    """GIVEN a mode WHEN another one is entered THEN the first is left, and with it the row that awaited a scan."""
    input_mode.enter(InputMode.SCAN_AGAIN, 7)
    assert (input_mode.mode, input_mode.row) == (InputMode.SCAN_AGAIN, 7)
    input_mode.enter(InputMode.LOOK_UP)
    assert (input_mode.mode, input_mode.row) == (InputMode.LOOK_UP, None)
    assert heard == [
        ("left", InputMode.SCAN),
        ("entered", InputMode.SCAN_AGAIN),
        ("left", InputMode.SCAN_AGAIN),
        ("entered", InputMode.LOOK_UP),
    ]


def test_only_the_mode_that_is_named_is_left(
    input_mode: InputModeService, heard: list[tuple[str, InputMode]]
) -> None:
    """GIVEN a look-up WHEN "scan again" is to end THEN nothing does; WHEN any mode is THEN a scan is a new row."""
    input_mode.enter(InputMode.LOOK_UP)
    input_mode.leave(InputMode.SCAN_AGAIN, InputMode.TEST)
    input_mode.leave()
    input_mode.leave()
    assert heard[2:] == [("left", InputMode.LOOK_UP), ("entered", InputMode.SCAN)]
    assert len(heard) == 4


@pytest.mark.parametrize("mode", [InputMode.LOOK_UP, InputMode.SCAN_AGAIN])
def test_what_can_be_forgotten_ends_by_itself(qtbot: QtBot, mode: InputMode) -> None:
    """GIVEN a look-up, or a row that awaits a scan WHEN nobody scans THEN the next box is a new row."""
    input_mode = InputModeService(lasts=1)
    with qtbot.waitSignals([input_mode.left, input_mode.left], timeout=PATIENCE):
        input_mode.enter(mode)
    assert input_mode.mode is InputMode.SCAN


def test_the_test_page_is_not_forgotten() -> None:
    """GIVEN the test page WHEN a while passes THEN it is still the one that is scanned on."""
    input_mode = InputModeService(lasts=1)
    input_mode.enter(InputMode.LOOK_UP)
    input_mode.enter(InputMode.TEST)
    input_mode.go_on()
    assert not any(timer.isActive() for timer in input_mode.findChildren(QTimer))
    assert input_mode.mode is InputMode.TEST
