"""Patience that is measured in seconds during which this program could hear an answer.

Owns the counting. A laptop that was asleep, or a process that was stopped, wakes with its time up and the answer
already there: whoever judges by the clock alone calls that a time-out.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

_STEP = 1.0
"""Seconds after which the clock is looked at anew."""

_LATE = 0.25
"""Seconds by which a step may be late before it counts as slept through; a busy loop is late by less."""


async def until_done(futures: Iterable[asyncio.Future[Any]], seconds: float) -> bool:
    """Wait until one of `futures` is done or `seconds` were spent awake; return whether one is."""
    loop = asyncio.get_running_loop()
    waited_for = tuple(futures)
    left = seconds
    while left > 0:
        step = min(left, _STEP)
        before = loop.time()
        done, _ = await asyncio.wait(waited_for, timeout=step, return_when=asyncio.FIRST_COMPLETED)
        if done:
            return True
        took = loop.time() - before
        if took < step + _LATE:
            left -= took
    return False
