"""What a request waits for: the network, the clock, the rate limiter."""

from __future__ import annotations

from functools import partial

import pytest

from bindtool.core.api.responses import NotSent
from bindtool.core.api.verdict import Verdict, VerdictKind
from bindtool.core.binding.events import ClockOff, Ending, ObstacleChanged, Sending, Settled, Waiting, WaitReason
from bindtool.core.binding.protocols import Policy
from bindtool.core.model.outcome import State
from tests.core.api.fake_server import RETRY_AFTER, Fault, named
from tests.core.binding.asked import Bench
from tests.core.binding.virtual_time import play


def test_without_a_way_to_the_server_it_tries_on() -> None:
    """With no limit the waits grow to a quarter of a minute and go on until a request can leave."""
    bench = Bench([Fault.NEVER_SENT] * 8)

    assert bench.ask() is VerdictKind.BOUND
    assert bench.waits() == [(WaitReason.OFFLINE, seconds) for seconds in (1, 2, 4, 8, 15, 15, 15, 15)]


def test_without_a_way_for_too_long_the_rows_are_unsent() -> None:
    """It ends before a wait that would go beyond the limit; the others of the run, never tried, are unsent too."""
    bench = Bench([Fault.NEVER_SENT] * 9, policy=Policy(rate=0, max_wait=10), ids=named(4))

    assert bench.ask(bench.jobs[:2]) is None
    play(bench.cycle.record.finish(unreachable=True))

    assert bench.ended.ending is Ending.UNREACHABLE
    assert bench.ended.obstacle is not None
    assert bench.ended.obstacle.why is NotSent.CONNECT
    assert bench.states() == [State.UNSENT] * 4
    assert bench.waits() == [(WaitReason.OFFLINE, seconds) for seconds in (1, 2, 4)]


@pytest.mark.parametrize("leaves", [Fault.NONE, Fault.WAIT, Fault.LOST_BEFORE, Fault.UNAUTHORIZED])
def test_what_is_in_the_way_is_told_once_and_its_end_once(leaves: Fault) -> None:
    """Not at every try; a request that leaves has met nothing in the way, whatever becomes of it."""
    bench = Bench([Fault.NEVER_SENT, Fault.NEVER_SENT, Fault.HANGS, Fault.HANGS, leaves])

    bench.ask()

    assert bench.obstacles() == [NotSent.CONNECT, NotSent.TIMEOUT, None]


def test_what_is_in_the_way_is_told_before_the_wait_for_it() -> None:
    """The disk has it by then that the rows have not left."""
    bench = Bench([Fault.NEVER_SENT])

    bench.ask()

    assert [type(event) for event in bench.events] == [
        Sending, Settled, ObstacleChanged, Waiting, Sending, ObstacleChanged, Settled,
    ]  # fmt: skip


def test_an_obstacle_that_comes_back_is_told_again() -> None:
    """It was over in between, also for requests that were under way at the same time."""
    bench = Bench([Fault.NEVER_SENT, Fault.WAIT, Fault.NEVER_SENT])

    bench.ask()

    assert bench.obstacles() == [NotSent.CONNECT, None, NotSent.CONNECT, None]


def test_the_end_of_a_run_is_the_end_of_its_obstacle() -> None:
    """Stop among the waits; and one that ends the run at once is named by the end alone."""
    bench = Bench([Fault.NEVER_SENT] * 9)
    bench.play_asking(lambda: bench.stop_after(5.0))
    assert bench.obstacles() == [NotSent.CONNECT, None]

    bench = Bench([Fault.NEVER_SENT], policy=Policy(rate=0, max_wait=0))
    assert bench.ask() is None
    assert bench.obstacles() == []


def test_a_proxy_that_wants_a_log_in_is_waited_for_where_somebody_can_be_asked() -> None:
    """As for any other way that is closed: it opens once somebody has entered one."""
    bench = Bench([Fault.NO_LOG_IN] * 2)

    assert bench.ask() is VerdictKind.BOUND
    assert bench.obstacles() == [NotSent.PROXY_LOGIN, None]


def test_a_proxy_that_wants_a_log_in_ends_the_run_where_nobody_can_be_asked() -> None:
    """At once, however long it would try: trying again would lead nowhere. What was lost before stays unknown."""
    bench = Bench([Fault.LOST_AFTER, Fault.NO_LOG_IN], policy=Policy(rate=0, attended=False), ids=named(4))

    assert bench.ask(bench.jobs[:2]) is None
    play(bench.cycle.record.finish(unreachable=True))

    assert bench.ended.obstacle is not None
    assert (bench.ended.ending, bench.ended.obstacle.why) == (Ending.PROXY_LOGIN, NotSent.PROXY_LOGIN)
    assert bench.states() == [State.UNKNOWN] * 2 + [State.UNSENT] * 2
    assert bench.obstacles() == []


def test_a_sign_in_that_is_over_ends_the_run() -> None:
    """Nothing was taken: the rows are ready, and the end says why there is no token."""
    bench = Bench([Fault.SIGNED_OUT])

    assert bench.ask() is None

    ended = bench.ended
    assert (ended.ending, ended.answer) == (Ending.SIGN_IN, None)
    assert ended.error is not None
    assert ended.error.id == "sign_in.over"
    assert bench.states() == [State.READY, State.READY]


def test_a_nudge_ends_the_wait_for_a_way() -> None:
    """A person who knows that the network is back need not wait, and can say so again and again."""
    bench = Bench([Fault.NEVER_SENT] * 7)

    assert bench.play_asking(lambda: bench.hurry_at(0.5, 20.0, 40.0)) is VerdictKind.BOUND
    assert bench.times() == [0.01, 0.51, 2.68, 6.85, 15.02, 20.01, 35.18, 40.01]


