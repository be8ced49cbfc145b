"""A profile's rules for ids, on ids that come in one after another."""

from __future__ import annotations

import pytest

from bindtool.core.id_rules import IdJudge, with_case
from bindtool.core.message import Message
from bindtool.core.scan_rules import CaseRule, IdRules

SERIALS = [f"SPK26113F2{n:03X}" for n in range(10)]
EAN = "6901234567892"
ODD = Message.of("reason.odd_one_out")
ROUNDED = Message.of("reason.id_rounded")
ANY = IdRules(odd_one_out=False)


@pytest.mark.parametrize(
    ("case", "expected"),
    [(CaseRule.AS_SENT, "spK-ßé1"), (CaseRule.UPPER, "SPK-ßé1"), (CaseRule.LOWER, "spk-ßé1")],
)
def test_the_case_that_is_wanted(case: CaseRule, expected: str) -> None:
    """Letters of ASCII change; others have no one case that everybody agrees on."""
    assert with_case("spK-ßé1", IdRules(case=case)) == expected


def test_another_length_or_pattern_is_held() -> None:
    """Both are somebody's guess: the row says what was expected, and one tick lets it go."""
    judge = IdJudge(IdRules(pattern="SPK.*", length=7))
    assert judge.why_held("SPK0012") is None
    assert judge.why_held("SPK12") == Message.of("reason.other_length", length=5, wanted=7)
    assert judge.why_held("ABC0012") == Message.of("reason.other_pattern")


def test_the_odd_one_is_held_and_does_not_count() -> None:
    """However often another kind comes, each is held until a person takes one for good."""
    judge = IdJudge(IdRules(), SERIALS)
    assert [judge.why_held(text) for text in (EAN, EAN, "SPK26113F2FFF", EAN)] == [ODD, ODD, None, ODD]


def test_nobody_looks_for_odd_ones_where_the_profile_says_so() -> None:
    """A channel with ids of many kinds is not slowed down."""
    assert IdJudge(ANY, SERIALS).why_held(EAN) is None


def test_a_kind_of_its_own_in_a_list() -> None:
    """A list is known as a whole: ten of another length are no odd ones, nine are."""
    longer = [f"SPK26113F2{n:04X}" for n in range(10)]
    assert {IdJudge(IdRules(), SERIALS, longer).why_held(text) for text in longer} == {None}
    assert {IdJudge(IdRules(), SERIALS, longer[:9]).why_held(text) for text in longer[:9]} == {ODD}


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("12345678901234500", True),
        ("1234567890123400", True),
        ("86000000000000000000", True),
        ("1234567890123450", False),
        ("12345678901234560", False),
        ("123456789012300", False),
        ("01234567890123400", False),
        ("SPK12345678901234500", False),
        ("12345678901234500A", False),
    ],
)
def test_a_number_that_a_spreadsheet_may_have_rounded(text: str, held: bool) -> None:
    """From the 16th digit on nothing but zeros, and two zeros at least; no zero in front, which it would drop."""
    assert IdJudge(ANY).why_held(text) == (ROUNDED if held else None)


def test_a_list_of_which_all_was_rounded() -> None:
    """Three numbers of 16 digits that all end in a zero were rounded; with one that does not, none was."""
    rounded = ["1234567890123450", "1234567890123460", "1234567890123470", "SPK1"]
    honest = [*rounded, "1234567890123471"]
    assert [IdJudge(ANY, (), rounded).why_held(text) for text in rounded] == [ROUNDED, ROUNDED, ROUNDED, None]
    assert {IdJudge(ANY, (), honest).why_held(text) for text in honest} == {None}
    assert {IdJudge(ANY, (), rounded[1:3]).why_held(text) for text in rounded[1:3]} == {None}
