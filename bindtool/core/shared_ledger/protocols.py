"""What a bench asks of a shared ledger: of its server, and of whatever keeps it in step with the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bindtool.core.common.errors import BindtoolError
    from bindtool.core.model.channel import Channel
    from bindtool.core.model.ledger_entry import Claimant, Page, SharedEntry, SyncCursor, TakenDevice

    News = Callable[[tuple[SharedEntry, ...]], None]
    "Called with what other benches have bound, once the disk has it, in the ledger's thread."

CLAIM_SECONDS = 300.0
"""How long a claim lasts that nobody renews: a laptop that died holds nothing for longer."""
TURN_SECONDS = 12 * 3600.0
"""How long others wait for a bench that lost its connection in its turn. What it has sent may be on the channel and
in nobody's ledger but its own: a shift is time enough to start that bench again."""


class LedgerServer(Protocol):
    """One connection to a server; one thread at a time may use it. Every failure is a LedgerFailed.

    After a failure the connection is of no use any more. Each call is one statement, so that a bench that vanishes
    in the middle of one leaves nothing half done and nothing locked.
    """

    @property
    def ledger_id(self) -> str:
        """The name that the ledger was given when it was made; another one is another ledger."""

    def push(self, entries: Sequence[SharedEntry]) -> None:
        """Add entries; those that are there already, by their names, stay as they are.

        The claims of their benches on their devices are let go in the same transaction.
        """

    def read_on(self, cursor: SyncCursor, limit: int) -> Page | None:
        """Return what was added behind `cursor`; None where the server does not know that entry (any more)."""

    def listen(self, wake: int, seconds: float) -> None:
        """Wait until something was added, `wake` (a file descriptor) can be read, or so many seconds are over."""

    def claim(
        self, who: Claimant, channel: Channel, device_ids: Sequence[str], known: SyncCursor, seconds: float
    ) -> tuple[TakenDevice, ...]:
        """Claim devices for so many seconds; return those that somebody else has, which are not claimed.

        Somebody else has a device whose claim of another bench has not run out, and one that another bench has
        bound behind `known`: of what was bound before, this bench knew. A claim of one's own begins anew.
        """

    def renew(self, bench: str, seconds: float) -> None:
        """Let the claims of a bench that have not run out go on for so many seconds from now."""

    def release(self, bench: str, channel: Channel, device_ids: Sequence[str]) -> None:
        """Give claims up."""

    def reserve(self, channel: Channel, series: str, bench: str, count: int, above: int) -> range:
        """Return `count` running numbers that were never given in a series, all of them above `above`."""

    def take_turn(self, who: Claimant, channel: Channel, seconds: float) -> TakenDevice | None:
        """Take the turn to replace a channel's list; return who has it, None where this bench has it now.

        It is held until this connection ends or `end_turn`. Where the connection ended before `end_turn`, nobody
        but the same bench gets it for so many seconds: what it has sent may not be in the ledger yet. In a
        `TakenDevice` of a turn there is no device.
        """

    def clear_turn(self, bench: str, channel: Channel) -> bool:
        """End a turn whose connection is gone: all that the bench has bound is in the ledger.

        Return whether the bench has no turn now; one whose connection lives stays.
        """

    def end_turn(self, channel: Channel) -> None:
        """Give up the turn of this connection: all that was bound is in the ledger."""

    def close(self) -> None:
        """End the connection. Never fails; a second call does nothing."""


PASSING = frozenset(
    {"ledger.unreachable", "ledger.folder_unreachable", "ledger.slow", "ledger.failed", "ledger.fault"}
)
"""Problems that mostly end by themselves; of any other a person has to be told."""


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """How this bench stands with the others.

    `since`: from when on it has not been in step; None while it is. `waiting`: how many of its entries others do
    not know yet. `problem`: why they are not in step, None where they are, or nothing is known yet.
    """

    since: datetime | None
    waiting: int = 0
    problem: BindtoolError | None = None


class LedgerSync(Protocol):
    """Exchanges entries with the other benches. One thread uses it."""

    def run(self) -> None:
        """Share what waits and take in what is new, until both are in step.

        Raises:
            LedgerFailed: the others can't be reached now; the next call begins anew.
            StoreFailed: this bench's own disk fails.
        """

    def wait(self, wake: int, seconds: float) -> None:
        """Return when others may have something new, `wake` (a file descriptor) can be read, or after `seconds`."""

    def waiting(self) -> int:
        """Return how many entries others do not know yet."""

    def close(self) -> None:
        """Let go of everything. Never fails."""


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """`tls`: its version, "" for none. `schema`: that of the tables. `newest`: the number of the newest entry.

    `left_out`: entries that no bench can read. `due`: whether the owner has to bring the ledger on.
    """

    tls: str
    postgres: str
    schema: int
    entries: int
    newest: int
    left_out: int = 0
    due: bool = False
