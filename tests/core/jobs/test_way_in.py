"""The way into a run: the token, what other benches have, and what is still as it was confirmed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import replace

import pytest

from bindtool.core.binding.events import Ended, Ending
from bindtool.core.common.errors import LedgerFailed, PasswordStoreLocked
from bindtool.core.common.messages import Message
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.jobs.bind_job import Begun, BindJob, Concluded, Held, JobEvent
from bindtool.core.jobs.site_token import FoundToken
from bindtool.core.model.channel import Behaviour, Channel
from bindtool.core.model.ledger_entry import TakenDevice
from bindtool.core.model.outcome import State
from bindtool.core.model.row import HoldReason
from bindtool.core.profiles.profile import RequestSettings
from bindtool.core.shared_ledger.ledger import Claimed
from bindtool.core.sign_in.renewal import StoredSignIn
from bindtool.core.store import Store
from bindtool.practice import channel
from bindtool.practice.server import PracticeServer
from tests.core.jobs.bench import CLOCK, STORED, Bench, profile_of
from tests.core.jobs.benches import Benches, LostClaims

LOCKED = PasswordStoreLocked("password_store.locked")


def follow(bench: Bench, job: BindJob | None = None) -> list[JobEvent]:
    """Follow a run to its end, and hold the rows that are to be held."""

    async def to_the_end() -> list[JobEvent]:
        happened = []
        async for event in bench.events(job):
            happened.append(event)
            if isinstance(event, Held) and event.reasons:
                bench.sheet.change(
                    [replace(bench.sheet[number], held=why) for number, why in event.reasons.items()]
                )
                bench.sheet.mark_saved(event.reasons)
        return happened

    return asyncio.run(to_the_end())


def test_what_another_bench_has_is_held(store: Store, server: PracticeServer) -> None:
    """The others go; claims on what was not bound are released before the end is reported."""
    bench = Bench(store, profile_of(server), ids=["A1", "A2", "A3", "B0000"])
    bench.ledger = ledger = Benches(Claimed((TakenDevice("A2", "line-2", "Li", CLOCK.now()),)))
    happened = follow(bench)
    held, begun = happened[:2]
    assert isinstance(held, Held)
    assert isinstance(begun, Begun)
    assert (list(held.reasons), held.reasons[2].reason) == ([2], HoldReason.CLAIMED)
    assert held.remarks == [Message.of("ledger.taken", n=1)]
    assert [job.number for job in begun.jobs] == [1, 3, 4]
    assert ledger.claimed == ["A1", "A2", "A3", "B0000"]
    assert ledger.seen
    assert list(server.bound) == ["A1", "A3"]
    assert ledger.let_go_of == ["A2", "B0000"]
    assert ledger.told > 0


def test_the_end_is_told_when_the_claims_are_gone(store: Store, server: PracticeServer) -> None:
    """Otherwise the claims of the next run, of the same devices, would go with those of this one."""
    bench = Bench(store, profile_of(server))
    bench.ledger = ledger = Benches()

    async def to_the_end() -> None:
        async for event in bench.events():
            assert (ledger.let_go_of is not None) is isinstance(event, Concluded)

    asyncio.run(to_the_end())
    assert ledger.let_go_of == []


def test_a_ledger_that_can_not_be_had(store: Store, server: PracticeServer) -> None:
    """The run goes on and says so; there is nothing to let go of."""
    bench = Bench(store, profile_of(server))
    bench.ledger = ledger = Benches(Claimed(problem=LedgerFailed("ledger.unreachable", host="db", detail="")))
    happened = follow(bench)
    assert isinstance(happened[0], Held)
    assert happened[0].remarks == [Message.of("ledger.unclaimed")]
    assert bench.states == [State.BOUND] * 4
    assert ledger.let_go_of == []


AWAY = Claimed(problem=LedgerFailed("ledger.unreachable", host="db", detail=""))


def test_a_ledger_that_is_demanded_and_can_not_be_had(store: Store, server: PracticeServer) -> None:
    """Nothing leaves, and no row is another bench's: two could bind the same."""
    bench = Bench(store, profile_of(server))
    bench.ledger = Benches(AWAY)
    with pytest.raises(LedgerFailed) as caught:
        follow(bench, replace(bench.confirmed(), ledger_demanded=True))
    assert caught.value.id == "ledger.demanded"
    assert (server.requests, bench.states) == ((), [State.READY] * 4)


@pytest.mark.parametrize("demanded", [False, True])
def test_a_ledger_that_goes_away_in_a_run(store: Store, server: PracticeServer, *, demanded: bool) -> None:
    """Where it is demanded, nothing leaves any more once the claims have run out; else the run goes on."""

    class GoingAway(Benches):
        async def claim_again(self, operator: str, channel: Channel, device_ids: Iterable[str]) -> Claimed:
            """Claim again before the first request, and in vain before the next."""
            return AWAY if server.requests else Claimed()

    pace = RequestSettings(batch_size=1, rate=0)
    bench = Bench(store, profile_of(server, behaviour=Behaviour.ADDS, pace=pace))
    bench.ledger = GoingAway()
    with pytest.raises(LedgerFailed, match=r"ledger\.demanded") if demanded else nullcontext():
        follow(bench, replace(bench.confirmed(), ledger_demanded=demanded))
    assert list(server.bound) == (["A1"] if demanded else ["A1", "A2", "A3", "A4"])


