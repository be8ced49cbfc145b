"""A channel that replaces its list: one request with the whole list, whatever happens, and no part of it ever."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.api.client import ChannelBinder, CozeApi
from bindtool.core.api.responses import Reply
from bindtool.core.binding.events import Ended, Ending, Event, Sending, Settled
from bindtool.core.binding.protocols import Policy
from bindtool.core.binding.rate_limiter import RateLimiter
from bindtool.core.binding.replace_mode import carried_along, count_by_bench, why_not_sender
from bindtool.core.binding.runner import run_requests
from bindtool.core.model.channel import Behaviour, Channel
from bindtool.core.model.device import Device
from bindtool.core.model.job import Job
from bindtool.core.model.outcome import UNDER_WAY, Outcome, State
from bindtool.core.profiles.profile import Profile
from bindtool.core.store import BoundDevice
from tests.core.api.fake_server import FakeJournal, FakeServer, Fault, jobs_for, named
from tests.core.binding.virtual_time import FakeClock, play

CHANNEL = Channel("https://coze.example", "1", "device_id")
EARLIER = (Device("e1", "earlier 1"), Device("e2", "earlier 2"))
REFUSED_TWICE = [Fault.PASSING, Fault.PASSING]


@dataclass
class ListServer(CozeApi):
    """A channel that replaces its list; it knows which list it has to be sent."""

    server: FakeServer
    carried: tuple[Device, ...]
    lists: list[list[str]] = field(default_factory=list)

    async def bind(
        self, channel: Channel, devices: Sequence[Device], give_up: asyncio.Event | None = None
    ) -> Reply:
        """Take a list and answer it, or not."""
        assert give_up is not None
        assert tuple(devices[: len(self.carried)]) == self.carried, "a list without what the channel has"
        self.lists.append([device.device_id for device in devices])
        return await self.server.bind(devices[len(self.carried) :], give_up)


@dataclass
class Scene:
    """A run with a whole list in virtual time, and all that it told."""

    jobs: list[Job]
    faults: Iterable[Fault] = ()
    resend: int = 2
    stop_at: float | None = None
    carried: tuple[Device, ...] = EARLIER

    def __post_init__(self) -> None:
        self.clock = FakeClock()
        self.told = {job.number: job.outcome for job in self.jobs}
        self.journal = FakeJournal(self.clock, knows=dict(self.told))
        self.server = FakeServer(self.clock, self.journal, faults=self.faults)
        self.channel = ListServer(self.server, self.carried)
        self.events: list[Event] = []

    def run(self) -> Scene:
        """Play the run to its end."""
        play(self._run())
        return self

    async def _run(self) -> None:
        stop = asyncio.Event()
        stopper = asyncio.create_task(self._press(stop))
        binder = ChannelBinder(self.channel, CHANNEL, self.carried)
        # Batches of one, two at a time, unproven: none of which may matter here.
        policy = Policy(batch_size=1, concurrency=2, rate=0, resend=self.resend, max_wait=60, whole_list=True)
        pace = RateLimiter(policy.rate, lambda: 0.5)
        async for event in run_requests(self.jobs, binder, self.journal, policy, stop, self.clock, pace):
            self.events.append(event)
            if isinstance(event, (Sending, Settled)):
                self.told.update(event.outcomes)
        stopper.cancel()
        await asyncio.wait([stopper])

    async def _press(self, stop: asyncio.Event) -> None:
        if self.stop_at is not None:
            await self.clock.spend(self.stop_at)
            stop.set()

    @property
    def ended(self) -> Ended:
        """The last word of the run."""
        last = self.events[-1]
        assert isinstance(last, Ended)
        return last

    @property
    def states(self) -> list[State]:
        """The last state that was told of each row."""
        return [self.told[job.number].state for job in self.jobs]


def test_one_request_with_the_whole_list() -> None:
    """What is bound there and the new rows leave together, whatever the size of a batch; no device goes ahead."""
    scene = Scene(jobs_for(named(5))).run()

    assert scene.channel.lists == [["e1", "e2", "d1", "d2", "d3", "d4", "d5"]]
    assert scene.states == [State.BOUND] * 5
    assert scene.ended == Ended(Ending.FINISHED)


def test_a_refused_list_is_not_taken_apart() -> None:
    """It goes once more as it is; then its rows are refused together, and the end says so with the answer."""
    scene = Scene(jobs_for(named(5)), REFUSED_TWICE).run()

    assert scene.channel.lists == [["e1", "e2", "d1", "d2", "d3", "d4", "d5"]] * 2
    assert scene.states == [State.REFUSED] * 5
    assert scene.ended.list_refused
    assert scene.ended.answer is not None
    assert {scene.told[job.number].answer for job in scene.jobs} == {scene.ended.answer}


def test_a_passing_refusal() -> None:
    """A list that is refused once and then taken is bound."""
    scene = Scene(jobs_for(named(2)), [Fault.PASSING]).run()

    assert scene.states == [State.BOUND] * 2
    assert scene.ended == Ended(Ending.FINISHED)


def test_a_lost_answer_leaves_the_new_rows_unknown() -> None:
    """The whole list is sent again up to the limit, never a part of it."""
    scene = Scene(jobs_for(named(2)), [Fault.LOST_BEFORE] * 3).run()

    assert scene.channel.lists == [["e1", "e2", "d1", "d2"]] * 3
    assert scene.states == [State.UNKNOWN] * 2
    assert not scene.ended.list_refused


def test_a_stop_between_two_refusals() -> None:
    """Refused once and stopped before it could go again: nobody knows yet, so the rows are ready."""
    scene = Scene(jobs_for(named(2)), [Fault.PASSING, Fault.SLOW], stop_at=0.16).run()

    assert len(scene.channel.lists) == 1
    assert scene.states == [State.READY] * 2
    assert scene.ended == Ended(Ending.STOPPED)


def test_an_empty_list_is_never_sent() -> None:
    """Without new rows there is nothing to do, whatever the channel has."""
    for carried in (EARLIER, ()):
        scene = Scene([], carried=carried).run()
        assert scene.channel.lists == []
        assert scene.ended == Ended(Ending.FINISHED)


LOST_BEFORE = Outcome(State.UNKNOWN, lost=True)


@given(
    ids=st.lists(st.integers(0, 99).map(str), unique=True, max_size=8),
    known=st.sampled_from([Outcome(), LOST_BEFORE]),
    faults=st.lists(st.sampled_from(Fault), max_size=8),
    resend=st.integers(0, 2),
    stop_at=st.none() | st.integers(0, 40).map(lambda step: step * 0.05),
    carried=st.sampled_from([EARLIER, ()]),
)
def test_every_request_is_the_whole_list(
    ids: list[str],
    known: Outcome,
    faults: list[Fault],
    resend: int,
    stop_at: float | None,
    carried: tuple[Device, ...],
) -> None:
    """For any faults and any stop point: no request is empty or a part, and no row is called what it may not be."""
    scene = Scene(jobs_for(ids, known), faults, resend, stop_at, carried).run()

    whole = [*(device.device_id for device in carried), *ids]
    assert scene.channel.lists == [whole] * len(scene.channel.lists)
    assert all(scene.channel.lists)
    assert scene.told == scene.journal.knows
    assert len(set(scene.states)) <= 1, "rows of one list share their fate"
    once_lost = scene.server.lost | ({*ids} if known.lost else set())
    for device_id, state in zip(ids, scene.states, strict=True):
        assert state not in UNDER_WAY
        if state is State.BOUND:
            assert device_id in scene.server.bound
        else:
            assert (state is State.UNKNOWN) == (device_id in once_lost)


def test_what_is_carried_along() -> None:
    """All that is bound there; a device that is among the new rows goes once, under its new label."""
    anew = jobs_for(["e1", "d1"])
    bound = tuple(BoundDevice(device, "bench-2") for device in EARLIER)
    assert carried_along(bound, anew) == (bound[1],)
    assert carried_along(bound, []) == bound


def test_who_has_told_of_it() -> None:
    """By bench, the one with the most first; what was bound here is nobody else's."""
    one, two = EARLIER
    along = [BoundDevice(one, "line-1"), BoundDevice(two, "line-2"), BoundDevice(one, "line-2"), BoundDevice(two)]
    assert list(count_by_bench(along).items()) == [("line-2", 2), ("line-1", 1)]


@pytest.mark.parametrize(
    ("behaviour", "sender", "closed"),
    [
        (Behaviour.ADDS, False, False),
        (Behaviour.NOT_CHECKED, False, False),
        (Behaviour.REPLACES, True, False),
        (Behaviour.REPLACES, False, True),
    ],
)
def test_who_may_send(behaviour: Behaviour, *, sender: bool, closed: bool) -> None:
    """Only where the list would be replaced, only the laptop that is marked as the sender."""
    problem = why_not_sender(Profile("Line 2", "745", behaviour=behaviour, sender=sender))
    assert (problem is not None) is closed
    if problem is not None:
        assert (problem.id, problem.title.values) == ("whole_list.not_the_sender", {"name": "Line 2"})
