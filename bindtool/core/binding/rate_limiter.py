"""How fast requests may leave: a rate that each "wait" of the server cuts and each answer partly restores.

Pure: the clock's seconds are handed in. All figures of waiting are here: the distance between requests, Retry-After
with jitter, back-off. The waiting itself is in `request_cycle`. `make bench BENCHMARKS=pace` prints what the law
does in scenes of virtual time, beside other laws.

A "wait" can mean two things. Thirty laptops of one customer share one limit (5 requests a second on the vendor's
sibling calls) and know of each other only by being told to wait; at most one request in ten may be refused, and 400
devices are nine requests, so whoever is told at its first requests has to take itself for one of thirty at once. Or
it is a stray one, and to slow down is lost time. What came before and what comes after tell which:

- The sooner it comes, the deeper it cuts: after n requests n parts in 30 of the rate are left, at most a half; a
  part of what was known at the "wait" before counts on. Told at its very first request, a run is one of thirty.
- The rate at which it came is remembered. Each answer gives back a part of what was cut until that rate is nearly
  reached; beyond it a run feels its way, by a hundredth for an answer and half a hundredth for a second.
- Where requests that had left after the refused one were taken all the same, it was not for want of room, and
  hardly anything is cut.
- The first two of a run slow little where six requests were taken before: a crowd is told sooner. Where they name
  no time two are enough, since who counts requests can say when to come back.

Whatever the rate, nothing leaves before the time that was named, or the back-off where none was. Runs that were
refused together are told to come back together, so each takes a random moment within a few distances between its
requests.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_RETRY_AFTER = 300.0
"""Seconds; asked to wait longer, a run stops and says when to come back."""

LONGEST_QUOTA = 3600.0
"""Seconds; told for so long that a quota is used up, a run stops: it may be there again tomorrow."""

_REQUESTS = 30
"""A "wait" leaves one part in so many of the rate for each request that is known to have been taken."""

_MOST_KEPT = 0.5
"""The part of its rate that a run keeps at most when it is told to wait."""

_STALE = 5.0
"""Seconds after which what was known at a "wait" counts half. In a crowd a laptop's requests are seconds apart and
its "waits" minutes; stray ones come soon after one another, at any rate."""

_STRAYS = 2
_TAKEN_BEFORE = 6
_TAKEN_BEFORE_A_VAGUE_ONE = 2
_KEPT_AFTER_A_STRAY = 0.9
"""So many "waits" at the beginning of a run are taken for stray ones where at least so many requests are known to
have been taken before, fewer where no time is named; this part of the rate is left then. Of thirty laptops that
begin within seconds hardly one has six requests taken before it is told."""

_DOUBLED_IN = 6
"""Answers after which a rate that was cut is twice what it was cut to."""

_NEARLY = 0.95
"""The part of a rate that was too fast, if only by a little, to come back to."""

_SOON = 20
_FALLS_TO = 0.9
"""What is left of the rate to come back to, where the next "wait" comes before it was reached and so soon."""

_BEYOND = 0.01
_BEYOND_A_SECOND = 0.005
"""The parts of the remembered rate by which a run goes beyond it: for an answer, and in a second. A server that
lets bursts through says "wait" only when its reserve is gone, and by then a hundred answers a second would have
driven the rate far beyond the limit."""

_TAKEN_LATER = 2
_TAKEN_FOR_EACH_REFUSED = 4
"""Of the requests that had left after the refused one, so many have to be taken for it to be a stray."""

_AT_ONCE = 0.02
"""Seconds; of requests that leave within so many, nobody knows which reaches the server first. Those that left
earlier count as one: of sixty at once the last few may be refused because the sixty were too many."""

_SPREAD = 1.0
_SPREAD_OF_MANY = 4.0
"""Distances between two requests over which the next one is spread; more where less than half of the rate is left.
With less, refused laptops come back into each other's way; with more, the server is idle."""

_SLOWEST = 0.05
"""Requests a second; no "wait" slows a run further, unless it was wanted slower from the start. A hundred such
runs share 5 a second."""

_FEW = 5.0
_MEASURED_FOR = 0.5
"""Requests a second that a run is taken to be able to send at least, and the seconds over which more than that is
measured: what leaves within a tenth may be the burst that a server lets through."""

_BACK_OFF = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)


def back_off(attempt: int) -> float:
    """Return the seconds before try `attempt` + 1, for attempts counted from 1."""
    return _BACK_OFF[min(attempt, len(_BACK_OFF)) - 1]


@dataclass(slots=True)
class _Cut:
    """A cut of the rate, and what became of the requests that were in flight then.

    `at`: when. `left`: when the refused request had left. `before`: the rate, the remembered one and the step to go
    back to. `taken`, `refused`: the others that had left no earlier than the refused one. `together`: 1 where one
    that had left a moment earlier was taken.
    """

    at: float
    left: float
    before: tuple[float, float, float]
    taken: int = 0
    refused: int = 0
    together: int = 0

    def note(self, left: float, *, taken: bool) -> bool:
        """Count what had left before the cut; tell whether it had."""
        if left >= self.at:
            return False
        if left >= self.left:
            self.taken += taken
            self.refused += not taken
        elif taken and left >= self.left - _AT_ONCE:
            self.together = 1
        return True

    def was_stray(self) -> bool:
        """Tell whether the server had room for those that came later."""
        return self.taken + self.together >= max(_TAKEN_LATER, self.refused * _TAKEN_FOR_EACH_REFUSED)

    def undo(self) -> tuple[float, float, float]:
        """Return what to go back to, once."""
        self.taken = self.together = 0
        return self.before


