"""What the ids before a new one look like, and whether that one is like them.

A scan is put right by them in `core/scanner/diagnosis.py`, and held where it is unlike them in
`core/intake/id_rules.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from string import ascii_lowercase, ascii_uppercase, digits
from typing import TYPE_CHECKING

from bindtool.core.barcode.patterns import fits_gtin

if TYPE_CHECKING:
    from collections.abc import Sequence

ENOUGH = 10
"""As many ids that are alike tell what the next one looks like."""

_ENOUGH_TO_FIT = 3


@dataclass(frozen=True, slots=True)
class RecentIds:
    """Ids in the order of arrival, and what they have in common.

    `lengths` that occur; `kinds` of characters that occur, see `kinds_of`; `common`: what all begin with.
    """

    ids: tuple[str, ...] = ()
    lengths: frozenset[int] = frozenset()
    kinds: frozenset[str] = frozenset()
    common: str = ""

    @classmethod
    def of(cls, ids: Sequence[str]) -> RecentIds:
        """Return these ids with what they have in common; none of them is empty."""
        return cls(tuple(ids), frozenset(map(len, ids)), kinds_of("".join(ids)), common_start(ids))

    @property
    def are_enough(self) -> bool:
        """Whether they say what the next one looks like."""
        return len(self.ids) >= _ENOUGH_TO_FIT

    @property
    def lead(self) -> str:
        """The letters and marks that all begin with, up to the first digit."""
        return re.split(r"\d", self.common, maxsplit=1)[0]

    def fit(self, text: str) -> bool:
        """Tell whether they are enough, and a text looks like them."""
        alike = self.are_enough and len(text) in self.lengths and text.startswith(self.lead)
        return alike and kinds_of(text) <= self.kinds


NO_IDS = RecentIds()


def common_start(texts: Sequence[str]) -> str:
    """Return what all begin with: whatever the first and the last in the order of letters share, all share."""
    first, last = min(texts, default=""), max(texts, default="")
    pairs = enumerate(zip(first, last, strict=False))
    return first[: next((at for at, (one, other) in pairs if one != other), len(first))]


def kinds_of(text: str) -> frozenset[str]:
    """Return the kinds of characters in a text: "0" for digits, "A" and "a" for letters, a mark for itself."""
    return frozenset(
        "0" if sign.isdigit() else "A" if sign.isupper() else "a" if sign.islower() else sign for sign in set(text)
    )


_KINDS = str.maketrans(ascii_uppercase + ascii_lowercase, "A" * 26 + "a" * 26, digits)
_SIMILAR = str.maketrans(
    digits + "BCDEF" + "bcdef" + ascii_uppercase[6:] + ascii_lowercase[6:],
    "0" * 10 + "A" * 5 + "a" * 5 + "G" * 20 + "g" * 20,
)
"""Maps each character to one of its kind, as far as a `Shape` distinguishes kinds."""
_HEXADECIMAL = re.compile(r"[0-9A-Fa-f]+", re.ASCII)
_TRADE_LENGTHS = frozenset({8, 12, 13, 14})
"""EAN-8, UPC-A, EAN-13 and GTIN-14, which end in a check digit."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What ids of one series have in common.

    `letters`: "A" for capitals, "a" for small letters, and any other character as it is; digits don't count, since
    any serial with letters may have them or not. `number`: nothing but digits. `hexadecimal`: it may be a number in
    hexadecimal; a trade number is none.
    """

    length: int
    letters: frozenset[str]
    number: bool
    hexadecimal: bool

    @classmethod
    def of(cls, text: str) -> Shape:
        return _shape_of_kinds(text.translate(_SIMILAR), is_trade_number=_is_trade_number(text))

    @classmethod
    def common(cls, shapes: Sequence[Shape]) -> Shape | None:
        """Return the shape that all of these, at least one, are of; None where they do not agree."""
        numbers = {one.number for one in shapes}
        hexadecimal = all(one.hexadecimal for one in shapes)
        if len({one.length for one in shapes}) > 1 or (len(numbers) > 1 and not hexadecimal):
            return None
        letters = frozenset[str]().union(*(one.letters for one in shapes))
        return cls(shapes[0].length, letters, number=True in numbers, hexadecimal=hexadecimal)

    def differs_from(self, common: Shape) -> bool:
        """Tell whether an id of this shape can't be one of those that have a shape in common."""
        strange = self.length != common.length or not self.letters <= common.letters
        # In hexadecimal a number without a letter comes up now and then: one id of 17 with six digits.
        return strange or (self.number and not common.number and not (common.hexadecimal and self.hexadecimal))


def kinds_in(texts: Sequence[str]) -> set[str]:
    """Return texts in which one character stands for all of its kind, each once: most of a list share one.

    None of `texts` has a line break. This is much faster than one by one.
    """
    return set("\n".join(texts).translate(_SIMILAR).split("\n"))


def _is_trade_number(text: str) -> bool:
    return len(text) in _TRADE_LENGTHS and fits_gtin(text)


@lru_cache
def _shape_of_kinds(text: str, *, is_trade_number: bool) -> Shape:
    """Return the shape of an id; most of a list share one, so it is cached."""
    letters = frozenset(text.translate(_KINDS))
    hexadecimal = not is_trade_number and _HEXADECIMAL.fullmatch(text) is not None
    return Shape(len(text), letters, number=not letters, hexadecimal=hexadecimal)
