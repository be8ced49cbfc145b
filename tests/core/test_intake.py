"""Texts become rows: scans, lists and cells typed in by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.intake import Arrival, Repeat, Stamp, edit_id, edit_label, last_ids, take_list, take_scan
from bindtool.core.labels import LabelTemplate
from bindtool.core.message import Message
from bindtool.core.row import Row, Source
from bindtool.core.scan_rules import CaseRule, IdRules, ScanRules
from bindtool.core.sheet import Sheet

NOON = datetime(2026, 11, 25, 12, tzinfo=timezone(timedelta(hours=8)))
TEMPLATE = LabelTemplate.parse("{date} {id:-4}")
STAMP = Stamp(Source.SCANNED, NOON, "A12", TEMPLATE)
TOKEN = "pat_0123456789abcdef"


def scanned(text: str) -> Row:
    """Return the row that a scan makes in an empty sheet."""
    row = take_scan(Sheet(), text, STAMP)
    assert isinstance(row, Row)
    return row


def test_a_scan() -> None:
    """The id is taken as it is, labelled by the template, and stamped; the disk does not have it yet."""
    assert scanned("SPK0012") == Row(
        1, "SPK0012", "2026-11-25 0012", Source.SCANNED, NOON, operator="A12", arrived="SPK0012"
    )


def test_a_scan_that_was_changed() -> None:
    """What was taken off is noted, and the whole text kept."""
    row = scanned(" SPK0012\r")
    assert (row.device_id, row.arrived) == ("SPK0012", " SPK0012\r")
    assert row.note == Message.of("note.changed_spaces")


@pytest.mark.parametrize("text", ["SN:1;MAC:2", "a\tb\x07"])
def test_a_scan_that_is_no_id(text: str) -> None:
    """It is kept to be put right, and has no label, which would make it look like a device."""
    row = scanned(text)
    assert (row.device_id, row.label) == (text, "")


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "reason.id_missing"), (" \u200b\r", "reason.id_missing"), (TOKEN, "reason.id_is_token")],
)
def test_a_scan_that_makes_no_row(text: str, reason: str) -> None:
    """Nothing, and an access token, which must not be written down."""
    assert take_scan(Sheet(), text, STAMP) == Message.of(reason)


def test_a_scan_that_repeats() -> None:
    """The first row is shown instead of a second one."""
    sheet = Sheet([scanned("SPK0012")])
    assert take_scan(sheet, "ＳＰＫ0012", STAMP) == Repeat(sheet[1])


def test_a_list() -> None:
    """Every line makes a row with the sheet's next numbers or its own; a label that came along is kept."""
    sheet = Sheet([scanned("SPK0012")])
    arrivals = [Arrival("SPK0012"), Arrival("B2", " two "), Arrival("", number=9)]
    rows = take_list(sheet, arrivals, replace(STAMP, source=Source.PASTED))
    assert [(row.number, row.device_id, row.label) for row in rows] == [
        (2, "SPK0012", "2026-11-25 0012"),
        (3, "B2", "two"),
        (9, "", ""),
    ]
    assert {row.source for row in rows} == {Source.PASTED}


def test_a_token_in_a_list() -> None:
    """Its row stays, to be seen, without the token."""
    (row,) = take_list(Sheet(), [Arrival(f"Bearer {TOKEN}", "mine")], STAMP)
    assert (row.device_id, row.label, row.arrived) == ("", "mine", "")
    assert row.note == Message.of("note.token_removed")


def test_an_id_typed_in() -> None:
    """It takes the automatic label along, is no longer held, and counts as typed."""
    row = replace(scanned("SPK0012"), held=Message.of("reason.parts_url"))
    edited = edit_id(row, " SPK0013", TEMPLATE)
    assert edited == replace(
        row,
        device_id="SPK0013",
        label="2026-11-25 0013",
        source=Source.TYPED,
        arrived=" SPK0013",
        note=Message.of("note.changed_spaces"),
        held=None,
    )


def test_an_id_typed_in_beside_a_label_of_its_own() -> None:
    """A label that a person chose stays; a missing one is made."""
    row = scanned("SPK0012")
    kept = edit_id(edit_label(row, " mine "), "B2", TEMPLATE)
    made = edit_id(replace(row, label=""), "B2", TEMPLATE)
    assert isinstance(kept, Row)
    assert isinstance(made, Row)
    assert (kept.label, made.label) == ("mine", "2026-11-25 B2")


