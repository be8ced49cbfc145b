"""Label templates: what they may hold and what they give."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.common.errors import BadInput
from bindtool.core.labels.template import DEFAULT_TEMPLATE, LabelTemplate

DAY = date(2026, 3, 7)
DEVICE_ID = "SPK26113F21A0"


@pytest.mark.parametrize(
    ("template", "label"),
    [
        (DEFAULT_TEMPLATE, "3F21A0"),
        ("智能音箱-{id:-6}", "智能音箱-3F21A0"),
        ("{id}", DEVICE_ID),
        ("{id:3}/{id:-2}", "SPK/A0"),
        ("{id:99}", DEVICE_ID),
        ("{id:-99}", DEVICE_ID),
        ("{date} {id:-4}", "2026-03-07 21A0"),
        ("{{{id:3}}}", "{SPK}"),
        ("Line 2", "Line 2"),
        ("音箱-{n}", "音箱-7"),
        ("音箱-{n:3}", "音箱-007"),
        ("{date}/{n:2}/{id:-2}", "2026-03-07/07/A0"),
    ],
)
def test_a_template_is_filled(template: str, label: str) -> None:
    """Each field gives its value, and the rest stands as it is."""
    parsed = LabelTemplate.parse(template)
    assert parsed.text == template
    assert parsed.fill(DEVICE_ID, DAY, 7) == label


@pytest.mark.parametrize(
    "field",
    [
        *("N", "", "ID", "id:", "id:0", "id:-0", "id:06", "id:1000"),
        *("id:٣", "date:%d", " id", "n:", "n:0", "n:10", "n:-3"),
    ],
)
def test_an_unknown_field_is_named(field: str) -> None:
    """A field that does not exist is refused by its name."""
    with pytest.raises(BadInput, match=r"template\.unknown") as caught:
        LabelTemplate.parse(f"x{{{field}}}")
    assert caught.value.title.values == {"field": field}


@pytest.mark.parametrize("text", ["{", "}", "{id", "id}", "{{id}", "{id}}", "{{}", "{i{d}}"])
def test_a_lone_brace_is_refused(text: str) -> None:
    """A brace without its other one is no template."""
    with pytest.raises(BadInput, match=r"template\.broken"):
        LabelTemplate.parse(text)


def test_one_label_has_one_number() -> None:
    """A second running number would be the same one."""
    with pytest.raises(BadInput, match=r"template\.two_numbers"):
        LabelTemplate.parse("{n}-{n:3}")


@pytest.mark.parametrize(
    ("template", "numbered", "tells_apart", "beginning"),
    [
        ("音箱-{n:3}", True, True, "音箱-"),
        ("{id:-6}", False, True, ""),
        ("{{{date} Line 2", False, False, "{"),
        ("Line 2", False, False, "Line 2"),
    ],
)
def test_what_is_known_of_a_template(template: str, numbered: bool, tells_apart: bool, beginning: str) -> None:
    """Whether its labels have running numbers, whether they differ, and what they all begin with."""
    parsed = LabelTemplate.parse(template)
    assert (parsed.numbered, parsed.tells_apart, parsed.beginning) == (numbered, tells_apart, beginning)


@pytest.mark.parametrize(
    ("template", "label", "number"),
    [
        ("音箱-{n:3}", "音箱-007", 7),
        ("音箱-{n:3}", "音箱-1000", 1000),
        ("音箱-{n:3}", "音箱-7", 7),
        ("音箱-{n:3}", "音箱-", None),
        ("音箱-{n:3}", "音箱-007x", None),
        ("音箱-{n:3}", "音箱-1234567890", None),
        ("音箱-{n}", "音箱-٣", None),
        ("音箱-{n}", "喇叭-7", None),
        ("{n}{id:-4}", "1221A0", 12),
        ("{n}{id:-4}", "1221A1", None),
        ("{id:3}{n}{date}", "SPK132026-01-31", 13),
        ("{id:3}{n}{date}", "SPK13today, ok", None),
        ("{id}-{n}", "SPK", None),
        ("{n}-{id}", "-SPK", None),
        ("{id:-6}", "3F21A0", None),
    ],
)
def test_a_number_is_read_back(template: str, label: str, number: int | None) -> None:
    """From a label that the template has made of this id on any day, and from no other."""
    assert LabelTemplate.parse(template).number_in(label, DEVICE_ID) == number


@given(st.integers(1, 10**9 - 1), st.sampled_from(["{n}", "{n:3}{id:-4}", "{id}{n:9}{date}", "7{n}7"]))
def test_every_number_is_read_back(number: int, template: str) -> None:
    """Whatever stands beside it, digits too."""
    parsed = LabelTemplate.parse(template)
    assert parsed.number_in(parsed.fill(DEVICE_ID, DAY, number), DEVICE_ID) == number


@pytest.mark.parametrize("text", ["", " ", "a\tb", "{id}\n"])
def test_a_template_makes_labels_that_can_be_sent(text: str) -> None:
    """A blank template, and one with control characters, would make no label that can be sent."""
    with pytest.raises(BadInput, match=r"template\.unfit"):
        LabelTemplate.parse(text)


@given(st.text(st.sampled_from("{}id:-0169date n音箱"), min_size=1))
def test_a_template_is_taken_or_refused(text: str) -> None:
    """Whatever is typed is a template or bad input, and a template can always be filled."""
    try:
        label = LabelTemplate.parse(text).fill(DEVICE_ID, DAY)
    except BadInput as error:
        label = error.id
    assert label
