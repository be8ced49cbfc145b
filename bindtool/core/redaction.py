"""Access tokens, taken out of texts: whole, in parts, and in the ways that files and answers write them.

Owns what counts as a part of a token. Which tokens there are is for the caller; a token that nobody has named is
known by its shape alone.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bindtool.core.access_token import AccessToken

STARS = "***"
"""Stands where a token was."""

SHORTEST_PART = 12
"""Characters in a row that count as a part; fewer say next to nothing of a token and may stand there by chance."""

_SHAPE = re.compile(r"(?<![a-z0-9])[ps]at_\w{8,}|(?<=bearer )(?=\S*\d)[^\s\"'*]{16,}", re.IGNORECASE | re.ASCII)
_LOWER = {ord(letter): ord(letter.lower()) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_JSON_ESCAPE = re.compile(r"\\(?:u00([0-9a-f]{2})|.)", re.IGNORECASE | re.DOTALL)


class Redaction:
    """Takes `tokens` out of texts."""

    def __init__(self, tokens: Iterable[AccessToken]) -> None:
        self._parts: dict[int, set[str]] = {}
        hints: set[str] = set()
        for token in tokens:
            for form in _forms(token.reveal().translate(_LOWER)):
                length = min(SHORTEST_PART, len(form))
                self._parts.setdefault(length, set()).update(_pieces(form, length, 1))
                # Every part of that length has one of these in it: a text without any needs no closer look.
                hints.update(_pieces(form, length // 2, length // 2))
        self._hints = tuple(hints)

    def clean(self, text: str) -> str:
        """Return `text` with stars in place of tokens and of parts of them, in whatever case these are written."""
        lowered = text.translate(_LOWER)
        if any(hint in lowered for hint in self._hints):
            text = self._without_parts(text, lowered)
        return _SHAPE.sub(STARS, text)

    def clean_answer(self, body: bytes) -> bytes:
        """Return the body of an answer, cleaned also where JSON spells letters by their numbers."""
        text = body.decode("utf-8", "surrogateescape")
        plain = _JSON_ESCAPE.sub(_spelt_out, text) if "\\" in text else text
        cleaned = self.clean(plain)
        return body if cleaned == plain else cleaned.encode("utf-8", "surrogateescape")

    def _without_parts(self, text: str, lowered: str) -> str:
        kept = []
        end = 0
        for start, stop in _merged(self._found(lowered)):
            kept += [text[end:start], STARS]
            end = stop
        return "".join([*kept, text[end:]])

    def _found(self, lowered: str) -> Iterator[tuple[int, int]]:
        for length, parts in self._parts.items():
            for at in range(len(lowered) - length + 1):
                if lowered[at : at + length] in parts:
                    yield at, at + length


def _forms(text: str) -> Iterator[str]:
    """A token as it is, in JSON and TOML, in CSV, and in an address."""
    yield text
    yield json.dumps(text)[1:-1]
    yield text.replace('"', '""')
    yield quote(text, safe="").translate(_LOWER)


def _pieces(text: str, length: int, step: int) -> Iterator[str]:
    for at in range(0, len(text) - length + 1, step):
        yield text[at : at + length]


def _merged(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the spans in order, those that overlap or touch as one."""
    begun: tuple[int, int] | None = None
    for start, stop in sorted(spans):
        if begun is None:
            begun = start, stop
        elif start <= begun[1]:
            begun = begun[0], max(begun[1], stop)
        else:
            yield begun
            begun = start, stop
    if begun is not None:
        yield begun


def _spelt_out(escape: re.Match[str]) -> str:
    """Return the shortest spelling in JSON of what an escape means, for characters that a token can have."""
    if escape[0] == "\\/":
        return "/"
    if escape[1] is None:
        return escape[0]
    character = chr(int(escape[1], 16))
    if character in {'"', "\\"}:
        return f"\\{character}"
    return character if " " < character <= "~" else escape[0]
