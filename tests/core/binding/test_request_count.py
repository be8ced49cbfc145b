"""How many requests a run needs is told before it, and holds in runs that are played."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bindtool.core.binding.events import Ended
from bindtool.core.binding.progress import RequestCount, count_requests
from bindtool.core.binding.protocols import Policy
from tests.core.api.fake_server import jobs_for, named
from tests.core.binding.scene import Scene

PROVEN = Policy(rate=0, proven=True)
UNPROVEN = Policy(rate=0)


@pytest.mark.parametrize(
    ("devices", "policy", "told"),
    [
        (1, PROVEN, RequestCount(1, 2)),
        (50, PROVEN, RequestCount(1, 12)),
        (51, PROVEN, RequestCount(2, 13)),
        (200, PROVEN, RequestCount(4, 15)),
        (51, UNPROVEN, RequestCount(2, 13)),
        (52, UNPROVEN, RequestCount(3, 14)),
        (200, replace(PROVEN, search=False), RequestCount(4, 5)),
        (200, replace(PROVEN, whole_list=True), RequestCount(1, 2)),
        (500, replace(PROVEN, batch_size=500), RequestCount(1, 15)),
    ],
)
def test_what_is_told(devices: int, policy: Policy, told: RequestCount) -> None:
    """A request for each batch, one ahead on a new channel, and the search for one refused device."""
    assert count_requests(devices, policy) == told


@pytest.mark.parametrize(
    "policy", [PROVEN, UNPROVEN, replace(PROVEN, search=False)], ids=["known", "new", "no search"]
)
@pytest.mark.long
@pytest.mark.parametrize(("devices", "size"), [(1, 50), (2, 50), (9, 4), (33, 16), (50, 50), (120, 50)])
def test_runs_keep_to_it(devices: int, size: int, policy: Policy) -> None:
    """Without a refused device, and with one at any place of the list, wherever it is."""
    policy = replace(policy, batch_size=size)
    told = count_requests(devices, policy)
    jobs = jobs_for(named(devices))
    assert asked(Scene(jobs, policy=policy)) == told.n
    worst = max(asked(Scene(jobs, bad={f"d{place}": 4000}, policy=policy)) for place in range(1, devices + 1))
    assert told.n < worst <= told.at_most


def asked(scene: Scene) -> int:
    """Return how many requests a run has sent, which it tells at its end."""
    scene.run()
    (ended,) = (event for event in scene.events if isinstance(event, Ended))
    assert ended.requests == len(scene.server.calls)
    return ended.requests
