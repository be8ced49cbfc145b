"""Characters that nobody can see."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.common.safe_text import (
    escaped,
    evident,
    first_few,
    has_invisible,
    hides_something,
    is_invisible,
    shortened,
    strip_invisible,
    strip_name,
    taken_off,
    visible,
    without_invisible,
)

UNSEEN = (
    "\u00a0\u00ad\u034f\u061c\u115f\u180e\u200b\u200d\u202e\u2060\u2064\u2065\u2800\u3000\u3164\ue000"
    "\ufdd0\ufe0f\ufeff\uffa0\ufff9\ufffc\ufffe\U00016fe4\U0001d159\U000e0041\U000e0100\U000e0fff\U0010ffff"
)


@pytest.mark.parametrize("sign", UNSEEN, ids=ascii)
def test_what_nobody_can_see(sign: str) -> None:
    """Joiners, direction marks, fillers, blanks, foreign spaces, private signs: off at the ends, named inside."""
    assert is_invisible(sign)
    assert has_invisible(f"A{sign}1")
    assert strip_invisible(f" {sign}A{sign}1{sign} ") == f"A{sign}1"
    assert taken_off(f" {sign}A{sign}1{sign} ") == f" {sign}{sign} "
    assert without_invisible(f"{sign}A{sign}1 ") == "A1 "
    assert visible(f"A{sign}1") == f"A[U+{ord(sign):04X}]1"


@pytest.mark.parametrize("text", ["智能 音箱-1", "A 1", "é", "А", "1\u0300", "\ufffd"], ids=ascii)
def test_what_can_be_seen(text: str) -> None:
    """Letters of any language, a space of ASCII, an accent, and the sign for what is no text stay as they are."""
    assert not has_invisible(text)
    assert (strip_invisible(text), visible(text), without_invisible(text)) == (text, text, text)


@pytest.mark.parametrize("sign", ["\ud800", "\u0378", "\U000e1000", "\x80", "\x00"], ids=ascii)
def test_what_may_mean_something_stays(sign: str) -> None:
    """Half a pair and a control character say that something went wrong; a newer Python may know a sign."""
    assert strip_invisible(f"{sign}A{sign}") == f"{sign}A{sign}"
    assert is_invisible(sign) is (sign != "\x00")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (" Hall\u00a0", "Hall"),
        ("\u200bHall \u200b\ufeff", "Hall"),
        ("音箱\u2764\ufe0f \u200b", "音箱\u2764\ufe0f"),
        ("\ufe0f葛\U000e0100", "葛\U000e0100"),
        ("\U0001f3f4\U000e0067\U000e0062\U000e007f", "\U0001f3f4\U000e0067\U000e0062\U000e007f"),
        ("\U0001f468\u200d\U0001f469 1", "\U0001f468\u200d\U0001f469 1"),
        ("\u200b\ufe0f", ""),
    ],
    ids=ascii,
)
def test_the_ends_of_a_name(text: str, name: str) -> None:
    """An emoji, a flag and a rare Chinese character are what they are by the unseen characters behind them."""
    assert strip_name(text) == name


@given(st.text())
def test_stripping_leaves_what_can_be_seen(text: str) -> None:
    """Twice is once, and nothing is taken out of the middle."""
    bare = strip_invisible(text)
    assert bare in text
    assert strip_invisible(bare) == bare
    assert not (bare and (bare[0].isspace() or bare[-1].isspace()))


@pytest.mark.parametrize(
    "sign", [*map(chr, range(0x20)), "\x7f", "\x85", "\u2028", *"\u061c\u200e\u202e\u2066\u206f\ufffb"]
)
def test_a_control_character_is_shown_as_its_code(sign: str) -> None:
    """JSON reads the very character out of it, so that what is copied from a screen is still the same text."""
    assert sign not in escaped(f"a{sign}b")
    assert json.loads(f'"{escaped(f"a{sign}b")}"') == f"a{sign}b"
    assert escaped(f"a{sign}b", keep=sign) == f"a{sign}b"


@pytest.mark.parametrize("text", ["工位 3", "\u200d", "\ufeff", "a\u00a0b", "\ue000", "\ud800", "é", "e\u0301", ""])
def test_what_does_not_steer_stays(text: str) -> None:
    """What is only hard to see turns nothing around."""
    assert escaped(text) == text


@pytest.mark.parametrize("sign", "\x1d\u00ad\u034f\u180e\u200b\u200c\u200d\u202e\u2060\u2066\u3164\ufeff\uffa0")
def test_a_person_judges_by_what_is_there(sign: str) -> None:
    """Of an id or a label also what joins letters, or is not drawn, is shown as its code; spaces are seen."""
    assert json.loads(f'"{evident(f"a{sign}b")}"') == f"a{sign}b"
    assert sign not in evident(f"a\u3000{sign}b")
    assert evident("工位\u30003 ☀️") == "工位\u30003 ☀️"


@pytest.mark.parametrize(
    ("name", "hides"),
    [
        *(("Hall 3", False), ("机房\u30003 号", False), ("Hall\u00a03", False), ("☀️ Hall", False), ("", False)),
        *(("葛\U000e0100", False), ("🏴\U000e0067\U000e0062\U000e007f", False), ("Hall\t3", False), ("é", False)),
        *(("Room \u202e210", True), ("Room \u2066210\u2069", True), ("Hall\u200d3", True), ("Hall\u200b3", True)),
        *(("Hall\u200e 3", True), ("Hall\u00ad3", True), ("Hall\u31643", True), ("Hall\u28003", True)),
        *(("Hall\U000e0041", True), ("☀️️", True), (" \ufe0f3", True), ("Hall\ufff03", True), ("\ufeffHall", True)),
    ],
)
def test_what_a_name_hides(name: str, hides: bool) -> None:
    """Marks that turn letters around, join or part them, or are drawn as nothing; not what shapes a character."""
    assert hides_something(name) is hides


def test_what_is_too_long_is_cut() -> None:
    """A text within its characters, names within their number; what has just room for all stays whole."""
    assert [shortened(text, 3) for text in ("", "abc", "abcd")] == ["", "abc", "ab…"]
    assert [first_few(names, 2) for names in ("", "ab", "abc")] == [[], ["a", "b"], ["a", "b", "…"]]
