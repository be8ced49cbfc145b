"""Label templates: what they may hold and what they give."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.errors import BadInput
from bindtool.core.labels import DEFAULT_TEMPLATE, LabelTemplate

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
    ],
)
def test_a_template_is_filled(template: str, label: str) -> None:
    """Each field gives its value, and the rest stands as it is."""
    parsed = LabelTemplate.parse(template)
    assert parsed.text == template
    assert parsed.fill(DEVICE_ID, DAY) == label


@pytest.mark.parametrize(
    "field", ["n", "", "ID", "id:", "id:0", "id:-0", "id:06", "id:1000", "id:٣", "date:%d", " id"]
)
def test_an_unknown_field_is_named(field: str) -> None:
    """A field that does not exist, a running number among them today, is refused by its name."""
    with pytest.raises(BadInput) as caught:
        LabelTemplate.parse(f"x{{{field}}}")
    assert caught.value.id == "template.unknown"
    assert caught.value.title.values == {"field": field}


@pytest.mark.parametrize("text", ["{", "}", "{id", "id}", "{{id}", "{id}}", "{{}", "{i{d}}"])
def test_a_lone_brace_is_refused(text: str) -> None:
    """A brace without its other one is no template."""
    with pytest.raises(BadInput, match=r"template\.broken"):
        LabelTemplate.parse(text)


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
