"""The confirmed rows as a value, and the steps between confirmation and run.

`channel_run` starts the run; the window and the command line ask for confirmation. `BindJob` is the input of a run;
the other values are its events, besides those of `core.binding.events`. Also here: the run's policy and the known
facts of its channel; the claims on a shared ledger; and the check that a list is not sent with unconfirmed devices.
"""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from bindtool.core.binding.events import Ended, Event, Settled
from bindtool.core.binding.protocols import Policy
from bindtool.core.binding.replace_mode import carried_along
from bindtool.core.common.errors import BadInput, LedgerFailed
from bindtool.core.common.messages import Message
from bindtool.core.intake.holds import reason_of
from bindtool.core.model.channel import Behaviour
from bindtool.core.model.outcome import State

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable, Mapping
    from datetime import datetime

    from bindtool.core.binding.advice import Advice
    from bindtool.core.common.clock import Clock
    from bindtool.core.jobs.site_token import FoundToken
    from bindtool.core.model.device import Device
    from bindtool.core.model.job import Job
    from bindtool.core.model.row import Hold
    from bindtool.core.profiles.profile import Profile
    from bindtool.core.shared_ledger.ledger import Claimed, SharedLedger
    from bindtool.core.store import BoundDevice, Store

    TokenSource = Callable[[], Coroutine[object, object, FoundToken]]
    """Returns the token of a run; called once, and cancelled if the run is stopped."""


@dataclass(frozen=True, slots=True)
class BindJob:
    """The confirmed rows of a sheet, bound in the name of `operator` by the profile's settings.

    `listed`: on a channel that replaces its list, the other devices confirmed for the list, besides the rows.
    `max_wait`: as in `Policy`. `seen`: the user has seen the rows in a sheet that holds devices bound by other
    benches, as far as known here until the run begins; such a row is sent only if it was released on purpose.
    `attended`: as in `Policy`. `corrected`: the numbers of rows whose device was refused with another label.
    `ledger_demanded`: nothing is sent if a shared ledger on a server is unavailable. `checking`: part of a check of
    the channel.
    """

    sheet_id: int
    profile: Profile
    jobs: tuple[Job, ...]
    operator: str = ""
    listed: frozenset[Device] = frozenset()
    max_wait: float | None = None
    seen: bool = True
    attended: bool = True
    corrected: frozenset[int] = frozenset()
    ledger_demanded: bool = False
    checking: bool = False

    @property
    def refused_before(self) -> frozenset[int]:
        """The numbers of rows whose device was refused before."""
        return self.corrected | {each.number for each in self.jobs if each.outcome.state is State.REFUSED}

    @property
    def replaces(self) -> bool:
        return self.profile.behaviour is Behaviour.REPLACES


class ListGrown(BadInput):
    """The channel's list would contain unconfirmed devices; nothing was sent."""


@dataclass(frozen=True, slots=True)
class Held:
    """Other benches have some of the devices: the holds for their rows, by number.

    `unclaimed`: the shared ledger was unavailable.
    """

    reasons: Mapping[int, Hold]
    unclaimed: bool = False

    @property
    def remarks(self) -> list[Message]:
        """The messages for the user."""
        unclaimed = [Message.of("ledger.unclaimed")] if self.unclaimed else []
        return unclaimed + ([Message.of("ledger.taken", n=len(self.reasons))] if self.reasons else [])


@dataclass(frozen=True, slots=True)
class Begun:
    """The run begins with these rows: those confirmed, except rows held, edited or deleted since."""

    jobs: tuple[Job, ...]


@dataclass(frozen=True, slots=True)
class Concluded:
    """The last event of a run: how it ended, and the advice for the user; None if the counts are enough."""

    ended: Ended
    advice: Advice | None


JobEvent = Held | Begun | Event | Concluded
"""Any event from the confirmation to the end."""


def policy_for(profile: Profile, store: Store, max_wait: float | None = None, *, attended: bool = True) -> Policy:
    """Return the policy of a run on this channel, by the profile's settings and the findings of earlier runs.

    Sends one request at a time until the channel is known to add.
    """
    fact = store.channels.request_size(profile.channel)
    wanted = profile.pace
    settings = replace(
        wanted,
        batch_size=wanted.batch_size if fact is None else min(wanted.batch_size, fact.size),
        concurrency=wanted.concurrency if profile.behaviour is Behaviour.ADDS else 1,
    )
    return Policy(
        **asdict(settings),
        max_wait=max_wait,
        proven=profile.known_to_accept or store.bindings.ever_bound(profile.channel),
        whole_list=profile.behaviour is Behaviour.REPLACES,
        attended=attended,
    )


