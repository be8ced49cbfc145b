"""Limits of a pace that a server may have, beside the bucket of the practice channel."""

from __future__ import annotations

from typing import Final, Protocol

_WINDOW: Final = 1.0


class RequestLimit(Protocol):
    """Counts requests at times in seconds that never go back. There is room a second later."""

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
