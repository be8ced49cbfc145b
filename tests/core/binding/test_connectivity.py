"""An outage: its waits, its limit, and a person who has it tried at once."""

from __future__ import annotations

import asyncio

from bindtool.core.api.responses import NeverSent, NotSent
from bindtool.core.binding.connectivity import Outage, RetrySignal
from tests.core.binding.virtual_time import MORNING


def test_the_waits_grow_to_a_quarter_of_a_minute() -> None:
    """A short break is over soon; in a long one the network is found within seconds."""
    offline = Outage(None)
    assert [offline.tried(0.0, times) for times in range(1, 8)] == [1, 2, 4, 8, 15, 15, 15]
    assert not offline.too_long(1e9)


def test_the_limit_counts_from_the_first_try() -> None:
    """The next wait has to end within it."""
    offline = Outage(10.0)
    offline.tried(100.0, 1)
    assert (offline.too_long(10.0), offline.too_long(10.1)) == (False, True)
    offline.tried(107.0, 2)
    assert (offline.too_long(3.0), offline.too_long(4.0)) == (False, True)


def test_a_request_that_leaves_ends_it() -> None:
    """The limit is for one stretch."""
    offline = Outage(10.0)
    offline.tried(100.0, 1)
    offline.tried(109.0, 2)
    offline.changed(None)
    offline.tried(200.0, 1)
    assert not offline.too_long(10.0)


def test_an_obstacle_is_news_once() -> None:
    """Until it is another one, or over; then it is news again."""
    connect, tls = (NeverSent(MORNING, why) for why in (NotSent.CONNECT, NotSent.TLS))
    offline = Outage(None)
    met = [None, connect, connect, tls, tls, None, None, tls]
    assert [offline.changed(obstacle) for obstacle in met] == [False, True, False, True, False, True, False, True]


def test_what_a_person_has_tried_is_news_even_if_it_is_the_same() -> None:
    """Once; that it is over is news only where it was told before."""
    connect = NeverSent(MORNING, NotSent.CONNECT)
    offline = Outage(None)
    news = [offline.changed(connect)]
    for obstacle in (connect, connect, None, None):
        offline.ask()
        news.append(offline.changed(obstacle))
    assert news == [True, True, True, True, False]
    assert [offline.changed(connect), offline.changed(connect)] == [True, False]


def test_a_night_asleep_is_no_night_without_a_network() -> None:
    """The lid was closed between two tries: a minute of it counts, and the run goes on when it is opened."""
    offline = Outage(300.0)
    offline.tried(100.0, 1)
    offline.tried(40_000.0, 2)
    assert not offline.too_long(240.0)
    assert offline.too_long(241.0)


def test_a_nudge_wakes_those_who_wait_now() -> None:
    """Who begins to wait after it waits for the next one."""

    async def wake() -> list[bool]:
        retry_signal = RetrySignal()
        before = retry_signal.event
        retry_signal.give()
        return [before.is_set(), retry_signal.event.is_set()]

    assert asyncio.run(wake()) == [True, False]