@dataclass(frozen=True, slots=True)
class KnownChannel:
    """Facts on a profile's channel for the confirmation, from the database.

    `listed`: the devices on its list, if it replaces its list; `ids`: their ids; `of_others`: those bound by other
    benches only. `policy`: of a run. `answered_in`: as for `forecast`.
    """

    listed: frozenset[Device]
    ids: frozenset[str]
    of_others: tuple[BoundDevice, ...]
    policy: Policy
    answered_in: float | None


def known_channel(profile: Profile, store: Store) -> KnownChannel:
    """Read the known facts on a profile's channel; slow with a long ledger, so call it in a thread.

    Raises:
        StoreFailed: the database can't be read.
    """
    policy = policy_for(profile, store)
    bound = store.bindings.bound_devices(profile.channel) if policy.whole_list else ()
    return KnownChannel(
        frozenset(each.device for each in bound),
        frozenset(each.device.device_id for each in bound),
        tuple(each for each in bound if each.machine),
        policy,
        store.channels.answered_in(profile.channel),
    )


class Claims:
    """The claims of a run on a shared ledger: of two benches with the same device only one binds it."""

    def __init__(self, job: BindJob, ledger: SharedLedger | None) -> None:
        self._job = job
        self._ledger = ledger
        self._open: dict[int, str] = {}
        self._taken: frozenset[str] = frozenset()
        self._confirming = asyncio.Lock()
        self._lost = False

    async def take(self, store: Store, clock: Clock) -> Held:
        """Claim the devices to send; return the holds for devices of other benches.

        Raises:
            LedgerFailed: "ledger.demanded".
        """
        if self._ledger is None:
            return Held({})
        job, channel, now = self._job, self._job.profile.channel, clock.now()
        taken: dict[str, Hold] = {}
        if not job.seen:
            entries = store.bindings.bound_before(channel, [each.device.device_id for each in job.jobs])
            taken = {entry.device_id: reason_of(entry, now) for entry in entries.values() if entry.machine}
        free = {each.number: each.device.device_id for each in job.jobs if each.device.device_id not in taken}
        # Set before claiming: a cancelled claim may have reached the ledger, or may still reach it.
        self._open = free
        claimed = await self._ledger.claim(job.operator, channel, list(free.values()), seen=job.seen)
        self._check(claimed)
        taken |= claimed.reasons(now)
        self._taken = frozenset(taken)
        numbers = {each.number: taken.get(each.device.device_id) for each in job.jobs}
        reasons = {number: reason for number, reason in numbers.items() if reason is not None}
        return Held(reasons, unclaimed=claimed.problem is not None)

    async def confirm(self) -> None:
        """Renew the open claims before each request: the computer may have slept, or had no network for long.

        Raises:
            LedgerFailed: "ledger.claims_lost": another bench has claimed some of them; "ledger.demanded".
        """
        if self._ledger is None:
            return
        # Several requests may be about to leave.
        async with self._confirming:
            left = (device_id for device_id in self._open.values() if device_id not in self._taken)
            again = await self._ledger.claim_again(self._job.operator, self._job.profile.channel, left)
            self._check(again)
            self._lost = self._lost or bool(again.taken)
        if self._lost:
            raise LedgerFailed("ledger.claims_lost")

    def _check(self, claimed: Claimed) -> None:
        if claimed.problem is not None and self._job.ledger_demanded:
            raise LedgerFailed("ledger.demanded") from claimed.problem

    def note(self, event: JobEvent) -> None:
        """Schedule the upload of bound devices to the ledger; they stay claimed until then."""
        if isinstance(event, Settled) and self._ledger is not None:
            for number, outcome in event.outcomes.items():
                if outcome.state is State.BOUND:
                    self._open.pop(number, None)
            self._ledger.notify()

    async def release(self) -> None:
        """Release the claims on devices that were not bound."""
        if self._ledger is not None:
            await self._ledger.release(self._job.profile.channel, list(self._open.values()))


def bound_meanwhile(job: BindJob, store: Store, now: datetime) -> Held:
    """Return the holds for rows bound by others and not confirmed here, on a channel that replaces its list."""
    if not job.replaces:
        return Held({})
    channel, numbers = job.profile.channel, {each.device.device_id: each.number for each in job.jobs}
    theirs = [each.device for each in store.bindings.bound_devices(channel) if each.machine]
    unseen = [each.device_id for each in theirs if each not in job.listed]
    entries = store.bindings.bound_before(channel, [each for each in unseen if each in numbers])
    return Held({numbers[device_id]: reason_of(entry, now) for device_id, entry in entries.items()})


def list_to_carry(job: BindJob, bound: Iterable[BoundDevice]) -> tuple[Device, ...]:
    """Return the `bound` devices to send along with the rows on a channel that replaces its list.

    Raises:
        ListGrown: some of them are not confirmed.
    """
    along = [listed.device for listed in carried_along(bound, job.jobs)]
    if not job.listed.issuperset(along):
        raise ListGrown("whole_list.grown")
    return tuple(along)
