"""A channel that replaces its list: one request with the whole list, whatever happens, and no part of it ever."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.api.client import ChannelBinder, CozeApi
from bindtool.core.api.responses import Reply
from bindtool.core.binding.events import Ended, Ending
from bindtool.core.binding.protocols import Policy
from bindtool.core.binding.replace_mode import carried_along, count_by_bench, why_not_sender
from bindtool.core.model.channel import Behaviour, Channel
from bindtool.core.model.device import Device
from bindtool.core.model.outcome import UNDER_WAY, Outcome, State
from bindtool.core.profiles.profile import Profile
from bindtool.core.store import BoundDevice
from tests.core.api.fake_server import FakeServer, Fault, jobs_for, named
from tests.core.binding.scene import Scene

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


WHOLE_LIST = Policy(batch_size=1, concurrency=2, rate=0, max_wait=60, whole_list=True)
"""Batches of one, two at a time, unproven: none of which may matter here."""


@dataclass
class WholeList(Scene):
    """A run with a whole list."""

    policy: Policy = WHOLE_LIST
    carried: tuple[Device, ...] = EARLIER

    def __post_init__(self) -> None:
        super().__post_init__()
        self.channel = ListServer(self.server, self.carried)
        self.binder = ChannelBinder(self.channel, CHANNEL, self.carried)


@pytest.mark.parametrize(
    ("faults", "stop_at", "requests", "state", "ending"),
    [
        pytest.param([], None, 1, State.BOUND, Ending.FINISHED, id="taken"),
        pytest.param([Fault.PASSING], None, 2, State.BOUND, Ending.FINISHED, id="refused once"),
        pytest.param([Fault.LOST_BEFORE] * 3, None, 3, State.UNKNOWN, Ending.FINISHED, id="lost to the limit"),
        pytest.param([Fault.PASSING, Fault.SLOW], 0.16, 1, State.READY, Ending.STOPPED, id="refused, then Stop"),
    ],
)
def test_what_becomes_of_a_list(
    faults: list[Fault], stop_at: float | None, requests: int, state: State, ending: Ending
) -> None:
    """What is bound there and the new rows leave together, never a part, and no device goes ahead."""
    scene = WholeList(jobs_for(named(3)), faults=faults, stop_at=stop_at).run()

    assert scene.channel.lists == [["e1", "e2", "d1", "d2", "d3"]] * requests
    assert {*scene.states().values()} == {state}
    assert (scene.ended.ending, scene.ended.list_refused) == (ending, False)


def test_a_refused_list_is_not_taken_apart() -> None:
    """It goes once more as it is; then its rows are refused together, and the end says so with the answer."""
    scene = WholeList(jobs_for(named(5)), faults=REFUSED_TWICE).run()

    assert scene.channel.lists == [["e1", "e2", "d1", "d2", "d3", "d4", "d5"]] * 2
    assert {*scene.states().values()} == {State.REFUSED}
    assert scene.ended.list_refused
    assert scene.ended.answer is not None
    assert {scene.told[job.number].answer for job in scene.jobs} == {scene.ended.answer}


def test_an_empty_list_is_never_sent() -> None:
    """Without new rows there is nothing to do, whatever the channel has."""
    for carried in (EARLIER, ()):
        scene = WholeList([], carried=carried).run()
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
    scene = WholeList(
        jobs_for(ids, known), {}, faults, replace(WHOLE_LIST, resend=resend), stop_at, carried=carried
    ).run()

    whole = [*(device.device_id for device in carried), *ids]
    assert scene.channel.lists == [whole] * len(scene.channel.lists)
    assert all(scene.channel.lists)
    assert scene.told == scene.journal.knows
    assert len({*scene.states().values()}) <= 1, "rows of one list share their fate"
    once_lost = scene.server.lost | ({*ids} if known.lost else set())
    for device_id, state in scene.states().items():
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
