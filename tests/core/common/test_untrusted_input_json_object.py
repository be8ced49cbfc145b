"""What counts as an object of JSON, and what does not although Python's reader takes it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.common.untrusted_input import read_object

OBJECTS = st.dictionaries(
    st.text(), st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.integers())
)


@given(OBJECTS)
def test_an_object_is_read(written: dict[str, object]) -> None:
    """As text and as UTF-8 alike."""
    text = json.dumps(written)
    assert read_object(text) == read_object(text.encode()) == written


@pytest.mark.parametrize(
    "text",
    [
        '{"code":4000,"code":0}',
        '{"code":0,"code":0}',
        '{"code":0,"detail":{"logid":"A","logid":"B"}}',
        '{"code":0,"data":[{"a":1,"a":1}]}',
        '{"code":NaN}',
        '{"code":-Infinity}',
        '{"code":' + "1" * 5000 + "}",
        '{"code":' * 100_000,
        '{"code":0',
        "[]",
        "0",
        "",
        b"\xff\xfe\xfa",
        '{"code":0}'.encode("utf-16"),
        '{"code":0}'.encode("utf-32-be"),
    ],
    ids=lambda text: repr(text[:30]),
)
def test_what_is_none(text: str | bytes) -> None:
    """A name that stands twice in one object, what is no JSON or not in UTF-8, and what is no object."""
    assert read_object(text) is None
