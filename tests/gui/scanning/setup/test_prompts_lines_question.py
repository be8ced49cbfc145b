"""The message bar asks which line of a code is the id, once, and the answer makes rows of what has waited."""

from __future__ import annotations

import pytest

from bindtool.core.barcode.id_rules import PartKind, PartRule
from bindtool.core.common.errors import BindtoolError
from bindtool.core.model.outcome import State
from bindtool.core.profiles.profile import Profile
from bindtool.core.profiles.repository import ProfileRepository
from bindtool.core.scanner.scan_rules import ScanRules
from bindtool.gui.scanning.setup.prompts import IdPartPrompt, LinesPrompt
from tests.gui.acting import can_see, press
from tests.gui.loop import PATIENCE
from tests.gui.scanning.setup.conftest import Bench

QUESTION = "4 lines came as one code. Which one is the device ID?"
CODES = [f"www.example.com\rC2611300{n}\rABCDEF\rCS-1" for n in (1, 2, 3)]
MINE = Profile("mine", "75")


@pytest.fixture(autouse=True)
def prompts(bench: Bench) -> list[object]:
    """Give what asks for parts and for lines, over an empty sheet of that profile."""
    part = IdPartPrompt(*bench.asking)
    bench.document.added.connect(part.look_at)
    bench.open(MINE)
    return [part, LinesPrompt(*bench.asking)]


def test_one_answer_for_what_waits_and_what_comes(bench: Bench, repository: ProfileRepository) -> None:
    """GIVEN two codes that wait WHEN a line is chosen THEN both have an id, and the profile keeps the rule."""
    bench.scan(*CODES[:2])
    bench.sees(QUESTION)
    assert can_see(bench.bar, "Line 3: ABCDEF")
    assert not can_see(bench.bar, "Line 1: www.example.com")
    press(bench.bar, "Line 2: C26113001")
    assert bench.ids == ["C26113001", "C26113002"]
    assert repository.get("mine").scan.part == PartRule(lines=4, line=2)
    bench.scan(CODES[2])
    assert bench.states == [State.READY] * 3
    assert not bench.bar.isVisible()


def test_a_first_line_with_parts(bench: Bench) -> None:
    """GIVEN a question about its parts WHEN more lines follow THEN which line is the id is all that is asked."""
    first, _, others = "ROOM 7 BUILDING 3\rSPK26113F2002\rVC8812\rMODEL-X2".partition("\r")
    bench.scan(first)
    bench.sees("This code has several parts. Which one is the device ID?")
    bench.document.scan_lines(1, f"{first}\r{others}", typed=True)
    bench.settle()
    bench.sees(QUESTION)
    assert not can_see(bench.bar, "ROOM")


def test_each_line_may_be_a_device(bench: Bench) -> None:
    """GIVEN what a scanner had stored WHEN each line is a device THEN each has a row; one undo takes that back."""
    codes = [f"SPK26113F{n:04}" for n in range(500)]
    bench.scan("\r".join(codes))
    bench.sees("500 lines came as one code. Which one is the device ID?")
    press(bench.bar, "Each line is a device")
    bench.settle()
    assert bench.ids == codes
    assert bench.document.sheet.counts()[State.READY] == 500
    assert not bench.bar.isVisible()
    bench.document.undo()
    assert bench.ids == ["\r".join(codes)]
    bench.sees("500 lines came as one code. Which one is the device ID?")


def test_another_code_that_waits(bench: Bench) -> None:
    """GIVEN two codes WHEN each line of the first is a device THEN the second is asked about."""
    bench.scan("SPK26113F0001\rSPK26113F0002", CODES[0])
    bench.sees("2 lines came as one code. Which one is the device ID?")
    press(bench.bar, "Each line is a device")
    bench.sees(QUESTION)


def test_each_line_is_a_device_where_the_profile_expects_several(bench: Bench) -> None:
    """GIVEN a rule for codes of four lines WHEN two devices come at once THEN a press makes two rows of them."""
    bench.rules.change(ScanRules(part=PartRule(lines=4, line=2)))
    bench.scan("SPK1\rSPK2")
    bench.sees("2 lines came as one code. Which one is the device ID?")
    press(bench.bar, "Each line is a device")
    assert bench.ids == ["SPK1", "SPK2"]
    assert [row.held for row in bench.document.sheet] == [None, None]


def test_a_line_with_parts_is_asked_about_next(bench: Bench) -> None:
    """GIVEN a line with parts WHEN it is chosen THEN the next question is which part, and both answers are kept."""
    bench.scan("SN:SPK1;MAC:0\rhttp://example.com/a")
    bench.sees("2 lines came as one code. Which one is the device ID?")
    press(bench.bar, "Line 1: SN:SPK1;MAC:0")
    bench.sees("This code has several parts. Which one is the device ID?")
    press(bench.bar, "SPK1")
    assert bench.ids == ["SPK1"]
    assert bench.rules.rules.part == PartRule(PartKind.PAIRS, "SN", lines=2, line=1)


def test_not_now(bench: Bench) -> None:
    """GIVEN a question that was closed WHEN one more code comes in THEN it is asked again, and not before."""
    bench.scan(CODES[0])
    bench.sees(QUESTION)
    press(bench.bar, "Not now")
    bench.scan("SPK26113F2001")
    bench.qtbot.wait(0)
    assert not bench.bar.isVisible()
    bench.scan(CODES[1])
    bench.sees(QUESTION)


def test_the_row_of_the_question_is_deleted(bench: Bench) -> None:
    """GIVEN two codes that wait WHEN the first one is deleted THEN the question is about the other, then gone."""
    bench.scan(*CODES[:2])
    bench.sees("Line 2: C26113001")
    bench.document.delete([1])
    bench.sees("Line 2: C26113002")
    bench.document.delete([2])
    bench.qtbot.waitUntil(lambda: not bench.bar.isVisible(), timeout=PATIENCE)


def test_a_rule_that_can_not_be_kept(bench: Bench, repository: ProfileRepository) -> None:
    """GIVEN a profile that is gone WHEN a line is chosen THEN the reason is told, and it is asked again."""
    failed: list[BindtoolError] = []
    bench.rules.failed.connect(failed.append)
    bench.scan(CODES[0])
    bench.sees(QUESTION)
    repository.remove("mine")
    press(bench.bar, "Line 2: C26113001")
    assert len(failed) == 1
    bench.sees(QUESTION)
    assert bench.ids == [CODES[0]]