def test_a_token_typed_in() -> None:
    """It is turned away."""
    assert edit_id(scanned("SPK0012"), TOKEN, TEMPLATE) == Message.of("reason.id_is_token")


# ---------------------------------------------------------------- the rules of a profile

SERIALS = [Arrival(f"SPK26113F2{n:03X}") for n in range(10)]
EAN = "6901234567892"
ODD = Message.of("reason.odd_one_out")


def with_rules(rules: IdRules) -> Stamp:
    """Return the stamp of a profile with these rules for ids."""
    return replace(STAMP, rules=ScanRules(ids=rules))


def held(found: Row | Repeat | Message) -> Message | None:
    """Return why a row is held."""
    assert isinstance(found, Row)
    return found.held


def test_the_odd_one_among_scans() -> None:
    """It makes a row that is held; typed and held rows and those that are no ids don't count among the ten."""
    sheet = Sheet(take_list(Sheet(), SERIALS, STAMP))
    typed = edit_id(sheet[1], "12", TEMPLATE)
    assert isinstance(typed, Row)
    sheet.add([replace(typed, number=11), replace(sheet[1], number=12, device_id="SN:1;MAC:2")])
    odd = take_scan(sheet, EAN, STAMP)
    assert held(odd) == ODD
    assert isinstance(odd, Row)
    sheet.add([odd])
    assert last_ids(sheet) == tuple(arrival.text for arrival in SERIALS)
    assert held(take_scan(sheet, "SPK26113F2FFF", STAMP)) is None


def test_one_tick_for_a_new_kind() -> None:
    """Once a person has let the odd one in, the ten do not agree any more, and its like go through."""
    sheet = Sheet(take_list(Sheet(), SERIALS, STAMP))
    odd = take_scan(sheet, EAN, STAMP)
    assert isinstance(odd, Row)
    sheet.add([replace(odd, held=None)])
    assert held(take_scan(sheet, "6901234567908", STAMP)) is None


def test_the_odd_one_in_a_list() -> None:
    """Ids that came before it in the list count as much as those of the sheet."""
    rows = take_list(
        Sheet(), [*SERIALS, Arrival(EAN), Arrival(""), Arrival("a b"), Arrival("SPK26113F2FFF")], STAMP
    )
    assert [row.number for row in rows if row.held == ODD] == [11]
    assert [row.number for row in rows if row.held is not None] == [11]


def test_the_case_of_an_id() -> None:
    """It is changed before repeats are looked for, and the row says so; a text with parts keeps its own."""
    stamp = with_rules(IdRules(case=CaseRule.UPPER))
    row = take_scan(Sheet(), "spk1", stamp)
    assert isinstance(row, Row)
    assert (row.device_id, row.arrived) == ("SPK1", "spk1")
    assert row.note == Message.of("note.changed", before="spk1", after="SPK1")
    sheet = Sheet([row])
    assert take_scan(sheet, "sPk1", stamp) == Repeat(row)
    (parts,) = take_list(sheet, [Arrival('{"sn":"spk1"}')], stamp)
    assert parts.device_id == '{"sn":"spk1"}'


def test_a_typed_id_keeps_to_the_rules() -> None:
    """Pattern, length and case hold for it; the odd one out is meant, if it is typed."""
    rules = ScanRules(ids=IdRules(length=4, case=CaseRule.UPPER))
    edited = edit_id(scanned("SPK0012"), "spk12", TEMPLATE, rules)
    assert isinstance(edited, Row)
    assert (edited.device_id, edited.held) == ("SPK12", Message.of("reason.other_length", length=5, wanted=4))
    again = edit_id(edited, "SPK1", TEMPLATE, rules)
    assert held(again) is None


@given(
    st.lists(st.one_of(st.text(max_size=40), st.from_regex(r"[A-F0-9]{8}|\d{16,20}", fullmatch=True)), max_size=40)
)
def test_any_texts_make_rows(texts: list[str]) -> None:
    """Whatever comes in, alone or as a list, becomes a row or a reason; every text is kept, nothing is raised."""
    stamp = with_rules(IdRules(pattern="[A-F0-9]+", length=8, case=CaseRule.UPPER))
    rows = take_list(Sheet(), map(Arrival, texts), stamp)
    assert [row.arrived for row in rows] == texts
    sheet = Sheet(rows)
    for text in texts:
        assert isinstance(take_scan(sheet, text, stamp), Row | Repeat | Message)
        assert isinstance(take_scan(Sheet(), text, STAMP), Row | Message)
