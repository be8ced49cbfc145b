"""An access token that can't be displayed by accident, and the cleaning of a pasted token.

Tokens are stored in `keyring_store`; their non-secret facts are in `token_metadata`. Defines the valid form of a
token, and strips what chat programs, mail and curl leave around it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, final

from bindtool.core.common.errors import BadInput
from bindtool.core.credentials.secret import Concealed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, MutableMapping

SHORTEST = 8
"""Characters."""

LONGEST = 8192
"""Characters."""

ENVIRONMENT_TOKEN = "BINDTOOL_TOKEN"  # noqa: S105 - the name of a variable

_LINE_BREAKS = "\n\r\v\f\x85\u2028\u2029"
# Chat programs and mail add invisible characters: zero-width space, joiners, direction marks, byte order mark.
_SPACES = " \t\xa0\u3000\u2002\u2003\u2009\u202f" + "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_QUOTES = "\"'`“”‘’「」『』"
_BEARER = r"(?i)bearer(?=[\s:：])[ :：\u3000]*"
_LABEL = (
    r"(?i)(?:authorization *[:：]"
    r"|(?:个人)?(?:访问)?令牌 *[:：=]?"
    r"|(?:access[ _-]?)?token(?: *[:：=]|(?=\s)))"
    r"[ \u3000]*"
)


class TokenKind(StrEnum):
    """The kind of a token by its prefix (the prefixes are Coze's)."""

    PERSONAL = "personal"
    SERVICE = "service"
    USER = "user"
    """Of a signed-in user."""
    APP = "app"
    """Of a signed-in app."""
    OTHER = "other"


KIND_TEXTS: Mapping[TokenKind, str] = MappingProxyType(
    {
        TokenKind.PERSONAL: "token.kind.personal",
        TokenKind.SERVICE: "token.kind.service",
        TokenKind.USER: "token.kind.user",
        TokenKind.APP: "token.kind.app",
        TokenKind.OTHER: "token.kind.other",
    }
)
"""The message id of each kind."""


_KINDS = {
    "pat_": TokenKind.PERSONAL,
    "sat_": TokenKind.SERVICE,
    "czu_": TokenKind.USER,
    "czs_": TokenKind.APP,
}


class Trimmed(StrEnum):
    """A kind of text stripped from a pasted token; the value is its message id."""

    SPACES = "token.trimmed.spaces"
    LINE_BREAKS = "token.trimmed.line_breaks"
    QUOTES = "token.trimmed.quotes"
    BEARER = "token.trimmed.bearer"
    LABEL = "token.trimmed.label"


@final
class AccessToken(Concealed):
    """A text that is valid after `Bearer ` in a header: printable ASCII without a space, 8 to 8,192 characters.

    Raises:
        BadInput: `token.unfit_empty`, `token.unfit_line_break`, `token.unfit_space`, `token.unfit_control`,
            `token.unfit_character`; `token.unfit_short` and `token.unfit_long` with length and limit. None
            contains the text.
    """

    __slots__ = ()

    def __init__(self, text: str) -> None:
        _refuse_unfit(text)
        super().__init__(text)

    def __repr__(self) -> str:
        return f"<AccessToken: {self.kind}, {self.length} characters>"

    @property
    def kind(self) -> TokenKind:
        """The kind by the token's prefix."""
        return _KINDS.get(self._text[:4], TokenKind.OTHER)

    @property
    def length(self) -> int:
        """The number of characters."""
        return len(self._text)


@dataclass(frozen=True, slots=True)
class CleanToken:
    """A token and the kinds of text stripped from it, each once, in the order of `Trimmed`."""

    token: AccessToken
    trimmed: tuple[Trimmed, ...]


def clean_token(pasted: str) -> CleanToken:
    """Return the token in `pasted`, without the spaces, line breaks, quotes and words around it.

    Raises:
        BadInput: the rest is not a valid token; the ids are those of `AccessToken`.
    """
    text = pasted
    found: set[Trimmed] = set()
    while True:
        before = text
        for what, take_off in _AROUND.items():
            shorter = take_off(text)
            if shorter != text:
                found.add(what)
                text = shorter
        if text == before:
            return CleanToken(AccessToken(text), tuple(what for what in Trimmed if what in found))


@final
class EnvironmentToken(Concealed):
    """The value of `BINDTOOL_TOKEN`, valid or not: `token` validates it when it is needed."""

    __slots__ = ()

    def token(self) -> AccessToken:
        """Return the token.

        Raises:
            BadInput: the value is not a valid token; the ids are those of `AccessToken`.
        """
        return clean_token(self._text).token


def take_environment_token(environ: MutableMapping[str, str]) -> EnvironmentToken | None:
    """Remove `BINDTOOL_TOKEN` from `environ` and return it; None if it is unset or blank.

    Removing it from `os.environ` removes it from the process's environment too, so that no child inherits it. A
    limit: on Linux, /proc/PID/environ shows the initial environment to its owner and root while the process runs.
    """
    text = environ.pop(ENVIRONMENT_TOKEN, "").strip()
    return EnvironmentToken(text) if text else None


_AROUND: dict[Trimmed, Callable[[str], str]] = {
    Trimmed.SPACES: lambda text: text.strip(_SPACES),
    Trimmed.LINE_BREAKS: lambda text: text.strip(_LINE_BREAKS),
    Trimmed.QUOTES: lambda text: text.strip(_QUOTES),
    Trimmed.BEARER: lambda text: text[_end(_BEARER, text) :],
    Trimmed.LABEL: lambda text: text[_end(_LABEL, text) :],
}


def _end(pattern: str, text: str) -> int:
    """Return the end of a match at the beginning of `text`; 0 for no match."""
    match = re.match(pattern, text)
    return match.end() if match else 0


def _refuse_unfit(text: str) -> None:
    if not text:
        raise BadInput("token.unfit_empty")
    if any(character in _LINE_BREAKS for character in text):
        raise BadInput("token.unfit_line_break")
    if any(character.isspace() for character in text):
        raise BadInput("token.unfit_space")
    if any(character < " " or character == "\x7f" for character in text):
        raise BadInput("token.unfit_control")
    if not text.isascii():
        raise BadInput("token.unfit_character")
    if len(text) < SHORTEST:
        raise BadInput("token.unfit_short", length=len(text), limit=SHORTEST)
    if len(text) > LONGEST:
        raise BadInput("token.unfit_long", length=len(text), limit=LONGEST)
