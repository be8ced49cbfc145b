"""Labels that are scanned after their devices: which code is one, which row it is for, and when it is for none."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bindtool.core.barcode.id_rules import IdRules, PartKind, PartRule
from bindtool.core.common.messages import Message
from bindtool.core.intake.intake import (
    Arrival,
    Repeat,
    Stamp,
    edit_id,
    read_again,
    scan_again,
    take_list,
    take_scan,
)
from bindtool.core.intake.next_label import NamedRow, Placing, ScannedLabel, place_label
from bindtool.core.labels.labeller import Labeller
from bindtool.core.labels.template import LabelFrom, LabelTemplate
from bindtool.core.model.outcome import State
from bindtool.core.model.row import Hold, HoldReason, Row, Source
from bindtool.core.scanner.scan_rules import ScanRules
from bindtool.core.sheet.edits import UndoStack
from bindtool.core.sheet.sheet import Edit, Sheet
from tests.core.intake.taken import row_of

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
LABELS = Labeller(LabelTemplate.parse("{id:-6}"), label_from=LabelFrom.NEXT_CODE)
IDS = "SPK[0-9A-F]{10}"
ONE, TWO = "SPK26113F2001", "SPK26113F2002"
TEN = [f"SPK26113F20{n:02}" for n in range(10, 20)]
TOKEN = "pat_0123456789abcdef"
NO_PART = PartRule()
PAIRS = PartRule(PartKind.PAIRS, "SN")


def stamp(ids: str = IDS, labels: str = "", part: PartRule = NO_PART, source: Source = Source.SCANNED) -> Stamp:
    """Return what a row gets that comes in where labels are scanned."""
    rules = ScanRules(part=part, ids=IdRules(ids))
    return Stamp(source, NOON, "A12", LABELS, rules, saved=True, label_pattern=labels)


def a_row(number: int = 1, device_id: str = ONE, label: str = "", held: HoldReason | None = None) -> Row:
    """Return a scanned row that the disk has."""
    why = None if held is None else Hold.of(held)
    return Row(number, device_id, label, Source.SCANNED, NOON, arrived=device_id, held=why, saved=True)


# ---------------------------------------------------------------- which code is a label


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Hall-7", "Hall-7"),
        ("3F2001", "3F2001"),
        (" 智能音箱 12 ", "智能音箱 12"),
        ("]C1Hall-7", "Hall-7"),
        ("https://example.com/7", "https://example.com/7"),
        ("（7）", "（7）"),
    ],
)
def test_without_a_pattern_for_labels_what_is_no_id_is_one(text: str, label: str) -> None:
    """It is taken as it was scanned, but for spaces at its ends and a scanner's mark."""
    assert take_scan(Sheet([a_row()]), text, stamp()) == ScannedLabel(label)


@pytest.mark.parametrize(
    "text", [ONE, f"SN:{ONE};MAC:5C-02-72", f"{ONE};{TWO}", f"{ONE}{TWO}", "]E06901234567892", f"Hall\r{ONE}"]
)
def test_what_may_be_an_id_is_none(text: str) -> None:
    """An id, several, a part of a code that is one, lines, and a box's own number make rows."""
    assert isinstance(take_scan(Sheet(), text, stamp()), Row)


def test_an_id_that_caps_lock_has_turned_round_is_no_label() -> None:
    """After ten of a kind it is known as one; it makes a row, and gives none to the device before."""
    sheet = Sheet(a_row(number, device_id) for number, device_id in enumerate(TEN, 1))
    taken = row_of(take_scan(sheet, ONE.swapcase(), stamp()))
    assert taken.held_for is HoldReason.CAPS_LOCK


@pytest.mark.parametrize("part", [PAIRS, PartRule(PartKind.JSON, "sn")])
def test_a_plain_code_is_a_label_where_ids_are_part_of_a_code(part: PartRule) -> None:
    """Without its part it would be held as a device."""
    assert take_scan(Sheet(), "Hall-7", stamp(part=part)) == ScannedLabel("Hall-7")
    assert isinstance(take_scan(Sheet(), f"SN:{ONE};MAC:5C-02-72", stamp(part=part)), Row)


