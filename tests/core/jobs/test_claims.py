"""The claims of a run by themselves: what is claimed, what is kept claimed, and what is let go of in the end."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest

from bindtool.core.binding.events import Sending, Settled
from bindtool.core.common.errors import LedgerFailed
from bindtool.core.jobs.bind_job import Begun, BindJob, Claims, Held
from bindtool.core.model.channel import Channel
from bindtool.core.model.device import Device
from bindtool.core.model.job import Job, Request
from bindtool.core.model.ledger_entry import TakenDevice
from bindtool.core.model.outcome import Outcome, State
from bindtool.core.model.row import HoldReason
from bindtool.core.profiles.profile import Profile
from bindtool.core.shared_ledger.ledger import Claimed
from bindtool.core.store import Store
from tests.core.jobs.bench import CLOCK, IDS
from tests.core.jobs.benches import Benches
from tests.core.store.samples import CHANNEL
from tests.core.store.tables.test_benches import bind, foreign

PROFILE = Profile("line", CHANNEL.connector_id, site=CHANNEL.site, key=CHANNEL.key, user_id=CHANNEL.user_id)
JOB = BindJob(
    1, PROFILE, tuple(Job(at, Device(each, f"L-{each}"), Outcome()) for at, each in enumerate(IDS, 1)), "Li"
)
A2_TAKEN = Claimed((TakenDevice("A2", "line-2", "Wang", CLOCK.now()),))


class Renewing(Benches):
    """Benches that answer each time in turn when a run claims again; `renewed`: what was asked for."""

    def __init__(self, *answers: Claimed, first: Claimed | None = None) -> None:
        super().__init__(first)
        self._answers = iter(answers)
        self.renewed: list[tuple[str, Channel, list[str]]] = []

    async def claim_again(self, operator: str, channel: Channel, device_ids: Iterable[str]) -> Claimed:
        """Note it."""
        self.renewed.append((operator, channel, list(device_ids)))
        return next(self._answers)


class OutOfReach(Benches):
    """Benches that can't be asked: nobody waits for the answer any more."""

    async def claim(
        self, operator: str, channel: Channel, device_ids: Sequence[str], *, seen: bool = True
    ) -> Claimed:
        """Be given up."""
        raise asyncio.CancelledError


def settled(state: State, *numbers: int) -> Settled:
    """Return the news that rows have come to a state."""
    return Settled(dict.fromkeys(numbers, Outcome(state)))


def taken(store: Store, ledger: Benches, job: BindJob = JOB) -> Claims:
    """Return the claims of a run that begins."""
    claims = Claims(job, ledger)
    asyncio.run(claims.take(store, CLOCK))
    return claims


def let_go_of(claims: Claims, ledger: Benches) -> list[str] | None:
    """End the run, and return what others may have."""
    asyncio.run(claims.release())
    return ledger.let_go_of


@pytest.mark.parametrize("state", [state for state in State if state is not State.BOUND])
def test_what_was_not_bound_is_let_go_of(store: Store, state: State) -> None:
    """Of all that was claimed the bound devices alone stay claimed, until the others know of them."""
    ledger = Benches()
    claims = taken(store, ledger)
    claims.note(settled(State.BOUND, 1, 3))
    claims.note(settled(state, 2, 4))
    assert let_go_of(claims, ledger) == ["A2", "A4"]


def test_the_others_are_told_at_each_answer(store: Store) -> None:
    """At nothing else that happens in a run."""
    ledger = Benches()
    claims = taken(store, ledger)
    for event in (Held({}), Begun(JOB.jobs), Sending(Request(1, CLOCK.now(), JOB.jobs), {1: Outcome()})):
        claims.note(event)
    assert ledger.told == 0
    claims.note(settled(State.BOUND, 1))
    claims.note(settled(State.REFUSED, 2))
    assert ledger.told == 2


def test_what_is_left_is_claimed_again(store: Store) -> None:
    """In the name of whoever has confirmed it, without what is bound and what another bench had from the first."""
    ledger = Renewing(Claimed(), Claimed(), first=A2_TAKEN)
    claims = taken(store, ledger)
    asyncio.run(claims.confirm())
    claims.note(settled(State.BOUND, 1))
    asyncio.run(claims.confirm())
    assert ledger.renewed == [("Li", CHANNEL, ["A1", "A3", "A4"]), ("Li", CHANNEL, ["A3", "A4"])]


def test_what_was_lost_once_stays_lost(store: Store) -> None:
    """Another bench has a device of this run: it is told once, and no request leaves any more."""
    claims = taken(store, Renewing(Claimed(), A2_TAKEN, Claimed(), Claimed()))
    asyncio.run(claims.confirm())
    for _ in range(3):
        with pytest.raises(LedgerFailed) as caught:
            asyncio.run(claims.confirm())
        assert caught.value.id == "ledger.claims_lost"


def test_a_claim_that_nobody_waits_for_is_let_go_of(store: Store) -> None:
    """It may have come to the others, or come to them yet."""
    ledger = OutOfReach()
    claims = Claims(JOB, ledger)
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(claims.take(store, CLOCK))
    assert let_go_of(claims, ledger) == IDS


def test_what_nobody_has_seen_is_held_without_a_claim(store: Store) -> None:
    """As far as others have bound it; what this bench has bound itself is claimed like all else."""
    bind(store, 7)
    ours = Job(5, Device("SPK0007", "Speaker 7"), Outcome())
    store.benches.take_in([foreign(1, "A1")]).result()
    job, ledger = replace(JOB, jobs=(*JOB.jobs, ours), seen=False), Benches()
    claims = Claims(job, ledger)
    held = asyncio.run(claims.take(store, CLOCK))
    assert {number: reason.reason for number, reason in held.reasons.items()} == {1: HoldReason.BOUND_THERE}
    assert (ledger.claimed, ledger.seen) == (["A2", "A3", "A4", "SPK0007"], False)
    assert let_go_of(claims, ledger) == ["A2", "A3", "A4", "SPK0007"]


def test_what_a_person_has_seen_is_claimed(store: Store) -> None:
    """Whoever lets a device go that another bench has bound wants it all the same."""
    store.benches.take_in([foreign(1, "A1")]).result()
    ledger = Benches(A2_TAKEN)
    held = asyncio.run(Claims(JOB, ledger).take(store, CLOCK))
    assert {number: reason.reason for number, reason in held.reasons.items()} == {2: HoldReason.CLAIMED}
    assert (ledger.claimed, ledger.seen) == (IDS, True)


def test_without_a_ledger_nothing_is_claimed(store: Store) -> None:
    """There is nobody to ask, to tell or to give anything back to."""
    claims = Claims(JOB, None)

    async def run() -> Held:
        held = await claims.take(store, CLOCK)
        await claims.confirm()
        claims.note(settled(State.BOUND, 1))
        await claims.release()
        return held

    assert asyncio.run(run()) == Held({})
