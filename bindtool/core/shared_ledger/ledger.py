"""The shared ledger of a profile, as seen by the rest of the program: on a server, in a folder, or none.

It decides how long a run waits for its claims and how a device taken by another bench is reported. The winning
bench is decided on the server, in `postgres.claim_rules`; if that can't be reached in time, the run goes on and
says so: a bench without a network works as before.
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import (
    AbstractAsyncContextManager,
    asynccontextmanager,
    closing,
    contextmanager,
    nullcontext,
    suppress,
)
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import random
from typing import TYPE_CHECKING, TypeVar

from bindtool.core.common.concurrency import in_daemon_thread
from bindtool.core.common.errors import BindtoolError, LedgerFailed, StoreFailed
from bindtool.core.intake.holds import day_words, who_words
from bindtool.core.model.channel import Channel, distinct
from bindtool.core.model.ledger_entry import Claimant, SyncCursor, TakenDevice
from bindtool.core.model.row import Hold, HoldReason
from bindtool.core.profiles.ledger_address import LedgerAddress
from bindtool.core.shared_ledger.channel_turn import TURN_TIMEOUT, ChannelTurn
from bindtool.core.shared_ledger.folder.sync import FolderSync
from bindtool.core.shared_ledger.postgres.sync import CLAIM_SECONDS, ServerSync
from bindtool.core.shared_ledger.sync_thread import LedgerSync, SyncStatus, SyncThread

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from bindtool.core.common.clock import Clock
    from bindtool.core.credentials.secret import Password
    from bindtool.core.profiles.profile import Profile
    from bindtool.core.shared_ledger.channel_turn import Confirm
    from bindtool.core.shared_ledger.postgres.client import PostgresServer
    from bindtool.core.shared_ledger.sync_thread import News
    from bindtool.core.store.tables.benches import Benches

T = TypeVar("T")

MOST_TO_COMPARE = 10_000
"""Pending entries to search for devices whose claims have to stay; with more, all claims are left to expire."""

CLAIM_TIMEOUT = 3.0
"""Seconds that a run waits for its claims; on a factory's network they take some 20 ms."""

CLAIM_PAUSE = 60.0
"""Seconds between two tries to claim again: meanwhile the run goes on without."""

BLOCK = 500
"""Numbers per block: the next one is requested at half of it, so a bench without a network lasts for 250
devices."""


@dataclass(frozen=True, slots=True)
class Bench:
    """The parts of this bench that a shared ledger needs: its database, its name for people, its channels there."""

    benches: Benches
    machine: str
    clock: Clock
    channels: tuple[Channel, ...] = ()


@dataclass(frozen=True, slots=True)
class Claimed:
    """The result of a claim. `taken`: devices that others have. `problem`: why nothing was claimed."""

    taken: tuple[TakenDevice, ...] = ()
    problem: BindtoolError | None = None

    def reasons(self, now: datetime) -> dict[str, Hold]:
        """Return by device the hold for its row, naming the bench that has it."""
        return {each.device_id: _reason(each, now) for each in self.taken}


def _reason(taken: TakenDevice, now: datetime) -> Hold:
    who = who_words(taken.machine, taken.operator)
    if taken.bound_at is None:
        return Hold.of(HoldReason.CLAIMED, who=who, time=f"{taken.since.astimezone():%H:%M}")
    day = day_words(taken.bound_at.astimezone(), now)
    return Hold.of(HoldReason.BOUND_THERE, date=day, who=who, label=taken.label)


class SharedLedger(SyncThread):
    """Syncs with the others by a `LedgerSync`, in a thread of its own from `start` to `close`.

    Args:
        bench: this one.
        sync: exchanges entries with the others.
        changed: called with each new sync status, in the thread.
    """

    def __init__(self, bench: Bench, sync: LedgerSync, changed: Callable[[SyncStatus], None]) -> None:
        super().__init__(sync, bench.clock, changed, random)
        self.bench = bench

    async def claim(
        self, operator: str, channel: Channel, device_ids: Sequence[str], *, seen: bool = True
    ) -> Claimed:
        """Claim the devices of a run that begins now, if there is a server to arbitrate. Never fails.

        They stay claimed until `release`. `seen`: a person has seen the devices bound by others, as far as known
        here, and wants them all the same.
        """
        return Claimed()

    async def claim_again(self, operator: str, channel: Channel, device_ids: Iterable[str]) -> Claimed:
        """Claim the rest of a run's devices again, if its claims may have expired meanwhile. Never fails.

        Devices bound by others since the claim count as taken. Nothing is asked while the claims last, or if a run
        had none.
        """
        return Claimed()

    async def release(self, channel: Channel, device_ids: Sequence[str]) -> None:
        """Release the remaining claims of a run that has ended. Never fails.

        A bound device stays claimed until the ledger has it: no other bench may bind it in between.
        """

    def turn(self, operator: str, channel: Channel) -> AbstractAsyncContextManager[Confirm | None]:
        """Hold the turn to replace a channel's list, with all bindings of other benches read.

        The context's value confirms that before a request. Without a server there are no turns: one bench alone
        sends.

        Raises:
            LedgerFailed: another bench has it, or the server can't be reached now.
            StoreFailed: this bench's own disk fails.
        """
        return nullcontext()

    async def reserve(self, channel: Channel, series: str, above: int) -> range:
        """Reserve running numbers of a series, which is the prefix of its labels, and store them.

        All of them are above `above`, the highest known used one.

        Raises:
            LedgerFailed: "ledger.no_numbers" without a server; or it can't be reached.
            StoreFailed: this bench's own disk fails; the numbers then stay unused.
        """
        raise LedgerFailed("ledger.no_numbers")


