"""Texts become rows: scans, lists and cells typed in by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.barcode.id_rules import CaseRule, IdRules, PartKind, PartRule
from bindtool.core.common.messages import Message
from bindtool.core.intake.id_judge import IdJudge
from bindtool.core.intake.intake import (
    Arrival,
    Repeat,
    Stamp,
    edit_id,
    edit_label,
    judge_of_list,
    judged_again,
    last_ids,
    read_again,
    rows_waiting_for_rule,
    scan_again,
    take_list,
    take_scan,
    waits_for_rule,
    without_keyboard,
)
from bindtool.core.labels.labeller import Labeller
from bindtool.core.labels.template import LabelTemplate
from bindtool.core.model.outcome import Outcome, State
from bindtool.core.model.row import Hold, HoldReason, Note, NoteReason, Row, Source
from bindtool.core.scanner.scan_rules import Keyboard, ScannerRules, ScanRules
from bindtool.core.sheet.sheet import Sheet
from tests.core.intake.taken import row_of

NOON = datetime(2026, 11, 25, 12, tzinfo=timezone(timedelta(hours=8)))
LABELS = Labeller(LabelTemplate.parse("{date} {id:-4}"))
STAMP = Stamp(Source.SCANNED, NOON, "A12", LABELS)
RULES = ScanRules(part=PartRule(PartKind.PAIRS, "SN"))
BY_RULE = replace(STAMP, rules=RULES)
TOKEN = "pat_0123456789abcdef"


def scanned(text: str) -> Row:
    """Return the row that a scan makes in an empty sheet."""
    return row_of(take_scan(Sheet(), text, STAMP))


def labelled(row: Row, text: str) -> Row:
    """Return the row with a label typed in."""
    return row_of(edit_label(row, text))


@pytest.mark.parametrize("unit", ["a", "SN:1;", "设", "00:", "pat_ ", "\u200b", "http://a/?a=1&"])
def test_a_text_longer_than_any_code_is_refused_at_once(unit: str) -> None:
    """A code has at most 7,089 characters, and one of a million takes most of a second to read: nobody reads it."""
    long = unit * (7090 // len(unit) + 1)
    why = Hold.of(HoldReason.CODE_TOO_LONG, length=len(long), limit=7089)

    assert take_scan(Sheet(), long, STAMP) == why.message
    assert scan_again(Sheet(), scanned("SPK1"), long, STAMP) == why.message
    assert edit_id(scanned("SPK1"), long, LABELS) == why.message
    listed, after = take_list(Sheet(), [Arrival(long, "Hall"), Arrival("SPK2")], STAMP)
    assert (listed.device_id, listed.arrived, listed.label, listed.held) == ("", "", "Hall", why)
    assert after.device_id == "SPK2"
    longest = "1" * 7089
    assert take_scan(Sheet(), longest, STAMP) == replace(scanned(longest), arrived=longest)


@pytest.mark.parametrize("text", ["索尼026abcni", "SN26А0000051", "SP\u200bK2611"], ids=ascii)
def test_ids_that_no_scanner_sends_are_held_however_they_came(text: str) -> None:
    """Scanned, from a list or typed: letters of an input method's making, look-alikes, and what nobody can see."""
    (listed,) = take_list(Sheet(), [Arrival(text)], STAMP)
    for row in (scanned(text), listed, edit_id(scanned("SPK1"), text, LABELS)):
        assert isinstance(row, Row)
        assert row.device_id == text
        assert row.held is not None
        assert row.held.reason in {HoldReason.BEYOND_ASCII, HoldReason.ID_UNSEEN}


