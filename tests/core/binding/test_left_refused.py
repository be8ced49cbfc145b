"""Refused requests that are not taken apart, as a profile can have it: their rows, and the end of the run."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest

from bindtool.core.binding.events import Ending
from bindtool.core.binding.protocols import Policy
from bindtool.core.common.errors import StoreFailed
from bindtool.core.model.outcome import State
from tests.core.api.fake_server import Fault, jobs_for, named
from tests.core.binding.scene import Scene

WHOLE = Policy(rate=0, proven=True, search=False, batch_size=4)


def test_a_refused_request_is_left_as_it_is() -> None:
    """It goes once more, and no further: its rows are ready again, with its answer and how many they were."""
    scene = Scene(jobs_for(named(10)), bad={"d6": 4000}, policy=WHOLE).run()
    assert [len(call.ids) for call in scene.server.calls] == [4, 4, 4, 2]
    assert scene.states() == {f"d{n}": State.READY if 5 <= n <= 8 else State.BOUND for n in range(1, 11)}
    assert [scene.told[n].refused_with for n in range(1, 11)] == [0] * 4 + [4] * 4 + [0] * 2
    assert scene.told[5].answer is not None
    assert scene.told[5].answer.code == 4000
    assert (scene.ended.ending, scene.ended.maybe_channel) == (Ending.FINISHED, False)
    assert scene.journal.knows == scene.told


def test_a_device_that_was_refused_alone_has_its_answer() -> None:
    """Whether something was bound before it or after it."""
    for bad in ("d1", "d6"):
        scene = Scene(jobs_for(named(6)), bad={bad: 4000}, policy=replace(WHOLE, proven=False)).run()
        assert scene.states()[bad] is State.REFUSED
        assert list(scene.states().values()).count(State.BOUND) == 5


@pytest.mark.parametrize("proven", [True, False])
def test_requests_tell_of_the_channel_in_place_of_probes(proven: bool) -> None:
    """Three that are refused alike, with nothing bound, end the run; no device is sent alone to find out."""
    bad = dict.fromkeys(named(40), 4999)
    scene = Scene(jobs_for(named(40)), bad=bad, policy=replace(WHOLE, proven=proven)).run()
    assert [len(call.ids) for call in scene.server.calls] == ([4] * 6 if proven else [1, 1, 4, 4, 4, 4])
    assert scene.ended.ending is Ending.NOT_ACCEPTED
    assert set(scene.states().values()) == {State.READY}


def test_requests_that_are_refused_each_for_another_reason_end_nothing() -> None:
    """They may be of rows, or not: nobody can tell, and it is said."""
    bad = {f"d{n}": 6000 + n for n in range(1, 13)}
    scene = Scene(jobs_for(named(12)), bad=bad, policy=replace(WHOLE, batch_size=1)).run()
    assert len(scene.server.calls) == 24
    assert (scene.ended.ending, scene.ended.maybe_channel) == (Ending.FINISHED, True)
    assert set(scene.states().values()) == {State.READY}


def test_devices_that_were_refused_before_say_nothing() -> None:
    """However many of their requests are refused, the run goes on."""
    policy = replace(WHOLE, batch_size=1, refused_before=frozenset(range(1, 8)))
    scene = Scene(jobs_for(named(8)), bad=dict.fromkeys(named(7), 4000), policy=policy).run()
    assert scene.ended.ending is Ending.FINISHED
    assert list(scene.states().values()) == [State.REFUSED] * 7 + [State.BOUND]


def test_a_lost_answer_is_not_forgotten_where_requests_are_left_refused() -> None:
    """A row that has one stays unknown, though its request was refused since."""
    scene = Scene(jobs_for(named(4)), bad={"d2": 4000}, policy=WHOLE, faults=[Fault.LOST_BEFORE]).run()
    assert set(scene.states().values()) == {State.UNKNOWN}
    assert {outcome.refused_with for outcome in scene.told.values()} == {0}


def test_rows_of_a_refused_request_are_not_unsent() -> None:
    """A network that is gone after it says nothing of them."""
    policy = replace(WHOLE, max_wait=5)
    faults = [Fault.NONE, Fault.NONE, *[Fault.NEVER_SENT] * 99]
    scene = Scene(jobs_for(named(8)), bad={"d2": 4000}, policy=policy, faults=faults).run()
    assert list(scene.states().values()) == [State.READY] * 4 + [State.UNSENT] * 4
    assert scene.ended.requests == 2


def test_a_disk_that_fails_leaves_nothing_half_told() -> None:
    """Where it can't be had that a request is left refused, what is told is what the disk has."""
    for fails_at in range(1, 12):
        scene = Scene(jobs_for(named(8)), bad={"d2": 4000}, policy=WHOLE, fails_at=fails_at)
        with suppress(StoreFailed):
            scene.run()
        told = {n: outcome for n, outcome in scene.told.items() if outcome.refused_with}
        assert told.items() <= scene.journal.knows.items()
