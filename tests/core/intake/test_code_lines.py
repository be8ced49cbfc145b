"""A code of several lines: the line that the rule names is its id; where no rule fits, nobody sends it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bindtool.core.barcode.id_rules import IdRules, PartKind, PartRule
from bindtool.core.common.messages import Message
from bindtool.core.intake.code_lines import joined, line_with_id, lines_of
from bindtool.core.intake.intake import Arrival, Repeat, Stamp, read_again, take_lines, take_list, take_scan
from bindtool.core.labels.labeller import Labeller
from bindtool.core.labels.template import LabelTemplate
from bindtool.core.model.outcome import State
from bindtool.core.model.row import HoldReason, Row, Source
from bindtool.core.scanner.scan_rules import ScanRules
from bindtool.core.sheet.sheet import Sheet
from tests.core.intake.taken import row_of

NOON = datetime(2026, 10, 9, 12, tzinfo=UTC)
LABELS = Labeller(LabelTemplate.parse("Hall {id}"))
FOUR = ["www.example.com", "C26113001", "ABCDEF", "CS-1"]
CODE = joined(FOUR)
TOKEN = "pat_0123456789abcdef0123"
LONG = joined([f"SPK26113F2{n:03}" for n in range(1000)])


def stamp(part: PartRule | None = None) -> Stamp:
    """Return the stamp of a scan by a rule."""
    return Stamp(Source.SCANNED, NOON, "A12", LABELS, ScanRules(part=part or PartRule()), saved=True)


def scanned(text: str, part: PartRule | None = None, sheet: Sheet | None = None) -> Row:
    """Return the row that a scan makes."""
    return row_of(take_scan(sheet or Sheet(), text, stamp(part)))


def state(row: Row) -> State:
    """Return how the row stands, alone in a sheet."""
    return Sheet([row]).status(row.number).state


def test_lines_are_joined_and_parted() -> None:
    """Empty ones are none; a line feed is a character of a code."""
    assert lines_of(CODE) == FOUR
    assert lines_of("\rSPK1\r\r \rSPK\n2\r") == ["SPK1", "SPK\n2"]


@pytest.mark.parametrize(
    ("text", "line"), [(CODE, "C26113001"), ("C26113001", "C26113001"), (joined(FOUR[:3]), joined(FOUR[:3]))]
)
def test_the_line_that_a_rule_names(text: str, line: str) -> None:
    """It names none of a code with more lines or fewer."""
    assert line_with_id(text, PartRule(lines=4, line=2)) == line


def test_without_a_rule_it_waits() -> None:
    """Nothing of it is ready, none of it has a label, and it can't be ticked."""
    row = scanned(CODE)
    assert (row.device_id, row.label, row.held_for, row.arrived) == (CODE, "", HoldReason.LINES, CODE)
    status = Sheet([row]).status(row.number)
    assert (status.state, status.held) == (State.INCOMPLETE, False)
    assert Sheet([row]).held_for(HoldReason.LINES) == 1


@pytest.mark.parametrize(
    "part",
    [
        PartRule(PartKind.PATTERN, r"(?P<id>C\d+)"),
        PartRule(PartKind.LIST, place=1),
        PartRule(lines=2, line=2),
        PartRule(lines=5, line=2),
    ],
)
def test_no_other_rule_takes_an_id_of_it(part: PartRule) -> None:
    """A scanner that pours out what it has stored sends several codes so: all but one would be lost."""
    row = scanned(CODE, part)
    assert (row.device_id, row.held_for, state(row)) == (CODE, HoldReason.LINES, State.INCOMPLETE)


def test_by_the_rule_its_line_is_the_id() -> None:
    """The row keeps the whole code; the other rules are for the line."""
    row = scanned(CODE, PartRule(lines=4, line=2))
    assert (row.device_id, row.label, row.held, row.arrived) == ("C26113001", "Hall C26113001", None, CODE)
    assert state(row) is State.READY
    row = scanned(joined(["1", "SN:SPK1;MAC:0"]), PartRule(PartKind.PAIRS, "SN", lines=2, line=2))
    assert (row.device_id, state(row)) == ("SPK1", State.READY)
    rules = ScanRules(part=PartRule(lines=2, line=1), ids=IdRules(length=4))
    held = row_of(take_scan(Sheet(), joined(["SPK26", "V2"]), Stamp(Source.SCANNED, NOON, "A12", LABELS, rules)))
    assert held.held_for is HoldReason.OTHER_LENGTH


