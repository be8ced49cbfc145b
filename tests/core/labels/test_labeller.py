"""Labels by one template, and the running numbers that they get."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bindtool.core.labels.labeller import Labeller
from bindtool.core.labels.numbers import Blocks, Counter
from bindtool.core.labels.template import LabelTemplate
from bindtool.core.model.row import Row, Source

DAY = date(2026, 11, 25)
ROW = Row(1, "SPK0001", "", Source.SCANNED, datetime(2026, 11, 25, tzinfo=UTC))


def labeller(template: str, highest: int = 0) -> Labeller:
    """Return a labeller that goes on after `highest`."""
    return Labeller(LabelTemplate.parse(template), Counter(highest))


def test_each_device_has_a_number_of_its_own() -> None:
    """Numbers run on from the highest that is used; a template without one takes none."""
    numbered = labeller("音箱-{n:3}", 212)
    assert [numbered.label("A", DAY), numbered.label("B", DAY)] == ["音箱-213", "音箱-214"]
    assert Labeller(LabelTemplate.parse("{id:-2}")).label("SPK0001", DAY) == "01"


def test_a_preview_takes_no_number() -> None:
    """What it shows is what comes, in the order of the rows."""
    numbered, rows = labeller("{n}-{id} {date}"), [replace(ROW, device_id=text) for text in ("A", "B")]
    assert numbered.preview(rows, [0, 1]) == ["1-A 2026-11-25", "2-B 2026-11-25"]
    assert [row.label for row in numbered.relabel(rows)] == ["1-A 2026-11-25", "2-B 2026-11-25"]
    assert numbered.label("C", DAY) == "3-C 2026-11-25"
    assert labeller("{id}").preview(rows, [1]) == ["B"]


@pytest.mark.parametrize(
    ("template", "label", "after"),
    [
        ("{id:-4}", "0001", "0009"),
        ("{id:-4}", "kitchen", "kitchen"),
        ("{id:-4}", "", "0009"),
        ("{n:2}/{id:-4}", "07/0001", "07/0009"),
        ("{n:2}/{id:-4}", "", "05/0009"),
        ("{n:2}/{id:-4}", "07/0002", "07/0002"),
    ],
)
def test_a_label_from_the_template_follows_the_id(template: str, label: str, after: str) -> None:
    """It keeps its number; one that somebody gave stays, and a row without one gets one."""
    assert labeller(template, 4).label_after_edit(replace(ROW, label=label), "SPK0009") == after


def test_whose_label_it_is() -> None:
    """A label of the template is known again, with its own row's id only."""
    numbered = labeller("{n}/{id:-4}")
    assert numbered.made_label_of(replace(ROW, label="12/0001"))
    assert not numbered.made_label_of(replace(ROW, label="12/0002"))


def test_numbers_that_rows_have_are_not_given_again() -> None:
    """Labels of other shapes are passed over."""
    numbered = labeller("音箱-{n:3}")
    numbered.mark_used(replace(ROW, label=label) for label in ("音箱-040", "音箱-7", "kitchen", "音箱-x"))
    assert numbered.label("A", DAY) == "音箱-041"
    plain = labeller("{id}")
    plain.mark_used([ROW])
    assert plain.label("A", DAY) == "A"


def test_out_of_numbers() -> None:
    """No number, no label; a preview shows where they end. A template without numbers never runs out."""
    numbered = Labeller(LabelTemplate.parse("{n}-{id}"), Blocks([range(8, 10)]))
    rows = [replace(ROW, device_id=text) for text in "ABC"]
    before = numbered.out_of_numbers
    assert numbered.preview(rows, [0, 1, 2]) == ["8-A", "9-B", ""]
    assert [row.label for row in numbered.relabel(rows)] == ["8-A", "9-B", ""]
    assert (before, numbered.out_of_numbers) == (False, True)
    assert numbered.label_after_edit(ROW, "D") == ""
    assert numbered.label_after_edit(replace(ROW, device_id="A", label="8-A"), "D") == "8-D"
    plain = Labeller(LabelTemplate.parse("{id}"), Blocks([]))
    assert not plain.out_of_numbers
    assert plain.label("A", DAY) == "A"
