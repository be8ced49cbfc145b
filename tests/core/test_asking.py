"""The way of a single request: written down, sent, waited for, sent again, given up."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from bindtool.core.asking import STOP_PATIENCE, Asking
from bindtool.core.errors import StoreFailed
from bindtool.core.outcome import Answer, Outcome, State
from bindtool.core.pace import Pace
from bindtool.core.reply import NotSent
from bindtool.core.run import ClockOff, Ended, Ending, Policy, Sending, Settled, Waiting, WaitReason
from bindtool.core.verdict import Kind
from tests.core.fake_server import RETRY_AFTER, FakeJournal, FakeServer, Fault, jobs_for, named
from tests.core.virtual_time import MORNING, FakeClock, play

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

    from bindtool.core.device import Device
    from bindtool.core.reply import Reply
    from bindtool.core.run import Event, Job
    from bindtool.core.verdict import Verdict

PAIR = ["d1", "d2"]


@dataclass
class Bench:
    """An Asking with all that it was given, in reach of a test."""

    faults: Iterable[Fault] = ()
    bad: Mapping[str, int] = field(default_factory=dict)
    policy: Policy = field(default_factory=lambda: Policy(rate=0))
    ids: list[str] = field(default_factory=lambda: [*PAIR])
    known: Outcome = field(default_factory=Outcome)
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = FakeClock()
        self.jobs = jobs_for(self.ids, self.known)
        self.journal = FakeJournal(self.clock, knows={job.number: job.outcome for job in self.jobs})
        self.server = FakeServer(self.clock, self.journal, self.bad, self.faults)
        pace = Pace(self.policy.rate, lambda: 0.0)
        self.asking = Asking(
            self.jobs, self.server, self.journal, self.policy, self.clock, pace, self.stop, self.events.append
        )

    def ask(self, jobs: list[Job] | None = None, if_refused: State = State.WAITING) -> Verdict | None:
        """Ask about `jobs` (default: all) in virtual time."""
        return self.play(lambda: self.asking.ask(jobs or self.jobs, if_refused=if_refused))

    def play(
        self, *parts: Callable[[], Awaitable[Verdict | None]] | Callable[[], Awaitable[None]]
    ) -> Verdict | None:
        """Do all parts at once, with a watcher of Stop; return the verdict of the first."""

        async def together() -> Verdict | None:
            watcher = asyncio.create_task(self.asking.watch_stop())
            verdicts = await asyncio.gather(*(part() for part in parts))
            await self.asking.written()
            watcher.cancel()
            await asyncio.wait([watcher])
            return verdicts[0]

        return play(together())

    async def stop_after(self, seconds: float) -> None:
        """Press Stop a while later."""
        await self.clock.spend(seconds)
        self.stop.set()

    def states(self) -> list[State]:
        """Return what the journal knows of the rows."""
        return [self.journal.knows[job.number].state for job in self.jobs]

    def answers(self) -> list[Answer | None]:
        """Return the answers that the journal has for the rows."""
        return [self.journal.knows[job.number].answer for job in self.jobs]

    def waits(self) -> list[tuple[WaitReason, float]]:
        """Return the waits that were told."""
        return [(event.reason, round(event.seconds, 3)) for event in self.events if isinstance(event, Waiting)]

    def told(self) -> list[float]:
        """Return until when it was told that something waits, in seconds."""
        return [(event.until - MORNING).total_seconds() for event in self.events if isinstance(event, Waiting)]

    def times(self) -> list[float]:
        """Return when each request arrived, in seconds."""
        return [round(call.at, 2) for call in self.server.calls]


class SlowToClose:
    """A binder that never has an answer and needs a second to close its connection."""

    def __init__(self, clock: FakeClock) -> None:
        self.closed = False
        self._clock = clock

    async def bind(self, devices: Sequence[Device]) -> Reply:
        """Wait without an end."""
        try:
            await self._clock.spend(3600.0)
        finally:
            await self._clock.spend(1.0)
            self.closed = True
        raise AssertionError(devices)


def test_an_accepted_group_is_bound() -> None:
    """The request is told when it leaves and the rows when they are bound, each with the answer behind it."""
    bench = Bench()

    verdict = bench.ask()

    assert verdict is not None
    assert verdict.kind is Kind.BOUND
    assert bench.asking.anything_bound
    assert [type(event) for event in bench.events] == [Sending, Settled]
    assert bench.states() == [State.BOUND, State.BOUND]
    assert [answer.log_id for answer in bench.answers() if answer] == ["log-1", "log-1"]
    assert [outcome.attempts for outcome in bench.journal.knows.values()] == [1, 1]


def test_an_event_tells_only_what_the_disk_has() -> None:
    """Each event comes after the write of what it tells."""
    bench = Bench()

    async def on_disk() -> Verdict | None:
        verdict = await bench.asking.ask(bench.jobs)
        await bench.asking.written()
        sending, settled = bench.events
        assert isinstance(sending, Sending)
        assert sending.request == bench.journal.requests[0]
        assert sending.request.time == MORNING
        assert isinstance(settled, Settled)
        assert settled.outcomes == bench.journal.knows
        return verdict

    assert bench.play(on_disk) is not None


def test_who_has_bound_need_not_wait_for_the_disk() -> None:
    """The next request may leave at once; what it got is told when the disk has it."""
    bench = Bench()
    told = []

    async def ask() -> Verdict | None:
        verdict = await bench.asking.ask(bench.jobs)
        told.append([type(event) for event in bench.events])
        await bench.asking.written()
        told.append([type(event) for event in bench.events])
        return verdict

    assert bench.play(ask) is not None
    assert told == [[Sending], [Sending, Settled]]


def test_nothing_leaves_once_an_answer_could_not_be_written_down() -> None:
    """Whoever waits for the disk hears of it, and no other request is begun."""
    bench = Bench()
    bench.journal.fails_at = 2

    async def ask() -> Verdict | None:
        assert await bench.asking.ask(bench.jobs[:1]) is not None
        await bench.clock.spend(1.0)
        assert bench.asking.over
        assert await bench.asking.ask(bench.jobs[1:]) is None
        return None

    with pytest.raises(StoreFailed):
        bench.play(ask)
    assert len(bench.server.calls) == 1


@pytest.mark.parametrize("state", [State.WAITING, State.REFUSED])
def test_a_refusal_means_what_the_caller_says(state: State) -> None:
    """A refused group waits to be taken apart; a device that was alone is refused."""
    bench = Bench(bad={"d2": 4000})

    verdict = bench.ask(if_refused=state)

    assert verdict is not None
    assert verdict.kind is Kind.REFUSED
    assert bench.states() == [state, state]
    assert not bench.asking.anything_bound


def test_a_lost_answer_is_asked_for_again() -> None:
    """The same rows go again after a wait that is told, and a code 0 makes them bound."""
    bench = Bench([Fault.LOST_AFTER, Fault.LOST_BEFORE])

    verdict = bench.ask()

    assert verdict is not None
    assert verdict.kind is Kind.BOUND
    assert bench.waits() == [(WaitReason.LOST, 1.0), (WaitReason.LOST, 2.0)]
    assert bench.states() == [State.BOUND, State.BOUND]
    assert [event.rows for event in bench.events if isinstance(event, Waiting)] == [(1, 2), (1, 2)]
    told = [event.outcomes[1] for event in bench.events if isinstance(event, Settled)]
    assert [(outcome.state, outcome.lost) for outcome in told] == [
        (State.WAITING, True),
        (State.WAITING, True),
        (State.BOUND, False),
    ]


@pytest.mark.parametrize("resend", [0, 1, 2])
def test_lost_too_often_is_unknown(resend: int) -> None:
    """After the first try and `resend` more, the rows are unknown."""
    bench = Bench([Fault.TROUBLE] * 5, policy=Policy(rate=0, resend=resend))

    verdict = bench.ask()

    assert verdict is not None
    assert verdict.kind is Kind.LOST
    assert len(bench.server.calls) == resend + 1
    assert bench.states() == [State.UNKNOWN, State.UNKNOWN]


def test_a_lost_answer_is_not_forgotten() -> None:
    """Refused after a lost answer, a row stays unknown and shows the refusal."""
    bench = Bench([Fault.LOST_BEFORE], bad={"d1": 4321})

    bench.ask(if_refused=State.REFUSED)

    assert bench.states() == [State.UNKNOWN, State.UNKNOWN]
    assert [answer.code for answer in bench.answers() if answer] == [4321, 4321]


def test_told_to_wait_it_waits_as_long_as_asked() -> None:
    """There is no limit of tries, and none comes earlier than Retry-After says."""
    bench = Bench([Fault.WAIT] * 4)

    verdict = bench.ask()

    assert verdict is not None
    assert verdict.kind is Kind.BOUND
    assert {reason for reason, _ in bench.waits()} == {WaitReason.ASKED}
    assert min(seconds for _, seconds in bench.waits()) == RETRY_AFTER
    waited = [after.at - (before.done_at or 0) for before, after in pairwise(bench.server.calls)]
    assert min(waited) >= RETRY_AFTER


def test_told_to_wait_for_an_hour_it_ends_and_says_until_when() -> None:
    """Nothing leaves any more; the rows are ready, with the answer to look at."""
    bench = Bench([Fault.COME_BACK])

    assert bench.ask() is None

    ended = bench.asking.ended
    assert ended is not None
    assert ended.ending is Ending.WAIT_TOO_LONG
    assert ended.until == MORNING + timedelta(hours=1, seconds=0.16)
    assert ended.answer in bench.answers()
    assert bench.states() == [State.READY, State.READY]


@pytest.mark.parametrize(
    ("fault", "ending"),
    [
        (Fault.UNAUTHORIZED, Ending.AUTHENTICATION),
        (Fault.FORBIDDEN, Ending.PERMISSION),
        (Fault.UNKNOWN_CHANNEL, Ending.CHANNEL),
        (Fault.UNPAID, Ending.BILLING),
    ],
)
def test_an_answer_that_no_row_is_at_fault_for_ends_the_run(fault: Fault, ending: Ending) -> None:
    """The rows are ready again and keep the answer; nothing more leaves."""
    bench = Bench([fault])

    assert bench.ask() is None
    assert bench.ask() is None

    assert len(bench.server.calls) == 1
    ended = bench.asking.ended
    assert ended is not None
    assert ended.ending is ending
    assert bench.answers() == [ended.answer, ended.answer]
    assert bench.states() == [State.READY, State.READY]


def test_after_a_lost_answer_even_a_dead_token_leaves_the_rows_unknown() -> None:
    """A row that may be bound already is not called ready."""
    bench = Bench([Fault.LOST_AFTER, Fault.UNAUTHORIZED])

    assert bench.ask() is None

    assert bench.states() == [State.UNKNOWN, State.UNKNOWN]


def test_without_a_way_to_the_server_it_tries_on() -> None:
    """With no limit the waits grow to a quarter of a minute and go on until a request can leave."""
    bench = Bench([Fault.NEVER_SENT] * 8)

    verdict = bench.ask()

    assert verdict is not None
    assert verdict.kind is Kind.BOUND
    assert bench.waits() == [(WaitReason.OFFLINE, seconds) for seconds in (1, 2, 4, 8, 15, 15, 15, 15)]


def test_without_a_way_for_too_long_the_rows_are_unsent() -> None:
    """It ends before a wait that would go beyond the limit; the others of the run, never tried, are unsent too."""
    bench = Bench([Fault.NEVER_SENT] * 9, policy=Policy(rate=0, max_wait=10), ids=named(4))

    assert bench.ask(bench.jobs[:2]) is None
    play(bench.asking.let_go())

    assert bench.asking.ended is not None
    assert bench.asking.ended.ending is Ending.UNREACHABLE
    assert bench.asking.ended.obstacle is not None
    assert bench.asking.ended.obstacle.why is NotSent.CONNECT
    assert bench.states() == [State.UNSENT] * 4
    assert bench.waits() == [(WaitReason.OFFLINE, seconds) for seconds in (1, 2, 4)]


def test_what_is_in_the_way_is_told_with_the_wait() -> None:
    """Rows that wait for a way say why there is none; a wait for another reason has nothing in the way."""
    bench = Bench([Fault.NEVER_SENT, Fault.WAIT])

    bench.ask()

    obstacles = [event.obstacle for event in bench.events if isinstance(event, Waiting)]
    assert [obstacle.why if obstacle else None for obstacle in obstacles] == [NotSent.CONNECT, None]


def test_a_nudge_ends_the_wait_for_a_way() -> None:
    """A person who knows that the network is back need not wait, and can say so again and again."""
    bench = Bench([Fault.NEVER_SENT] * 7)

    async def hurry() -> None:
        for seconds in (0.5, 20.0, 40.0):
            await bench.clock.spend(seconds - bench.clock.monotonic())
            bench.asking.nudge.give()

    verdict = bench.play(lambda: bench.asking.ask(bench.jobs), hurry)

    assert verdict is not None
    assert verdict.kind is Kind.BOUND
    assert bench.times() == [0.01, 0.51, 2.68, 6.85, 15.02, 20.01, 35.18, 40.01]


def test_a_nudge_shortens_no_other_wait() -> None:
    """What the server has asked for is never cut short."""
    bench = Bench([Fault.WAIT])

    async def hurry() -> None:
        await bench.clock.spend(1.0)
        bench.asking.nudge.give()

    bench.play(lambda: bench.asking.ask(bench.jobs), hurry)

    assert bench.times()[1] >= RETRY_AFTER


def test_a_clock_that_is_off_is_told_once() -> None:
    """The first answer that names its time tells; what the request was for has nothing to do with it."""
    bench = Bench([Fault.NEVER_SENT, Fault.CLOCK_AHEAD, Fault.CLOCK_AHEAD])

    async def twice() -> Verdict | None:
        await bench.asking.ask(bench.jobs[:1])
        return await bench.asking.ask(bench.jobs[1:])

    bench.play(twice)

    assert [event for event in bench.events if isinstance(event, ClockOff)] == [ClockOff(60)]
    assert bench.states() == [State.BOUND, State.BOUND]


def test_a_lost_answer_stays_unknown_where_the_server_is_out_of_reach() -> None:
    """Rows that may be bound already are not called unsent."""
    bench = Bench([Fault.LOST_AFTER, *[Fault.NEVER_SENT] * 9], policy=Policy(rate=0, max_wait=10))

    assert bench.ask() is None
    play(bench.asking.let_go())

    assert bench.states() == [State.UNKNOWN, State.UNKNOWN]


def test_any_answer_ends_the_time_out_of_reach() -> None:
    """The limit is for one stretch without a way to the server, not for all of them together."""
    away = [Fault.NEVER_SENT] * 3
    bench = Bench([*away, Fault.WAIT, *away, Fault.LOST_BEFORE, *away], policy=Policy(rate=0, max_wait=20))

    verdict = bench.ask()

    assert verdict is not None
    assert verdict.kind is Kind.BOUND


def test_the_slower_pace_after_a_wait_is_told() -> None:
    """Rows that wait for their turn because the server asked to slow down say so, and until when."""
    bench = Bench([Fault.WAIT], policy=Policy(rate=2.0), ids=named(3))

    async def one_after_another() -> Verdict | None:
        for job in bench.jobs:
            await bench.asking.ask([job])
        return None

    bench.play(one_after_another)

    waits = [event for event in bench.events if isinstance(event, Waiting)]
    assert [event.rows for event in waits] == [(1,), (2,), (3,)]
    assert {event.reason for event in waits} == {WaitReason.ASKED}
    assert bench.told() == pytest.approx(bench.times()[1:], abs=0.02)


def test_several_that_wait_for_the_same_turn_are_told_of_it_once() -> None:
    """The gate opens for one of them; the others are told when they would have to wait for longer."""
    bench = Bench([Fault.WAIT], policy=Policy(rate=2.0), ids=named(4))

    async def at_once() -> Verdict | None:
        await asyncio.gather(*(bench.asking.ask([job]) for job in bench.jobs))
        return None

    bench.play(at_once)

    assert len(bench.times()) == 5
    assert bench.told() == pytest.approx(bench.times()[1:], abs=0.02)


def test_the_wanted_distance_is_not_told() -> None:
    """A request in five seconds was wanted: nobody asked to wait."""
    bench = Bench(policy=Policy(rate=0.2))

    async def twice() -> Verdict | None:
        await bench.asking.ask(bench.jobs[:1])
        return await bench.asking.ask(bench.jobs[1:])

    bench.play(twice)

    assert bench.waits() == []
    assert bench.times() == [0.01, 5.01]


def test_requests_keep_the_wanted_distance() -> None:
    """At 2 a second, the next request leaves half a second after the one before."""
    bench = Bench(policy=Policy(rate=2.0), ids=named(3))

    async def one_after_another() -> Verdict | None:
        for job in bench.jobs:
            await bench.asking.ask([job])
        return None

    bench.play(one_after_another)

    assert bench.times() == [0.01, 0.51, 1.01]


def test_stop_while_a_request_is_under_way_waits_for_its_answer() -> None:
    """An answer within three seconds after Stop counts."""
    bench = Bench()

    verdict = bench.play(lambda: bench.asking.ask(bench.jobs), lambda: bench.stop_after(0.1))

    assert verdict is not None
    assert verdict.kind is Kind.BOUND
    assert bench.asking.ended == Ended(Ending.STOPPED)
    assert bench.states() == [State.BOUND, State.BOUND]


def test_stop_gives_an_answer_up_after_three_seconds() -> None:
    """The request is cancelled, its rows are unknown, and no further wait is told."""
    bench = Bench([Fault.SLOW])

    async def ask() -> Verdict | None:
        verdict = await bench.asking.ask(bench.jobs)
        assert bench.clock.monotonic() == pytest.approx(0.1 + STOP_PATIENCE + 0.01)
        await bench.asking.let_go()
        return verdict

    assert bench.play(ask, lambda: bench.stop_after(0.1)) is None

    assert bench.waits() == []
    assert bench.states() == [State.UNKNOWN, State.UNKNOWN]
    assert bench.server.calls[0].lost


def test_a_request_that_was_given_up_is_gone_before_anything_is_said_of_it() -> None:
    """A binder that takes its time to close a connection is waited for: nothing of it goes on after the run."""
    bench = Bench()
    closing = SlowToClose(bench.clock)
    pace = Pace(0, lambda: 0.0)
    bench.asking = Asking(
        bench.jobs, closing, bench.journal, bench.policy, bench.clock, pace, bench.stop, bench.events.append
    )

    async def ask() -> Verdict | None:
        verdict = await bench.asking.ask(bench.jobs)
        assert closing.closed
        return verdict

    bench.play(ask, lambda: bench.stop_after(0.1))


@pytest.mark.parametrize(
    ("fault", "state"),
    [(Fault.WAIT, State.READY), (Fault.NEVER_SENT, State.READY), (Fault.LOST_AFTER, State.UNKNOWN)],
)
def test_stop_ends_a_wait(fault: Fault, state: State) -> None:
    """Nobody waits for the end of a wait that was stopped."""
    bench = Bench([fault])

    async def ask() -> Verdict | None:
        verdict = await bench.asking.ask(bench.jobs)
        assert bench.clock.monotonic() == pytest.approx(0.5)
        await bench.asking.let_go()
        return verdict

    assert bench.play(ask, lambda: bench.stop_after(0.5)) is None

    assert len(bench.server.calls) == 1
    assert bench.states() == [state, state]


def test_stop_ends_the_wait_for_the_pace() -> None:
    """A request that waits for its turn does not leave after Stop."""
    bench = Bench(policy=Policy(rate=0.2))

    async def twice() -> Verdict | None:
        await bench.asking.ask(bench.jobs[:1])
        return await bench.asking.ask(bench.jobs[1:])

    assert bench.play(twice, lambda: bench.stop_after(1.0)) is None

    assert bench.server.requests == [("d1",)]


def test_stop_before_the_start_sends_nothing() -> None:
    """Stop counts from the moment that it is pressed, not from when somebody was told of it."""
    bench = Bench()
    bench.stop.set()

    assert play(bench.asking.ask(bench.jobs)) is None

    assert bench.journal.writes == 0
    assert bench.asking.over
    assert bench.asking.ended == Ended(Ending.STOPPED)


def test_stop_while_the_disk_is_busy_sends_nothing() -> None:
    """A request that was written down but has not left is taken back: its rows are what they were before."""
    refused = Outcome(State.REFUSED, Answer(MORNING, code=4000), attempts=1)
    bench = Bench(known=refused)

    assert bench.play(lambda: bench.asking.ask(bench.jobs), lambda: bench.stop_after(0.005)) is None

    assert bench.server.calls == []
    assert bench.events == []
    assert bench.journal.knows == {1: refused, 2: refused}
    assert bench.journal.requests == []


def test_a_wait_holds_what_another_worker_was_about_to_send() -> None:
    """Asked to wait while a second request is being written down, that one waits too."""
    bench = Bench([Fault.WAIT])

    async def second() -> Verdict | None:
        await bench.clock.spend(0.155)
        return await bench.asking.ask(bench.jobs[1:])

    verdict = bench.play(lambda: bench.asking.ask(bench.jobs[:1]), second)

    assert verdict is not None
    assert verdict.kind is Kind.BOUND
    assert bench.states() == [State.BOUND, State.BOUND]
    assert min(bench.times()[1:]) >= RETRY_AFTER
    assert [outcome.attempts for outcome in bench.journal.knows.values()] == [2, 1]


@pytest.mark.parametrize("fault", [Fault.UNAUTHORIZED, Fault.COME_BACK])
def test_an_answer_that_ends_the_run_counts_before_the_disk_has_it(fault: Fault) -> None:
    """However long the answer takes to write, no other worker sends meanwhile."""
    bench = Bench([fault])

    async def second() -> Verdict | None:
        await bench.clock.spend(0.155)
        return await bench.asking.ask(bench.jobs[1:])

    assert bench.play(lambda: bench.asking.ask(bench.jobs[:1]), second) is None

    assert bench.server.requests == [("d1",)]
    assert bench.states() == [State.READY, State.READY]


def test_what_is_under_way_when_the_run_ends_is_recorded() -> None:
    """The answers of other workers still count after one that ended the run; the first reason stays."""
    bench = Bench([Fault.UNAUTHORIZED, Fault.NONE, Fault.UNPAID], ids=named(3))

    async def later(number: int) -> Verdict | None:
        await bench.clock.spend(number * 0.01)
        return await bench.asking.ask([bench.jobs[number]])

    bench.play(lambda: later(0), lambda: later(1), lambda: later(2))

    assert bench.states() == [State.READY, State.BOUND, State.READY]
    ended = bench.asking.ended
    assert ended is not None
    assert ended.ending is Ending.AUTHENTICATION


def test_rows_get_the_state_that_their_answers_mean() -> None:
    """Settled without a request, a row keeps its answer, and one with a lost answer stays unknown."""
    answer = Answer(MORNING, code=4000)
    bench = Bench(known=Outcome(State.WAITING, answer, attempts=1))
    lost = Bench(known=Outcome(State.WAITING, answer, attempts=2, lost=True))

    play(bench.asking.settle(bench.jobs, State.REFUSED))
    play(lost.asking.settle(lost.jobs, State.REFUSED))

    assert bench.states() == [State.REFUSED, State.REFUSED]
    assert lost.states() == [State.UNKNOWN, State.UNKNOWN]
    assert bench.answers() == [answer, answer]


def test_nothing_to_settle_is_not_written() -> None:
    """No rows, no write, no event."""
    bench = Bench()

    play(bench.asking.settle([], State.REFUSED))
    play(bench.asking.let_go())

    assert bench.journal.writes == 0
    assert bench.events == []


def test_a_request_without_a_proper_end_is_unknown_when_the_run_lets_go() -> None:
    """Should a row still be under way at the end, its request may have been taken."""
    bench = Bench(known=Outcome(State.SENDING, attempts=1))

    play(bench.asking.let_go())

    assert bench.states() == [State.UNKNOWN, State.UNKNOWN]
