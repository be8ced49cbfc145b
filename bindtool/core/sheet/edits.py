"""One edit of a sheet, which can be taken back, and what it makes of a row's outcome.

Owns the value. Doing edits, one after another, is for `sheet`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bindtool.core.model.outcome import Outcome

if TYPE_CHECKING:
    from bindtool.core.model.row import Row


@dataclass(frozen=True, slots=True)
class Edit:
    """Rows taken out and rows put in, in one step. Its inverse takes it back."""

    before: tuple[Row, ...]
    after: tuple[Row, ...]

    @property
    def inverse(self) -> Edit:
        """The edit that takes this one back."""
        return Edit(self.after, self.before)

    @property
    def put(self) -> tuple[Row, ...]:
        """What a database has to write."""
        return self.after

    @property
    def drop(self) -> tuple[int, ...]:
        """The numbers that a database has to forget."""
        kept = {row.number for row in self.after}
        return tuple(row.number for row in self.before if row.number not in kept)


def edited(old: Row, new: Row) -> Row:
    """Return `new` with the outcome that fits its texts, and unsaved."""
    if new.device_id != old.device_id:
        return replace(new, outcome=Outcome(), saved=False)
    if new.label != old.label and not old.outcome.lost:
        return replace(new, outcome=Outcome(), saved=False)
    return replace(new, outcome=old.outcome, saved=False)
