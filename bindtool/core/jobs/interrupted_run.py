"""What is left of a run that was interrupted by a crash or a failing disk: bound, unknown, and not sent.

It counts the rows of a sheet for that and advises a person. The store has already given an outcome to rows that
were under way: `recover` of `core/store/tables/sheets.py` asks `Outcome.recovered` of `core/model/outcome.py`.
Going on is another run.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bindtool.core.binding.advice import Action, Advice
from bindtool.core.common.messages import Message
from bindtool.core.model.outcome import FRESH, State

if TYPE_CHECKING:
    from bindtool.core.sheet.sheet import Sheet
    from bindtool.core.store import Store

_INTERRUPTED = "interrupted"
"""The ending that is written for a run without one."""

TO_GO_ON_WITH = FRESH | {State.UNKNOWN}
"""Rows that going on sends. Refused ones have their answer."""


@dataclass(frozen=True, slots=True)
class InterruptedRun:
    """Where the rows of a sheet's runs without an end stand now.

    `left` were not sent, or were sent and not taken. `rows`: the numbers of the unknown and the left ones.
    """

    sheet_id: int
    bound: int
    unknown: int
    left: int
    rows: frozenset[int]

    @property
    def advice(self) -> Advice | None:
        """What to tell a person; None where nothing is left to go on with."""
        if not self.rows:
            return None
        if not self.left:
            return self._advice("cut_off_unknown", Action.SEND_UNKNOWN_AGAIN)
        if not self.unknown:
            return self._advice("cut_off_unsent", Action.RESUME)
        return self._advice("cut_off", Action.RESUME, Action.SEND_UNKNOWN_AGAIN)

    def _advice(self, name: str, primary: Action, quiet: Action | None = None) -> Advice:
        counts = {"bound": self.bound, "unknown": self.unknown, "left": self.left}
        title, body = (Message.of(f"advice.{name}.{part}", **counts) for part in ("title", "body"))
        return Advice(title, body, primary, quiet)


def find_interrupted_run(store: Store, sheet_id: int, sheet: Sheet) -> InterruptedRun | None:
    """Return what is left of the runs of a sheet that have no end; None where each has one. No run may be on.

    Rows that were deleted since, or hold another device by now, are no part of it.

    Raises:
        StoreFailed: the database can't be read.
    """
    runs = [run.run_id for run in store.runs.unfinished() if run.sheet_id == sheet_id]
    if not runs:
        return None
    sent = {(device.number, device.device_id) for run_id in runs for device in store.runs.devices(run_id)}
    states = [row.outcome.state for row in sheet if (row.number, row.device_id) in sent]
    jobs = [job for job in sheet.jobs(TO_GO_ON_WITH) if (job.number, job.device.device_id) in sent]
    unknown = sum(1 for job in jobs if job.outcome.state is State.UNKNOWN)
    return InterruptedRun(
        sheet_id=sheet_id,
        bound=states.count(State.BOUND),
        unknown=unknown,
        left=len(jobs) - unknown,
        rows=frozenset(job.number for job in jobs),
    )


async def end_runs(store: Store, sheet_id: int) -> None:
    """Write that the runs of a sheet which have no end are over: somebody went on with their rows, or gave them up.

    Raises:
        StoreFailed: it could not be written.
    """
    runs = [run for run in store.runs.unfinished() if run.sheet_id == sheet_id]
    # All are on their way before the first is waited for: whoever waits may be stopped, as a window closes.
    for written in [store.runs.end(run.run_id, _INTERRUPTED) for run in runs]:
        await asyncio.wrap_future(written)
