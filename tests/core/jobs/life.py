"""A sheet and its runs, step by step: the caller decides what happens next, and there are no waits."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Coroutine, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bindtool.core.api.client import CozeApi
from bindtool.core.api.responses import AnswerLost, Reply
from bindtool.core.binding.events import Sending, Settled
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.token_metadata import TokenPlace
from bindtool.core.jobs.bind_job import Begun, BindJob, Concluded
from bindtool.core.jobs.channel_run import RunContext, run_job
from bindtool.core.jobs.site_token import FoundToken
from bindtool.core.model.channel import Channel
from bindtool.core.model.device import Device
from bindtool.core.model.outcome import SENDABLE
from bindtool.core.model.row import Row
from bindtool.core.network.proxies import Proxies
from bindtool.core.profiles.profile import Profile
from bindtool.core.sheet.sheet import Sheet
from bindtool.core.store import Store
from tests.core.binding.playing import SkippingClock
from tests.core.store.samples import START

T = TypeVar("T")


class Site(CozeApi):
    """A site whose answers wait until the test gives them."""

    def __init__(self) -> None:
        self.asked: tuple[Device, ...] = ()
        self.answer: asyncio.Future[Reply] | None = None
        self.changed = asyncio.Event()

    async def __aexit__(self, *_: object) -> None:
        """Close nothing."""

    async def bind(
        self, channel: Channel, devices: Sequence[Device], give_up: asyncio.Event | None = None
    ) -> Reply:
        """Take a request; given up, its answer is lost."""
        assert give_up is not None
        answer = asyncio.get_running_loop().create_future()
        self.asked, self.answer = tuple(devices), answer
        self.changed.set()
        giving_up = asyncio.ensure_future(give_up.wait())
        await asyncio.wait((answer, giving_up), return_when=asyncio.FIRST_COMPLETED)
        giving_up.cancel()
        return answer.result() if answer.done() else AnswerLost(START)

    async def users_me(self, give_up: asyncio.Event | None = None) -> Reply:
        """Leave the token's account unknown."""
        return AnswerLost(START)


@dataclass
class Run:
    """An active run: its confirmed rows, and its state."""

    job: BindJob
    site: Site
    stop: asyncio.Event
    prompt: asyncio.Future[FoundToken]
    prompted: bool = False
    task: asyncio.Task[None] | None = None
    begun: Begun | None = None
    concluded: Concluded | None = None


class Life:
    """A data folder with one sheet, a loop, and at most one run."""

    def __init__(self, folder: Path, profile: Profile) -> None:
        self.profile = profile
        self._folder = folder
        self._starts = 0
        self._loop = asyncio.new_event_loop()
        self._clock = SkippingClock()
        self.run: Run | None = None
        self.store = Store(self._path, self._clock)
        self.sheet = Sheet()
        self.sheet_id = self.store.sheets.create(profile=profile.name).result().sheet_id

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows on disk."""
        return self.store.sheets.load(self.sheet_id)

    def save(self, put: Sequence[Row], drop: Sequence[int] = ()) -> None:
        """Save an edit made in the sheet."""
        self.store.sheets.save(self.sheet_id, put, drop).result()
        self.sheet.mark_saved([row.number for row in put])

    def confirm(self) -> BindJob:
        """Confirm all rows that may be sent, with the devices known on the channel, and begin."""
        listed = frozenset(each.device for each in self.store.bindings.bound_devices(self.profile.channel))
        job = BindJob(self.sheet_id, self.profile, self.sheet.jobs(SENDABLE), listed=listed, max_wait=0)
        run = self._step(self._open(job))
        self.run = run
        self._go_on()
        return job

    def answer_prompt(self) -> None:
        """Answer the password store's prompt."""
        assert self.run is not None
        self.run.prompt.set_result(FoundToken(AccessToken("pat_of_the_life"), TokenPlace("line")))
        self._go_on()

    def answer(self, reply: Reply) -> None:
        """Answer the current request."""
        assert self.run is not None
        assert self.run.site.answer is not None
        answer, self.run.site.answer = self.run.site.answer, None
        answer.set_result(reply)
        self._go_on()

    def press_stop(self) -> None:
        """Press Stop."""
        assert self.run is not None
        self._loop.call_soon(self.run.stop.set)
        self._go_on()

    def kill(self, reply: Reply | None = None) -> None:
        """Abort everything, and start anew with the disk's current content.

        `reply`: has arrived for the current request, but was not processed yet.
        """
        if reply is not None and self.run is not None and self.run.site.answer is not None:
            self.run.site.answer.set_result(reply)
        before, left = self._path, self.store
        self._starts += 1
        # Only committed data, whatever is being written.
        with closing(sqlite3.connect(before)) as database, closing(sqlite3.connect(self._path)) as image:
            database.backup(image)
        self._drop_run()
        left.close()
        self.store = Store(self._path, self._clock)
        self.sheet = Sheet(self.rows, next_number=self.store.sheets.last_number(self.sheet_id) + 1)

    def close(self) -> None:
        """Close everything."""
        self._drop_run()
        self.store.close()
        self._loop.close()

    @property
    def _path(self) -> Path:
        return self._folder / f"{self._starts}.db"

    async def _open(self, job: BindJob) -> Run:
        return Run(job, Site(), asyncio.Event(), asyncio.get_running_loop().create_future())

    async def _follow(self, run: Run) -> None:
        async def token() -> FoundToken:
            run.prompted = True
            run.site.changed.set()
            return await run.prompt

        context = RunContext(self.store, self._clock, Proxies.of_this_system(), open_api=lambda *_: run.site)
        async for event in run_job(run.job, self.sheet, token, context, run.stop):
            if isinstance(event, Begun):
                run.begun = event
                self.sheet.take_up([job.number for job in event.jobs])
            elif isinstance(event, (Sending, Settled)):
                self.sheet.settle(event.outcomes)
            elif isinstance(event, Concluded):
                run.concluded = event

    def _go_on(self) -> None:
        """Let the run go on until it waits for the test, or is over."""
        self._step(self._until_it_waits())
        run = self.run
        if run is not None and run.task is not None and run.task.done():
            self.sheet.take_up(())
            self.run = None
            run.task.result()

    async def _until_it_waits(self) -> None:
        run = self.run
        assert run is not None
        if run.task is None:
            run.task = asyncio.ensure_future(self._follow(run))
        while not run.task.done() and not self._waits(run):
            run.site.changed.clear()
            changed = asyncio.ensure_future(run.site.changed.wait())
            await asyncio.wait((run.task, changed), return_when=asyncio.FIRST_COMPLETED)
            changed.cancel()
            await asyncio.gather(changed, return_exceptions=True)

    def _waits(self, run: Run) -> bool:
        if run.stop.is_set():
            # All waits are cancelled by themselves.
            return False
        return run.site.answer is not None or (run.prompted and not run.prompt.done())

    def _drop_run(self) -> None:
        run, self.run = self.run, None
        if run is not None and run.task is not None:
            run.task.cancel()
            self._step(asyncio.wait((run.task,)))

    def _step(self, work: Coroutine[object, object, T]) -> T:
        return self._loop.run_until_complete(work)
