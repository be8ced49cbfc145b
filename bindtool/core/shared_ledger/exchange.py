"""What keeps this bench in step with the others, whichever way they are reached.

Owns the words between the thread of `sync_thread` and the two ways: `sync` by PostgreSQL, `sync` by
files in a folder that all of them can reach.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bindtool.core.common.errors import BindtoolError
    from bindtool.core.model.ledger_entry import SharedEntry

    News = Callable[[tuple[SharedEntry, ...]], None]
    """Hears of what other benches have bound, once the disk has it; called in the thread of the link."""


PASSING = frozenset(
    {"ledger.unreachable", "ledger.folder_unreachable", "ledger.slow", "ledger.failed", "ledger.fault"}
)
"""Problems that mostly end by themselves; of any other a person has to be told."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How this bench stands with the others.

    `since`: from when on it has not been in step; None while it is. `waiting`: how many of its entries others do
    not know yet. `problem`: what is in the way, None where nothing is, or nothing is known yet.
    """

    since: datetime | None
    waiting: int = 0
    problem: BindtoolError | None = None


class Exchange(Protocol):
    """One way to the others. One thread uses it."""

    def run(self) -> None:
        """Tell what waits and take in what is new, until both are in step.

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
