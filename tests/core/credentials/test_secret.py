"""A password that is shown nowhere, and may be any text that a person types."""

from __future__ import annotations

import copy
import pickle

import pytest

from bindtool.core.common.errors import BadInput
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.secret import LONGEST, Password, take_environment_password

TEXT = "hunter2"
PASSWORD = Password(TEXT)


@pytest.mark.parametrize(
    "text", ["", "x", "two words", " at both ends ", "Pässwort 密码 🔑", "'\"\\", "x" * LONGEST]
)
def test_any_text(text: str) -> None:
    """Short ones, spaces and umlauts are nobody's business but the person's."""
    assert Password(text).reveal() == text
    assert bool(Password(text)) is bool(text)


@pytest.mark.parametrize("text", ["a\nb", "a\r", "\t", "a\0", "\x7f", "a\u2028b", "\ud83d"])
def test_what_nobody_types(text: str) -> None:
    """A control character is a slip of whoever handed the password over."""
    with pytest.raises(BadInput) as caught:
        Password(text)
    assert caught.value.id == "password.unfit_control"
    assert "a" not in caught.value.title.values


def test_a_whole_document() -> None:
    """It is none."""
    with pytest.raises(BadInput) as caught:
        Password("x" * (LONGEST + 1))
    assert caught.value.title.values == {"length": LONGEST + 1, "limit": LONGEST}


def test_it_is_shown_nowhere() -> None:
    """No way of printing or copying has the text."""
    assert TEXT not in f"{PASSWORD} {PASSWORD!r} {[PASSWORD]}"
    for call in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError):
            call(PASSWORD)
    with pytest.raises(TypeError):
        vars(PASSWORD)


def test_it_does_not_change() -> None:
    """Equal texts are equal passwords, and nothing else is."""
    with pytest.raises(AttributeError):
        PASSWORD._text = "other"  # noqa: SLF001 - that it can't be is the test
    with pytest.raises(AttributeError):
        del PASSWORD._text  # noqa: SLF001 - the same
    assert Password(TEXT) == PASSWORD
    assert len({PASSWORD, Password(TEXT), Password("other")}) == 2
    assert PASSWORD != TEXT


def test_a_password_is_no_token() -> None:
    """Not even where both have the same text."""
    text = "pat_" + "x" * 32
    assert Password(text) != AccessToken(text)
    assert AccessToken(text) != Password(text)


@pytest.mark.parametrize(
    ("environ", "password"),
    [
        ({}, None),
        ({"BINDTOOL_LEDGER_PASSWORD": ""}, None),
        ({"BINDTOOL_LEDGER_PASSWORD": "\r\n"}, None),
        ({"BINDTOOL_LEDGER_PASSWORD": " two words \n"}, Password(" two words ")),
    ],
)
def test_the_password_of_the_environment(environ: dict[str, str], password: Password | None) -> None:
    """It is taken out, as it stands but for the end of its line; what else is there stays."""
    environ["LANG"] = "C.UTF-8"
    taken = take_environment_password(environ)
    assert (None if taken is None else taken.password()) == password
    assert environ == {"LANG": "C.UTF-8"}


def test_a_text_of_the_environment_that_is_no_password() -> None:
    """It is said where a password is needed, without the text."""
    taken = take_environment_password({"BINDTOOL_LEDGER_PASSWORD": "hunter2\nmore"})
    assert taken is not None
    with pytest.raises(BadInput, match=r"password\.unfit_control") as caught:
        taken.password()
    assert "hunter2" not in f"{taken!r} {caught.value}"