@pytest.mark.parametrize(
    ("ids", "text", "taken"),
    [
        (IDS, "L-12", ScannedLabel("L-12")),
        (IDS, ONE, None),
        (IDS, "Hall-7", HoldReason.OTHER_PATTERN),
        ("", "L-12", ScannedLabel("L-12")),
        ("", "Hall-7", None),
        ("L-[0-9]+|SPK.*", "L-12", HoldReason.ID_OR_LABEL),
    ],
)
def test_with_a_pattern_for_labels_it_decides(ids: str, text: str, taken: ScannedLabel | HoldReason | None) -> None:
    """What fits none of the two is held as a device, and what fits both as one that may be a label."""
    found = take_scan(Sheet(), text, stamp(ids, "L-[0-9]+"))
    assert (found.held_for if isinstance(found, Row) else found) == taken


def test_neither_token_nor_nothing_is_a_label() -> None:
    """They are refused as ever, whatever the pattern for labels allows."""
    assert take_scan(Sheet(), TOKEN, stamp(labels=".*")) == Message.of("reason.id_is_token")
    assert take_scan(Sheet(), " ", stamp(labels=".*")) == Message.of("reason.id_missing")


def test_after_a_pause_both_doubts_are_kept() -> None:
    """A label names what came before it; a row that may be a label is held for the pause first."""
    assert take_scan(Sheet(), "Hall-7", stamp(), before="SPK") == ScannedLabel("Hall-7", "SPK")
    taken = row_of(take_scan(Sheet(), ONE, stamp(labels="SPK.*"), before="SPK"))
    assert taken.held_for is HoldReason.PAUSED


def test_a_label_is_no_id_of_a_row_that_is_scanned_again() -> None:
    """The row keeps waiting for its device."""
    assert scan_again(Sheet([a_row()]), a_row(), "Hall-7", stamp()) == Message.of(
        "next_label.is_no_device", text="Hall-7"
    )


def test_what_fits_both_and_is_there_repeats_its_row() -> None:
    """The sheet has it as a device."""
    taken = take_scan(Sheet([a_row()]), ONE, stamp(labels="SPK.*"))
    assert isinstance(taken, Repeat)


# ---------------------------------------------------------------- which rows wait for one


def test_a_scanned_row_has_no_label_and_can_not_be_sent() -> None:
    """It is incomplete, and no tick helps; with a label it is ready."""
    row = row_of(take_scan(Sheet(), ONE, stamp()))
    waiting, labelled = Sheet([row]).status(1), Sheet([replace(row, label="Hall-7")]).status(1)
    assert (waiting.state, waiting.reason, waiting.held) == (
        State.INCOMPLETE, Message.of("reason.label_missing"), False
    )  # fmt: skip
    assert labelled.state is State.READY


@pytest.mark.parametrize("source", [Source.PASTED, Source.FILE])
def test_rows_of_a_list_keep_its_label_or_get_the_template_s(source: Source) -> None:
    """Nobody scans a second code for them."""
    came = [Arrival(ONE, "Hall-7"), Arrival(TWO)]
    rows = take_list(Sheet(), came, stamp(source=source))
    assert [row.label for row in rows] == ["Hall-7", "3F2002"]


def test_a_row_that_is_corrected_goes_on_waiting() -> None:
    """By typing, once and again, by scanning, or by another rule: nobody has said its label."""
    row = a_row(device_id="SPK")
    typed = row_of(edit_id(row, ONE, LABELS))
    again = row_of(edit_id(typed, TWO, LABELS))
    scanned = row_of(scan_again(Sheet([row]), row, ONE, stamp()))
    read = read_again(row, LABELS, ScanRules())
    assert [one.label for one in (typed, again, scanned, read)] == ["", "", "", ""]


