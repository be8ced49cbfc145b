"""The rate: never earlier than asked, slower after each "wait", and back step by step."""

from __future__ import annotations

import math
from collections.abc import Callable

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


def no_strays(wanted: float, random: Callable[[], float] = never_later) -> RateLimiter:
    """Return a pace that takes no "wait" for a stray one because of when it comes, as after the first two."""
    return RateLimiter(wanted, random, strays=0)


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
        pace.answered(now, now)
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


@pytest.mark.parametrize(("answered", "distances"), [(0, 4), (13, 4), (14, 1), (99, 1)])
def test_thirty_laptops_do_not_come_back_together(answered: int, distances: int) -> None:
    """The jitter spreads them over distances between two requests, more in a crowd, always after what was asked."""
    earliest, last = no_strays(2.0), no_strays(2.0, latest)
    for pace in (earliest, last):
        send(pace, answered)

    assert earliest.asked_to_wait(60.0, 60.0, 10.0, 1) == 10.0
    assert last.asked_to_wait(60.0, 60.0, 10.0, 1) == pytest.approx(10.0 + distances / last.rate)


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
        pace.answered(now, now)


@given(
    wanted=st.just(0.0) | st.floats(0.01, 1000),
    events=st.lists(st.tuples(st.sampled_from(["leave", "taken", "refused"]), st.floats(0, 30)), max_size=60),
    jitter=st.floats(0, 1, exclude_max=True),
)
def test_with_many_in_flight_none_leaves_earlier_than_asked_or_faster_than_wanted(
    wanted: float, events: list[tuple[str, float]], jitter: float
) -> None:
    """Whichever of them are taken and refused, also where that undoes a cut."""
    pace, now, asked_until = RateLimiter(wanted, lambda: jitter), 0.0, 0.0
    in_flight: list[float] = []
    for what, seconds in events:
        if what == "leave":
            now += pace.delay(now)
            assert now >= asked_until - 1e-9
            pace.leave(now)
            in_flight.append(now)
        elif in_flight:
            left = in_flight.pop(int(seconds) % len(in_flight))
            now += seconds / 100
            if what == "taken":
                pace.answered(now, left)
            else:
                pace.asked_to_wait(now, left, seconds, 1)
                asked_until = max(asked_until, now + seconds)
        assert not wanted or 0 < pace.rate <= wanted


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

    pace.answered(0.1, 0.0)

    assert pace.rate == 2.0


# ---------------------------------------------------------------- slower


@pytest.mark.parametrize(
    ("answered", "kept"), [(0, 1 / 30), (1, 2 / 30), (5, 1 / 5), (13, 14 / 30), (14, 1 / 2), (99, 1 / 2)]
)
def test_the_sooner_a_wait_comes_the_deeper_it_cuts(answered: int, kept: float) -> None:
    """Coming after n requests, a "wait" leaves n parts in 30 of the rate, at most a half."""
    pace = no_strays(2.0)

    send_and_be_told(pace, answered)

    assert pace.rate == pytest.approx(2.0 * kept)
    assert pace.slowed


def test_told_again_at_once_it_halves() -> None:
    """With nothing answered since the last "wait", each further one doubles the distance, to twenty seconds."""
    pace = no_strays(2.0)
    now = send_and_be_told(pace, 14)

    rates = []
    for _ in range(6):
        now = send_and_be_told(pace, 0, now)
        rates.append(pace.rate)

    assert rates == [0.5, 0.25, 0.125, 0.0625, 0.05, 0.05]


@pytest.mark.parametrize(("seconds", "known"), [(0.0, 14), (5.0, 7), (10.0, 3.5), (500.0, 0)])
def test_what_was_known_before_counts_for_a_while(seconds: float, known: float) -> None:
    """Told again after five more answers, they count, and half of what was known five seconds ago."""
    pace = no_strays(2.0)
    told = send_and_be_told(pace, 14)
    send(pace, 5, told)
    before = pace.rate

    pace.asked_to_wait(told + seconds, told + seconds, 1.0, 1)

    assert pace.rate == pytest.approx(before * min(0.5, (5 + known + 1) / 30))


def told_without_a_time(pace: RateLimiter, answered: int, now: float = 0.0) -> float:
    """Send `answered` requests and one that is told to wait, but not for how long; return when that was."""
    now = departures(pace, 1, send(pace, answered, now))[0]
    pace.asked_to_wait(now, now, None, 1)
    return now


def test_two_waits_without_a_time_are_taken_for_strays() -> None:
    """They leave nine tenths each; a third one is like any other."""
    pace = RateLimiter(2.0, never_later)

    now = told_without_a_time(pace, 2)
    assert pace.rate == 1.8
    now = told_without_a_time(pace, 1, now)
    assert pace.rate == pytest.approx(0.9 * 1.9)
    send(pace, 1, now + 100)
    before = pace.rate
    told_without_a_time(pace, 0, now + 100)
    assert pace.rate == pytest.approx(before * 2 / 30, rel=1e-3)


