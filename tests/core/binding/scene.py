"""A whole run in virtual time, with all that it is given and all that it told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Self

from bindtool.core.binding.events import Ended, Event, Sending, Settled
from bindtool.core.binding.protocols import Binder, Policy
from bindtool.core.binding.rate_limiter import RateLimiter
from bindtool.core.binding.runner import run_requests
from bindtool.core.model.job import Job
from bindtool.core.model.outcome import Answer, Outcome, State
from tests.core.api.fake_server import FakeJournal, FakeServer, Fault
from tests.core.binding.virtual_time import FakeClock, play

PROVEN = Policy(rate=0, proven=True)
UNPROVEN = Policy(rate=0)


@dataclass
class Scene:
    """A run in virtual time, with all that it is given and all that it told."""

    jobs: list[Job]
    bad: Mapping[str, int] = field(default_factory=dict)
    faults: Iterable[Fault] = ()
    policy: Policy = PROVEN
    stop_at: float | None = None
    cut_off_at: float | None = None
    fails_at: int | None = None
    seed: int = 0
    limit: int | None = None

    def __post_init__(self) -> None:
        self.clock = FakeClock()
        known = {job.number: job.outcome for job in self.jobs}
        self.journal = FakeJournal(self.clock, fails_at=self.fails_at, knows=known)
        self.server = FakeServer(self.clock, self.journal, self.bad, self.faults, limit=self.limit)
        self.binder: Binder = self.server
        self.stop = asyncio.Event()
        self.events: list[Event] = []
        self.told = dict(known)

    def run(self) -> Self:
        """Play the run to its end, or until whoever listens is cancelled after `cut_off_at` seconds."""
        play(self._run())
        return self

    def start(self) -> AsyncGenerator[Event, None]:
        """Return the run itself, which has to be played."""
        pace = RateLimiter(self.policy.rate, Random(self.seed).random)  # noqa: S311 - jitter, the same each time
        return run_requests(self.jobs, self.binder, self.journal, self.policy, self.stop, self.clock, pace)

    async def _run(self) -> None:
        stopper = asyncio.create_task(self._press_stop())
        listening = asyncio.create_task(self._listen())
        await asyncio.wait([listening], timeout=self.cut_off_at)
        self.after_a_crash = recovered(self.journal.knows)
        self.left_by_then = len(self.server.calls)
        listening.cancel()
        stopper.cancel()
        await asyncio.wait([listening, stopper])
        if not listening.cancelled():
            listening.result()

    async def _listen(self) -> None:
        events = self.start()
        try:
            async for event in events:
                self.events.append(event)
                if isinstance(event, (Sending, Settled)):
                    self.told.update(event.outcomes)
        finally:
            await events.aclose()

    async def _press_stop(self) -> None:
        if self.stop_at is not None:
            await self.clock.spend(self.stop_at)
            self.stop.set()

    @property
    def ended(self) -> Ended:
        """The last word of the run; there is just one."""
        *others, last = self.events
        assert isinstance(last, Ended)
        assert not any(isinstance(event, Ended) for event in others)
        return last

    def states(self) -> dict[str, State]:
        """Return the last state that was told of each device."""
        return {job.device.device_id: self.told[job.number].state for job in self.jobs}

    def answer(self, device_id: str) -> Answer:
        """Return the last answer that was told of a device."""
        number = next(job.number for job in self.jobs if job.device.device_id == device_id)
        answer = self.told[number].answer
        assert answer is not None
        return answer


def recovered(outcomes: Mapping[int, Outcome]) -> dict[int, Outcome]:
    """Return what is said of rows when the program starts again."""
    return {number: known.recovered() for number, known in outcomes.items()}


def with_state(scene: Scene, state: State) -> list[str]:
    """Return the devices of a run that ended in a state, in the order of the sheet."""
    return [device_id for device_id, found in scene.states().items() if found is state]
