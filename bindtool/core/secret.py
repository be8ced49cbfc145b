"""A password, kept from being shown.

Owns what a password of a shared ledger may look like. Where it is kept is for `vault`; Coze's tokens are another
matter, `access_token`'s.
"""

from __future__ import annotations

import unicodedata
from typing import final

from bindtool.core.concealed import Concealed
from bindtool.core.errors import BadInput

LONGEST = 1000
"""Characters; PostgreSQL and every password store hold more."""

_NEVER_TYPED = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Control characters, halves of characters, line ends."""


@final
class Password(Concealed):
    """A text without control characters, of 0 to 1,000 characters; "" where a server asks for none.

    Raises:
        BadInput: `password.unfit_control`; `password.unfit_long` with length and limit. Neither carries the text.
    """

    __slots__ = ()

    def __init__(self, text: str) -> None:
        if any(unicodedata.category(character) in _NEVER_TYPED for character in text):
            raise BadInput("password.unfit_control")
        if len(text) > LONGEST:
            raise BadInput("password.unfit_long", length=len(text), limit=LONGEST)
        super().__init__(text)

    def __bool__(self) -> bool:
        return bool(self._text)
