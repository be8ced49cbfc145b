"""Binding on a channel that replaces its list: one request with the whole list, or none at all.

It decides what is carried along with the new rows and who may send it. A list is never bisected: each part would be
a list of its own, and the channel would forget the rest. How a single request goes is in `request_cycle`.
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
    """Say why this laptop may not send to the profile's channel, whose list it would erase; None where it may."""
    if profile.behaviour is not Behaviour.REPLACES or profile.sender or profile.ledger:
        # Benches that share a ledger take turns, and each sends what all of them have bound.
        return None
    return BadInput("whole_list.not_the_sender", name=profile.name)


def carried_along(bound: Iterable[BoundDevice], jobs: Iterable[Job]) -> tuple[BoundDevice, ...]:
    """Return what a request has to carry besides `jobs`: all that is bound there, but for what they name anew."""
    anew = {job.device.device_id for job in jobs}
    return tuple(each for each in bound if each.device.device_id not in anew)


def count_by_bench(along: Iterable[BoundDevice]) -> Mapping[str, int]:
    """Return how many of these devices only other benches have bound, by the names of their computers."""
    return dict(Counter(each.machine for each in along if each.machine).most_common())


async def send_whole_list(jobs: Sequence[Job], cycle: RequestCycle) -> None:
    """Bind all `jobs` with one request; refused, it goes once more as it is, and then all of them are refused."""
    if not jobs:
        return
    verdict = await cycle.ask(jobs)
    if verdict is not None and verdict.kind is VerdictKind.REFUSED:
        # A code that nobody knows may be a passing one.
        verdict = await cycle.ask(jobs, if_refused=State.REFUSED)
    if verdict is not None and verdict.kind is VerdictKind.REFUSED:
        cycle.end(Ended(Ending.FINISHED, verdict.answer, list_refused=True))
