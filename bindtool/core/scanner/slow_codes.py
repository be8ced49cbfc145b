"""Slow scanners: decides whether keys in pieces are one code, and learns how slowly a scanner types.

Which keys are held back meanwhile is decided in `burst_detector`.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import dropwhile
from typing import TYPE_CHECKING

from bindtool.core.scanner.scan_rules import LONGEST_EVEN_GAP, ScannerRules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bindtool.core.scanner.burst import Burst, Stroke

FEWEST_EVEN = 8
"""Keys in a row, each within that gap; no person types so many so evenly."""

_FEWEST_WITH_END = 6
"""Keys in a row if the end key follows as fast: people look before they press Return."""

LONGEST_STALL = 500
"""Milliseconds; a busy computer may delay the rest of a code, and no person scans the next one sooner."""

_LONGEST_FIRST_GAP = 200
"""Milliseconds between the first keys of a code and the rest; no hand moves from keyboard to scanner so fast."""

_MOST_STALLS = 2
_KEYS_PER_STALL = 4
"""A scanner with slow keys more often than once in this many looks like a person."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """The keys of a code that were already passed on.

    `lead`: those keys, in order, right before the others. `before`: text from before a pause that may or may not
    belong to the code; "" if there is no such doubt.
    """

    lead: tuple[Stroke, ...] = ()
    before: str = ""


def put_together(
    given: Sequence[Stroke], held: Sequence[Stroke], rules: ScannerRules, *, is_scan: bool, end_gap: int
) -> Pieces | None:
    """Return how the latest keys form a code, None if they are a person's.

    Args:
        given: keys that were passed on already, each no more than `LONGEST_STALL` before the next.
        held: those after them that are still held back.
        rules: the scanner's rules.
        is_scan: whether the held keys are certainly a scanner's, with or without pauses among them.
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
    # A few keys are more likely a piece of the code than a word; left out, they would stay in their widget.
    lead = given if start < rules.shortest else given[start:]
    return Pieces(tuple(lead), _text(given[:start]))


def _start_of_even(gaps: Sequence[int], place: int, limit: int) -> int:
    """Return the index of the first key of the run up to `place` in which each gap is within `limit`."""
    while place and gaps[place - 1] <= limit:
        place -= 1
    return place


def _are_enough(keys: Sequence[Stroke], fewest: int) -> bool:
    """Return whether the keys suffice for a scanner; one key over and over is held down by a person."""
    return len(keys) >= fewest and len({key.text for key in keys}) > 1


def _text(keys: Sequence[Stroke]) -> str:
    return "".join(key.text for key in keys)


_CODES = 3
_UNEVEN = 3
"""A gap this many times the usual one is a pause and no trait of the scanner."""


class GapLearner:
    """Learns how slowly a scanner types, from three correct codes."""

    def __init__(self) -> None:
        self._longest: list[int] = []

    def learn(self, burst: Burst, known: int) -> int:
        """Take a code; return the longest gap between two keys to allow, 0 for no change.

        Only a whole, even code counts that was typed into the scan field and ended by a key; never one typed into a
        label.

        Args:
            burst: its keys.
            known: the longest gap allowed already, in milliseconds.
        """
        longest = burst.longest_gap
        fits = known < longest <= LONGEST_EVEN_GAP and len(burst.strokes) >= FEWEST_EVEN
        if not (fits and burst.in_field and burst.ends and _is_even(burst)):
            return 0
        self._longest.append(longest)
        if len(self._longest) < _CODES:
            return 0
        # The next code may have a slightly longer gap.
        found = min(LONGEST_EVEN_GAP, max(self._longest) * 5 // 4)
        self._longest.clear()
        return found


def _is_even(burst: Burst) -> bool:
    # Needed for three codes of a slow scanner; not loaded at start.
    from statistics import median

    return burst.longest_gap < _UNEVEN * median(burst.gaps)
