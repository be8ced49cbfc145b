"""What needs a hand after a run, grouped by cause: rows that one explanation is true of.

Also a row's neighbours, by which a person finds the device in its box. What is done about a row is the window's
(`gui/binding/to_handle/`).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bindtool.core.model.outcome import NEEDS_HAND, State
from bindtool.core.sheet_view.filters import RowFilter, no_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bindtool.core.model.row import Row
    from bindtool.core.sheet.sheet import Sheet
    from bindtool.core.sheet.status import RowStatus
    from bindtool.core.sheet_view.filters import Words


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a row needs a hand: the state it is in, and the code that it was refused with; None for the others."""

    state: State
    code: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one cause: their numbers in the order of the table, the newest first."""

    cause: Cause
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OfCause(RowFilter):
    """Lets the rows of one cause be seen, and no others."""

    cause: Cause | None = None

    @classmethod
    def of(cls, cause: Cause) -> OfCause:
        """Return the filter for the rows of a cause."""
        return cls(states=frozenset({cause.state}), cause=cause)

    def wants(self, row: Row, status: RowStatus, words: Words = no_words) -> bool:
        """Tell whether a row that is shown as `status` is wanted."""
        # `super()` would look for the class as it was before it had slots.
        return RowFilter.wants(self, row, status, words) and cause_of(row, status) == self.cause

    def choose(self, sheet: Sheet, words: Words = no_words, among: Iterable[int] | None = None) -> list[int]:
        """Return the numbers of the rows that are wanted, in the order of arrival or of `among`."""
        numbers = RowFilter.choose(self, sheet, words, among)
        return [number for number in numbers if cause_of(sheet[number], sheet.status(number)) == self.cause]

    def narrows(self, other: RowFilter) -> bool:
        """Tell whether whatever this one wants is wanted by `other` too."""
        return RowFilter.narrows(self, other) and (not isinstance(other, OfCause) or other.cause == self.cause)


def cause_of(row: Row, status: RowStatus) -> Cause | None:
    """Return why a row that is shown as `status` needs a hand; None where it needs none."""
    if status.state not in NEEDS_HAND:
        return None
    answer = row.outcome.answer if status.state is State.REFUSED else None
    return Cause(status.state, answer.code if answer is not None else None)


def group(sheet: Sheet) -> tuple[Group, ...]:
    """Return the rows of a sheet that need a hand, the most frequent cause first; of two alike, the newer one."""
    numbers: defaultdict[Cause, list[int]] = defaultdict(list)
    for row in reversed(sheet):
        # Most rows of a long sheet are bound, and judging 100,000 of them could be felt.
        if row.outcome.state is State.BOUND:
            continue
        cause = cause_of(row, sheet.status(row.number))
        if cause is not None:
            numbers[cause].append(row.number)
    found = [Group(cause, tuple(rows)) for cause, rows in numbers.items()]
    return tuple(sorted(found, key=lambda one: -len(one.numbers)))


def neighbours(sheet: Sheet, number: int) -> tuple[Row | None, Row | None]:
    """Return the rows that came in right before and right after the row `number`, as far as they have an id."""
    before = after = None
    for row in sheet:
        if not row.device_id:
            continue
        if row.number < number:
            before = row
        elif row.number > number:
            after = row
            break
    return before, after
