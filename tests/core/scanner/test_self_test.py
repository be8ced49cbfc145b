"""A scan of a known text tells what is wrong with a scanner, and which rules cure it."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.barcode.id_rules import PartRule
from bindtool.core.scanner.burst import Burst, Stroke
from bindtool.core.scanner.keyboard_layouts import mangled, repair, without_shift
from bindtool.core.scanner.scan_rules import EndKey, Keyboard, ScannerRules, ScanRules
from bindtool.core.scanner.self_test import SHOWN, Difference, SelfTestResult, compare, cured

RULES = ScanRules()
COUNTRIES = [keyboard for keyboard in Keyboard if keyboard is not Keyboard.SAME]


def typed(text: str, *ends: EndKey, gap: int = 2) -> Burst:
    """Return a burst with these ends and `gap` milliseconds between two keys."""
    return Burst(tuple(Stroke(key, gap) for key in text), ends)


def of(text: str) -> tuple[SelfTestResult, ...]:
    """Return what is found in a text that was typed well."""
    return compare(typed(text, EndKey.RETURN), RULES)


def scanner(text: str, *ends: EndKey, gap: int = 2, before: ScannerRules | None = None) -> ScannerRules:
    """Return the cured rules of the scanner."""
    return cured(ScanRules(scanner=before or ScannerRules()), typed(text, *ends, gap=gap)).scanner


def test_the_text_shows_everything() -> None:
    """It has what each wrong setting changes, each time differently, and no character twice."""
    assert set(string.digits) | set(':;{}"[]/?=&-_') <= set(SHOWN)
    assert len({mangled(SHOWN, keyboard) for keyboard in Keyboard} | {SHOWN.swapcase()}) == len(Keyboard) + 1
    assert len(set(SHOWN)) == len(SHOWN)


def test_all_right() -> None:
    """GIVEN the text as it is, with its end THEN there is nothing to say and nothing to set."""
    assert of(SHOWN) == ()
    assert cured(RULES, typed(SHOWN, EndKey.TAB)) == RULES


@pytest.mark.parametrize(
    ("burst", "found"),
    [
        (typed(SHOWN), SelfTestResult(Difference.NO_END)),
        (typed(SHOWN, EndKey.RETURN, EndKey.RETURN), SelfTestResult(Difference.TWO_ENDS, n=2)),
        (typed(SHOWN, EndKey.RETURN, gap=40), SelfTestResult(Difference.SLOW, n=40)),
    ],
)
def test_how_it_was_typed(burst: Burst, found: SelfTestResult) -> None:
    """The end and the pace are said beside the text, whatever that is."""
    assert compare(burst, RULES) == (found,)


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("XY", "", [SelfTestResult(Difference.PREFIX, "XY")]),
        ("", "#", [SelfTestResult(Difference.SUFFIX, "#")]),
        ("]Q1", "", [SelfTestResult(Difference.MARK, "]Q1")]),
        ("]Q2\\000026", "", [SelfTestResult(Difference.MARK, "]Q2\\000026")]),
        ("\\000026", "", [SelfTestResult(Difference.MARK, "\\000026")]),
        ("X]C0", "Y", [SelfTestResult(one, text) for one, text in
                       ((Difference.PREFIX, "X"), (Difference.MARK, "]C0"), (Difference.SUFFIX, "Y"))]),
    ],
)  # fmt: skip
def test_what_stands_around_it(before: str, after: str, found: list[SelfTestResult]) -> None:
    """A prefix, a scanner's mark, a suffix, each by itself, also through a keyboard of another country."""
    text = f"{before}{SHOWN}{after}"
    assert of(text) == tuple(found)
    assert of(mangled(text, Keyboard.ITALIAN)) == (SelfTestResult(Difference.KEYBOARD, Keyboard.ITALIAN), *found)


@pytest.mark.parametrize("keyboard", COUNTRIES)
def test_a_keyboard_of_another_country(keyboard: Keyboard) -> None:
    """GIVEN the text through that keyboard THEN the country is said, and the rule puts the text back."""
    arrived = mangled(SHOWN, keyboard)
    assert of(arrived) == (SelfTestResult(Difference.KEYBOARD, keyboard),)
    rule = scanner(arrived, EndKey.RETURN).keyboard
    assert repair(arrived, rule) == SHOWN


