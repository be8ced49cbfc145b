"""The one entry to a run: what was confirmed comes in as a `BindJob`, is bound, and is written down on the way.

Here are the order of the steps before the first request (the token, the claims, the turn on a channel that replaces
its list, the check of what is still as it was confirmed), the wiring of `core.api.client`, `core.store` and
`core.binding.runner`, and the one question to the site after an answer that stopped the run: whose fault was it.
Showing any of it is up to the window and the command line.
"""

from __future__ import annotations

import asyncio
import random
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from bindtool.core.api.client import ChannelBinder, CozeApi, Timeouts
from bindtool.core.api.connection import load_library
from bindtool.core.api.identity import TokenCheck, read_identity
from bindtool.core.binding.advice import ASK_WHOSE_TOKEN, Circumstances, advise
from bindtool.core.binding.events import Ended, Ending, Sending, Settled, SizeLimited
from bindtool.core.binding.rate_limiter import RateLimiter
from bindtool.core.binding.replace_mode import why_not_sender
from bindtool.core.binding.runner import run_requests
from bindtool.core.common.errors import BadInput, LedgerFailed
from bindtool.core.jobs.bind_job import Begun, Claims, Concluded, bound_meanwhile, list_to_carry, policy_for
from bindtool.core.jobs.interrupted_run import CLOSED
from bindtool.core.jobs.keep_awake import kept_awake
from bindtool.core.jobs.run_log import log_begin, log_event
from bindtool.core.jobs.store_journal import StoreJournal
from bindtool.core.model.outcome import SENDABLE, State

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping, Sequence
    from contextlib import AbstractContextManager

    from bindtool.core.binding.connectivity import RetrySignal
    from bindtool.core.binding.events import Event
    from bindtool.core.common.clock import Clock
    from bindtool.core.credentials.token_metadata import TokenPlace
    from bindtool.core.jobs.bind_job import BindJob, JobEvent, TokenSource
    from bindtool.core.jobs.site_token import FoundToken
    from bindtool.core.model.channel import Channel
    from bindtool.core.model.device import Device
    from bindtool.core.model.outcome import Outcome
    from bindtool.core.network.proxies import Proxies
    from bindtool.core.profiles.profile import Profile
    from bindtool.core.shared_ledger.lease import Confirm
    from bindtool.core.shared_ledger.ledger import SharedLedger
    from bindtool.core.sheet.sheet import Sheet
    from bindtool.core.store import Store

T = TypeVar("T")


def _open_api(origin: str, found: FoundToken, timeouts: Timeouts, clock: Clock, proxies: Proxies) -> CozeApi:
    renew = found.renewal.token if found.renewal is not None else None
    return CozeApi(origin, found.token, timeouts, clock, proxies, renew)