@dataclass
class _ClaimQuery:
    """A query about claims, in a thread that may outlast the caller.

    `reached`: whether the server may have received it.
    """

    reached: bool = True
    ended: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def after(self, before: _ClaimQuery) -> Iterator[None]:
        """Wait for the previous query to end, and signal the end of this one."""
        before.ended.wait()
        try:
            yield
        finally:
            self.ended.set()


class ServerLedger(SharedLedger):
    """A shared ledger on a server, which also decides who may bind a device and assigns running numbers.

    Args:
        bench: this one.
        connect: opens a connection; raises LedgerFailed. Called in threads other than the caller's.
        news: called with other benches' bindings, in the thread.
        changed: called with each new sync status, in the thread.
        turn_timeout: seconds that a run waits while another bench replaces the channel's list.
        claim_timeout: seconds that a run waits for its claims.
    """

    def __init__(
        self,
        bench: Bench,
        connect: Callable[[], PostgresServer],
        news: News,
        changed: Callable[[SyncStatus], None],
        turn_timeout: float = TURN_TIMEOUT,
        claim_timeout: float = CLAIM_TIMEOUT,
    ) -> None:
        self._claim_timeout = claim_timeout
        self._turn_timeout = turn_timeout
        self._connect = connect
        self._news = news
        self._background = self._new_sync(bench)
        self._query = _ClaimQuery()
        self._query.ended.set()
        self._known: SyncCursor | None = None
        self._claim_at = 0.0
        super().__init__(bench, self._background, changed)

    async def claim(
        self, operator: str, channel: Channel, device_ids: Sequence[str], *, seen: bool = True
    ) -> Claimed:
        """Claim devices; on a timeout, report it: the run goes on.

        Claims that are made later all the same are released with the run.
        """
        self._background.renew_claims = True
        self._known, self._claim_at = None, 0.0
        known_here = self._background.cursor_in if seen else lambda _: SyncCursor()
        return await self._claim(operator, channel, device_ids, known_here)

    async def claim_again(self, operator: str, channel: Channel, device_ids: Iterable[str]) -> Claimed:
        """Claim devices again, or continue without for a while."""
        known, now = self._known, self.bench.clock.monotonic()
        if known is None or self._background.claims_last or now < self._claim_at:
            return Claimed()
        self._claim_at = now + CLAIM_PAUSE
        return await self._claim(operator, channel, tuple(device_ids), lambda _: known)

    async def _claim(
        self,
        operator: str,
        channel: Channel,
        device_ids: Sequence[str],
        known_in: Callable[[str], SyncCursor],
    ) -> Claimed:
        query = _ClaimQuery(reached=False)
        begun = self.bench.clock.now()

        def ask(server: PostgresServer) -> tuple[SyncCursor, tuple[TakenDevice, ...]]:
            query.reached = True
            known = known_in(server.ledger_id)
            return known, server.claim(self._who(operator), channel, device_ids, known, CLAIM_SECONDS)

        def call(before: _ClaimQuery) -> tuple[SyncCursor, tuple[TakenDevice, ...]]:
            with query.after(before):
                return self._call(ask)

        try:
            async with asyncio.timeout(self._claim_timeout):
                self._known, taken = await self._in_order(query, call)
        except TimeoutError:
            return Claimed(problem=LedgerFailed("ledger.slow", seconds=self._claim_timeout))
        except BindtoolError as error:
            return Claimed(problem=error)
        self._background.claimed_at = begun
        # It can be reached: pending entries need not wait for the next try.
        self.try_now()
        return Claimed(taken)

    async def release(self, channel: Channel, device_ids: Sequence[str]) -> None:
        """Release claims, and report refusals: `bindtool bind` ends before the next report is due."""
        self._background.renew_claims = False
        benches = self.bench.benches
        try:
            unshared = await asyncio.to_thread(benches.waiting, (channel,), self.bench.machine, MOST_TO_COMPARE)
        except StoreFailed:
            return  # the claims expire
        bound = {entry.device_id for entry in unshared}
        left = [device_id for device_id in device_ids if device_id not in bound]
        query = _ClaimQuery()

        def give_up(server: PostgresServer) -> None:
            server.release(benches.bench_id, channel, left)
            self._background.report(server)

        def call(before: _ClaimQuery) -> None:
            with query.after(before):
                if before.reached:
                    self._call(give_up)

        if left and len(unshared) < MOST_TO_COMPARE:
            with suppress(TimeoutError, BindtoolError):
                async with asyncio.timeout(self._claim_timeout):
                    await self._in_order(query, call)

    @asynccontextmanager
    async def turn(self, operator: str, channel: Channel) -> AsyncIterator[Confirm | None]:
        try:
            own = self._new_sync(self.bench)
            who = self._who(operator)
            turn = ChannelTurn(self._connect, own, self._background, who, channel, self._turn_timeout)
            async with turn.held() as confirm:
                yield confirm
        finally:
            self.notify()

    async def reserve(self, channel: Channel, series: str, above: int) -> range:
        """Reserve a block of running numbers."""
        benches = self.bench.benches

        def take(server: PostgresServer) -> range:
            block = server.reserve(channel, series, benches.bench_id, BLOCK, above)
            benches.keep_block(channel, series, block).result()
            return block

        return await in_daemon_thread(lambda: self._call(take), name="ledger-query")

    async def _in_order(self, query: _ClaimQuery, call: Callable[[_ClaimQuery], T]) -> T:
        """Return the result of `call`, in a thread of its own; it is passed the query to wait for.

        The caller of that query may be gone: otherwise a slow claim would be made after its release.
        """
        before, self._query = self._query, query
        return await in_daemon_thread(lambda: call(before), name="ledger-query")

    def _call(self, ask: Callable[[PostgresServer], T]) -> T:
        """Return the result of `ask`.

        Uses the existing connection if it is alive; a new one costs the server as much as twenty queries.
        """
        at_hand = self._background.connection_at_hand()
        if at_hand is not None:
            try:
                return ask(at_hand)
            except LedgerFailed:
                pass  # it may just have ended; a refusal is repeated on the new one
            finally:
                self.notify()
        with closing(self._connect()) as server:
            return ask(server)

    def _new_sync(self, bench: Bench) -> ServerSync:
        return ServerSync(self._connect, bench.benches, bench.channels, bench.machine, self._news, bench.clock)

    def _who(self, operator: str) -> Claimant:
        return Claimant(self.bench.benches.bench_id, self.bench.machine, operator)


