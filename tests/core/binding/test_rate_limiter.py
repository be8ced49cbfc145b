"""The rate: never earlier than asked, slower after each "wait", and back step by step."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.binding.rate_limiter import LONGEST_RETRY_AFTER, RateLimiter, back_off


def never_later() -> float:
    """Give the smallest random number: no jitter."""
    return 0.0


def latest() -> float:
    """Give the largest random number."""
    return math.nextafter(1.0, 0.0)


def departures(pace: RateLimiter, count: int, now: float = 0.0) -> list[float]:
    """Let `count` requests leave as soon as they may; return when they did."""
    times = []
    for _ in range(count):
        now += pace.delay(now)
        pace.leave(now)
        times.append(now)
    return times


def send(pace: RateLimiter, count: int, now: float = 0.0) -> float:
    """Send `count` requests one after another, each answered at once; return when the last one left."""
    for _ in range(count):
        now = departures(pace, 1, now)[0]
        pace.answered(now)
    return now


def send_and_be_told(pace: RateLimiter, answered: int, now: float = 0.0) -> float:
    """Send `answered` requests and one that is told to wait; return when that was."""
    now = send(pace, answered, now)
    now = departures(pace, 1, now)[0]
    pace.asked_to_wait(now, now, 1.0, 1)
    return now


# ---------------------------------------------------------------- waiting


def test_waiting_longer_than_five_minutes_is_not_done() -> None:
    """Asked to wait longer, a run stops and says when to come back."""
    assert LONGEST_RETRY_AFTER == 300


def test_back_off_grows_and_stays_at_half_a_minute() -> None:
    """The seconds before the second, third … try, for any number of tries."""
    assert [back_off(attempt) for attempt in range(1, 9)] == [1, 2, 4, 8, 15, 30, 30, 30]
    assert back_off(10_000) == 30


def test_a_wait_without_a_time_backs_off() -> None:
    """Where the server names no time, the table does, by the number of times in a row."""
    waits = [RateLimiter(2.0, never_later).asked_to_wait(50.0, 50.0, None, attempt) for attempt in (1, 2, 3, 7)]

    assert waits == [1, 2, 4, 30]


def test_retry_after_is_kept() -> None:
    """The next request leaves when the server said, whatever the table says."""
    pace = RateLimiter(2.0, never_later)

    assert pace.asked_to_wait(100.0, 100.0, 7.0, 5) == 7.0
    assert departures(pace, 1, now=100.0) == [107.0]


def test_thirty_laptops_do_not_come_back_together() -> None:
    """The jitter spreads them over four distances between two requests, always after what was asked."""
    earliest, last = RateLimiter(2.0, never_later), RateLimiter(2.0, latest)

    assert earliest.asked_to_wait(0.0, 0.0, 10.0, 1) == 10.0
    assert last.asked_to_wait(0.0, 0.0, 10.0, 1) == pytest.approx(10.0 + 4 / last.rate)


def test_an_earlier_wait_that_is_longer_still_holds() -> None:
    """Asked to wait a minute by one answer and a second by another, the minute counts and is told."""
    pace = RateLimiter(2.0, never_later)
    pace.asked_to_wait(0.0, 0.0, 60.0, 1)

    assert pace.asked_to_wait(10.0, 0.0, 1.0, 1) == 50.0
    assert pace.delay(10.0) == 50.0


@given(
    wanted=st.just(0.0) | st.floats(0.01, 1000),
    asked=st.lists(st.none() | st.floats(0, 300), min_size=1, max_size=20),
    jitter=st.floats(0, 1, exclude_max=True),
)
def test_no_request_leaves_earlier_than_asked(wanted: float, asked: list[float | None], jitter: float) -> None:
    """Whatever the rate and whatever was asked before, the wait is at least as long as asked, and is told."""
    pace, now = RateLimiter(wanted, lambda: jitter), 0.0
    for attempt, retry_after in enumerate(asked, start=1):
        pace.leave(now)
        seconds = pace.asked_to_wait(now, now, retry_after, attempt)
        least = back_off(attempt) if retry_after is None else retry_after
        assert seconds == pace.delay(now)
        assert seconds >= least - 1e-9
        assert pace.rate > 0
        assert not wanted or pace.rate <= wanted
        now += seconds
        pace.leave(now)
        pace.answered(now)


# ---------------------------------------------------------------- the rate that was wanted


def test_the_first_request_leaves_at_once() -> None:
    """Nothing was asked yet, so nothing has to be waited for."""
    assert RateLimiter(2.0, latest).delay(1000.0) == 0.0


def test_requests_keep_their_distance() -> None:
    """Two a second leave every half second, and a pause earns no burst."""
    pace = RateLimiter(2.0, never_later)

    assert departures(pace, 4) == [0.0, 0.5, 1.0, 1.5]
    assert departures(pace, 3, now=60.0) == [60.0, 60.5, 61.0]


def test_a_laptop_alone_keeps_the_wanted_rate() -> None:
    """A thousand devices, 50 a request after one ahead, leave at two a second from the first to the last."""
    pace = RateLimiter(2.0, latest)

    assert send(pace, 21) == 10.0
    assert not pace.slowed


def test_rate_zero_is_no_limit() -> None:
    """Any number of requests leaves at the same moment, however many were answered."""
    pace = RateLimiter(0, latest)

    assert departures(pace, 5, now=3.0) == [3.0] * 5
    assert send(pace, 1000, now=4.0) == 4.0
    assert pace.rate == 0
    assert not pace.slowed


def test_an_answer_does_not_go_beyond_the_wanted_rate() -> None:
    """Answers to requests at full speed change nothing."""
    pace = RateLimiter(2.0, never_later)

    pace.answered(0.0)

    assert pace.rate == 2.0


# ---------------------------------------------------------------- slower


@pytest.mark.parametrize(
    ("answered", "kept"), [(0, 1 / 30), (1, 2 / 30), (5, 1 / 5), (13, 14 / 30), (14, 1 / 2), (99, 1 / 2)]
)
def test_the_sooner_a_wait_comes_the_deeper_it_cuts(answered: int, kept: float) -> None:
    """Coming after n requests, a "wait" leaves n parts in 30 of the rate, at most a half."""
    pace = RateLimiter(2.0, never_later)

    send_and_be_told(pace, answered)

    assert pace.rate == pytest.approx(2.0 * kept)
    assert pace.slowed


def test_told_again_at_once_it_halves() -> None:
    """With nothing answered since the last "wait", each further one doubles the distance, to twenty seconds."""
    pace = RateLimiter(2.0, never_later)
    now = send_and_be_told(pace, 14)

    rates = []
    for _ in range(6):
        now = send_and_be_told(pace, 0, now)
        rates.append(pace.rate)

    assert rates == [0.5, 0.25, 0.125, 0.0625, 0.05, 0.05]


def test_what_counts_are_the_requests_since_the_last_wait() -> None:
    """Told again after five more answers, a run keeps a fifth of what it had by then."""
    pace = RateLimiter(2.0, never_later)
    now = send_and_be_told(pace, 14)
    now = send(pace, 5, now)
    before = pace.rate

    now = departures(pace, 1, now)[0]
    pace.asked_to_wait(now, now, 1.0, 1)

    assert pace.rate == pytest.approx(before / 5)


def test_a_rate_below_the_slowest_is_never_left() -> None:
    """Who wanted a request in half a minute is not sped up by a "wait"."""
    pace = RateLimiter(1 / 30, never_later)

    pace.asked_to_wait(0.0, 0.0, None, 1)

    assert pace.rate == 1 / 30
    assert not pace.slowed


def test_many_in_flight_are_told_once() -> None:
    """Sixteen requests that left together and were all refused speak of one rate: it is cut once."""
    pace = RateLimiter(0, never_later)
    departures(pace, 16)

    waits = [pace.asked_to_wait(0.1, 0.0, 1.0, 1) for _ in range(16)]

    assert pace.rate == pytest.approx(16 / 30)
    assert waits == pytest.approx([1.0] * 16)


def test_an_answer_to_what_left_before_the_cut_gives_nothing_back() -> None:
    """It was asked at a rate that is no more; the next one that leaves counts."""
    pace = RateLimiter(2.0, never_later)
    pace.leave(0.0)
    pace.leave(0.5)
    pace.asked_to_wait(0.6, 0.0, 1.0, 1)
    cut = pace.rate

    pace.answered(0.5)
    assert pace.rate == cut
    pace.answered(1.7)
    assert pace.rate > cut


@pytest.mark.parametrize("wanted", [0.0, 1000.0])
def test_a_cut_starts_from_what_really_left(wanted: float) -> None:
    """Workers that wait for answers send less than the limiter lets through: the last second counts."""
    pace = RateLimiter(wanted, never_later)
    for number in range(100):
        pace.leave(number / 50)
        pace.answered(number / 50)

    pace.asked_to_wait(2.0, 1.98, 1.0, 1)

    assert pace.rate == pytest.approx(25.0)


def test_no_limit_and_a_wait_at_the_first_request() -> None:
    """Hardly anything left yet, so five a second are taken for the rate, of which a thirtieth is left."""
    pace = RateLimiter(0, never_later)
    departures(pace, 1)

    pace.asked_to_wait(0.0, 0.0, 0.0, 1)

    assert pace.rate == pytest.approx(5 / 30)
    assert departures(pace, 3) == pytest.approx([0.0, 6.0, 12.0])


# ---------------------------------------------------------------- faster again


def test_six_answers_undo_a_halving() -> None:
    """Each answer gives the same step back; with the wanted rate reached it ends."""
    pace = RateLimiter(2.0, never_later)
    now = send_and_be_told(pace, 14)

    rates = []
    for _ in range(8):
        now = send(pace, 1, now)
        rates.append(pace.rate)

    assert rates == pytest.approx([1 + 1 / 6, 1 + 2 / 6, 1.5, 1 + 4 / 6, 1 + 5 / 6, 2.0, 2.0, 2.0])
    assert not pace.slowed


def test_a_step_is_half_a_request_a_second_at_most() -> None:
    """At a hundred a second a sixth for each answer would run far beyond the limit before it shows."""
    pace = RateLimiter(100.0, never_later)
    now = send_and_be_told(pace, 200)
    assert pace.rate == 50.0

    send(pace, 10, now)

    assert pace.rate == 55.0


def test_without_a_wanted_rate_it_speeds_up_until_it_is_told_again() -> None:
    """The server's limit is found from below; nothing else ends it."""
    pace = RateLimiter(0, never_later)
    now = send_and_be_told(pace, 0)

    send(pace, 1000, now)

    assert pace.rate == pytest.approx(5 / 30 + 1000 * 5 / 180)
    assert pace.slowed
