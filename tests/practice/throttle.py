"""Rate limits a server may have, besides the practice channel's bucket."""

from __future__ import annotations

from typing import Final, Protocol

_WINDOW: Final = 1.0


class RequestLimit(Protocol):
    """Counts requests at times in seconds that never decrease. There is room again a second later."""

    def has_room(self, now: float) -> bool:
        """Return whether another request is within the limit now."""

    def take(self, now: float) -> None:
        """Count a request."""


class SlidingWindow:
    """At most `rate` requests within any second; 0 for no limit."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._recent: list[float] = []

    def has_room(self, now: float) -> bool:
        """Return whether another request is within the limit now."""
        return not self._rate or sum(now - at < _WINDOW for at in self._recent) < self._rate

    def take(self, now: float) -> None:
        """Count a request."""
        self._recent = [*(at for at in self._recent if now - at < _WINDOW), now]