def open_ledger(
    profile: Profile,
    profiles: Iterable[Profile],
    bench: Bench,
    read_password: Callable[[str], Password],
    news: News,
    changed: Callable[[SyncStatus], None],
) -> SharedLedger:
    """Return the shared ledger of a profile, not started yet.

    Args:
        profile: the open one; it names a ledger or a folder.
        profiles: all of this bench: those that name the same ledger are served along with it.
        bench: this one; its channels are those of the profiles.
        read_password: returns the password stored under a key; raises PasswordStoreError. Called on demand, in
            the ledger's own threads: a password store may wait for a person.
        news: called with other benches' bindings, in the ledger's thread.
        changed: called with a new `SyncStatus`, there too.
    """
    alike = [each for each in (profile, *profiles) if _identity(each) == _identity(profile)]
    bench = replace(bench, channels=distinct(each.channel for each in alike))
    if profile.ledger:
        return ServerLedger(bench, connector(profile.ledger, read_password), news, changed)
    folder = FolderSync(Path(profile.shared_folder), bench.benches, bench.channels, bench.machine, news)
    return SharedLedger(bench, folder, changed)


def _identity(profile: Profile) -> tuple[str, str]:
    """Return a value that identifies a shared ledger; two empty texts for none."""
    return (profile.ledger, "") if profile.ledger else ("", profile.shared_folder)


def connector(ledger: str, read_password: Callable[[str], Password]) -> Callable[[], PostgresServer]:
    """Return a function that connects to the ledger at an address; each call reads the password anew.

    Raises:
        BadInput: the address is invalid.
    """
    address = LedgerAddress.parse(ledger)

    def connect() -> PostgresServer:
        # pg8000 is loaded only if there is a ledger, and not in the window's thread.
        from bindtool.core.shared_ledger.postgres.client import connect

        return connect(address, read_password(address.secret_name))

    return connect
