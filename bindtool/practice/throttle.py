"""How many requests the practice channel takes: a bucket that lets bursts through.

Only the count is here. That a request beyond it is answered with 429 is decided in `rules`. A module of its own,
since the tests play whole crowds of laptops on it.
"""

from __future__ import annotations

import math
from typing import Final

_ROUNDING: Final = 1e-9


class Bucket:
    """`burst` requests at once, and `rate` a second in the long run; both are at least 1.

    Requests come at times in seconds that never go back; a second after any of them there is room again. Kept as
    the moment at which the bucket will be full again (the generic cell rate algorithm).
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
