"""Patterns that no text can make slow."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.barcode.patterns import LinearPattern

CATASTROPHIC = r"(?:[a-z]+[0-9]?)+#(?P<id>\w+)"


def test_named_groups_hold_what_was_found() -> None:
    """The first place where it is found counts; a group that took no part holds nothing."""
    pattern = LinearPattern(r"SN:(?P<id>[^; ]+)(?:;N:(?P<label>[^; ]+))?")
    assert pattern.groups == {"id", "label"}
    assert pattern.search("智能 SN:设备1;N:台灯 SN:2") == {"id": slice(6, 9), "label": slice(12, 14)}
    assert pattern.search("SN:1") == {"id": slice(3, 4), "label": slice(0, 0)}
    assert pattern.search("MAC:1") is None


def test_a_pattern_may_describe_the_whole_text() -> None:
    """A part of the text is not enough."""
    pattern = LinearPattern("SPK[0-9]{4}")
    assert pattern.fits("SPK0001")
    assert not pattern.fits("SPK0001X")


@pytest.mark.parametrize("pattern", ["(", r"(a)\1", "(?=a)", "(?<!a)b", "(?:a{1000}){1000}", "[", "(?P<id>", "*"])
def test_what_can_not_be_matched_in_linear_time_is_no_pattern(pattern: str) -> None:
    """References back and look-around can't be had, nor counts without measure; the reason is told."""
    with pytest.raises(ValueError, match=r".+: .+"):
        LinearPattern(pattern)


def test_no_pattern_is_catastrophic() -> None:
    """A pattern that takes a backtracking engine longer than the sun will shine ends at once."""
    assert LinearPattern(CATASTROPHIC).search("a" * 7000) is None
    assert LinearPattern(r"(?:a|aa)+$").search("a" * 7000 + "!") is None


@given(st.text(st.characters(exclude_categories=[])), st.text(st.characters(exclude_categories=[])))
def test_nothing_else_is_raised(pattern: str, text: str) -> None:
    """Any text is searched with any pattern that was taken, half characters in both of them."""
    try:
        made = LinearPattern(pattern)
    except ValueError:
        return
    found = made.search(text)
    assert found is None or found.keys() == made.groups
    assert made.fits(text) in {True, False}
