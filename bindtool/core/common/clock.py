"""The clock as an injected dependency, so that a test needs no waiting and a run has no clock of its own."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Wall clock, monotonic clock, and waiting."""

    def now(self) -> datetime:
        """Return the wall time, aware, with the local offset."""

    def monotonic(self) -> float:
        """Return seconds that never go back."""

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Wait until `event` is set or `seconds` have passed; return whether it is set."""


class SystemClock:
    """The clock of this computer."""

    def now(self) -> datetime:
        """Return the wall time, aware, with the local offset."""
        return datetime.now(UTC).astimezone()

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return time.monotonic()

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Wait until `event` is set or `seconds` have passed; return whether it is set."""
        try:
            async with asyncio.timeout(max(0.0, seconds)):
                await event.wait()
        except TimeoutError:
            return event.is_set()
        return True
