"""A channel that replaces its list: one bench at a time, with all that any bench has bound.

Owns the order: the turn is taken, what others have bound is read, the run goes on, and once what it has bound is in
the ledger the link ends the turn. Where that can't be had nothing is sent: the list would erase what others have
bound. The run itself is `channel_run`'s.
"""

from __future__ import annotations

import threading
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bindtool.core.aside import aside
from bindtool.core.bound_before import who_words
from bindtool.core.errors import LedgerFailed
from bindtool.core.shared_ledger.server_exchange import TURN_SECONDS

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from bindtool.core.channel import Channel
    from bindtool.core.shared_entry import Claimant, Taken
    from bindtool.core.shared_ledger.server import Server
    from bindtool.core.shared_ledger.server_exchange import ServerExchange


PATIENCE = 10.0
"""Seconds that a run waits for its turn: mostly another bench sends one request."""

_LOOK_AGAIN = 0.3
"""Seconds between two tries."""


@asynccontextmanager
async def turn(
    connect: Callable[[], Server],
    own: ServerExchange,
    link: ServerExchange,
    who: Claimant,
    channel: Channel,
    patience: float = PATIENCE,
) -> AsyncIterator[None]:
    """Have the turn while the context lasts, with all that others have bound read before.

    Args:
        connect: makes a connection; raises LedgerFailed.
        own: an exchange for this turn alone.
        link: the one that goes on all the time: it gives the turn back once it is in step.
        who: sends.
        channel: whose list is replaced.
        patience: seconds to wait while somebody else has the turn.

    Raises:
        LedgerFailed: "ledger.turn_taken" with `who` and `time`, or why the server can't be had.
        StoreFailed: this bench's own disk fails.
    """
    has_it = _Held()

    def take(server: Server) -> Taken | None:
        for _ in range(int(patience / _LOOK_AGAIN)):
            if server.take_turn(who, channel, TURN_SECONDS) is None:
                return None
            if has_it.wait_over(_LOOK_AGAIN):
                break
        return server.take_turn(who, channel, TURN_SECONDS)

    def begin() -> None:
        server = connect()
        try:
            taken = take(server)
            if taken is not None:
                other = who_words(taken.machine, taken.operator)
                raise LedgerFailed("ledger.turn_taken", who=other, time=f"{taken.since.astimezone():%H:%M}")
            own.begin_turn()
            own.run()
            has_it.keep(server)
        except BaseException:
            server.close()
            # Where nobody waits for this any more, the link may have looked for a turn left behind too early.
            link.end_turn()
            raise
        finally:
            own.close()

    link.begin_turn()
    try:
        await aside(begin, name="ledger-turn")
        yield
    finally:
        try:
            await aside(has_it.let_go, name="ledger-turn")
        finally:
            link.end_turn()


class _Held:
    """The connection that has the turn, from one thread to another; once let go of, none is kept any more."""

    def __init__(self) -> None:
        self._changing = threading.Lock()
        self._over = threading.Event()
        self._server: Server | None = None

    def keep(self, server: Server) -> None:
        with self._changing:
            if self._over.is_set():
                raise LedgerFailed("ledger.slow", seconds=0)
            self._server = server

    def wait_over(self, seconds: float) -> bool:
        """Wait so long; return whether nobody wants the turn any more."""
        return self._over.wait(seconds)

    def let_go(self) -> None:
        with self._changing:
            self._over.set()
        if self._server is not None:
            self._server.close()
