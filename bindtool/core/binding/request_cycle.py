"""Sends one group of devices, with retries, until there is a definite answer.

`run_record` records it before and after; `runner` forms the groups and handles a refusal. A request passes the rate
limiter, waits when the server says so, is sent again if it was lost or never left, and is finally given up;
`RequestCycle.end` stops all requests.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from math import inf
from typing import TYPE_CHECKING

from bindtool.core.api.responses import ClockWatch, NeverSent, NotSent, Reply
from bindtool.core.api.verdict import Verdict, VerdictKind, judge
from bindtool.core.binding.advice import WANTS_PROXY_LOGIN
from bindtool.core.binding.connectivity import Outage, RetrySignal
from bindtool.core.binding.events import ClockOff, Ended, Ending, Event, ObstacleChanged, Waiting, WaitReason
from bindtool.core.binding.rate_limiter import LONGEST_QUOTA, LONGEST_RETRY_AFTER, RateLimiter, back_off
from bindtool.core.binding.run_record import RunRecord
from bindtool.core.model.outcome import State

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from bindtool.core.binding.protocols import Binder, Journal, Policy
    from bindtool.core.common.clock import Clock
    from bindtool.core.model.job import Job, Request

_FIRST_PLACES = 12
"""Maximum requests in flight until the first answers arrive: only this many, not all, then run into an unknown rate
limit. One more for every answer makes 48 in two round trips. Of 300 requests against 100 a second and a burst of
20, 9 to 27 were refused in sixteen runs over loopback, and 33 are a tenth. Starting with 16, it was 21 to 36."""

STOP_TIMEOUT = 3.0
"""Seconds to wait for a request in flight after Stop."""

_IF_ABANDONED = {VerdictKind.BOUND: State.BOUND, VerdictKind.LOST: State.UNKNOWN}
"""State of a cancelled request's rows by kind of verdict; any other kind leaves them ready."""

_WORTH_REPORTING = 1.0
"""Seconds; a rate limiter's wait that is shorter, or ends hardly later than reported, is not reported."""


