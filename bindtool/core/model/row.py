"""A row of a sheet, and what is true of the sheet as a whole: the values that are shown, stored and reported.

The order of rows, repeats and undo are in `core/sheet/sheet.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from bindtool.core.model.outcome import Outcome

if TYPE_CHECKING:
    from datetime import datetime

    from bindtool.core.common.messages import Message


class Source(StrEnum):
    """How a row's id came in; the values appear in reports."""

    SCANNED = "scanned"
    PASTED = "pasted"
    TYPED = "typed"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Row:
    """A device that is to be bound, or a text that is not one yet.

    `number` is the row's name for good: it counts from 1 in the order of arrival and is never given twice in a
    sheet (in `bindtool bind` it is the line of the file). `arrived` is the whole text as it came in; `note` says
    what was changed in it. `held`: a reason that one tick removes. `saved`: the disk has the row.
    """

    number: int
    device_id: str
    label: str
    source: Source
    added_at: datetime
    operator: str = ""
    arrived: str = ""
    note: Message | None = None
    held: Message | None = None
    saved: bool = False
    outcome: Outcome = field(default=Outcome())

    def with_outcome(self, outcome: Outcome) -> Row:
        """Return the row with another outcome."""
        return self._with(outcome, saved=self.saved)

    def as_saved(self) -> Row:
        """Return the row as one that the disk has."""
        return self._with(self.outcome, saved=True)

    def _with(self, outcome: Outcome, *, saved: bool) -> Row:
        """Named one by one: `dataclasses.replace` takes twice as long, and a run changes each row twice."""
        return Row(
            self.number,
            self.device_id,
            self.label,
            self.source,
            self.added_at,
            self.operator,
            self.arrived,
            self.note,
            self.held,
            saved,
            outcome,
        )


@dataclass(frozen=True, slots=True)
class SheetHead:
    """What is true of a whole sheet.

    `profile` is the name of the profile that it belongs to, "" while there is none. `expected`: how many devices
    the job has, None where nobody said. `origin`: "window", or the name of the file that `bindtool bind` read.
    """

    sheet_id: int
    created_at: datetime
    profile: str = ""
    job: str = ""
    expected: int | None = None
    operator: str = ""
    origin: str = "window"
