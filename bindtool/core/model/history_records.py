"""Queries of the history, and the records that answer them: of this computer, and of other benches.

The store looks them up (`core/store/history.py`); the history as a file is in `core/reports/history_export.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bindtool.core.model.outcome import Answer, State

if TYPE_CHECKING:
    from datetime import date, datetime

    from bindtool.core.model.channel import Channel
    from bindtool.core.model.row import SheetHead

LASTING = (State.BOUND, State.REFUSED, State.UNKNOWN, State.UNSENT)
"""What may have become of a device when nobody works on it any more."""


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What is looked for.

    `text` is a part of an id, a label, a log id or another bench's name, in upper or lower case alike; "" for any.
    `since` and `until` are days as the clock on the wall had them, both included; None for no end. `own`: only what
    this bench has done. `profiles`: sheets of these count as having the text in their profile's name.
    """

    text: str = ""
    state: State | None = None
    since: date | None = None
    until: date | None = None
    own: bool = False
    profiles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LedgerKey:
    """Which entry of which bench's ledger: a name that it keeps wherever it is taken.

    `bench` was made up once for the data folder; `entry` counts from 1 and is never given twice there.
    """

    bench: str
    entry: int


@dataclass(frozen=True, slots=True)
class Record:
    """A device and what became of it, once.

    `key`: where the ledger has it; None for what is not bound. `answer`: None while none is known. `time`: when the
    answer came, else when the device came in. `sheet_id` and `number`: the row that it stood in, which may hold
    another device by now or be gone; None where the sheet is gone too. `channel`: None where nothing was sent.
    `machine`: the name of the other computer that has reported it; "" for this one.
    """

    time: datetime
    device_id: str
    label: str
    state: State
    answer: Answer | None
    operator: str
    profile: str
    channel: Channel | None
    key: LedgerKey | None = None
    sheet_id: int | None = None
    number: int | None = None
    job: str = ""
    machine: str = ""

    @property
    def log_id(self) -> str:
        """The log id of the answer, "" where there is none."""
        return "" if self.answer is None else self.answer.log_id


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What was found, the newest first.

    `more`: there are others beyond the limit. `others`: some other bench has reported something, found or not.
    """

    records: tuple[Record, ...]
    more: bool
    others: bool = False


@dataclass(frozen=True, slots=True)
class SheetRecord:
    """A sheet, open or closed, and what has become of its rows; `runs` counts the presses of Bind."""

    head: SheetHead
    closed_at: datetime | None
    rows: int
    bound: int
    refused: int
    unknown: int
    runs: int
