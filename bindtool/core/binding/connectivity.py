"""Tracks an outage, while the server can't be reached: reason, duration, and time of the next retry.

`request_cycle` does the waiting; `advice` has the message about the obstacle. `RetrySignal` lets the user retry at
once.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bindtool.core.api.responses import NeverSent, NotSent

_LONGEST_PAUSE = 15.0
"""Maximum seconds between retries: a restored network is found soon, and until then retries reach no server."""

_LONGEST_TRY = 60.0
"""Maximum seconds counted from one attempt to the next; the computer slept through the rest."""


class RetrySignal:
    """Makes requests that wait for the network retry at once: an input of a run, like Stop."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    @property
    def event(self) -> asyncio.Event:
        """An event for a new waiter, set by the next `give`."""
        return self._event

    def give(self) -> None:
        """Wake all current waiters."""
        self._event.set()
        self._event = asyncio.Event()


class Outage:
    """The current outage, shared by all requests of a run.

    Args:
        limit: seconds after which the run gives up, counted while the computer is awake; None for no limit.
    """

    def __init__(self, limit: float | None) -> None:
        self._limit = limit
        self._lasted = 0.0
        self._last_try: float | None = None
        self._why: NotSent | None = None
        self._asked = False

    def ask(self) -> None:
        """Record that the user retries at once: the next obstacle is reported even if it is the same."""
        self._asked = True

    def tried(self, now: float, times: int) -> float:
        """Record that a request could not leave; return the seconds until its retry.

        Args:
            now: the clock's seconds.
            times: consecutive failures of this request to leave, from 1.
        """
        # A run has loaded it; the window, which has a `RetrySignal` from its start, does not need it.
        from bindtool.core.binding.rate_limiter import back_off

        self._lasted = 0.0 if self._last_try is None else self._lasted + min(now - self._last_try, _LONGEST_TRY)
        self._last_try = now
        return min(back_off(times), _LONGEST_PAUSE)

    def too_long(self, seconds: float) -> bool:
        """Return whether another `seconds` would exceed the limit."""
        return self._limit is not None and self._lasted + seconds > self._limit

    def changed(self, obstacle: NeverSent | None) -> bool:
        """Record the obstacle, None once a request has left; return whether to report it.

        So each obstacle is reported once, and its end once.
        """
        if obstacle is None:
            self._last_try = None
        asked, self._asked = self._asked, False
        before, self._why = self._why, None if obstacle is None else obstacle.why
        return self._why is not before or (asked and obstacle is not None)
