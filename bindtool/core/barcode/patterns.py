"""Validates whole ids: by a regular expression in linear time, and by check digits.

`core/intake/id_judge.py` applies both. The engine is RE2, whose time grows linearly with the text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bindtool.core.model.device import MAX_ID_LENGTH

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


_HALF = "[\ud800-\udfff]"


class LinearPattern:
    """A pattern in RE2's syntax: Perl's without the constructs that can't be matched in linear time.

    Raises:
        ValueError: the pattern is invalid or can't be matched in linear time; carries the engine's message.
    """

    def __init__(self, pattern: str) -> None:
        # Most profiles have no pattern, and the engine is slow to load.
        import re2

        options = re2.Options()
        options.log_errors = False
        try:
            self._engine = re2.compile(_encodable(pattern), options)
        except re2.error as error:
            raise ValueError(_words(error)) from error

    @property
    def groups(self) -> frozenset[str]:
        return frozenset(self._engine.groupindex)

    def search(self, text: str) -> Mapping[str, slice] | None:
        """Return the span of each named group in the first match; an unmatched group has an empty slice."""
        found = self._engine.search(_encodable(text))
        if found is None:
            return None
        spans = {name: found.span(group) for name, group in self._engine.groupindex.items()}
        return {name: slice(max(0, start), max(0, stop)) for name, (start, stop) in spans.items()}

    def fits(self, text: str) -> bool:
        """Return whether the pattern matches the whole text."""
        return self._engine.fullmatch(_encodable(text)) is not None


def _words(error: Exception) -> str:
    why = error.args[0]
    return why.decode(errors="replace") if isinstance(why, bytes) else str(why)


def _encodable(text: str) -> str:
    """Replace lone surrogates by U+FFFD: RE2 reads UTF-8, which can't encode them."""
    return text if text.isascii() else re.sub(_HALF, "\ufffd", text)


def fits(pattern: str, text: str) -> bool:
    """Return whether a valid pattern matches the whole of `text`; a text too long for an id never matches."""
    return len(text) <= MAX_ID_LENGTH and LinearPattern(pattern).fits(text)


def fits_gtin(text: str) -> bool:
    """Return whether the GTIN check digit is valid: weights 1 and 3 in turn from the end, sum ending in 0.

    Holds for EAN, UPC, GTIN and SSCC.

    Source: GS1 General Specifications, 7.9.
    """
    return _ends_in_zero(text, lambda digit: 3 * digit)


def fits_luhn(text: str) -> bool:
    """Return whether the Luhn check digit is valid: every other digit from the end doubled, digit sum ending in 0.

    Holds for IMEI and ICCID.

    Source: ISO/IEC 7812-1, annex B.
    """
    return _ends_in_zero(text, lambda digit: sum(divmod(2 * digit, 10)))


def _ends_in_zero(text: str, other: Callable[[int], int]) -> bool:
    """Return whether a number's digit sum ends in 0, with `other` applied to every other digit from the end."""
    if not (text.isascii() and text.isdigit()):
        return False
    digits = [int(digit) for digit in reversed(text)]
    return (sum(digits[::2]) + sum(map(other, digits[1::2]))) % 10 == 0
