"""A password of a shared ledger, kept from being shown.

Here stands what it may look like, and the name of its entry in the password store, by which no password is taken
for a token of Coze's.
"""

from __future__ import annotations

import unicodedata
from typing import final

from bindtool.core.common.errors import BadInput
from bindtool.core.credentials.secret import Concealed

LONGEST = 1000
"""Characters; PostgreSQL and every password store hold more."""

_NEVER_TYPED = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Control characters, halves of characters, line ends."""

SCHEMES = frozenset({"postgresql", "postgres"})
"""What the address of a shared ledger begins with."""

_LEDGER = "ledger "


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


def ledger_entry_name(address: str) -> str:
    """Return the name under which the password store keeps the password of a ledger."""
    return f"{_LEDGER}{address}"


def is_ledger_entry(name: str) -> bool:
    """Tell whether an entry of the password store may be one that `ledger_entry_name` has named."""
    scheme, found, _ = name.removeprefix(_LEDGER).partition("://")
    return name.startswith(_LEDGER) and bool(found) and scheme in SCHEMES
