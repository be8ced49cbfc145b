"""A run as both faces start it: the rows of a stored sheet, bound to a profile's channel, written down on the way.

Owns putting `api`, `store` and `submit` together, and the one question after an answer that stopped the run:
whose fault was it. What is shown of it is for the window and the command line.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bindtool.core.advice import Circumstances, TokenCheck, advise
from bindtool.core.api import ChannelBinder, CozeApi, Patience
from bindtool.core.identity import read_identity
from bindtool.core.outcome import State
from bindtool.core.run import Ended, Ending, Policy, Sending, Settled
from bindtool.core.submit import submit

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping, Sequence

    from bindtool.core.access_token import AccessToken
    from bindtool.core.advice import Advice
    from bindtool.core.clock import Clock
    from bindtool.core.outcome import Outcome
    from bindtool.core.profile import Profile
    from bindtool.core.run import Event, Job, Request
    from bindtool.core.store import Store


@dataclass(frozen=True, slots=True)
class Concluded:
    """The last word of a run: how it ended, and what to tell the person; None where the counts say it all."""

    ended: Ended
    advice: Advice | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run needs to know besides its rows."""

    sheet_id: int
    profile: Profile
    policy: Policy
    operator: str = ""


class StoreJournal:
    """Writes a run into the store; each call returns once the disk has it."""

    def __init__(self, store: Store, run_id: int) -> None:
        self._store = store
        self._run_id = run_id

    async def begin(self, request: Request, outcomes: Mapping[int, Outcome]) -> None:
        """Note that a request is about to leave."""
        await asyncio.wrap_future(self._store.begin_request(self._run_id, request.number, outcomes))

    async def settle(self, request: Request | None, outcomes: Mapping[int, Outcome]) -> None:
        """Note what is known now of rows."""
        number = request.number if request is not None else None
        await asyncio.wrap_future(self._store.settle(self._run_id, outcomes, number))


def policy_for(profile: Profile, store: Store, max_wait: float | None = None) -> Policy:
    """Return how a run on this channel goes about it, by the profile's pace and what the ledger knows."""
    return Policy(
        batch_size=profile.pace.batch_size,
        concurrency=profile.pace.concurrency,
        rate=profile.pace.rate,
        resend=profile.pace.resend,
        max_wait=max_wait,
        proven=profile.proven or store.ever_bound(profile.channel),
    )


async def run_channel(
    jobs: Sequence[Job],
    plan: Plan,
    token: AccessToken,
    store: Store,
    stop: asyncio.Event,
    clock: Clock,
) -> AsyncGenerator[Event | Concluded, None]:
    """Bind `jobs` and yield what happens; the last two events are `Ended` and `Concluded`.

    Raises:
        StoreFailed: the run could not be written down; nothing was sent that the disk does not know of.
    """
    channel = plan.profile.channel
    worked_before = plan.profile.proven or store.ever_bound(channel)
    devices = {job.number: job.device for job in jobs}
    run_id = await asyncio.wrap_future(
        store.begin_run(plan.sheet_id, channel, devices, operator=plan.operator, profile=plan.profile.name)
    )
    tally = {job.number: job.outcome for job in jobs}
    pace = plan.profile.pace
    async with CozeApi(channel.site, token, Patience(pace.connect_timeout, pace.answer_timeout), clock) as api:
        events = submit(
            jobs, ChannelBinder(api, channel), StoreJournal(store, run_id), plan.policy, stop, clock, random.random
        )
        try:
            async for event in events:
                if isinstance(event, (Sending, Settled)):
                    tally.update(event.outcomes)
                yield event
                if isinstance(event, Ended):
                    await asyncio.wrap_future(store.end_run(run_id, event.ending))
                    yield Concluded(event, await _advice(event, plan, api, tally, worked_before=worked_before))
        finally:
            await events.aclose()


async def _advice(
    ended: Ended, plan: Plan, api: CozeApi, tally: Mapping[int, Outcome], *, worked_before: bool
) -> Advice | None:
    check = TokenCheck.UNCLEAR
    if ended.ending in {Ending.AUTHENTICATION, Ending.PERMISSION}:
        check = read_identity(await api.users_me()).check
    states = [outcome.state for outcome in tally.values()]
    bound = states.count(State.BOUND)
    found = Circumstances(
        site=plan.profile.site.partition("://")[2],
        who=plan.profile.who_to_ask,
        bound=bound,
        left=len(states) - bound - states.count(State.REFUSED) - states.count(State.UNKNOWN),
        unknown=states.count(State.UNKNOWN),
        worked_before=worked_before or bound > 0,
        check=check,
    )
    return advise(ended, found)
