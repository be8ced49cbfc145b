"""How far a run is, how fast it goes, and how long it may still take, from its events alone.

Nobody can read a number that jumps: the pace is that of the last half minute, the end that is told of follows the
one that is reckoned slowly, and what is said is round. How long a run may take before it has begun is here too.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from math import ceil, exp
from typing import TYPE_CHECKING

from bindtool.core.binding.events import Bisecting, Event, Sending, Settled, Waiting, WaitReason
from bindtool.core.model.outcome import Outcome, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bindtool.core.binding.protocols import Policy
    from bindtool.core.common.clock import Clock

WORTH_TELLING = 10
"""Seconds; whoever has to wait no longer need not be told how long."""

_LOOKED_BACK = 30.0
_APART = 0.5
"""Seconds for which the pace is reckoned, and that lie between two moments that are kept for it."""

_SETTLES_IN = 5.0
"""Seconds before anything is said of the pace: the first request may have made a connection."""

_FOLLOWS_IN = 8.0
"""Seconds in which what is told comes two thirds nearer to what is reckoned."""

_LATER_BY, _AND_BY = 1.2, 5
"""What is left is said to have grown only where it is more than so many times, and seconds, of what was said."""

_FASTER_BY = 0.1
"""The part by which the pace has to be another one before another one is said."""

_MINUTE, _HOUR = 60, 3600
"""Seconds."""

_OPEN = frozenset({State.READY, State.WAITING, State.SENDING})


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run of `total` rows is.

    `looking`: devices of a refused request that have no answer yet. `wait` and `seconds`: why and how much longer
    the run waits. `per_minute`: devices in a minute. `rest`: seconds that the run may still take, in round numbers.
    Both are None where nobody knows, `rest` also where it is not worth telling.
    """

    total: int
    bound: int = 0
    refused: int = 0
    unknown: int = 0
    looking: int | None = None
    wait: WaitReason | None = None
    seconds: int = 0
    per_minute: int | None = None
    rest: int | None = None

    @property
    def done(self) -> int:
        """The rows that this run won't send any more."""
        return self.bound + self.refused + self.unknown


class RunProgress:
    """Counts the rows of a run, which are `numbers`, by its events. `row`: the last that left, None for none."""

    def __init__(self, numbers: Iterable[int], clock: Clock) -> None:
        self._states = dict.fromkeys(numbers, State.READY)
        self._counts = Counter(self._states.values())
        self._clock = clock
        self._pace = _Pace(clock.monotonic())
        self._waiting: WaitReason | None = None
        self._waits_until = 0.0
        self._looking: int | None = None
        self.row: int | None = None

    @property
    def numbers(self) -> Iterable[int]:
        return self._states.keys()

    @property
    def left(self) -> int:
        """How many rows have no answer yet that lasts."""
        return sum(self._counts[state] for state in _OPEN)

    def take(self, event: Event) -> None:
        """Take note of what has happened."""
        match event:
            case Sending():
                if self._waiting is WaitReason.OFFLINE:
                    self._pace.begin_again(self._clock.monotonic(), self._done)
                self._waiting = None
                if len(event.outcomes) > (self._looking or 0):
                    self._looking = None
                self.row = max(event.outcomes)
                self.count(event.outcomes)
            case Settled():
                self.count(event.outcomes)
            case Waiting():
                self._waiting = event.reason
                # By the monotonic clock: the other one may be set in the middle of a wait.
                self._waits_until = self._clock.monotonic() + event.seconds
            case Bisecting():
                self._looking = event.left

    def count(self, outcomes: Mapping[int, Outcome]) -> None:
        """Count rows by what has become of them."""
        for number, outcome in outcomes.items():
            self._counts[self._states[number]] -= 1
            self._counts[outcome.state] += 1
            self._states[number] = outcome.state
        self._pace.note(self._clock.monotonic(), self._done, self.left)

    @property
    def _done(self) -> int:
        return len(self._states) - self.left

    def now(self) -> Progress:
        """Return how far the run is."""
        counts, now = self._counts, self._clock.monotonic()
        waits = max(0.0, self._waits_until - now) if self._waiting is not None else 0.0
        known = self._waiting is not WaitReason.OFFLINE
        return Progress(
            total=len(self._states),
            bound=counts[State.BOUND],
            refused=counts[State.REFUSED],
            unknown=counts[State.UNKNOWN],
            looking=self._looking,
            wait=self._waiting,
            seconds=max(1, ceil(waits)),
            per_minute=self._pace.per_minute(now) if known else None,
            rest=self._pace.rest(now, self.left, waits) if known else None,
        )