def test_a_listed_row_that_is_corrected_gets_the_template_s() -> None:
    """Its text was no id, so it has none yet."""
    row = row_of(edit_id(replace(a_row(device_id="SPK 1"), source=Source.FILE), TWO, LABELS))
    assert row.label == "3F2002"


# ---------------------------------------------------------------- whose it is

LABEL = ScannedLabel("Hall-7")
NEW, REPEATED = NamedRow(1), NamedRow(1, repeat=True)
NOWHERE = Message.of("next_label.no_device", text="Hall-7")
HELD = Message.of("next_label.held", text="Hall-7", row=1)


@pytest.mark.parametrize(
    ("row", "named", "label", "placing"),
    [
        (a_row(), NEW, LABEL, Placing.GIVE),
        (a_row(held=HoldReason.BOUND_BEFORE), NEW, LABEL, Placing.GIVE),
        (a_row(label="7"), NEW, LABEL, Placing.ASK),
        (a_row(), REPEATED, LABEL, Placing.ASK),
        (a_row(label="7"), REPEATED, LABEL, Placing.ASK),
        (a_row(label="Hall-7"), REPEATED, LABEL, Placing.SAME),
        (a_row(held=HoldReason.LABEL_IN_ROW, label="7"), REPEATED, LABEL, Placing.ASK),
        (a_row(), None, LABEL, NOWHERE),
        (a_row(device_id="SN:1;MAC:2"), NEW, LABEL, NOWHERE),
        (a_row(held=HoldReason.OTHER_PATTERN), NEW, LABEL, HELD),
        (a_row(held=HoldReason.ODD_ONE_OUT), REPEATED, LABEL, HELD),
        (a_row(), NEW, ScannedLabel("Hall\x077"), Message.of("reason.label_control", codes="U+0007")),
        (
            a_row(), NEW, ScannedLabel("Hall-7", "SPK"),
            Message.of("next_label.paused", text="Hall-7", before="SPK"),
        ),
    ],
)  # fmt: skip
def test_whose_a_label_is(
    row: Row, named: NamedRow | None, label: ScannedLabel, placing: Placing | Message
) -> None:
    """A new row's at once, a repeat's or a labelled one's after asking, and nobody's where there is a doubt."""
    assert place_label(Sheet([row]), named, label) == placing


def test_a_run_keeps_its_rows() -> None:
    """What is being sent is not changed."""
    sheet = Sheet([a_row()])
    sheet.take_up([1])
    assert place_label(sheet, REPEATED, LABEL) == Message.of("next_label.run_has_it", text="Hall-7", row=1)


def test_a_new_row_is_the_last_until_anything_is_edited() -> None:
    """More lines of its own code are none; another row, an edit of it, taking it back, and another sheet are."""
    sheet = Sheet()
    edits, named = UndoStack(sheet), NamedRow(1)
    assert not named.is_last(sheet, edits.last)
    edits.push(sheet.change((), [a_row()]))
    assert named.is_last(sheet, edits.last)
    edits.push(sheet.change([a_row(device_id=TWO)]), joined=True)
    assert named.is_last(sheet, edits.last)
    edits.push(sheet.change((), [a_row(2, TEN[0])]))
    assert not named.is_last(sheet, edits.last)
    edits.undo()
    assert named.is_last(sheet, edits.last)
    edits.push(sheet.change([a_row(label="Hall-8")]))
    assert not named.is_last(sheet, edits.last)
    edits.undo()
    edits.undo()
    assert not named.is_last(sheet, edits.last)
    assert not NamedRow(1).is_last(Sheet([a_row()]), None)


def test_a_repeat_s_row_is_the_last_until_anything_is_edited() -> None:
    """Whatever is edited: a list that came in, for one."""
    sheet = Sheet([a_row()])
    edits = UndoStack(sheet)
    named = NamedRow(1, repeat=True, newest=edits.last)
    assert named.is_last(sheet, edits.last)
    edits.push(sheet.change((), [a_row(2, TWO)]))
    assert not named.is_last(sheet, edits.last)
    assert not replace(named, newest=Edit((), ())).is_last(sheet, edits.last)
