"""A profile's rules for ids, on ids that come in one after another."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bindtool.core.barcode.id_rules import CaseRule, CheckDigit, IdRules
from bindtool.core.barcode.recent_ids import NO_IDS, RecentIds
from bindtool.core.intake.id_judge import IdJudge, signs_of, with_case
from bindtool.core.intake.list_judge import Listed, ListJudge
from bindtool.core.model.row import Hold, HoldReason

SERIALS = RecentIds.of([f"SPK26113F2{n:03X}" for n in range(10)])
EAN = "6901234567892"
ODD = Hold.of(HoldReason.ODD_ONE_OUT)
ROUNDED = Hold.of(HoldReason.ID_ROUNDED)
ANY = IdRules(odd_one_out=False)


def of_list(rules: IdRules, ids: Sequence[str], last: RecentIds = NO_IDS) -> IdJudge:
    """Return what judges a list of ids without labels."""
    return IdJudge(rules, last, ListJudge([Listed(text) for text in ids], last.ids))


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
    assert judge.why_held("SPK12") == Hold.of(HoldReason.OTHER_LENGTH, length=5, wanted=7)
    assert judge.why_held("ABC0012") == Hold.of(HoldReason.OTHER_PATTERN)


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("索尼026abcni", "索 U+7D22, 尼 U+5C3C"),
        ("SN26А0000051", "А U+0410"),
        ("K2611", "\u212a U+212A"),
        ("SPK-é1", "é U+00E9"),
        ("一二三四五", "一 U+4E00, 二 U+4E8C, 三 U+4E09, 四 U+56DB, …"),
    ],
)
def test_letters_beyond_ascii_are_held_on_a_fresh_sheet(text: str, signs: str) -> None:
    """An input method makes them, or they look like others: each is named, and no pattern alone allows one."""
    held = Hold.of(HoldReason.BEYOND_ASCII, signs=signs)
    text = text.replace("K2611", "\u212a2611")
    assert IdJudge(IdRules()).why_held(text) == held
    assert IdJudge(IdRules(pattern="(?i).*", length=len(text), odd_one_out=False)).why_held(text) == held
    assert IdJudge(IdRules(beyond_ascii=True)).why_held(text) is None


@pytest.mark.parametrize("beyond_ascii", [False, True])
def test_what_nobody_can_see_holds_an_id_in_any_case(beyond_ascii: bool) -> None:
    """No device id has it on purpose, whatever else the ids of a channel have; the row shows where it is."""
    held = Hold.of(HoldReason.ID_UNSEEN, text="SP[U+200B]K1")
    assert IdJudge(IdRules(beyond_ascii=beyond_ascii)).why_held("SP\u200bK1") == held


@pytest.mark.parametrize(
    "text", ["000000", "XXXXXXXX", "NaN", "NULL", "null", "undefined", "None", "Infinity", "-Infinity"]
)
def test_what_a_printer_prints_without_a_value_is_held(text: str) -> None:
    """On a fresh sheet nothing looks odd: the label of a printer that had no serial was ready as an id."""
    assert IdJudge(IdRules()).why_held(text) == Hold.of(HoldReason.ID_NO_VALUE, text=text)
    assert IdJudge(IdRules()).why_held(f"A{text}") is None


@pytest.mark.parametrize(
    ("text", "held"), [("XXXXX", False), ("XXXXXX", True), ("00000", False), ("XXXXXY", False)]
)
def test_how_often_one_sign_is_no_value(text: str, held: bool) -> None:
    """Six times and nothing else; a short number may have five zeros."""
    assert IdJudge(IdRules()).why_held(text) == (Hold.of(HoldReason.ID_NO_VALUE, text=text) if held else None)


@pytest.mark.parametrize(
    "text",
    ["N/A", "n/a", "NA", "#N/A", "nil", "—", "無", "-", "--", "/", "?", "TBD", "(NULL)", "同上", "无", "待定"],
)
def test_what_people_write_without_a_value_is_held(text: str) -> None:
    """A table has a sign in each cell, and one device of it may have no serial yet."""
    assert IdJudge(IdRules(beyond_ascii=True)).why_held(text) == Hold.of(HoldReason.ID_NO_VALUE, text=text)


def test_ids_beyond_ascii_meet_all_other_rules() -> None:
    """That a channel has such ids does not let any of them go unseen."""
    judge = IdJudge(IdRules(beyond_ascii=True, length=4, pattern="设.*"), SERIALS)
    assert judge.why_held("设备001") == Hold.of(HoldReason.OTHER_LENGTH, length=5, wanted=4)
    assert judge.why_held("备001") == Hold.of(HoldReason.OTHER_PATTERN)
    assert IdJudge(IdRules(beyond_ascii=True, length=4), SERIALS).why_held("设001") == ODD


@pytest.mark.parametrize(
    ("check", "right", "wrong"),
    [
        (CheckDigit.GTIN, "6901234567892", "6901234567893"),
        (CheckDigit.LUHN, "490154203237518", "490154203237581"),
        (CheckDigit.LUHN, "490154203237518", "SPK26113F2001"),
    ],
)
def test_an_id_whose_check_digit_does_not_fit_is_held(check: CheckDigit, right: str, wrong: str) -> None:
    """A digit was misread or mistyped, or this is no such number; without the rule nobody asks."""
    judge = IdJudge(IdRules(check=check))
    assert judge.why_held(right) is None
    assert judge.why_held(wrong) == Hold.of(HoldReason.CHECK_DIGIT)
    assert IdJudge(IdRules()).why_held(wrong) is None


def test_the_odd_one_is_held_and_does_not_count() -> None:
    """However often another kind comes, each is held until a person takes one for good."""
    judge = IdJudge(IdRules(), SERIALS)
    assert [judge.why_held(text) for text in (EAN, EAN, "SPK26113F2FFF", EAN)] == [ODD, ODD, None, ODD]


def test_only_the_last_ten_count() -> None:
    """What came before them is forgotten, and each id that is not held takes the place of the first."""
    assert IdJudge(IdRules(), RecentIds.of(["SPK1", *SERIALS.ids])).why_held(EAN) == ODD
    judge = IdJudge(IdRules(), RecentIds.of([*SERIALS.ids[1:], "SPK1"]))
    assert [judge.why_held(text) for text in [EAN, *SERIALS.ids]] == [None] * 11
    assert judge.why_held(EAN) == ODD


def test_nobody_looks_for_odd_ones_where_the_profile_says_so() -> None:
    """A channel with ids of many kinds is not slowed down."""
    assert IdJudge(ANY, SERIALS).why_held(EAN) is None


def test_a_kind_of_its_own_in_a_list() -> None:
    """A list is known as a whole: three of another length are no odd ones, two are."""
    longer = [f"SPK26113F2{n:04X}" for n in range(3)]
    judge = of_list(IdRules(), longer, SERIALS)
    assert {judge.why_held(text) for text in longer} == {None}
    judge = of_list(IdRules(), longer[:2], SERIALS)
    assert {judge.why_held(text) for text in longer[:2]} == {ODD}


@pytest.mark.parametrize(
    ("rules", "ids", "held"),
    [
        (IdRules(), SERIALS.ids, None),
        (IdRules(length=7), SERIALS.ids, Hold.of(HoldReason.OTHER_LENGTH, length=13, wanted=7)),
        (IdRules(pattern="CAM.*"), SERIALS.ids, Hold.of(HoldReason.OTHER_PATTERN)),
        (IdRules(check=CheckDigit.LUHN), SERIALS.ids, Hold.of(HoldReason.CHECK_DIGIT)),
        (IdRules(), ["X" * 8] * 10, Hold.of(HoldReason.ID_NO_VALUE, text="X" * 8)),
        (IdRules(), [f"SPK*2611{n}" for n in range(10)], Hold.of(HoldReason.ID_SIGN, sign="*")),
        (
            IdRules(),
            [f"设备0{n}" for n in range(10)],
            Hold.of(HoldReason.BEYOND_ASCII, signs="设 U+8BBE, 备 U+5907"),
        ),
        (IdRules(), [f"SPK*1\nA{n}" for n in range(10)], Hold.of(HoldReason.ID_SIGN, sign="*")),
    ],
    ids=["in order", "length", "pattern", "check digit", "no value", "sign", "Chinese", "two lines"],
)
def test_a_list_of_ids_that_are_alike(rules: IdRules, ids: Sequence[str], held: Hold | None) -> None:
    """Where all look alike, none is the odd one; what else holds an id holds each of them."""
    judge = of_list(rules, ids)
    assert [judge.why_held(text) for text in ids] == [held] * 10


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
    assert [of_list(ANY, rounded).why_held(text) for text in rounded] == [ROUNDED, ROUNDED, ROUNDED, None]
    assert {of_list(ANY, honest).why_held(text) for text in honest} == {None}
    assert {of_list(ANY, rounded[1:3]).why_held(text) for text in rounded[1:3]} == {None}


@pytest.mark.parametrize("text", ["'000123", "'=A1", "=A1", "-5", "+86138", "@A1", "#A1"])
def test_a_sign_in_front_holds_an_id(text: str) -> None:
    """A scan has it, or a cell that was a formula or a number; hardly any id has it on purpose."""
    assert IdJudge(IdRules()).why_held(text) == Hold.of(HoldReason.ID_SIGN, sign=text[0])


@pytest.mark.parametrize(
    ("sign", "text"),
    [
        ("*", "SPK26****17"),
        ("?", "SPK26?17"),
        ("\\", "SPK2617\\r"),
        ("\\", "SPK2617\\x0d"),
        ("%", "%SN%"),
        ("%", "SPK%2D17"),
        ("$", "${sn}"),
        (":", ":sn"),
        ("javascript:", "javascript:SPK2617"),
        ("DATA:", "DATA:SPK2617"),
        ("~", "1~20"),
        ("...", "SPK26..."),
        (")", "1)SPK1"),
        ("(", "SPK1(2)"),
        ('"', '"SPK1",'),
    ],
)
def test_a_sign_of_a_text_around_ids_holds_an_id(sign: str, text: str) -> None:
    """Digits that are hidden or cut off, quotes, brackets, a place to be filled, an end key by name."""
    assert IdJudge(IdRules()).why_held(text) == Hold.of(HoldReason.ID_SIGN, sign=sign)


@pytest.mark.parametrize(
    ("first", "sign", "second"),
    [("SPK2617", "-", "SPK2636"), ("PH26C0101", "~", "PH26C0120"), ("SPK2617", "/", "SPK2618")],
)
def test_the_first_and_the_last_id_of_a_box_are_two(first: str, sign: str, second: str) -> None:
    """Of ids with the same beginning; other numbers with a dash between may be one id."""
    held = Hold.of(HoldReason.JOINED, first=first, second=second)
    assert IdJudge(IdRules()).why_held(f"{first}{sign}{second}") == held
    assert IdJudge(IdRules()).why_held("SPK2617-CAM2636") is None


@pytest.mark.parametrize("text", ["1299.00", "10012345.0", "1.10012345", "1.10"])
def test_a_decimal_is_held(text: str) -> None:
    """A spreadsheet has made it of an id, or it is an amount; a version or an address has more points."""
    assert IdJudge(IdRules()).why_held(text) == Hold.of(HoldReason.ID_AMOUNT, text=text)
    assert [IdJudge(IdRules()).why_held(other) for other in (f"A{text}", f"{text}.7")] == [None, None]


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        *[(f"SP{sign}K26", sign) for sign in " !\"#$%&'()*+,/;<=>?@[\\]^`{|}~"],
        *[("`MD40", "`"), ("UV77/", "/"), ("UV77-", "-"), ("_UV77", "_"), ("UV77.", "."), ("UV..77", "..")],
        *[("iot.example.cn/d/UV77", "/"), ("UV77:", ":")],
    ],
)
def test_the_signs_of_an_id(text: str, sign: str) -> None:
    """Inside, a point, a dash, a colon and a line may stand; with all else it is a text around an id."""
    assert IdJudge(IdRules()).why_held(text) == Hold.of(HoldReason.ID_SIGN, sign=sign)


@pytest.mark.parametrize("text", ["UV-77", "UV_7.7", "A4:CF:12:00:11:22", "A4-CF-12-00-11-22", "a4cf.1200.1122"])
def test_signs_that_ids_have(text: str) -> None:
    """Between letters and digits they stand in serials and in MAC addresses of three styles."""
    assert IdJudge(IdRules()).why_held(text) is None


@pytest.mark.parametrize("text", ["UV/77", "#UV77", "12.5", "UV77="])
def test_a_pattern_allows_signs(text: str) -> None:
    """Where the profile's pattern describes the whole id, its signs are meant."""
    assert IdJudge(IdRules(pattern=r"[!-~]+")).why_held(text) is None
    assert IdJudge(IdRules(pattern=r"\w+")).why_held(text) is not None