def test_a_scan_in_pieces_is_held_unless_it_looks_like_the_last_ids() -> None:
    """Whole with its beginning and like the others: it goes. On a fresh sheet somebody has to look."""

    def why(sheet: Sheet, text: str, before: str) -> HoldReason | None:
        row = row_of(take_scan(sheet, text, STAMP, before=before))
        return row.held.reason if row.held is not None else None

    last = Sheet(replace(scanned(f"SN26A000005{n}"), number=n) for n in range(1, 4))
    assert why(Sheet(), "SN26A0000055", "S") is HoldReason.PAUSED
    assert why(last, "SN26A0000055", "S") is None
    assert why(last, "N26A0000055", "S") is HoldReason.PAUSED
    assert why(last, "SN26A0000055", "TYPED-") is HoldReason.PAUSED
    digits = Sheet(replace(scanned("1" * (11 + n)), number=n) for n in range(1, 4))
    assert why(digits, "2" * 13, "2") is HoldReason.PAUSED


def test_held_ids_are_judged_again_by_other_rules() -> None:
    """What the channel has now goes, unless another rule holds it; each counts for those after it."""
    rows = take_list(Sheet(), [Arrival("设备01"), Arrival("设备2"), Arrival("设备03")], STAMP)
    after = judged_again(Sheet(), rows, IdRules(beyond_ascii=True, length=4))
    assert [row.held for row in after] == [None, Hold.of(HoldReason.OTHER_LENGTH, length=3, wanted=4), None]


def test_a_scan() -> None:
    """The id is taken as it is, labelled by the template, and stamped; the disk does not have it yet."""
    assert scanned("SPK0012") == Row(
        1, "SPK0012", "2026-11-25 0012", Source.SCANNED, NOON, operator="A12", arrived="SPK0012"
    )


def test_a_scan_that_was_changed() -> None:
    """What was taken off is noted, and the whole text kept."""
    row = scanned(" SPK0012\r")
    assert (row.device_id, row.arrived) == ("SPK0012", " SPK0012\r")
    assert row.note == Note.of(NoteReason.CHANGED_SPACES)


@pytest.mark.parametrize("text", ["SN:1;MAC:2", "a\tb\x07"])
def test_a_scan_that_is_no_id(text: str) -> None:
    """It is kept to be put right, and has no label, which would make it look like a device."""
    row = scanned(text)
    assert (row.device_id, row.label) == (text, "")


@pytest.mark.parametrize(
    ("code", "held"),
    [
        ("SN:SPK26113F2001;MAC:A4:C1:38:00:11:20", False),
        ("SN:SPK26113F2001 MAC:A4:C1:38:00:11:20", False),
        ("]Q1SN:SPK26113F2001;MAC:A4:C1:38:00:11:20", False),
        ("https://iot.example/d?sn=SPK26113F2001", False),
        ("iot.example/d?sn=SPK26113F2001", False),
        ('{"sn":"SPK26113F2001"}', False),
        ("010690123456789221SPK26113F2001", False),
        ("SPK26113F2001,SPK26113F2002", False),
        ("SPK26113F2001SPK26113F2002", True),
        ("69012345678926901234567892", True),
    ],
)
def test_no_code_is_taken_whole(code: str, held: bool) -> None:
    """Without a rule none of them can be sent; those of one kind of text a person may include."""
    sheet = Sheet([replace(scanned(code), saved=True, label="Hall")])
    assert (sheet.status(1).state, sheet.status(1).held) == (State.INCOMPLETE, held)
    assert sheet.jobs() == ()


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "reason.id_missing"), (" \u200b\r", "reason.id_missing"), (TOKEN, "reason.id_is_token")],
)
def test_a_scan_that_makes_no_row(text: str, reason: str) -> None:
    """Nothing, and an access token, which must not be written down."""
    assert take_scan(Sheet(), text, STAMP) == Message.of(reason)


def test_a_scan_that_a_scanner_has_spoilt() -> None:
    """GIVEN three ids alike WHEN two come as one THEN the row is held, and the next one is judged by the others."""
    sheet = Sheet()
    for text in ("SPK0012", "SPK0013", "SPK0014", "SPK0015SPK0016", "SPK0017"):
        row = row_of(take_scan(sheet, text, STAMP))
        sheet.change([], [row])
    assert [row.held for row in sheet][:3] == [None, None, None]
    assert sheet[4].held == Hold.of(HoldReason.RUN_TOGETHER, text="SPK0015SPK0016", first="SPK0015", last="SPK0016")
    assert sheet[5].held is None