def test_a_nudge_shortens_no_other_wait() -> None:
    """What the server has asked for is never cut short."""
    bench = Bench([Fault.WAIT])

    bench.play_asking(lambda: bench.hurry_at(1.0))

    assert bench.times()[1] >= RETRY_AFTER


def test_a_quota_that_is_used_up_for_an_hour_ends_the_run() -> None:
    """Told so again and again since it was first told, it waits no longer; the rows are ready, with that answer."""
    bench = Bench([Fault.QUOTA] * 999)

    assert bench.ask() is None

    ended = bench.ended
    assert (ended.ending, ended.until) == (Ending.QUOTA, None)
    assert ended.answer in bench.answers()
    assert bench.states() == [State.READY, State.READY]
    first, *_, before, last = (call.done_at or 0.0 for call in bench.server.calls)
    assert before - first < 3600.0 <= last - first


@pytest.mark.parametrize("between", [Fault.NONE, Fault.PASSING])
def test_a_quota_that_is_there_again_in_between(between: Fault) -> None:
    """The hour begins anew with the next answer that says so: what was taken or refused was within the quota."""
    bench = Bench([Fault.QUOTA, between, *[Fault.QUOTA] * 999], ids=named(2))

    async def an_hour_apart() -> Verdict | None:
        await bench.cycle.ask(bench.jobs[:1])
        await bench.clock.spend(3600.0)
        return await bench.cycle.ask(bench.jobs[1:])

    bench.play(an_hour_apart)

    assert bench.ended.ending is Ending.QUOTA
    assert bench.times()[-1] >= 7200.0


@pytest.mark.parametrize("between", [Fault.WAIT, Fault.LOST_AFTER, Fault.NEVER_SENT])
def test_what_says_nothing_of_the_quota_does_not_begin_its_hour_anew(between: Fault) -> None:
    """Without a device that was taken nobody knows that it is there again."""
    bench = Bench([*[Fault.QUOTA] * 9, between, *[Fault.QUOTA] * 999])

    assert bench.ask() is None

    assert bench.ended.ending is Ending.QUOTA
    assert bench.times()[-1] < 3700.0


def test_a_limit_that_is_no_quota_has_no_hour() -> None:
    """Those that say "later" are waited for as long as it takes."""
    bench = Bench([Fault.WAIT] * 999)

    assert bench.ask() is VerdictKind.BOUND
    assert bench.times()[-1] > 3600.0


def test_a_clock_that_is_off_is_told_once() -> None:
    """The first answer that names its time tells; what the request was for has nothing to do with it."""
    bench = Bench([Fault.NEVER_SENT, Fault.CLOCK_AHEAD, Fault.CLOCK_AHEAD])

    bench.play(bench.one_after_another)

    assert [event for event in bench.events if isinstance(event, ClockOff)] == [ClockOff(60)]
    assert bench.states() == [State.BOUND, State.BOUND]


def test_a_lost_answer_stays_unknown_where_the_server_is_out_of_reach() -> None:
    """Rows that may be bound already are not called unsent."""
    bench = Bench([Fault.LOST_AFTER, *[Fault.NEVER_SENT] * 9], policy=Policy(rate=0, max_wait=10))

    assert bench.ask() is None
    play(bench.cycle.record.finish(unreachable=True))

    assert bench.states() == [State.UNKNOWN, State.UNKNOWN]


def test_any_answer_ends_the_time_out_of_reach() -> None:
    """The limit is for one stretch without a way to the server, not for all of them together."""
    away = [Fault.NEVER_SENT] * 3
    bench = Bench([*away, Fault.WAIT, *away, Fault.LOST_BEFORE, *away], policy=Policy(rate=0, max_wait=20))

    assert bench.ask() is VerdictKind.BOUND


def test_the_slower_pace_after_a_wait_is_told() -> None:
    """Rows that wait for their turn because the server asked to slow down say so, and until when."""
    bench = Bench([Fault.WAIT], policy=Policy(rate=2.0), ids=named(3))

    bench.play(bench.one_after_another)

    waits = [event for event in bench.events if isinstance(event, Waiting)]
    assert [event.rows for event in waits] == [(1,), (2,), (3,)]
    assert {event.reason for event in waits} == {WaitReason.ASKED}
    assert bench.told() == pytest.approx(bench.times()[1:], abs=0.02)


def test_several_that_wait_for_the_same_turn_are_told_of_it_once() -> None:
    """The limiter lets one of them leave; for the others a wait is reported where it gets longer."""
    bench = Bench([Fault.WAIT], policy=Policy(rate=2.0), ids=named(4))

    bench.play(*(partial(bench.cycle.ask, [job]) for job in bench.jobs))

    assert len(bench.times()) == 5
    assert bench.told() == pytest.approx(bench.times()[1:], abs=0.02)


def test_the_wanted_distance_is_not_told() -> None:
    """A request in five seconds was wanted: nobody asked to wait."""
    bench = Bench(policy=Policy(rate=0.2))

    bench.play(bench.one_after_another)

    assert bench.waits() == []
    assert bench.times() == [0.01, 5.01]


def test_requests_keep_the_wanted_distance() -> None:
    """At 2 a second, the next request leaves half a second after the one before."""
    bench = Bench(policy=Policy(rate=2.0), ids=named(3))

    bench.play(bench.one_after_another)

    assert bench.times() == [0.01, 0.51, 1.01]
