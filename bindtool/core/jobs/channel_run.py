"""The single entry point of a run: binds the confirmed rows of a `BindJob` and records the run.

The window and the command line display it. This module decides the order of the steps before the first request (the
token, the claims, the turn on a channel that replaces its list, the check for rows changed since confirmation),
wires `core.api.client`, `core.store` and `core.binding.runner`, and makes the single identity check at the site
after an answer that stopped the run.
"""

from __future__ import annotations

import asyncio
import random
from contextlib import AbstractContextManager, AsyncExitStack, aclosing
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from bindtool.core.api.client import ChannelBinder, CozeApi, Timeouts
from bindtool.core.api.connection import load_library
from bindtool.core.api.identity import TokenCheck, read_identity
from bindtool.core.binding.advice import ASK_WHOSE_TOKEN, Circumstances, advise
from bindtool.core.binding.events import Ended, Ending, Event, Sending, Settled, SizeLimited
from bindtool.core.binding.rate_limiter import RateLimiter
from bindtool.core.binding.replace_mode import why_not_sender
from bindtool.core.binding.runner import run_requests
from bindtool.core.common.errors import BadInput, LedgerFailed
from bindtool.core.jobs.bind_job import (
    Begun,
    BindJob,
    Claims,
    Concluded,
    Held,
    JobEvent,
    bound_meanwhile,
    list_to_carry,
    policy_for,
)
from bindtool.core.jobs.interrupted_run import CLOSED
from bindtool.core.jobs.keep_awake import kept_awake
from bindtool.core.jobs.store_journal import StoreJournal, log_begin, log_event
from bindtool.core.model.outcome import SENDABLE, Outcome, State

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping, Sequence

    from bindtool.core.binding.connectivity import RetrySignal
    from bindtool.core.binding.protocols import Policy
    from bindtool.core.common.clock import Clock
    from bindtool.core.credentials.token_metadata import TokenPlace
    from bindtool.core.jobs.bind_job import TokenSource
    from bindtool.core.jobs.site_token import FoundToken
    from bindtool.core.model.channel import Channel
    from bindtool.core.model.device import Device
    from bindtool.core.network.proxies import Proxies
    from bindtool.core.shared_ledger.channel_turn import Confirm
    from bindtool.core.shared_ledger.ledger import SharedLedger
    from bindtool.core.sheet.sheet import Sheet
    from bindtool.core.store import BoundDevice, Store

T = TypeVar("T")


def _open_api(origin: str, found: FoundToken, timeouts: Timeouts, clock: Clock, proxies: Proxies) -> CozeApi:
    renew = found.renewal.token if found.renewal is not None else None
    return CozeApi(origin, found.token, timeouts, clock, proxies, renew)


@dataclass(frozen=True, slots=True)
class RunContext:
    """The dependencies of a run, besides its job.

    `proxies`: as for `CozeApi`. `ledger`: the profile's shared ledger, open; None if it has none. `open_api`:
    creates the client of an origin. `awake`: context entered while rows are under way. `closing`: returns whether a
    run is being stopped because the program ends.
    """

    store: Store
    clock: Clock
    proxies: Proxies
    ledger: SharedLedger | None = None
    open_api: Callable[[str, FoundToken, Timeouts, Clock, Proxies], CozeApi] = _open_api
    awake: Callable[[], AbstractContextManager[None]] = kept_awake
    closing: Callable[[], bool] = lambda: False


