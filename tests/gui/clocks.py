"""A clock moved by the test, for code that waits by it."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from tests.core.store.samples import Clock


class HandClock(Clock):
    """A clock that stands still until `pass_time`; only then do its waits end.

    `slow_by`: the difference of its hands, which somebody may have set, to the time that has passed.
    """

    def __init__(self) -> None:
        super().__init__()
        self.slow_by = timedelta()
        self._alarms: list[tuple[float, asyncio.Event]] = []

    @property
    def waited_for(self) -> int:
        """The number of waits."""
        return len(self._alarms)

    def now(self) -> datetime:
        """Return the wall time."""
        return super().now() - self.slow_by

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Wait until `event` is set or the clock has moved so far; return whether it is set."""
        alarm = self.monotonic() + seconds, asyncio.Event()
        self._alarms.append(alarm)
        waiting = [asyncio.ensure_future(event.wait()), asyncio.ensure_future(alarm[1].wait())]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._alarms.remove(alarm)
            for one in waiting:
                one.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
        return event.is_set()

    def pass_time(self, seconds: float) -> None:
        """Move the clock on."""
        self.time += timedelta(seconds=seconds)
        for due, alarm in self._alarms:
            if due <= self.monotonic():
                alarm.set()