@dataclass(slots=True)
class RateLimiter:
    """What every request of a run waits for.

    Several requests may be in flight. An answer to one that left before the last cut does not change the rate: it
    speaks of one that is no more. It can tell that the "wait" was a stray one.

    Args:
        wanted: requests a second; 0 means no limit until the server asks to wait.
        random: gives 0 ≤ x < 1; spreads thirty laptops that were asked to wait at the same moment.
        strays: how many "waits" may still be stray ones.
    """

    wanted: float
    random: Callable[[], float]
    strays: int = _STRAYS
    _rate: float = field(init=False)
    _remembered: float = field(init=False, default=0.0)
    _step: float = field(init=False, default=0.0)
    _spread: float = field(init=False, default=0.0)
    _answers: int = field(init=False, default=0)
    _known: float = field(init=False, default=0.0)
    _free_at: float = field(init=False, default=0.0)
    _answered_at: float = field(init=False, default=0.0)
    _cut: _Cut | None = field(init=False, default=None)
    _fastest: float = field(init=False, default=_FEW)
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
        if self._cut is not None and self._cut.was_stray():
            self._rate, self._remembered, self._step = self._cut.undo()
        self._free_at = max(now, self._free_at) + (1.0 / self._rate if self._rate else 0.0)
        self._last_second.append(now)
        while now - self._last_second[0] >= 1.0:
            self._last_second.popleft()
        seconds = max(_MEASURED_FOR, now - self._last_second[0])
        self._fastest = max(self._fastest, (len(self._last_second) - 1) / seconds)

    def answered(self, now: float, left: float) -> None:
        """Speed up a little: at `now` it is known that the server took a request that had left at `left`."""
        if self._cut is not None and self._cut.note(left, taken=True):
            return
        self._answers += 1
        if self.slowed:
            if self._rate < self._remembered:
                self._rate = min(self._remembered, self._rate + self._step)
            else:
                beyond = min(_BEYOND, _BEYOND_A_SECOND * (now - self._answered_at))
                self._rate += self._remembered * beyond
            if self.wanted:
                self._rate = min(self.wanted, self._rate)
        self._answered_at = now

    def asked_to_wait(self, now: float, left: float, retry_after: float | None, attempt: int) -> float:
        """Slow down and return the seconds until the next request may leave: never earlier than asked.

        Args:
            now: the clock's seconds.
            left: when the request had left that was told to wait.
            retry_after: seconds the server named, if it did.
            attempt: how many times in a row this request was told to wait, from 1.
        """
        if self._cut is None or not self._cut.note(left, taken=False):
            self._slow_down(now, left, vague=retry_after is None)
        seconds = back_off(attempt) if retry_after is None else retry_after
        # A stray one was the last cut: there may be no limit again.
        seconds += self.random() * self._spread / self._rate if self._rate else 0.0
        self._free_at = max(self._free_at, now + seconds)
        return self.delay(now)

    def _slow_down(self, now: float, left: float, *, vague: bool) -> None:
        before = _NEARLY * self._rate, _NEARLY * max(self._remembered, self._rate), self._step
        # Workers that wait for answers send less than they might, and nothing while a lost one waits to go again.
        rate = min(self._rate, self._fastest) if self._rate else self._fastest
        kept = self._kept(now, vague=vague)
        if rate >= self._remembered or self._answers >= _SOON:
            self._remembered = rate * _NEARLY
        else:
            self._remembered = max(self._remembered * _FALLS_TO, rate * _NEARLY)
        slowest = min(_SLOWEST, self.wanted) if self.wanted else _SLOWEST
        self._rate = max(slowest, rate * kept)
        self._step = self._rate / _DOUBLED_IN
        self._spread = _SPREAD if kept >= _MOST_KEPT else _SPREAD_OF_MANY
        self._answers = 0
        self._answered_at = now
        self._cut = _Cut(now, left, before)

    def _kept(self, now: float, *, vague: bool) -> float:
        """Return the part of the rate that a "wait" leaves."""
        again = self._cut is not None and not self._answers
        stale = 0.0 if self._cut is None else self._known * 0.5 ** ((now - self._cut.at) / _STALE)
        self._known = self._answers + stale
        if self.strays and self._known >= (_TAKEN_BEFORE_A_VAGUE_ONE if vague else _TAKEN_BEFORE):
            self.strays -= 1
            return _KEPT_AFTER_A_STRAY
        self.strays = 0
        return _MOST_KEPT if again else min(_MOST_KEPT, (self._known + 1) / _REQUESTS)
