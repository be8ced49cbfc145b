"""Computes the progress, pace and remaining time of a run from its `events` alone, and a forecast before it.

A number that jumps is unreadable: the pace is that of the last half minute, the displayed end follows the computed
end slowly, and displayed numbers are rounded.
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
"""Seconds; a shorter remaining time is not displayed."""

_LOOKED_BACK = 30.0
_APART = 0.5
"""Seconds over which the pace is measured, and the minimum seconds between two samples."""

_SETTLES_IN = 5.0
"""Seconds before the pace is displayed: the first request may have included connecting."""

_FOLLOWS_IN = 8.0
"""Seconds in which the displayed value covers two thirds of its distance to the computed value."""

_LATER_BY, _AND_BY = 1.2, 5
"""The displayed rest grows only if the computed rest exceeds it by this factor plus these seconds."""

_FASTER_BY = 0.1
"""Relative change of the pace from which the displayed pace is updated."""

_MINUTE, _HOUR = 60, 3600
"""Seconds."""

_OPEN = frozenset({State.READY, State.WAITING, State.SENDING})


@dataclass(frozen=True, slots=True)
class Progress:
    """Progress of a run of `total` rows.

    `looking`: devices of a refused request that have no answer yet. `wait` and `seconds`: why and how much longer
    the run waits. `per_minute`: devices per minute. `rest`: estimated remaining seconds, rounded. Both are None if
    unknown, `rest` also if too short to display.
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
        """Number of rows that this run will not send any more."""
        return self.bound + self.refused + self.unknown


class RunProgress:
    """Counts the rows `numbers` of a run by its events. `row`: the last row sent, None for none."""

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
        """Number of rows without a final answer."""
        return sum(self._counts[state] for state in _OPEN)

    def take(self, event: Event) -> None:
        """Update the progress with an event."""
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
                # By the monotonic clock: the wall clock may be set in the middle of a wait.
                self._waits_until = self._clock.monotonic() + event.seconds
            case Bisecting():
                self._looking = event.left

    def count(self, outcomes: Mapping[int, Outcome]) -> None:
        """Count rows by their new outcomes."""
        for number, outcome in outcomes.items():
            self._counts[self._states[number]] -= 1
            self._counts[outcome.state] += 1
            self._states[number] = outcome.state
        self._pace.note(self._clock.monotonic(), self._done, self.left)

    @property
    def _done(self) -> int:
        return len(self._states) - self.left

    def now(self) -> Progress:
        """Return the current progress."""
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
    """The rows done per second and the estimated time of the last row, in the clock's seconds."""

    def __init__(self, now: float) -> None:
        self._rate = self._calm_rate = 0.0
        self._said_per_minute = 0
        self._said_rest = 0
        self.begin_again(now, 0)

    def begin_again(self, now: float, done: int) -> None:
        """Restart the measurement now: an outage is not part of the pace."""
        self._moments = deque([(now, done)])
        self._begun = self._noted = now
        self._end: float | None = None

    def note(self, now: float, done: int, left: int) -> None:
        """Record that `done` rows are done and `left` are not."""
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
        """Return the rows per minute, to two digits; None if unknown."""
        if not self._is_known(now):
            return None
        real, said = 60 * self._calm_rate, self._said_per_minute
        if abs(real - said) > _FASTER_BY * said:
            self._said_per_minute = max(1, int(float(f"{real:.2g}")))
        return self._said_per_minute

    def rest(self, now: float, left: int, waits: float) -> int | None:
        """Return the seconds for `left` rows after a wait of `waits`; None if unknown or too short to display."""
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
    """Round seconds for display: to 5 seconds, from a minute on to a minute, from an hour on to 10 minutes."""
    if seconds < _MINUTE:
        return round(seconds / 5) * 5
    step = _MINUTE if seconds < _HOUR else 10 * _MINUTE
    return round(seconds / step) * step


@dataclass(frozen=True, slots=True)
class Forecast:
    """Estimated duration of a run, in rounded seconds, and the devices per minute."""

    seconds: int
    per_minute: int


@dataclass(frozen=True, slots=True)
class RequestCount:
    """Estimated number of requests of a run, and the maximum if one of its devices is refused.

    Lost answers and requests told to wait add to both.
    """

    n: int
    at_most: int


_AGAIN = 1
"""A refused request is sent once more unchanged."""

_BESIDES = 4
"""Requests of a search besides the halvings: single devices before, and the rest, in groups, after them."""


def count_requests(devices: int, policy: Policy) -> RequestCount:
    """Estimate the number of requests for `devices`, at least one."""
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
    """Estimate the duration of a run; None if unknown or too short to display.

    Args:
        devices: the number of devices.
        policy: the run's policy.
        answered_in: seconds that an answer takes on this channel; None if it has not answered before.
    """
    if policy.whole_list:
        return None
    requests = _requests(devices, policy)
    between = max(1 / policy.rate if policy.rate else 0.0, (answered_in or 0.0) / policy.concurrency)
    seconds = round_seconds(requests * between)
    if seconds <= WORTH_TELLING:
        return None
    return Forecast(seconds, max(1, int(float(f"{60 * devices / (requests * between):.2g}"))))