class _Pace:
    """How many rows are done in a second, and when the last one may be, by the clock's seconds."""

    def __init__(self, now: float) -> None:
        self._rate = self._calm_rate = 0.0
        self._said_per_minute = 0
        self._said_rest = 0
        self.begin_again(now, 0)

    def begin_again(self, now: float, done: int) -> None:
        """Reckon from now on: for how long nothing could leave says nothing of the pace."""
        self._moments = deque([(now, done)])
        self._begun = self._noted = now
        self._end: float | None = None

    def note(self, now: float, done: int, left: int) -> None:
        """Note that `done` rows are done and `left` are not."""
        moments = self._moments
        if done <= moments[-1][1] or now <= self._begun:
            return
        if len(moments) > 1 and now - moments[-2][0] < _APART:
            moments.pop()
        moments.append((now, done))
        while moments[1][0] < now - _LOOKED_BACK:
            moments.popleft()
        since, before = moments[0]
        self._rate = (done - before) / (now - since)
        end = now + left / self._rate
        if self._end is None or now - self._begun < _SETTLES_IN:
            self._end, self._calm_rate = end, self._rate
        else:
            nearer = 1 - exp((self._noted - now) / _FOLLOWS_IN)
            self._end += (end - self._end) * nearer
            self._calm_rate += (self._rate - self._calm_rate) * nearer
        self._noted = now

    def per_minute(self, now: float) -> int | None:
        """Return the rows in a minute, to two digits; None where nobody knows."""
        if not self._is_known(now):
            return None
        real, said = 60 * self._calm_rate, self._said_per_minute
        if abs(real - said) > _FASTER_BY * said:
            self._said_per_minute = max(1, int(float(f"{real:.2g}")))
        return self._said_per_minute

    def rest(self, now: float, left: int, waits: float) -> int | None:
        """Return the seconds for `left` rows, of which nothing is sent for `waits`; None where it is not told."""
        if self._end is None or not self._is_known(now):
            return None
        seconds = max(self._end - now, waits + left / self._rate if waits else 0.0)
        said = max(WORTH_TELLING, round_seconds(seconds))
        if said < self._said_rest or seconds > self._said_rest * _LATER_BY + _AND_BY:
            self._said_rest = said
        return self._said_rest if self._said_rest > WORTH_TELLING else None

    def _is_known(self, now: float) -> bool:
        return self._end is not None and now - self._begun >= _SETTLES_IN


def round_seconds(seconds: float) -> int:
    """Return seconds as one says them: to five of them, to the minute, from an hour on to ten minutes."""
    if seconds < _MINUTE:
        return round(seconds / 5) * 5
    step = _MINUTE if seconds < _HOUR else 10 * _MINUTE
    return round(seconds / step) * step


@dataclass(frozen=True, slots=True)
class Forecast:
    """How long a run may take, in round seconds, and how many devices a minute that is."""

    seconds: int
    per_minute: int


@dataclass(frozen=True, slots=True)
class RequestCount:
    """About how many requests a run needs; up to how many where one of its devices is refused.

    Answers that are lost, and requests that have to wait, add to both.
    """

    n: int
    at_most: int


_AGAIN = 1
"""A refused request goes once more as it is."""

_BESIDES = 4
"""Requests of a search besides the halvings: single devices before, and what is left, in groups, after them."""


def count_requests(devices: int, policy: Policy) -> RequestCount:
    """Return how many requests `devices`, at least one, need."""
    if policy.whole_list:
        return RequestCount(1, 1 + _AGAIN)
    n = _requests(devices, policy)
    size = min(policy.batch_size, devices)
    if not policy.search or devices == 1:
        return RequestCount(n, n + _AGAIN)
    halvings = (size - 1).bit_length()
    return RequestCount(n, n + _AGAIN + halvings + _BESIDES)


def _requests(devices: int, policy: Policy) -> int:
    alone = not policy.proven
    return ceil((devices - alone) / policy.batch_size) + alone


def forecast(devices: int, policy: Policy, answered_in: float | None) -> Forecast | None:
    """Return how long `devices` may take; None where nobody knows, or that is not worth telling.

    Args:
        devices: how many go.
        policy: of the run.
        answered_in: seconds that an answer takes on this channel; None where it has given none.
    """
    if policy.whole_list:
        return None
    requests = _requests(devices, policy)
    between = max(1 / policy.rate if policy.rate else 0.0, (answered_in or 0.0) / policy.concurrency)
    seconds = round_seconds(requests * between)
    if seconds <= WORTH_TELLING:
        return None
    return Forecast(seconds, max(1, int(float(f"{60 * devices / (requests * between):.2g}"))))
