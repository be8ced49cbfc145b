"""Before a run: its devices are claimed, so that of two benches with the same device one binds.

It decides how long that may take, and what is said of a device that somebody else has; which bench wins is decided
on the server, in `postgres.claim_rules`. Where the server can't be reached in time, the run goes on and says so: a
bench without a network works as before.
"""

from __future__ import annotations

import asyncio
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from bindtool.core.common.concurrency import in_daemon_thread
from bindtool.core.common.errors import BindtoolError, LedgerFailed
from bindtool.core.intake.holds import day_words, who_words
from bindtool.core.model.row import Hold, HoldReason
from bindtool.core.shared_ledger.postgres.sync import CLAIM_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from bindtool.core.model.channel import Channel
    from bindtool.core.model.ledger_entry import Claimant, SyncCursor, TakenDevice
    from bindtool.core.shared_ledger.postgres.client import PostgresServer

T = TypeVar("T")

CLAIM_TIMEOUT = 3.0
"""Seconds that a run waits for its claims; on a factory's network they take some 20 ms."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """What became of a claim. `taken`: devices that somebody else has. `problem`: why nothing was claimed."""

    taken: tuple[TakenDevice, ...] = ()
    problem: BindtoolError | None = None

    def reasons(self, now: datetime) -> dict[str, Hold]:
        """Say by device who has it, for its row, which is held."""
        return {each.device_id: _reason(each, now) for each in self.taken}


async def claim(
    connect: Callable[[], PostgresServer],
    who: Claimant,
    channel: Channel,
    device_ids: Sequence[str],
    cursor_in: Callable[[str], SyncCursor],
    max_wait: float = CLAIM_TIMEOUT,
) -> Claimed:
    """Claim devices for a run that begins now. Never fails.

    Args:
        connect: makes a connection; raises LedgerFailed.
        who: claims them.
        channel: where they are to be bound.
        device_ids: at least one.
        cursor_in: how far this bench has read a ledger, by its name: what was bound by then, the technician knows.
        max_wait: seconds.
    """

    def ask(server: PostgresServer) -> tuple[TakenDevice, ...]:
        return server.claim(who, channel, device_ids, cursor_in(server.ledger_id), CLAIM_SECONDS)

    try:
        async with asyncio.timeout(max_wait):
            return Claimed(await answer_of(connect, ask))
    except TimeoutError:
        return Claimed(problem=LedgerFailed("ledger.slow", seconds=max_wait))
    except BindtoolError as error:
        return Claimed(problem=error)


async def release(
    connect: Callable[[], PostgresServer], bench: str, channel: Channel, device_ids: Sequence[str]
) -> None:
    """Give claims up that a run has not used. Never fails: they run out by themselves."""
    with suppress(TimeoutError, BindtoolError):
        async with asyncio.timeout(CLAIM_TIMEOUT):
            await answer_of(connect, lambda server: server.release(bench, channel, device_ids))


async def answer_of(connect: Callable[[], PostgresServer], ask: Callable[[PostgresServer], T]) -> T:
    """Return what `ask` returns, over a connection and in a thread of its own."""

    def call() -> T:
        with closing(connect()) as server:
            return ask(server)

    return await in_daemon_thread(call, name="ledger-question")


def _reason(taken: TakenDevice, now: datetime) -> Hold:
    who = who_words(taken.machine, taken.operator)
    if taken.bound_at is None:
        return Hold.of(HoldReason.CLAIMED, who=who, time=f"{taken.since.astimezone():%H:%M}")
    day = day_words(taken.bound_at.astimezone(), now)
    return Hold.of(HoldReason.BOUND_THERE, date=day, who=who, label=taken.label)
