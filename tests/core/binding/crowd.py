"""Many independent laptops, and one server that accepts so many requests per second.

In virtual time, with whole runs but without HTTP and disk: for runs of minutes. `fleet` is the real thing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from random import Random

from bindtool.core.api.responses import AnswerLost, HttpReply, Reply
from bindtool.core.api.verdict import VerdictKind
from bindtool.core.binding.events import Settled, Waiting
from bindtool.core.binding.protocols import Policy
from bindtool.core.binding.rate_limiter import RateLimiter
from bindtool.core.binding.runner import run_requests
from bindtool.core.model.device import Device
from bindtool.core.model.job import Request
from bindtool.core.model.outcome import Outcome, State
from tests.core.api.fake_server import jobs_for, named
from tests.core.binding.virtual_time import FakeClock, play
from tests.practice.throttle import RequestLimit


class Stray(Enum):
    """An occasional fate of a request within the server's limit."""

    WAIT = "HTTP 429 with a Retry-After of a second"
    VAGUE_WAIT = "HTTP 429 without Retry-After"
    TROUBLE = "HTTP 503, and nothing taken"
    RESET = "taken, and the connection reset"


def no_strays(_random: Random) -> Iterator[Stray]:
    """Yield none."""
    return iter(())


@dataclass(frozen=True)
class Crowd:
    """So many laptops with so many devices each, which begin within `apart` seconds.

    `latency`: seconds from a request to its answer, up to a tenth more at random. `strays`: the fates of the
    requests within the limit, in order; those after the last are accepted. `law`: creates the pace of a run from
    the requested rate per second and a source of random numbers. `says_when`: whether a request over the limit is
    told to come back a second later.
    """

    laptops: int
    devices: int
    policy: Policy
    throttle: Callable[[], RequestLimit]
    apart: float = 0.0
    latency: float = 0.15
    strays: Callable[[Random], Iterator[Stray | None]] = no_strays
    law: Callable[[float, Callable[[], float]], RateLimiter] = RateLimiter
    says_when: bool = True

    def run(self, seed: int = 0) -> Tally:
        """Let them all bind, and return the counts."""
        return play(_run(self, seed))


@dataclass(frozen=True)
class Tally:
    """The result of a crowd: requests accepted and refused over the limit, strays, devices bound, and times.

    `most_of_it`: seconds until nine tenths of the requests were accepted. `longest_wait`: the longest wait told.
    """

    taken: int
    refused: int
    strays: int
    bound: int
    seconds: float
    most_of_it: float
    longest_wait: float

    @property
    def refused_part(self) -> float:
        """The share of all requests that was refused."""
        return self.refused / (self.refused + self.taken)


class _NoJournal:
    """A disk that takes no time."""

    async def begin(self, request: Request) -> None:
        """Write nothing."""

    async def withdraw(self, request: Request) -> None:
        """Write nothing."""

    async def settle(
        self, request: Request | None, outcomes: Mapping[int, Outcome], kind: VerdictKind | None = None
    ) -> None:
        """Write nothing."""


@dataclass
class _BusyServer:
    """Accepts the requests within its limit except strays, and tells the others to come back a second later."""

    throttle: RequestLimit
    clock: FakeClock
    latency: Callable[[], float]
    strays: Iterator[Stray | None]
    says_when: bool
    taken: list[float] = field(default_factory=list)
    refused: int = 0
    spoilt: int = 0

    async def bind(self, _devices: Sequence[Device], _give_up: asyncio.Event) -> Reply:
        """Answer a request."""
        now = self.clock.monotonic()
        room = self.throttle.has_room(now)
        stray = next(self.strays, None) if room else None
        if not room:
            self.refused += 1
            stray = Stray.WAIT if self.says_when else Stray.VAGUE_WAIT
        elif stray is None:
            self.throttle.take(now)
            self.taken.append(now)
        else:
            self.spoilt += 1
        await self.clock.spend(self.latency())
        at = self.clock.now()
        match stray:
            case None:
                return HttpReply(at, 200, {}, b'{"code": 0}')
            case Stray.WAIT:
                return HttpReply(at, 429, {"retry-after": "1"}, b'{"code": 4013}')
            case Stray.VAGUE_WAIT:
                return HttpReply(at, 429, {}, b'{"code": 4013}')
            case Stray.TROUBLE:
                return HttpReply(at, 503, {}, b"")
            case Stray.RESET:
                return AnswerLost(at)


async def _run(crowd: Crowd, seed: int) -> Tally:
    clock = FakeClock()
    source = Random(seed)  # noqa: S311 - jitter, the same each time
    random = source.random
    server = _BusyServer(
        crowd.throttle(),
        clock,
        lambda: crowd.latency * (1 + random() / 10),
        crowd.strays(source),
        crowd.says_when,
    )
    jobs = jobs_for(named(crowd.devices))
    waits = [0.0]

    async def laptop() -> int:
        await clock.spend(crowd.apart * random())
        bound: set[int] = set()
        pace = crowd.law(crowd.policy.rate, random)
        async for event in run_requests(jobs, server, _NoJournal(), crowd.policy, asyncio.Event(), clock, pace):
            if isinstance(event, Settled):
                bound.update(number for number, outcome in event.outcomes.items() if outcome.state is State.BOUND)
            elif isinstance(event, Waiting):
                waits.append(event.seconds)
        return len(bound)

    bound = sum(await asyncio.gather(*(laptop() for _ in range(crowd.laptops))))
    most_of_it = server.taken[len(server.taken) * 9 // 10 - 1]
    return Tally(len(server.taken), server.refused, server.spoilt, bound, clock.monotonic(), most_of_it, max(waits))
