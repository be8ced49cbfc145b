"""How far a run is, how fast, and how long it may still take: true, and calm enough to be read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bindtool.core.binding.events import Bisecting, ClockOff, Sending, Settled, Waiting, WaitReason
from bindtool.core.binding.progress import Forecast, Progress, RunProgress, forecast, round_seconds
from bindtool.core.binding.protocols import Policy
from bindtool.core.model.job import Request
from bindtool.core.model.outcome import Outcome, State
from tests.core.store.samples import START, Clock


class Play:
    """A run that is played: requests that leave, answers that come, and time that passes."""

    def __init__(self, total: int) -> None:
        self.clock = Clock()
        self.run = RunProgress(range(1, total + 1), self.clock)
        self._next = 1

    def send(self, numbers: Iterable[int]) -> None:
        """Let a request leave."""
        self.run.take(Sending(Request(1, START, ()), dict.fromkeys(numbers, Outcome(State.SENDING))))

    def settle(self, numbers: Iterable[int], state: State = State.BOUND) -> None:
        """Let its answer come."""
        self.run.take(Settled(dict.fromkeys(numbers, Outcome(state))))

    def wait(self, reason: WaitReason, seconds: float) -> None:
        """Have rows wait."""
        self.run.take(Waiting(reason, seconds, START, ()))

    def pass_time(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.time += timedelta(seconds=seconds)

    def bind(self, devices: int, seconds: float) -> None:
        """Bind the next ones with one request that takes so long."""
        numbers = range(self._next, self._next + devices)
        self._next += devices
        self.send(numbers)
        self.pass_time(seconds)
        self.settle(numbers)

    def steadily(self, requests: int, devices: int, seconds: float) -> Iterator[Progress]:
        """Bind on and on, and tell how far it is after each answer."""
        for _ in range(requests):
            self.bind(devices, seconds)
            yield self.run.now()


def test_rows_are_counted() -> None:
    """What is bound, refused and unknown is done; what is under way, or waits, is left."""
    play = Play(10)
    assert play.run.now() == Progress(total=10, seconds=1)
    assert RunProgress([1], play.clock).row is None

    play.send([1, 2, 3, 4])
    play.settle([1, 2])
    play.settle([3], State.REFUSED)
    play.settle([4], State.WAITING)
    play.settle([5], State.UNKNOWN)

    now = play.run.now()
    assert (now.bound, now.refused, now.unknown, now.done) == (2, 1, 1, 4)
    assert play.run.left == 6
    assert play.run.row == 4
    assert list(play.run.numbers) == list(range(1, 11))


def test_a_wait_is_counted_down_and_ends_with_the_next_request() -> None:
    """Its seconds are those that are left, never none; other news does not end it."""
    play = Play(10)
    play.wait(WaitReason.ASKED, 3.0)
    play.pass_time(1.5)
    play.run.take(ClockOff(7))
    assert (play.run.now().wait, play.run.now().seconds) == (WaitReason.ASKED, 2)
    play.pass_time(5)
    assert play.run.now().seconds == 1
    play.send([1])
    assert play.run.now().wait is None


def test_the_search_for_a_refused_device_ends_with_a_larger_request() -> None:
    """As long as smaller ones leave, it is the search that sends them."""
    play = Play(100)
    play.run.take(Bisecting(6))
    play.send([1, 2, 3])
    assert play.run.now().looking == 6
    play.send(range(10, 60))
    assert play.run.now().looking is None


def test_nothing_is_said_of_the_pace_of_a_run_that_lasts_seconds() -> None:
    """A run of a few requests is over before anybody could read it."""
    play = Play(400)
    told = list(play.steadily(8, 50, 0.5))
    assert {(each.per_minute, each.rest) for each in told} == {(None, None)}


def test_pace_and_time_left_of_a_steady_run() -> None:
    """20,000 devices at 50 in half a second take 200 s, of which ten are left at 190; they are told until then."""
    play = Play(20_000)
    told = list(play.steadily(400, 50, 0.5))
    assert told[10].per_minute == 6000
    assert told[10].rest == 180  # of 194.5
    assert told[199].rest == 120  # of 100
    assert told[300].rest == 50
    assert told[390].rest is None
    assert {each.per_minute for each in told} == {None, 6000}
    assert_calm(each.rest for each in told)


def test_an_uneven_pace_makes_no_jumps() -> None:
    """Answers take a tenth of a second and then three: after half a minute what is told only ever goes down."""
    play = Play(4000)
    told = []
    for _ in range(20):
        told += [*play.steadily(4, 25, 0.1), *play.steadily(4, 25, 3.0)]
    assert told[40].per_minute in range(800, 1200)
    assert_calm(each.rest for each in told[24:])
    assert len({each.per_minute for each in told[16:]}) < 15


def test_a_server_that_becomes_slow_is_believed() -> None:
    """Four times slower from the middle on: within half a minute what is told is near the truth again."""
    play = Play(20_000)
    list(play.steadily(200, 50, 0.5))
    told = list(play.steadily(30, 50, 2.0))
    truth = (20_000 - 11_500) / 25
    assert told[-1].rest is not None
    assert 0.7 * truth < told[-1].rest < 1.3 * truth
    assert told[-1].per_minute in range(1400, 1700)


def test_a_long_wait_counts() -> None:
    """Asked to wait for two minutes, a run takes at least those and the time for what is left."""
    play = Play(20_000)
    list(play.steadily(380, 50, 0.5))
    play.wait(WaitReason.ASKED, 120.0)
    assert play.run.now().rest == 120  # of 130
    play.pass_time(100)
    assert play.run.now().rest == 30


def test_without_a_network_nobody_knows() -> None:
    """Nothing is told of an outage's end, and its minutes say nothing of the pace afterwards."""
    play = Play(20_000)
    list(play.steadily(100, 50, 0.5))
    play.wait(WaitReason.OFFLINE, 8.0)
    assert (play.run.now().per_minute, play.run.now().rest) == (None, None)
    play.pass_time(600)
    told = list(play.steadily(20, 50, 0.5))
    assert told[2].rest is None
    assert told[-1].per_minute == 6000
    assert told[-1].rest == 120  # of 140


