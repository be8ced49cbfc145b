"""Totals of a report's lines: the numbers by state, and of bound and refused lines by hour.

Also the devices that were bound at several benches. The caller chooses the lines to count together, and the words.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from bindtool.core.model.outcome import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bindtool.core.reports.csv_writer import ReportLine

_HOUR = timedelta(hours=1)

_WHAT_COUNTS = (State.BOUND, State.UNKNOWN, State.REFUSED)
"""A device with several lines counts as the first of these states among them: the certain one, then possible
ones."""


@dataclass(frozen=True, slots=True)
class Sums:
    """The number of lines, and of these the bound, refused and unknown ones; `open`: all others."""

    total: int
    bound: int
    refused: int
    unknown: int

    @property
    def open(self) -> int:
        """The number of lines without a final answer."""
        return self.total - self.bound - self.refused - self.unknown


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour of a day, by its beginning in local time, and the number of devices bound and refused in it."""

    begins: datetime
    bound: int
    refused: int


def sums(lines: Iterable[ReportLine]) -> Sums:
    """Count lines by their states."""
    return _sums(line.state for line in lines)


def device_sums(lines: Iterable[ReportLine]) -> Sums:
    """Count devices by their states: a device with several lines counts once, as bound if any of them is.

    A line without an id is a device of its own.
    """
    best: dict[str | int, State] = {}
    for at, line in enumerate(lines):
        which = line.row.device_id or at
        best[which] = min(best.get(which, line.state), line.state, key=_rank)
    return _sums(best.values())


def _sums(states: Iterable[State]) -> Sums:
    counts = Counter(states)
    return Sums(counts.total(), counts[State.BOUND], counts[State.REFUSED], counts[State.UNKNOWN])


def bound_at_several(lines: Iterable[ReportLine]) -> tuple[str, ...]:
    """Return the ids that were bound at more than one bench, in the order of their first lines."""
    benches: dict[str, set[str]] = {}
    for line in lines:
        if line.state is State.BOUND:
            benches.setdefault(line.row.device_id, set()).add(line.bench)
    return tuple(device_id for device_id, named in benches.items() if len(named) > 1)


def _rank(state: State) -> int:
    return _WHAT_COUNTS.index(state) if state in _WHAT_COUNTS else len(_WHAT_COUNTS)


def hours(lines: Iterable[ReportLine]) -> tuple[Hour, ...]:
    """Return the hours from each day's first answer to its last one, including those without an answer.

    A line counts in the hour of its last answer, in that answer's UTC offset.
    """
    counts: Counter[tuple[datetime, State]] = Counter()
    for line in lines:
        answer = line.row.outcome.answer
        if answer is not None and line.state in {State.BOUND, State.REFUSED}:
            counts[answer.time.replace(tzinfo=None, minute=0, second=0, microsecond=0), line.state] += 1
    begun = sorted({begins for begins, _ in counts})
    return tuple(
        Hour(begins, counts[begins, State.BOUND], counts[begins, State.REFUSED])
        for _, of_day in groupby(begun, key=lambda begins: begins.date())
        for begins in _from_first_to_last(list(of_day))
    )


def _from_first_to_last(begun: list[datetime]) -> Iterator[datetime]:
    begins = begun[0]
    while begins <= begun[-1]:
        yield begins
        begins += _HOUR
