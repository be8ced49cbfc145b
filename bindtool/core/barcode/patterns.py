"""What a whole id must fit: a regular expression that no text can make slow, and check digits.

The engine is RE2, whose time grows linearly with the text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bindtool.core.model.device import MAX_ID_LENGTH

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


_HALF = "[\ud800-\udfff]"


class LinearPattern:
    """A pattern in RE2's syntax, which is Perl's but for what can't be matched in linear time.

    Raises:
        ValueError: it is no pattern, or one that can't be matched in linear time; the engine says why.
    """

    def __init__(self, pattern: str) -> None:
        # Most profiles have no pattern, and the engine takes its time to load.
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
        """Return where each named group stands in the first place that fits; one without a part, nowhere."""
        found = self._engine.search(_encodable(text))
        if found is None:
            return None
        spans = {name: found.span(group) for name, group in self._engine.groupindex.items()}
        return {name: slice(max(0, start), max(0, stop)) for name, (start, stop) in spans.items()}

    def fits(self, text: str) -> bool:
        """Tell whether the pattern describes the whole text."""
        return self._engine.fullmatch(_encodable(text)) is not None


def _words(error: Exception) -> str:
    why = error.args[0]
    return why.decode(errors="replace") if isinstance(why, bytes) else str(why)


def _encodable(text: str) -> str:
    """RE2 reads UTF-8, which has no half characters: what stands for no text does for each."""
    return text if text.isascii() else re.sub(_HALF, "\ufffd", text)


def fits(pattern: str, text: str) -> bool:
    """Tell whether the whole of `text` fits an expression that was checked; one too long for an id never does."""
    return len(text) <= MAX_ID_LENGTH and LinearPattern(pattern).fits(text)


def fits_gtin(text: str) -> bool:
    """Weigh digits by 1 and 3 in turn from the end: of EAN, UPC, GTIN and SSCC the sum ends in 0.

    Source: GS1 General Specifications, 7.9.
    """
    return _ends_in_zero(text, lambda digit: 3 * digit)


def fits_luhn(text: str) -> bool:
    """Double every other digit from the end and add up all digits: of an IMEI or an ICCID the sum ends in 0.

    Source: ISO/IEC 7812-1, annex B.
    """
    return _ends_in_zero(text, lambda digit: sum(divmod(2 * digit, 10)))


def _ends_in_zero(text: str, other: Callable[[int], int]) -> bool:
    """Tell whether the sum of a number's digits does, from the end every other one as `other` has it."""
    if not (text.isascii() and text.isdigit()):
        return False
    digits = [int(digit) for digit in reversed(text)]
    return (sum(digits[::2]) + sum(map(other, digits[1::2]))) % 10 == 0
