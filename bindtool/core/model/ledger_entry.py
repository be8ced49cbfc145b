"""What benches tell one another: entries of their ledgers, and who is about to bind what.

Owns the values. Keeping them is for `store`, bringing them from bench to bench for `shared_ledger`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bindtool.core.model.channel import Channel
    from bindtool.core.model.history_records import LedgerKey


@dataclass(frozen=True, slots=True)
class SharedEntry:
    """An entry of some bench's ledger, as it is told to others.

    Its name is `key` with `bound_at`: a data folder that was copied to another computer counts on from the same
    entry. `machine`: the name of the computer, for people.
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
class Place:
    """How far a bench has read a ledger: the number of the last entry that it has, and the name of that entry.

    The name tells a server that was set back to an earlier day, and has given its numbers again since, from the one
    that was read.
    """

    number: int = 0
    key: LedgerKey | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Entries in the order of their numbers, and the place behind the last of them.

    `more`: there are others. `left_out`: how many more stand before that place, and can't be believed.
    """

    entries: tuple[SharedEntry, ...]
    place: Place
    more: bool
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Claimant:
    """Who claims devices: a bench, with the name of its computer and of the person at it."""

    bench: str
    machine: str
    operator: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A device that somebody else has.

    `bound_at`: when it was bound there; None while it is only claimed, since `since`. `label`: the one that it was
    bound with.
    """

    device_id: str
    machine: str
    operator: str
    since: datetime
    bound_at: datetime | None = None
    label: str = ""
