"""What is known of the rows of a run: written to the disk first, reported then.

It holds the outcomes and keeps that order. A write that has begun is completed and reported even where whoever
waits for it is cancelled: what the disk has, a person hears of. What is known, and when, is decided in
`request_cycle`.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bindtool.core.binding.events import Sending, Settled
from bindtool.core.common.concurrency import TaskSet
from bindtool.core.model.outcome import UNDER_WAY, State, changed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bindtool.core.api.verdict import Verdict, VerdictKind
    from bindtool.core.binding.events import Event
    from bindtool.core.binding.protocols import Journal
    from bindtool.core.model.job import Job, Request
    from bindtool.core.model.outcome import Outcome


class RunRecord:
    """The outcomes of a run's rows.

    Args:
        jobs: the rows with what is known of them before.
        emit: takes each event, after the disk has what it reports.
        failed: called as soon as something could not be written.
    """

    def __init__(
        self, jobs: Sequence[Job], journal: Journal, emit: Callable[[Event], None], failed: Callable[[], None]
    ) -> None:
        self._outcomes = {job.number: job.outcome for job in jobs}
        self._journal = journal
        self._emit = emit
        self._writing = TaskSet(failed)

    async def begin(self, request: Request, may_leave: Callable[[], bool]) -> bool:
        """Write down that a request leaves; return False where it may not any more when the disk has it.

        Raises:
            StoreFailed: the disk can't have it.
        """
        before = {job.number: self._outcomes[job.number] for job in request.jobs}
        begun = changed(before, lambda outcome: outcome.begun(request.number))
        try:
            await self._journal.begin(request, begun)
        except asyncio.CancelledError:
            # The disk may have it all the same.
            await self._journal.withdraw(request, before)
            raise
        if not may_leave():
            await self._journal.withdraw(request, before)
            return False
        self._outcomes.update(begun)
        self._emit(Sending(request, begun))
        return True

    async def settle(
        self,
        request: Request | None,
        jobs: Sequence[Job],
        state: State,
        verdict: Verdict | None,
        *,
        waiting: bool = False,
    ) -> None:
        """Write down a verdict that means `state` for rows, then report it.

        Without one rows keep the answer that they have. `waiting`: they go again.

        Raises:
            StoreFailed: the disk can't have it.
        """
        writing = self.settle_in_background(request, jobs, state, verdict, waiting=waiting)
        # Waiting for the task itself would cancel it with whoever waits.
        await asyncio.wait((writing,))
        writing.result()

    def settle_in_background(
        self,
        request: Request | None,
        jobs: Sequence[Job],
        state: State,
        verdict: Verdict | None,
        *,
        waiting: bool = False,
    ) -> asyncio.Task[None]:
        """Do the same while the caller goes on; what fails is raised by `written`."""
        answer = None if verdict is None else verdict.answer

        def settled(outcome: Outcome) -> Outcome:
            outcome = outcome.settled(state, answer)
            return outcome.settled(State.WAITING) if waiting else outcome

        outcomes = changed({job.number: self._outcomes[job.number] for job in jobs}, settled)
        return self._writing.start(self._write(request, outcomes, None if verdict is None else verdict.kind))

    async def finish_rows(self, *, unreachable: bool) -> None:
        """At the end of a run no row stays under way; `unreachable`: those that could not leave say so.

        Raises:
            StoreFailed: the disk can't have all that is known.
        """
        await self.written()
        loose = UNDER_WAY | {State.READY} if unreachable else UNDER_WAY
        state = State.UNSENT if unreachable else State.READY
        outcomes = {
            number: outcome.recovered().settled(state)
            for number, outcome in self._outcomes.items()
            if outcome.state in loose
        }
        await self._write(None, outcomes)

    async def written(self) -> None:
        """Wait until the disk has everything that came back.

        Raises:
            StoreFailed: it can't have some of it.
        """
        await self._writing.done()

    async def report_written(self) -> None:
        """Wait until whatever the disk still takes is written and reported, where a run ends early."""
        await self._writing.ended()

    async def close(self) -> None:
        """Leave what is not written yet: nobody follows the run any more."""
        await self._writing.close()

    async def _write(
        self, request: Request | None, outcomes: dict[int, Outcome], kind: VerdictKind | None = None
    ) -> None:
        if not outcomes:
            return
        await self._journal.settle(request, outcomes, kind)
        self._outcomes.update(outcomes)
        self._emit(Settled(outcomes))
