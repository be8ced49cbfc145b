"""A channel that replaces its list: one bench at a time, with all that any has bound, whatever breaks meanwhile."""

from __future__ import annotations

import asyncio
import threading
from contextlib import AbstractAsyncContextManager, ExitStack, closing
from typing import TYPE_CHECKING

import pytest

from bindtool.core.common.errors import LedgerFailed
from bindtool.core.model.ledger_entry import Claimant
from bindtool.core.shared_ledger.channel_turn import ChannelTurn
from tests.core.shared_ledger.bench import Bench, in_ledger
from tests.core.shared_ledger.samples import CHANNEL, TWO, an_entry, nobody_there
from tests.core.store.samples import bound_before
from tests.patience import PATIENCE, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from bindtool.core.shared_ledger.channel_turn import Confirm
    from bindtool.core.shared_ledger.postgres.client import PostgresServer
    from tests.postgres import Database


class Desk:
    """A bench with the two syncs that a turn needs."""

    def __init__(self, bench: Bench, ledger: Database) -> None:
        self.bench = bench
        self.ledger = ledger
        self.background = bench.sync(ledger.connect)
        self.own = bench.sync(ledger.connect)
        self.connected: list[PostgresServer] = []

    @property
    def who(self) -> Claimant:
        """The bench and whoever sits at it."""
        return Claimant(self.bench.id, self.bench.name, "Li")

    def connect(self) -> PostgresServer:
        """Return a connection, and keep it to be looked at."""
        self.connected.append(self.ledger.connect())
        return self.connected[-1]

    def turn(
        self, connect: Callable[[], PostgresServer] | None = None, patience: float = 0, **options: float
    ) -> AbstractAsyncContextManager[Confirm]:
        """Want the turn."""
        connect = connect or self.connect
        return ChannelTurn(connect, self.own, self.background, self.who, CHANNEL, patience, **options).held()

    async def run(self) -> None:
        """Have the background sync do its part."""
        await asyncio.to_thread(self.background.run)


pytestmark = pytest.mark.anyio


@pytest.fixture
def desks(ledger: Database, tmp_path: Path) -> Iterator[tuple[Desk, Desk]]:
    """Return two benches."""
    with ExitStack() as stack:
        both = []
        for name in ("line-1", "line-2"):
            desk = Desk(stack.enter_context(Bench(tmp_path / name, name)), ledger)
            stack.callback(desk.background.close)
            both.append(desk)
        yield both[0], both[1]


@pytest.fixture
def a(desks: tuple[Desk, Desk]) -> Desk:
    """Return one of them."""
    return desks[0]


async def free(ledger: Database) -> None:
    """Return once a stranger gets the turn, and leave it free."""
    with closing(ledger.connect()) as server:
        await asyncio.to_thread(until, lambda: server.take_turn(TWO, CHANNEL, 3600) is None)
        server.end_turn(CHANNEL)


async def taken(desk: Desk) -> LedgerFailed:
    """Want the turn in vain, and return why."""
    with pytest.raises(LedgerFailed) as caught:
        async with desk.turn():
            pytest.fail("two have the turn")
    return caught.value


async def test_one_at_a_time(desks: tuple[Desk, Desk], ledger: Database) -> None:
    """The other one is told who has it; at its end what was bound is in the ledger, and the other knows that."""
    a, b = desks
    await a.run()
    await b.run()
    async with a.turn():
        a.bench.bind("SPK1")
        failure = await taken(b)
        assert failure.id == "ledger.turn_taken"
        assert failure.title.values.get("who", failure.hint.values.get("who")) == "line-1, Li"
        await a.run()
        assert (await taken(b)).id == "ledger.turn_taken"
        a.bench.bind("SPK2")
    async with b.turn():
        assert bound_before(b.bench.store, CHANNEL, "SPK2") is not None
    await free(ledger)


async def test_one_that_is_lost_in_a_run(desks: tuple[Desk, Desk], ledger: Database) -> None:
    """Nothing leaves while another has it; then it is taken anew, with all that was bound meanwhile."""
    a, b = desks
    async with a.turn() as confirm:
        await confirm()
        assert len(a.connected) == 1
        # A shift later.
        ledger.sql("UPDATE bindtool.turn SET expires_at = now()")
        async with b.turn() as others:
            b.bench.bind("SPK1")
            with pytest.raises(LedgerFailed, match=r"ledger\.turn_taken"):
                await confirm()
            await others()
        await confirm()
        assert bound_before(a.bench.store, CHANNEL, "SPK1") is not None
        # The network was gone.
        a.connected[0].close()
        locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
        await asyncio.to_thread(until, lambda: ledger.sql(locks) == "0")
        b.bench.bind("SPK2")
        await b.run()
        await confirm()
        assert bound_before(a.bench.store, CHANNEL, "SPK2") is not None
        assert (await taken(b)).id == "ledger.turn_taken"
    await a.run()
    await free(ledger)


