"""The base class of all errors shown to the user, and its subclasses.

Each carries the message ids of a title (the problem) and of a hint (the next step); `messages` defines their type.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from bindtool.core.common.messages import Message, Parameter

if TYPE_CHECKING:
    from collections.abc import Awaitable


T = TypeVar("T")


class BindtoolError(Exception):
    """An error that the user can do something about.

    Args:
        id_: the catalogue contains `<id_>.title` and `<id_>.hint`.
        parameters: values for the placeholders of both texts. Never a token.
    """

    def __init__(self, id_: str, /, **parameters: Parameter) -> None:
        super().__init__(id_, parameters)
        self.id = id_
        self.title, self.hint = Message.pair(id_, **parameters)


class BadInput(BindtoolError):
    """Input that was typed, pasted, opened or configured is invalid (exit status 2)."""


class FolderInUse(BindtoolError):
    """Another bindtool is writing to this data folder (exit status 2)."""


class StoreFailed(BindtoolError):
    """The database can't be read or written."""


class LedgerFailed(BindtoolError):
    """The shared ledger can't be used; the bench continues alone."""


class SignInFailed(BindtoolError):
    """Signing in to Coze failed, or the sign-in has expired."""


class PasswordStoreError(BindtoolError):
    """The system's password store failed."""


class TokenMissing(PasswordStoreError):
    """No token is stored under that name."""


class TokenNotForSite(PasswordStoreError):
    """The token is for another or an unknown site."""


class AddressNotConfirmed(PasswordStoreError):
    """The user has not confirmed that a token may be sent to the address by which a profile reaches its site."""


class PasswordMissing(PasswordStoreError):
    """No password is stored under that name."""


class PasswordStoreLocked(PasswordStoreError):
    """The password store is locked by the user's password."""


class PasswordStoreUnusable(PasswordStoreError):
    """There is no password store, or it keeps tokens in plain text or loses them."""


async def or_error(answer: Awaitable[T]) -> T | BindtoolError:
    """Return the awaited result, or its error."""
    try:
        return await answer
    except BindtoolError as error:
        return error
