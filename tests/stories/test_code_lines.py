"""Codes of several lines: one row for each pull of the trigger, one question, and the profile knows the line."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bindtool.core.scanner.scan_rules import ScannerRules, ScanRules
from tests.stories.keyboard import Keyboard, needs_keyboard

if TYPE_CHECKING:
    from bindtool.core.profiles.profile import Profile
    from bindtool.practice.server import PracticeServer
    from tests.stories.conftest import Bench, Open
    from tests.stories.technician import Technician

pytestmark = [needs_keyboard, pytest.mark.long]

QUESTION = "4 lines came as one code. Which one is the device ID?"
SERIALS = [f"C2611300{n}" for n in (1, 2, 3)]
LABELS = [("www.example.com", serial, "ABCDEF", "CS-1") for serial in SERIALS]


@pytest.fixture
def profile(profile: Profile) -> Profile:
    """Give a profile of a slow scanner: a busy test computer stumbles over its keys."""
    return replace(profile, scan=ScanRules(scanner=ScannerRules(longest_gap=200)))


@pytest.mark.parametrize("delay", [1, 16])
def test_one_answer_for_all_labels(
    profile: Profile, open_window: Open, keyboard: Keyboard, server: PracticeServer, delay: int
) -> None:
    """Three labels of four lines, one question, three devices bound by their serials.

    Neither an address nor a model is ever ready, and the next day nothing is asked.
    """
    with open_window(profile) as me:
        for label in LABELS[:2]:
            keyboard.scan_lines(*label, delay=delay)
            keyboard.rest()
        me.sees_states("incomplete", "incomplete")
        me.sees(QUESTION)
        assert {"Line 2: C26113001", "Each line is a device"} <= me.buttons()
        me.press("Line 2: C26113001")
        me.sees_states("ready", "ready")
        assert QUESTION not in me.said
        keyboard.scan_lines(*LABELS[2], delay=delay)
        me.sees_states("ready", "ready", "ready")
        assert me.ids() == SERIALS
        me.bind()
        me.sees("All 3 bound")
        assert sorted(server.bound) == SERIALS
    with open_window() as me:
        keyboard.scan_lines("www.example.com", "C26113004", "ABCDEF", "CS-1", delay=delay)
        me.sees_states("bound", "bound", "bound", "ready")
        assert me.ids()[3] == "C26113004"


def test_the_first_line_is_not_bound(ready: Technician, keyboard: Keyboard, server: PracticeServer) -> None:
    """GIVEN somebody who presses Bind at once WHEN one more line begins THEN nothing of the code is asked for."""
    keyboard.scan("SPK26113F2001")
    ready.sees_states("ready")
    keyboard.run(
        *("type", "--delay", "1", "--args", "1", "C26113001", "key", "--delay", "1", "Return"),
        *("key", "--delay", "1", "ctrl+Return", "key", "--delay", "1", "ctrl+Return"),
        *("type", "--delay", "1", "--args", "1", "ABCDEF", "key", "--delay", "1", "Return"),
    )
    ready.sees_states("ready", "incomplete")
    ready.sees("Bind 1 device?")
    assert server.requests == ()
    ready.press("Bind now")
    ready.sees_states("bound", "incomplete")
    assert list(server.bound) == ["SPK26113F2001"]


def test_what_is_confirmed_waits_for_the_end_of_a_code(ready: Technician, server: PracticeServer) -> None:
    """GIVEN a code whose next line is under way WHEN Bind is confirmed THEN the run begins once it has come."""
    ready.scan("SPK26113F2001")
    workspace = ready.place.controller.workspace
    lines = workspace.scans.lines
    lines.begin("C26113001", typed=True, before="")
    lines.begin_line()
    workspace.run_starter.ask()
    ready.until(lambda: workspace.run_starter.confirmation is not None, "be asked")
    workspace.run_starter.confirm()
    assert lines.may_go_on is not workspace.session.running
    lines.add("ABCDEF", typed=True)
    ready.sees_states("bound", "incomplete")
    assert list(server.bound) == ["SPK26113F2001"]


def test_two_pulls_are_two_devices(bench: Bench, profile: Profile, open_window: Open, keyboard: Keyboard) -> None:
    """A quarter of a second lies between them; nothing is asked."""
    bench.has_profile(profile)
    with open_window() as me:
        keyboard.scan(*SERIALS)
        me.sees_states("ready", "ready", "ready")
        assert me.ids() == SERIALS


def test_what_a_scanner_had_stored(bench: Bench, profile: Profile, open_window: Open, keyboard: Keyboard) -> None:
    """Forty codes in one go are one question, and one press makes rows of them."""
    codes = [f"SPK26113F2{n:03}" for n in range(40)]
    bench.has_profile(profile)
    with open_window() as me:
        keyboard.scan_lines(*codes)
        me.sees_states("incomplete")
        me.sees("40 lines came as one code. Which one is the device ID?")
        me.press("Each line is a device")
        me.sees_states(*["ready"] * 40)
        assert me.ids() == codes
