"""The rows that need a hand after a run, grouped by cause.

Also a row's neighbours, by which a person finds the device in its box. The actions on a row are the window's
(`gui/binding/to_handle/`).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from bindtool.core.model.outcome import State
from bindtool.core.sheet_view.filters import Cause, cause_of

if TYPE_CHECKING:
    from bindtool.core.model.row import Row
    from bindtool.core.sheet.sheet import Sheet


def group(sheet: Sheet) -> dict[Cause, list[int]]:
    """Return the numbers of the rows that need a hand by their cause, the most frequent one first.

    Of two equally frequent causes, the newer one comes first, and so does the newer row of a cause.
    """
    numbers: defaultdict[Cause, list[int]] = defaultdict(list)
    for row in reversed(sheet):
        # Most rows of a long sheet are bound, and judging 100,000 of them would be noticeable.
        if row.outcome.state is State.BOUND:
            continue
        cause = cause_of(row, sheet.status(row.number))
        if cause is not None:
            numbers[cause].append(row.number)
    return dict(sorted(numbers.items(), key=lambda found: -len(found[1])))


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
