"""The shared ledger of a profile as the rest of the program sees it: on a server, in a folder, or none.

It decides how long a run waits for its claims and what is said of a device that somebody else has. Which bench
wins is decided on the server, in `postgres.claim_rules`; where that can't be reached in time, the run goes on and
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
from bindtool.core.shared_ledger.folder.sync import FolderSync
from bindtool.core.shared_ledger.lease import TURN_TIMEOUT, ChannelLease
from bindtool.core.shared_ledger.postgres.sync import CLAIM_SECONDS, ServerSync
from bindtool.core.shared_ledger.sync_thread import LedgerSync, SyncStatus, SyncThread

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from bindtool.core.common.clock import Clock
    from bindtool.core.credentials.secret import Password
    from bindtool.core.profiles.profile import Profile
    from bindtool.core.shared_ledger.lease import Confirm
    from bindtool.core.shared_ledger.postgres.client import PostgresServer
    from bindtool.core.shared_ledger.sync_thread import News
    from bindtool.core.store.tables.benches import Benches

T = TypeVar("T")

MOST_TO_COMPARE = 10_000
"""Waiting entries among which devices that have to stay claimed are looked for; with more, all claims run out."""

CLAIM_TIMEOUT = 3.0
"""Seconds that a run waits for its claims; on a factory's network they take some 20 ms."""

CLAIM_PAUSE = 60.0
"""Seconds between two tries to claim again: meanwhile the run goes on without."""

BLOCK = 500
"""Numbers a block: with the next one asked for at half of it, a bench without a network goes on for 250 devices."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What a shared ledger needs of this bench: its own database, its name for people, its channels there."""

    benches: Benches
    machine: str
    clock: Clock
    channels: tuple[Channel, ...] = ()


@dataclass(frozen=True, slots=True)
class Claimed:
    """What became of a claim. `taken`: devices that somebody else has. `problem`: why nothing was claimed."""

    taken: tuple[TakenDevice, ...] = ()
    problem: BindtoolError | None = None

    def reasons(self, now: datetime) -> dict[str, Hold]:
        """Say by device who has it, for its row, which is held."""
        return {each.device_id: _reason(each, now) for each in self.taken}


def _reason(taken: TakenDevice, now: datetime) -> Hold:
    who = who_words(taken.machine, taken.operator)
    if taken.bound_at is None:
        return Hold.of(HoldReason.CLAIMED, who=who, time=f"{taken.since.astimezone():%H:%M}")
    day = day_words(taken.bound_at.astimezone(), now)
    return Hold.of(HoldReason.BOUND_THERE, date=day, who=who, label=taken.label)


class SharedLedger(SyncThread):
    """Keeps in step with the others by a `LedgerSync`, in a thread of its own from `start` to `close`.

    Args:
        bench: this one.
        sync: exchanges with the others.
        changed: hears how this bench stands with them; called in the thread.
    """

    def __init__(self, bench: Bench, sync: LedgerSync, changed: Callable[[SyncStatus], None]) -> None:
        super().__init__(sync, bench.clock, changed, random)
        self.bench = bench

    async def claim(
        self, operator: str, channel: Channel, device_ids: Sequence[str], *, seen: bool = True
    ) -> Claimed:
        """Claim the devices of a run that begins now, where there is a server to say who has which. Never fails.

        They stay claimed until `release`. `seen`: a person has seen which of them others had bound, as far as was
        known here, and wants them all the same.
        """
        return Claimed()

    async def claim_again(self, operator: str, channel: Channel, device_ids: Iterable[str]) -> Claimed:
        """Claim what is left of a run once more, where its claims may have run out meanwhile. Never fails.

        What others have bound since they were made is taken. Nothing is asked where they last, or a run had none.
        """
        return Claimed()

    async def release(self, channel: Channel, device_ids: Sequence[str]) -> None:
        """Give up what is left of the claims of a run that has ended. Never fails.

        A device that was bound stays claimed until the ledger has it: nobody else may bind it in between.
        """

    def turn(self, operator: str, channel: Channel) -> AbstractAsyncContextManager[Confirm | None]:
        """Have the turn to replace a channel's list, with all read that others have bound.

        What it gives confirms that before a request. Without a server there are no turns: one bench alone sends.

        Raises:
            LedgerFailed: somebody else has it, or it can't be had now.
            StoreFailed: this bench's own disk fails.
        """
        return nullcontext()

    async def reserve(self, channel: Channel, series: str, above: int) -> range:
        """Reserve running numbers of a series, what its labels begin with, and keep them.

        All of them are above `above`, the highest one that is known to be used.

        Raises:
            LedgerFailed: "ledger.no_numbers" without a server; or it can't be had.
            StoreFailed: this bench's own disk fails; the numbers are given by nobody then.
        """
        raise LedgerFailed("ledger.no_numbers")


@dataclass
class _Question:
    """A question about claims, asked by a thread that may outlast whoever has waited for the answer.

    `reached`: whether the server may have heard it.
    """

    reached: bool = True
    ended: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def after(self, before: _Question) -> Iterator[None]:
        """Wait until the question before has come to its end, and tell when this one has."""
        before.ended.wait()
        try:
            yield
        finally:
            self.ended.set()


