"""How fast requests may leave: a rate that each "wait" of the server cuts and each answer partly restores.

Pure: the clock's seconds are handed in. All figures of waiting are here: the distance between requests, Retry-After
with jitter, back-off. The waiting itself is in `request_cycle`.

The rule, and why. Thirty laptops of one customer share one limit (5 requests a second on the vendor's sibling
calls) and know of each other only by being told to wait. Each starts at twelve times its fair share, so each has
to be told once; at most one request in ten may be refused, and 400 devices are nine requests, so it must hardly
ever be told twice. It therefore takes from a "wait" all that there is to learn: the sooner it comes, the deeper
it cuts. After n requests n parts in 30 of the rate are left, at most a half: told at its very first request, a
run takes itself for one of thirty; told after fifteen it halves, as is usual. From there each answer gives back a
sixth of what was left. Runs that were refused together are told to come back together, so each takes a random
moment within the next four distances between its requests.

The figures are those of a simulation of 1 to 60 laptops (tests/core/binding/crowd.py; tests/benchmarks/fleet.py
prints it). Of thirty with nine requests each that begin at once, 14 % of the requests are refused with 10 in place
of 30, 9.4 % with 30 after 140 s, and no fewer with 60 after 190 s. Giving back a half refuses 7.6 % of a long run,
a sixth 4.6 %, a thirtieth 1.7 %; they use 92, 86 and 66 % of the limit. One distance in place of four refuses a
fifth more, and those that begin a few seconds apart feel it most. Nothing is won by spreading the first requests of
all runs as well.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_RETRY_AFTER = 300.0
"""Seconds; asked to wait longer, a run stops and says when to come back."""

_REQUESTS = 30
"""A "wait" leaves one part in so many of the rate for each request since the last one."""

_MOST_KEPT = 0.5
"""The part of its rate that a run keeps at most when it is told to wait."""

_DOUBLED_IN = 6
"""Answers after which a rate that was cut is twice what it was cut to."""

_SPREAD = 4.0
"""Distances between two requests over which the next one is spread. With less, refused laptops come back into each
other's way; with more, the server is idle."""

_SLOWEST = 0.05
"""Requests a second; no "wait" slows a run further, unless it was wanted slower from the start. A hundred such
runs share 5 a second."""

_LARGEST_STEP = 0.5
"""Requests a second that one answer gives back at most. A server that lets bursts through says "wait" only when its
reserve is gone; by then a hundred answers a second would have driven the rate far beyond the limit."""

_FEW = 5.0
"""Requests; fewer within the last second tell nothing of how fast they really leave."""

_BACK_OFF = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)


def back_off(attempt: int) -> float:
    """Return the seconds before try `attempt` + 1, for attempts counted from 1."""
    return _BACK_OFF[min(attempt, len(_BACK_OFF)) - 1]


@dataclass(slots=True)
class RateLimiter:
    """What every request of a run waits for: additive increase, multiplicative decrease.

    Several requests may be in flight. An answer to one that left before the last cut changes nothing: it speaks
    of a rate that is no more.

    Args:
        wanted: requests a second; 0 means no limit until the server asks to wait.
        random: gives 0 ≤ x < 1; spreads thirty laptops that were asked to wait at the same moment.
    """

    wanted: float
    random: Callable[[], float]
    _rate: float = field(init=False)
    _step: float = field(init=False, default=0.0)
    _answers: int = field(init=False, default=0)
    _free_at: float = field(init=False, default=0.0)
    _cut_at: float | None = field(init=False, default=None)
    _last_second: deque[float] = field(init=False, default_factory=deque)

    def __post_init__(self) -> None:
        self._rate = self.wanted

    @property
    def rate(self) -> float:
        """The requests a second that leave now; 0 where there is no limit."""
        return self._rate

    @property
    def slowed(self) -> bool:
        """Whether requests leave slower than wanted, because the server asked to wait."""
        return self._rate != self.wanted

    def delay(self, now: float) -> float:
        """Return the seconds until a request may leave; 0.0 where one may leave now."""
        return max(0.0, self._free_at - now)

    def leave(self, now: float) -> None:
        """Note that a request leaves: the next one keeps its distance."""
        self._free_at = max(now, self._free_at) + (1.0 / self._rate if self._rate else 0.0)
        self._last_second.append(now)
        while now - self._last_second[0] >= 1.0:
            self._last_second.popleft()

    def answered(self, left: float) -> None:
        """Speed up a little: the server took a request that had left at `left`."""
        if self._is_old(left):
            return
        self._answers += 1
        if self.slowed:
            self._rate += self._step
            if self.wanted:
                self._rate = min(self.wanted, self._rate)

    def asked_to_wait(self, now: float, left: float, retry_after: float | None, attempt: int) -> float:
        """Slow down and return the seconds until the next request may leave: never earlier than asked.

        Args:
            now: the clock's seconds.
            left: when the request had left that was told to wait.
            retry_after: seconds the server named, if it did.
            attempt: how many times in a row this request was told to wait, from 1.
        """
        if not self._is_old(left):
            self._cut(now)
        seconds = back_off(attempt) if retry_after is None else retry_after
        seconds += self.random() * _SPREAD / self._rate
        self._free_at = max(self._free_at, now + seconds)
        return self.delay(now)

    def _is_old(self, left: float) -> bool:
        return self._cut_at is not None and left < self._cut_at

    def _cut(self, now: float) -> None:
        # Workers that wait for answers may send less than the limiter would let through.
        real = max(_FEW, float(len(self._last_second)))
        rate = min(self._rate, real) if self._rate else real
        again = self._cut_at is not None and not self._answers
        kept = _MOST_KEPT if again else min(_MOST_KEPT, (self._answers + 1) / _REQUESTS)
        slowest = min(_SLOWEST, self.wanted) if self.wanted else _SLOWEST
        self._rate = max(slowest, rate * kept)
        self._step = min(_LARGEST_STEP, self._rate / _DOUBLED_IN)
        self._answers = 0
        self._cut_at = now
