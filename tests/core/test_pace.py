"""Pace: never earlier than asked, slower after each "wait", and back step by step."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.pace import LONGEST_RETRY_AFTER, Pace, back_off


def never_later() -> float:
    """Give the smallest random number: no jitter."""
    return 0.0


def latest() -> float:
    """Give the largest random number."""
    return math.nextafter(1.0, 0.0)


def departures(pace: Pace, count: int, now: float = 0.0) -> list[float]:
    """Let `count` requests leave as soon as they may; return when they did."""
    times = []
    for _ in range(count):
        now += pace.delay(now)
        pace.leave(now)
        times.append(now)
    return times


def test_waiting_longer_than_five_minutes_is_not_done() -> None:
    """The figure is the contract's."""
    assert LONGEST_RETRY_AFTER == 300


def test_back_off_grows_and_stays_at_half_a_minute() -> None:
    """The seconds before the second, third … try, for any number of tries."""
    assert [back_off(attempt) for attempt in range(1, 9)] == [1, 2, 4, 8, 15, 30, 30, 30]
    assert back_off(10_000) == 30


def test_the_first_request_leaves_at_once() -> None:
    """Nothing was asked yet, so nothing has to be waited for."""
    assert Pace(2.0, never_later).delay(1000.0) == 0.0


def test_requests_keep_their_distance() -> None:
    """Two a second leave every half second, and a pause earns no burst."""
    pace = Pace(2.0, never_later)

    assert departures(pace, 4) == [0.0, 0.5, 1.0, 1.5]
    assert departures(pace, 3, now=60.0) == [60.0, 60.5, 61.0]


def test_rate_zero_is_no_limit() -> None:
    """Any number of requests leaves at the same moment."""
    pace = Pace(0, never_later)

    assert departures(pace, 5, now=3.0) == [3.0] * 5
    assert pace.rate == 0


def test_an_answer_does_not_go_beyond_the_wanted_rate() -> None:
    """Answers to requests at full speed change nothing, limit or none."""
    pace, unlimited = Pace(2.0, never_later), Pace(0, never_later)

    pace.answered()
    unlimited.answered()

    assert (pace.rate, unlimited.rate) == (2.0, 0)


def test_a_wait_halves_the_rate() -> None:
    """Each "wait" doubles the distance, until one request in five seconds is left."""
    pace = Pace(2.0, never_later)

    rates = []
    for attempt in range(1, 7):
        pace.asked_to_wait(0.0, None, attempt)
        rates.append(pace.rate)

    assert rates == [1.0, 0.5, 0.25, 0.2, 0.2, 0.2]


def test_a_rate_below_the_slowest_is_never_left() -> None:
    """Who wanted a request in ten seconds is not sped up by a "wait"."""
    pace = Pace(0.1, never_later)

    pace.asked_to_wait(0.0, None, 1)

    assert pace.rate == 0.1


def test_answers_give_the_rate_back_in_twentieths() -> None:
    """From half the rate, ten answers bring the whole rate back, and no more than that."""
    pace = Pace(2.0, never_later)
    pace.asked_to_wait(0.0, None, 1)

    rates = []
    for _ in range(12):
        pace.answered()
        rates.append(round(pace.rate, 9))

    assert rates == [1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9, 2.0, 2.0, 2.0]


def test_no_limit_becomes_one_when_the_server_asks() -> None:
    """After the first "wait" one a second leaves; a further one halves it; answers make it a tenth faster."""
    pace = Pace(0, never_later)

    pace.asked_to_wait(0.0, 0.0, 1)
    assert departures(pace, 3) == [0.0, 1.0, 2.0]
    pace.asked_to_wait(10.0, 0.0, 2)
    assert pace.rate == 0.5
    pace.answered()
    assert pace.rate == pytest.approx(0.55)


def test_a_wait_without_a_time_backs_off() -> None:
    """Where the server names no time, the table does, by the number of times in a row."""
    waits = [Pace(2.0, never_later).asked_to_wait(50.0, None, attempt) for attempt in (1, 2, 3, 7)]

    assert waits == [1, 2, 4, 30]


def test_retry_after_is_kept() -> None:
    """The next request leaves when the server said, whatever the table says."""
    pace = Pace(2.0, never_later)

    assert pace.asked_to_wait(100.0, 7.0, 5) == 7.0
    assert departures(pace, 1, now=100.0) == [107.0]


def test_thirty_laptops_do_not_come_back_together() -> None:
    """The jitter spreads them over the distance between two requests, always after what was asked."""
    earliest = Pace(2.0, never_later).asked_to_wait(0.0, 10.0, 1)
    last = Pace(2.0, latest).asked_to_wait(0.0, 10.0, 1)

    assert earliest == 10.0
    assert 10.9 < last <= 11.0


def test_an_earlier_wait_that_is_longer_still_holds() -> None:
    """Asked to wait a minute by one answer and a second by another, the minute counts and is told."""
    pace = Pace(2.0, never_later)
    pace.asked_to_wait(0.0, 60.0, 1)

    assert pace.asked_to_wait(10.0, 1.0, 1) == 50.0
    assert pace.delay(10.0) == 50.0


@given(
    wanted=st.just(0.0) | st.floats(0.01, 100),
    asked=st.lists(st.none() | st.floats(0, 300), min_size=1, max_size=20),
    jitter=st.floats(0, 1, exclude_max=True),
)
def test_no_request_leaves_earlier_than_asked(wanted: float, asked: list[float | None], jitter: float) -> None:
    """Whatever the rate and whatever was asked before, the wait is at least as long as asked, and is told."""
    pace, now = Pace(wanted, lambda: jitter), 0.0
    for attempt, retry_after in enumerate(asked, start=1):
        seconds = pace.asked_to_wait(now, retry_after, attempt)
        least = back_off(attempt) if retry_after is None else retry_after
        assert seconds == pace.delay(now)
        assert seconds >= least - 1e-9
        assert not wanted or pace.rate <= wanted
        now += seconds
        pace.leave(now)
        pace.answered()
