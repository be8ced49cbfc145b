"""An outage, while the server can't be reached: why, how long it has lasted, and when the next try is due.

`RetrySignal` is how a person has it tried at once. The waiting itself is in `request_cycle`; the message about what
is in the way is in `advice`.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bindtool.core.api.responses import NeverSent, NotSent

_LONGEST_PAUSE = 15.0
"""Seconds between two tries: a network that is back is found soon, and until then a try reaches nobody."""

_LONGEST_TRY = 60.0
"""Seconds from one try to the next, at most; what is above them was slept through by the computer."""


class RetrySignal:
    """Has requests that wait for the network tried at once: an input of a run, like Stop."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    @property
    def event(self) -> asyncio.Event:
        """Set by the next `give`, for whoever begins to wait now."""
        return self._event

    def give(self) -> None:
        """Wake those who wait now."""
        self._event.set()
        self._event = asyncio.Event()


class Outage:
    """The current time without a network, shared by all requests of a run.

    Args:
        limit: seconds after which it is given up; None for never. Only those count in which the computer was awake.
    """

    def __init__(self, limit: float | None) -> None:
        self._limit = limit
        self._lasted = 0.0
        self._last_try: float | None = None
        self._why: NotSent | None = None
        self._asked = False

    def ask(self) -> None:
        """A person has it tried at once: what is in the way then is news to them, even where it is the same."""
        self._asked = True

    def tried(self, now: float, times: int) -> float:
        """Note that a request could not leave; return the seconds until it should try again.

        Args:
            now: the clock's seconds.
            times: how many times in a row this request could not leave, from 1.
        """
        # A run has loaded it; the window, which has a `RetrySignal` from its start, does without.
        from bindtool.core.binding.rate_limiter import back_off

        self._lasted = 0.0 if self._last_try is None else self._lasted + min(now - self._last_try, _LONGEST_TRY)
        self._last_try = now
        return min(back_off(times), _LONGEST_PAUSE)

    def too_long(self, seconds: float) -> bool:
        """Tell whether the limit would be over after `seconds` more."""
        return self._limit is not None and self._lasted + seconds > self._limit

    def changed(self, obstacle: NeverSent | None) -> bool:
        """Note what keeps requests from leaving, None where one has left; tell whether that is news.

        Who is told whenever it is has heard of each obstacle once, and once that it is over.
        """
        if obstacle is None:
            self._last_try = None
        asked, self._asked = self._asked, False
        before, self._why = self._why, None if obstacle is None else obstacle.why
        return self._why is not before or (asked and obstacle is not None)