def test_a_scan_by_the_rule_of_a_keyboard() -> None:
    """GIVEN a rule for a French computer WHEN a scan comes THEN it is put back, with what arrived kept and said."""
    french = ScanRules(scanner=ScannerRules(keyboard=Keyboard.FRENCH))
    row = row_of(take_scan(Sheet(), "SPKàà&é", replace(STAMP, rules=french)))
    assert (row.device_id, row.arrived, row.held) == ("SPK0012", "SPKàà&é", None)
    assert row.note == Note.of(NoteReason.KEYBOARD, before="SPKàà&é")
    again = take_scan(Sheet([row]), "SPKàà&é", replace(STAMP, rules=french))
    assert again == Repeat(row)


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


def test_a_list_says_why_a_row_is_held() -> None:
    """Its reason goes before those of the rules, and stays with a row that has no id; an id typed in ends it."""
    why = Hold.of(HoldReason.SUM)
    rows = take_list(Sheet(), [Arrival("400", held=why), Arrival("", "x", held=why), Arrival("A1")], STAMP)
    assert [row.held for row in rows] == [why, why, None]
    assert (rows[1].device_id, rows[1].label, rows[1].arrived) == ("", "x", "")
    edited = row_of(edit_id(rows[1], "A2", LABELS))
    assert (edited.device_id, edited.held) == ("A2", None)


@pytest.mark.parametrize("source", [Source.SCANNED, Source.PASTED])
def test_codes_that_are_taken_apart_are_read_by_the_ids_before_them(source: Source) -> None:
    """As scans are: with Caps Lock on, nothing but those before tells. A list of others is read by itself."""
    sheet = Sheet(take_list(Sheet(), [Arrival(f"SPK000{n}") for n in range(1, 4)], STAMP))
    (row,) = take_list(sheet, [Arrival("spk0004")], replace(STAMP, source=source))
    reason = row.held.reason if row.held is not None else None
    assert reason == (HoldReason.CAPS_LOCK if source is Source.SCANNED else None)


def test_a_token_in_a_list() -> None:
    """Its row stays, to be seen, without the token."""
    (row,) = take_list(Sheet(), [Arrival(f"Bearer {TOKEN}", "mine")], STAMP)
    assert (row.device_id, row.label, row.arrived) == ("", "mine", "")
    assert row.note == Note.of(NoteReason.TOKEN_REMOVED)


def test_an_id_typed_in() -> None:
    """It takes the automatic label along, is no longer held, and counts as typed."""
    row = replace(scanned("SPK0012"), held=Hold.of(HoldReason.ODD_ONE_OUT))
    edited = edit_id(row, " SPK0013", LABELS)
    assert edited == replace(
        row,
        device_id="SPK0013",
        label="2026-11-25 0013",
        source=Source.TYPED,
        arrived=" SPK0013",
        note=Note.of(NoteReason.CHANGED_SPACES),
        held=None,
    )


def test_an_id_typed_in_beside_a_label_of_its_own() -> None:
    """A label that a person chose stays; a missing one is made."""
    row = scanned("SPK0012")
    edited = [row_of(edit_id(each, "B2", LABELS)) for each in (labelled(row, " mine "), replace(row, label=""))]
    assert [each.label for each in edited] == ["mine", "2026-11-25 B2"]


def test_running_numbers_go_to_devices() -> None:
    """In the order of arrival; what is no device, and a label that came along, takes none."""
    labels = Labeller(LabelTemplate.parse("音箱-{n:3}"))
    stamp = replace(STAMP, labels=labels)
    arrivals = [Arrival("A1"), Arrival("SN:1;MAC:2"), Arrival("A2", "mine"), Arrival("A3"), Arrival("")]
    rows = take_list(Sheet(), arrivals, stamp)
    assert [row.label for row in rows] == ["音箱-001", "", "mine", "音箱-002", ""]
    scan = row_of(take_scan(Sheet(), "A4", stamp))
    edited = row_of(edit_id(scan, "A5", labels))
    assert (scan.label, edited.label) == ("音箱-003", "音箱-003")
    assert labels.preview([scan], [0]) == ["音箱-004"]


