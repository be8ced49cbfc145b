"""The way of a single request: written down, sent, sent again, settled."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from bindtool.core.api.verdict import Verdict, VerdictKind
from bindtool.core.binding.events import Ending, Sending, Settled, Waiting, WaitReason
from bindtool.core.binding.protocols import Policy
from bindtool.core.common.errors import StoreFailed
from bindtool.core.model.outcome import Answer, Outcome, State
from tests.core.api.fake_server import RETRY_AFTER, Fault, named
from tests.core.binding.asked import Bench
from tests.core.binding.virtual_time import MORNING, play


def test_an_accepted_group_is_bound() -> None:
    """The request is told when it leaves and the rows when they are bound, each with the answer behind it."""
    bench = Bench()

    assert bench.ask() is VerdictKind.BOUND
    assert [type(event) for event in bench.events] == [Sending, Settled]
    assert bench.states() == [State.BOUND, State.BOUND]
    assert [answer.log_id for answer in bench.answers() if answer] == ["log-1", "log-1"]
    assert [outcome.attempts for outcome in bench.journal.knows.values()] == [1, 1]


def test_an_event_tells_only_what_the_disk_has() -> None:
    """Each event comes after the write of what it tells."""
    bench = Bench()

    async def on_disk() -> Verdict | None:
        verdict = await bench.cycle.ask(bench.jobs)
        await bench.clock.spend(1.0)
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

    async def ask() -> Verdict | None:
        verdict = await bench.cycle.ask(bench.jobs)
        assert [type(event) for event in bench.events] == [Sending]
        return verdict

    assert bench.play(ask) is not None
    assert [type(event) for event in bench.events] == [Sending, Settled]


def test_nothing_leaves_once_an_answer_could_not_be_written_down() -> None:
    """No other request is begun, and the end of the run says what was wrong."""
    bench = Bench()
    bench.journal.fails_at = 2

    assert bench.ask(bench.jobs[:1]) is not None
    assert bench.cycle.over
    assert play(bench.cycle.ask(bench.jobs[1:])) is None

    assert len(bench.server.calls) == 1
    with pytest.raises(StoreFailed):
        play(bench.cycle.record.finish(unreachable=False))


@pytest.mark.parametrize("fails_at", [2, 3], ids=["beginning", "answer"])
def test_what_is_in_flight_when_the_disk_fails_still_counts(fails_at: int) -> None:
    """Another worker's answer is written down and told, where the disk takes it."""
    bench = Bench(ids=named(2))
    bench.journal.fails_at = fails_at

    async def second() -> Verdict | None:
        await bench.clock.spend(0.1 if fails_at == 2 else 0.005)
        return await bench.cycle.ask(bench.jobs[1:])

    bench.play(lambda: bench.cycle.ask(bench.jobs[:1]), second)

    told = {
        number: outcome
        for event in bench.events
        if isinstance(event, Settled)
        for number, outcome in event.outcomes.items()
    }
    assert told == {
        number: outcome for number, outcome in bench.journal.knows.items() if outcome.state is State.BOUND
    }
    assert len(told) == 1


def test_no_row_is_refused_for_an_answer_that_could_not_be_written_down() -> None:
    """It would be refused without the answer that says so."""
    bench = Bench(bad={"d2": 4000})
    bench.journal.fails_at = 2
    before = bench.ask() and dict(bench.journal.knows)

    play(bench.cycle.record.conclude(bench.jobs, State.REFUSED))

    assert bench.journal.knows == before
    assert [outcome.recovered().state for outcome in before.values()] == [State.UNKNOWN, State.UNKNOWN]


@pytest.mark.parametrize("state", [State.WAITING, State.REFUSED])
def test_a_refusal_means_what_the_caller_says(state: State) -> None:
    """A refused group waits to be taken apart; a device that was alone is refused."""
    bench = Bench(bad={"d2": 4000})

    assert bench.ask(if_refused=state) is VerdictKind.REFUSED
    assert bench.states() == [state, state]


