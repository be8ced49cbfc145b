"""Secret texts, protected from display: passwords of shared ledgers and proxies, and the secrets of signing in.

Coze's tokens are in `access_token`. Defines the valid form of a password and the name of its entry in the password
store, so that no password is taken for a token.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn, Self, final

from bindtool.core.common.errors import BadInput
from bindtool.core.common.safe_text import has_unprintable

if TYPE_CHECKING:
    from collections.abc import MutableMapping


class Concealed:
    """A text accessible by `reveal` alone: no repr, format or pickle contains it.

    Therefore not a dataclass, whose `asdict` would return the text. Two are equal if their types and texts are.
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
        """Return the text itself: for the server, for the password store, and for redacting other texts."""
        return self._text


@final
class Secret(Concealed):
    """A refresh token, a code or a verifier of a sign-in: printable ASCII without a space."""

    __slots__ = ()

    @classmethod
    def read(cls, value: object) -> Self | None:
        """Return the secret sent by a server; None if the value is not a valid secret."""
        if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_SECRET:
            return None
        return cls(value) if all("!" <= sign <= "~" for sign in value) else None


_LONGEST_SECRET = 4096

ENVIRONMENT_PASSWORD = "BINDTOOL_LEDGER_PASSWORD"  # noqa: S105 - the name of a variable

LONGEST = 1000
"""Characters; PostgreSQL and every password store allow more."""

SCHEMES = frozenset({"postgresql", "postgres"})
"""URL schemes of a shared ledger."""

_PASSWORD_ENTRY = rf"(?is)ledger (?:{'|'.join(sorted(SCHEMES))})://.*|proxy \S+:(?:[0-9]+|\*)"
"""Case-insensitive, as Windows finds entries."""


@final
class Password(Concealed):
    """A text without control characters, of 0 to 1,000 characters; "" if a server requires no password.

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
    """The value of `BINDTOOL_LEDGER_PASSWORD`, valid or not: `password` validates it when it is needed."""

    __slots__ = ()

    def password(self) -> Password:
        """Return the password.

        Raises:
            BadInput: the value is not a valid password; the ids are those of `Password`.
        """
        return Password(self._text)


def take_environment_password(environ: MutableMapping[str, str]) -> EnvironmentPassword | None:
    """Remove `BINDTOOL_LEDGER_PASSWORD` from `environ` and return it; None if it is unset or empty.

    Has the limit of `access_token.take_environment_token`. Strips line ends at the end.
    """
    text = environ.pop(ENVIRONMENT_PASSWORD, "").rstrip("\r\n")
    return EnvironmentPassword(text) if text else None


def ledger_entry_name(address: str) -> str:
    """Return the name of a ledger's entry in the password store."""
    return f"ledger {address}"


def proxy_entry_name(host: str, port: int | None) -> str:
    """Return the name of a proxy login's entry in the password store; port None stands for all its ports."""
    return f"proxy {host}:{'*' if port is None else port}"


def is_password_entry(name: str) -> bool:
    """Return whether the name is that of a ledger's or a proxy's entry, which no token may have."""
    return re.fullmatch(_PASSWORD_ENTRY, name) is not None