def test_a_running_number_that_comes_along_is_given_to_no_other_device() -> None:
    """Neither above nor below the device that a list calls so, and not after the list either."""
    labels = Labeller(LabelTemplate.parse("音箱-{n:3}"))
    stamp = replace(STAMP, labels=labels)
    arrivals = [Arrival("A1"), Arrival("A2", "音箱-001"), Arrival("A3"), Arrival("A4", " 音箱-4"), Arrival("A5")]
    rows = take_list(Sheet(), arrivals, stamp)
    assert [row.label for row in rows] == ["音箱-005", "音箱-001", "音箱-006", "音箱-4", "音箱-007"]
    assert labels.preview([rows[0]], [0]) == ["音箱-008"]


def test_an_emptied_id() -> None:
    """A label from the template goes with it, and one that a person chose stays."""
    row = scanned("SPK0012")
    edited = [row_of(edit_id(each, "", LABELS)) for each in (row, labelled(row, "mine"))]
    assert [(each.device_id, each.label) for each in edited] == [("", ""), ("", "mine")]


def test_a_token_among_labels() -> None:
    """It is turned away where it is typed, and left out where it came with a list."""
    assert edit_label(scanned("SPK0012"), f"for {TOKEN}") == Message.of("reason.id_is_token")
    (row,) = take_list(Sheet(), [Arrival("SPK0012", f"Bearer {TOKEN}")], STAMP)
    assert (row.device_id, row.label) == ("SPK0012", "2026-11-25 0012")


# ---------------------------------------------------------------- the rules of a profile

SERIALS = [Arrival(f"SPK26113F2{n:03X}") for n in range(10)]
EAN = "6901234567892"
ODD = Hold.of(HoldReason.ODD_ONE_OUT)


def with_rules(rules: IdRules) -> Stamp:
    """Return the stamp of a profile with these rules for ids."""
    return replace(STAMP, rules=ScanRules(ids=rules))


def held(found: object) -> Hold | None:
    """Return why a row is held."""
    return row_of(found).held


def test_the_odd_one_among_scans() -> None:
    """It makes a row that is held; typed and held rows and those that are no ids don't count among the ten."""
    sheet = Sheet(take_list(Sheet(), SERIALS, STAMP))
    typed = row_of(edit_id(sheet[1], "12", LABELS))
    sheet.change([], [replace(typed, number=11), replace(sheet[1], number=12, device_id="SN:1;MAC:2", arrived="")])
    odd = row_of(take_scan(sheet, EAN, STAMP))
    assert held(odd) == ODD
    sheet.change([], [odd])
    assert last_ids(sheet).ids == tuple(arrival.text for arrival in SERIALS)
    assert held(take_scan(sheet, "SPK26113F2FFF", STAMP)) is None


def test_what_is_pasted_over_ids_is_judged_as_a_list() -> None:
    """The odd one is held, but ten that are alike are not; what was there before says nothing."""
    sheet = Sheet(take_list(Sheet(), SERIALS, STAMP))
    pasted = replace(STAMP, source=Source.PASTED)

    def judge(*texts: str) -> IdJudge:
        return judge_of_list(tuple(sheet), map(Arrival, texts), pasted, but=range(1, len(texts) + 1))

    assert held(edit_id(sheet[1], EAN, LABELS)) is None
    assert held(edit_id(sheet[1], EAN, LABELS, judge=judge(EAN))) == ODD
    sheet = Sheet(take_list(Sheet(), [*SERIALS[:3], Arrival(EAN)], STAMP))
    assert held(edit_id(sheet[4], EAN, LABELS, judge=judge(*[one.text for one in SERIALS[:3]], EAN))) is None
    block = [f"'69012345678{number:02d}" for number in range(1, 4)]
    of_block = judge(*block)
    assert [held(edit_id(sheet[1], text, LABELS, judge=of_block)) for text in block] == [None] * 3


