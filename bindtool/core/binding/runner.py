"""A run: turns rows into requests and answers into outcomes, and reports each as it happens.

`request_cycle` sends a single request. This module decides the order: the first device ahead, whether the channel
or the rows are refused, batches, workers, and the bisection of refused batches. All dependencies are passed in: it
knows no Qt, no database, no HTTP and no clock of its own.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import replace
from typing import TYPE_CHECKING

from bindtool.core.api.verdict import Verdict, VerdictKind
from bindtool.core.binding.bisection import Bisection, RequestSize
from bindtool.core.binding.events import Bisecting, Ended, Ending, Event, SizeLimited
from bindtool.core.binding.replace_mode import send_whole_list
from bindtool.core.binding.request_cycle import RequestCycle
from bindtool.core.model.outcome import Answer, State

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Sequence

    from bindtool.core.binding.connectivity import RetrySignal
    from bindtool.core.binding.protocols import Binder, Journal, Policy
    from bindtool.core.binding.rate_limiter import RateLimiter
    from bindtool.core.common.clock import Clock
    from bindtool.core.model.job import Job

_PROBES = 3
"""Devices sent alone to tell a refused channel from refused rows."""

_TROUBLES = 2
"""Consecutive groups lost to the server's own trouble; after them the rest is better kept than lost."""


async def run_requests(
    jobs: Sequence[Job],
    binder: Binder,
    journal: Journal,
    policy: Policy,
    stop: asyncio.Event,
    clock: Clock,
    rate_limiter: RateLimiter,
    retry_signal: RetrySignal | None = None,
) -> AsyncGenerator[Event, None]:
    """Bind `jobs` and yield the events; the last is `Ended`.

    No request leaves before `journal.begin` has returned, and no outcome is reported before `journal.settle` has.
    Events name rows by number. Closing the generator cancels the requests in flight.
    `retry_signal`: lets rows that wait for the network retry at once.

    Raises:
        StoreFailed: the journal can't be written; every request sent is recorded in it.
    """
    events: asyncio.Queue[Event | None] = asyncio.Queue()
    cycle = RequestCycle(jobs, binder, journal, policy, clock, rate_limiter, stop, events.put_nowait)
    cycle.retry_signal = retry_signal or cycle.retry_signal
    work = asyncio.create_task(_Run(jobs, policy, cycle, events.put_nowait).work())
    work.add_done_callback(lambda _: events.put_nowait(None))
    try:
        while (event := await events.get()) is not None:
            yield event
        await work
    except ExceptionGroup as faults:
        # A report of a bug must name its exception type, not the group around it.
        fault: Exception = faults
        while isinstance(fault, ExceptionGroup):
            fault = fault.exceptions[0]
        raise fault from faults
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