class Places:
    """Slots for requests in flight, one each. A request whose answer was lost gives its slot back meanwhile.

    Args:
        limit: maximum requests in flight, once there are answers.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._number = self._free = min(limit, _FIRST_PLACES)
        self._returning = 0
        self._changed = asyncio.Condition()

    async def take(self, *, again: bool = False) -> None:
        """Wait for a slot. `again`: for a request that had one before; it goes before new requests."""
        async with self._changed:
            self._returning += again
            await self._changed.wait_for(lambda: self._free and (again or not self._returning))
            self._returning -= again
            self._free -= 1

    async def give_back(self, *, more: bool = False) -> None:
        """Release the slot. `more`: an answer arrived, so there can be one slot more."""
        async with self._changed:
            added = more and self._number < self._limit
            self._number += added
            self._free += 1 + added
            self._changed.notify_all()


class RequestCycle:
    """State shared by all requests of a run: the record of its rows, the rate, and whether requests may leave.

    Call `ask` within `running`.

    Args:
        emit: called with each event, after its data is on disk.
        stop: set by the user; nothing new leaves from then on.

    Attributes:
        places: slots for callers that send several requests at a time.
        retry_signal: given by the user; requests that wait for the network retry at once.
        record: the outcomes of the rows.
        requests: number of requests that have left so far.
    """

    def __init__(
        self,
        jobs: Sequence[Job],
        binder: Binder,
        journal: Journal,
        policy: Policy,
        clock: Clock,
        rate_limiter: RateLimiter,
        stop: asyncio.Event,
        emit: Callable[[Event], None],
    ) -> None:
        self.record = RunRecord(jobs, journal, emit, self._let_nothing_leave)
        self._binder = binder
        self._policy = policy
        self._clock = clock
        self._rate_limiter = rate_limiter
        self._stop = stop
        self._emit = emit
        self._over = asyncio.Event()
        self._give_up = asyncio.Event()
        self._ended: Ended | None = None
        self._times_asked_to_wait = 0
        self._lost_in_a_row = 0
        self._no_quota_since = inf
        self._outage = Outage(policy.max_wait)
        self._clock_watch = ClockWatch()
        self.places = Places(policy.concurrency)
        self.retry_signal = RetrySignal()
        self._reported_until = 0.0
        self.requests = 0

    @property
    def over(self) -> bool:
        """Whether nothing may leave any more: the run has ended, or an answer could not be recorded."""
        # Stop counts at once; the watcher task, which wakes the waiters, runs a little later.
        return self._over.is_set() or self._stop.is_set()

    @property
    def ended(self) -> Ended | None:
        """Why nothing may leave any more; None while requests may leave."""
        if self._ended is None and self._stop.is_set():
            return Ended(Ending.STOPPED)
        return self._ended

    def end(self, ended: Ended) -> None:
        """Stop all requests. The first reason counts."""
        self._ended = self._ended or ended
        self._let_nothing_leave()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Watch for Stop while requests are sent; then wait until all answers are on disk."""
        async with asyncio.TaskGroup() as self._tasks:
            watching = self._tasks.create_task(self._watch_stop())
            try:
                yield
            finally:
                watching.cancel()
                self._report_obstacle(None)

    async def _watch_stop(self) -> None:
        """End the run on Stop, and give up requests still in flight a few seconds later."""
        await self._stop.wait()
        self.end(Ended(Ending.STOPPED))
        await self._clock.wait(asyncio.Event(), STOP_TIMEOUT)
        self._give_up.set()

    async def ask(self, jobs: Sequence[Job], *, if_refused: State = State.WAITING) -> Verdict | None:
        """Send `jobs` until there is a definite answer, and settle their rows; bound rows are written in parallel.

        Args:
            jobs: the rows of the request, at least one.
            if_refused: the rows' state after a verdict of kind REFUSED.

        Returns:
            A verdict of kind BOUND, REFUSED or LOST (given up); None if the run ended before there was one.
        """
        waits = lost = unsent = 0
        while (left := await self._leave(jobs)) is not None:
            request = await self._begin(jobs)
            if request is None:
                continue
            verdict = await self._verdict(request, jobs)
            answer = verdict.answer
            if verdict.obstacle is None:
                unsent = 0
            if verdict.cause is not None:
                told = answer if verdict.error is None else None
                self.end(Ended(Ending(verdict.cause), told, error=verdict.error))
                await self.record.settle(request, jobs, State.READY, verdict)
                return None
            match verdict.kind:
                case VerdictKind.BOUND:
                    self._rate_limiter.answered(self._clock.monotonic(), left)
                    # These rows are never sent again, so no request has to wait for the disk.
                    self._tasks.create_task(self.record.settle(request, jobs, State.BOUND, verdict))
                    # But the write starts first: if it fails at once, the next request does not leave.
                    await asyncio.sleep(0)
                    return verdict
                case VerdictKind.REFUSED:
                    self._rate_limiter.answered(self._clock.monotonic(), left)
                    await self.record.settle(request, jobs, if_refused, verdict)
                    return verdict
                case VerdictKind.LOST:
                    lost += 1
                    await self.record.settle(
                        request, jobs, State.UNKNOWN, verdict, waiting=lost <= self._policy.resend
                    )
                    if lost > self._policy.resend:
                        return verdict
                    await self._step_aside(verdict, back_off(lost), jobs)
                case VerdictKind.WAIT:
                    waits += 1
                    await self._asked_to_wait(request, jobs, verdict, left, waits)
                case _:
                    unsent += 1
                    await self._not_sent(request, jobs, verdict, unsent)
        return None

    async def _leave(self, jobs: Sequence[Job]) -> float | None:
        """Wait for the rate limiter; return the clock's seconds after that, None if the run ended before."""
        while not self.over:
            now = self._clock.monotonic()
            delay = self._rate_limiter.delay(now)
            if delay <= 0:
                self._rate_limiter.leave(now)
                return now
            if self._rate_limiter.slowed and now + delay - max(now, self._reported_until) >= _WORTH_REPORTING:
                self._report_wait(WaitReason.ASKED, delay, jobs)
            await self._clock.wait(self._over, delay)
        return None

    async def _begin(self, jobs: Sequence[Job]) -> Request | None:
        """Record that a request leaves; None if it may not any more by the time the record is on disk."""
        held = self._times_asked_to_wait
        return await self.record.begin(
            jobs, self._clock.now(), lambda: not self.over and self._times_asked_to_wait == held
        )

    async def _verdict(self, request: Request, jobs: Sequence[Job]) -> Verdict:
        """Return the verdict on the answer; records the server's time and that the network works."""
        reply = await self._reply(request, jobs)
        minutes = self._clock_watch.look(reply, request.time)
        if minutes is not None:
            self._emit(ClockOff(minutes))
        verdict = judge(reply)
        if verdict.obstacle is None:
            self._report_obstacle(None)
            self.requests += verdict.error is None
        self._lost_in_a_row = self._lost_in_a_row + 1 if verdict.kind is VerdictKind.LOST else 0
        if verdict.kind in {VerdictKind.BOUND, VerdictKind.REFUSED}:
            self._no_quota_since = inf
        return verdict

    async def _reply(self, request: Request, jobs: Sequence[Job]) -> Reply:
        """Return the answer, or the outcome known a few seconds after Stop."""
        sending = asyncio.ensure_future(self._binder.bind([job.device for job in jobs], self._give_up))
        cancelled_by: asyncio.CancelledError | None = None
        while not sending.done():
            try:
                await asyncio.wait((sending,))
            except asyncio.CancelledError as cancelled:
                # No caller is waiting any more, but on disk the request is being sent.
                cancelled_by = cancelled
                self._give_up.set()
        # A task that is cancelled before its first step has sent nothing.
        reply = NeverSent(self._clock.now(), NotSent.TIMEOUT) if sending.cancelled() else sending.result()
        if cancelled_by is not None:
            verdict = judge(reply)
            await self.record.settle(request, jobs, _IF_ABANDONED.get(verdict.kind, State.READY), verdict)
            raise cancelled_by
        return reply

    async def _asked_to_wait(
        self, request: Request, jobs: Sequence[Job], verdict: Verdict, left: float, times: int
    ) -> None:
        ended = self._too_long(verdict)
        if ended is not None:
            self.end(ended)
            await self.record.settle(request, jobs, State.READY, verdict)
            return
        self._times_asked_to_wait += 1
        seconds = self._rate_limiter.asked_to_wait(self._clock.monotonic(), left, verdict.retry_after, times)
        await self.record.settle(request, jobs, State.WAITING, verdict)
        await self._wait(WaitReason.ASKED, seconds, jobs)

    def _too_long(self, verdict: Verdict) -> Ended | None:
        """Return the ending if the requested wait is too long for the run; None if it waits."""
        now, asked = self._clock.monotonic(), verdict.retry_after
        if asked is not None and asked > LONGEST_RETRY_AFTER:
            until = self._clock.now() + timedelta(seconds=asked)
            return Ended(Ending.WAIT_TOO_LONG, verdict.answer, until=until)
        if verdict.quota:
            self._no_quota_since = min(now, self._no_quota_since)
            if now - self._no_quota_since >= LONGEST_QUOTA:
                return Ended(Ending.QUOTA, verdict.answer)
        return None

    async def _not_sent(self, request: Request, jobs: Sequence[Job], verdict: Verdict, times: int) -> None:
        obstacle = verdict.obstacle
        seconds = self._outage.tried(self._clock.monotonic(), times)
        if obstacle is not None and obstacle.why in WANTS_PROXY_LOGIN and not self._policy.attended:
            self.end(Ended(Ending.PROXY_LOGIN, obstacle=obstacle))
        elif self._outage.too_long(seconds):
            self.end(Ended(Ending.UNREACHABLE, obstacle=obstacle))
        await self.record.settle(request, jobs, State.WAITING, verdict)
        await self._wait(WaitReason.OFFLINE, seconds, jobs, obstacle)

    async def _step_aside(self, verdict: Verdict, seconds: float, jobs: Sequence[Job]) -> None:
        """Wait before resending a lost request; others go meanwhile, unless answers are lost one after another.

        With one request at a time and no answer, no other is sent: if the network is down, its rows would be
        unknown too. A server that reports trouble can be reached.
        """
        reason = WaitReason.TROUBLE if verdict.trouble else WaitReason.LOST
        aside = self._lost_in_a_row <= 1 and (verdict.trouble or self._policy.concurrency > 1)
        if aside:
            await self.places.give_back()
        await self._wait(reason, seconds, jobs)
        if aside:
            await self.places.take(again=True)

    async def _wait(
        self, reason: WaitReason, seconds: float, jobs: Sequence[Job], obstacle: NeverSent | None = None
    ) -> None:
        if self.over:
            return
        if obstacle is not None:
            self._report_obstacle(obstacle)
        self._report_wait(reason, seconds, jobs)
        if obstacle is None:
            await self._clock.wait(self._over, seconds)
        elif await self._clock.wait(self.retry_signal.event, seconds):
            self._outage.ask()

    def _report_obstacle(self, obstacle: NeverSent | None) -> None:
        if self._outage.changed(obstacle):
            self._emit(ObstacleChanged(obstacle))

    def _report_wait(self, reason: WaitReason, seconds: float, jobs: Sequence[Job]) -> None:
        self._reported_until = self._clock.monotonic() + seconds
        until = self._clock.now() + timedelta(seconds=seconds)
        self._emit(Waiting(reason, seconds, until, tuple(job.number for job in jobs)))

    def _let_nothing_leave(self) -> None:
        self._over.set()
        self.retry_signal.give()