def test_the_line_with_the_id_is_read_as_a_scan() -> None:
    """It came by keys: Caps Lock may have been on."""
    rule = PartRule(lines=2, line=2)
    sheet = Sheet([replace(scanned(joined(["V2", f"C2611300{n}"]), rule), number=n) for n in range(1, 4)])
    row = row_of(take_scan(sheet, joined(["V2", "c26113004"]), stamp(rule)))
    assert row.held_for is HoldReason.CAPS_LOCK


def test_a_line_with_parts_needs_one_more_rule() -> None:
    """It is no id as a whole, and being a part of the code makes it none."""
    row = scanned(joined(["SN:SPK1;MAC:0", "V2"]), PartRule(lines=2, line=1))
    assert (row.device_id, state(row)) == (row.arrived, State.INCOMPLETE)
    assert row.held is None


@pytest.mark.parametrize(
    ("text", "reason"), [("CS-1", HoldReason.PART_PLAIN), ("CS-1\u200b7", HoldReason.ID_UNSEEN)]
)
def test_one_line_where_several_are_expected(text: str, reason: HoldReason) -> None:
    """It is another sticker, or all that came of a code: somebody looks at it."""
    assert scanned(text, PartRule(lines=4, line=2)).held_for is reason


def test_an_access_token_in_a_line_is_not_kept() -> None:
    """Neither alone, nor in a code that is longer than any."""
    for text in (joined(["SPK1", TOKEN]), joined([LONG, TOKEN])):
        message = take_scan(Sheet(), text, stamp())
        assert isinstance(message, Message)
        assert message.id == "reason.id_is_token"


def test_many_codes_at_once_are_one_row() -> None:
    """Together they may be longer than any code; none of them is refused or lost."""
    row = scanned(LONG)
    assert (row.held_for, len(lines_of(row.arrived))) == (HoldReason.LINES, 1000)


def test_a_line_more() -> None:
    """The row of the first line becomes that of all, label and all; a label that somebody gave stays."""
    first = scanned(FOUR[1])
    sheet = Sheet([first])
    row = row_of(take_lines(sheet, first, joined(FOUR[1:3]), stamp()))
    assert (row.number, row.label, row.held_for) == (first.number, "", HoldReason.LINES)
    again = take_lines(Sheet([row]), row, FOUR[1], stamp())
    assert again == first


def test_a_code_that_was_scanned_before() -> None:
    """Its first line was a new row until the last one came."""
    before = scanned(CODE)
    sheet = Sheet([before])
    first = scanned(FOUR[0], sheet=sheet)
    sheet = Sheet([before, first])
    assert take_lines(sheet, first, CODE, stamp()) == Repeat(before)


def test_a_token_in_a_line_more() -> None:
    """The row stays as it is."""
    first = scanned(FOUR[0])
    message = take_lines(Sheet([first]), first, joined([FOUR[0], TOKEN]), stamp())
    assert not isinstance(message, Row | Repeat)
    assert message.id == "reason.id_is_token"


def test_what_has_waited_is_read_by_the_rule() -> None:
    """As if it had come in later; codes of another number of lines go on waiting."""
    rules = ScanRules(part=PartRule(lines=4, line=2))
    read = read_again(scanned(CODE), LABELS, rules)
    assert (read.device_id, read.label, read.held) == ("C26113001", "Hall C26113001", None)
    other = scanned(joined(FOUR[:2]))
    assert read_again(other, LABELS, rules) == other


def test_a_cell_of_several_lines_is_no_code_of_them() -> None:
    """What was pasted is read as a list's cells are."""
    (row,) = take_list(Sheet(), [Arrival(CODE)], replace(stamp(), source=Source.PASTED))
    assert row.held is None
    read = read_again(row, LABELS, ScanRules(part=PartRule(PartKind.PATTERN, r"(?P<id>C\d+)")))
    assert (read.device_id, read.held) == ("C26113001", None)


def test_each_line_is_read_as_a_scan() -> None:
    """A line with parts is none that a list has; a plain one is an id."""
    codes = ["SPK26113F2001", "SPK26113F2002SPK26113F2003"]
    first, second = take_list(Sheet(), map(Arrival, codes), stamp())
    assert (first.device_id, first.source, first.held) == (codes[0], Source.SCANNED, None)
    assert second.held_for is HoldReason.RUN_TOGETHER