def test_a_lost_answer_is_asked_for_again() -> None:
    """The same rows go again after a wait that is told, and a code 0 makes them bound."""
    bench = Bench([Fault.LOST_AFTER, Fault.LOST_BEFORE])

    assert bench.ask() is VerdictKind.BOUND
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

    assert bench.ask() is VerdictKind.LOST
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

    assert bench.ask() is VerdictKind.BOUND
    assert {reason for reason, _ in bench.waits()} == {WaitReason.ASKED}
    assert min(seconds for _, seconds in bench.waits()) == RETRY_AFTER
    waited = [after.at - (before.done_at or 0) for before, after in pairwise(bench.server.calls)]
    assert min(waited) >= RETRY_AFTER


@pytest.mark.parametrize("fault", [Fault.COME_BACK, Fault.QUOTA_TOMORROW])
def test_told_to_wait_for_an_hour_it_ends_and_says_until_when(fault: Fault) -> None:
    """Nothing leaves any more; the rows are ready, with the answer to look at."""
    bench = Bench([fault])

    assert bench.ask() is None

    ended = bench.ended
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
        (Fault.UNUSUAL, Ending.RISK_CONTROL),
    ],
)
def test_an_answer_that_no_row_is_at_fault_for_ends_the_run(fault: Fault, ending: Ending) -> None:
    """The rows are ready again and keep the answer; nothing more leaves."""
    bench = Bench([fault])

    assert bench.ask() is None
    assert play(bench.cycle.ask(bench.jobs)) is None

    assert len(bench.server.calls) == 1
    ended = bench.ended
    assert ended.ending is ending
    assert bench.answers() == [ended.answer, ended.answer]
    assert bench.states() == [State.READY, State.READY]


def test_after_a_lost_answer_even_a_dead_token_leaves_the_rows_unknown() -> None:
    """A row that may be bound already is not called ready."""
    bench = Bench([Fault.LOST_AFTER, Fault.UNAUTHORIZED])

    assert bench.ask() is None

    assert bench.states() == [State.UNKNOWN, State.UNKNOWN]


def test_what_is_under_way_when_the_run_ends_is_recorded() -> None:
    """The answers of other workers still count after one that ended the run; the first reason stays."""
    bench = Bench([Fault.UNAUTHORIZED, Fault.NONE, Fault.UNPAID], ids=named(3))

    async def later(number: int) -> Verdict | None:
        await bench.clock.spend(number * 0.01)
        return await bench.cycle.ask([bench.jobs[number]])

    bench.play(lambda: later(0), lambda: later(1), lambda: later(2))

    assert bench.states() == [State.READY, State.BOUND, State.READY]
    ended = bench.ended
    assert ended.ending is Ending.AUTHENTICATION


def test_rows_get_the_state_that_their_answers_mean() -> None:
    """Settled without a request, a row keeps its answer, and one with a lost answer stays unknown."""
    answer = Answer(MORNING, code=4000)
    bench = Bench(known=Outcome(State.WAITING, answer, attempts=1))
    lost = Bench(known=Outcome(State.WAITING, answer, attempts=2, lost=True))

    play(bench.cycle.record.conclude(bench.jobs, State.REFUSED))
    play(lost.cycle.record.conclude(lost.jobs, State.REFUSED))

    assert bench.states() == [State.REFUSED, State.REFUSED]
    assert lost.states() == [State.UNKNOWN, State.UNKNOWN]
    assert bench.answers() == [answer, answer]


def test_nothing_to_settle_is_not_written() -> None:
    """No rows, no write, no event."""
    bench = Bench()

    play(bench.cycle.record.conclude([], State.REFUSED))
    play(bench.cycle.record.finish(unreachable=False))

    assert bench.journal.writes == 0
    assert bench.events == []


def test_a_request_without_a_proper_end_is_unknown_when_the_run_lets_go() -> None:
    """Should a row still be under way at the end, its request may have been taken."""
    bench = Bench(known=Outcome(State.SENDING, attempts=1))

    play(bench.cycle.record.finish(unreachable=False))

    assert bench.states() == [State.UNKNOWN, State.UNKNOWN]
