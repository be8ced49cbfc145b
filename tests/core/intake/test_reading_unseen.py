"""Characters that nobody can see, in and around an id, however it comes in and wherever in a code it stands."""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import groupby
from urllib.parse import quote

import pytest

from bindtool.core.barcode.id_rules import CaseRule, IdRules, PartKind, PartRule
from bindtool.core.common.messages import Message
from bindtool.core.common.safe_text import code_of
from bindtool.core.intake.intake import Arrival, Stamp, edit_id, edit_label, read_again, take_list, take_scan
from bindtool.core.labels.labeller import Labeller
from bindtool.core.labels.template import LabelTemplate
from bindtool.core.model.device import label_problem
from bindtool.core.model.row import Hold, HoldReason, Note, NoteReason, Row, Source
from bindtool.core.scanner.keyboard_layouts import mangled
from bindtool.core.scanner.scan_rules import Keyboard, ScannerRules, ScanRules
from bindtool.core.sheet.sheet import Sheet
from bindtool.core.sheet.status import id_problem_of, text_problem
from tests.core.intake.taken import row_of

ID = "SN77A1"
NOON = datetime(2026, 11, 25, 12).astimezone()
LABELS = Labeller(LabelTemplate.parse("{id:-6}"))
OLD = Row(1, "OLD", "", Source.SCANNED, NOON)
GTIN = "06901234567892"

LISTED = (
    "\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b\u180e\u180f\u2000\u200a\u200b\u200d\u200e\u202e\u202f"
    "\u205f\u2060\u2063\u2064\u2065\u2069\u206f\u2800\u3000\u3164\ufe00\ufe0f\ufeff\uffa0\ufff0\ufff9\ufffc\ufdd0\ufffe"
    "\uffff\U00016fe4\U0001bca0\U0001d159\U0001d173\U000e0001\U000e0041\U000e007f\U000e0100\U000e01ef\U000e0fff\U0010ffff"
)
UNSEEN_CATEGORIES = ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs")
STAY = ("Cc", "Cn", "Cs")
"""At the ends, too, they stay and keep the row from being sent: controls, what is not assigned, half a pair."""


