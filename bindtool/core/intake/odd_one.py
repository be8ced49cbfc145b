"""The odd one out: an id that is unlike the ten before it, which are alike.

Owns what "alike" means. A carton's EAN among serials is as good an id as they are for whoever looks at it alone;
beside the others it is not. Which ids count, and what becomes of the odd one, is for `id_rules`.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from functools import lru_cache
from string import ascii_lowercase, ascii_uppercase, digits
from typing import TYPE_CHECKING

from bindtool.core.barcode.patterns import fits_gtin

if TYPE_CHECKING:
    from collections.abc import Iterable

ENOUGH = 10
"""As many ids that are alike tell what the next one looks like (issue on scanners, "the last ten")."""

_KINDS = str.maketrans(ascii_uppercase + ascii_lowercase, "A" * 26 + "a" * 26, digits)
_SIMILAR = str.maketrans(
    digits + "BCDEF" + "bcdef" + ascii_uppercase[6:] + ascii_lowercase[6:],
    "0" * 10 + "A" * 5 + "a" * 5 + "G" * 20 + "g" * 20,
)
"""To one of each kind of sign, as far as a shape knows kinds."""
_HEXADECIMAL = re.compile(r"[0-9A-Fa-f]+", re.ASCII)
_TRADE_LENGTHS = frozenset({8, 12, 13, 14})


@dataclass(frozen=True, slots=True)
class Shape:
    """What can be told of an id at a glance.

    `letters`: "A" for capitals, "a" for small letters, and every other sign as it is; digits don't count, since any
    serial with letters may have them or not. `number`: nothing but digits. `hexadecimal`: it may be a number in
    hexadecimal; a trade number is none.
    """

    length: int
    letters: frozenset[str]
    number: bool
    hexadecimal: bool

    @classmethod
    def of(cls, text: str) -> Shape:
        """Look at an id."""
        if text.isascii() and text.isdigit():
            return cls(len(text), frozenset(), number=True, hexadecimal=not _is_trade_number(text))
        return _shape_of_kinds(text.translate(_SIMILAR))


@lru_cache
def _shape_of_kinds(text: str) -> Shape:
    """Return the shape of an id that has other signs than digits; most of a list have the same."""
    letters = frozenset(text.translate(_KINDS))
    return Shape(len(text), letters, number=not letters, hexadecimal=_HEXADECIMAL.fullmatch(text) is not None)


class LastIds:
    """The shapes of the last ten ids, in the order of arrival."""

    def __init__(self, ids: Iterable[str] = ()) -> None:
        self._shapes = deque(map(Shape.of, ids), maxlen=ENOUGH)

    def add(self, shape: Shape) -> None:
        """Let an id count from now on."""
        self._shapes.append(shape)

    def differ_from(self, shape: Shape) -> bool:
        """Tell whether the ten agree with each other and not with this one."""
        ten = self._shapes
        if len(ten) < ENOUGH or shape in ten or len({one.length for one in ten}) > 1:
            return False
        hexadecimal = all(one.hexadecimal for one in ten)
        numbers = sum(one.number for one in ten)
        if numbers not in {0, ENOUGH} and not hexadecimal:
            return False
        if shape.length != ten[0].length or not shape.letters <= frozenset().union(*(one.letters for one in ten)):
            return True
        # In hexadecimal a number without a letter comes up now and then: one id of 17 with six digits.
        return shape.number and not numbers and not (hexadecimal and shape.hexadecimal)


def _is_trade_number(text: str) -> bool:
    """EAN-8, UPC-A, EAN-13 and GTIN-14 end in a check digit."""
    return len(text) in _TRADE_LENGTHS and fits_gtin(text)
