"""Laws of pace compared with `RateLimiter`: the rate of requests after a "wait", and after an answer.

Each is only the core of the law, without bounds and exceptions: enough to see its effect in the scenes of
`tests.benchmarks.pace`.
"""

from __future__ import annotations

from collections.abc import Callable

from bindtool.core.binding.rate_limiter import RateLimiter, back_off

_SLOWEST = 0.05


class RetryAfterOnly(RateLimiter):
    """No law: waits as long as asked and goes on as before. The reference for the others."""

    spread = 0.0

    def __init__(self, wanted: float, random: Callable[[], float]) -> None:
        super().__init__(wanted, random)
        self.told_at: float | None = None
        self.answers = 0
        self.really = 5.0

    def leave(self, now: float) -> None:
        """Record that a request is sent."""
        self._free_at = max(now, self._free_at) + (1 / self.rate if self.rate else 0.0)
        self._last_second.append(now)
        while now - self._last_second[0] >= 1:
            self._last_second.popleft()
        self.really = max(self.really, self.left_in_a_second())

    def left_in_a_second(self) -> float:
        """Return the number of requests sent in the last second."""
        return float(len(self._last_second))

    def answered(self, now: float, left: float) -> None:
        """Record that a request was accepted."""
        if self.told_at is not None and left < self.told_at:
            return
        self.answers += 1
        if self.slowed:
            self._rate = max(self.rate, self.faster(now))
            if self.wanted:
                self._rate = min(self.wanted, self.rate)

    def asked_to_wait(self, now: float, left: float, retry_after: float | None, attempt: int) -> float:
        """Slow down; return the seconds until the next request may be sent."""
        if self.told_at is None or left >= self.told_at:
            slower = self.slower(now, min(self.rate, self.really) if self.rate else self.really)
            self._rate = max(_SLOWEST, slower) if slower else slower
            self.answers, self.told_at = 0, now
        seconds = back_off(attempt) if retry_after is None else retry_after
        if self.rate:
            seconds += self.random() * self.spread / self.rate
        self._free_at = max(self._free_at, now + seconds)
        return self.delay(now)

    def slower(self, _now: float, _rate: float) -> float:
        """Return the rate after a "wait", from the measured rate; 0 for no limit."""
        return self.rate

    def faster(self, _now: float) -> float:
        """Return the rate after an answer."""
        return self.rate


class Former(RetryAfterOnly):
    """The former law: n parts in 30 are left after n answers, each restores a sixth, half a request at most."""

    spread = 4.0
    step = 0.0

    def leave(self, now: float) -> None:
        """Record that a request is sent."""
        super().leave(now)
        self.really = max(5.0, self.left_in_a_second())

    def slower(self, _now: float, rate: float) -> float:
        """Return the rate after a "wait"."""
        again = self.told_at is not None and not self.answers
        slower = max(_SLOWEST, rate * (0.5 if again else min(0.5, (self.answers + 1) / 30)))
        self.step = min(0.5, slower / 6)
        return slower

    def faster(self, _now: float) -> float:
        """Return the rate after an answer."""
        return self.rate + self.step


class LastGoodRate(RetryAfterOnly):
    """Additive increase, multiplicative decrease, with a memory: half at once, back in six answers, then slowly."""

    spread = 1.0
    good = 0.0

    def slower(self, _now: float, rate: float) -> float:
        """Return the rate after a "wait"."""
        self.good = 0.95 * rate
        return 0.5 * rate

    def faster(self, _now: float) -> float:
        """Return the rate after an answer."""
        return min(self.good, self.rate + self.good / 12) if self.rate < self.good else self.rate + 0.01 * self.good


class Cubic(RetryAfterOnly):
    """CUBIC's curve over time: down to seven tenths at once, flat around the rate of the last "wait", steep
    otherwise.
    """

    spread = 1.0
    kept, scale = 0.7, 0.4
    top = 0.0

    def slower(self, _now: float, rate: float) -> float:
        """Return the rate after a "wait"."""
        self.top = rate
        return self.kept * rate

    def faster(self, now: float) -> float:
        """Return the rate after an answer."""
        assert self.told_at is not None
        flat_after: float = (self.top * (1 - self.kept) / self.scale) ** (1 / 3)
        return self.scale * (now - self.told_at - flat_after) ** 3 + self.top


class LearnedBucket(RetryAfterOnly):
    """Between two "waits" a server accepted its bucket's refill: that is its rate; then slowly beyond."""

    spread = 1.0
    began: float | None = None

    def leave(self, now: float) -> None:
        """Record that a request is sent."""
        self.began = now if self.began is None else self.began
        super().leave(now)

    def slower(self, now: float, _rate: float) -> float:
        """Return the rate after a "wait"."""
        assert self.began is not None
        slower = (self.answers + 1) / max(1.0, now - self.began)
        self.began = now
        return min(self.rate, slower) if self.rate else slower

    def faster(self, _now: float) -> float:
        """Return the rate after an answer."""
        return 1.02 * self.rate
