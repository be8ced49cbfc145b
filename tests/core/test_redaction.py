"""A token is taken out of a text, however it is written there, and little else is."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.access_token import AccessToken
from bindtool.core.redaction import SHORTEST_PART, Redaction

TEXT = 'sk-8fQ2"vX7\\Lm/0aZ4kR9tYb6WcJ1hNe5uD3'
REDACTION = Redaction([AccessToken(TEXT)])


def part_of(token: str, text: str) -> str:
    """Return a part of the token that stands in `text`; "" where none does."""
    parts = (token[at : at + SHORTEST_PART] for at in range(len(token) - SHORTEST_PART + 1))
    return next((part for part in parts if part in text), "")


@pytest.mark.parametrize(
    "written",
    [
        TEXT,
        TEXT.upper(),
        TEXT.lower(),
        f"{TEXT}{TEXT}",
        f"{TEXT[:20]} {TEXT[20:]}",
        f"{TEXT[:18]}\n{TEXT[18:]}",
        TEXT[5 : 5 + SHORTEST_PART],
        json.dumps(TEXT),
        tomli_w.dumps({"a": TEXT}),
        TEXT.replace('"', '""'),
        quote(TEXT, safe=""),
    ],
)
def test_a_token_in_any_clothes(written: str) -> None:
    """Stars stand in its place, and no part of it is left; what stands around it stays."""
    cleaned = REDACTION.clean(f"before|{written}|after")
    assert cleaned.startswith("before|")
    assert cleaned.endswith("|after")
    assert "***" in cleaned
    for form in (TEXT, TEXT.lower(), json.dumps(TEXT), quote(TEXT, safe="")):
        assert part_of(form, cleaned.removeprefix("before|")) == ""


def test_less_than_a_part_stays() -> None:
    """A few characters in a row say nothing of a token: they may stand in an id by chance."""
    few = TEXT[: SHORTEST_PART - 1]
    assert REDACTION.clean(few) == few


def test_a_short_token_is_a_part_of_its_own() -> None:
    """Where a whole token is shorter than a part, the whole is taken out."""
    redaction = Redaction([AccessToken("abcdefgh"), AccessToken(TEXT)])
    assert redaction.clean(f"xabcdefghx {TEXT} abcdefg") == "x***x *** abcdefg"


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("token pat_0123456789abcdef is bad", "token *** is bad"),
        ("sat_AbCdEfGh", "***"),
        ("Authorization: Bearer eyJhbGciOiJSUzI1NiJ9.e30.x", "Authorization: Bearer ***"),
        ("Authorization: Bearer ***", "Authorization: Bearer ***"),
        ("the Bearer authentication failed", "the Bearer authentication failed"),
        ("format_0123456789abcdef", "format_0123456789abcdef"),
        ("pat_short", "pat_short"),
        ("", ""),
    ],
)
def test_a_token_that_nobody_has_named(text: str, cleaned: str) -> None:
    """It is known by its shape; words that only sound like one stay."""
    assert Redaction([]).clean(text) == cleaned


@given(st.text(max_size=60), st.text(max_size=60), st.integers(0, len(TEXT) - SHORTEST_PART))
def test_no_part_is_left_wherever_it_stands(before: str, after: str, at: int) -> None:
    """Neither what stands around it nor where it begins hides a part."""
    assert part_of(TEXT, REDACTION.clean(f"{before}{TEXT[at:]}{after}")) == ""


@given(st.text(max_size=80))
def test_other_texts_stay_as_they_are(text: str) -> None:
    """Nothing is lost of a text without a token."""
    assert REDACTION.clean(text) == text


# ---------------------------------------------------------------- answers


def spelt(text: str) -> str:
    """Return a JSON string with each character as an escape."""
    return "".join(f"\\u{ord(character):04X}" for character in text)


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({"code": 4000, "msg": f"bad token {TEXT}"}),
        json.dumps({"code": 4000, "msg": f"bad token {TEXT}"}).replace("/", "\\/"),
        '{"code": 4000, "msg": "bad token ' + spelt(TEXT) + '"}',
    ],
)
def test_an_answer_that_repeats_the_token(body: str) -> None:
    """It stays the JSON that it was, but for the token."""
    answer = json.loads(REDACTION.clean_answer(body.encode()))
    assert answer["code"] == 4000
    assert answer["msg"].startswith("bad token ***")
    assert part_of(TEXT, answer["msg"]) == ""


@pytest.mark.parametrize(
    "body",
    [
        b'{"code": 0, "msg": "\\u97f3\\u7bb1 \\\\u0041 \\" \\n \\u0022 \\/"}',
        b"\xff\xfe no text at all \\",
        b"",
    ],
)
def test_an_answer_without_the_token(body: bytes) -> None:
    """Not a byte of it is changed, whatever it is."""
    assert REDACTION.clean_answer(body) == body


def test_an_answer_that_is_no_text() -> None:
    """What is around the token comes through, byte for byte."""
    assert REDACTION.clean_answer(b"\xff" + TEXT.encode() + b"\xfe") == b"\xff***\xfe"
