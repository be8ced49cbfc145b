"""How many requests the practice channel takes: so many within any second, or a bucket that lets bursts through.

Only the count is here. That a request beyond it is answered with 429 is decided in `rules`.
"""

from __future__ import annotations

import math
from typing import Final, Protocol

_WINDOW: Final = 1.0
_ROUNDING: Final = 1e-9


class RequestLimit(Protocol):
    """Counts requests at times in seconds that never go back. In both kinds there is room a second later."""

    def has_room(self, now: float) -> bool:
        """Whether one more may be taken now."""

    def take(self, now: float) -> None:
        """Count one."""


class SlidingWindow:
    """Never more than `rate` requests within one second; 0 for no limit."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._recent: list[float] = []

    def has_room(self, now: float) -> bool:
        """Whether one more may be taken now."""
        return not self._rate or sum(now - at < _WINDOW for at in self._recent) < self._rate

    def take(self, now: float) -> None:
        """Count one."""
        self._recent = [*(at for at in self._recent if now - at < _WINDOW), now]


class Bucket:
    """`burst` requests at once, and `rate` a second in the long run; both are at least 1.

    Kept as the moment at which the bucket will be full again (the generic cell rate algorithm).
    """

    def __init__(self, rate: int, burst: int) -> None:
        self._distance = 1 / rate
        self._depth = burst / rate
        self._full_at = -math.inf

    def has_room(self, now: float) -> bool:
        """Whether one more may be taken now."""
        return self._full_after(now) - now <= self._depth + _ROUNDING

    def take(self, now: float) -> None:
        """Count one."""
        self._full_at = self._full_after(now)

    def _full_after(self, now: float) -> float:
        return max(now, self._full_at) + self._distance


def throttle_of(rate: int, burst: int = 0) -> RequestLimit:
    """Return the throttle for `rate` requests a second (0: none), with a bucket where there is a `burst`."""
    return Bucket(rate, burst) if rate and burst else SlidingWindow(rate)
