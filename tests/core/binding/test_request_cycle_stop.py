"""Stop, and what ends a run while requests are under way or wait."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from typing import Any

import pytest

from bindtool.core.api.responses import NeverSent, NotSent, Reply
from bindtool.core.api.verdict import Verdict, VerdictKind
from bindtool.core.binding.events import Ended, Ending
from bindtool.core.binding.protocols import Policy
from bindtool.core.binding.rate_limiter import RateLimiter
from bindtool.core.binding.request_cycle import STOP_TIMEOUT, RequestCycle
from bindtool.core.model.device import Device
from bindtool.core.model.outcome import Answer, Outcome, State
from tests.core.api.fake_server import RETRY_AFTER, Fault
from tests.core.binding.asked import Bench, SlowToClose
from tests.core.binding.virtual_time import MORNING, FakeClock, play


def test_stop_while_a_request_is_under_way_waits_for_its_answer() -> None:
    """An answer within three seconds after Stop counts."""
    bench = Bench()

    assert bench.play_asking(lambda: bench.stop_after(0.1)) is VerdictKind.BOUND
    assert bench.ended == Ended(Ending.STOPPED)
    assert bench.states() == [State.BOUND, State.BOUND]


def test_stop_gives_an_answer_up_after_three_seconds() -> None:
    """The request is cancelled, its rows are unknown, and no further wait is told."""
    bench = Bench([Fault.SLOW])

    async def ask() -> Verdict | None:
        verdict = await bench.cycle.ask(bench.jobs)
        assert bench.clock.monotonic() == pytest.approx(0.1 + STOP_TIMEOUT + 0.01)
        await bench.cycle.record.finish(unreachable=False)
        return verdict

    assert bench.play(ask, lambda: bench.stop_after(0.1)) is None

    assert bench.waits() == []
    assert bench.states() == [State.UNKNOWN, State.UNKNOWN]
    assert bench.server.calls[0].lost


def test_what_hangs_on_its_way_after_stop_has_not_left() -> None:
    """Given up before anything of it had left, the request was not sent: its rows are not unknown, but ready."""
    bench = Bench([Fault.HANGS])

    async def ask() -> Verdict | None:
        verdict = await bench.cycle.ask(bench.jobs)
        await bench.cycle.record.finish(unreachable=False)
        return verdict

    assert bench.play(ask, lambda: bench.stop_after(0.1)) is None

    assert bench.states() == [State.READY, State.READY]
    assert bench.waits() == []


def test_a_request_that_was_given_up_is_gone_before_anything_is_said_of_it() -> None:
    """A binder that takes its time to close a connection is waited for: nothing of it goes on after the run."""
    bench = Bench()
    closing = SlowToClose(bench.clock)
    pace = RateLimiter(0, lambda: 0.0)
    bench.cycle = RequestCycle(
        bench.jobs, closing, bench.journal, bench.policy, bench.clock, pace, bench.stop, bench.events.append
    )

    async def ask() -> Verdict | None:
        verdict = await bench.cycle.ask(bench.jobs)
        assert closing.closed
        return verdict

    bench.play(ask, lambda: bench.stop_after(0.1))


class Hanging:
    """A binder that hangs on its way, also when it is given up, and can tell so only once it is cancelled.

    `reached` is set where its request has begun; with `at_once`, right before that.
    """

    def __init__(self, clock: FakeClock, *, at_once: bool) -> None:
        self.reached = asyncio.Event()
        self._clock = clock
        self._at_once = at_once

    def bind(self, _devices: Sequence[Device], _give_up: asyncio.Event) -> Coroutine[Any, Any, Reply]:
        """Return the request."""
        if self._at_once:
            self.reached.set()
        return self._hang()

    async def _hang(self) -> Reply:
        self.reached.set()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        return NeverSent(self._clock.now(), NotSent.CONNECT)


@pytest.mark.parametrize("signals", [1, 2])
@pytest.mark.parametrize("at_once", [False, True], ids=["under way", "not begun"])
def test_a_loop_that_is_torn_down_leaves_nothing_on_its_way(*, at_once: bool, signals: int) -> None:
    """A second signal has all tasks cancelled, the one that sends too: what never left is written down as such."""
    bench = Bench()
    hanging = Hanging(bench.clock, at_once=at_once)
    pace = RateLimiter(0, lambda: 0.0)
    cycle = RequestCycle(
        bench.jobs, hanging, bench.journal, bench.policy, bench.clock, pace, bench.stop, bench.events.append
    )

    async def torn_down() -> None:
        ask = asyncio.create_task(cycle.ask(bench.jobs))
        await hanging.reached.wait()
        if signals == 2:
            ask.cancel()
        if signals == 2 and not at_once:
            for _ in range(5):
                await asyncio.sleep(0)
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await ask

    play(torn_down())

    assert bench.states() == [State.READY, State.READY]
    assert (bench.journal.on_the_way, bench.journal.ended) == ({}, [1])


@pytest.mark.parametrize(
    ("fault", "state"),
    [(Fault.WAIT, State.READY), (Fault.NEVER_SENT, State.READY), (Fault.LOST_AFTER, State.UNKNOWN)],
)
def test_stop_ends_a_wait(fault: Fault, state: State) -> None:
    """Nobody waits for the end of a wait that was stopped."""
    bench = Bench([fault])

    async def ask() -> Verdict | None:
        verdict = await bench.cycle.ask(bench.jobs)
        assert bench.clock.monotonic() == pytest.approx(0.5)
        await bench.cycle.record.finish(unreachable=False)
        return verdict

    assert bench.play(ask, lambda: bench.stop_after(0.5)) is None

    assert len(bench.server.calls) == 1
    assert bench.states() == [state, state]


def test_stop_ends_the_wait_for_the_pace() -> None:
    """A request that waits for its turn does not leave after Stop."""
    bench = Bench(policy=Policy(rate=0.2))

    async def twice() -> Verdict | None:
        await bench.cycle.ask(bench.jobs[:1])
        return await bench.cycle.ask(bench.jobs[1:])

    assert bench.play(twice, lambda: bench.stop_after(1.0)) is None

    assert bench.server.requests == [("d1",)]


def test_stop_before_the_start_sends_nothing() -> None:
    """Stop counts from the moment that it is pressed, not from when somebody was told of it."""
    bench = Bench()
    bench.stop.set()

    assert play(bench.cycle.ask(bench.jobs)) is None

    assert bench.journal.writes == 0
    assert bench.cycle.over
    assert bench.ended == Ended(Ending.STOPPED)


def test_stop_while_the_disk_is_busy_sends_nothing() -> None:
    """A request that was written down but has not left is taken back: its rows are what they were before."""
    refused = Outcome(State.REFUSED, Answer(MORNING, code=4000), attempts=1)
    bench = Bench(known=refused)

    assert bench.play_asking(lambda: bench.stop_after(0.005)) is None

    assert bench.server.calls == []
    assert bench.events == []
    assert bench.journal.knows == {1: refused, 2: refused}
    assert bench.journal.requests == []


def test_a_wait_holds_what_another_worker_was_about_to_send() -> None:
    """Asked to wait while a second request is being written down, that one waits too."""
    bench = Bench([Fault.WAIT])

    async def second() -> Verdict | None:
        await bench.clock.spend(0.155)
        return await bench.cycle.ask(bench.jobs[1:])

    assert bench.play(lambda: bench.cycle.ask(bench.jobs[:1]), second) is VerdictKind.BOUND
    assert bench.states() == [State.BOUND, State.BOUND]
    assert min(bench.times()[1:]) >= RETRY_AFTER
    assert [outcome.attempts for outcome in bench.journal.knows.values()] == [2, 1]


@pytest.mark.parametrize("fault", [Fault.UNAUTHORIZED, Fault.COME_BACK])
def test_an_answer_that_ends_the_run_counts_before_the_disk_has_it(fault: Fault) -> None:
    """However long the answer takes to write, no other worker sends meanwhile."""
    bench = Bench([fault])

    async def second() -> Verdict | None:
        await bench.clock.spend(0.155)
        return await bench.cycle.ask(bench.jobs[1:])

    assert bench.play(lambda: bench.cycle.ask(bench.jobs[:1]), second) is None

    assert bench.server.requests == [("d1",)]
    assert bench.states() == [State.READY, State.READY]
