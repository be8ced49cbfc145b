"""Queries of the history and their result records: of this computer, and of other benches.

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
"""The states that a device may be left in when work on it ends."""


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A search of the history.

    `text` is a part of an id, a label, a log id or another bench's name, case-insensitive; "" for any. `since` and
    `until` are days in local time, both included; None for no limit. `own`: only records of this bench. `profiles`:
    sheets of these profiles match as well, since the text is in the profile's name.
    """

    text: str = ""
    state: State | None = None
    since: date | None = None
    until: date | None = None
    own: bool = False
    profiles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LedgerKey:
    """Identifies a ledger entry by its bench and number, also in a copied data folder.

    `bench` was generated once for the data folder; `entry` counts from 1 and is never reused there.
    """

    bench: str
    entry: int


@dataclass(frozen=True, slots=True)
class Record:
    """One result of one device.

    `key`: its ledger entry; None for a device that is not bound. `answer`: None while none is known. `time`: when
    the answer came, else when the device came in. `sheet_id` and `number`: its row, which may hold another device
    by now or be deleted; None if the sheet is deleted too. `channel`: None if nothing was sent. `machine`: the name
    of the other computer that reported it; "" for this one.
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
        """The log id of the answer, "" for none."""
        return "" if self.answer is None else self.answer.log_id


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The records found, the newest first.

    `more`: there are others beyond the limit. `others`: some other bench has reported records, found or not.
    """

    records: tuple[Record, ...]
    more: bool
    others: bool = False


@dataclass(frozen=True, slots=True)
class SheetRecord:
    """A sheet, open or closed, and the results of its rows; `runs` counts the presses of Bind."""

    head: SheetHead
    closed_at: datetime | None
    rows: int
    bound: int
    refused: int
    unknown: int
    runs: int