class _Run:
    """The plan of one run: the rows left to send, and the conclusions from refusals so far.

    `_refusals_are_of_rows`: refusals from now on concern rows, not the channel. `_maybe_channel`: undecided.
    `_alone`: devices refused alone before that was known, if refused requests are not bisected; `_codes`: the codes
    of the refused requests.
    """

    def __init__(
        self, jobs: Sequence[Job], policy: Policy, cycle: RequestCycle, emit: Callable[[Event], None]
    ) -> None:
        self._left = deque(jobs)
        self._policy = policy
        self._size = RequestSize(policy.batch_size)
        self._cycle = cycle
        self._record = cycle.record
        self._emit = emit
        self._troubles = 0
        self._refusals_are_of_rows = not self._refusable_by_channel(jobs)
        self._maybe_channel = False
        self._alone: list[Job] = []
        self._codes: list[int | None] = []

    async def work(self) -> None:
        async with self._cycle.running():
            if self._policy.whole_list:
                await send_whole_list(tuple(self._left), self._cycle)
                self._left.clear()
            await self._send_singly()
            async with asyncio.TaskGroup() as batches:
                await self._send_batches(batches)
        if self._refusals_are_of_rows:
            await self._record.conclude(self._alone, State.REFUSED)
        elif self._codes:
            self._maybe_channel = True
        ended = self._cycle.ended or Ended(Ending.FINISHED, maybe_channel=self._maybe_channel)
        await self._record.finish(unreachable=ended.ending in {Ending.UNREACHABLE, Ending.PROXY_LOGIN})
        self._emit(replace(ended, requests=self._cycle.requests))

    async def _send_singly(self) -> None:
        """Send one request at a time until the channel has accepted a device or its refusals are explained."""
        if not self._policy.proven and self._left:
            verdict = await self._bind([self._left.popleft()])
            if verdict is not None and verdict.kind is VerdictKind.LOST:
                self._end_unanswered(verdict)
        while self._left and not self._cycle.over and not self._refusals_are_of_rows:
            await self._bind(self._batch())

    async def _send_batches(self, batches: asyncio.TaskGroup) -> None:
        while self._left:
            await self._cycle.places.take()
            if self._cycle.over:
                # A request that released its slot for a retry is waiting for it.
                await self._cycle.places.give_back()
                break
            batches.create_task(self._bind_in_place(self._batch()))

    async def _bind_in_place(self, batch: list[Job]) -> None:
        await self._bind(batch)
        await self._cycle.places.give_back(more=True)

    def _batch(self) -> list[Job]:
        return [self._left.popleft() for _ in range(min(self._size.current, len(self._left)))]

    async def _bind(self, batch: list[Job]) -> Verdict | None:
        """Process a batch until bound, bisected or given up; return the verdict on the whole batch, if any."""
        verdict = await self._ask(batch)
        if verdict is not None and verdict.kind is VerdictKind.REFUSED:
            # An unknown code may be temporary, so the batch is sent once more unchanged.
            verdict = await self._ask(batch)
        if verdict is None or verdict.kind is not VerdictKind.REFUSED:
            return verdict
        if not self._policy.search:
            await self._leave_refused(batch, verdict.answer)
            return verdict
        together = len(batch)
        refused_alone = {batch[0].number: verdict.answer.code} if together == 1 else {}
        if not self._refusals_are_of_rows and self._refusable_by_channel(batch):
            batch = await self._probe(batch, refused_alone)
        elif refused_alone:
            await self._record.conclude(batch, State.REFUSED)
        if not self._cycle.over:
            rest = [job for job in batch if job.number not in refused_alone]
            all_bound = await self._bisect(rest, suspect=not refused_alone)
            if all_bound and not refused_alone:
                self._refused_though_good(together, times=2)
        return verdict

    async def _leave_refused(self, batch: list[Job], answer: Answer) -> None:
        """Leave a refused batch as it is: each part of it would cost a request.

        A device that was refused alone has its answer all the same. Until a device is bound, the batches serve as
        probes of the channel.
        """
        if len(batch) == 1:
            self._alone += batch
        await self._record.leave_refused(batch)
        if not self._refusals_are_of_rows and self._refusable_by_channel(batch):
            self._codes.append(answer.code)
            if len(self._codes) >= _PROBES and len(set(self._codes)) == 1:
                self._cycle.end(Ended(Ending.NOT_ACCEPTED, answer))

    async def _probe(self, batch: list[Job], refused_alone: dict[int, int | None]) -> list[Job]:
        """Before anything is bound, find out with single devices whether the channel or the rows are refused.

        Adds the refused probes of `batch` to `refused_alone`; returns the rest of the batch.
        """
        singles = [job for job in batch if job.number in refused_alone]
        answer: Answer | None = None
        others = [job for job in [*batch, *self._left] if job.number not in refused_alone]
        for job in _draw_probes(self._refusable_by_channel(others)):
            verdict = await self._ask([job])
            if verdict is None:
                return batch
            self._drop_from_rest(job)
            batch = [other for other in batch if other is not job]
            if verdict.kind is VerdictKind.LOST:
                self._end_unanswered(verdict)
                return batch
            if verdict.kind is VerdictKind.BOUND:
                break
            answer = verdict.answer
            refused_alone[job.number] = answer.code
            singles.append(job)
        else:
            if len(singles) >= _PROBES and len(set(refused_alone.values())) == 1:
                self._cycle.end(Ended(Ending.NOT_ACCEPTED, answer))
                return batch
            self._maybe_channel = len(singles) < _PROBES
        self._refusals_are_of_rows = True
        await self._record.conclude(singles, State.REFUSED)
        return batch

    async def _bisect(self, devices: list[Job], *, suspect: bool) -> bool:
        """Find the bad devices and bind the others; return whether all were bound."""
        search = Bisection(devices, suspect=suspect)
        all_bound = True
        while group := search.next_group():
            self._emit(Bisecting(search.left))
            alone = len(group) == 1
            verdict = await self._ask(group, if_refused=State.REFUSED if alone else State.WAITING)
            if verdict is None:
                return False
            match verdict.kind:
                case VerdictKind.BOUND:
                    self._refused_though_good(search.accepted(), times=1)
                case VerdictKind.REFUSED:
                    search.refused()
                    all_bound = all_bound and not alone
                case _:
                    search.unanswered()
                    all_bound = False
        return all_bound

    async def _ask(self, jobs: Sequence[Job], *, if_refused: State = State.WAITING) -> Verdict | None:
        """Send `jobs` until there is a definite answer, and update the state of channel and server by it."""
        verdict = await self._cycle.ask(jobs, if_refused=if_refused)
        if verdict is None:
            return None
        if verdict.kind is VerdictKind.BOUND:
            self._refusals_are_of_rows = True
            self._size.accepted(len(jobs))
        if verdict.kind is not VerdictKind.LOST:
            self._troubles = 0
        elif verdict.trouble:
            self._troubles += 1
            if self._troubles >= _TROUBLES:
                self._cycle.end(Ended(Ending.TROUBLE, verdict.answer))
        return verdict

    def _end_unanswered(self, verdict: Verdict) -> None:
        """End the run: nothing else may leave before the single device sent ahead has an answer."""
        ending = Ending.TROUBLE if verdict.trouble else Ending.UNANSWERED
        self._cycle.end(Ended(ending, verdict.answer))

    def _refusable_by_channel(self, jobs: Sequence[Job]) -> list[Job]:
        """Return the rows whose refusal may concern the channel."""
        return [job for job in jobs if job.number not in self._policy.refused_before]

    def _refused_though_good(self, count: int, times: int) -> None:
        before = self._size.found
        self._size.refused_though_good(count, times)
        found = self._size.found
        if found is not None and found != before:
            self._emit(SizeLimited(found))

    def _drop_from_rest(self, job: Job) -> None:
        """Remove a probe, so that it is not sent again with the batch it was drawn from."""
        if job in self._left:
            self._left.remove(job)


def _draw_probes(jobs: Sequence[Job]) -> list[Job]:
    """Draw the probes from the whole sheet: its first, middle and last device, or all if there are fewer."""
    if len(jobs) <= _PROBES:
        return list(jobs)
    return [jobs[0], jobs[(len(jobs) - 1) // 2], jobs[-1]]
