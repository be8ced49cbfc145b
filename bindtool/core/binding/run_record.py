"""Records the outcomes of a run's rows: first on disk, then as an event.

`request_cycle` decides on the outcomes. This module owns them and the numbers of the requests, and keeps that
order. If the disk fails, the run is told at once, so that nothing leaves any more; the failure itself is raised at
the end, when the requests in flight have their answers.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bindtool.core.binding.events import Event, Sending, Settled
from bindtool.core.common.errors import StoreFailed
from bindtool.core.model.job import Job, Request
from bindtool.core.model.outcome import UNDER_WAY, Outcome, State, changed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from bindtool.core.api.verdict import Verdict, VerdictKind
    from bindtool.core.binding.protocols import Journal


class RunRecord:
    """The outcomes of a run's rows. On cancellation a current write is completed, but not reported.

    Args:
        jobs: the rows with their previous outcomes.
        emit: called with each event, after its data is on disk.
        failed: called as soon as a write has failed.
    """

    def __init__(
        self, jobs: Sequence[Job], journal: Journal, emit: Callable[[Event], None], failed: Callable[[], None]
    ) -> None:
        self._outcomes = {job.number: job.outcome for job in jobs}
        self._requests = 0
        self._journal = journal
        self._emit = emit
        self._failed = failed
        self._failure: StoreFailed | None = None

    async def begin(self, jobs: Sequence[Job], now: datetime, may_leave: Callable[[], bool]) -> Request | None:
        """Record that a request leaves; None if it may not any more once recorded, or if writing failed."""
        self._requests += 1
        request = Request(self._requests, now, tuple(jobs))
        with self._noting_failure():
            try:
                await self._journal.begin(request)
            except asyncio.CancelledError:
                # It may be on disk all the same.
                await self._journal.withdraw(request)
                raise
            if may_leave():
                before = {job.number: self._outcomes[job.number] for job in jobs}
                begun = changed(before, lambda outcome: outcome.begun(request.number))
                self._outcomes.update(begun)
                self._emit(Sending(request, begun))
                return request
            await self._journal.withdraw(request)
        return None

    async def settle(
        self, request: Request, jobs: Sequence[Job], state: State, verdict: Verdict, *, waiting: bool = False
    ) -> None:
        """Record a verdict that sets rows to `state`, then report it. `waiting`: they will be sent again."""

        def settled(outcome: Outcome) -> Outcome:
            outcome = outcome.settled(state, verdict.answer)
            return outcome.settled(State.WAITING) if waiting else outcome

        outcomes = changed({job.number: self._outcomes[job.number] for job in jobs}, settled)
        with self._noting_failure():
            await self._write(request, outcomes, verdict.kind)

    async def conclude(self, jobs: Sequence[Job], state: State) -> None:
        """Set rows to a state that follows from their recorded answers, unless a write has failed."""
        if self._failure is None:
            outcomes = {job.number: self._outcomes[job.number].settled(state) for job in jobs}
            with self._noting_failure():
                await self._write(None, outcomes)

    async def leave_refused(self, jobs: Sequence[Job]) -> None:
        """Leave the rows of a refused request as they are, with its answer: it is not bisected."""
        if self._failure is None:
            outcomes = {job.number: self._outcomes[job.number].left_refused(len(jobs)) for job in jobs}
            with self._noting_failure():
                await self._write(None, outcomes)

    async def finish(self, *, unreachable: bool) -> None:
        """At the end of a run, reset all rows under way; `unreachable`: mark rows that could not leave as unsent.

        Raises:
            StoreFailed: an outcome could not be written.
        """
        if self._failure is not None:
            raise self._failure
        loose = UNDER_WAY | {State.READY} if unreachable else UNDER_WAY
        state = State.UNSENT if unreachable else State.READY
        outcomes = {
            number: outcome.recovered().settled(state)
            for number, outcome in self._outcomes.items()
            if outcome.state in loose and not outcome.refused_with
        }
        await self._write(None, outcomes)

    async def _write(
        self, request: Request | None, outcomes: dict[int, Outcome], kind: VerdictKind | None = None
    ) -> None:
        if not outcomes:
            return
        await self._journal.settle(request, outcomes, kind)
        self._outcomes.update(outcomes)
        self._emit(Settled(outcomes))

    @contextmanager
    def _noting_failure(self) -> Iterator[None]:
        try:
            yield
        except StoreFailed as failure:
            self._failure = self._failure or failure
            self._failed()
