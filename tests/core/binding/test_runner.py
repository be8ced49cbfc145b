"""A run from its first request to its last word, and that it never lies, whatever happens on the way."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.api.responses import Reply
from bindtool.core.binding.events import Bisecting, Ended, Ending, Event, Sending, Settled, SizeLimited, WaitReason
from bindtool.core.binding.events import Waiting as RowsWait
from bindtool.core.binding.protocols import Policy
from bindtool.core.binding.rate_limiter import RateLimiter
from bindtool.core.binding.request_cycle import STOP_TIMEOUT
from bindtool.core.binding.runner import run_requests
from bindtool.core.common.errors import StoreFailed
from bindtool.core.model.device import Device
from bindtool.core.model.outcome import UNDER_WAY, Answer, Outcome, State
from tests.core.api.fake_server import PASSING_CODE, RETRY_AFTER, Fault, jobs_for, named
from tests.core.binding.scene import PROVEN, UNPROVEN, Scene, recovered, with_state
from tests.core.binding.virtual_time import MORNING, play
from tests.seeds import seed_of

INSTANT = 1e-6
"""Seconds in which a request may still leave that was on its way through the loop."""


# ------------------------------------------------------------------------------------------ the order of requests


@pytest.mark.parametrize(
    ("policy", "count", "requests"),
    [
        (UNPROVEN, 0, []),
        (replace(UNPROVEN, batch_size=4), 8, [("d1",), ("d2", "d3", "d4", "d5"), ("d6", "d7", "d8")]),
        (replace(PROVEN, batch_size=3), 5, [("d1", "d2", "d3"), ("d4", "d5")]),
    ],
    ids=["no rows", "new", "proven"],
)
def test_on_a_new_channel_one_device_goes_ahead(
    policy: Policy, count: int, requests: list[tuple[str, ...]]
) -> None:
    """Alone, and the others in batches once it is bound; a proven channel gets whole batches."""
    scene = Scene(jobs_for(named(count)), policy=policy).run()

    assert scene.server.requests == requests
    assert with_state(scene, State.BOUND) == named(count)
    assert scene.ended == Ended(Ending.FINISHED)


def test_workers_send_at_once_after_the_first_success() -> None:
    """Until something is bound there is one request at a time, then as many as the policy allows."""
    scene = Scene(jobs_for(named(20)), policy=replace(PROVEN, batch_size=2, concurrency=3)).run()

    first, second, *_ = scene.server.calls
    assert first.done_at is not None
    assert second.at > first.done_at
    assert scene.server.most_at_once == 3
    assert scene.server.bound == {*named(20)}


def test_a_wait_holds_every_worker() -> None:
    """Retry-After is for the laptop, not for the one request that was told."""
    faults = [Fault.NONE, Fault.WAIT]
    scene = Scene(jobs_for(named(40)), faults=faults, policy=replace(PROVEN, batch_size=2, concurrency=4)).run()

    told = scene.server.calls[1].done_at
    assert told is not None
    assert [call.at for call in scene.server.calls if told < call.at < told + RETRY_AFTER] == []
    assert scene.server.bound == {*named(40)}


# ------------------------------------------------------------------------------------------ refused rows


def test_every_good_device_is_bound_and_every_bad_one_refused_by_name() -> None:
    """Each bad device has a request of its own, with its own code, message and log id."""
    bad = {"d7": 4000, "d23": 4321, "d24": 4000}
    scene = Scene(jobs_for(named(60)), bad, policy=replace(UNPROVEN, batch_size=20)).run()

    assert with_state(scene, State.REFUSED) == [*bad]
    assert len(with_state(scene, State.BOUND)) == 57
    assert {device_id: scene.answer(device_id).code for device_id in bad} == bad
    assert len({scene.answer(device_id).log_id for device_id in bad}) == 3
    assert scene.ended == Ended(Ending.FINISHED)


def test_a_passing_refusal_takes_nothing_apart() -> None:
    """A code that nobody knows may be gone the next moment: the batch goes once more as it is."""
    faults = [Fault.NONE, Fault.PASSING]
    scene = Scene(jobs_for(named(6)), faults=faults, policy=replace(PROVEN, batch_size=3)).run()

    assert scene.server.requests == [("d1", "d2", "d3"), ("d4", "d5", "d6"), ("d4", "d5", "d6")]
    assert with_state(scene, State.BOUND) == named(6)


def test_a_single_device_is_refused_after_its_second_request() -> None:
    """A batch of one that is refused twice needs no taking apart."""
    scene = Scene(jobs_for(named(3)), {"d3": 4000}, policy=replace(PROVEN, batch_size=2)).run()

    assert scene.server.requests == [("d1", "d2"), ("d3",), ("d3",)]
    assert with_state(scene, State.REFUSED) == ["d3"]
    assert [event for event in scene.events if isinstance(event, Bisecting)] == []


def test_looking_for_the_bad_one_is_told() -> None:
    """Each step says how many devices are left to look at."""
    scene = Scene(jobs_for(named(5)), {"d5": 4000}, policy=replace(UNPROVEN, batch_size=4)).run()

    assert [event.left for event in scene.events if isinstance(event, Bisecting)] == [4, 2, 1]


def test_a_group_lost_on_the_way_is_unknown_and_the_search_goes_on() -> None:
    """Devices whose answer was given up leave the search; the others are still told apart."""
    ahead, refused, half = [Fault.NONE], [Fault.NONE] * 2, [Fault.LOST_BEFORE] * 3
    faults = [*ahead, *refused, *half]
    scene = Scene(jobs_for(named(9)), {"d9": 4000}, faults, policy=replace(UNPROVEN, batch_size=8)).run()

    assert scene.server.requests[6] == ("d6", "d7", "d8", "d9")
    assert with_state(scene, State.UNKNOWN) == ["d2", "d3", "d4", "d5"]
    assert with_state(scene, State.REFUSED) == ["d9"]
    assert with_state(scene, State.BOUND) == ["d1", "d6", "d7", "d8"]


def test_a_batch_given_up_does_not_hold_the_others() -> None:
    """On a channel that is known to work, the batches after an unanswered one still go."""
    scene = Scene(jobs_for(named(4)), faults=[Fault.LOST_BEFORE] * 3, policy=replace(PROVEN, batch_size=2)).run()

    assert with_state(scene, State.UNKNOWN) == ["d1", "d2"]
    assert with_state(scene, State.BOUND) == ["d3", "d4"]


@pytest.mark.parametrize("policy", [UNPROVEN, PROVEN], ids=["unproven", "proven"])
@pytest.mark.parametrize("batch_size", [20, 50])
def test_requests_of_a_whole_run_stay_within_the_bound(policy: Policy, batch_size: int) -> None:
    """200 devices of which 3 are bad take at most the bound, the first device and the probes included."""
    bound = {20: 4 + 7 + 3 * (4.33 + 2 + 2), 50: 4 + 1 + 3 * (5.65 + 2 + 2)}
    for seed in range(5):
        bad = dict.fromkeys(Random(seed_of(seed)).sample(named(200), 3), 4000)  # noqa: S311 - ids
        scene = Scene(jobs_for(named(200)), bad, policy=replace(policy, batch_size=batch_size)).run()

        assert len(scene.server.calls) <= 1.15 * bound[batch_size]
        assert {*with_state(scene, State.REFUSED)} == {*bad}


# ------------------------------------------------------------------------------------------ batches too large


def fitted(scene: Scene) -> list[int]:
    """Return the sizes that a run found out to work."""
    return [event.size for event in scene.events if isinstance(event, SizeLimited)]


@pytest.mark.parametrize(
    ("policy", "limit", "size", "most"),
    [
        (UNPROVEN, 49, 25, 16),
        (UNPROVEN, 25, 25, 16),
        (UNPROVEN, 20, 12, 26),
        (UNPROVEN, 7, 6, 42),
        (PROVEN, 20, 12, 26),
        (replace(PROVEN, batch_size=20), 1, 1, 210),
    ],
)
def test_a_size_that_works_is_found_once(policy: Policy, limit: int, size: int, most: int) -> None:
    """200 devices: the first batch is taken apart, the others go in the size that was accepted."""
    scene = Scene(jobs_for(named(200)), policy=policy, limit=limit).run()

    assert with_state(scene, State.BOUND) == named(200)
    assert fitted(scene) == [size]
    assert len(scene.server.calls) <= most
    of_the_first = next(n for n, ids in enumerate(scene.server.requests) if "d52" in ids)
    assert max(len(ids) for ids in scene.server.requests[of_the_first:]) == size
    assert scene.ended == Ended(Ending.FINISHED)


def test_workers_at_the_same_time_find_the_size_too() -> None:
    """What is under way is taken apart as well; whatever is sent after the finding has the size that works."""
    scene = Scene(jobs_for(named(400)), policy=replace(PROVEN, concurrency=3), limit=20).run()

    assert with_state(scene, State.BOUND) == named(400)
    assert fitted(scene)
    assert max(map(len, scene.server.requests[-12:])) <= 20


def test_bad_devices_in_batches_that_are_too_large() -> None:
    """Bad devices are found all the same, and never called bad for the size of their request."""
    bad = dict.fromkeys(["d7", "d61", "d123", "d199"], 4000)
    scene = Scene(jobs_for(named(200)), bad, policy=PROVEN, limit=20).run()

    assert with_state(scene, State.REFUSED) == [*bad]
    assert len(with_state(scene, State.BOUND)) == 196
    assert len(fitted(scene)) == 1
    assert len(scene.server.calls) <= 80


def test_a_passing_refusal_is_not_a_matter_of_size() -> None:
    """As many were accepted at once before: the batches stay as large as wanted."""
    faults = [Fault.NONE, Fault.PASSING, Fault.PASSING]
    scene = Scene(jobs_for(named(30)), faults=faults, policy=replace(PROVEN, batch_size=10)).run()

    assert with_state(scene, State.BOUND) == named(30)
    assert fitted(scene) == []
    assert len(scene.server.requests[-1]) == 10


def test_a_batch_with_a_lost_part_says_nothing_of_the_size() -> None:
    """Where a part has no answer, nobody knows whether a bad one was in it."""
    faults = [Fault.NONE, Fault.NONE, *[Fault.LOST_BEFORE] * 3]
    scene = Scene(jobs_for(named(20)), faults=faults, policy=replace(PROVEN, batch_size=20), limit=10).run()

    assert len(with_state(scene, State.UNKNOWN)) == 1
    assert fitted(scene) == []


# ------------------------------------------------------------------------------------------ the channel or the rows


BATCH = tuple(named(10))


@pytest.mark.parametrize(
    ("policy", "requests"),
    [
        (UNPROVEN, [("d1",), ("d1",), ("d2",), ("d51",), ("d100",)]),
        (replace(PROVEN, batch_size=10), [BATCH, BATCH, ("d1",), ("d50",), ("d100",)]),
    ],
    ids=["new", "proven"],
)
def test_a_channel_that_takes_nothing_is_found_out_with_few_devices(
    policy: Policy, requests: list[tuple[str, ...]]
) -> None:
    """The first request twice, three more from the whole sheet once each, all refused alike: nothing else leaves.

    The rows are ready, with the answer to see.
    """
    scene = Scene(jobs_for(named(100)), dict.fromkeys(named(100), 4000), policy=policy).run()

    assert scene.server.requests == requests
    assert scene.ended == Ended(Ending.NOT_ACCEPTED, scene.answer("d100"))
    assert with_state(scene, State.READY) == named(100)
    assert {scene.answer(device_id).code for device_id in requests[0]} == {4000}


def test_one_bound_device_clears_the_channel() -> None:
    """Once a single device is bound, refusals belong to rows for the rest of the run."""
    bad = dict.fromkeys(["d1", "d2", *named(30)[20:]], 4000)
    scene = Scene(jobs_for(named(30)), bad, policy=UNPROVEN).run()

    assert scene.server.requests[:4] == [("d1",), ("d1",), ("d2",), ("d16",)]
    assert {*with_state(scene, State.REFUSED)} == {*bad}
    assert len(with_state(scene, State.BOUND)) == 18
    assert scene.ended == Ended(Ending.FINISHED)


def test_a_probe_is_not_sent_again_with_its_batch() -> None:
    """Devices that went alone have their answers: the rest of the sheet goes without them."""
    scene = Scene(jobs_for(named(12)), {"d1": 4000}, policy=replace(PROVEN, batch_size=5)).run()

    batch, probes = ("d1", "d2", "d3", "d4", "d5"), [("d1",), ("d6",)]
    rest = [("d2", "d3", "d4"), ("d5",), ("d7", "d8", "d9", "d10", "d11"), ("d12",)]
    assert scene.server.requests == [batch, batch, *probes, *rest]
    assert with_state(scene, State.REFUSED) == ["d1"]


def test_refused_with_different_codes_the_rows_are_at_fault() -> None:
    """A channel that is not open says the same to every device."""
    bad = dict.fromkeys(named(10), 4000) | {"d6": 4321}
    scene = Scene(jobs_for(named(10)), bad, policy=UNPROVEN).run()

    assert with_state(scene, State.REFUSED) == named(10)
    assert scene.ended == Ended(Ending.FINISHED)


@pytest.mark.parametrize("policy", [UNPROVEN, PROVEN], ids=["unproven", "proven"])
@pytest.mark.parametrize("count", [1, 2])
def test_too_few_devices_to_tell(policy: Policy, count: int) -> None:
    """All refused, but fewer than three: the rows are refused, and it is said that it may be the channel."""
    scene = Scene(jobs_for(named(count)), dict.fromkeys(named(count), 4000), policy=policy).run()

    assert with_state(scene, State.REFUSED) == named(count)
    assert scene.ended == Ended(Ending.FINISHED, maybe_channel=True)


# ------------------------------------------------------------------- devices that were refused before


@pytest.mark.parametrize(("before", "maybe_channel"), [(4, False), (3, True)])
def test_devices_that_were_refused_before_say_nothing_of_the_channel(before: int, *, maybe_channel: bool) -> None:
    """They are refused again by themselves; one more beside them is too few to tell."""
    policy = replace(PROVEN, refused_before=frozenset(range(1, before + 1)))
    scene = Scene(jobs_for(named(4)), dict.fromkeys(named(4), 4000), policy=policy).run()
    assert with_state(scene, State.REFUSED) == named(4)
    assert scene.ended == Ended(Ending.FINISHED, maybe_channel=maybe_channel)


@pytest.mark.parametrize("size", [1, 10])
def test_others_beside_devices_that_were_refused_before_still_tell(size: int) -> None:
    """A channel that takes nothing any more is found out by those alone that were never refused."""
    before = replace(PROVEN, batch_size=size, refused_before=frozenset(range(1, 6)))
    scene = Scene(jobs_for(named(10)), dict.fromkeys(named(10), 4000), policy=before).run()
    assert scene.ended.ending is Ending.NOT_ACCEPTED
    assert not {*named(10)[5:]} & {*with_state(scene, State.REFUSED)}


@pytest.mark.parametrize(
    ("fault", "ending"), [(Fault.LOST_BEFORE, Ending.UNANSWERED), (Fault.TROUBLE, Ending.TROUBLE)]
)
def test_a_first_device_without_an_answer_holds_all_others(fault: Fault, ending: Ending) -> None:
    """Nothing else leaves until one of its tries is answered properly."""
    scene = Scene(jobs_for(named(9)), faults=[fault] * 3, policy=UNPROVEN).run()

    assert scene.server.requests == [("d1",)] * 3
    assert scene.ended == Ended(ending, scene.answer("d1"))
    assert with_state(scene, State.UNKNOWN) == ["d1"]
    assert with_state(scene, State.READY) == named(9)[1:]


def test_a_probe_without_an_answer_holds_all_others() -> None:
    """Without it nobody can tell the channel from the rows: those refused so far are ready, with their answer."""
    faults = [Fault.NONE] * 3 + [Fault.LOST_AFTER] * 3
    scene = Scene(jobs_for(named(9)), {"d1": 4000, "d2": 4000}, faults, policy=UNPROVEN).run()

    assert scene.server.requests == [("d1",), ("d1",), ("d2",), *[("d5",)] * 3]
    assert scene.ended == Ended(Ending.UNANSWERED, scene.answer("d5"))
    assert with_state(scene, State.UNKNOWN) == ["d5"]
    assert len(with_state(scene, State.READY)) == 8
    assert scene.answer("d2").code == 4000


def test_a_token_that_dies_while_probing_ends_the_run() -> None:
    """An answer that stops the run counts before the question whose fault the refusals were."""
    faults = [Fault.NONE] * 3 + [Fault.UNAUTHORIZED]
    scene = Scene(jobs_for(named(9)), dict.fromkeys(named(9), 4000), faults, policy=UNPROVEN).run()

    assert len(scene.server.calls) == 4
    assert scene.ended.ending is Ending.AUTHENTICATION
    assert with_state(scene, State.READY) == named(9)


# ------------------------------------------------------------------------------------------ workers


def test_many_workers_begin_with_twelve() -> None:
    """A limit that nobody knows yet is met by twelve requests; with each answer one more worker joins."""
    policy = replace(PROVEN, batch_size=1, concurrency=64)
    scene = Scene(jobs_for(named(600)), policy=policy).run()

    first, *others = scene.server.calls
    assert first.done_at is not None
    before_the_second_answer = first.done_at + scene.server.seconds
    assert len([call for call in others if call.at < before_the_second_answer]) == 12
    assert scene.server.most_at_once == 64
    assert {*scene.states().values()} == {State.BOUND}


@pytest.mark.parametrize(
    ("fault", "concurrency"),
    [(Fault.LOST_BEFORE, 2), (Fault.LOST_AFTER, 2), (Fault.TROUBLE, 2), (Fault.TROUBLE, 1)],
)
def test_a_batch_that_waits_to_go_again_holds_no_other(fault: Fault, concurrency: int) -> None:
    """The others go while it waits, and then it goes before those that were not sent yet."""
    policy = replace(PROVEN, batch_size=1, concurrency=concurrency)
    scene = Scene(jobs_for(named(20)), faults=[Fault.NONE, fault], policy=policy).run()

    requests = [ids[0] for ids in scene.server.requests]
    again = requests.index("d2", 2)
    assert again > 2
    assert [*requests[:again], *requests[again + 1 :]] == named(20)
    first, second = (call for call in scene.server.calls if call.ids == ("d2",))
    assert first.done_at is not None
    assert 1.0 <= second.at - first.done_at < 1.0 + 0.2
    assert scene.server.most_at_once == concurrency
    assert {*scene.states().values()} == {State.BOUND}


def test_an_answer_that_never_came_holds_the_others_where_one_goes_at_a_time() -> None:
    """With the network gone, what went meanwhile would be unknown too."""
    scene = Scene(jobs_for(named(4)), faults=[Fault.LOST_AFTER], policy=replace(PROVEN, batch_size=1)).run()

    assert [ids[0] for ids in scene.server.requests] == ["d1", *named(4)]


def test_answers_lost_one_after_another_hold_the_others() -> None:
    """The second that is lost waits in its place: who has gone out of reach gets no more devices meanwhile."""
    policy = replace(PROVEN, batch_size=1, concurrency=2)
    scene = Scene(jobs_for(named(9)), faults=[Fault.NONE, *[Fault.LOST_AFTER] * 3], policy=policy).run()

    assert [ids[0] for ids in scene.server.requests[:6]] == ["d1", "d2", "d3", "d2", "d3", "d4"]
    assert {*scene.states().values()} == {State.BOUND}


@pytest.mark.parametrize("concurrency", [1, 3, 16, 17])
def test_no_more_requests_are_in_flight_than_wanted(concurrency: int) -> None:
    """However many answers there are."""
    policy = replace(PROVEN, batch_size=1, concurrency=concurrency)
    scene = Scene(jobs_for(named(100)), policy=policy).run()

    assert scene.server.most_at_once == concurrency


# ------------------------------------------------------------------------------------------ the end of a run


def test_a_dead_token_stops_all_workers() -> None:
    """After the answer no request leaves; those in flight are waited for and recorded."""
    faults = [Fault.NONE, Fault.NONE, Fault.UNAUTHORIZED, Fault.SLOW]
    scene = Scene(jobs_for(named(99)), faults=faults, policy=replace(PROVEN, batch_size=3, concurrency=3)).run()

    dead = scene.server.calls[2].done_at
    assert dead is not None
    assert [call for call in scene.server.calls if call.at > dead] == []
    assert scene.ended.ending is Ending.AUTHENTICATION
    assert {*with_state(scene, State.BOUND)} == scene.server.bound
    assert len(scene.server.bound) >= 9


def test_a_server_in_trouble_gets_no_more_devices() -> None:
    """Two batches in a row that meet nothing but its trouble are unknown; the others are kept ready."""
    policy = replace(PROVEN, batch_size=2)
    scene = Scene(jobs_for(named(12)), faults=[Fault.NONE, *[Fault.TROUBLE] * 9], policy=policy).run()

    assert with_state(scene, State.BOUND) == ["d1", "d2"]
    assert with_state(scene, State.UNKNOWN) == ["d3", "d4", "d5", "d6"]
    assert with_state(scene, State.READY) == named(12)[6:]
    assert scene.ended == Ended(Ending.TROUBLE, scene.answer("d4"))
    assert {event.reason for event in scene.events if isinstance(event, RowsWait)} == {WaitReason.TROUBLE}


def test_trouble_that_passes_ends_nothing() -> None:
    """A batch that is given up between others that are answered holds none of them."""
    faults = [Fault.NONE, Fault.TROUBLE, *[Fault.NONE] * 3, *[Fault.TROUBLE] * 2]
    scene = Scene(jobs_for(named(10)), faults=faults, policy=replace(PROVEN, batch_size=2)).run()

    assert with_state(scene, State.UNKNOWN) == ["d3", "d4"]
    assert with_state(scene, State.BOUND) == ["d1", "d2", "d5", "d6", "d7", "d8", "d9", "d10"]
    assert scene.ended == Ended(Ending.FINISHED)


def test_stop_leaves_the_rest_ready() -> None:
    """Nothing new leaves; what was in flight is bound, what was not sent stays ready."""
    scene = Scene(jobs_for(named(9)), policy=replace(PROVEN, batch_size=3, rate=2.0), stop_at=0.6).run()

    assert scene.ended == Ended(Ending.STOPPED)
    assert with_state(scene, State.BOUND) == named(6)
    assert with_state(scene, State.READY) == ["d7", "d8", "d9"]


def test_stop_in_the_moment_in_which_a_batch_makes_room_for_others() -> None:
    """Its place is free and nobody takes it any more: the run ends, and what was lost is unknown."""
    policy = replace(PROVEN, batch_size=1)
    scene = Scene(jobs_for(named(3)), faults=[Fault.NONE, Fault.TROUBLE], policy=policy)

    async def stopped() -> list[Event]:
        events = []
        async for event in scene.start():
            events.append(event)
            if isinstance(event, Settled) and {each.state for each in event.outcomes.values()} == {State.WAITING}:
                scene.stop.set()
        return events

    assert play(stopped())[-1] == Ended(Ending.STOPPED)
    known = scene.journal.knows
    assert [known[number].state for number in (1, 2, 3)] == [State.BOUND, State.UNKNOWN, State.READY]


def test_stop_while_taking_apart_leaves_what_is_known() -> None:
    """Devices that were refused only together are ready again, with the answer to look at."""
    scene = Scene(jobs_for(named(9)), {"d3": 4000}, policy=replace(UNPROVEN, batch_size=8), stop_at=0.6).run()

    assert scene.server.requests[-1] == ("d2", "d3", "d4", "d5")
    assert scene.ended == Ended(Ending.STOPPED)
    assert with_state(scene, State.BOUND) == ["d1"]
    assert with_state(scene, State.READY) == named(9)[1:]
    assert scene.answer("d5").code == 4000


def test_without_a_network_all_rows_are_unsent() -> None:
    """After `max_wait` seconds without a way to the server, rows that never left say so."""
    scene = Scene(jobs_for(named(5)), faults=[Fault.NEVER_SENT] * 30, policy=replace(UNPROVEN, max_wait=60)).run()

    assert scene.ended.ending is Ending.UNREACHABLE
    assert scene.ended.obstacle is not None
    assert with_state(scene, State.UNSENT) == named(5)
    assert {event.reason for event in scene.events if isinstance(event, RowsWait)} == {WaitReason.OFFLINE}


@pytest.mark.parametrize("concurrency", [1, 3])
@pytest.mark.parametrize("fails_at", [1, 2, 3, 4, 5, 6])
def test_a_full_disk_ends_the_run_with_its_own_error(concurrency: int, fails_at: int) -> None:
    """Whichever write fails, the error comes out as it is, and nothing is left running."""
    policy = replace(PROVEN, batch_size=2, concurrency=concurrency)
    scene = Scene(jobs_for(named(20)), policy=policy, fails_at=fails_at)

    with pytest.raises(StoreFailed):
        scene.run()

    assert not any(isinstance(event, Ended) for event in scene.events)
    gc.collect()


def test_what_the_disk_took_before_it_failed_is_told() -> None:
    """Single devices are tried: "d1" is refused, "d2" bound. The disk takes the second answer, though slowly, while
    it can't take that "d1" is refused for good.
    """
    scene = Scene(jobs_for(named(3)), bad={"d1": 4000}, policy=replace(PROVEN, batch_size=3), fails_at=9)
    quick = scene.journal.seconds
    scene.journal.takes = iter([quick] * 7 + [quick * 3])

    with pytest.raises(StoreFailed):
        scene.run()

    assert scene.server.requests[-2:] == [("d1",), ("d2",)]
    assert with_state(scene, State.BOUND) == ["d2"]
    assert scene.told == scene.journal.knows


def test_a_full_disk_at_the_very_end_is_told_too() -> None:
    """The run is not called ended where its last word could not be written down."""
    faults = [Fault.NEVER_SENT]
    scene = Scene(jobs_for(named(2)), faults=faults, policy=replace(PROVEN, max_wait=0), fails_at=3)

    with pytest.raises(StoreFailed):
        scene.run()


class _Broken:
    """A binder that breaks its promise not to raise."""

    async def bind(self, devices: Sequence[Device], _give_up: asyncio.Event) -> Reply:
        """Raise."""
        raise ValueError(len(devices))


def test_a_broken_binder_is_not_kept_quiet() -> None:
    """A fault of the program comes out, rather than a run that hangs or calls its rows something."""
    scene = Scene(jobs_for(named(2)))
    pace = RateLimiter(PROVEN.rate, lambda: 0.0)
    events = run_requests(scene.jobs, _Broken(), scene.journal, PROVEN, scene.stop, scene.clock, pace)

    async def listen() -> list[Event]:
        return [event async for event in events]

    with pytest.raises(ValueError, match="2"):
        play(listen())

    gc.collect()


def test_a_closed_run_leaves_nothing_behind() -> None:
    """Closing the generator gives up the requests in flight; the journal says which of them may have been taken."""
    policy = replace(PROVEN, batch_size=2, concurrency=2)
    faults = [Fault.NONE, Fault.SLOW, Fault.HANGS]
    scene = Scene(jobs_for(named(20)), faults=faults, policy=policy, cut_off_at=1.0).run()

    assert [type(event) for event in scene.events] == [Sending, Settled, Sending, Sending]
    assert [call.lost for call in scene.server.calls] == [False, True, False]
    assert [scene.journal.knows[number].state for number in (1, 3, 5, 7)] == [
        State.BOUND,
        State.UNKNOWN,
        State.READY,
        State.READY,
    ]
    gc.collect()


def test_a_run_that_is_closed_after_stop_leaves_nothing_behind() -> None:
    """What is in flight is given up then, not when Stop would give it up; no other request leaves."""
    scene = Scene(jobs_for(named(2)), faults=[Fault.SLOW], policy=replace(PROVEN, batch_size=1))

    async def stopped_and_closed() -> None:
        events = scene.start()
        await anext(events)
        scene.stop.set()
        await scene.clock.spend(1)
        await events.aclose()
        assert scene.clock.monotonic() < STOP_TIMEOUT
        assert [scene.journal.knows[number].state for number in (1, 2)] == [State.UNKNOWN, State.READY]
        assert [call.lost for call in scene.server.calls] == [True]

    play(stopped_and_closed())


# ------------------------------------------------------------------------------------------ whatever happens

ENDINGS_BY_ANSWER = {
    Fault.UNAUTHORIZED,
    Fault.FORBIDDEN,
    Fault.UNKNOWN_CHANNEL,
    Fault.UNPAID,
    Fault.UNUSUAL,
    Fault.COME_BACK,
}
HARMLESS = [Fault.NONE, Fault.NONE, *(fault for fault in Fault if fault not in ENDINGS_BY_ANSWER)]
KNOWN_BEFORE = [
    Outcome(),
    Outcome(State.REFUSED, Answer(MORNING, 4000), attempts=2),
    Outcome(State.UNKNOWN, Answer(MORNING), attempts=3, lost=True),
    Outcome(State.UNSENT, attempts=1),
]


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    """Draw a run: any ids, bad ones, sizes, faults and stop point."""
    ids = draw(st.lists(st.integers(0, 10**20).map(str), unique=True, max_size=60))
    jobs = [replace(job, outcome=draw(st.sampled_from(KNOWN_BEFORE))) for job in jobs_for(ids)]
    bad = draw(st.sets(st.sampled_from(ids), max_size=len(ids) if draw(st.booleans()) else 4)) if ids else set()
    codes = draw(st.sampled_from([(4000,), (4000, 4321)]))
    faults = draw(st.lists(st.sampled_from(HARMLESS), max_size=25))
    if draw(st.integers(0, 3)) == 0:
        faults.append(draw(st.sampled_from(sorted(ENDINGS_BY_ANSWER))))
    policy = Policy(
        batch_size=draw(st.integers(1, 60)),
        concurrency=draw(st.integers(1, 4)),
        rate=draw(st.sampled_from([0.0, 2.0, 20.0])),
        resend=draw(st.integers(0, 2)),
        max_wait=draw(st.sampled_from([None, 5.0])),
        proven=draw(st.booleans()),
    )
    return Scene(
        jobs,
        bad={device_id: codes[index % len(codes)] for index, device_id in enumerate(sorted(bad))},
        faults=faults,
        policy=policy,
        stop_at=draw(st.none() | st.integers(0, 400).map(lambda step: step * 0.035)),
        seed=draw(st.integers(0, 9)),
        limit=draw(st.none() | st.integers(1, 60)),
    )


def assert_honest(scene: Scene, outcomes: Mapping[int, Outcome], unwritten: Collection[int] = ()) -> None:
    """What is said of the rows agrees with what the server holds and with the answers that were lost.

    `unwritten`: rows of which the disk could not be told the last that was known. They may be unknown needlessly.
    """
    once_lost = {job.device.device_id for job in scene.jobs if job.outcome.lost} | scene.server.lost
    for job in scene.jobs:
        device_id, state = job.device.device_id, outcomes[job.number].state
        assert state not in UNDER_WAY
        if state is State.BOUND:
            assert device_id in scene.server.bound
        elif state is State.UNKNOWN:
            assert job.number in unwritten or device_id in once_lost
        else:
            assert device_id not in once_lost | scene.server.bound


def assert_nothing_left_too_early(scene: Scene) -> None:
    """No request left before a Retry-After was over, after an answer that ended the run, or after Stop."""
    for call in scene.server.calls:
        if call.done_at is None:
            continue
        quiet = {Fault.WAIT: RETRY_AFTER} | dict.fromkeys(ENDINGS_BY_ANSWER, float("inf"))
        until = call.done_at + quiet.get(call.fault, 0.0)
        assert not any(call.done_at + INSTANT < later.at < until for later in scene.server.calls)
    if scene.stop_at is not None:
        assert not any(call.at > scene.stop_at + INSTANT for call in scene.server.calls)


@given(scenes())
def test_a_run_never_lies(scene: Scene) -> None:
    """For any faults and any stop point each row ends in one final state that agrees with the server."""
    scene.run()

    assert scene.told == scene.journal.knows
    assert_honest(scene, scene.told)
    assert_nothing_left_too_early(scene)
    written = [tuple(job.device.device_id for job in request.jobs) for request in scene.journal.requests]
    assert sorted(written) == sorted(scene.server.requests)
    carried = [device_id for call in scene.server.calls for device_id in call.ids]
    for job in scene.jobs:
        outcome = scene.told[job.number]
        assert outcome.attempts == job.outcome.attempts + carried.count(job.device.device_id)
        if outcome.state is State.REFUSED and outcome != job.outcome:
            assert (job.device.device_id,) in scene.server.requests
            assert outcome.answer is not None
            assert outcome.answer.code == scene.bad.get(job.device.device_id, PASSING_CODE)
    for size in fitted(scene):
        assert size in {len(ids) for ids in scene.server.requests}
    if scene.ended.ending is Ending.FINISHED:
        assert {*scene.states().values()} <= {State.BOUND, State.REFUSED, State.UNKNOWN}
    if scene.ended.ending is Ending.STOPPED:
        assert scene.stop_at is not None


def as_a_whole(scene: Scene) -> Scene:
    """Return the same run on a channel that replaces its list."""
    return replace(scene, policy=replace(scene.policy, whole_list=True))


EITHER_WAY = scenes() | scenes().map(as_a_whole)


@given(EITHER_WAY, st.integers(0, 2000).map(lambda step: step * 0.005))
def test_a_run_that_is_cut_off_never_lies(scene: Scene, seconds: float) -> None:
    """Interrupted at any moment, what the journal has is true of each row.

    A crash leaves what was on its way unknown. Where the program ends in order, what never left is not: nothing
    leaves any more, and what is known by then is written down.
    """
    scene.cut_off_at = seconds
    scene.run()

    assert_honest(scene, scene.after_a_crash, unwritten=scene.told)
    assert_honest(scene, recovered(scene.journal.knows))
    assert len(scene.server.calls) == scene.left_by_then


@given(EITHER_WAY, st.integers(1, 40))
def test_a_run_on_a_failing_disk_never_lies(scene: Scene, fails_at: int) -> None:
    """Whichever write fails, nothing was sent that the journal does not know of, and all that it has is told."""
    scene.journal.fails_at = fails_at
    try:
        scene.run()
    except StoreFailed:
        assert scene.journal.writes >= fails_at

    failed = scene.journal.failed
    for number, known in scene.journal.knows.items():
        assert number in failed or scene.told[number] == known
    assert_honest(scene, recovered(scene.journal.knows), failed)
