"""Rows that are held for their label."""

from __future__ import annotations

from dataclasses import replace

from bindtool.core.common.errors import StoreFailed
from bindtool.core.intake.holds import LONG, HoldRules, lacks_label
from bindtool.core.labels.labeller import Labeller
from bindtool.core.labels.numbers import Blocks
from bindtool.core.labels.template import LabelFrom, LabelTemplate
from bindtool.core.model.outcome import State
from bindtool.core.model.row import Hold, HoldReason, Note, NoteReason, Source
from bindtool.core.sheet.sheet import Sheet
from bindtool.core.store import Store
from tests.core.store.samples import CHANNEL, row

LABELS = Labeller(LabelTemplate.parse("{id:-4}"))
ODD = Hold.of(HoldReason.ODD_ONE_OUT)
BOUND = Hold.of(HoldReason.LABEL_BOUND, device_id="SPK0001")


def test_a_label_that_a_bound_device_has(holds: HoldRules) -> None:
    """Another device is held; the same device may be bound again, and on another channel it is free."""
    rows = [row(1, "SPK0002", label="Speaker 1"), row(2, "SPK0001", label="Speaker 1")]
    held = holds.hold_labels(CHANNEL, Sheet(), rows[:1], LABELS)
    assert held == (replace(rows[0], held=BOUND),)
    assert holds.hold_labels(CHANNEL, Sheet(), rows[1:], LABELS) == (rows[1],)
    assert holds.hold_labels(replace(CHANNEL, key="sn"), Sheet(), rows[:1], LABELS) == (rows[0],)


def test_a_label_that_many_rows_have(holds: HoldRules) -> None:
    """The first of them is named, but to its own device, which is told of the next."""
    sheet = Sheet([row(1, "A", label="hall"), row(2, "B", label="hall"), row(3, "C", label="hall")])
    rows = [row(4, "A", label="hall"), row(5, "D", label="hall")]
    held = [each.held for each in holds.hold_labels(None, sheet, rows, LABELS)]
    assert held == [Hold.of(HoldReason.LABEL_IN_ROW, row=2), Hold.of(HoldReason.LABEL_IN_ROW, row=1)]


def test_a_label_that_another_row_has(holds: HoldRules) -> None:
    """Of the sheet, or earlier in the same list; the same device's other row counts as a repeat, not here."""
    sheet = Sheet([row(1, "A", label="hall"), row(2, "B", label="shelf")])
    rows = [
        row(3, "C", label="hall"),
        row(4, "D", label="kitchen"),
        row(5, "E", label="kitchen"),
        row(6, "D", label="kitchen"),
        row(7, "B", label="shelf"),
        row(8, "F", label="stairs"),
    ]
    held = {each.number: each.held for each in holds.hold_labels(None, sheet, rows, LABELS)}
    assert held == {
        3: Hold.of(HoldReason.LABEL_IN_ROW, row=1),
        4: None,
        5: Hold.of(HoldReason.LABEL_IN_ROW, row=4),
        6: Hold.of(HoldReason.LABEL_IN_ROW, row=5),
        7: None,
        8: None,
    }


def test_rows_that_are_changed_together(holds: HoldRules) -> None:
    """What they had before does not count: two rows may change labels with each other."""
    sheet = Sheet([row(1, "A", label="hall"), row(2, "B", label="shelf")])
    rows = (replace(sheet[1], label="shelf"), replace(sheet[2], label="hall"))
    assert holds.hold_labels(None, sheet, rows, LABELS) == rows


def test_a_label_that_is_long(holds: HoldRules) -> None:
    """One that is longer than any that is known to work waits for a tick."""
    rows = [row(1, label="x" * LONG), row(2, label="x" * (LONG + 1))]
    held = [each.held for each in holds.hold_labels(CHANNEL, Sheet(), rows, LABELS)]
    assert held == [None, Hold.of(HoldReason.LABEL_LONG, length=LONG + 1, limit=LONG)]


def test_other_reasons_stay(holds: HoldRules) -> None:
    """A row is held for one reason at a time; a reason that its new label does not have any more goes."""
    odd = replace(row(1, "SPK0002", label="Speaker 1"), held=ODD)
    better = replace(row(1, "SPK0002", label="hall"), held=BOUND)
    empty = replace(row(3), label="", held=BOUND)
    assert holds.hold_labels(CHANNEL, Sheet(), [odd], LABELS) == (odd,)
    assert [each.held for each in holds.hold_labels(CHANNEL, Sheet(), [better, empty], LABELS)] == [None, None]


def test_one_name_for_all_devices(holds: HoldRules) -> None:
    """Where the profile gives every device the same label, it is meant; another one is looked at all the same."""
    labels = Labeller(LabelTemplate.parse("Speaker 1"))
    same, other = row(1, "SPK0002", label="Speaker 1"), [row(n, label="hall") for n in (2, 3)]
    assert holds.hold_labels(CHANNEL, Sheet(), [same], labels) == (same,)
    assert [each.held for each in holds.hold_labels(CHANNEL, Sheet(), other, labels)] == [
        None,
        Hold.of(HoldReason.LABEL_IN_ROW, row=2),
    ]


