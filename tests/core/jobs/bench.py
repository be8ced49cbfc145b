"""A stored sheet of devices with everything a run of it needs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime

from bindtool.core.binding.advice import Advice
from bindtool.core.binding.events import Ended, Sending, Settled
from bindtool.core.common.clock import SystemClock
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.token_metadata import TokenPlace
from bindtool.core.jobs.bind_job import BindJob, Concluded, JobEvent
from bindtool.core.jobs.channel_run import RunContext, run_job
from bindtool.core.jobs.keep_awake import kept_awake
from bindtool.core.jobs.site_token import FoundToken
from bindtool.core.model.outcome import State
from bindtool.core.model.row import Row, Source
from bindtool.core.network.proxies import Proxies
from bindtool.core.profiles.profile import Profile, RequestSettings
from bindtool.core.shared_ledger.ledger import SharedLedger
from bindtool.core.sheet.sheet import Sheet
from bindtool.core.store import Store
from bindtool.practice import channel
from bindtool.practice.server import PracticeServer

CLOCK = SystemClock()
IDS = ["A1", "A2", "A3", "A4"]
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
STORED = TokenPlace("line", LONG_AGO)
MANY = [f"B{number}" for number in range(1, 41)]


def profile_of(server: PracticeServer, **more: object) -> Profile:
    """Return a profile for the practice channel, as fast as possible."""
    pace = RequestSettings(batch_size=2, rate=0.0, resend=0)
    made = {"name": "line", "connector_id": channel.CONNECTOR_ID, "site": server.site, "pace": pace, **more}
    return Profile(**made)  # type: ignore[arg-type]  # fields of Profile


class Bench:
    """A stored sheet of devices and a profile."""

    def __init__(
        self,
        store: Store,
        profile: Profile,
        token: str = channel.TOKEN,
        place: TokenPlace = STORED,
        ids: Sequence[str] = IDS,
    ) -> None:
        self.store = store
        self.profile = profile
        self.token = AccessToken(token)
        self.place = place
        now = CLOCK.now()
        self.sheet = Sheet([Row(place, text, f"L-{text}", Source.FILE, now) for place, text in enumerate(ids, 1)])
        self.sheet_id = store.sheets.create(profile=profile.name).result().sheet_id
        store.sheets.save(self.sheet_id, tuple(self.sheet)).result()
        self.sheet.mark_saved(range(1, len(ids) + 1))
        self.stop = asyncio.Event()
        """For one run: each has a loop of its own, and so a Stop of its own."""
        self.ledger: SharedLedger | None = None
        self.awake: Callable[[], AbstractContextManager[None]] = kept_awake
        self.closing = False

    def confirmed(self) -> BindJob:
        """Confirm the rows that may be sent, and the devices known on the channel."""
        listed = frozenset(each.device for each in self.store.bindings.bound_devices(self.profile.channel))
        return BindJob(self.sheet_id, self.profile, self.sheet.jobs(), "A12", listed, max_wait=0)

    def events(self, job: BindJob | None = None) -> AsyncGenerator[JobEvent, None]:
        """Start a run of the confirmed rows, or of those that may be sent."""
        self.stop = asyncio.Event()
        proxies = Proxies.of_this_system()
        context = RunContext(
            self.store, CLOCK, proxies, self.ledger, awake=self.awake, closing=lambda: self.closing
        )
        return run_job(job or self.confirmed(), self.sheet, self.bring_token, context, self.stop)

    async def bring_token(self) -> FoundToken:
        """Act as the password store."""
        return FoundToken(self.token, self.place)

    def run(self, job: BindJob | None = None) -> list[JobEvent]:
        """Run to the end, passing events to the sheet."""

        async def to_the_end() -> list[JobEvent]:
            return [event async for event in self.events(job)]

        happened = asyncio.run(to_the_end())
        for event in happened:
            if isinstance(event, (Sending, Settled)):
                self.sheet.settle(event.outcomes)
        return happened

    @property
    def states(self) -> list[State]:
        """The states of the rows on disk."""
        return [row.outcome.state for row in self.store.sheets.load(self.sheet_id)]


def advice_after(happened: list[JobEvent]) -> Advice:
    """Return the message after a run that has one."""
    advice = last_word(happened).advice
    assert advice is not None
    return advice


def titled(happened: list[JobEvent]) -> str:
    """Return the name of that message."""
    return advice_after(happened).title.id.removeprefix("advice.").removesuffix(".title")


def last_word(happened: list[JobEvent]) -> Concluded:
    """Return the last event, which is the conclusion, after the end."""
    ended, concluded = happened[-2:]
    assert isinstance(ended, Ended)
    assert isinstance(concluded, Concluded)
    assert concluded.ended is ended
    return concluded