def _of_each_category() -> Iterator[str]:
    """Yield some characters of each category: the first and the last of each run, of many runs every 40th."""
    beyond_ascii = map(chr, range(0x80, sys.maxunicode + 1))
    runs = [
        (kind, list(run)) for kind, run in groupby(beyond_ascii, unicodedata.category) if kind in UNSEEN_CATEGORIES
    ]
    for wanted in UNSEEN_CATEGORIES:
        ends = [end for kind, run in runs if kind == wanted for end in (run[0], run[-1])]
        yield from ends[:: max(1, len(ends) // 40)]


SIGNS = sorted({*LISTED, *_of_each_category()})


def _stays(sign: str) -> bool:
    never = (
        sign in LISTED
        or ord(sign) & 0xFFFE == 0xFFFE
        or "\ufdd0" <= sign <= "\ufdef"
        or "\U000e0000" <= sign <= "\U000e0fff"
    )
    return not never and sign != "\x85" and unicodedata.category(sign) in STAY


def _percent(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"))


FORMS: dict[str, tuple[PartRule, Callable[[str], str]]] = {
    "whole": (PartRule(), lambda text: text),
    "after a prefix": (PartRule(strip_prefix="S/N"), lambda text: f"S/N{text}"),
    "before a suffix": (PartRule(strip_suffix="/X"), lambda text: f"{text}/X"),
    "pairs": (PartRule(PartKind.PAIRS, "SN"), lambda text: f"SN:{text};MAC:0"),
    "pairs in quotes": (PartRule(PartKind.PAIRS, "SN"), lambda text: f"SN:'{text}';MAC:0"),
    "pairs with spaces": (PartRule(PartKind.PAIRS, "SN"), lambda text: f"SN:{text} MAC:0"),
    "JSON": (PartRule(PartKind.JSON, "SN"), lambda text: json.dumps({"SN": text}, ensure_ascii=False)),
    "JSON with escapes": (PartRule(PartKind.JSON, "SN"), lambda text: json.dumps({"SN": text})),
    "query": (PartRule(PartKind.URL_QUERY, "sn"), lambda text: f"https://h.example/d?sn={text}&b=1"),
    "query with escapes": (
        PartRule(PartKind.URL_QUERY, "sn"),
        lambda text: f"https://h.example/d?sn={_percent(text)}",
    ),
    "path": (PartRule(PartKind.URL_PATH), lambda text: f"https://h.example/d/{text}"),
    "path with escapes": (PartRule(PartKind.URL_PATH), lambda text: f"https://h.example/d/{_percent(text)}"),
    "list": (PartRule(PartKind.LIST), lambda text: f"{text};B2"),
    "list with spaces": (PartRule(PartKind.LIST), lambda text: f"{text} B2"),
    "GS1": (PartRule(PartKind.GS1), lambda text: f"]C101{GTIN}21{text}\x1d10B2"),
    "GS1 in brackets": (PartRule(PartKind.GS1), lambda text: f"(01){GTIN}(21){text}(10)B2"),
    "pattern": (PartRule(PartKind.PATTERN, "SN=(?P<id>[^;]*);"), lambda text: f"SN={text};x"),
    "pattern of letters": (PartRule(PartKind.PATTERN, "(?P<id>SN[A-Z0-9]+|A1)"), lambda text: f"x={text};x"),
}


def rows(text: str, rule: PartRule) -> Iterator[Row]:
    """Yield the row that a text makes each way; ids beyond ASCII are no reason to hold one."""
    rules = ScanRules(part=rule, ids=IdRules(odd_one_out=False, beyond_ascii=True))
    stamp = Stamp(Source.SCANNED, NOON, "A12", LABELS, rules)
    yield from take_list(Sheet(), [Arrival(text)], stamp)
    for row in (take_scan(Sheet(), text, stamp), edit_id(OLD, text, LABELS, rules)):
        assert isinstance(row, Row)
        yield row


IN_PARTS = {"reason.id_control", "reason.parts_gs1", "reason.parts_list"}


@pytest.mark.parametrize(("rule", "form"), FORMS.values(), ids=FORMS)
def test_inside_an_id_it_keeps_the_row_from_being_sent_and_is_named(
    rule: PartRule, form: Callable[[str], str]
) -> None:
    """Neither is it taken out, nor does an id end there unseen; what came stays with the row."""
    for sign in SIGNS:
        text = form(f"SN77{sign}A1")
        for row in rows(text, rule):
            problem = text_problem(row)
            if row.held is not None:
                assert row.held.reason is HoldReason.ID_UNSEEN, ascii(sign)
                assert f"SN77[{code_of(sign)}]A1" in str(row.held.parameters)
                assert problem is None or problem.id in IN_PARTS
            else:
                assert problem is not None, ascii(sign)
                assert problem.id == "reason.id_control", ascii(sign)
                # An address has no half characters, only bytes that are no text.
                assert str(problem.values["codes"]) in {code_of(sign), "U+FFFD"}
            assert row.arrived == text


@pytest.mark.parametrize("around", ["{0}SN77A1", "SN77A1{0}", "{0}{0}SN77A1 {0}"])
@pytest.mark.parametrize(("rule", "form"), FORMS.values(), ids=FORMS)
def test_at_the_ends_of_an_id_it_goes_and_is_named(rule: PartRule, form: Callable[[str], str], around: str) -> None:
    """The note has its name. What may mean something stays, and keeps the row from being sent."""
    for sign in SIGNS:
        text = form(around.format(sign))
        for row in rows(text, rule):
            if _stays(sign):
                assert id_problem_of(row) is not None or row.held_for is HoldReason.ID_UNSEEN, ascii(sign)
            else:
                assert (row.device_id, row.held, text_problem(row)) == (ID, None, None), ascii(sign)
                assert row.note is not None, ascii(sign)
                assert code_of(sign) in str(row.note.parameters), (ascii(sign), row.note)
            assert row.arrived == text


SN, QUERY = PartRule(PartKind.PAIRS, "SN"), PartRule(PartKind.URL_QUERY, "sn")


def changed(before: str) -> Note:
    """Return the note of a text that has become SPK1."""
    return Note.of(NoteReason.CHANGED, before=before, after="SPK1")


@pytest.mark.parametrize(
    ("text", "rule", "note"),
    [
        ("SN:spk1\u00a0;MAC:0", SN, changed("spk1[U+00A0]")),
        (f"https://h.example/{'d' * 60}?sn=spk1%C2%A0", QUERY, changed("spk1[U+00A0]")),
        (f"https://h.example/{'d' * 60}?sn=spk1", QUERY, changed("spk1")),
        ("https://h.example/SPK1?sn=spk1", QUERY, changed("https://h.example/SPK1?sn=spk1")),
        ('{"SN":"\\u0053PK1"}', PartRule(PartKind.JSON, "SN"), changed('{"SN":"\\u0053PK1"}')),
        (f"https://h.example/{'d' * 60}?sn=SP%4B1", QUERY, changed(f"https://h.example/{'d' * 41}…")),
        ("]C0SPK1\u200b", PartRule(), changed("]C0SPK1[U+200B]")),
        ("]C0ＳPK1", PartRule(), changed("]C0ＳPK1")),
        ("]C0SPK1 ", PartRule(), Note.of(NoteReason.CHANGED_MARK, mark="]C0")),
        ("https://h.example/?sn=%20SPK1", QUERY, Note.of(NoteReason.CHANGED_SPACES)),
        ("SN: SPK1 ;MAC: 0", SN, None),
    ],
)
def test_what_was_taken_off_is_said_besides_other_changes(text: str, rule: PartRule, note: Note | None) -> None:
    """Where a mark, a rule or the case has changed the text as well, the note shows it before and after."""
    rules = ScanRules(part=rule, ids=IdRules(case=CaseRule.UPPER))
    row = row_of(take_scan(Sheet(), text, Stamp(Source.SCANNED, NOON, "A12", LABELS, rules)))
    assert (row.device_id, row.note, row.held) == ("SPK1", note, None)


def test_keys_of_another_keyboard_are_shown_with_what_can_not_be_seen() -> None:
    """What was taken off besides is in the text that arrived."""
    rules = ScanRules(scanner=ScannerRules(keyboard=Keyboard.FRENCH))
    arrived = f"\u200b{mangled('SPK1', Keyboard.FRENCH)}"
    row = row_of(take_scan(Sheet(), arrived, Stamp(Source.SCANNED, NOON, "A12", LABELS, rules)))
    shown = arrived.replace("\u200b", "[U+200B]")
    assert (row.device_id, row.note) == ("SPK1", Note.of(NoteReason.KEYBOARD, before=shown))


def test_what_can_not_be_seen_comes_before_any_other_reason() -> None:
    """Whoever ticks a row of a hidden line, or of a second sticker, would let go what nobody has seen."""
    text, held = "SN77\u200bA1", Hold.of(HoldReason.ID_UNSEEN, text="SN77[U+200B]A1")
    hidden = Arrival(text, held=Hold.of(HoldReason.HIDDEN_ROW))
    for rule in (PartRule(), SN):
        stamp = Stamp(Source.SCANNED, NOON, "A12", LABELS, ScanRules(part=rule))
        for row in (*take_list(Sheet(), [hidden], stamp), take_scan(Sheet(), text, stamp, before="SN")):
            assert isinstance(row, Row)
            assert row.held == held
            assert read_again(row, LABELS, ScanRules(part=SN)).held == held


@pytest.mark.parametrize(
    ("text", "rule", "reason"),
    [
        ("SN77\u00a0A1", PartRule(), HoldReason.ID_UNSEEN),
        ("SN77\u00a0A1 B2", PartRule(), None),
        ("SN:SN77\u200bA1;MAC:0", PartRule(), None),
        ("MAC:\u200b0;IP:1", SN, HoldReason.PART_NO_FIELD),
        ('{"SN":"1",\u00a0"M":1}', PartRule(PartKind.JSON, "SN"), HoldReason.ID_UNSEEN),
        ("x=S\u200bN1;y", PartRule(PartKind.PATTERN, "SN(?P<id>1)"), HoldReason.ID_UNSEEN),
    ],
    ids=ascii,
)
def test_a_code_with_parts_is_held_for_what_is_wrong_with_it(text: str, rule: PartRule, reason: HoldReason) -> None:
    """That a part can't be seen says more only where it makes the text a list, or keeps it from being read."""
    for row in rows(text, rule):
        assert (row.device_id, row.held_for) == (text, reason)
        assert text_problem(row) is not None


@pytest.mark.parametrize("text", ["SN\u200b:SPK1;MAC:0", "\u00a0SN\u00a0:SPK1;MAC:0"], ids=ascii)
def test_the_name_of_a_part_is_found_without_it(text: str) -> None:
    """A name is no id: what can't be seen around it tells nothing."""
    assert {row.device_id for row in rows(text, PartRule(PartKind.PAIRS, "sn"))} == {"SPK1"}


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\x7f", "\ufffd"], ids=ascii)
def test_what_is_no_text_ends_no_id(sign: str) -> None:
    """A pattern goes on behind a control character, which is sent by mistake, not behind a separator."""
    rule = PartRule(PartKind.PATTERN, "(?P<id>SN[A-Z0-9]+)")
    for row in rows(f"x=SN77{sign}A1;x", rule):
        assert row.device_id == f"SN77{sign}A1"
        assert text_problem(row) == Message.of("reason.id_control", codes=code_of(sign))
    for separator in "\x1d\t ;":
        assert {row.device_id for row in rows(f"x=SN77{separator}A1;x", rule)} == {"SN77"}


def test_two_lines_do_not_become_one() -> None:
    """A web address has no line ends, and what stands behind one is no part of the id in it."""
    for row in rows("https://h.example/?sn=SPK1\nMade in China", PartRule(PartKind.URL_QUERY, "sn")):
        problem = text_problem(row)
        assert problem is not None
        assert problem.id == "reason.id_control"


def test_a_label_of_what_can_be_seen() -> None:
    """The template counts what people see; a label that somebody gave loses what is unseen at its ends."""
    stamp = Stamp(Source.SCANNED, NOON, "A12", LABELS)
    made, given = take_list(
        Sheet(), [Arrival("SPK1234\u200b56"), Arrival("SPK2", "\u200bHall\u00a0\u200d1\u200b")], stamp
    )
    assert (made.label, given.label) == ("123456", "Hall\u00a0\u200d1")
    assert LABELS.made_label_of(made)
    edited = row_of(edit_label(made, "\ufeffHall "))
    assert edited.label == "Hall"
    assert label_problem("\u200b") == Message.of("reason.label_missing")
