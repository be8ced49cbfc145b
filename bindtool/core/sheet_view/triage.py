"""What needs a hand after a run, grouped by cause: rows that one explanation is true of.

Also a row's neighbours, by which a person finds the device in its box. What is done about a row is the window's
(`gui/binding/to_handle/`).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bindtool.core.model.outcome import State
from bindtool.core.sheet_view.filters import cause_of

if TYPE_CHECKING:
    from bindtool.core.model.row import Row
    from bindtool.core.sheet.sheet import Sheet
    from bindtool.core.sheet_view.filters import Cause


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one cause: their numbers in the order of the table, the newest first."""

    cause: Cause
    numbers: tuple[int, ...]


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