def test_labels_that_the_template_makes(holds: HoldRules) -> None:
    """Where the ids end alike no scan is held: the row says who has the label too, as long as somebody has."""
    labels = Labeller(LabelTemplate.parse("{id:-1}" + "x" * LONG))
    long = holds.hold_labels(None, Sheet(), [row(1, "A1", label="1" + "x" * LONG)], labels)[0]
    assert (long.held, long.note) == (None, Note.of(NoteReason.LABEL_LONG, length=LONG + 1, limit=LONG))
    labels = Labeller(LabelTemplate.parse("Speaker {id:-1}"))
    bound, second = (row(number, f"NEW{number}1", label="Speaker 1") for number in (7, 8))
    assert holds.hold_labels(CHANNEL, Sheet(), [bound], labels)[0].note == Note.of(
        NoteReason.LABEL_BOUND, device_id="SPK0001"
    )
    sheet = Sheet([bound])
    noted = holds.hold_labels(None, sheet, [second], labels)[0]
    assert (noted.held, noted.note) == (None, Note.of(NoteReason.LABEL_IN_ROW, row=7))
    renamed = holds.hold_labels(None, sheet, [replace(noted, label="hall")], labels)[0]
    assert (renamed.held, renamed.note) == (None, None)
    spaces = replace(row(9, "A9", label="Speaker 9"), note=Note.of(NoteReason.CHANGED_SPACES))
    assert holds.hold_labels(None, sheet, [spaces], labels) == (spaces,)


def test_a_ledger_that_can_not_be_read(holds: HoldRules, bound_store: Store, failures: list[StoreFailed]) -> None:
    """The sheet counts alone, and somebody hears of it."""
    bound_store.close()
    rows = [row(1, "A", label="Speaker 1"), row(2, "B", label="Speaker 1")]
    assert [each.held for each in holds.hold_labels(CHANNEL, Sheet(), rows, LABELS)] == [
        None,
        Hold.of(HoldReason.LABEL_IN_ROW, row=1),
    ]
    assert [failure.id for failure in failures] == ["store.failed"]


def test_out_of_running_numbers(holds: HoldRules) -> None:
    """A device that got no label is held for it, unless it is held for more; with a number it goes."""
    labels = Labeller(LabelTemplate.parse("音箱-{n}"), Blocks([]))
    bare, odd, unfit, given = (replace(row(number), label="") for number in range(1, 5))
    odd, unfit, given = replace(odd, held=ODD), replace(unfit, device_id=""), replace(given, label="hall")
    held = holds.hold_labels(CHANNEL, Sheet(), [bare, odd, unfit, given], labels)
    assert [each.held for each in held] == [Hold.of(HoldReason.NO_NUMBER), ODD, None, None]
    assert [lacks_label(each) for each in (bare, odd, unfit, given)] == [True, True, False, False]
    assert isinstance(labels.numbers, Blocks)
    labels.numbers.add(range(501, 600))
    labelled = labels.relabel(held[:1])
    assert (labelled[0].label, labelled[0].held) == ("音箱-501", Hold.of(HoldReason.NO_NUMBER))
    assert [each.held for each in holds.hold_labels(CHANNEL, Sheet(), labelled, labels)] == [None]
    assert [each.held for each in holds.hold_labels(CHANNEL, Sheet(), held[:1], labels)] == [None]


def test_no_tick_makes_up_for_a_number(holds: HoldRules) -> None:
    """The row is incomplete and says what is missing; a label by hand helps."""
    labels = Labeller(LabelTemplate.parse("音箱-{n}"), Blocks([]))
    held = holds.hold_labels(CHANNEL, Sheet(), [replace(row(1), label="", saved=True)], labels)
    sheet = Sheet(held)
    standing = sheet.status(1)
    assert (standing.state, standing.reason, standing.held) == (
        State.INCOMPLETE,
        Hold.of(HoldReason.NO_NUMBER).message,
        False,
    )
    by_hand = holds.hold_labels(CHANNEL, sheet, [replace(held[0], label="hall")], labels)
    sheet.change(by_hand)
    sheet.mark_saved([1])
    assert sheet.status(1).state is State.READY
    bound = Sheet([replace(held[0], held=BOUND)])
    assert bound.status(1).reason != Hold.of(HoldReason.NO_NUMBER).message


def test_no_number_is_needed_for_a_label_that_is_scanned(holds: HoldRules) -> None:
    """Where the next code is the label, only the rows of lists are held for want of a number."""
    labels = Labeller(LabelTemplate.parse("{n}"), Blocks([], []), LabelFrom.NEXT_CODE)
    rows = [replace(row(1), label=""), replace(row(2, "SPK0002"), label="", source=Source.FILE)]
    held = holds.hold_labels(CHANNEL, Sheet(), rows, labels)
    assert [one.held_for for one in held] == [None, HoldReason.NO_NUMBER]
