"""A profile's rule takes the id out of a code, or says why it can't."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.barcode import extract
from bindtool.core.barcode.code import parse
from bindtool.core.barcode.extract import TakenPart
from bindtool.core.barcode.id_rules import PartKind, PartRule
from bindtool.core.model.row import Hold, HoldReason, Note, NoteReason

PAIRS = "SN:SPK26113F2001;MAC:A4:C1:38:00:11:22"
GTIN = "06901234567892"
NO_RULE = PartRule()
SN = PartRule(PartKind.PAIRS, "SN")
RULES = [
    NO_RULE,
    PartRule(strip_prefix="SPK", strip_suffix="X"),
    SN,
    PartRule(PartKind.URL_QUERY, "sn"),
    PartRule(PartKind.URL_PATH),
    PartRule(PartKind.JSON, "device.sn"),
    PartRule(PartKind.LIST, place=1),
    PartRule(PartKind.GS1),
    PartRule(PartKind.PATTERN, r"(?P<id>[A-Z0-9]{4,})(?P<label>.*)", strip_marks=False),
]


def take_part(rule: PartRule, text: str) -> TakenPart | Hold:
    """Return what the rule takes out of a text."""
    return extract.take_part(rule, parse(text))


class Read(NamedTuple):
    """What a reading says of the id."""

    device_id: str
    label: str = ""
    note: Note | None = None
    held: Hold | None = None


def read_code(text: str, rule: PartRule, *, scanned: bool) -> Read:
    """Read a text."""
    found = extract.read_code(parse(text), rule, scanned=scanned)
    return Read(found.device_id, found.label, found.note, found.held)


@pytest.mark.parametrize(
    ("rule", "code", "device_id"),
    [
        (SN, PAIRS, "SPK26113F2001"),
        (PartRule(PartKind.PAIRS, " sn "), PAIRS, "SPK26113F2001"),
        (PartRule(PartKind.PAIRS, "mac"), PAIRS, "A4:C1:38:00:11:22"),
        (SN, f"]Q1{PAIRS}", "SPK26113F2001"),
        (SN, f"\\000026{PAIRS}", "SPK26113F2001"),
        (SN, "ＳＮ：SPK1；MAC：2", "SPK1"),
        (SN, "SN:1;SN:1", "1"),
        (PartRule(PartKind.URL_QUERY, "sn"), "https://iot.example/d?sn=SPK1", "SPK1"),
        (PartRule(PartKind.URL_PATH), "https://iot.example/d/SPK1", "SPK1"),
        (PartRule(PartKind.JSON, "device.sn"), '{"device":{"sn":"SPK1"}}', "SPK1"),
        (PartRule(PartKind.JSON, "0"), '["SPK1"]', "SPK1"),
        (PartRule(PartKind.LIST, place=1), "x|SPK1|y", "SPK1"),
        (PartRule(PartKind.GS1), f"]C101{GTIN}21SPK1", "SPK1"),
        (PartRule(PartKind.GS1, "10"), f"(01){GTIN}(10)LOT5", "LOT5"),
        (PartRule(PartKind.PATTERN, r"SPK(?P<id>\d+)"), "xxSPK0012yy", "0012"),
        (PartRule(strip_prefix="S/N ", strip_suffix="#"), "S/N SPK1#", "SPK1"),
        (PartRule(strip_prefix="S/N ", strip_suffix="#"), "SPK1", "SPK1"),
        (PartRule(PartKind.PAIRS, "SN", strip_prefix="SPK"), PAIRS, "26113F2001"),
        (PartRule(strip_marks=False), "]C0SPK1", "]C0SPK1"),
    ],
)
def test_the_part_that_is_the_id(rule: PartRule, code: str, device_id: str) -> None:
    """Each kind of rule, marks in front, full-width letters, prefix and suffix."""
    assert take_part(rule, code) == TakenPart(device_id)


def test_a_label_of_the_code() -> None:
    """A pattern may take it along."""
    rule = PartRule(PartKind.PATTERN, r"(?P<id>SPK\d+),(?P<label>.+)")
    assert take_part(rule, "SPK1, Kitchen ") == TakenPart("SPK1", "Kitchen")
    assert read_code("SPK1, Kitchen", rule, scanned=True) == Read("SPK1", "Kitchen")


@pytest.mark.parametrize(
    ("rule", "code", "reason"),
    [
        (SN, "MAC:1;IP:2", Hold.of(HoldReason.PART_NO_FIELD, name="SN")),
        (SN, "SN:1;SN:2", Hold.of(HoldReason.PART_TWICE, name="SN")),
        (SN, "SN:;MAC:1", Hold.of(HoldReason.PART_EMPTY)),
        (SN, "SN:1" + " " * 7089, Hold.of(HoldReason.CODE_TOO_LONG, length=7093, limit=7089)),
        (
            PartRule(PartKind.URL_QUERY, "sn"),
            "https://x.example/?id=1",
            Hold.of(HoldReason.PART_NO_FIELD, name="sn"),
        ),
        (PartRule(PartKind.URL_QUERY, "sn"), "http://[", Hold.of(HoldReason.PART_NO_ADDRESS, name="sn")),
        (PartRule(PartKind.URL_PATH), "http://[", Hold.of(HoldReason.PART_NO_ADDRESS)),
        (PartRule(PartKind.JSON, "sn"), '{"sn":', Hold.of(HoldReason.PART_NO_JSON, name="sn")),
        (PartRule(PartKind.JSON, "sn"), '{"sn":NaN}', Hold.of(HoldReason.PART_NO_JSON, name="sn")),
        (PartRule(PartKind.URL_PATH), "https://h.example/#/login", Hold.of(HoldReason.PART_EMPTY)),
        (PartRule(PartKind.URL_PATH), "https://h.example/d/undefined", Hold.of(HoldReason.PART_EMPTY)),
        (PartRule(PartKind.JSON, "sn"), '{"sn":"NaN"}', Hold.of(HoldReason.PART_EMPTY)),
        (SN, "SN:null;MAC:1", Hold.of(HoldReason.PART_EMPTY)),
        (PartRule(PartKind.LIST, place=2), "a b", Hold.of(HoldReason.PART_NO_PLACE, place=3, count=2)),
        (PartRule(PartKind.GS1), "SPK1", Hold.of(HoldReason.GS1_UNREAD)),
        (PartRule(PartKind.PATTERN, r"X(?P<id>\d+)"), "SPK1", Hold.of(HoldReason.PART_NO_PATTERN)),
        (PartRule(strip_prefix="SPK"), "SPK", Hold.of(HoldReason.PART_EMPTY)),
    ],
)
def test_what_was_looked_for_in_vain(rule: PartRule, code: str, reason: Hold) -> None:
    """The reason says what is missing."""
    assert take_part(rule, code) == reason


def test_a_code_with_parts_that_does_not_fit() -> None:
    """It stays whole with the reason, scanned or from a list."""
    held = Hold.of(HoldReason.PART_NO_FIELD, name="SN")
    for scanned in (True, False):
        assert read_code("MAC:1;IP:2", SN, scanned=scanned) == Read("MAC:1;IP:2", held=held)


def test_a_plain_text_where_the_rule_wants_parts() -> None:
    """A second sticker's serial is a plausible id: held where it was scanned, an id in a list."""
    held = Hold.of(HoldReason.PART_PLAIN)
    assert read_code("SPK26113F2001", SN, scanned=True) == Read("SPK26113F2001", held=held)
    assert read_code("SPK26113F2001", SN, scanned=False) == Read("SPK26113F2001")


