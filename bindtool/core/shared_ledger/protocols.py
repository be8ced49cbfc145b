"""What a bench asks of the server of a shared ledger.

Owns the questions, so that whoever asks them needs no driver. How PostgreSQL is asked is for `client`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bindtool.core.model.channel import Channel
    from bindtool.core.model.ledger_entry import Claimant, Page, Place, SharedEntry, Taken

CLAIM_SECONDS = 300.0
"""How long a claim lasts that nobody renews: a laptop that died holds nothing for longer."""
TURN_SECONDS = 12 * 3600.0
"""How long others wait for a bench that was cut off in its turn. What it has sent may be on the channel and in
nobody's ledger but its own: a shift is time enough to start that bench again."""


class Server(Protocol):
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

    def read_on(self, place: Place, limit: int) -> Page | None:
        """Return what was added behind `place`; None where the server does not know that place (any more)."""

    def listen(self, wake: int, seconds: float) -> None:
        """Wait until something was added, `wake` (a file descriptor) can be read, or so many seconds are over."""

    def claim(
        self, who: Claimant, channel: Channel, device_ids: Sequence[str], known: Place, seconds: float
    ) -> tuple[Taken, ...]:
        """Claim devices for so many seconds; return those that somebody else has, which are not claimed.

        Somebody else has a device whose claim of another bench has not run out, and one that another bench has
        bound behind `known`: of what was bound before, this bench knew. A claim of one's own begins anew.
        """

    def renew(self, bench: str, seconds: float) -> None:
        """Let the claims of a bench that have not run out go on for so many seconds from now."""

    def let_go(self, bench: str, channel: Channel, device_ids: Sequence[str]) -> None:
        """Give claims up."""

    def reserve(self, channel: Channel, series: str, bench: str, count: int, above: int) -> range:
        """Return `count` running numbers that were never given in a series, all of them above `above`."""

    def take_turn(self, who: Claimant, channel: Channel, seconds: float) -> Taken | None:
        """Take the turn to replace a channel's list; return who has it, None where this bench has it now.

        It is held until this connection ends or `end_turn`. Where the connection ended before `end_turn`, nobody
        but the same bench gets it for so many seconds: what it has sent may not be in the ledger yet. In a `Taken`
        of a turn there is no device.
        """

    def clear_turn(self, bench: str, channel: Channel) -> bool:
        """End a turn whose connection is gone: all that the bench has bound is in the ledger.

        Return whether the bench has no turn now; one whose connection lives stays.
        """

    def end_turn(self, channel: Channel) -> None:
        """Give up the turn of this connection: all that was bound is in the ledger."""

    def close(self) -> None:
        """End the connection. Never fails; a second call does nothing."""