@dataclass(frozen=True, slots=True)
class RunContext:
    """What a run needs besides its job.

    `proxies`: as for `CozeApi`. `ledger`: the one that the profile shares, open; None where it shares none.
    `open_api`: makes the client of an origin. `awake`: is entered for as long as rows are under way. `closing`:
    tells of a run that is stopped whether that is because the program ends.
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
    """Bind what was confirmed and yield what happens; the last is a `Concluded`, also where nothing was sent.

    Nothing is sent before `Begun`, which may not come. Whoever follows holds the rows of a `Held` in `sheet` before
    going on. The claims are released before `Concluded`: another run may begin then.

    Raises:
        BadInput: "whole_list.not_the_sender".
        ListGrown: "whole_list.grown".
        LedgerFailed: the turn to replace the channel's list can't be had; nothing was sent.
        StoreFailed: the run could not be written down; nothing was sent that the disk does not know of.
        PasswordStoreError: the token can't be had.
    """
    closed = why_not_sender(job.profile)
    if closed is not None:
        raise closed
    if job.replaces and job.profile.ledger and context.ledger is None:
        raise BadInput("whole_list.not_the_sender", name=job.profile.name)
    concluded = Concluded(Ended(Ending.STOPPED), None)
    async with AsyncExitStack() as stack:
        run = _prepare_and_run(stack, job, sheet, token, context, stop, retry_signal)
        async for event in await stack.enter_async_context(aclosing(run)):
            if isinstance(event, Concluded):
                concluded = event
            else:
                yield event
    yield concluded


async def _prepare_and_run(
    stack: AsyncExitStack,
    job: BindJob,
    sheet: Sheet,
    token: TokenSource,
    context: RunContext,
    stop: asyncio.Event,
    retry_signal: RetrySignal | None,
) -> AsyncGenerator[JobEvent, None]:
    """Bind what is still as it was confirmed; `stack` gives back what is taken for that. Ends early if stopped."""
    found = await _unless_stopped(token(), stop)
    if found is None:
        return
    if found.renewal is not None:
        stack.push_async_callback(found.renewal.close)
    claims, has_turn = Claims(job, context.ledger), None
    if not job.replaces:
        stack.push_async_callback(claims.release)
        yield await claims.take(context.store, context.clock)
    elif context.ledger is not None:
        turn = context.ledger.turn(job.operator, job.profile.channel)
        has_turn = await _unless_stopped(stack.enter_async_context(turn), stop)
    if stop.is_set():
        return
    held = bound_meanwhile(job, context.store, context.clock.now())
    if held.reasons:
        yield held
    job = replace(job, jobs=sheet.unchanged(job.jobs, SENDABLE))
    if not job.jobs:
        yield Concluded(Ended(Ending.FINISHED), None)
        return
    along = list_to_carry(job, context.store)
    stack.enter_context(context.awake())
    yield Begun(job.jobs)
    confirm = claims.confirm if has_turn is None else partial(_confirm_list, job, has_turn, context.store)
    run = _run(job, along, found, context, stop, retry_signal, confirm)
    async for event in await stack.enter_async_context(aclosing(run)):
        claims.note(event)
        yield event


async def _confirm_list(job: BindJob, has_turn: Confirm, store: Store) -> None:
    """Raise what keeps the list from leaving once more: the turn is lost, or others have bound something since."""
    await has_turn()
    bound = store.ledger.bound_devices(job.profile.channel)
    if not job.listed.issuperset(each.device for each in bound if each.machine):
        raise LedgerFailed("ledger.turn_lost")


async def _unless_stopped(work: Coroutine[object, object, T], stop: asyncio.Event) -> T | None:
    """Return what comes of `work`; None where the person stops before, and it is given up."""
    working = asyncio.ensure_future(work)
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait((working, stopping), return_when=asyncio.FIRST_COMPLETED)
        return await working if working.done() else None
    finally:
        for task in (working, stopping):
            task.cancel()
        await asyncio.gather(working, stopping, return_exceptions=True)


async def _run(
    job: BindJob,
    along: Sequence[Device],
    found: FoundToken,
    context: RunContext,
    stop: asyncio.Event,
    retry_signal: RetrySignal | None,
    confirm: Confirm | None,
) -> AsyncGenerator[Event | Concluded, None]:
    """Bind the rows of `job`, with what every request has to carry `along`; `confirm`: as for `StoreJournal`."""
    store, clock = context.store, context.clock
    profile, channel, jobs = job.profile, job.profile.channel, job.jobs
    policy = policy_for(profile, store, job.max_wait, attended=job.attended)
    if store.ledger.ever_bound(channel):
        policy = replace(policy, refused_before=job.refused_before)
    worked_before = _ever_worked(found.place, channel, store)
    carried = range(-len(along), 0)
    timeouts = Timeouts(policy.connect_timeout, policy.answer_timeout)
    async with context.open_api(channel.origin, found, timeouts, clock, context.proxies) as api:
        # Its TLS context is made before the store has work, which would keep the interpreter for milliseconds; and
        # whoever draws has a turn before ten thousand rows are taken up.
        await asyncio.sleep(0)
        devices = dict(zip(carried, along, strict=True)) | {each.number: each.device for each in jobs}
        begun = store.runs.begin(
            job.sheet_id,
            channel,
            devices,
            operator=job.operator,
            profile=profile.name,
            token=found.place.name,
        )
        tally = {each.number: each.outcome for each in jobs}
        # While the disk works.
        load_library()
        run_id = await asyncio.wrap_future(begun)
        log_begin(run_id, job, policy)
        binder = ChannelBinder(api, channel, tuple(along))
        journal = StoreJournal(store, run_id, carried, confirm)
        limiter = RateLimiter(policy.rate, random.random)
        events = run_requests(jobs, binder, journal, policy, stop, clock, limiter, retry_signal)
        try:
            async for event in events:
                log_event(run_id, event)
                if isinstance(event, (Sending, Settled)):
                    tally.update(event.outcomes)
                if isinstance(event, SizeLimited):
                    await asyncio.wrap_future(store.channels.remember_request_size(channel, event.size))
                if isinstance(event, Ended):
                    closed = event.ending is Ending.STOPPED and context.closing()
                    await asyncio.wrap_future(store.runs.end(run_id, CLOSED if closed else event.ending))
                yield event
                if isinstance(event, Ended):
                    circumstances = await _circumstances(
                        event, profile, api, tally, stop, proven=policy.proven, worked_before=worked_before
                    )
                    yield Concluded(event, advise(event, circumstances))
        finally:
            await events.aclose()


def _ever_worked(token: TokenPlace, channel: Channel, store: Store) -> bool:
    """Tell whether this very token, and not an earlier one of its name, has had a code of 0 on the channel."""
    last = store.channels.last_run_that_worked(channel, token.name)
    return last is not None and (token.since is None or last >= token.since)


async def _circumstances(
    ended: Ended,
    profile: Profile,
    api: CozeApi,
    tally: Mapping[int, Outcome],
    stop: asyncio.Event,
    *,
    proven: bool,
    worked_before: bool,
) -> Circumstances:
    """Return what the advice needs to know; where the answer alone does not tell, the site is asked, once.

    Stopped meanwhile, it is not waited for: the site has not said.
    """
    check = TokenCheck.UNCLEAR
    if ended.ending in ASK_WHOSE_TOKEN:
        check = read_identity(await api.users_me(stop)).check
    states = [outcome.state for outcome in tally.values()]
    bound = states.count(State.BOUND)
    return Circumstances(
        site=profile.site.partition("://")[2],
        who=profile.who_to_ask,
        bound=bound,
        left=len(states) - bound - states.count(State.REFUSED) - states.count(State.UNKNOWN),
        unknown=sum(outcome.is_unanswered for outcome in tally.values()),
        worked_before=worked_before or bound > 0,
        proven=proven or bound > 0,
        check=check,
        behaviour=profile.behaviour,
    )