def test_requests_that_take_longer_than_is_looked_back() -> None:
    """Where an answer takes a minute, the one before is what the pace is reckoned from."""
    play = Play(500)
    told = list(play.steadily(5, 50, 60.0))
    assert told[-1].per_minute == 50
    assert told[-1].rest == 300


def test_less_than_one_a_minute_is_one() -> None:
    """Nobody is told of none a minute."""
    play = Play(3)
    assert [each.per_minute for each in play.steadily(1, 1, 200.0)] == [1]


def assert_calm(told: Iterable[int | None]) -> None:
    """Tell whether each time that is told is no longer than the one before."""
    rests = [each for each in told if each is not None]
    assert rests == sorted(rests, reverse=True)
    assert len(rests) > 20


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(2.4, 0), (12, 10), (13, 15), (57, 55), (58, 60), (89, 60), (91, 120), (3500, 3480), (5000, 4800)],
)
def test_seconds_are_said_round(seconds: float, said: int) -> None:
    """Fives below a minute, minutes below an hour, then ten minutes."""
    assert round_seconds(seconds) == said


POLICY = Policy(batch_size=50, concurrency=1, rate=2.0, proven=True)


@pytest.mark.parametrize(
    ("devices", "policy", "answered_in", "said"),
    [
        (20_000, POLICY, None, Forecast(180, 6000)),
        (20_000, POLICY, 0.15, Forecast(180, 6000)),
        (20_000, POLICY, 3.0, Forecast(1200, 1000)),
        (20_000, replace(POLICY, concurrency=4), 3.0, Forecast(300, 4000)),
        (2_000, replace(POLICY, rate=0), 0.5, Forecast(20, 6000)),
        (51, replace(POLICY, proven=False), 10.0, Forecast(20, 150)),
        (2, replace(POLICY, batch_size=1), 200.0, Forecast(420, 1)),
        (400, POLICY, 0.15, None),
        (20_000, replace(POLICY, rate=0), None, None),
        (20_000, replace(POLICY, whole_list=True), 30.0, None),
    ],
)
def test_how_long_a_run_may_take(
    devices: int, policy: Policy, answered_in: float | None, said: Forecast | None
) -> None:
    """By the rate that is wanted or by how long answers take, whichever is slower; what is short is not told."""
    assert forecast(devices, policy, answered_in) == said
