"""The turn on a channel that replaces its list: one bench at a time sends the bindings of all benches.

The order: take the turn, read other benches' bindings, run, and end the turn once the run's bindings are in the
ledger: with the run, however that ends, or later, by the sync thread. Without the turn, or if it is lost in a run,
nothing is sent: the list would erase other benches' bindings. The run itself is in `core.jobs.channel_run`.
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bindtool.core.common.concurrency import in_daemon_thread
from bindtool.core.common.errors import BindtoolError, LedgerFailed
from bindtool.core.intake.holds import who_words

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from bindtool.core.model.channel import Channel
    from bindtool.core.model.ledger_entry import Claimant, TakenDevice
    from bindtool.core.shared_ledger.postgres.client import PostgresServer
    from bindtool.core.shared_ledger.postgres.sync import ServerSync

    Confirm = Callable[[], Awaitable[None]]
    """Returns if this bench still has, or has again, the turn, with all bindings of other benches read; raises as
    `ChannelTurn.held` does."""

TURN_SECONDS = 12 * 3600.0
"""Seconds that others wait for a bench that lost its connection in its turn. Its bindings may be on the channel and
in no ledger but its own: a shift is time enough to restart that bench."""

TURN_TIMEOUT = 10.0
"""Seconds that a run waits for its turn: usually another bench sends one request."""

RELEASE_TIMEOUT = 3.0
"""Seconds that a run waits at its end for its turn to be released; nothing else waits for it."""

_LOOK_AGAIN = 0.3
"""Seconds between two tries."""


@dataclass
class ChannelTurn:
    """A turn, whose connection moves from the thread that begins it to the one that releases it.

    Attributes:
        connect: opens a connection; raises LedgerFailed.
        own: a sync for this turn alone.
        background: that of the sync thread: it releases the turn once it is in sync.
        who: the sender.
        channel: whose list is replaced.
        max_wait: seconds to wait while another bench has the turn.
        give_back: seconds to wait at the end until the turn is released.
    """

    connect: Callable[[], PostgresServer]
    own: ServerSync
    background: ServerSync
    who: Claimant
    channel: Channel
    max_wait: float = TURN_TIMEOUT
    give_back: float = RELEASE_TIMEOUT
    _changing: threading.Lock = field(default_factory=threading.Lock, init=False)
    _over: threading.Event = field(default_factory=threading.Event, init=False)
    _server: PostgresServer | None = field(default=None, init=False)

    @asynccontextmanager
    async def held(self) -> AsyncIterator[Confirm]:
        """Hold the turn for the duration of the context, with all bindings of other benches read before.

        Call the result before each request to confirm it: a computer that has slept, or had no network, may have
        lost it.

        Raises:
            LedgerFailed: "ledger.turn_taken" with `who` and `time`, or why the server can't be reached.
            StoreFailed: this bench's own disk fails.
        """
        self.background.begin_turn()
        try:
            await in_daemon_thread(self._begin, name="ledger-turn")
            yield lambda: in_daemon_thread(self._confirm, name="ledger-turn")
        finally:
            try:
                with suppress(TimeoutError):
                    async with asyncio.timeout(self.give_back):
                        await in_daemon_thread(self._give_back, name="ledger-turn")
            finally:
                self.background.end_turn()

    def _begin(self) -> None:
        """Take the turn and read all bindings of other benches."""
        server = self.connect()
        try:
            taken = self._take(server)
            if taken is not None:
                other = who_words(taken.machine, taken.operator)
                raise LedgerFailed("ledger.turn_taken", who=other, time=f"{taken.since.astimezone():%H:%M}")
            self._read(server)
        except BaseException:
            server.close()
            # After a timeout, the sync thread may have checked too early for an abandoned turn.
            self.background.end_turn()
            raise

    def _confirm(self) -> None:
        """Take the turn once more, or else begin anew; another bench may have had it in between."""
        with suppress(LedgerFailed):
            if self._server is not None and self._server.take_turn(self.who, self.channel, TURN_SECONDS) is None:
                self._come_in_step()
                return
        self._begin()

    def _give_back(self) -> None:
        """Share the run's bindings and end the turn; on failure the sync thread does so later. Never raises."""
        with self._changing:
            self._over.set()
        server = self._server
        if server is None:
            return
        try:
            with suppress(BindtoolError):
                if self.own.waiting():
                    self.own.run()
                self._end(server)
        finally:
            self.own.close()
            server.close()
            # It may have checked too early.
            self.background.end_turn()

    def _take(self, server: PostgresServer) -> TakenDevice | None:
        for _ in range(int(self.max_wait / _LOOK_AGAIN)):
            if server.take_turn(self.who, self.channel, TURN_SECONDS) is None:
                return None
            if self._over.wait(_LOOK_AGAIN):
                break
        return server.take_turn(self.who, self.channel, TURN_SECONDS)

    def _read(self, server: PostgresServer) -> None:
        self.own.begin_turn()
        try:
            self._come_in_step()
            self._keep(server)
        except BaseException:
            with suppress(BindtoolError):
                self._end(server)
            raise

    def _come_in_step(self) -> None:
        try:
            self.own.run()
        finally:
            self.own.close()

    def _keep(self, server: PostgresServer) -> None:
        with self._changing:
            if self._over.is_set():
                raise LedgerFailed("ledger.slow", seconds=0)
            lost, self._server = self._server, server
        if lost is not None:
            lost.close()

    def _end(self, server: PostgresServer) -> None:
        """End the turn, unless bindings of this bench are missing in the ledger, also from before a crash."""
        if not self.own.waiting():
            server.end_turn(self.channel)
