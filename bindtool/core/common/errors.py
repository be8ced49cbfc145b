"""The one family of errors that a person may see.

Each carries the id of a title (what is so) and of a hint (what to do next). The words are in the catalogue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from bindtool.core.common.messages import Message, Parameter

if TYPE_CHECKING:
    from collections.abc import Awaitable


T = TypeVar("T")


class BindtoolError(Exception):
    """Something that went wrong and that a person can do something about.

    Args:
        id_: the catalogue holds `<id_>.title` and `<id_>.hint`.
        parameters: values that both texts may name. Never a token.
    """

    def __init__(self, id_: str, /, **parameters: Parameter) -> None:
        super().__init__(id_, parameters)
        self.id = id_
        self.title = Message.of(f"{id_}.title", **parameters)
        self.hint = Message.of(f"{id_}.hint", **parameters)


class BadInput(BindtoolError):
    """What was typed, pasted, opened or configured can't be taken (exit status 2)."""


class FolderInUse(BindtoolError):
    """Another bindtool writes in this data folder (exit status 2)."""


class StoreFailed(BindtoolError):
    """The database can't be read or written."""


class LedgerFailed(BindtoolError):
    """The ledger that benches share can't be used; the bench goes on alone."""


class SignInFailed(BindtoolError):
    """Signing in to Coze has come to nothing, or is over."""


class PasswordStoreError(BindtoolError):
    """The system's password store can't serve."""


class TokenMissing(PasswordStoreError):
    """No token is stored under that name."""


class TokenNotForSite(PasswordStoreError):
    """The token is for another site, or nobody knows for which."""


class AddressNotConfirmed(PasswordStoreError):
    """Nobody has said that a token may go to the address by which a profile reaches its site."""


class PasswordMissing(PasswordStoreError):
    """No password is stored under that name."""


class PasswordStoreLocked(PasswordStoreError):
    """The password store waits for the person's password."""


class PasswordStoreUnusable(PasswordStoreError):
    """There is no password store, or one that keeps tokens in plain text or loses them."""


async def or_error(answer: Awaitable[T]) -> T | BindtoolError:
    """Return what is waited for, or why it can't be had."""
    try:
        return await answer
    except BindtoolError as error:
        return error
