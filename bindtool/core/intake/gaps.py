"""Numbers that are missing between ids which run in sequence: "…3F20AB, …3F20AD" lacks one.

Owns what counts as a sequence. It is a guess, to be told as one: nobody knows which ids a factory has printed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_TAIL = re.compile(r"(?:[0-9A-F]+|[0-9a-f]+)\Z")
_ENOUGH = 10
"""Ids from which on they may be said to run in sequence."""
_FARTHEST = 10
"""Numbers that may be missing in one place; where more are, another series begins."""


@dataclass(frozen=True, slots=True)
class Gap:
    """So many numbers are missing `between` one id and the next."""

    missing: int
    between: tuple[str, str]


def find_gaps(ids: Iterable[str]) -> tuple[Gap, ...]:
    """Return the gaps in those ids that run in sequence, by id.

    Ids belong together that are as long and begin alike up to their number, which is a decimal one where all of
    them can be, else a hexadecimal one. A series runs in sequence where at least four of five of its numbers are
    there.
    """
    groups: defaultdict[tuple[int, str], dict[str, str]] = defaultdict(dict)
    for one in ids:
        if tail := _TAIL.search(one):
            groups[len(one), one[: tail.start()]][tail.group()] = one
    return tuple(gap for key in sorted(groups) for gap in _gaps_in(groups[key]))


def _gaps_in(group: dict[str, str]) -> Iterator[Gap]:
    base = 10 if all(tail.isdecimal() for tail in group) else 16
    numbered = sorted((int(tail, base), one) for tail, one in group.items())
    for series in _series(numbered):
        length = series[-1][0] - series[0][0] + 1
        if len(series) >= _ENOUGH and len(series) * 5 >= length * 4:
            for (number, one), (following, other) in pairwise(series):
                if following > number + 1:
                    yield Gap(following - number - 1, (one, other))


def _series(numbered: list[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    """Split where so many numbers are missing that it is not a gap any more."""
    series = numbered[:1]
    for before, one in pairwise(numbered):
        if one[0] - before[0] - 1 > _FARTHEST:
            yield series
            series = []
        series.append(one)
    yield series