def test_a_part_that_is_an_address_itself() -> None:
    """It is taken, since the rule says so, and held."""
    held = Hold.of(HoldReason.PART_IS_ADDRESS)
    rule = PartRule(PartKind.JSON, "u")
    assert read_code('{"u":"https://x.example/1"}', rule, scanned=False) == Read("https://x.example/1", held=held)
    assert read_code('{"u":"SPK 1"}', rule, scanned=True) == Read("SPK 1")


def test_without_a_rule_parts_stay_together() -> None:
    """A mark, a prefix or a suffix less makes no id of a code with parts."""
    assert read_code(PAIRS, NO_RULE, scanned=True) == Read(PAIRS)
    mark = Note.of(NoteReason.CHANGED_MARK, mark="]Q1")
    assert read_code(f"]Q1{PAIRS}", NO_RULE, scanned=True) == Read(PAIRS, note=mark)
    assert read_code(f"{PAIRS};", PartRule(strip_suffix=";"), scanned=True) == Read(f"{PAIRS};")
    assert read_code("SN:1", PartRule(strip_prefix="SN:"), scanned=True) == Read("1")


def test_what_was_taken_off_is_noted() -> None:
    """A scanner's mark is; what is taken off any text is noted where rows are made."""
    assert read_code("]C0SPK1", NO_RULE, scanned=True) == Read(
        "SPK1", note=Note.of(NoteReason.CHANGED_MARK, mark="]C0")
    )
    assert read_code(" SPK1", SN, scanned=False) == Read("SPK1")