def test_two_waits_after_six_requests_are_taken_for_strays() -> None:
    """They leave nine tenths each, whatever time they name; a third one is like any other."""
    pace = RateLimiter(2.0, never_later)

    now = send_and_be_told(pace, 6)
    assert pace.rate == 1.8
    now = send_and_be_told(pace, 6, now)
    assert pace.rate == pytest.approx(0.9 * 1.9, rel=0.02)
    send_and_be_told(pace, 20, now)
    assert pace.rate == pytest.approx(0.5 * 1.9, rel=0.05)


@pytest.mark.parametrize("answered", [0, 1])
def test_a_wait_without_a_time_at_once_is_like_any_other(answered: int) -> None:
    """Most of thirty that begin together are told at their first request; no later one is a stray one then."""
    pace = RateLimiter(2.0, never_later)

    now = told_without_a_time(pace, answered)
    assert pace.rate == pytest.approx(2.0 * (answered + 1) / 30)
    send(pace, 20, now)
    before = pace.rate
    told_without_a_time(pace, 0, now)
    assert pace.rate == pytest.approx(0.5 * before)


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

    assert pace.rate == pytest.approx(30 / 30)
    assert waits == pytest.approx([1.0] * 16)


def test_an_answer_to_what_left_before_the_cut_gives_nothing_back() -> None:
    """It was asked at a rate that is no more; the next one that leaves counts."""
    pace = RateLimiter(2.0, never_later)
    pace.leave(0.0)
    pace.leave(0.5)
    pace.asked_to_wait(0.6, 0.0, 1.0, 1)
    cut = pace.rate

    pace.answered(0.7, 0.5)
    assert pace.rate == cut
    pace.answered(1.9, 1.7)
    assert pace.rate > cut


@pytest.mark.parametrize("wanted", [0.0, 1000.0])
def test_a_cut_starts_from_what_really_left(wanted: float) -> None:
    """Workers that wait for answers send less than the limiter lets through: the last second counts."""
    pace = no_strays(wanted)
    for number in range(100):
        pace.leave(number / 50)
        pace.answered(number / 50, number / 50)

    pace.asked_to_wait(2.0, 1.98, 1.0, 1)

    assert pace.rate == pytest.approx(25.0)


def test_what_a_run_can_send_is_not_measured_where_it_waited() -> None:
    """A second in which a lost one waited to go again is no slower pace."""
    pace = no_strays(0.0)
    for number in range(100):
        pace.leave(number / 50)
        pace.answered(number / 50, number / 50)
    pace.leave(4.0)

    pace.asked_to_wait(4.1, 4.0, 1.0, 1)

    assert pace.rate == pytest.approx(25.0)


def test_no_limit_and_a_wait_at_the_first_request() -> None:
    """Hardly anything left yet, so five a second are taken for the rate, of which a thirtieth is left."""
    pace = RateLimiter(0, never_later)
    departures(pace, 1)

    pace.asked_to_wait(0.0, 0.0, 0.0, 1)

    assert pace.rate == pytest.approx(5 / 30)
    assert departures(pace, 3) == pytest.approx([0.0, 6.0, 12.0])


# ---------------------------------------------------------------- a stray one


def told_among(wanted: float, later: str) -> RateLimiter:
    """Let requests leave, have the first told to wait and the later ones taken (+) or refused (-); send another."""
    pace = no_strays(wanted)
    departures(pace, 1 + len(later), now=send(pace, 10))
    now = pace.delay(0.0)
    pace.asked_to_wait(now, now - 0.5 * (1 + len(later)), 1.0, 1)
    for number, what in enumerate(later, 1):
        left = now - 0.5 * (1 + len(later) - number)
        if what == "+":
            pace.answered(now, left)
        else:
            pace.asked_to_wait(now, left, 1.0, 1)
    departures(pace, 1, now)
    return pace


@pytest.mark.parametrize(
    ("later", "stray"),
    [("", False), ("+", False), ("++", True), (3 * "+" + "-", False), (4 * "+" + "-", True), ("-" + 4 * "+", True)],
)
def test_a_wait_among_answers_is_a_stray_one(later: str, stray: bool) -> None:
    """Two that left later were taken, and four for each that was refused as well: it was not for want of room."""
    pace = told_among(2.0, later)

    assert pace.rate == pytest.approx(2.0 * 0.95 if stray else 2.0 * 11 / 30)


def test_a_stray_wait_does_not_make_a_limit() -> None:
    """Where there was none, there is none; but nothing leaves earlier than asked."""
    pace = RateLimiter(0, never_later)
    departures(pace, 3)
    waits = pace.asked_to_wait(0.1, 0.0, 1.0, 1)
    pace.answered(0.1, 0.0)
    pace.answered(0.1, 0.0)

    assert waits == 1.0
    assert departures(pace, 3, now=0.1) == pytest.approx([1.1] * 3)
    assert not pace.slowed


