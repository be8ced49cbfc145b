"""The one family of errors that a person may see.

    BindtoolError
    ├── BadInput           what was typed, pasted, opened or configured can't be taken (exit status 2)
    ├── FolderInUse        another bindtool writes in this data folder (exit status 2)
    ├── StoreFailed        the database can't be read or written
    ├── LedgerFailed       the ledger that benches share can't be used
    └── PasswordStoreError         the system's password store can't serve
        ├── TokenMissing   no token is stored under that name
        ├── TokenNotForSite  the token is for another site
        │   └── TokenOfNoSite  it was stored by 0.1.0, which did not keep the site
        ├── PasswordMissing  no password is stored under that name
        ├── PasswordStoreLocked    the password store waits for the person's password
        └── PasswordStoreUnusable  absent, or one that keeps tokens in plain text or loses them

Each carries the id of a title (what is so) and of a hint (what to do next). The words are in the catalogue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bindtool.core.common.messages import Message

if TYPE_CHECKING:
    from bindtool.core.common.messages import Parameter


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
    """What was typed, pasted, opened or configured can't be taken."""


class FolderInUse(BindtoolError):
    """Another bindtool writes in this data folder."""


class StoreFailed(BindtoolError):
    """The database can't be read or written."""


class LedgerFailed(BindtoolError):
    """The ledger that benches share can't be used; the bench goes on alone."""


class PasswordStoreError(BindtoolError):
    """The system's password store can't serve."""


class TokenMissing(PasswordStoreError):
    """No token is stored under that name."""


class TokenNotForSite(PasswordStoreError):
    """The token is for another site, or nobody knows for which."""


class TokenOfNoSite(TokenNotForSite):
    """The token was stored without the site that it is for."""


class PasswordMissing(PasswordStoreError):
    """No password is stored under that name."""


class PasswordStoreLocked(PasswordStoreError):
    """The password store waits for the person's password."""


class PasswordStoreUnusable(PasswordStoreError):
    """There is no password store, or one that keeps tokens in plain text or loses them."""