async def test_it_is_waited_for(desks: tuple[Desk, Desk], ledger: Database) -> None:
    """Mostly another bench sends one request; whoever gives up waiting leaves nothing behind."""
    a, b = desks

    async def wait() -> None:
        async with b.turn(patience=PATIENCE):
            assert bound_before(b.bench.store, CHANNEL, "SPK1") is not None

    async with a.turn():
        a.bench.bind("SPK1")
        given_up = asyncio.create_task(wait())
        waiting = asyncio.create_task(wait())
        await asyncio.to_thread(until, lambda: len(b.connected) == 2)
        given_up.cancel()
        await asyncio.gather(given_up, return_exceptions=True)
    await until_cleared(a)
    await waiting
    await until_cleared(b)
    await free(ledger)


async def until_cleared(desk: Desk) -> None:
    """Run the background sync until it has given the turn back; a server needs a moment to see a connection end."""

    def cleared() -> bool:
        desk.background.run()
        return desk.background._cleared  # noqa: SLF001 - what makes it look again

    if not desk.background._cleared:  # noqa: SLF001 - the same
        await asyncio.to_thread(until, cleared)


def test_all_is_read_before(a: Desk, ledger: Database) -> None:
    """Also by a bench whose sync has never run, and what it has bound itself is pushed before."""
    with closing(ledger.connect()) as server:
        server.push([an_entry(number, TWO.bench) for number in range(1, 1202)])
        a.bench.bind("mine")

        async def play() -> None:
            async with a.turn():
                assert a.bench.knows() == in_ledger(server)
                assert len(a.bench.news) == 1201
            await until_cleared(a)

        asyncio.run(play())


async def test_benches_that_begin_are_in_nobodys_way(desks: tuple[Desk, Desk], a: Desk, ledger: Database) -> None:
    """What each looks for after a start, a turn that was left behind, costs nobody the turn, nor its own bench."""
    over = threading.Event()

    def begin_again_and_again(desk: Desk) -> int:
        times = 0
        while not over.is_set():
            sync = desk.bench.sync(ledger.connect)
            sync.run()
            sync.close()
            times += 1
        return times

    beginning = [asyncio.create_task(asyncio.to_thread(begin_again_and_again, desk)) for desk in desks]
    try:
        for _ in range(10):
            async with a.turn():
                pass
            await until_cleared(a)
    finally:
        over.set()
        assert min(await asyncio.gather(*beginning)) > 1
    await free(ledger)


async def enter(desk: Desk) -> None:
    """Have the turn for a moment."""
    async with desk.turn():
        pass


async def test_a_connection_lost_in_the_turn(desks: tuple[Desk, Desk], ledger: Database) -> None:
    """Nobody else gets it: what was sent may be in this bench's ledger alone. At its end all is as it should be."""
    a, b = desks
    await a.run()
    async with a.turn():
        a.bench.bind("SPK1")
        ledger.end_connections()
        assert (await taken(b)).id == "ledger.turn_taken"
        with pytest.raises(LedgerFailed):
            await a.run()
        await a.run()
        assert (await taken(b)).id == "ledger.turn_taken"
    await until_cleared(a)
    async with b.turn():
        assert bound_before(b.bench.store, CHANNEL, "SPK1") is not None
    await until_cleared(b)


@pytest.mark.parametrize("bound", [True, False])
async def test_a_run_that_breaks(a: Desk, ledger: Database, *, bound: bool) -> None:
    """It gives the turn back at once, with nobody to do it later: a program that fails may end next."""
    with pytest.raises(ZeroDivisionError):
        await breaks(a, *["SPK1"] * bound)
    assert await gets_it(ledger)


async def breaks(desk: Desk, *device_ids: str) -> None:
    """Have the turn, bind devices, and fail."""
    async with desk.turn():
        if device_ids:
            desk.bench.bind(*device_ids)
        raise ZeroDivisionError