def test_a_late_wait_after_a_stray_one_does_not_make_a_limit() -> None:
    """It is of a request that had left before: what it asks for is kept, and there is no limit as before."""
    pace = RateLimiter(0, latest)
    departures(pace, 5)
    pace.asked_to_wait(0.1, 0.0, 1.0, 1)
    pace.answered(0.1, 0.0)
    pace.answered(0.1, 0.0)
    now = departures(pace, 1, now=0.1)[0]

    assert pace.asked_to_wait(now, 0.0, 2.0, 1) == pytest.approx(2.0)
    assert not pace.slowed


@pytest.mark.parametrize(("earlier", "later", "stray"), [(0.019, 1, True), (0.021, 1, False), (0.019, 0, False)])
def test_what_left_a_moment_before_may_have_come_after_it(earlier: float, later: int, stray: bool) -> None:
    """Of requests that leave together nobody knows which reaches the server first; those before count as one."""
    pace = RateLimiter(0.0, never_later)
    departures(pace, 9, now=1.0 - earlier)
    departures(pace, 2, now=1.0)
    pace.asked_to_wait(1.1, 1.0, 1.0, 1)
    for left in [1.0 - earlier] * 9 + [1.0] * later:
        pace.answered(1.1, left)
    departures(pace, 1, now=1.1)

    assert pace.slowed is not stray


def test_what_left_before_the_refused_one_tells_nothing() -> None:
    """There was room then, but it was gone."""
    pace = RateLimiter(2.0, never_later)
    departures(pace, 4)
    pace.asked_to_wait(2.0, 1.5, 1.0, 1)
    for left in (0.0, 0.5, 1.0):
        pace.answered(2.0, left)
    departures(pace, 1, now=2.0)

    assert pace.rate == pytest.approx(2.0 / 30)


# ---------------------------------------------------------------- faster again


def test_answers_undo_a_halving_until_the_rate_is_nearly_what_it_was() -> None:
    """Six of them, with the same step each; the rest is felt for, by half a hundredth a second."""
    pace = no_strays(2.0)
    now = send_and_be_told(pace, 14)

    rates = []
    for _ in range(8):
        now = send(pace, 1, now)
        rates.append(pace.rate)

    assert rates[:6] == pytest.approx([1 + 1 / 6, 1 + 2 / 6, 1.5, 1 + 4 / 6, 1 + 5 / 6, 1.9])
    assert rates[6:] == pytest.approx([1.9 + 1.9 * 0.005 / 1.9, 1.9 + 2 * 1.9 * 0.005 / 1.9], abs=1e-3)
    send(pace, 40, now)
    assert pace.rate == 2.0
    assert not pace.slowed


def test_a_slow_run_feels_its_way_by_a_hundredth_for_an_answer() -> None:
    """However long the answer took."""
    pace = no_strays(1.0)
    now = send(pace, 6, send_and_be_told(pace, 14))
    before = pace.rate

    pace.answered(now + 100, now)

    assert pace.rate == pytest.approx(before + 0.95 * 0.01)


def test_a_fast_run_comes_back_as_soon_and_feels_its_way_as_slowly() -> None:
    """At a hundred a second seven answers are nothing; a hundred more may not lead beyond the limit."""
    pace = no_strays(100.0)
    now = send_and_be_told(pace, 200)
    assert pace.rate == pytest.approx(50.0)

    now = send(pace, 6, now)
    assert pace.rate == pytest.approx(95.0)
    send(pace, 95, now)
    assert pace.rate == pytest.approx(95.5, abs=0.1)


def test_told_on_the_way_back_the_remembered_rate_falls() -> None:
    """By a tenth each time it comes before that rate was reached; where it comes late, it came at the limit."""
    pace = no_strays(10.0)
    now = send_and_be_told(pace, 14)
    for _ in range(2):
        now = send_and_be_told(pace, 1, now)
    send(pace, 40, now)
    remembered = 0.95 * 0.9**2 * 10
    assert remembered <= pace.rate < 1.05 * remembered

    pace = no_strays(0.0)
    now = send_and_be_told(pace, 0)
    now = send_and_be_told(pace, 25, now)
    met = pace.rate / 0.5
    send(pace, 8, now)
    assert pace.rate == pytest.approx(0.95 * met, rel=0.02)


def test_without_a_wanted_rate_it_speeds_up_until_it_is_told_again() -> None:
    """The server's limit is found from below; nothing else ends it."""
    pace = no_strays(0)
    now = send_and_be_told(pace, 14)
    found = pace.rate

    send(pace, 1000, now)

    assert pace.rate > 2 * found
    assert pace.slowed
