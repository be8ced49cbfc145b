"""Writes a run into the store, and its requests into the log: the `Journal` of every run but those of tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bindtool.core.common.concurrency import Answers
from bindtool.core.jobs.run_log import log_request

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bindtool.core.api.verdict import VerdictKind
    from bindtool.core.model.job import Request
    from bindtool.core.model.outcome import Outcome
    from bindtool.core.shared_ledger.lease import Confirm
    from bindtool.core.store import Store


class StoreJournal:
    """Writes a run into the store; each call returns once the disk has it. Made while its event loop runs.

    `carried`: the numbers of devices without a row, which every request carries along. `confirm`: returns where a
    request may leave still, and raises otherwise.
    """

    def __init__(
        self, store: Store, run_id: int, carried: Sequence[int] = (), confirm: Confirm | None = None
    ) -> None:
        self._runs = store.runs
        self._run_id = run_id
        self._carried = carried
        self._confirm = confirm
        self._answers = Answers()

    async def begin(self, request: Request) -> None:
        """Note that a request is about to leave."""
        if self._confirm is not None:
            await self._confirm()
        rows = [job.number for job in request.jobs]
        await self._answers.of(self._runs.begin_request(self._run_id, request.number, rows, self._carried))

    async def withdraw(self, request: Request) -> None:
        """Note that a request did not leave after all."""
        await self._answers.of(self._runs.withdraw_request(self._run_id, request.number))

    async def settle(
        self, request: Request | None, outcomes: Mapping[int, Outcome], kind: VerdictKind | None = None
    ) -> None:
        """Note what is known now of rows."""
        if request is not None and kind is not None:
            log_request(self._run_id, request, next(iter(outcomes.values())), kind)
        number = request.number if request is not None else None
        await self._answers.of(self._runs.settle(self._run_id, outcomes, number, kind))