@pytest.mark.parametrize("scanned", [True, False])
def test_two_codes_in_one(scanned: bool) -> None:
    """They are held in a list and in a cell too, which a scanner may have filled."""
    both = "SPK26113F2001SPK26113F2002"
    held = Hold.of(HoldReason.JOINED, first="SPK26113F2001", second="SPK26113F2002")
    assert read_code(both, NO_RULE, scanned=scanned) == Read(both, held=held)


def test_two_codes_with_parts_in_one_scan() -> None:
    """The second one must not get lost without a word; an address in an address is no second code."""
    first, second = PAIRS, PAIRS.replace("2001", "2002")
    held = Hold.of(HoldReason.JOINED, first=first, second=second)
    assert read_code(first + second, SN, scanned=True) == Read("SPK26113F2001", held=held)
    nested = "https://a.example/?sn=SPK1&to=https://b.example/"
    assert read_code(nested, PartRule(PartKind.URL_QUERY, "sn"), scanned=True) == Read("SPK1")


@pytest.mark.parametrize(
    ("code", "whole"), [("SPK1\x1d", "SPK1␝"), ("]C121SPK1", "]C121SPK1"), (" ]d221SPK1", "]d221SPK1")]
)
def test_what_tells_a_code_from_an_id_stays(code: str, whole: str) -> None:
    """A mark of GS1 and a separator at an end are left in sight: without them a code would pass for an id."""
    for rule in (NO_RULE, PartRule(strip_prefix="X")):
        assert read_code(code, rule, scanned=True).device_id == whole
    assert parse(whole).kind is not None


def test_a_gs1_code_whose_serial_has_no_end() -> None:
    """With no rule, too, it is said what the scanner has to send; a rule for another part is not in the way."""
    code = f"01{GTIN}21SPK110LOT5"
    held = Hold.of(HoldReason.GS1_NO_END, identifier="21", rival="10")
    assert read_code(code, NO_RULE, scanned=True) == Read(code, held=held)
    assert read_code(code, PartRule(PartKind.GS1), scanned=True) == Read(code, held=held)
    assert read_code(f"(01){GTIN}(21)SPK1", NO_RULE, scanned=True) == Read(f"(01){GTIN}(21)SPK1")
    assert read_code("21SPK1,10LOT5", NO_RULE, scanned=True) == Read("21SPK1,10LOT5")
    assert read_code(f"{code[:-1]}\x1d05", NO_RULE, scanned=True).held is None


@given(
    st.text(st.characters(exclude_categories=[])) | st.text(st.sampled_from('SN:;=1,| {}[]"./?]C0(21)\x1d\\')),
    st.sampled_from(RULES),
    st.booleans(),
)
def test_any_text_is_read_by_any_rule(text: str, rule: PartRule, scanned: bool) -> None:
    """No text raises, and no id is longer than what came in."""
    taken = take_part(rule, text)
    assert isinstance(taken, Hold) or 0 < len(taken.device_id) <= len(text)
    assert len(read_code(text, rule, scanned=scanned).device_id) <= len(text)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule.kind))
def test_a_document_on_the_scan_field_is_no_code(rule: PartRule) -> None:
    """What is longer than any code is not taken apart at all, whatever it is made of."""
    for unit in ("SN:1;", "[", "a", "(21)", "]C1", "%41"):
        taken = take_part(rule, unit * 100_000)
        assert isinstance(taken, Hold)
        assert taken.reason is HoldReason.CODE_TOO_LONG
