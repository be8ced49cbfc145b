"""A password, kept from being shown.

Owns what a password of a shared ledger may look like. Where it is kept is for `vault`; Coze's tokens are another
matter, `access_token`'s.
"""

from __future__ import annotations

import unicodedata
from typing import NoReturn, final

from bindtool.core.errors import BadInput

LONGEST = 1000
"""Characters; PostgreSQL and every password store hold more."""

_NEVER_TYPED = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Control characters, halves of characters, line ends."""


@final
class Password:
    """A text without control characters, of 0 to 1,000 characters; "" where a server asks for none.

    Its text comes out by `reveal` alone: no repr, format or pickle has it, as with `AccessToken`.

    Raises:
        BadInput: `password.unfit_control`; `password.unfit_long` with length and limit. Neither carries the text.
    """

    __slots__ = ("_text",)
    _text: str

    def __init__(self, text: str) -> None:
        if any(unicodedata.category(character) in _NEVER_TYPED for character in text):
            raise BadInput("password.unfit_control")
        if len(text) > LONGEST:
            raise BadInput("password.unfit_long", length=len(text), limit=LONGEST)
        object.__setattr__(self, "_text", text)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a password does not change")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("a password does not change")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Password) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return "<Password>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a password is not pickled or copied")

    def reveal(self) -> str:
        """Return the text itself: for the server and for the password store."""
        return self._text
