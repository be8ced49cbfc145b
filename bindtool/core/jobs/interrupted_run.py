"""Finds the rows left of a run interrupted by a crash, a failing disk or the program's end, and advises the user.

The store has already set the outcomes of rows under way: `recover` of `core/store/tables/sheets.py` calls
`Outcome.recovered` of `core/model/outcome.py`. Rows are counted as bound, unknown or unsent. Continuing is another
run.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bindtool.core.binding.advice import Action, Advice
from bindtool.core.binding.events import STOPPED_EARLY, Ending
from bindtool.core.common.messages import Message
from bindtool.core.model.channel import Behaviour, Channel
from bindtool.core.model.outcome import FRESH, State

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from bindtool.core.profiles.profile import Profile
    from bindtool.core.sheet.sheet import Sheet
    from bindtool.core.store import Store
    from bindtool.core.store.tables.runs import Run, SentDevice

CLOSED = "closed"
"""The ending of a run that was stopped because the program ended."""

_INTERRUPTED = "interrupted"
"""The final ending of a run without an ending or with `CLOSED`, set once the user needs no advice on it."""

TO_GO_ON_WITH = FRESH | {State.UNKNOWN}
"""States of the rows sent by continuing. Refused rows have their answer."""


_ENDED = frozenset(Ending) - STOPPED_EARLY


@dataclass(frozen=True, slots=True)
class InterruptedRun:
    """The current state of the rows of a sheet's interrupted runs.

    `left`: rows not sent, or sent and not accepted. `rows`: the numbers of the unknown and the left rows. `closed`:
    the last run was stopped because the program ended. `confirmed_for`: the run's channel, if it was closed, all
    its answers are known, and the rows left are unchanged since.
    """

    sheet_id: int
    bound: int
    unknown: int
    left: int
    rows: frozenset[int]
    closed: bool = False
    confirmed_for: Channel | None = None

    def is_confirmed(self, profile: Profile) -> bool:
        """Return whether the rows left are already confirmed for sending by `profile`."""
        return profile.behaviour is not Behaviour.REPLACES and profile.channel == self.confirmed_for

    @property
    def advice(self) -> Advice | None:
        """The advice for the user; None if no rows are left."""
        if not self.rows:
            return None
        if not self.left:
            return self._advice("advice.cut_off_unknown.hint", Action.SEND_UNKNOWN_AGAIN)
        if not self.unknown:
            return self._advice("advice.cut_off_unsent.hint", Action.RESUME)
        return self._advice("advice.cut_off.hint", Action.RESUME, Action.SEND_UNKNOWN_AGAIN)

    def _advice(self, id_: str, primary: Action, quiet: Action | None = None) -> Advice:
        title = Message.of("advice.cut_off.title_closed" if self.closed else "advice.cut_off.title")
        body = Message.of(id_, bound=self.bound, unknown=self.unknown, left=self.left)
        return Advice(title, body, primary, quiet, calm=self.closed)


def cut_off_runs(store: Store, sheet_id: int) -> Mapping[Run, Sequence[SentDevice]]:
    """Return the interrupted runs of a sheet, the newest first, with the devices that each was to send.

    Call it only while no run is active.

    Raises:
        StoreFailed: the database can't be read.
    """
    return {run: store.runs.devices(run.run_id) for run in _cut_off(store, sheet_id)}


def what_is_left(sheet: Sheet, cut_off: Mapping[Run, Sequence[SentDevice]]) -> InterruptedRun | None:
    """Return the remaining rows of a sheet's `cut_off` runs; None if there are no such runs.

    Excludes rows that were deleted since, or contain another device by now.
    """
    runs = tuple(cut_off)
    if not runs:
        return None
    devices = [(run, device) for run, sent in cut_off.items() for device in sent]
    sent = {(device.number, device.device_id) for _, device in devices}
    states = [row.outcome.state for row in sheet if (row.number, row.device_id) in sent]
    jobs = [
        job
        for job in sheet.jobs(TO_GO_ON_WITH)
        if (job.number, job.device.device_id) in sent and not job.outcome.refused_since
    ]
    unknown = sum(job.outcome.is_unanswered for job in jobs)
    confirmed = {
        (device.number, device.device_id, device.label) for run, device in devices if run.channel == runs[0].channel
    }
    as_confirmed = all((job.number, job.device.device_id, job.device.label) in confirmed for job in jobs)
    closed = runs[0].ending == CLOSED
    return InterruptedRun(
        sheet_id=runs[0].sheet_id,
        bound=states.count(State.BOUND),
        unknown=unknown,
        left=len(jobs) - unknown,
        rows=frozenset(job.number for job in jobs),
        closed=closed,
        confirmed_for=runs[0].channel if closed and as_confirmed and not unknown else None,
    )


def find_unended_run(
    store: Store, channel: Channel, device_ids: Collection[str], *, any_site: bool = False
) -> Run | None:
    """Return the newest incomplete run that contained one of these devices and left any bound or lost.

    A later complete run with the device supersedes it. A run in the window is complete by its ending; a run of a
    list is complete once its sheet is closed, the last step. `any_site`: as for `LastAnswers`.

    Raises:
        StoreFailed: the database can't be read.
    """
    unended: dict[str, Run] = {}
    for each in store.runs.of_devices(channel, device_ids, any_site=any_site):
        of_list = each.run.origin != "window"
        if each.sheet_closed if of_list else each.run.ending in _ENDED:
            unended.pop(each.device_id, None)
        elif each.left:
            unended[each.device_id] = each.run
    return max(unended.values(), key=lambda run: run.run_id, default=None)


async def end_runs(store: Store, sheet_id: int) -> None:
    """Record that a sheet's interrupted runs are over: the user has continued with their rows, or given them up.

    Raises:
        StoreFailed: it could not be written.
    """
    runs = _cut_off(store, sheet_id)
    # Queue all writes before awaiting the first: the caller may be cancelled when the window closes.
    for written in [store.runs.end(run.run_id, _INTERRUPTED) for run in runs]:
        await asyncio.wrap_future(written)


def _cut_off(store: Store, sheet_id: int) -> list[Run]:
    return [run for run in store.runs.unfinished(CLOSED) if run.sheet_id == sheet_id]