def test_what_a_pattern_does_not_allow() -> None:
    """What can't be seen, a sign for no value, two ids in one and a rounded number are none for any pattern."""
    judge = IdJudge(IdRules(pattern="(?s).*", beyond_ascii=True))
    for text in ("SP\u200bK1", "N/A", "SPK17-SPK36", "12345678901234500"):
        assert judge.why_held(text) is not None, text


def test_a_sign_that_bound_ids_have() -> None:
    """Three of them end the doubt for that sign, wherever it stands, and for no other one."""
    signs = signs_of(["UV/1", "UV/2", "/UV3", "UV#1", "UV#2", "UV#2#", "UV*1", "UV*2", "UV-1", "UV-2", "UV-3"])
    assert signs == {"/", "#"}
    judge = IdJudge(IdRules(), signs=signs)
    assert [judge.why_held(text) for text in ("A/1", "/A1", "A#1")] == [None, None, None]
    assert judge.why_held("A/1*") == Hold.of(HoldReason.ID_SIGN, sign="*")


@pytest.mark.parametrize(("before", "held"), [(9, None), (10, ODD)])
def test_as_many_scans_as_tell_the_next_one(before: int, held: Hold | None) -> None:
    """Ten that are alike, not nine: a bench begins with what is at hand."""
    judge = IdJudge(IdRules())
    assert [judge.why_held(f"SPK26113F2{n:03X}") for n in range(before)] == [None] * before
    assert judge.why_held(EAN) == held
