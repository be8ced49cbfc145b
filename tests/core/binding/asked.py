"""An Asking with all its dependencies, on a fake server in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bindtool.core.api.responses import AnswerLost, NotSent, Reply
from bindtool.core.api.verdict import Verdict, VerdictKind
from bindtool.core.binding.events import Ended, Event, ObstacleChanged, Waiting, WaitReason
from bindtool.core.binding.protocols import Policy
from bindtool.core.binding.rate_limiter import RateLimiter
from bindtool.core.binding.request_cycle import RequestCycle
from bindtool.core.model.device import Device
from bindtool.core.model.job import Job
from bindtool.core.model.outcome import Answer, Outcome, State
from tests.core.api.fake_server import FakeJournal, FakeServer, Fault, jobs_for
from tests.core.binding.virtual_time import MORNING, FakeClock, play

PAIR = ["d1", "d2"]


@dataclass
class Bench:
    """An Asking with its dependencies, accessible to a test."""

    faults: Iterable[Fault] = ()
    bad: Mapping[str, int] = field(default_factory=dict)
    policy: Policy = field(default_factory=lambda: Policy(rate=0))
    ids: list[str] = field(default_factory=lambda: [*PAIR])
    known: Outcome = field(default_factory=Outcome)
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = FakeClock()
        self.jobs = jobs_for(self.ids, self.known)
        self.journal = FakeJournal(self.clock, knows={job.number: job.outcome for job in self.jobs})
        self.server = FakeServer(self.clock, self.journal, self.bad, self.faults)
        pace = RateLimiter(self.policy.rate, lambda: 0.0)
        self.cycle = RequestCycle(
            self.jobs, self.server, self.journal, self.policy, self.clock, pace, self.stop, self.events.append
        )

    def ask(self, jobs: list[Job] | None = None, if_refused: State = State.WAITING) -> VerdictKind | None:
        """Ask about `jobs` (default: all) in virtual time."""
        return self.play(lambda: self.cycle.ask(jobs or self.jobs, if_refused=if_refused))

    def play(
        self, *parts: Callable[[], Awaitable[Verdict | None]] | Callable[[], Awaitable[None]]
    ) -> VerdictKind | None:
        """Run all parts concurrently, with a watcher of Stop; return the verdict of the first, if it has one."""

        async def together() -> VerdictKind | None:
            async with self.cycle.running():
                verdict, *_ = await asyncio.gather(*(part() for part in parts))
            return verdict.kind if verdict is not None else None

        return play(together())

    async def one_after_another(self) -> None:
        """Ask about each row by itself."""
        for job in self.jobs:
            await self.cycle.ask([job])

    def play_asking(self, *parts: Callable[[], Awaitable[None]]) -> VerdictKind | None:
        """Ask about all rows beside these parts."""
        return self.play(lambda: self.cycle.ask(self.jobs), *parts)

    async def hurry_at(self, *seconds: float) -> None:
        """Have it tried again at these times."""
        for each in seconds:
            await self.clock.spend(each - self.clock.monotonic())
            self.cycle.retry_signal.give()

    @property
    def ended(self) -> Ended:
        """The end of the run."""
        assert self.cycle.ended is not None
        return self.cycle.ended

    async def stop_after(self, seconds: float) -> None:
        """Press Stop a while later."""
        await self.clock.spend(seconds)
        self.stop.set()

    def states(self) -> list[State]:
        """Return the states of the rows in the journal."""
        return [self.journal.knows[job.number].state for job in self.jobs]

    def answers(self) -> list[Answer | None]:
        """Return the answers of the rows in the journal."""
        return [self.journal.knows[job.number].answer for job in self.jobs]

    def waits(self) -> list[tuple[WaitReason, float]]:
        """Return the waits reported."""
        return [(event.reason, round(event.seconds, 3)) for event in self.events if isinstance(event, Waiting)]

    def obstacles(self) -> list[NotSent | None]:
        """Return the obstacles reported, None where the end of one was reported."""
        met = [event.obstacle for event in self.events if isinstance(event, ObstacleChanged)]
        return [None if obstacle is None else obstacle.why for obstacle in met]

    def told(self) -> list[float]:
        """Return the reported times until which something waits, in seconds."""
        return [(event.until - MORNING).total_seconds() for event in self.events if isinstance(event, Waiting)]

    def times(self) -> list[float]:
        """Return the arrival time of each request, in seconds."""
        return [round(call.at, 2) for call in self.server.calls]


class SlowToClose:
    """A binder that never gets an answer and, when given up, takes a second to close its connection."""

    def __init__(self, clock: FakeClock) -> None:
        self.closed = False
        self._clock = clock

    async def bind(self, _devices: Sequence[Device], give_up: asyncio.Event) -> Reply:
        """Wait until it is given up."""
        await give_up.wait()
        await self._clock.spend(1.0)
        self.closed = True
        return AnswerLost(self._clock.now())
