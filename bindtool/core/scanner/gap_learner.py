"""How slowly the scanner of this laptop types, learnt from the codes that arrive.

Owns when a code teaches and what is made of it. Who asks has to know that the code was right: it looks like the
last ids.
"""

from __future__ import annotations

from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from bindtool.core.barcode.rules import LONGEST_EVEN_GAP
from bindtool.core.scanner.slow_codes import FEWEST_EVEN

if TYPE_CHECKING:
    from bindtool.core.scanner.burst import Burst

_CODES = 3
_UNEVEN = 3
"""Times the usual gap between two keys, from which on it is a pause and no habit of the scanner."""


class GapLearner:
    """Takes codes that were right until three of them have taught the same."""

    def __init__(self) -> None:
        self._longest: list[int] = []

    def learn(self, burst: Burst, known: int) -> int:
        """Take a code; return the longest gap between two keys that is to be reckoned with, 0 for nothing new.

        Only a whole, even code that was typed into the scan field and was ended by a key teaches; never one that
        was typed into a label.

        Args:
            burst: how its keys came.
            known: the longest gap that is reckoned with already, in milliseconds.
        """
        longest = burst.longest_gap
        fits = known < longest <= LONGEST_EVEN_GAP and len(burst.strokes) >= FEWEST_EVEN
        if not (fits and burst.in_field and burst.ends and _is_even(burst)):
            return 0
        self._longest.append(longest)
        if len(self._longest) < _CODES:
            return 0
        # The next code may have a gap that is somewhat longer.
        found = min(LONGEST_EVEN_GAP, max(self._longest) * 5 // 4)
        self._longest.clear()
        return found


def _is_even(burst: Burst) -> bool:
    gaps = [later.at - earlier.at for earlier, later in pairwise(burst.strokes)]
    return max(gaps) < _UNEVEN * median(gaps)