async def run_job(
    job: BindJob,
    sheet: Sheet,
    token: TokenSource,
    context: RunContext,
    stop: asyncio.Event,
    retry_signal: RetrySignal | None = None,
) -> AsyncGenerator[JobEvent, None]:
    """Bind the confirmed rows and yield the events; the last is a `Concluded`, even if nothing was sent.

    Nothing is sent before `Begun`, which may be absent. The caller marks the rows of a `Held` event as held in
    `sheet` before it continues. The claims are released before `Concluded`, so that another run may begin then.

    Raises:
        BadInput: "whole_list.not_the_sender".
        ListGrown: "whole_list.grown".
        LedgerFailed: the turn to replace the channel's list can't be acquired; nothing was sent.
        StoreFailed: the run could not be recorded; every request sent is on disk.
        PasswordStoreError: the token can't be read.
    """
    closed = why_not_sender(job.profile)
    if closed is not None:
        raise closed
    if job.replaces and job.profile.ledger and context.ledger is None:
        raise BadInput("whole_list.not_the_sender", name=job.profile.name)
    async with AsyncExitStack() as stack:
        prepared = await _prepare(stack, job, token, context, stop)
        for held in prepared.held:
            yield held
        bound: Sequence[BoundDevice] = ()
        if job.replaces and prepared.found is not None:
            bound = await asyncio.to_thread(context.store.bindings.bound_devices, job.profile.channel)
        # No other task runs from here to `Begun`: rows edited since confirmation are left out.
        jobs = sheet.unchanged(job.jobs, SENDABLE)
        if prepared.found is None or stop.is_set():
            concluded = Concluded(Ended(Ending.STOPPED), None)
        elif not jobs:
            concluded = Concluded(Ended(Ending.FINISHED), None)
        else:
            job = replace(job, jobs=jobs)
            along = list_to_carry(job, bound)
            carried = dict(enumerate(along, -len(along)))
            stack.enter_context(context.awake())
            yield Begun(jobs)
            run = await _begin(stack, job, carried, prepared.found, context)
            binder = ChannelBinder(run.api, job.profile.channel, along)
            journal = StoreJournal(context.store, run.run_id, tuple(carried), prepared.confirm)
            limiter = RateLimiter(run.policy.rate, random.random)
            events = run_requests(jobs, binder, journal, run.policy, stop, context.clock, limiter, retry_signal)
            async for event in await stack.enter_async_context(aclosing(events)):
                prepared.claims.note(event)
                await run.note(event)
                yield event
                if isinstance(event, Ended):
                    concluded = Concluded(event, advise(event, await run.circumstances(event, stop)))
    yield concluded


@dataclass(frozen=True, slots=True)
class _Prepared:
    """The state before the first request. `found`: the token; None if the run was stopped before it began.

    `held`: rows to hold. `confirm`: as for `StoreJournal`.
    """

    claims: Claims
    found: FoundToken | None = None
    held: tuple[Held, ...] = ()
    confirm: Confirm | None = None


async def _prepare(
    stack: AsyncExitStack, job: BindJob, token: TokenSource, context: RunContext, stop: asyncio.Event
) -> _Prepared:
    """Get the token, and the claims or the turn; `stack` releases them."""
    claims = Claims(job, context.ledger)
    found = await _unless_stopped(token(), stop)
    if found is None:
        return _Prepared(claims)
    if found.renewal is not None:
        stack.push_async_callback(found.renewal.close)
    held: tuple[Held, ...] = ()
    confirm: Confirm | None = claims.confirm
    if not job.replaces:
        stack.push_async_callback(claims.release)
        held = (await claims.take(context.store, context.clock),)
    elif context.ledger is not None:
        turn = context.ledger.turn(job.operator, job.profile.channel)
        has_turn = await _unless_stopped(stack.enter_async_context(turn), stop)
        if has_turn is not None:
            confirm = partial(_confirm_list, job, has_turn, context.store)
    meanwhile = await asyncio.to_thread(bound_meanwhile, job, context.store, context.clock.now())
    if stop.is_set():
        return _Prepared(claims, held=held)
    return _Prepared(claims, found, (*held, meanwhile) if meanwhile.reasons else held, confirm)


async def _confirm_list(job: BindJob, has_turn: Confirm, store: Store) -> None:
    """Raise an error if the list may not be sent again: the turn is lost, or others have bound devices since."""
    await has_turn()
    bound = await asyncio.to_thread(store.bindings.bound_devices, job.profile.channel)
    if not job.listed.issuperset(each.device for each in bound if each.machine):
        raise LedgerFailed("ledger.turn_lost")


async def _unless_stopped(work: Coroutine[object, object, T], stop: asyncio.Event) -> T | None:
    """Return the result of `work`; cancels it and returns None if the user stops before."""
    working = asyncio.ensure_future(work)
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait((working, stopping), return_when=asyncio.FIRST_COMPLETED)
        return await working if working.done() else None
    finally:
        for task in (working, stopping):
            task.cancel()
        await asyncio.gather(working, stopping, return_exceptions=True)


