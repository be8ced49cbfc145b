"""Compares a new id with the ids before it.

`core/scanner/diagnosis.py` corrects a scan by them; `core/intake/id_judge.py` holds a scan that differs.
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
"""Number of similar ids from which the form of the next id is predicted."""

_ENOUGH_TO_FIT = 3


@dataclass(frozen=True, slots=True)
class RecentIds:
    """Ids in the order of arrival, and their common features.

    `lengths` that occur; `kinds` of characters that occur, see `kinds_of`; `common`: their common prefix.
    """

    ids: tuple[str, ...] = ()
    lengths: frozenset[int] = frozenset()
    kinds: frozenset[str] = frozenset()
    common: str = ""

    @classmethod
    def of(cls, ids: Sequence[str]) -> RecentIds:
        """Compute the common features of these ids, none of them empty."""
        return cls(tuple(ids), frozenset(map(len, ids)), kinds_of("".join(ids)), common_start(ids))

    @property
    def are_enough(self) -> bool:
        """Whether they are enough to predict the form of the next id."""
        return len(self.ids) >= _ENOUGH_TO_FIT

    @property
    def lead(self) -> str:
        """The common prefix up to the first digit."""
        return re.split(r"\d", self.common, maxsplit=1)[0]

    def fit(self, text: str) -> bool:
        """Return whether there are enough ids and the text resembles them."""
        alike = self.are_enough and len(text) in self.lengths and text.startswith(self.lead)
        return alike and kinds_of(text) <= self.kinds


NO_IDS = RecentIds()


def common_start(texts: Sequence[str]) -> str:
    """Return the common prefix of all: that of the first and the last in alphabetical order."""
    first, last = min(texts, default=""), max(texts, default="")
    pairs = enumerate(zip(first, last, strict=False))
    return first[: next((at for at, (one, other) in pairs if one != other), len(first))]


def kinds_of(text: str) -> frozenset[str]:
    """Return the kinds of characters in a text: "0" for digits, "A" and "a" for letters, else the character."""
    return frozenset(
        "0" if sign.isdigit() else "A" if sign.isupper() else "a" if sign.islower() else sign for sign in set(text)
    )


_KINDS = str.maketrans(ascii_uppercase + ascii_lowercase, "A" * 26 + "a" * 26, digits)
_SIMILAR = str.maketrans(
    digits + "BCDEF" + "bcdef" + ascii_uppercase[6:] + ascii_lowercase[6:],
    "0" * 10 + "A" * 5 + "a" * 5 + "G" * 20 + "g" * 20,
)
"""Maps each character to a representative of its kind, as far as a `Shape` distinguishes kinds."""
_HEXADECIMAL = re.compile(r"[0-9A-Fa-f]+", re.ASCII)
_TRADE_LENGTHS = frozenset({8, 12, 13, 14})
"""EAN-8, UPC-A, EAN-13 and GTIN-14, which end in a check digit."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Features shared by the ids of one series.

    `letters`: "A" for upper case, "a" for lower case, any other character as it is; digits are ignored, since any
    serial with letters may have them or not. `number`: digits only. `hexadecimal`: it may be a hexadecimal number;
    a trade number is not.
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
        """Return the common shape of at least one shape; None if they disagree."""
        numbers = {one.number for one in shapes}
        hexadecimal = all(one.hexadecimal for one in shapes)
        if len({one.length for one in shapes}) > 1 or (len(numbers) > 1 and not hexadecimal):
            return None
        letters = frozenset[str]().union(*(one.letters for one in shapes))
        return cls(shapes[0].length, letters, number=True in numbers, hexadecimal=hexadecimal)

    def differs_from(self, common: Shape) -> bool:
        """Return whether an id of this shape can't belong to a series of the common shape."""
        strange = self.length != common.length or not self.letters <= common.letters
        # A hexadecimal number without a letter does occur: one in 17 ids of six digits.
        return strange or (self.number and not common.number and not (common.hexadecimal and self.hexadecimal))


def kinds_in(texts: Sequence[str]) -> set[str]:
    """Return the distinct texts with each character replaced by its kind: most texts of a list share one.

    `texts` must not contain line breaks. Translating all at once is much faster than one by one.
    """
    return set("\n".join(texts).translate(_SIMILAR).split("\n"))


def _is_trade_number(text: str) -> bool:
    return len(text) in _TRADE_LENGTHS and fits_gtin(text)


@lru_cache
def _shape_of_kinds(text: str, *, is_trade_number: bool) -> Shape:
    """Return the shape of an id; cached, since most ids of a list share one shape."""
    letters = frozenset(text.translate(_KINDS))
    hexadecimal = not is_trade_number and _HEXADECIMAL.fullmatch(text) is not None
    return Shape(len(text), letters, number=not letters, hexadecimal=hexadecimal)
