"""Compares a sheet with what was expected: a list from elsewhere, and ids that run in sequence without a gap."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from bindtool.core.common.progress import ReadingProgress
from bindtool.core.intake.reading import read_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bindtool.core.barcode.scan_rules import ScanRules
    from bindtool.core.sheet.sheet import Sheet

_OFTEN = 500
"""Cells after which it is asked whether the person has cancelled."""

_UNWATCHED = ReadingProgress()


@dataclass(frozen=True, slots=True)
class WantedList:
    """The ids of a list, each once, in its order.

    `repeats`: those that occur more than once, and how often. `left_out`: lines that may be devices, and no id is
    known of them.
    """

    ids: tuple[str, ...]
    repeats: tuple[tuple[str, int], ...] = ()
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Compared:
    """`missing`: ids of the list that no row has. `extra`: numbers of rows whose id is not in the list."""

    missing: tuple[str, ...]
    extra: tuple[int, ...]


def read_wanted(texts: Sequence[str], rules: ScanRules, progress: ReadingProgress = _UNWATCHED) -> WantedList:
    """Return the list that these cells make; those in which there is no id are left out.

    Raises:
        ReadingStopped: the person has cancelled.
    """
    times: Counter[str] = Counter()
    for at, text in enumerate(texts):
        if at % _OFTEN == 0:
            progress.at(at / len(texts))
        times[read_text(text, rules, scanned=False).device_id] += 1
    del times[""]
    return WantedList(tuple(times), tuple((one, n) for one, n in times.items() if n > 1))


def compare(wanted: WantedList, sheet: Sheet) -> Compared:
    """Compare a list with a sheet as it is now; a row without an id is no device."""
    there = {row.device_id for row in sheet}
    ids = set(wanted.ids)
    missing = tuple(device_id for device_id in wanted.ids if device_id not in there)
    return Compared(missing, tuple(row.number for row in sheet if row.device_id and row.device_id not in ids))


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
