"""Clocks for the window of a story: one is twenty times as fast, by the other long waits have no end."""

from __future__ import annotations

import asyncio

from bindtool.core.common.clock import SystemClock
from tests.patience import HOUR

_TIMES = 20

_LONG = 3.0
"""Seconds; Stop waits so long for answers, and the third try without a network comes later than this."""


class BriskClock(SystemClock):
    """Shows the right time of day; its seconds are short."""

    def monotonic(self) -> float:
        """Return seconds that only go forward."""
        return super().monotonic() * _TIMES

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Wait until `event` is set or `seconds` have passed; return whether it is set."""
        return await super().wait(event, seconds / _TIMES)


class PatientClock(SystemClock):
    """A clock by which long waits have no end."""

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Wait until `event` is set, or `seconds` have passed if they are few; return whether it is set."""
        return await super().wait(event, seconds if seconds < _LONG else HOUR)
