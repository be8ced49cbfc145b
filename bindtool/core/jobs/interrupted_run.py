"""What is left of a run that a crash, a failing disk or the end of the program has cut off: bound, unknown, unsent.

It counts the rows of a sheet for that and advises a person. The store has already given an outcome to rows that
were under way: `recover` of `core/store/tables/sheets.py` asks `Outcome.recovered` of `core/model/outcome.py`.
Going on is another run.
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
"""The ending that is written for a run without one, and for one of those, once nobody is to be told of it."""

TO_GO_ON_WITH = FRESH | {State.UNKNOWN}
"""Rows that going on sends. Refused ones have their answer."""


_ENDED = frozenset(Ending) - STOPPED_EARLY


@dataclass(frozen=True, slots=True)
class InterruptedRun:
    """Where the rows stand now of a sheet's runs that were cut off.

    `left` were not sent, or were sent and not taken. `rows`: the numbers of the unknown and the left ones.
    `closed`: the last run was stopped because the program ended. `confirmed_for`: the channel that it went to,
    where it was, all its answers are known, and nobody has changed since what is left.
    """

    sheet_id: int
    bound: int
    unknown: int
    left: int
    rows: frozenset[int]
    closed: bool = False
    confirmed_for: Channel | None = None

    def is_confirmed(self, profile: Profile) -> bool:
        """Tell whether somebody has confirmed what is left just as it would go by `profile`."""
        return profile.behaviour is not Behaviour.REPLACES and profile.channel == self.confirmed_for

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
        title = Message.of("advice.cut_off.title_closed" if self.closed else "advice.cut_off.title")
        body = Message.of(f"advice.{name}.body", bound=self.bound, unknown=self.unknown, left=self.left)
        return Advice(title, body, primary, quiet, calm=self.closed)


def cut_off_runs(store: Store, sheet_id: int) -> Mapping[Run, Sequence[SentDevice]]:
    """Return the runs of a sheet that were cut off, the newest first, with what each set out to send.

    No run may be on.

    Raises:
        StoreFailed: the database can't be read.
    """
    return {run: store.runs.devices(run.run_id) for run in _cut_off(store, sheet_id)}


def what_is_left(sheet: Sheet, cut_off: Mapping[Run, Sequence[SentDevice]]) -> InterruptedRun | None:
    """Return what is left of the runs of a sheet that were `cut_off`; None where none was.

    Rows that were deleted since, or hold another device by now, are no part of it.
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
    """Return the newest run that had one of these devices, left any bound or lost, and did not come to its end.

    A later run that had the device and came to its end ends that. A run in the window has its end where its ending
    says so; one of a list where its sheet is closed, which is done last. `any_site`: as for `LastAnswers`.

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
    """Write that the runs of a sheet that were cut off are over: somebody went on with their rows, or gave them up.

    Raises:
        StoreFailed: it could not be written.
    """
    runs = _cut_off(store, sheet_id)
    # All are on their way before the first is waited for: whoever waits may be stopped, as a window closes.
    for written in [store.runs.end(run.run_id, _INTERRUPTED) for run in runs]:
        await asyncio.wrap_future(written)


def _cut_off(store: Store, sheet_id: int) -> list[Run]:
    return [run for run in store.runs.unfinished(CLOSED) if run.sheet_id == sheet_id]
