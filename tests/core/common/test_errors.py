"""The errors a person may see: one family, each with a title and a hint."""

from __future__ import annotations

import asyncio

import pytest

from bindtool.core.common.errors import (
    BadInput,
    BindtoolError,
    FolderInUse,
    LedgerFailed,
    PasswordMissing,
    PasswordStoreError,
    PasswordStoreLocked,
    PasswordStoreUnusable,
    StoreFailed,
    TokenMissing,
    or_error,
)
from bindtool.core.common.messages import Message

OF_PASSWORD_STORE = [TokenMissing, PasswordMissing, PasswordStoreLocked, PasswordStoreUnusable]
FAMILY = [BadInput, FolderInUse, StoreFailed, LedgerFailed, PasswordStoreError, *OF_PASSWORD_STORE]


@pytest.mark.parametrize("kind", [BindtoolError, *FAMILY])
def test_an_error_names_a_title_and_a_hint(kind: type[BindtoolError]) -> None:
    """Both texts stand under the error's id and may name its parameters."""
    error = kind("file.no_table", name="a.csv", line=3)

    assert error.id == "file.no_table"
    assert error.title == Message.of("file.no_table.title", name="a.csv", line=3)
    assert error.hint == Message.of("file.no_table.hint", name="a.csv", line=3)


def test_an_errors_text_is_its_id_and_parameters() -> None:
    """In a developer's traceback the error says what it is about, without words for people."""
    assert str(BadInput("a.b", name="x")) == "('a.b', {'name': 'x'})"


def test_an_answer_or_why_there_is_none() -> None:
    """An error that a person may see is a value; any other goes on."""

    async def answer(given: Exception | None) -> str:
        if given is not None:
            raise given
        return "there"

    assert asyncio.run(or_error(answer(None))) == "there"
    missing = TokenMissing("token.missing", name="x")
    assert asyncio.run(or_error(answer(missing))) is missing
    with pytest.raises(ValueError, match="fault"):
        asyncio.run(or_error(answer(ValueError("fault"))))