def test_a_dead_key_that_eats_the_next_one() -> None:
    """GIVEN a system that drops an accent with no letter to sit on THEN the country is known all the same."""
    eaten = mangled(SHOWN, Keyboard.FRENCH).replace("¨£", "").replace("^$", "")
    assert of(eaten) == (SelfTestResult(Difference.KEYBOARD, Keyboard.FRENCH),)


@pytest.mark.parametrize(
    "text",
    [SHOWN.swapcase(), mangled(SHOWN, Keyboard.ITALIAN).swapcase(), mangled(SHOWN.swapcase(), Keyboard.BRITISH)],
)
def test_caps_lock(text: str) -> None:
    """GIVEN letters in the other case, here or through another keyboard THEN Caps Lock goes first."""
    assert of(text) == (SelfTestResult(Difference.CAPS_LOCK),)
    french = ScannerRules(keyboard=Keyboard.FRENCH)
    assert scanner(text, EndKey.RETURN, before=french) == french


def test_caps_lock_that_shifts_every_key() -> None:
    """GIVEN a French keyboard under Windows THEN digits arrive and letters are in the other case."""
    assert of("qw,YAZ0123456789mM^$ù¨£§!+è°)") == (SelfTestResult(Difference.CAPS_LOCK),)


def test_shift_lost() -> None:
    """GIVEN everything small and unshifted THEN the Shift key got lost."""
    assert of(without_shift(SHOWN)) == (SelfTestResult(Difference.SHIFT_LOST),)


@pytest.mark.parametrize(("text", "n"), [(SHOWN[:-1], 1), (SHOWN.replace("345", ""), 3), ("A", len(SHOWN) - 1)])
def test_dropped_characters(text: str, n: int) -> None:
    """GIVEN the text without some of its characters THEN it is said how many."""
    assert of(text) == (SelfTestResult(Difference.DROPPED, n=n),)


@pytest.mark.parametrize("text", ["6901234567892", "", SHOWN[::-1]])
def test_another_text(text: str) -> None:
    """GIVEN something else THEN nothing is known of the scanner, and no rule is set."""
    assert of(text) == (SelfTestResult(Difference.OTHER, text),)
    assert cured(RULES, typed(text)) == RULES


@pytest.mark.parametrize(
    ("before", "ends", "end"),
    [
        (EndKey.RETURN_OR_TAB, (), EndKey.PAUSE),
        (EndKey.PAUSE, (EndKey.RETURN,), EndKey.PAUSE),
        (EndKey.TAB, (EndKey.TAB,), EndKey.TAB),
        (EndKey.TAB, (EndKey.RETURN,), EndKey.RETURN_OR_TAB),
    ],
)
def test_the_end_is_set(before: EndKey, ends: tuple[EndKey, ...], end: EndKey) -> None:
    """The rule waits for what the scanner sends; a pause serves any."""
    assert scanner(SHOWN, *ends, before=ScannerRules(end=before)).end is end


def test_what_is_set() -> None:
    """The pace with some room, the prefix, the suffix and the mark; and what no longer holds is taken back."""
    assert scanner(SHOWN, EndKey.RETURN, gap=40).longest_gap == 60
    assert scanner(SHOWN, EndKey.RETURN, gap=50).longest_gap == 60
    assert scanner(SHOWN, EndKey.RETURN, gap=450).longest_gap == 500
    assert scanner(f"X{SHOWN}", EndKey.RETURN).prefix == "X"
    assert scanner(mangled(f"A{SHOWN}", Keyboard.FRENCH), EndKey.RETURN).prefix == "Q"
    old = ScannerRules(prefix="X", keyboard=Keyboard.GERMAN)
    assert scanner(SHOWN, EndKey.RETURN, before=old) == ScannerRules()
    marks = ScanRules(part=PartRule(strip_marks=False))
    assert cured(marks, typed(f"]C0{SHOWN}#", EndKey.RETURN)).part == PartRule(strip_suffix="#")


@given(
    st.text(max_size=40), st.lists(st.sampled_from([EndKey.RETURN, EndKey.TAB]), max_size=3), st.integers(0, 600)
)
def test_no_text_is_too_strange(text: str, ends: list[EndKey], gap: int) -> None:
    """Whatever arrives is compared, and the rules that follow are fit to be kept."""
    burst = typed(text, *ends, gap=gap)
    found = compare(burst, RULES)
    assert found or SHOWN in text
    cured(RULES, burst)
