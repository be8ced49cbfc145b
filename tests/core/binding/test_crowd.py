"""The rate of whole runs under a limit: alone, with many workers, and with laptops that never saw each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bindtool.core.binding.protocols import Policy
from bindtool.practice.rules import Bucket
from tests.core.binding.crowd import Crowd
from tests.practice.throttle import RequestLimit, SlidingWindow

pytestmark = pytest.mark.long

ALLOWED = 0.10
"""The part of all requests that may be refused."""

SEEDS = range(3)
A_DAY = 400
"""Devices: what one laptop binds in a day."""

ALONE = Crowd(1, 1000, Policy(), lambda: SlidingWindow(5))
THIRTY = Crowd(30, A_DAY, Policy(), lambda: Bucket(5, 5))
FAST = Crowd(1, 300, Policy(batch_size=1, rate=0), lambda: Bucket(100, 20), latency=0.05)


class FixedWindow:
    """Five requests a second, counted anew with each second."""

    def __init__(self) -> None:
        self._second = -1
        self._taken = 0

    def has_room(self, now: float) -> bool:
        """Whether one more may be taken now."""
        return int(now) != self._second or self._taken < 5

    def take(self, now: float) -> None:
        """Count one."""
        if int(now) != self._second:
            self._second, self._taken = int(now), 0
        self._taken += 1


# ---------------------------------------------------------------- alone


def test_a_laptop_alone_is_not_slowed() -> None:
    """1,000 devices at the default rate: 21 requests, two a second, none refused, nothing waited for."""
    tally = ALONE.run()

    assert (tally.taken, tally.refused, tally.bound) == (21, 0, 1000)
    assert tally.seconds < 10.2
    assert tally.longest_wait == 0


@pytest.mark.parametrize("concurrency", [1, 4, 16])
def test_no_pace_under_no_limit_is_as_fast_as_its_workers(concurrency: int) -> None:
    """Each worker sends its next request as soon as it has an answer; only the device ahead goes alone."""
    crowd = replace(FAST, policy=replace(FAST.policy, concurrency=concurrency), throttle=lambda: SlidingWindow(0))

    tally = crowd.run()

    assert tally.seconds <= 0.055 + 0.055 * (299 // concurrency + 1)


def test_sixty_four_workers_are_there_after_three_answers_time() -> None:
    """What that costs a run without a limit is little more than two answers' time."""
    crowd = replace(
        FAST, policy=replace(FAST.policy, concurrency=64, proven=True), throttle=lambda: SlidingWindow(0)
    )
    crowd = replace(crowd, devices=64 * 20)

    assert crowd.run().seconds <= 0.055 * (20 + 2.1)


# ---------------------------------------------------------------- many workers under a limit


@pytest.mark.long
@pytest.mark.parametrize("latency", [0.01, 0.05, 0.15])
@pytest.mark.parametrize("rate", [0.0, 100.0])
@pytest.mark.parametrize("concurrency", [4, 16, 64])
def test_three_hundred_are_bound_under_a_hundred_a_second(concurrency: int, rate: float, latency: float) -> None:
    """With a reserve of 20 at most one request in ten is refused, whatever was wanted, and it takes seconds."""
    policy = replace(FAST.policy, concurrency=concurrency, rate=rate)
    for seed in SEEDS:
        tally = replace(FAST, policy=policy, latency=latency).run(seed)

        assert tally.bound == 300
        assert tally.refused_part <= ALLOWED
        assert tally.seconds < 13


@pytest.mark.long
def test_a_channel_that_is_known_to_work_needs_no_device_ahead_to_stay_within_the_limit() -> None:
    """Sixty-four workers that may begin at once do not all begin at once."""
    policy = replace(FAST.policy, concurrency=64, proven=True)
    for seed in SEEDS:
        assert replace(FAST, policy=policy).run(seed).refused_part <= ALLOWED


# ---------------------------------------------------------------- many laptops under one limit


@pytest.mark.long
@pytest.mark.parametrize("apart", [0.0, 8.0])
@pytest.mark.parametrize(("laptops", "seeds"), [(2, 9), (5, 9), (10, 9), (30, 3), (60, 1)])
def test_laptops_that_never_saw_each_other_share_a_limit(laptops: int, seeds: int, apart: float) -> None:
    """1,000 devices each under 5 requests a second: all are bound, and at most one request in ten is refused."""
    for seed in range(seeds):
        tally = replace(THIRTY, laptops=laptops, devices=1000, apart=apart).run(seed)

        assert tally.bound == laptops * 1000
        assert tally.refused_part <= ALLOWED


@pytest.mark.long
@pytest.mark.parametrize("apart", [0.0, 0.25])
def test_thirty_laptops_press_bind_at_once(apart: float) -> None:
    """A day's 400 devices each: all are bound within four minutes, and at most one request in ten is refused."""
    for seed in SEEDS:
        tally = replace(THIRTY, apart=apart).run(seed)

        assert tally.bound == 30 * A_DAY
        assert tally.refused_part <= ALLOWED
        assert tally.seconds < 240


@pytest.mark.long
@pytest.mark.parametrize(
    "throttle", [lambda: SlidingWindow(5), FixedWindow, lambda: Bucket(5, 20)], ids=["strict", "anew", "reserve"]
)
def test_thirty_laptops_and_other_kinds_of_limit(throttle: Callable[[], RequestLimit]) -> None:
    """A strict count within any second, one that begins anew with each, or a larger reserve: it holds as well."""
    for seed in SEEDS:
        tally = replace(THIRTY, devices=1000, throttle=throttle).run(seed)

        assert tally.bound == 30_000
        assert tally.refused_part <= ALLOWED


@pytest.mark.long
def test_a_long_day_uses_most_of_the_limit() -> None:
    """5,000 devices each: until nine tenths are bound, four fifths of what the server could take are taken."""
    tally = replace(THIRTY, devices=5000).run()

    assert 0.9 * tally.taken >= 0.8 * 5 * tally.most_of_it
    assert tally.refused_part <= ALLOWED / 2
