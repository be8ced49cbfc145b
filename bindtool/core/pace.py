"""How fast requests may leave: a rate, slowed by every "wait" and found again step by step.

Pure, with the clock's seconds handed in. Owns the figures of waiting: pace between requests, Retry-After with
jitter, back-off. Who waits is for `submit`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_RETRY_AFTER = 300.0
"""Seconds; asked to wait longer, a run stops and says when to come back (contract, "Defaults")."""

_SLOWEST = 0.2
"""Requests a second; no "wait" slows a run further, unless it was wanted slower from the start."""

_BACK_OFF = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)


def back_off(attempt: int) -> float:
    """Return the seconds before try `attempt` + 1, for attempts counted from 1."""
    return _BACK_OFF[min(attempt, len(_BACK_OFF)) - 1]


@dataclass(slots=True)
class Pace:
    """The gate that every request of a run passes.

    Additive increase, multiplicative decrease: a "wait" halves the rate, each answer that is none gives a
    twentieth of the wanted rate back.

    Args:
        wanted: requests a second; 0 means no limit until the server asks to wait.
        random: gives 0 ≤ x < 1; spreads thirty laptops that were asked to wait at the same moment.
    """

    wanted: float
    random: Callable[[], float]
    _rate: float = field(init=False)
    _free_at: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        self._rate = self.wanted

    @property
    def rate(self) -> float:
        """The requests a second that leave now; 0 where there is no limit."""
        return self._rate

    def delay(self, now: float) -> float:
        """Return the seconds until a request may leave; 0.0 where one may leave now."""
        return max(0.0, self._free_at - now)

    def leave(self, now: float) -> None:
        """Note that a request leaves: the next one keeps its distance."""
        self._free_at = max(now, self._free_at) + (1.0 / self._rate if self._rate else 0.0)

    def answered(self) -> None:
        """Speed up a little: the server took a request."""
        if self._rate < self.wanted:
            self._rate = min(self.wanted, self._rate + self.wanted / 20)
        elif not self.wanted and self._rate:
            self._rate *= 1.1

    def asked_to_wait(self, now: float, retry_after: float | None, attempt: int) -> float:
        """Slow down and return the seconds until the next request may leave: never earlier than asked.

        Args:
            now: the clock's seconds.
            retry_after: seconds the server named, if it did.
            attempt: how many times in a row this request was told to wait, from 1.
        """
        slowest = min(_SLOWEST, self.wanted) if self.wanted else _SLOWEST
        self._rate = max(slowest, self._rate / 2) if self._rate else 1.0
        seconds = back_off(attempt) if retry_after is None else retry_after
        seconds += self.random() / self._rate
        self._free_at = max(self._free_at, now + seconds)
        return self.delay(now)
