"""Compares a sheet with the expected ids: a list from elsewhere, or a sequence without gaps.

`reading` reads the list.
"""

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

    from bindtool.core.scanner.scan_rules import ScanRules
    from bindtool.core.sheet.sheet import Sheet

_OFTEN = 500
"""Cells after which to check whether the user has cancelled."""

_UNWATCHED = ReadingProgress()


@dataclass(frozen=True, slots=True)
class WantedList:
    """The distinct ids of a list, in its order.

    `repeats`: the ids that occur more than once, with their counts. `left_out`: the number of lines that may be
    devices, but whose id is unknown.
    """

    ids: tuple[str, ...]
    repeats: tuple[tuple[str, int], ...] = ()
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Compared:
    """`missing`: ids of the list without a row. `extra`: numbers of rows whose id is not in the list."""

    missing: tuple[str, ...]
    extra: tuple[int, ...]


def read_wanted(texts: Sequence[str], rules: ScanRules, progress: ReadingProgress = _UNWATCHED) -> WantedList:
    """Return the list of the ids in these cells; skips cells without an id.

    Raises:
        ReadingStopped: the user has cancelled.
    """
    times: Counter[str] = Counter()
    for at, text in enumerate(texts):
        if at % _OFTEN == 0:
            progress.at(at / len(texts))
        times[read_text(text, rules, scanned=False).device_id] += 1
    del times[""]
    return WantedList(tuple(times), tuple((one, n) for one, n in times.items() if n > 1))


def compare(wanted: WantedList, sheet: Sheet) -> Compared:
    """Compare a list with the current sheet; a row without an id is not a device."""
    there = {row.device_id for row in sheet}
    ids = set(wanted.ids)
    missing = tuple(device_id for device_id in wanted.ids if device_id not in there)
    return Compared(missing, tuple(row.number for row in sheet if row.device_id and row.device_id not in ids))


_TAIL = re.compile(r"(?:[0-9A-F]+|[0-9a-f]+)\Z")
_ENOUGH = 10
"""Minimum ids of a sequence."""
_FARTHEST = 10
"""Maximum numbers missing in a gap; after a longer gap another series begins."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A gap of `missing` numbers `between` two consecutive ids."""

    missing: int
    between: tuple[str, str]


def find_gaps(ids: Iterable[str]) -> tuple[Gap, ...]:
    """Return the gaps in sequences of ids, by id.

    Ids are grouped by length and by the prefix before their number, which is decimal if all numbers of the group
    can be, else hexadecimal. A series is a sequence if at least four of five of its numbers are present.
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
    """Split the numbers where too many are missing for a gap."""
    series = numbered[:1]
    for before, one in pairwise(numbered):
        if one[0] - before[0] - 1 > _FARTHEST:
            yield series
            series = []
        series.append(one)
    yield series