async def gets_it(ledger: Database) -> bool:
    """Tell whether a stranger gets the turn now, without any wait."""
    with closing(ledger.connect()) as server:
        return await asyncio.to_thread(server.take_turn, TWO, CHANNEL, 3600) is None


async def test_what_could_not_be_told(a: Desk, ledger: Database) -> None:
    """The ledger can't be had when the run ends: the turn stays this bench's until its sync has pushed all."""
    ways = iter((ledger.connect, nobody_there))

    def once() -> PostgresServer:
        return next(ways)()

    a.own = a.bench.sync(once)
    async with a.turn():
        a.bench.bind("SPK1")
    assert not await gets_it(ledger)
    await until_cleared(a)
    assert await gets_it(ledger)


async def test_what_an_earlier_run_has_left(a: Desk, ledger: Database) -> None:
    """A bench that was killed in its turn can read nothing now: the turn may be that one's, so it is kept."""
    a.bench.bind("SPK1")
    a.own = a.bench.sync(nobody_there)
    with pytest.raises(LedgerFailed):
        await enter(a)
    assert not await gets_it(ledger)
    await until_cleared(a)
    assert await gets_it(ledger)


async def test_a_ledger_that_takes_its_time(a: Desk, ledger: Database) -> None:
    """At its end the run does not wait until the turn is given back: that goes on by itself."""
    go_on = threading.Event()
    told = a.own.waiting

    def waiting() -> int:
        assert go_on.wait(PATIENCE)
        return told()

    async with a.turn(give_back=0):
        a.own.waiting = waiting  # type: ignore[method-assign]
    assert not await gets_it(ledger)
    go_on.set()
    await free(ledger)


async def test_no_server(a: Desk) -> None:
    """Nothing may be sent; the background sync goes on looking."""
    with pytest.raises(LedgerFailed):
        async with a.turn(nobody_there):
            pytest.fail("without a turn")
    assert not a.background._in_turn  # noqa: SLF001 - else no turn is ever given back


async def test_nothing_can_be_read(a: Desk, ledger: Database) -> None:
    """A turn that was got is of no use without what the others have bound; it is given back at once."""
    a.own = a.bench.sync(nobody_there)
    with pytest.raises(LedgerFailed):
        await enter(a)
    assert await gets_it(ledger)


@pytest.mark.parametrize("before", [True, False], ids=["before it is asked for", "when it was got"])
async def test_given_up_while_it_begins(a: Desk, ledger: Database, *, before: bool) -> None:
    """Somebody presses Stop: nobody waits any more, and the turn that comes all the same is given back."""
    reached, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        reached.set()
        assert go_on.wait(PATIENCE)

    def connect() -> PostgresServer:
        server = a.connect()
        take = server.take_turn

        def held(*asked: object) -> object:
            if before:
                hold()
            answer = take(*asked)  # type: ignore[arg-type]
            if not before:
                hold()
            return answer

        server.take_turn = held  # type: ignore[method-assign, assignment]
        return server

    wanting = asyncio.create_task(_enter_with(a, connect))
    await asyncio.to_thread(reached.wait, PATIENCE)
    wanting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await wanting
    if before:
        # The background sync looks too early: there is no turn yet.
        await until_cleared(a)
    go_on.set()
    await until_closed(a)
    await until_cleared(a)
    await free(ledger)


async def _enter_with(desk: Desk, connect: Callable[[], PostgresServer]) -> None:
    async with desk.turn(connect):
        pytest.fail("it was given up")


async def until_closed(desk: Desk) -> None:
    """Return once the connection that wanted the turn is closed, and the background sync is to look again."""

    def closed() -> bool:
        return not desk.background._cleared and desk.connected[-1]._session._closed  # noqa: SLF001 - nothing else tells

    await asyncio.to_thread(until, closed)


async def test_given_up_when_it_was_got(a: Desk, ledger: Database) -> None:
    """In the moment between the two threads: its connection is ended all the same."""
    got = threading.Event()
    close = a.own.close

    def note() -> None:
        close()
        got.set()

    a.own.close = note  # type: ignore[method-assign]
    wanting = asyncio.create_task(_enter_with(a, a.connect))
    await asyncio.sleep(0)
    # The loop is held up, so that it hears of both at once.
    assert got.wait(PATIENCE)
    wanting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await wanting
    await until_closed(a)
    await until_cleared(a)
    await free(ledger)
