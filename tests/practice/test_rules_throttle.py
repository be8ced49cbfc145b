"""The throttles of the practice channel: a count within a second, and a bucket."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.practice.rules import Bucket
from tests.practice.throttle import RequestLimit, SlidingWindow

TIMES = st.lists(st.floats(0, 20), max_size=200).map(sorted)


def taken(throttle: RequestLimit, times: list[float]) -> list[float]:
    """Ask for one request at each time; return the times of those that were taken."""
    lucky = []
    for now in times:
        if throttle.has_room(now):
            throttle.take(now)
            lucky.append(now)
    return lucky


def test_a_window_takes_five_within_any_second() -> None:
    """The sixth has to wait until the first is a second old."""
    times = [0.0, 0.1, 0.2, 0.3, 0.9, 0.99, 1.0, 1.05, 1.1]

    assert taken(SlidingWindow(5), times) == [0.0, 0.1, 0.2, 0.3, 0.9, 1.0, 1.1]


def test_a_bucket_lets_a_burst_through_and_fills_up_again() -> None:
    """Twenty at once and not one more; then a hundred a second, and after a pause twenty at once again."""
    bucket = Bucket(100, 20)

    assert len(taken(bucket, [0.0] * 30)) == 20
    assert taken(bucket, [0.005, 0.01, 0.015, 0.02]) == [0.01, 0.02]
    assert len(taken(bucket, [10.0] * 30)) == 20


@pytest.mark.parametrize("throttle", [SlidingWindow(1), Bucket(1, 1), Bucket(3, 1), Bucket(5, 20)])
def test_a_second_later_there_is_room(throttle: RequestLimit) -> None:
    """So a Retry-After of one second is the truth for whoever comes back alone."""
    taken(throttle, [0.0] * 30)

    assert throttle.has_room(1.0)


@given(TIMES)
def test_a_window_is_never_overfull(times: list[float]) -> None:
    """Whenever requests come, no second holds more than five."""
    lucky = taken(SlidingWindow(5), times)

    assert all(later - earlier >= 1.0 for earlier, later in zip(lucky, lucky[5:], strict=False))


@given(TIMES)
def test_a_bucket_gives_no_more_than_it_holds(times: list[float]) -> None:
    """Between any two requests that are taken, no more than the burst and what came in since."""
    lucky = taken(Bucket(5, 3), times)

    for first, start in enumerate(lucky):
        for number, end in enumerate(lucky[first:], 1):
            assert number <= 3 + 5 * (end - start) + 1e-6