def test_one_tick_for_a_new_kind() -> None:
    """Once a person has let the odd one in, the ten do not agree any more, and its like go through."""
    sheet = Sheet(take_list(Sheet(), SERIALS, STAMP))
    odd = row_of(take_scan(sheet, EAN, STAMP))
    sheet.change([], [replace(odd, held=None)])
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
    row = row_of(take_scan(Sheet(), "spk1", stamp))
    assert (row.device_id, row.arrived) == ("SPK1", "spk1")
    assert row.note == Note.of(NoteReason.CHANGED, before="spk1", after="SPK1")
    sheet = Sheet([row])
    assert take_scan(sheet, "sPk1", stamp) == Repeat(row)
    (parts,) = take_list(sheet, [Arrival('{"sn":"spk1"}')], stamp)
    assert parts.device_id == '{"sn":"spk1"}'


def test_a_typed_id_keeps_to_the_rules() -> None:
    """Pattern, length and case hold for it; the odd one out is meant, if it is typed."""
    rules = ScanRules(ids=IdRules(length=4, case=CaseRule.UPPER))
    edited = row_of(edit_id(scanned("SPK0012"), "spk12", LABELS, rules))
    assert (edited.device_id, edited.held) == ("SPK12", Hold.of(HoldReason.OTHER_LENGTH, length=5, wanted=4))
    again = edit_id(edited, "SPK1", LABELS, rules)
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


# ---------------------------------------------------------------- with a rule for the part


def test_a_scan_read_by_the_rule() -> None:
    """The id is the part; the whole text is kept, and a second scan of the device repeats it."""
    row = row_of(take_scan(Sheet(), "SN:SPK0012;MAC:1", BY_RULE))
    assert (row.device_id, row.label, row.arrived) == ("SPK0012", "2026-11-25 0012", "SN:SPK0012;MAC:1")
    sheet = Sheet([row])
    assert take_scan(sheet, "SN:SPK0012;MAC:2", BY_RULE) == Repeat(sheet[1])


def test_a_label_that_the_code_has() -> None:
    """It goes before the template's, and one of the list's own before both."""
    stamp = replace(STAMP, rules=ScanRules(part=PartRule(PartKind.PATTERN, r"(?P<id>\w+)/(?P<label>\w+)")))
    rows = take_list(Sheet(), [Arrival("SPK1/Hall"), Arrival("SPK2/Hall", "mine"), Arrival("SPK3")], stamp)
    assert [(row.device_id, row.label) for row in rows] == [
        ("SPK1", "Hall"),
        ("SPK2", "mine"),
        ("SPK3", "2026-11-25 SPK3"),
    ]


def test_a_list_read_by_the_rule() -> None:
    """Codes give their part, plain ids stay ids, and a code that does not fit stays whole with the reason."""
    arrivals = [Arrival("SN:SPK1;MAC:1"), Arrival("SPK2"), Arrival("MAC:1;IP:2")]
    rows = take_list(Sheet(), arrivals, replace(BY_RULE, source=Source.FILE))
    assert [(row.device_id, row.held) for row in rows] == [
        ("SPK1", None),
        ("SPK2", None),
        ("MAC:1;IP:2", Hold.of(HoldReason.PART_NO_FIELD, name="SN")),
    ]


def test_a_token_inside_a_code() -> None:
    """It is found where the rule looks for the id and beside it, and kept nowhere."""
    code = f"SN:{TOKEN};MAC:1"
    for scan in (code, f"SN:SPK0012;T:{TOKEN}"):
        assert take_scan(Sheet(), scan, BY_RULE) == Message.of("reason.id_is_token")
    (row,) = take_list(Sheet(), [Arrival(code)], BY_RULE)
    assert (row.device_id, row.arrived, row.note) == ("", "", Note.of(NoteReason.TOKEN_REMOVED))
    assert edit_id(scanned("SPK0012"), code, LABELS, RULES) == Message.of("reason.id_is_token")


