"""Many laptops that never saw each other, and one server that takes so many requests a second.

In virtual time, with whole runs but without HTTP and disk: for what takes minutes. `fleet` is the real thing.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from bindtool.core.api.responses import HttpReply
from bindtool.core.binding.events import Settled, Waiting
from bindtool.core.binding.runner import run_requests
from bindtool.core.model.outcome import State
from tests.core.api.fake_server import jobs_for, named
from tests.core.binding.virtual_time import FakeClock, play

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from bindtool.core.api.responses import Reply
    from bindtool.core.api.verdict import VerdictKind
    from bindtool.core.binding.protocols import Policy
    from bindtool.core.model.device import Device
    from bindtool.core.model.job import Request
    from bindtool.core.model.outcome import Outcome
    from tests.practice.throttle import RequestLimit


@dataclass(frozen=True)
class Crowd:
    """So many laptops with so many devices each, who begin within `apart` seconds.

    `latency`: seconds from a request to its answer, up to a tenth more at random.
    """

    laptops: int
    devices: int
    policy: Policy
    throttle: Callable[[], RequestLimit]
    apart: float = 0.0
    latency: float = 0.15

    def run(self, seed: int = 0) -> Tally:
        """Let them all bind, and count."""
        return play(_run(self, seed))


@dataclass(frozen=True)
class Tally:
    """What became of a crowd: requests taken and refused, devices bound, and when.

    `most_of_it`: seconds until nine tenths of the requests were taken. `longest_wait`: the longest that was told.
    """

    taken: int
    refused: int
    bound: int
    seconds: float
    most_of_it: float
    longest_wait: float

    @property
    def refused_part(self) -> float:
        """The part of all requests that was refused."""
        return self.refused / (self.refused + self.taken)


class _NoJournal:
    """A disk that takes no time."""

    async def begin(self, request: Request, outcomes: Mapping[int, Outcome]) -> None:
        """Write nothing."""

    async def withdraw(self, request: Request, outcomes: Mapping[int, Outcome]) -> None:
        """Write nothing."""

    async def settle(
        self, request: Request | None, outcomes: Mapping[int, Outcome], kind: VerdictKind | None = None
    ) -> None:
        """Write nothing."""


@dataclass
class _BusyServer:
    """Takes what its throttle lets through, and tells the others to come back a second later."""

    throttle: RequestLimit
    clock: FakeClock
    latency: Callable[[], float]
    taken: list[float] = field(default_factory=list)
    refused: int = 0

    async def bind(self, _devices: Sequence[Device], _give_up: asyncio.Event) -> Reply:
        """Answer a request."""
        now = self.clock.monotonic()
        room = self.throttle.has_room(now)
        if room:
            self.throttle.take(now)
            self.taken.append(now)
        else:
            self.refused += 1
        await self.clock.spend(self.latency())
        if room:
            return HttpReply(self.clock.now(), 200, {}, b'{"code": 0}')
        return HttpReply(self.clock.now(), 429, {"retry-after": "1"}, b'{"code": 4013}')


async def _run(crowd: Crowd, seed: int) -> Tally:
    clock = FakeClock()
    random = Random(seed).random  # noqa: S311 - jitter, the same each time
    server = _BusyServer(crowd.throttle(), clock, lambda: crowd.latency * (1 + random() / 10))
    jobs = jobs_for(named(crowd.devices))
    waits = [0.0]

    async def laptop() -> int:
        await clock.spend(crowd.apart * random())
        bound = 0
        async for event in run_requests(jobs, server, _NoJournal(), crowd.policy, asyncio.Event(), clock, random):
            if isinstance(event, Settled):
                bound += sum(outcome.state is State.BOUND for outcome in event.outcomes.values())
            elif isinstance(event, Waiting):
                waits.append(event.seconds)
        return bound

    bound = sum(await asyncio.gather(*(laptop() for _ in range(crowd.laptops))))
    most_of_it = server.taken[len(server.taken) * 9 // 10 - 1]
    return Tally(len(server.taken), server.refused, bound, clock.monotonic(), most_of_it, max(waits))
