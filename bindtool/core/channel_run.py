"""A run as both faces start it: the rows of a stored sheet, bound to a profile's channel, written down on the way.

Owns putting `api`, `store` and `submit` together, and the one question after an answer that stopped the run:
whose fault was it. What is shown of it is for the window and the command line.
"""

from __future__ import annotations

import asyncio
import random
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bindtool.core.advice import ASK_WHOSE_TOKEN, Circumstances, TokenCheck, advise
from bindtool.core.api import ChannelBinder, CozeApi, Patience
from bindtool.core.channel import Behaviour
from bindtool.core.errors import BadInput
from bindtool.core.from_thread import FromThread
from bindtool.core.identity import read_identity
from bindtool.core.outcome import State
from bindtool.core.run import Ended, Fitted, Policy, Sending, Settled
from bindtool.core.submit import submit
from bindtool.core.token_notes import TokenPlace
from bindtool.core.whole_list import WholeListBinder, carried_along, why_closed

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager

    from bindtool.core.access_token import AccessToken
    from bindtool.core.advice import Advice
    from bindtool.core.channel import Channel
    from bindtool.core.clock import Clock
    from bindtool.core.offline import Nudge
    from bindtool.core.outcome import Outcome
    from bindtool.core.profile import Profile
    from bindtool.core.run import Event, Job, Request
    from bindtool.core.store import Store
    from bindtool.core.verdict import Kind


