"""Whole runs over real HTTP and a real database, without the waits between their requests."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bindtool.core.binding.events import Ended, Event, Settled
from bindtool.core.common.clock import SystemClock
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.token_metadata import TokenPlace
from bindtool.core.jobs.bind_job import BindJob, Concluded, JobEvent
from bindtool.core.jobs.channel_run import RunContext, run_job
from bindtool.core.jobs.site_token import FoundToken
from bindtool.core.model.outcome import Outcome, State
from bindtool.core.model.row import Row, Source
from bindtool.core.network.proxies import Proxies
from bindtool.core.profiles.profile import Profile, RequestSettings
from bindtool.core.sheet.sheet import Sheet
from bindtool.core.store import Store
from bindtool.practice import channel
from tests.patience import PATIENCE

RESEND = 2
PACE = RequestSettings(rate=0.0, resend=RESEND, connect_timeout=PATIENCE, answer_timeout=PATIENCE)
"""No answer is given up because the computer is busy; all devices go in one request."""


class SkippingClock(SystemClock):
    """A clock whose waits return at once, but count in full."""

    def __init__(self) -> None:
        self._skipped = 0.0

    def monotonic(self) -> float:
        """Return the seconds passed, including skipped ones."""
        return super().monotonic() + self._skipped

    async def wait(self, event: asyncio.Event, seconds: float) -> bool:
        """Return at once; the time counts as passed."""
        self._skipped += seconds
        return await super().wait(event, 0)


@dataclass(frozen=True)
class Played:
    """A finished run: its events, and the rows on disk."""

    events: list[JobEvent]
    rows: tuple[Row, ...]

    @property
    def ended(self) -> Ended:
        """Its end."""
        (ended,) = (event for event in self.events if isinstance(event, Ended))
        return ended

    @property
    def concluded(self) -> Concluded:
        """Its last event."""
        (concluded,) = (event for event in self.events if isinstance(event, Concluded))
        return concluded

    @property
    def states(self) -> list[State]:
        """The states of the rows on the disk."""
        return [row.outcome.state for row in self.rows]

    @property
    def codes(self) -> list[int | None]:
        """The codes of their answers; None for rows without one."""
        return [row.outcome.answer.code if row.outcome.answer else None for row in self.rows]

    @property
    def told(self) -> list[Outcome]:
        """Every outcome reported for a row, in order."""
        return [
            outcome for event in self.events if isinstance(event, Settled) for outcome in event.outcomes.values()
        ]


def profile_at(site: str) -> Profile:
    """Return a profile for the practice channel at a site, with devices bound before."""
    return Profile("line", channel.CONNECTOR_ID, site, pace=PACE, proven=True)


def play(
    store: Store,
    profile: Profile,
    ids: Sequence[str],
    *,
    place: TokenPlace | None = None,
    batch_size: int | None = None,
    stop_at: type[Event] | None = None,
) -> Played:
    """Bind the devices of a new sheet and return the finished run.

    `stop_at`: press Stop at the first event of this type.
    """
    clock = SkippingClock()
    sheet_id = store.sheets.create().result().sheet_id
    now = clock.now()
    store.sheets.save(
        sheet_id, [Row(n, text, f"L-{text}", Source.FILE, now) for n, text in enumerate(ids, 1)]
    ).result()
    sheet = Sheet(store.sheets.load(sheet_id))
    if batch_size is not None:
        profile = replace(profile, pace=replace(profile.pace, batch_size=batch_size))
    job = BindJob(sheet_id, profile, sheet.jobs(), max_wait=3)

    async def token() -> FoundToken:
        return FoundToken(AccessToken(channel.TOKEN), place or TokenPlace())

    async def to_the_end() -> list[JobEvent]:
        stop = asyncio.Event()
        events = []
        async for event in run_job(job, sheet, token, RunContext(store, clock, Proxies.of_this_system()), stop):
            events.append(event)
            if stop_at is not None and isinstance(event, stop_at):
                stop.set()
        return events

    return Played(asyncio.run(to_the_end()), store.sheets.load(sheet_id))
