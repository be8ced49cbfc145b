"""Text in a workbook's XML: what XML can't hold, and what looks like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.ooxml_text import escape, unescape


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("SPK26113F2001", "SPK26113F2001"),
        ("智能音箱\t3F\n2001", "智能音箱\t3F\n2001"),
        ("a\r\nb", "a_x000D_\nb"),
        ("A\x1dB\x01\x1f", "A_x001D_B_x0001__x001F_"),
        ("_x000D_", "_x005F_x000D_"),
        ("_x00_ _X000D_", "_x00_ _X000D_"),
        ("\ufffe\uffff", "_xFFFE__xFFFF_"),
    ],
)
def test_what_is_written(text: str, written: str) -> None:
    """CR and control characters are named by their number, and so is an underscore that would be taken for one."""
    assert escape(text) == written


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_everything_comes_back(text: str) -> None:
    """Whatever a text holds, reading gives what was written."""
    assert unescape(escape(text)) == text