class ServerLedger(SharedLedger):
    """A shared ledger on a server, which also says who is about to bind what and has which running numbers.

    Args:
        bench: this one.
        connect: makes a connection; raises LedgerFailed. Called in threads other than the caller's.
        news: called with what others have bound, in the thread.
        changed: hears how this bench stands with them; called in the thread.
        turn_timeout: seconds that a run waits while somebody else replaces the channel's list.
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
        self._question = _Question()
        self._question.ended.set()
        self._known: SyncCursor | None = None
        self._claim_at = 0.0
        super().__init__(bench, self._background, changed)

    async def claim(
        self, operator: str, channel: Channel, device_ids: Sequence[str], *, seen: bool = True
    ) -> Claimed:
        """Claim devices; where the server can't be had in time, say so: the run goes on.

        What is claimed later all the same is given up with the run.
        """
        self._background.renew_claims = True
        self._known, self._claim_at = None, 0.0
        known_here = self._background.cursor_in if seen else lambda _: SyncCursor()
        return await self._claim(operator, channel, device_ids, known_here)

    async def claim_again(self, operator: str, channel: Channel, device_ids: Iterable[str]) -> Claimed:
        """Claim devices again, or go on without for a while."""
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
        question = _Question(reached=False)
        begun = self.bench.clock.now()

        def ask(server: PostgresServer) -> tuple[SyncCursor, tuple[TakenDevice, ...]]:
            question.reached = True
            known = known_in(server.ledger_id)
            return known, server.claim(self._who(operator), channel, device_ids, known, CLAIM_SECONDS)

        def call(before: _Question) -> tuple[SyncCursor, tuple[TakenDevice, ...]]:
            with question.after(before):
                return self._call(ask)

        try:
            async with asyncio.timeout(self._claim_timeout):
                self._known, taken = await self._in_order(question, call)
        except TimeoutError:
            return Claimed(problem=LedgerFailed("ledger.slow", seconds=self._claim_timeout))
        except BindtoolError as error:
            return Claimed(problem=error)
        self._background.claimed_at = begun
        # It can be reached: what waits for another try need wait no longer.
        self.try_now()
        return Claimed(taken)

    async def release(self, channel: Channel, device_ids: Sequence[str]) -> None:
        """Give claims up, and report what was refused: `bindtool bind` ends before the next report is due."""
        self._background.renew_claims = False
        benches = self.bench.benches
        try:
            unshared = await asyncio.to_thread(benches.waiting, (channel,), self.bench.machine, MOST_TO_COMPARE)
        except StoreFailed:
            return  # the claims run out by themselves
        bound = {entry.device_id for entry in unshared}
        left = [device_id for device_id in device_ids if device_id not in bound]
        question = _Question()

        def give_up(server: PostgresServer) -> None:
            server.release(benches.bench_id, channel, left)
            self._background.report(server)

        def call(before: _Question) -> None:
            with question.after(before):
                if before.reached:
                    self._call(give_up)

        if left and len(unshared) < MOST_TO_COMPARE:
            with suppress(TimeoutError, BindtoolError):
                async with asyncio.timeout(self._claim_timeout):
                    await self._in_order(question, call)

    @asynccontextmanager
    async def turn(self, operator: str, channel: Channel) -> AsyncIterator[Confirm | None]:
        try:
            own = self._new_sync(self.bench)
            who = self._who(operator)
            lease = ChannelLease(self._connect, own, self._background, who, channel, self._turn_timeout)
            async with lease.held() as confirm:
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

        return await in_daemon_thread(lambda: self._call(take), name="ledger-question")

    async def _in_order(self, question: _Question, call: Callable[[_Question], T]) -> T:
        """Return what `call` returns, in a thread of its own; it is handed the question to wait for.

        Nobody may wait for that one any more: a claim that is slow would be made behind its release.
        """
        before, self._question = self._question, question
        return await in_daemon_thread(lambda: call(before), name="ledger-question")

    def _call(self, ask: Callable[[PostgresServer], T]) -> T:
        """Return what `ask` returns.

        By the connection that is there, where it lives; a new one costs the server as much as twenty questions.
        """
        at_hand = self._background.connection_at_hand()
        if at_hand is not None:
            try:
                return ask(at_hand)
            except LedgerFailed:
                pass  # it may just have ended; who is refused is refused again
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
    """Return the ledger that a profile shares with others, not started yet.

    Args:
        profile: the one that is open; it names a ledger or a folder.
        profiles: all that this bench has: those that name the same ledger are served along with it.
        bench: this one; its channels are those of the profiles.
        read_password: returns what is stored under a name; raises PasswordStoreError. Called where it is needed, in
            the ledger's own threads: a password store may wait for a person.
        news: called with what others have bound, in the ledger's thread.
        changed: called with a new `SyncStatus`, there too.
    """
    alike = [each for each in (profile, *profiles) if _identity(each) == _identity(profile)]
    bench = replace(bench, channels=distinct(each.channel for each in alike))
    if profile.ledger:
        return ServerLedger(bench, connector(profile.ledger, read_password), news, changed)
    folder = FolderSync(Path(profile.shared_folder), bench.benches, bench.channels, bench.machine, news)
    return SharedLedger(bench, folder, changed)


def _identity(profile: Profile) -> tuple[str, str]:
    """Return what tells one shared ledger from another; two empty texts for none."""
    return (profile.ledger, "") if profile.ledger else ("", profile.shared_folder)


def connector(ledger: str, read_password: Callable[[str], Password]) -> Callable[[], PostgresServer]:
    """Return what connects to the ledger at an address; each call reads the password anew.

    Raises:
        BadInput: the address is none.
    """
    address = LedgerAddress.parse(ledger)

    def connect() -> PostgresServer:
        # pg8000 is loaded only where there is a ledger, and not in the window's thread.
        from bindtool.core.shared_ledger.postgres.client import connect

        return connect(address, read_password(address.secret_name))

    return connect
