"""Limits the rate of requests: each "wait" from the server cuts the rate, and each answer partly restores it.

`request_cycle` does the waiting. Pure: the clock's seconds are passed in. All parameters of waiting are here: the
interval between requests, Retry-After with jitter, back-off. `make bench BENCHMARKS=pace` simulates the algorithm
in virtual time and compares it with others.

A "wait" can have two causes. Thirty laptops of one customer share one limit (5 requests a second on the vendor's
sibling calls) and learn of each other only by being told to wait; at most one request in ten may be refused, and
400 devices are nine requests, so a run told to wait at its first requests has to assume at once that it is one of
thirty. Or the "wait" is a stray, and slowing down is lost time. The requests before and after it tell which:

- The sooner it comes, the deeper the cut: after n requests n/30 of the rate is left, at most a half; a part of the
  requests known at the previous "wait" is added. Told to wait at its very first request, a run is one of thirty.
- The rate at which it came is remembered. Each answer restores a part of the cut until that rate is nearly reached;
  beyond it the rate grows slowly, by at most a hundredth per answer and half a hundredth per second.
- If requests sent after the refused one were accepted all the same, capacity was not the reason, and hardly
  anything is cut.
- The first two of a run slow it little if six requests were accepted before: a crowd is told sooner. If they name
  no time, two accepted requests are enough, since a server that counts requests can say when to come back.

Whatever the rate, nothing leaves before the time named by the server, or else the end of the back-off. Runs refused
together are told to come back together, so each adds a random delay of a few intervals between its requests.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_RETRY_AFTER = 300.0
"""Seconds; asked to wait longer, a run stops and displays when to come back."""

LONGEST_QUOTA = 3600.0
"""Seconds; if a quota is reported as used up for this long, a run stops: it may be available again tomorrow."""

_REQUESTS = 30
"""A "wait" leaves 1/30 of the rate for each request known to have been accepted."""

_MOST_KEPT = 0.5
"""The maximum share of its rate that a run keeps when it is told to wait."""

_STALE = 5.0
"""Seconds after which the requests known at a "wait" count half. In a crowd a laptop's requests are seconds apart
and its "waits" minutes; strays follow each other closely, at any rate."""

_STRAYS = 2
_TAKEN_BEFORE = 6
_TAKEN_BEFORE_A_VAGUE_ONE = 2
_KEPT_AFTER_A_STRAY = 0.9
"""This many "waits" at the beginning of a run count as strays if at least so many requests are known to have been
accepted before, fewer if no time is named; this share of the rate is kept then. Of thirty laptops that begin within
seconds hardly any has six requests accepted before it is told to wait."""

_DOUBLED_IN = 6
"""Answers after which a rate has doubled since its cut."""

_NEARLY = 0.95
"""The share of a rate, slightly too fast, that becomes the new target."""

_SOON = 20
_FALLS_TO = 0.9
"""The share of the target rate that is kept if the next "wait" comes before that rate, within so few answers."""

_BEYOND = 0.01
_BEYOND_A_SECOND = 0.005
"""The shares of the remembered rate added beyond it: per answer, and per second. A server that allows bursts says
"wait" only when its reserve is used up, and by then a hundred answers a second would have driven the rate far
beyond the limit."""

_TAKEN_LATER = 2
_TAKEN_FOR_EACH_REFUSED = 4
"""Of the requests sent after the refused one, this many must be accepted for the "wait" to be a stray."""

_AT_ONCE = 0.02
"""Seconds; requests sent within them may reach the server in any order. Those sent earlier count as one: of sixty
at once the last few may be refused because the sixty were too many."""

_SPREAD = 1.0
_SPREAD_OF_MANY = 4.0
"""Intervals between requests over which the next request is spread; more if less than half of the rate is left.
With fewer, refused laptops collide again; with more, the server is idle."""

_SLOWEST = 0.05
"""Requests a second; no "wait" slows a run further, unless it was wanted slower from the start. A hundred such
runs share 5 a second."""

_FEW = 5.0
_MEASURED_FOR = 0.5
"""Requests a second that a run is assumed to achieve at least, and the seconds over which a higher rate is
measured: requests within a tenth of a second may be the burst that a server allows."""

_BACK_OFF = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)


def back_off(attempt: int) -> float:
    """Return the seconds before try `attempt` + 1, for attempts counted from 1."""
    return _BACK_OFF[min(attempt, len(_BACK_OFF)) - 1]


@dataclass(slots=True)
class _Cut:
    """A cut of the rate, and the fate of the requests in flight at the time.

    `at`: time of the cut. `left`: time when the refused request was sent. `before`: the rate, remembered rate and
    step to restore. `taken`, `refused`: counts of the other requests sent no earlier than the refused one.
    `together`: 1 if a request sent a moment earlier was accepted.
    """

    at: float
    left: float
    before: tuple[float, float, float]
    taken: int = 0
    refused: int = 0
    together: int = 0

    def note(self, left: float, *, taken: bool) -> bool:
        """Count a request sent before the cut; return whether it was."""
        if left >= self.at:
            return False
        if left >= self.left:
            self.taken += taken
            self.refused += not taken
        elif taken and left >= self.left - _AT_ONCE:
            self.together = 1
        return True

    def was_stray(self) -> bool:
        """Return whether the server had capacity for later requests."""
        return self.taken + self.together >= max(_TAKEN_LATER, self.refused * _TAKEN_FOR_EACH_REFUSED)

    def undo(self) -> tuple[float, float, float]:
        """Return the values to restore, and clear the counts so that this happens once."""
        self.taken = self.together = 0
        return self.before


@dataclass(slots=True)
class RateLimiter:
    """Spaces the requests of a run.

    Several requests may be in flight. An answer to a request sent before the last cut does not change the rate: it
    reflects the old rate. It can prove that the "wait" was a stray.

    Args:
        wanted: requests a second; 0 means no limit until the server asks to wait.
        random: returns 0 ≤ x < 1; spreads thirty laptops that were asked to wait at the same moment.
        strays: number of "waits" that may still be strays.
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
        """The current requests a second; 0 for no limit."""
        return self._rate

    @property
    def slowed(self) -> bool:
        """Whether requests leave slower than wanted, because the server asked to wait."""
        return self._rate != self.wanted

    def delay(self, now: float) -> float:
        """Return the seconds until a request may leave; 0.0 for now."""
        return max(0.0, self._free_at - now)

    def leave(self, now: float) -> None:
        """Record that a request leaves, and schedule the next one."""
        if self._cut is not None and self._cut.was_stray():
            self._rate, self._remembered, self._step = self._cut.undo()
        self._free_at = max(now, self._free_at) + (1.0 / self._rate if self._rate else 0.0)
        self._last_second.append(now)
        while now - self._last_second[0] >= 1.0:
            self._last_second.popleft()
        seconds = max(_MEASURED_FOR, now - self._last_second[0])
        self._fastest = max(self._fastest, (len(self._last_second) - 1) / seconds)

    def answered(self, now: float, left: float) -> None:
        """Speed up a little: at `now`, the server is known to have accepted a request sent at `left`."""
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
            left: time when the request told to wait was sent.
            retry_after: seconds named by the server, if any.
            attempt: how many times in a row this request was told to wait, from 1.
        """
        if self._cut is None or not self._cut.note(left, taken=False):
            self._slow_down(now, left, vague=retry_after is None)
        seconds = back_off(attempt) if retry_after is None else retry_after
        # After a stray was undone there may be no limit again.
        seconds += self.random() * self._spread / self._rate if self._rate else 0.0
        self._free_at = max(self._free_at, now + seconds)
        return self.delay(now)

    def _slow_down(self, now: float, left: float, *, vague: bool) -> None:
        before = _NEARLY * self._rate, _NEARLY * max(self._remembered, self._rate), self._step
        # Workers waiting for answers send less than allowed, and nothing while a lost request waits for its retry.
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
        """Return the share of the rate that a "wait" leaves."""
        again = self._cut is not None and not self._answers
        stale = 0.0 if self._cut is None else self._known * 0.5 ** ((now - self._cut.at) / _STALE)
        self._known = self._answers + stale
        if self.strays and self._known >= (_TAKEN_BEFORE_A_VAGUE_ONE if vague else _TAKEN_BEFORE):
            self.strays -= 1
            return _KEPT_AFTER_A_STRAY
        self.strays = 0
        return _MOST_KEPT if again else min(_MOST_KEPT, (self._known + 1) / _REQUESTS)
