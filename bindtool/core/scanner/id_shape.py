"""What the last ids have in common: how long they are, what they begin with, and of what they are made.

Owns the comparison. What a text that differs is taken for is for `diagnosis`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_ENOUGH = 3
"""Ids from which on they say what the next one looks like."""


@dataclass(frozen=True, slots=True)
class IdShape:
    """What `count` ids have in common.

    `lengths` that occur; `kinds` of characters that occur, see `kinds_of`; `common`: what all begin with.
    """

    lengths: frozenset[int]
    kinds: frozenset[str]
    common: str
    count: int

    @classmethod
    def of(cls, recent: Sequence[str]) -> IdShape | None:
        """Return the shape of these ids; None where they are too few to tell."""
        ids = [one for one in recent if one]
        if len(ids) < _ENOUGH:
            return None
        return cls(frozenset(map(len, ids)), kinds_of("".join(ids)), common_start(ids), len(ids))

    @property
    def lead(self) -> str:
        """The letters and marks that all begin with, up to the first digit."""
        return re.split(r"\d", self.common, maxsplit=1)[0]

    def fits(self, text: str) -> bool:
        """Tell whether a text looks like these ids."""
        return len(text) in self.lengths and text.startswith(self.lead) and kinds_of(text) <= self.kinds


def common_start(texts: Sequence[str]) -> str:
    """Return what all begin with: whatever the first and the last in the order of letters share, all share."""
    first, last = min(texts), max(texts)
    pairs = enumerate(zip(first, last, strict=False))
    return first[: next((at for at, (one, other) in pairs if one != other), len(first))]


def kinds_of(text: str) -> frozenset[str]:
    """Return the kinds of characters in a text: "0" for digits, "A" and "a" for letters, a mark for itself."""
    return frozenset(map(_kind, text))


def _kind(character: str) -> str:
    if character.isdigit():
        return "0"
    if character.isupper():
        return "A"
    return "a" if character.islower() else character
