"""Rows that somebody should look at first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bindtool.core.intake.holds import HoldRules, hold_other_case, hold_unseen_labels
from bindtool.core.labels.labeller import Labeller
from bindtool.core.labels.template import LabelTemplate
from bindtool.core.model.row import Hold, HoldReason
from bindtool.core.sheet.sheet import Sheet
from tests.core.store.samples import CHANNEL, row

LABELS = Labeller(LabelTemplate.parse("{id:-4}"))
BOUND_BEFORE = Hold.of(HoldReason.BOUND_BEFORE, date="11-25", label="Speaker 1")
LABEL_BOUND = Hold.of(HoldReason.LABEL_BOUND, device_id="SPK0001")


def test_rows_that_are_new(holds: HoldRules) -> None:
    """A device that was bound before, and another one with its label."""
    rows = [row(1, "SPK0001", label="hall"), row(2, "SPK0002", label="Speaker 1"), row(3, "SPK0003")]
    held = [each.held for each in holds.hold(CHANNEL, Sheet(), rows, LABELS)]
    assert held == [BOUND_BEFORE, LABEL_BOUND, None]


def test_rows_that_are_edited(holds: HoldRules) -> None:
    """Another id is looked up; with the same id only the label is, and a tick is not asked for again."""
    sheet = Sheet([row(1, "SPK0001"), row(2, "SPK0002")])
    rows = [
        replace(sheet[1], label="hall"),
        replace(sheet[2], device_id="SPK0001", label="shelf"),
    ]
    assert [each.held for each in holds.hold(CHANNEL, sheet, rows, LABELS)] == [None, BOUND_BEFORE]


def other_case(number: int) -> Hold:
    """Return why a row is held that has the id of that row, but for its case."""
    return Hold.of(HoldReason.OTHER_CASE, row=number)


@pytest.mark.parametrize(
    ("ids", "held"),
    [
        (["SN001", "sn001"], [None, 1]),
        (["sn001", "SN002", "SN001", "Sn001"], [None, None, 1, 1]),
        (["SN001", "SN001"], [None, None]),
        (["sn001", "SN001", "SN001"], [None, 1, 1]),
        (["\u00e4SN1", "\u00c4SN1"], [None, 1]),
        (["SN:1;MAC:2", "sn:1;mac:2"], [None, None]),
        (["", ""], [None, None]),
        (["SN\n1", "sn\n1"], [None, None]),
    ],
)
def test_an_id_that_differs_in_case_only(ids: list[str], held: list[int | None]) -> None:
    """The second one of a list is held and names the first; repeats and texts that are no ids are not."""
    rows = [replace(row(number, text), arrived=text) for number, text in enumerate(ids, start=1)]
    found = hold_other_case(Sheet(), rows)
    assert [one.held for one in found] == [None if at is None else other_case(at) for at in held]


def test_an_id_of_the_sheet_in_another_case(holds: HoldRules) -> None:
    """GIVEN a sheet WHEN a row comes or is edited THEN it is held; a row may change its own id's case."""
    sheet = Sheet([row(1, "SN001"), row(2, "SN002"), row(3, "SN003")])
    assert [one.held for one in hold_other_case(sheet, [row(4, "sn001")])] == [other_case(1)]
    edited = [replace(sheet[2], device_id="sn002"), replace(sheet[3], device_id="Sn001")]
    assert [one.held for one in holds.hold(CHANNEL, sheet, edited, LABELS)] == [None, other_case(1)]
    held_before = replace(row(5, "sn001"), held=LABEL_BOUND)
    assert hold_other_case(sheet, [held_before]) == (held_before,)


def test_a_label_with_what_nobody_sees(holds: HoldRules) -> None:
    """It is held until another is given; what the profile's template has in it is nobody's slip."""
    turned = row(1, "SPK0003", label="Room \u202e210")
    why = Hold.of(HoldReason.LABEL_UNSEEN, text="Room [U+202E]210")
    assert holds.hold(CHANNEL, Sheet(), [turned], LABELS) == (replace(turned, held=why),)
    assert hold_unseen_labels([turned], LABELS) == (replace(turned, held=why),)
    odd = replace(turned, held=Hold.of(HoldReason.ODD_ONE_OUT))
    assert hold_unseen_labels([odd], LABELS) == (odd,)
    hall = Labeller(LabelTemplate.parse("Hall\u200d {id:-4}"))
    made = row(2, "SPK0003", label=hall.label("SPK0003", turned.added_at.date()))
    assert hold_unseen_labels([made], hall) == (made,)
    sheet = Sheet([replace(turned, held=why)])
    mended = replace(sheet[1], label="Room 210")
    assert [one.held for one in holds.hold(CHANNEL, sheet, [mended], LABELS)] == [None]
