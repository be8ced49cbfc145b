"""One group of devices, asked about until there is an answer to act on.

Owns the way of a request: the gate, the journal before and after, waiting when told to, sending again what was
lost or never left, and the end of all asking. Which devices form a group, and what follows a refusal, is for
`submit`.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from bindtool.core.beside import Beside
from bindtool.core.offline import Nudge, Offline
from bindtool.core.outcome import UNDER_WAY, State, changed
from bindtool.core.pace import LONGEST_RETRY_AFTER, back_off
from bindtool.core.reply import Lost, NoAnswer
from bindtool.core.run import ClockOff, Ended, Ending, Request, Sending, Settled, Waiting, WaitReason
from bindtool.core.server_time import ClockWatch
from bindtool.core.verdict import Kind, judge

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bindtool.core.clock import Clock
    from bindtool.core.outcome import Answer, Outcome
    from bindtool.core.pace import Pace
    from bindtool.core.reply import NeverSent, Reply
    from bindtool.core.run import Binder, Event, Job, Journal, Policy
    from bindtool.core.verdict import Verdict

STOP_PATIENCE = 3.0
"""Seconds that a request in flight is waited for after Stop."""

_WORTH_TELLING = 1.0
"""Seconds; a wait for the gate that is shorter, or hardly longer than what was told, needs no words."""


class Asking:
    """What all requests of a run share: outcomes, pace, journal, and whether anything may still leave.

    Args:
        emit: takes each event, after the disk has what it tells.
        stop: set by the person; nothing new leaves from then on.

    Attributes:
        nudge: given by the person; those that wait for a way to the server try at once.
    """

    def __init__(
        self,
        jobs: Sequence[Job],
        binder: Binder,
        journal: Journal,
        policy: Policy,
        clock: Clock,
        pace: Pace,
        stop: asyncio.Event,
        emit: Callable[[Event], None],
    ) -> None:
        self._outcomes = {job.number: job.outcome for job in jobs}
        self._binder = binder
        self._journal = journal
        self._policy = policy
        self._clock = clock
        self._pace = pace
        self._stop = stop
        self._emit = emit
        self._over = asyncio.Event()
        self._in_flight: set[asyncio.Future[Reply]] = set()
        self._writing = Beside(self._fail)
        self._failed = False
        self._ended: Ended | None = None
        self._requests = 0
        self._times_held = 0
        self._offline = Offline(policy.max_wait)
        self._clock_watch = ClockWatch()
        self.nudge = Nudge()
        self._told_until = 0.0
        self.anything_bound = False

    @property
    def over(self) -> bool:
        """Nothing may leave any more: the run has its end, or what came back could not be written down."""
        return self.ended is not None or self._failed

    @property
    def ended(self) -> Ended | None:
        """Why nothing may leave any more; None while it may."""
        if self._ended is None and self._stop.is_set():
            # Stop counts at once; the watcher, who wakes those that wait, gets its turn a little later.
            return Ended(Ending.STOPPED)
        return self._ended

    def end(self, ended: Ended) -> None:
        """Let nothing leave any more. The first reason counts."""
        if self._ended is None:
            self._ended = ended
            self._over.set()
            self.nudge.give()

    async def watch_stop(self) -> None:
        """End the run as soon as the person says so, and give up in a few seconds what is then still in flight."""
        await self._stop.wait()
        self.end(Ended(Ending.STOPPED))
        await self._clock.wait(asyncio.Event(), STOP_PATIENCE)
        for sending in self._in_flight:
            sending.cancel()

    async def ask(self, jobs: Sequence[Job], *, if_refused: State = State.WAITING) -> Verdict | None:
        """Send `jobs` until the answer is one to act on, and settle their rows; bound ones beside it.

        Args:
            jobs: the rows of the request, at least one.
            if_refused: the state that a refusal of kind 6 means for them now.

        Returns:
            A verdict of kind BOUND, REFUSED or LOST (given up); None where the run is over before there was one.
        """
        told_to_wait = lost = unsent = 0
        while (left := await self._leave(jobs)) is not None:
            request = await self._begin(jobs)
            if request is None:
                continue
            verdict = await self._verdict(request, jobs)
            answer = verdict.answer
            if verdict.obstacle is None:
                unsent = 0
            if verdict.cause is not None:
                self.end(Ended(Ending(verdict.cause), answer))
                await self._settle(request, jobs, State.READY, answer)
                return None
            match verdict.kind:
                case Kind.BOUND:
                    self.anything_bound = True
                    self._pace.answered(left)
                    # Nothing that follows asks for these rows again, so no request has to wait for the disk.
                    self._writing.start(self._settle(request, jobs, State.BOUND, answer))
                    # But it is asked first: where it can't take the answer, the next request does not leave.
                    await asyncio.sleep(0)
                    return verdict
                case Kind.REFUSED:
                    self._pace.answered(left)
                    await self._settle(request, jobs, if_refused, answer)
                    return verdict
                case Kind.LOST:
                    lost += 1
                    await self._settle(request, jobs, State.UNKNOWN, answer, waiting=lost <= self._policy.resend)
                    if lost > self._policy.resend:
                        return verdict
                    reason = WaitReason.TROUBLE if verdict.trouble else WaitReason.LOST
                    await self._wait(reason, back_off(lost), jobs)
                case Kind.WAIT:
                    told_to_wait += 1
                    await self._told_to_wait(request, jobs, verdict, left, told_to_wait)
                case _:
                    unsent += 1
                    await self._not_sent(request, jobs, verdict, unsent)
        return None

    async def settle(self, jobs: Sequence[Job], state: State) -> None:
        """Give rows a state that follows from answers which they already carry."""
        await self._settle(None, jobs, state, None)

    async def written(self) -> None:
        """Wait until the disk has every answer.

        Raises:
            StoreFailed: it can't have one of them.
        """
        await self._writing.done()

    async def tell_written(self) -> None:
        """Tell of each answer that the disk still takes; for a run that breaks off since it does not take all."""
        await self._writing.ended()

    async def close(self) -> None:
        """Leave what is not written yet: nobody follows the run any more."""
        await self._writing.close()

    async def let_go(self) -> None:
        """At the end of a run no row stays under way; those that could not leave say so. Raises StoreFailed."""
        await self.written()
        unreachable = self._ended is not None and self._ended.ending is Ending.UNREACHABLE
        loose = UNDER_WAY | {State.READY} if unreachable else UNDER_WAY
        state = State.UNSENT if unreachable else State.READY
        outcomes = {
            number: outcome.recovered().settled(state)
            for number, outcome in self._outcomes.items()
            if outcome.state in loose
        }
        await self._write(None, outcomes)

    async def _leave(self, jobs: Sequence[Job]) -> float | None:
        """Pass the gate and return when that was, in the clock's seconds; None where the run is over before."""
        while not self.over:
            now = self._clock.monotonic()
            delay = self._pace.delay(now)
            if delay <= 0:
                self._pace.leave(now)
                return now
            if self._pace.slowed and now + delay - max(now, self._told_until) >= _WORTH_TELLING:
                self._tell_wait(WaitReason.ASKED, delay, jobs)
            await self._clock.wait(self._over, delay)
        return None

    async def _begin(self, jobs: Sequence[Job]) -> Request | None:
        """Write down that a request leaves; None where it may not any more by the time that the disk has it."""
        self._requests += 1
        request = Request(self._requests, self._clock.now(), tuple(jobs))
        before = {job.number: self._outcomes[job.number] for job in jobs}
        begun = changed(before, lambda outcome: outcome.begun(request.number))
        held = self._times_held
        await self._journal.begin(request, begun)
        if self.over or self._times_held != held:
            await self._journal.withdraw(request, before)
            return None
        self._outcomes.update(begun)
        self._emit(Sending(request, begun))
        return request

    async def _verdict(self, request: Request, jobs: Sequence[Job]) -> Verdict:
        """Return what the answer means, having noted what it says beside of it."""
        reply = await self._reply(jobs)
        minutes = self._clock_watch.look(reply, request.time)
        if minutes is not None:
            self._emit(ClockOff(minutes))
        verdict = judge(reply)
        if verdict.obstacle is None:
            self._offline.over()
        return verdict

    async def _reply(self, jobs: Sequence[Job]) -> Reply:
        """Return the answer, or that it was lost where it did not come within a few seconds after Stop."""
        sending = asyncio.ensure_future(self._binder.bind([job.device for job in jobs]))
        self._in_flight.add(sending)
        try:
            await asyncio.wait((sending,))
        finally:
            self._in_flight.discard(sending)
            if not sending.done():
                sending.cancel()
                await asyncio.wait((sending,))
        return Lost(self._clock.now(), NoAnswer.STOPPED) if sending.cancelled() else sending.result()

    async def _told_to_wait(
        self, request: Request, jobs: Sequence[Job], verdict: Verdict, left: float, times: int
    ) -> None:
        asked = verdict.retry_after
        if asked is not None and asked > LONGEST_RETRY_AFTER:
            until = self._clock.now() + timedelta(seconds=asked)
            self.end(Ended(Ending.WAIT_TOO_LONG, verdict.answer, until=until))
            await self._settle(request, jobs, State.READY, verdict.answer)
            return
        self._times_held += 1
        seconds = self._pace.asked_to_wait(self._clock.monotonic(), left, asked, times)
        await self._settle(request, jobs, State.WAITING, verdict.answer)
        await self._wait(WaitReason.ASKED, seconds, jobs)

    async def _not_sent(self, request: Request, jobs: Sequence[Job], verdict: Verdict, times: int) -> None:
        seconds = self._offline.tried(self._clock.monotonic(), times)
        if self._offline.too_long(seconds):
            self.end(Ended(Ending.UNREACHABLE, obstacle=verdict.obstacle))
        await self._settle(request, jobs, State.WAITING, verdict.answer)
        await self._wait(WaitReason.OFFLINE, seconds, jobs, verdict.obstacle)

    async def _wait(
        self, reason: WaitReason, seconds: float, jobs: Sequence[Job], obstacle: NeverSent | None = None
    ) -> None:
        if self.over:
            return
        self._tell_wait(reason, seconds, jobs, obstacle)
        await self._clock.wait(self.nudge.event if obstacle else self._over, seconds)

    def _tell_wait(
        self, reason: WaitReason, seconds: float, jobs: Sequence[Job], obstacle: NeverSent | None = None
    ) -> None:
        self._told_until = self._clock.monotonic() + seconds
        until = self._clock.now() + timedelta(seconds=seconds)
        self._emit(Waiting(reason, seconds, until, tuple(job.number for job in jobs), obstacle))

    async def _settle(
        self,
        request: Request | None,
        jobs: Sequence[Job],
        state: State,
        answer: Answer | None,
        *,
        waiting: bool = False,
    ) -> None:
        def settled(outcome: Outcome) -> Outcome:
            outcome = outcome.settled(state, answer)
            return outcome.settled(State.WAITING) if waiting else outcome

        await self._write(request, changed({job.number: self._outcomes[job.number] for job in jobs}, settled))

    def _fail(self) -> None:
        self._failed = True
        self._over.set()
        self.nudge.give()

    async def _write(self, request: Request | None, outcomes: dict[int, Outcome]) -> None:
        if not outcomes:
            return
        await self._journal.settle(request, outcomes)
        self._outcomes.update(outcomes)
        self._emit(Settled(outcomes))
