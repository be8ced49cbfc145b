"""A profile's rules for ids, applied: their case, and which are held, such as one unlike the last ten."""

from __future__ import annotations

import re
from collections import Counter, deque
from dataclasses import dataclass
from functools import lru_cache
from string import ascii_lowercase, ascii_uppercase, digits
from typing import TYPE_CHECKING

from bindtool.core.barcode.fields import NO_VALUES
from bindtool.core.barcode.patterns import fits, fits_gtin, fits_luhn
from bindtool.core.barcode.scan_rules import CaseRule, CheckDigit
from bindtool.core.common.safe_text import code_of, has_invisible, visible
from bindtool.core.model.row import Hold, HoldReason

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bindtool.core.barcode.scan_rules import IdRules

ENOUGH = 10
"""As many ids that are alike tell what the next one looks like."""

_KINDS = str.maketrans(ascii_uppercase + ascii_lowercase, "A" * 26 + "a" * 26, digits)
_SIMILAR = str.maketrans(
    digits + "BCDEF" + "bcdef" + ascii_uppercase[6:] + ascii_lowercase[6:],
    "0" * 10 + "A" * 5 + "a" * 5 + "G" * 20 + "g" * 20,
)
"""Maps each character to one of its kind, as far as a `Shape` distinguishes kinds."""
_HEXADECIMAL = re.compile(r"[0-9A-Fa-f]+", re.ASCII)
_TRADE_LENGTHS = frozenset({8, 12, 13, 14})


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
        """Return the shape of an id."""
        if text.isascii() and text.isdigit():
            return cls(len(text), frozenset(), number=True, hexadecimal=not _is_trade_number(text))
        return _shape_of_kinds(text.translate(_SIMILAR))


@lru_cache
def _shape_of_kinds(text: str) -> Shape:
    """Return the shape of an id that has not only digits; most ids of a list share one, so it is cached."""
    letters = frozenset(text.translate(_KINDS))
    return Shape(len(text), letters, number=not letters, hexadecimal=_HEXADECIMAL.fullmatch(text) is not None)


class OutlierDetector:
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


_MOST_NAMED = 4
_CHECKS = {CheckDigit.GTIN: fits_gtin, CheckDigit.LUHN: fits_luhn}

_CAPITALS = {code: code - 0x20 for code in range(ord("a"), ord("z") + 1)}
_SMALL = {capital: small for small, capital in _CAPITALS.items()}

_ROUNDED_NUMBER = re.compile(r"[1-9]\d{14}0+", re.ASCII)
"""A spreadsheet keeps 15 digits of a number and replaces the rest by zeros. It drops leading zeros, so a number
that begins with one has not been through it."""

_TELLING_ZEROS = 2
"""Of intact ids with 16 digits one in ten ends in a zero, in two zeros one in a hundred: few enough to look at."""

_TELLING_ROUNDED = 3
"""As many rounded numbers in a list, and no other, are no accident: of 16 digits one intact list in a thousand."""

_CAN_BE_ROUNDED = 16


def with_case(text: str, rules: IdRules) -> str:
    """Return an id in the case that the rules want; letters beyond ASCII stay as they are."""
    if rules.case is CaseRule.AS_SENT:
        return text
    return text.translate(_CAPITALS if rules.case is CaseRule.UPPER else _SMALL)


class IdJudge:
    """Judges ids one after another, in the order in which they came in.

    Args:
        rules: what the profile says.
        last: the last ids that were fit and not held, in order; only the last ten count.
        coming: all ids of a list, which are known at once. A shape that ten of them have is never the odd one out.
    """

    def __init__(self, rules: IdRules, last: Iterable[str] = (), coming: Sequence[str] = ()) -> None:
        self._rules = rules
        self._last = OutlierDetector(last)
        looks = Counter(map(Shape.of, coming)) if rules.odd_one_out else Counter[Shape]()
        self._common = {shape for shape, count in looks.items() if count >= ENOUGH}
        self._all_alike = len(looks) == len(self._common) == 1
        long = [text for text in coming if len(text) >= _CAN_BE_ROUNDED and text.isdigit()]
        self._all_rounded = len(long) >= _TELLING_ROUNDED and all(map(_ROUNDED_NUMBER.fullmatch, long))

    def why_held(self, text: str) -> Hold | None:
        """Say why an id is held, None where it is not. It counts among the last ones if it is not."""
        rules = self._rules
        if has_invisible(text):
            return Hold.of(HoldReason.ID_UNSEEN, text=visible(text))
        if text.casefold() in NO_VALUES:
            return Hold.of(HoldReason.ID_NO_VALUE, text=text)
        if not (rules.beyond_ascii or text.isascii()):
            return Hold.of(HoldReason.BEYOND_ASCII, signs=_foreign(text))
        if rules.length and len(text) != rules.length:
            return Hold.of(HoldReason.OTHER_LENGTH, length=len(text), wanted=rules.length)
        if rules.pattern and not fits(rules.pattern, text):
            return Hold.of(HoldReason.OTHER_PATTERN)
        if rules.check in _CHECKS and not _CHECKS[rules.check](text):
            return Hold.of(HoldReason.CHECK_DIGIT)
        if _ROUNDED_NUMBER.fullmatch(text) and (self._all_rounded or text.endswith("0" * _TELLING_ZEROS)):
            return Hold.of(HoldReason.ID_ROUNDED)
        if not rules.odd_one_out or self._all_alike:
            return None
        shape = Shape.of(text)
        if shape not in self._common and self._last.differ_from(shape):
            return Hold.of(HoldReason.ODD_ONE_OUT)
        self._last.add(shape)
        return None


def _foreign(text: str) -> str:
    """Name the characters beyond ASCII, each once: some look like others."""
    found = [f"{character} {code_of(character)}" for character in dict.fromkeys(text) if not character.isascii()]
    return ", ".join(found[:_MOST_NAMED]) + (", …" if len(found) > _MOST_NAMED else "")