@dataclass(frozen=True, slots=True)
class Concluded:
    """The last word of a run: how it ended, and what to tell the person; None where the counts say it all."""

    ended: Ended
    advice: Advice | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run needs to know besides its rows.

    `token` says where its token lies. `turn`: on a channel that replaces its list, where benches share a ledger:
    while that context lasts this bench alone sends, and knows what the others have bound.
    """

    sheet_id: int
    profile: Profile
    policy: Policy
    operator: str = ""
    token: TokenPlace = field(default=TokenPlace())
    turn: Callable[[], AbstractAsyncContextManager[None]] | None = None


class StoreJournal:
    """Writes a run into the store; each call returns once the disk has it.

    `carried`: the numbers of devices without a row, which every request carries along.
    """

    def __init__(self, store: Store, run_id: int, carried: Sequence[int] = ()) -> None:
        self._store = store
        self._run_id = run_id
        self._carried = carried
        self._written = FromThread()

    async def begin(self, request: Request, outcomes: Mapping[int, Outcome]) -> None:
        """Note that a request is about to leave."""
        await self._written.result(self._store.begin_request(self._run_id, request.number, outcomes, self._carried))

    async def withdraw(self, request: Request, outcomes: Mapping[int, Outcome]) -> None:
        """Note that a request did not leave after all."""
        await self._written.result(self._store.withdraw_request(self._run_id, request.number, outcomes))

    async def settle(
        self, request: Request | None, outcomes: Mapping[int, Outcome], kind: Kind | None = None
    ) -> None:
        """Note what is known now of rows."""
        number = request.number if request is not None else None
        await self._written.result(self._store.settle(self._run_id, outcomes, number, kind))


def policy_for(profile: Profile, store: Store, max_wait: float | None = None) -> Policy:
    """Return how a run on this channel goes about it, by the profile's pace and what earlier runs found out.

    Until it is known that the channel adds, one request at a time.
    """
    fact = store.request_size(profile.channel)
    wanted = profile.pace.batch_size
    return Policy(
        batch_size=wanted if fact is None else min(wanted, fact.size),
        concurrency=profile.pace.concurrency if profile.behaviour is Behaviour.ADDS else 1,
        rate=profile.pace.rate,
        resend=profile.pace.resend,
        max_wait=max_wait,
        proven=_proven(profile, store),
        whole_list=profile.behaviour is Behaviour.REPLACES,
    )


async def run_channel(
    jobs: Sequence[Job],
    plan: Plan,
    token: AccessToken,
    store: Store,
    stop: asyncio.Event,
    clock: Clock,
    nudge: Nudge | None = None,
) -> AsyncGenerator[Event | Concluded, None]:
    """Bind `jobs` and yield what happens; the last two events are `Ended` and `Concluded`.

    On a channel that replaces its list, the one request carries along what the ledger has.

    Raises:
        BadInput: "whole_list.not_the_sender".
        LedgerFailed: the turn to replace the channel's list can't be had; nothing was sent.
        StoreFailed: the run could not be written down; nothing was sent that the disk does not know of.
    """
    closed = why_closed(plan.profile)
    if closed is not None:
        raise closed
    if plan.policy.whole_list and plan.profile.ledger and plan.turn is None:
        raise BadInput("whole_list.not_the_sender", name=plan.profile.name)
    async with nullcontext() if plan.turn is None else plan.turn():
        events = _run(jobs, plan, token, store, stop, clock, nudge)
        try:
            async for event in events:
                yield event
        finally:
            await events.aclose()


async def _run(
    jobs: Sequence[Job],
    plan: Plan,
    token: AccessToken,
    store: Store,
    stop: asyncio.Event,
    clock: Clock,
    nudge: Nudge | None,
) -> AsyncGenerator[Event | Concluded, None]:
    channel = plan.profile.channel
    proven = _proven(plan.profile, store)
    worked_before = _ever_worked(plan.token, channel, store)
    along = carried_along(store.bound_devices(channel), jobs) if plan.policy.whole_list else ()
    carried = range(-len(along), 0)
    pace = plan.profile.pace
    async with CozeApi(channel.site, token, Patience(pace.connect_timeout, pace.answer_timeout), clock) as api:
        # Its TLS context is made before the store has work, which would keep the interpreter for milliseconds; and
        # whoever draws has a turn before ten thousand rows are taken up.
        await asyncio.sleep(0)
        devices = dict(zip(carried, along, strict=True)) | {job.number: job.device for job in jobs}
        begun = store.begin_run(
            plan.sheet_id,
            channel,
            devices,
            operator=plan.operator,
            profile=plan.profile.name,
            token=plan.token.name,
        )
        tally = {job.number: job.outcome for job in jobs}
        # While the disk works.
        await api.make_ready()
        run_id = await asyncio.wrap_future(begun)
        binder = WholeListBinder(ChannelBinder(api, channel), along)
        journal = StoreJournal(store, run_id, carried)
        events = submit(jobs, binder, journal, plan.policy, stop, clock, random.random, nudge)
        try:
            async for event in events:
                if isinstance(event, (Sending, Settled)):
                    tally.update(event.outcomes)
                if isinstance(event, Fitted):
                    await asyncio.wrap_future(store.remember_request_size(channel, event.size))
                if isinstance(event, Ended):
                    await asyncio.wrap_future(store.end_run(run_id, event.ending))
                yield event
                if isinstance(event, Ended):
                    found = await _circumstances(
                        event, plan, api, tally, proven=proven, worked_before=worked_before
                    )
                    yield Concluded(event, advise(event, found))
        finally:
            await events.aclose()


def _proven(profile: Profile, store: Store) -> bool:
    """Tell whether the channel has had a code of 0, by what the profile knows or what was bound."""
    return profile.known_to_accept or store.ever_bound(profile.channel)


def _ever_worked(token: TokenPlace, channel: Channel, store: Store) -> bool:
    """Tell whether this very token, and not an earlier one of its name, has had a code of 0 on the channel."""
    last = store.last_run_that_worked(channel, token.name)
    return last is not None and (token.since is None or last >= token.since)


async def _circumstances(
    ended: Ended,
    plan: Plan,
    api: CozeApi,
    tally: Mapping[int, Outcome],
    *,
    proven: bool,
    worked_before: bool,
) -> Circumstances:
    """Return what the advice needs to know; where the answer alone does not tell, the site is asked, once."""
    check = TokenCheck.UNCLEAR
    if ended.ending in ASK_WHOSE_TOKEN:
        check = read_identity(await api.users_me()).check
    states = [outcome.state for outcome in tally.values()]
    bound = states.count(State.BOUND)
    return Circumstances(
        site=plan.profile.site.partition("://")[2],
        who=plan.profile.who_to_ask,
        bound=bound,
        left=len(states) - bound - states.count(State.REFUSED) - states.count(State.UNKNOWN),
        unknown=states.count(State.UNKNOWN),
        worked_before=worked_before or bound > 0,
        proven=proven or bound > 0,
        check=check,
        behaviour=plan.profile.behaviour,
    )
