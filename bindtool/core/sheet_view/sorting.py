"""Sorts the rows of a sheet: by arrival, or by one of their columns.

The words of a message are handed in. Which rows are shown is decided in `filters`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from bindtool.core.model.outcome import State
from bindtool.core.sheet_view.columns import Column
from bindtool.core.sheet_view.filters import has_words, no_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from bindtool.core.model.row import Row
    from bindtool.core.sheet.status import RowStatus
    from bindtool.core.sheet_view.filters import Words

    Key = Any
    """A text, a number, or a time in seconds: one type for each `Column`, and "" for an empty cell."""

_NUMBER = re.compile("[0-9][0-9A-Za-z]*")
_LONGEST = 0xFFFF

_HELD = 3
_URGENCY: Mapping[State, int] = MappingProxyType(
    {
        State.REFUSED: 0,
        State.UNKNOWN: 1,
        State.UNSENT: 2,
        State.INCOMPLETE: 4,
        State.READY: 5,
        State.WAITING: 6,
        State.SENDING: 7,
        State.BOUND: 8,
    }
)


@dataclass(frozen=True, slots=True)
class RowOrder:
    """The sort column, and whether the largest is on top.

    Equal rows keep the order of arrival, the newest on top; rows with an empty cell are last.
    """

    by: Column = Column.NUMBER
    descending: bool = True

    def keys(
        self, rows: Iterable[Row], status_of: Callable[[int], RowStatus], words: Words = no_words
    ) -> Iterator[Key]:
        """Yield the sort key of each of `rows`, "" for an empty cell.

        States are sorted by how much they need a hand: refused first, bound last.
        """
        match self.by:
            case Column.DEVICE_ID:
                return (natural(row.device_id) for row in rows)
            case Column.LABEL:
                return (natural(row.label) for row in rows)
            case Column.STATUS:
                return (_urgency(status_of(row.number)) for row in rows)
            case Column.MESSAGE:
                return (words(row, status_of(row.number)) if has_words(row, status_of) else "" for row in rows)
            case Column.LOG_ID:
                return (row.outcome.answer.log_id if row.outcome.answer else "" for row in rows)
            case Column.TIME:
                return _times(rows)
            case _:
                return (row.number for row in rows)


def natural(text: str) -> str:
    """Return the key for natural sorting: "SPK9" before "SPK10"; "" for "".

    A number is compared by its length and then as text, and the letters after it count as digits too: serial
    numbers and MAC addresses of one length, in hex or all letters, keep the order in which they were assigned.
    """
    return _NUMBER.sub(_by_size, text)


def _by_size(number: re.Match[str]) -> str:
    digits = number[0].lstrip("0")
    # With a leading digit: a number sorts before a letter and after a blank, as in a plain comparison.
    return f"0{chr(min(len(digits), _LONGEST))}{digits}"


def last_time(row: Row) -> datetime:
    """Return when a row was answered, and before that when it came in."""
    answer = row.outcome.answer
    return row.added_at if answer is None else answer.time


def _times(rows: Iterable[Row]) -> Iterator[Key]:
    before, moment = None, 0.0
    for time in map(last_time, rows):
        # Rows that were sent together mostly share their answer, and then its time: much faster, and less memory.
        if time is not before:
            before, moment = time, time.timestamp()
        yield moment


def _urgency(status: RowStatus) -> int:
    return _HELD if status.held else _URGENCY[status.state]


ARRIVAL = RowOrder()
"""The newest row on top."""
