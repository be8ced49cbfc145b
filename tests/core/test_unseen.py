"""Characters that nobody can see."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.unseen import has_unseen, is_unseen, strip_unseen, visible

UNSEEN = (
    "\u00a0\u00ad\u034f\u061c\u115f\u180e\u200b\u200d\u202e\u2060\u2064\u2800\u3000\u3164"
    "\ufe0f\ufeff\uffa0\U000e0041\U000e0100"
)


@pytest.mark.parametrize("sign", UNSEEN, ids=ascii)
def test_what_nobody_can_see(sign: str) -> None:
    """Joiners, direction marks, fillers, blanks and foreign spaces: off at the ends, named inside."""
    assert is_unseen(sign)
    assert has_unseen(f"A{sign}1")
    assert strip_unseen(f" {sign}A{sign}1{sign} ") == f"A{sign}1"
    assert visible(f"A{sign}1") == f"A[U+{ord(sign):04X}]1"


@pytest.mark.parametrize("text", ["智能 音箱-1", "A 1", "é", "А", "1\u0300", "\ufffd"], ids=ascii)
def test_what_can_be_seen(text: str) -> None:
    """Letters of any language, a space of ASCII, an accent, and the sign for what is no text stay as they are."""
    assert not has_unseen(text)
    assert (strip_unseen(text), visible(text)) == (text, text)


@pytest.mark.parametrize("sign", ["\ud800", "\ue000", "\U000e1000", "\x00"], ids=ascii)
def test_what_stands_for_no_character_stays(sign: str) -> None:
    """Half a pair, a private sign, an unknown one and a control character say that something went wrong."""
    assert strip_unseen(f"{sign}A{sign}") == f"{sign}A{sign}"


@given(st.text())
def test_stripping_leaves_what_can_be_seen(text: str) -> None:
    """Twice is once, and nothing is taken out of the middle."""
    bare = strip_unseen(text)
    assert bare in text
    assert strip_unseen(bare) == bare
    assert not (bare and (bare[0].isspace() or bare[-1].isspace()))
