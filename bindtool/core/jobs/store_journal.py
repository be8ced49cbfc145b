"""Records a run in the store and in the program's log: its start and end, a line per request, and every wait.

Ids, labels and a server's messages are in the database and in the support bundle (`core/diagnostics`); the log
names rows by number.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from bindtool.core.api.responses import NeverSent
from bindtool.core.binding.events import Bisecting, ClockOff, Ended, Event, ObstacleChanged, SizeLimited, Waiting
from bindtool.core.common.concurrency import Answers
from bindtool.core.model.outcome import Answer, Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bindtool.core.api.verdict import VerdictKind
    from bindtool.core.binding.protocols import Policy
    from bindtool.core.jobs.bind_job import BindJob
    from bindtool.core.model.job import Request
    from bindtool.core.shared_ledger.channel_turn import Confirm
    from bindtool.core.store import Store


class StoreJournal:
    """Records a run in the store; each call returns once the data is on disk. Create it in the running event loop.

    `carried`: the numbers of devices without a row, which are sent along with every request. `confirm`: raises if a
    request may not leave any more.
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
        """Record that a request is about to leave."""
        if self._confirm is not None:
            await self._confirm()
        rows = [job.number for job in request.jobs]
        await self._answers.result_of(self._runs.begin_request(self._run_id, request.number, rows, self._carried))

    async def withdraw(self, request: Request) -> None:
        """Record that a request did not leave after all."""
        await self._answers.result_of(self._runs.withdraw_request(self._run_id, request.number))

    async def settle(
        self, request: Request | None, outcomes: Mapping[int, Outcome], kind: VerdictKind | None = None
    ) -> None:
        """Record new outcomes of rows."""
        if request is not None and kind is not None:
            log_request(self._run_id, request, next(iter(outcomes.values())), kind)
        number = request.number if request is not None else None
        await self._answers.result_of(self._runs.settle(self._run_id, outcomes, number, kind))


logger = logging.getLogger(__name__)


def log_begin(run_id: int, job: BindJob, policy: Policy) -> None:
    """Log the rows to send, and the pace."""
    profile, jobs = job.profile, job.jobs
    logger.info(
        "run %d begins: %s, channel %s at %s, profile %s; %d a request, %d at a time, rate %g",
        *(run_id, _rows(len(jobs), jobs[0].number, jobs[-1].number)),
        *(profile.connector_id, profile.channel.origin, profile.name),
        *(policy.batch_size, policy.concurrency, policy.rate),
    )


def log_request(run_id: int, request: Request, outcome: Outcome, kind: VerdictKind) -> None:
    """Log the verdict on the answer in `outcome`, and the response time."""
    answer, jobs = outcome.answer or Answer(request.time), request.jobs
    logger.info(
        "run %d, request %d: %s, code %s, HTTP %s, log id %s, %.3f s, %s",
        *(run_id, request.number, kind, _known(answer.code), _known(answer.http_status), _known(answer.log_id)),
        *((answer.time - request.time).total_seconds(), _rows(len(jobs), jobs[0].number, jobs[-1].number)),
    )


def log_event(run_id: int, event: Event) -> None:
    """Log events other than requests: waits, obstacles, and the request size that the server accepts."""
    match event:
        case Waiting(reason, seconds, _, rows):
            who = _rows(len(rows), rows[0], rows[-1])
            logger.info("run %d waits %.1f s (%s): %s", run_id, seconds, reason, who)
        case ObstacleChanged(None):
            logger.info("run %d: nothing keeps requests from leaving any more", run_id)
        case ObstacleChanged(NeverSent() as obstacle):
            logger.info(
                "run %d: requests can't leave: %s, %s", run_id, obstacle.why.name.lower(), _known(obstacle.host)
            )
        case Bisecting():
            logger.info("run %d: a refused request is bisected, %d devices of it are left", run_id, event.left)
        case SizeLimited():
            logger.info("run %d: the server takes %d devices a request at most", run_id, event.size)
        case ClockOff():
            logger.info("run %d: this computer's clock is off by %d minutes", run_id, event.minutes)
        case Ended():
            logger.info("run %d has ended: %s", run_id, event.ending)


def _known(value: int | str | None) -> int | str:
    return "-" if value in {None, ""} else value


def _rows(how_many: int, first: int, last: int) -> str:
    return f"row {first}" if how_many == 1 else f"{how_many} rows, {first} to {last}"
