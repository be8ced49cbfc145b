"""Codes of slow scanners: whether keys that came in pieces are one code, and how slowly a scanner types.

Which keys are held back meanwhile is decided in `burst_detector`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import dropwhile
from typing import TYPE_CHECKING

from bindtool.core.barcode.scan_rules import LONGEST_EVEN_GAP, ScannerRules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bindtool.core.scanner.burst import Burst, Stroke

FEWEST_EVEN = 8
"""Keys in a row, each within that gap, that no person presses so."""

_FEWEST_WITH_END = 6
"""Keys in a row where the end key comes as soon after them: people look before they press Return."""

LONGEST_STALL = 500
"""Milliseconds; a busy computer may delay the rest of a code, and nobody scans the next one sooner."""

_LONGEST_FIRST_GAP = 200
"""Milliseconds between the first keys of a code and the rest; no hand goes from a keyboard to a scanner so fast."""

_MOST_STALLS = 2
_KEYS_PER_STALL = 4
"""A scanner whose keys come more slowly than that more often looks like a person."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """Which of the keys that were already passed on belong to a code.

    `lead`: those keys, in order, right before the others. `before`: the text that came before a pause, where nobody
    can tell whether it belongs to the code; "" where there is no such doubt.
    """

    lead: tuple[Stroke, ...] = ()
    before: str = ""


def put_together(
    given: Sequence[Stroke], held: Sequence[Stroke], rules: ScannerRules, *, is_scan: bool, end_gap: int
) -> Pieces | None:
    """Return how the latest keys make a code, None where they are a person's.

    Args:
        given: keys that were passed on already, each no more than `LONGEST_STALL` before the next.
        held: those after them that are still held back.
        rules: what is known of the scanner.
        is_scan: whether those held back are certainly a scanner's, with pauses among them or without.
        end_gap: the milliseconds between the last of them and the end.
    """
    # No code begins with a space: that key pressed a button.
    given = list(dropwhile(lambda key: key.text == " ", given))
    if is_scan and not given:
        return Pieces()
    keys = [*given, *held]
    if not keys:
        return None
    limit = max(LONGEST_EVEN_GAP, rules.longest_gap)
    gaps = [key.gap for key in keys[1:]]
    doubtful = gaps[: len(given)] if is_scan else gaps
    stalls = sum(gap > limit for gap in doubtful)
    few = stalls <= _MOST_STALLS and stalls * _KEYS_PER_STALL <= len(gaps)
    if few and (is_scan or _are_enough(keys, max(FEWEST_EVEN, rules.shortest))):
        longest = max(doubtful)
        sure = longest <= max(_LONGEST_FIRST_GAP, limit)
        return Pieces(tuple(given), "" if sure else _text(keys[: gaps.index(longest) + 1]))
    start = _start_of_even(gaps, len(given) if is_scan else len(keys) - 1, limit)
    fewest = _FEWEST_WITH_END if end_gap <= limit else FEWEST_EVEN
    if not (is_scan or _are_enough(keys[start:], max(fewest, rules.shortest))):
        return None
    # A few keys are rather a piece of the code than a word; left out, they would stay where they were passed to.
    lead = given if start < rules.shortest else given[start:]
    return Pieces(tuple(lead), _text(given[:start]))


def _start_of_even(gaps: Sequence[int], place: int, limit: int) -> int:
    """Return the place of the first key from which on each comes within `limit`, up to that at `place`."""
    while place and gaps[place - 1] <= limit:
        place -= 1
    return place


def _are_enough(keys: Sequence[Stroke], fewest: int) -> bool:
    """Tell whether keys are enough for a scanner's; one key over and over is held down by a person."""
    return len(keys) >= fewest and len({key.text for key in keys}) > 1


def _text(keys: Sequence[Stroke]) -> str:
    return "".join(key.text for key in keys)


_CODES = 3
_UNEVEN = 3
"""Times the usual gap between two keys, from which on it is a pause and no habit of the scanner."""


class GapLearner:
    """Learns how slowly a scanner types, from three codes that were right."""

    def __init__(self) -> None:
        self._longest: list[int] = []

    def learn(self, burst: Burst, known: int) -> int:
        """Take a code; return the longest gap between two keys to allow for, 0 for nothing new.

        Only a whole, even code counts that was typed into the scan field and ended by a key; never one that was
        typed into a label.

        Args:
            burst: how its keys came.
            known: the longest gap that is allowed for already, in milliseconds.
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
    # For three codes of a slow scanner; no other start needs it.
    from statistics import median

    return burst.longest_gap < _UNEVEN * median(burst.gaps)
