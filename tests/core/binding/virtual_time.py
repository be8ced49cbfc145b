"""An event loop whose time jumps to the next event, so that a run of minutes takes none."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta, timezone
from typing import TypeVar

T = TypeVar("T")

MORNING = datetime(2026, 11, 25, 9, 30, tzinfo=timezone(timedelta(hours=8)))
"""The wall time at which each test begins."""


_TURN = 1e-9
"""Seconds per iteration of the loop: its timers may be this much early, and time must not stand still then."""


class _NeverIdle(selectors.SelectSelector):
    """Skips the time it is asked to wait for."""

    def __init__(self, skip: Callable[[float], None]) -> None:
        super().__init__()
        self._skip = skip

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Return the events ready now, after the requested time."""
        assert timeout is not None, "everybody waits for something that never happens"
        self._skip(timeout + _TURN)
        return super().select(0)


class _VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop that begins at 0 seconds and never sleeps."""

    def __init__(self) -> None:
        self._seconds = 0.0
        super().__init__(_NeverIdle(self._skip))

    def time(self) -> float:
        """Return the seconds since the loop began."""
        return self._seconds

    def _skip(self, seconds: float) -> None:
        self._seconds += seconds


class FakeClock:
    """The clock of the running loop, starting at `MORNING`."""

    def now(self) -> datetime:
        """Return the wall time."""
        return MORNING + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        """Return the seconds since the test began."""
        return asyncio.get_running_loop().time()

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Wait until `event` is set or `seconds` have passed; return whether it is set."""
        # Not by a timeout exception: on Python 3.11 coverage misses the code after one.
        waiting = asyncio.ensure_future(event.wait())
        try:
            await asyncio.wait([waiting], timeout=max(0.0, seconds))
        finally:
            waiting.cancel()
            await asyncio.wait([waiting])
        return event.is_set()

    async def spend(self, seconds: float) -> None:
        """Let time pass."""
        await self.wait(asyncio.Event(), seconds)


def play(test: Coroutine[None, None, T]) -> T:
    """Run a coroutine in virtual time; it must not leave a task behind."""

    async def alone() -> T:
        result = await test
        assert asyncio.all_tasks() == {asyncio.current_task()}, "something still runs"
        return result

    with asyncio.Runner(loop_factory=_VirtualLoop) as runner:
        return runner.run(alone())
