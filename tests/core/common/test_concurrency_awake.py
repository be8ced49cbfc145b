"""Time-outs in seconds awake: on a clock that the test lets jump, as a laptop's does when its lid is opened."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from contextlib import closing

import pytest

from bindtool.core.common.concurrency import wait_awake
from tests.core.binding.virtual_time import FakeClock, play

HOUR = 3600.0


class SleepyLoop(asyncio.SelectorEventLoop):
    """A loop with a clock of its own, which can be put on from outside."""

    def __init__(self) -> None:
        self.slept = 0.0
        super().__init__(selectors.SelectSelector())

    def time(self) -> float:
        """Return the seconds, those that were slept among them."""
        return super().time() + self.slept


def test_what_is_done_in_time() -> None:
    """It ends the wait at once; so does what was done before, and time left over is not waited for."""

    async def wait() -> bool:
        clock, future = FakeClock(), asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_later(7.5, future.set_result, None)
        done = await wait_awake((future,), 30.0)
        assert clock.monotonic() == pytest.approx(7.5)
        return done and await wait_awake((future, asyncio.get_running_loop().create_future()), 30.0)

    assert play(wait()) is True


@pytest.mark.parametrize("seconds", [0.2, 1.0, 2.5, 30.0])
def test_what_is_not_done_in_time(seconds: float) -> None:
    """The wait is as long as it was said to be."""

    async def wait() -> bool:
        done = await wait_awake((asyncio.get_running_loop().create_future(),), seconds)
        assert FakeClock().monotonic() == pytest.approx(seconds)
        return done

    assert play(wait()) is False


def test_no_patience() -> None:
    """What is there is not looked at any more."""
    assert play(wait_awake((), 0.0)) is False


def asleep(story: Callable[[SleepyLoop], Coroutine[object, object, bool]]) -> bool:
    """Play a story on a loop whose clock it may put on."""
    with closing(SleepyLoop()) as loop:
        return loop.run_until_complete(story(loop))


def test_an_hour_asleep_does_not_count() -> None:
    """The time-out has passed by the clock when the laptop wakes; what is heard then is heard in time."""

    async def wait(loop: SleepyLoop) -> bool:
        future = loop.create_future()

        def sleep() -> None:
            loop.slept += HOUR
            # Whatever came meanwhile is heard in the turns after the one that finds the time gone.
            loop.call_later(0.01, loop.call_soon, future.set_result, None)

        loop.call_soon(sleep)
        return await wait_awake((future,), 30.0)

    assert asleep(wait) is True


def test_after_an_hour_asleep_patience_is_what_it_was() -> None:
    """An answer that does not come is given up all the same, in the time that was left."""

    async def wait(loop: SleepyLoop) -> bool:
        loop.call_later(0.02, lambda: setattr(loop, "slept", loop.slept + HOUR))
        before = loop.time()
        done = await wait_awake((loop.create_future(),), 0.1)
        assert loop.time() - before >= HOUR + 0.1
        return done

    assert asleep(wait) is False
