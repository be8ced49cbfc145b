"""The real clock: aware times, seconds that go forward, and waiting that can be cut short."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from bindtool.core.common.clock import Clock, SystemClock
from tests.core.binding.virtual_time import play

CLOCK: Clock = SystemClock()


def test_now_is_now_with_the_local_offset() -> None:
    """The wall time can be compared with any other and knows its zone."""
    before = datetime.now(UTC)
    now = CLOCK.now()

    assert before <= now <= datetime.now(UTC)
    assert now.utcoffset() == now.replace(tzinfo=None).astimezone().utcoffset()


def test_seconds_only_go_forward() -> None:
    """No later reading is smaller."""
    readings = [CLOCK.monotonic() for _ in range(100)]

    assert readings == sorted(readings)


@pytest.mark.parametrize("seconds", [0.0, -5.0, 0.01], ids=["none", "less than none", "a few milliseconds"])
def test_waiting_ends_when_the_time_is_up(seconds: float) -> None:
    """An event that nobody sets is not waited for longer than asked."""
    assert asyncio.run(CLOCK.wait(asyncio.Event(), seconds)) is False


def test_waiting_takes_as_long_as_asked() -> None:
    """The time is not up early."""

    async def wait() -> float:
        assert await CLOCK.wait(asyncio.Event(), 20.0) is False
        return asyncio.get_running_loop().time()

    assert play(wait()) == pytest.approx(20.0)


@pytest.mark.parametrize("seconds", [3600.0, 0.0])
@pytest.mark.parametrize("before", [True, False], ids=["set already", "set in the same turn"])
def test_an_event_ends_the_waiting(seconds: float, *, before: bool) -> None:
    """Stop does not wait for a Retry-After; it counts, although the time was up in the same turn."""

    async def wait() -> bool:
        event = asyncio.Event()
        if before:
            event.set()
        else:
            asyncio.get_running_loop().call_soon(event.set)
        return await CLOCK.wait(event, seconds)

    assert asyncio.run(wait()) is True