async def _begin(
    stack: AsyncExitStack, job: BindJob, carried: Mapping[int, Device], found: FoundToken, context: RunContext
) -> _Run:
    """Connect to the site and record that a run begins; `carried`: the devices sent without a row, by number."""
    store, profile, channel = context.store, job.profile, job.profile.channel
    policy, worked_before = await asyncio.to_thread(_known_before, job, found.place, store)
    timeouts = Timeouts(policy.connect_timeout, policy.answer_timeout)
    api = context.open_api(channel.origin, found, timeouts, context.clock, context.proxies)
    await stack.enter_async_context(api)
    # Its TLS context is created before the store's thread has work, which would hold the GIL for milliseconds; and
    # the window can repaint before ten thousand rows are processed.
    await asyncio.sleep(0)
    begun = store.runs.begin(
        job.sheet_id,
        channel,
        {**carried, **{each.number: each.device for each in job.jobs}},
        operator=job.operator,
        profile=profile.name,
        token=found.place.name,
        handoff=profile.handoff.of_run(checking=job.checking),
    )
    tally = {each.number: each.outcome for each in job.jobs}
    # While the disk writes.
    load_library()
    run_id = await asyncio.wrap_future(begun)
    log_begin(run_id, job, policy)
    return _Run(run_id, job, policy, api, context, tally, worked_before)


@dataclass(frozen=True, slots=True)
class _Run:
    """A recorded run. `tally`: the outcomes so far. `worked_before`: whether the token has, on this channel."""

    run_id: int
    job: BindJob
    policy: Policy
    api: CozeApi
    context: RunContext
    tally: dict[int, Outcome]
    worked_before: bool

    async def note(self, event: Event) -> None:
        """Log an event, and record the facts used by later runs."""
        store = self.context.store
        log_event(self.run_id, event)
        if isinstance(event, (Sending, Settled)):
            self.tally.update(event.outcomes)
        if isinstance(event, SizeLimited):
            await asyncio.wrap_future(store.channels.remember_request_size(self.job.profile.channel, event.size))
        if isinstance(event, Ended):
            closed = event.ending is Ending.STOPPED and self.context.closing()
            await asyncio.wrap_future(store.runs.end(self.run_id, CLOSED if closed else event.ending))

    async def circumstances(self, ended: Ended, stop: asyncio.Event) -> Circumstances:
        """Return the inputs of the advice; if the answer alone is ambiguous, ask the site for the account once.

        If stopped meanwhile, does not wait for the answer: the check is unclear.
        """
        check, profile = TokenCheck.UNCLEAR, self.job.profile
        if ended.ending in ASK_WHOSE_TOKEN:
            check = read_identity(await self.api.users_me(stop)).check
        states = [outcome.state for outcome in self.tally.values()]
        bound = states.count(State.BOUND)
        return Circumstances(
            site=profile.site.partition("://")[2],
            who=profile.who_to_ask,
            bound=bound,
            left=len(states) - bound - states.count(State.REFUSED) - states.count(State.UNKNOWN),
            unknown=sum(outcome.is_unanswered for outcome in self.tally.values()),
            worked_before=self.worked_before or bound > 0,
            proven=self.policy.proven or bound > 0,
            check=check,
            behaviour=profile.behaviour,
            left_refused=sum(bool(outcome.refused_with) for outcome in self.tally.values()),
        )


def _known_before(job: BindJob, token: TokenPlace, store: Store) -> tuple[Policy, bool]:
    """Return a run's policy, and whether its token has worked on the channel before."""
    policy = policy_for(job.profile, store, job.max_wait, attended=job.attended)
    if store.bindings.ever_bound(job.profile.channel):
        policy = replace(policy, refused_before=job.refused_before)
    return policy, _ever_worked(token, job.profile.channel, store)


def _ever_worked(token: TokenPlace, channel: Channel, store: Store) -> bool:
    """Return whether this token, not an earlier token of the same name, has received a code of 0 on the channel."""
    last = store.channels.last_run_that_worked(channel, token.name)
    return last is not None and (token.since is None or last >= token.since)
