"""A token shows nothing of itself, and what people paste is cleaned or refused with a reason."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.common.errors import BadInput
from bindtool.core.credentials.access_token import (
    LONGEST,
    SHORTEST,
    AccessToken,
    TokenKind,
    Trimmed,
    clean_token,
    take_environment_token,
)

TEXT = "pat_Ab3-._~+/=5678"

_unquoted_ascii = st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="\"'`")
_token_texts = st.text(_unquoted_ascii, min_size=4, max_size=80).map("pat_".__add__)


@pytest.mark.parametrize(
    "show",
    [repr, str, "{}".format, "{!r}".format, lambda token: "%s" % token, lambda token: f"{[token]}"],  # noqa: UP031
)
def test_a_token_is_never_shown(show: Callable[[AccessToken], str]) -> None:
    """Whatever turns a token into text gives its kind and length."""
    shown = show(AccessToken(TEXT))
    assert "<AccessToken: personal, 18 characters>" in shown
    assert TEXT not in shown


@pytest.mark.parametrize("write_down", [pickle.dumps, copy.copy, copy.deepcopy])
def test_a_token_is_not_written_down(write_down: Callable[[AccessToken], object]) -> None:
    """Pickle and copy refuse."""
    with pytest.raises(TypeError, match="not pickled or copied"):
        write_down(AccessToken(TEXT))


def test_a_token_does_not_change() -> None:
    """Setting and deleting refuse, and there is no dictionary to look into."""
    token = AccessToken(TEXT)
    with pytest.raises(AttributeError, match="does not change"):
        token._text = "pat_another"  # noqa: SLF001 - that this fails is the test
    with pytest.raises(AttributeError, match="does not change"):
        del token._text  # noqa: SLF001 - the same
    assert not hasattr(token, "__dict__")
    assert token.reveal() == TEXT


def test_equal_tokens() -> None:
    """Tokens with the same text are equal and count once in a set; a text is no token."""
    assert AccessToken(TEXT) == AccessToken(TEXT)
    assert AccessToken(TEXT) != AccessToken(TEXT + "x")
    assert AccessToken(TEXT) != TEXT
    assert len({AccessToken(TEXT), AccessToken(TEXT)}) == 1


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("pat_12345678", TokenKind.PERSONAL),
        ("sat_12345678", TokenKind.SERVICE),
        ("czu_12345678", TokenKind.USER),
        ("czs_12345678", TokenKind.APP),
        ("czx_12345678", TokenKind.OTHER),
        ("eyJhbGciOi.x.y", TokenKind.OTHER),
    ],
)
def test_kind_and_length(text: str, kind: TokenKind) -> None:
    """The first letters say the kind."""
    assert AccessToken(text).kind is kind
    assert AccessToken(text).length == len(text)


@pytest.mark.parametrize(
    ("pasted", "trimmed"),
    [
        (TEXT, ()),
        (f"  {TEXT}\t", (Trimmed.SPACES,)),
        (f"\ufeff{TEXT}\u200b", (Trimmed.SPACES,)),
        (f"{TEXT}\r\n", (Trimmed.LINE_BREAKS,)),
        (f"\n {TEXT} \n", (Trimmed.SPACES, Trimmed.LINE_BREAKS)),
        (f'"{TEXT}"', (Trimmed.QUOTES,)),
        (f"'{TEXT}'", (Trimmed.QUOTES,)),
        (f"“{TEXT}”", (Trimmed.QUOTES,)),
        (f"‘{TEXT}’", (Trimmed.QUOTES,)),
        (f"「{TEXT}」", (Trimmed.QUOTES,)),
        (f"“{TEXT}", (Trimmed.QUOTES,)),
        (f"Bearer {TEXT}", (Trimmed.BEARER,)),
        (f"bearer： {TEXT}", (Trimmed.BEARER,)),
        (f"令牌：{TEXT}", (Trimmed.LABEL,)),
        (f"令牌：\n{TEXT}", (Trimmed.LINE_BREAKS, Trimmed.LABEL)),
        (f"令牌 {TEXT}", (Trimmed.LABEL,)),
        (f"个人访问令牌:{TEXT}", (Trimmed.LABEL,)),
        (f"token:{TEXT}", (Trimmed.LABEL,)),
        (f"Access Token = {TEXT}", (Trimmed.LABEL,)),
        (f"access_token={TEXT}", (Trimmed.LABEL,)),
        (f"Token {TEXT}", (Trimmed.LABEL,)),
        (f"Authorization: Bearer {TEXT}", (Trimmed.BEARER, Trimmed.LABEL)),
        (f'令牌：\n“ Authorization: Bearer "{TEXT}" ”\n', tuple(Trimmed)),
    ],
)
def test_what_is_around_a_token_is_taken_off(pasted: str, trimmed: tuple[Trimmed, ...]) -> None:
    """Chat, mail and curl leave marks; each kind that was taken off is named once."""
    cleaned = clean_token(pasted)
    assert cleaned.token == AccessToken(TEXT)
    assert cleaned.trimmed == trimmed


def test_a_token_that_begins_like_a_label_stays_whole() -> None:
    """Only a word with a colon or a space behind it is a label."""
    assert clean_token("token_12345678").token.reveal() == "token_12345678"
    assert clean_token("bearer12345678").token.reveal() == "bearer12345678"


@pytest.mark.parametrize(
    ("pasted", "id_"),
    [
        ("", "token.unfit_empty"),
        (" \n", "token.unfit_empty"),
        ("令牌：", "token.unfit_empty"),
        ("“”", "token.unfit_empty"),
        ("pat_1234\n5678", "token.unfit_line_break"),
        ("pat_1234\u20285678", "token.unfit_line_break"),
        ("pat_1234 5678", "token.unfit_space"),
        ("pat_1234\t5678", "token.unfit_space"),
        ("pat_1234\u30005678", "token.unfit_space"),
        ("pat_1234\x005678", "token.unfit_control"),
        ("pat_1234\x7f5678", "token.unfit_control"),
        ("pat_1234令牌5678", "token.unfit_character"),
        ("pat_1234\u200b5678", "token.unfit_character"),
        ("pat_123", "token.unfit_short"),
        ("Bearer", "token.unfit_short"),
        ("p" * (LONGEST + 1), "token.unfit_long"),
    ],
)
def test_what_is_no_token_is_refused(pasted: str, id_: str) -> None:
    """The reason is named, and what was pasted is in no part of the error."""
    with pytest.raises(BadInput) as caught:
        clean_token(pasted)
    assert caught.value.id == id_
    assert "1234" not in f"{caught.value!r} {caught.value.title} {caught.value.hint} {caught.value.__context__}"


def test_the_lengths_that_are_just_taken() -> None:
    """Both limits belong to what is taken, and the errors name length and limit."""
    assert clean_token("p" * SHORTEST).token.length == SHORTEST
    assert clean_token("p" * LONGEST).token.length == LONGEST
    with pytest.raises(BadInput) as caught:
        clean_token("pat_123")
    assert caught.value.title.values == {"length": 7, "limit": SHORTEST}


@given(_token_texts)
def test_any_token_goes_through_as_it_is(text: str) -> None:
    """Cleaning changes nothing in a token that has nothing around it."""
    assert clean_token(text).token.reveal() == text
    assert clean_token(text).trimmed == ()


@given(st.text(max_size=40))
def test_whatever_comes_out_fits_a_header(pasted: str) -> None:
    """Any text gives a printable ASCII token without a space, or a refusal."""
    try:
        text = clean_token(pasted).token.reveal()
    except BadInput:
        return
    assert text.isascii()
    assert text.isprintable()
    assert " " not in text


# ---------------------------------------------------------------- the token of the environment

SHORT = "pat_5678secret"


@pytest.mark.parametrize(
    ("environ", "token"),
    [
        ({}, None),
        ({"BINDTOOL_TOKEN": ""}, None),
        ({"BINDTOOL_TOKEN": " \n"}, None),
        ({"BINDTOOL_TOKEN": SHORT}, AccessToken(SHORT)),
        ({"BINDTOOL_TOKEN": f"Bearer {SHORT}\n"}, AccessToken(SHORT)),
    ],
)
def test_the_token_of_the_environment_is_taken_out(environ: dict[str, str], token: AccessToken | None) -> None:
    """A blank one counts as none; other variables stay."""
    environ["PATH"] = "/bin"
    taken = take_environment_token(environ)
    assert (taken and taken.token()) == token
    assert environ == {"PATH": "/bin"}


def test_an_unfit_token_of_the_environment_is_taken_out_too() -> None:
    """It is gone at once, and refused where it is needed; until then nobody is told, and nothing shows it."""
    environ = {"BINDTOOL_TOKEN": "pat 5678secret"}
    taken = take_environment_token(environ)
    assert taken is not None
    assert "secret" not in repr(taken)
    with pytest.raises(BadInput) as caught:
        taken.token()
    assert caught.value.id == "token.unfit_space"
    assert environ == {}


def test_no_child_inherits_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """Taken out of the real environment, it is not in that of a child process."""
    monkeypatch.setenv("BINDTOOL_TOKEN", SHORT)
    assert take_environment_token(os.environ) is not None
    program = "import os; print(os.environ.get('BINDTOOL_TOKEN'))"
    child = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert child.stdout.strip() == "None"