@pytest.mark.parametrize("concurrency", [1, 3])
def test_claims_that_are_lost_in_a_run(store: Store, server: PracticeServer, concurrency: int) -> None:
    """Another bench has a device by now: nothing more is sent, however many requests were about to leave."""
    pace = RequestSettings(batch_size=1, rate=0, concurrency=concurrency)
    bench = Bench(store, profile_of(server, behaviour=Behaviour.ADDS, pace=pace))
    bench.ledger = LostClaims(1)
    with pytest.raises(LedgerFailed) as caught:
        follow(bench)
    assert caught.value.id == "ledger.claims_lost"
    assert list(server.bound) == ["A1"]
    store.sheets.recover().result()
    assert sorted(bench.states) == [State.BOUND, *[State.READY] * 3]


def test_what_was_edited_or_deleted_meanwhile_is_left_out(store: Store, server: PracticeServer) -> None:
    """While the password store asks: what was confirmed is what goes, or nothing of it."""
    bench = Bench(store, profile_of(server))
    job = bench.confirmed()
    bench.sheet.remove([2])
    bench.sheet.change([replace(bench.sheet[3], label="another")])
    bench.sheet.mark_saved([3])
    follow(bench, job)
    assert list(server.bound) == ["A1", "A4"]


def test_nothing_is_left(store: Store, server: PracticeServer) -> None:
    """It has ended before it began, and the claims are let go of."""
    bench = Bench(store, profile_of(server))
    bench.ledger = ledger = Benches()
    job = bench.confirmed()
    bench.sheet.remove([1, 2, 3, 4])
    held, concluded = follow(bench, job)
    assert isinstance(held, Held)
    assert isinstance(concluded, Concluded)
    assert concluded.ended.ending is Ending.FINISHED
    assert ledger.let_go_of == ["A1", "A2", "A3", "A4"]
    assert (server.requests, store.runs.unfinished()) == ((), ())


def test_a_password_store_that_fails(store: Store, server: PracticeServer) -> None:
    """Nothing is claimed, nothing leaves."""

    class Locked(Bench):
        async def bring_token(self) -> FoundToken:
            raise LOCKED

    bench = Locked(store, profile_of(server))
    bench.ledger = ledger = Benches()
    with pytest.raises(PasswordStoreLocked):
        bench.run()
    assert (ledger.claimed, ledger.let_go_of, server.requests) == ([], None, ())


def stopped(bench: Bench, asked: asyncio.Event) -> list[JobEvent]:
    """Press Stop once something is asked for that never comes."""

    async def play() -> list[JobEvent]:
        async def press() -> None:
            await asked.wait()
            bench.stop.set()

        pressing = asyncio.ensure_future(press())
        happened = [event async for event in bench.events()]
        await pressing
        return happened

    return asyncio.run(play())


def test_stop_while_the_password_store_asks(store: Store, server: PracticeServer) -> None:
    """It is given up at once; nothing was sent."""
    asked, given_up = asyncio.Event(), []

    class Asking(Bench):
        async def bring_token(self) -> FoundToken:
            asked.set()
            try:
                await asyncio.Event().wait()
            finally:
                given_up.append(True)
            return await super().bring_token()

    assert stopped(Asking(store, profile_of(server)), asked) == [Concluded(Ended(Ending.STOPPED), None)]
    assert given_up == [True]
    assert (server.requests, store.runs.unfinished()) == ((), ())


class LastingSignIn(StoredSignIn):
    """A sign-in whose token lasts; `closed`: how often it was let go of."""

    def __init__(self) -> None:
        self.closed = 0

    async def token(self, refused: AccessToken | None = None) -> AccessToken:
        """Give it."""
        return AccessToken(channel.TOKEN)

    async def close(self) -> None:
        """Count it."""
        self.closed += 1


@pytest.mark.parametrize("ids", [["A1"], []], ids=["sent", "nothing to send"])
def test_a_run_ends_after_the_renewal_of_its_token(store: Store, server: PracticeServer, ids: list[str]) -> None:
    """The answer of one that is under way is the end of the token before it: nothing else has the new one."""
    sign_in = LastingSignIn()

    class SignedIn(Bench):
        async def bring_token(self) -> FoundToken:
            return FoundToken(AccessToken("czu_that_has_run_out"), STORED, sign_in)

    bench = SignedIn(store, profile_of(server), ids=ids)

    async def to_the_end() -> list[int]:
        return [sign_in.closed async for _ in bench.events()]

    *before, at_the_end = asyncio.run(to_the_end())
    assert ({*before}, at_the_end) == ({0}, 1)
    assert [*server.bound] == ids


def test_stop_while_another_bench_has_the_turn(store: Store, server: PracticeServer) -> None:
    """Nobody waits for it any more."""
    asked = asyncio.Event()

    class Waiting(Benches):
        @asynccontextmanager
        async def turn(self, operator: str, channel: Channel) -> AsyncIterator[None]:
            asked.set()
            async with super().turn(operator, channel):
                yield

    bench = Bench(store, profile_of(server, behaviour=Behaviour.REPLACES, ledger="postgresql://bench@db/ledger"))
    bench.ledger = Waiting()
    assert stopped(bench, asked) == [Concluded(Ended(Ending.STOPPED), None)]
    assert server.requests == ()


def test_nobody_follows_any_more(store: Store, server: PracticeServer) -> None:
    """The claims are let go of all the same."""
    bench = Bench(store, profile_of(server))
    bench.ledger = ledger = Benches()

    async def follow_two() -> None:
        events = bench.events()
        assert [type(await anext(events)) for _ in range(2)] == [Held, Begun]
        await events.aclose()

    asyncio.run(follow_two())
    assert ledger.let_go_of == ["A1", "A2", "A3", "A4"]
    assert server.requests == ()
