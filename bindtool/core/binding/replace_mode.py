"""Binding on a channel that replaces its list: one request with the whole list, or none at all.

`request_cycle` sends the request. This module decides which devices to send along with the new rows and who may
send the list. A list is never bisected: each part would replace the list, and the channel would forget the rest.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bindtool.core.api.verdict import VerdictKind
from bindtool.core.binding.events import Ended, Ending
from bindtool.core.common.errors import BadInput
from bindtool.core.model.channel import Behaviour
from bindtool.core.model.outcome import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bindtool.core.binding.request_cycle import RequestCycle
    from bindtool.core.model.job import Job
    from bindtool.core.profiles.profile import Profile
    from bindtool.core.store import BoundDevice


def why_not_sender(profile: Profile) -> BadInput | None:
    """Return why this laptop may not send to the profile's channel, whose list it would erase; None if it may."""
    if profile.behaviour is not Behaviour.REPLACES or profile.sender or profile.ledger:
        # Benches that share a ledger take turns, and each sends the devices bound by all of them.
        return None
    return BadInput("whole_list.not_the_sender", name=profile.name)


def carried_along(bound: Iterable[BoundDevice], jobs: Iterable[Job]) -> tuple[BoundDevice, ...]:
    """Return the devices to send along with `jobs`: all that are bound there, except those in `jobs`."""
    anew = {job.device.device_id for job in jobs}
    return tuple(each for each in bound if each.device.device_id not in anew)


def count_by_bench(along: Iterable[BoundDevice]) -> Mapping[str, int]:
    """Count the devices that only other benches have bound, by computer name."""
    return dict(Counter(each.machine for each in along if each.machine).most_common())


async def send_whole_list(jobs: Sequence[Job], cycle: RequestCycle) -> None:
    """Bind all `jobs` with one request; if refused, send it once more unchanged, then mark all as refused."""
    if not jobs:
        return
    verdict = await cycle.ask(jobs)
    if verdict is not None and verdict.kind is VerdictKind.REFUSED:
        # An unknown code may be temporary.
        verdict = await cycle.ask(jobs, if_refused=State.REFUSED)
    if verdict is not None and verdict.kind is VerdictKind.REFUSED:
        cycle.end(Ended(Ending.FINISHED, verdict.answer, list_refused=True))
