"""The values that benches exchange: ledger entries, claims on devices, and the validation of foreign entries.

`entry_of` validates an entry from outside before any other code sees it, whether it came from a server, a folder or
a file.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bindtool.core.common.messages import Message
from bindtool.core.model.channel import Channel
from bindtool.core.model.device import SCIENTIFIC, holds_token, id_problem, label_problem
from bindtool.core.model.history_records import LedgerKey

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class SharedEntry:
    """An entry of some bench's ledger, as other benches receive it.

    `key` and `bound_at` together identify it: a data folder that was copied to another computer continues counting
    from the same entry. `machine`: the computer's name, for people.
    """

    key: LedgerKey
    machine: str
    channel: Channel
    device_id: str
    label: str
    bound_at: datetime
    log_id: str
    operator: str
    profile: str
    job: str = ""


@dataclass(frozen=True, slots=True)
class SyncCursor:
    """A bench's position in a ledger: number and identity of the last entry read.

    The identity detects a server that was restored from a backup and has assigned the same numbers again.
    """

    number: int = 0
    key: LedgerKey | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Entries in the order of their numbers, and the cursor behind the last of them.

    `more`: there are others. `left_out`: entries before the cursor that were skipped as invalid.
    """

    entries: tuple[SharedEntry, ...]
    cursor: SyncCursor
    more: bool
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Claimant:
    """The author of claims: a bench, with the name of its computer and of its operator."""

    bench: str
    machine: str
    operator: str


@dataclass(frozen=True, slots=True)
class TakenDevice:
    """A device that another bench has bound or claimed.

    `bound_at`: when it was bound there; None while it is only claimed, since `since`. `label`: its label when it
    was bound.
    """

    device_id: str
    machine: str
    operator: str
    since: datetime
    bound_at: datetime | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class RefusedCount:
    """The number of devices refused with a code on a day, by the bench's clock: "2026-12-01"."""

    day: str
    code: str
    devices: int


@dataclass(frozen=True, slots=True)
class BenchReport:
    """A bench's report about itself to a ledger, for people who watch all benches.

    `read_to`: the number of its cursor. `utc_offset`: seconds that its clock is ahead of UTC. `refused`: its counts
    that are new.
    """

    bench: str
    machine: str
    version: str
    read_to: int
    utc_offset: int
    refused: tuple[RefusedCount, ...]


LONGEST_TEXT = 4096
"""Characters; an id has its own limit."""

LONGEST_BENCH = 64
"""Characters; a bench generates 32 for itself."""

_EARLIEST, _LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""Any computer can show the times between them, in any zone. A clock without a battery starts at the first."""

_ENTRY_END = 2**63

NAMES = ("site", "connector_id", "key", "user_id")
"""The columns that identify a channel; none of them is only for people to read."""

TEXTS = ("machine", *NAMES, "device_id", "label", "time", "logid", "operator", "profile", "job")
"""All texts of an entry except its bench, by their column names in a history file."""


def entry_of(bench: object, entry: object, texts: Mapping[str, object]) -> SharedEntry | Message:
    """Return the entry with these values, or why they are invalid; `texts` has all of `TEXTS`."""
    if not isinstance(bench, str) or not 0 < len(bench) <= LONGEST_BENCH or not bench.isprintable():
        return _unfit("bench")
    if not isinstance(entry, int) or isinstance(entry, bool) or not 0 < entry < _ENTRY_END:
        return _unfit("entry")
    found: dict[str, str] = {}
    for column in TEXTS:
        text = texts[column]
        if not isinstance(text, str):
            return _unfit(column)
        found[column] = text
    bound_at = time_of(found["time"])
    if bound_at is None:
        return _unfit("time")
    return _problem(found) or SharedEntry(
        LedgerKey(bench, entry),
        found["machine"],
        Channel(*(found[column] for column in NAMES)),
        found["device_id"],
        found["label"],
        bound_at,
        found["logid"],
        found["operator"],
        found["profile"],
        found["job"],
    )


def time_of(text: str) -> datetime | None:
    """Parse a time of an entry. It is part of the entry's identity, so only the canonical spelling is accepted."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    is_whole = time.tzinfo is not None and time.isoformat() == text
    return time if is_whole and _EARLIEST <= time < _LATEST else None


def _problem(texts: Mapping[str, str]) -> Message | None:
    together = " ".join(texts.values())
    # Most entries pass this quick check.
    is_plain = len(together) <= LONGEST_TEXT and together.isprintable() and not holds_token(together)
    for column, text in () if is_plain else texts.items():
        if len(text) > LONGEST_TEXT:
            return Message.of("history.untaken.too_long", column=column, limit=LONGEST_TEXT)
        if not text.isprintable() and has_control(text, "" if column in NAMES else "\t\r\n"):
            return Message.of("history.untaken.control", column=column)
        if holds_token(text):
            return Message.of("history.untaken.token", column=column)
    unnamed = next((column for column in NAMES[:3] if not texts[column]), None)
    if unnamed is not None:
        return _unfit(unnamed)
    # A spreadsheet that saves the file rewrites long numbers and strips leading zeros from others.
    if SCIENTIFIC.fullmatch(texts["connector_id"]):
        return Message.of("reason.id_scientific", text=texts["connector_id"])
    return id_problem(texts["device_id"]) or label_problem(texts["label"])


def has_control(text: str, allowed: str = "") -> bool:
    """Return whether a text contains control characters or lone surrogates, other than those in `allowed`."""
    return any(unicodedata.category(character) in {"Cc", "Cs"} for character in text if character not in allowed)


def _unfit(column: str) -> Message:
    return Message.of("history.untaken.unfit", column=column)