def test_a_code_scanned_into_a_cell() -> None:
    """Scanning again over an id reads the code by the rule; a plain id typed in is one."""
    edited = row_of(edit_id(scanned("SPK0012"), "SN:SPK0013;MAC:1", LABELS, RULES))
    assert (edited.device_id, edited.label, edited.arrived) == ("SPK0013", "2026-11-25 0013", "SN:SPK0013;MAC:1")
    typed = row_of(edit_id(edited, "SPK0014", LABELS, RULES))
    assert (typed.device_id, typed.held) == ("SPK0014", None)


def test_a_waiting_scan_read_again() -> None:
    """A rule that comes later makes the same row of it; a label that somebody typed meanwhile stays."""
    waiting = scanned("SN:SPK0012;MAC:1")
    assert read_again(waiting, LABELS, RULES) == take_scan(Sheet(), "SN:SPK0012;MAC:1", BY_RULE)
    assert read_again(labelled(waiting, "mine"), LABELS, RULES).label == "mine"
    assert read_again(waiting, LABELS, ScanRules()) == waiting


def test_what_waits_for_a_rule() -> None:
    """A whole code does, until it was sent; a plain id and one that a rule has taken do not."""
    waiting = scanned("SN:SPK0012;MAC:1")
    assert waits_for_rule(waiting)
    assert not waits_for_rule(scanned("SPK0012"))
    assert not waits_for_rule(read_again(waiting, LABELS, RULES))
    assert not waits_for_rule(replace(waiting, outcome=Outcome(State.UNKNOWN)))
    assert not waits_for_rule(replace(waiting, arrived=""))
    rows = [replace(waiting, number=1), replace(scanned("SPK0012"), number=2)]
    assert list(rows_waiting_for_rule(Sheet(rows))) == [rows[0]]
    assert list(rows_waiting_for_rule(Sheet(replace(row, saved=True) for row in rows[1:2]))) == []


def test_a_scan_without_keys() -> None:
    """A serial port sends what the scanner sent: no keyboard's rule is put between."""
    stamp = replace(STAMP, rules=ScanRules(scanner=ScannerRules(keyboard=Keyboard.FRENCH, shortest=7)))
    assert without_keyboard(stamp) == replace(STAMP, rules=ScanRules(scanner=ScannerRules(shortest=7)))


# ---------------------------------------------------------------- a row that is scanned again


def test_another_scan_for_a_row() -> None:
    """The row keeps its number, and a label that somebody has typed; all else is the scan's."""
    row = replace(scanned("SPK0012"), source=Source.TYPED, operator="B7", outcome=Outcome(State.REFUSED))
    later = replace(STAMP, time=NOON + timedelta(hours=1))
    assert scan_again(Sheet([row]), row, "SPK0013", later) == Row(
        1, "SPK0013", "2026-11-25 0013", Source.SCANNED, later.time, operator="A12", arrived="SPK0013"
    )
    mine = labelled(row, "mine")
    assert row_of(scan_again(Sheet([mine]), mine, "SPK0013", STAMP)).label == "mine"


def test_another_scan_of_a_device_that_is_there() -> None:
    """The same code is told from that of another row."""
    first, second = scanned("SPK0012"), replace(scanned("SPK0013"), number=2)
    sheet = Sheet([first, second])
    assert scan_again(sheet, second, "SPK0013", STAMP) == Repeat(second)
    assert scan_again(sheet, second, "SPK0012", STAMP) == Repeat(first)


def test_another_scan_that_is_no_id() -> None:
    """A code whose parts no rule knows, and a token, become no row's id, and the reason is told."""
    row = scanned("SPK0012")
    sheet = Sheet([row])
    parts = scan_again(sheet, row, "SN:1;MAC:2", STAMP)
    assert isinstance(parts, Message)
    assert parts.id.startswith("reason.parts_")
    assert scan_again(sheet, row, TOKEN, STAMP) == Message.of("reason.id_is_token")
    by_rule = scan_again(sheet, row, "MAC:2;X:1", BY_RULE)
    assert isinstance(by_rule, Message)
