"""A text that is kept from being shown: passwords of shared ledgers and of proxies, and what signing in goes by.

Says what a password may look like and what its entry in the password store is called, so that no password is taken
for one of Coze's tokens.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn, Self, final

from bindtool.core.common.errors import BadInput
from bindtool.core.common.safe_text import has_unprintable

if TYPE_CHECKING:
    from collections.abc import MutableMapping


class Concealed:
    """A text that comes out by `reveal` alone: no repr, format or pickle has it.

    That is why it is no dataclass, whose `asdict` would hand the text out. Two are equal if they are of one kind
    and have the same text.
    """

    __slots__ = ("_text",)
    _text: str

    def __init__(self, text: str) -> None:
        object.__setattr__(self, "_text", text)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a secret does not change")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("a secret does not change")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Concealed) and type(other) is type(self) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret is not pickled or copied")

    def reveal(self) -> str:
        """Return the text itself: for the server, for the password store, and to take it out of other texts."""
        return self._text


@final
class Secret(Concealed):
    """A refresh token, a code or a verifier of signing in: printable ASCII without a space."""

    __slots__ = ()

    @classmethod
    def read(cls, value: object) -> Self | None:
        """Return the secret that a server has sent; None for what can be none."""
        if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_SECRET:
            return None
        return cls(value) if all("!" <= sign <= "~" for sign in value) else None


_LONGEST_SECRET = 4096

ENVIRONMENT_PASSWORD = "BINDTOOL_LEDGER_PASSWORD"  # noqa: S105 - the name of a variable

LONGEST = 1000
"""Characters; PostgreSQL and every password store hold more."""

SCHEMES = frozenset({"postgresql", "postgres"})
"""What the address of a shared ledger begins with."""

_PASSWORD_ENTRY = rf"(?is)ledger (?:{'|'.join(sorted(SCHEMES))})://.*|proxy \S+:(?:[0-9]+|\*)"
"""In capitals or not: Windows finds an entry by either."""


@final
class Password(Concealed):
    """A text without control characters, of 0 to 1,000 characters; "" where a server asks for none.

    Raises:
        BadInput: `password.unfit_control`; `password.unfit_long` with length and limit. Neither carries the text.
    """

    __slots__ = ()

    def __init__(self, text: str) -> None:
        if has_unprintable(text):
            raise BadInput("password.unfit_control")
        if len(text) > LONGEST:
            raise BadInput("password.unfit_long", length=len(text), limit=LONGEST)
        super().__init__(text)

    def __bool__(self) -> bool:
        return bool(self._text)


@final
class EnvironmentPassword(Concealed):
    """What stood in `BINDTOOL_LEDGER_PASSWORD`, whether it is a password or not: `password` says so when needed."""

    __slots__ = ()

    def password(self) -> Password:
        """Return the password in it.

        Raises:
            BadInput: it is none; the ids are those of `Password`.
        """
        return Password(self._text)


def take_environment_password(environ: MutableMapping[str, str]) -> EnvironmentPassword | None:
    """Take `BINDTOOL_LEDGER_PASSWORD` out of `environ` and return it; None where it is not set or empty.

    Its limit is that of `access_token.take_environment_token`. What ends a line behind it is left out.
    """
    text = environ.pop(ENVIRONMENT_PASSWORD, "").rstrip("\r\n")
    return EnvironmentPassword(text) if text else None


def ledger_entry_name(address: str) -> str:
    """Return the name under which the password store keeps the password of a ledger."""
    return f"ledger {address}"


def proxy_entry_name(host: str, port: int | None) -> str:
    """Return the name under which the password store keeps the log-in of a proxy; None stands for all its ports."""
    return f"proxy {host}:{'*' if port is None else port}"


def is_password_entry(name: str) -> bool:
    """Tell whether an entry of the password store may be one that is named here: no token goes by its name."""
    return re.fullmatch(_PASSWORD_ENTRY, name) is not None
