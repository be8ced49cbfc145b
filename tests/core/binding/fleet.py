"""Laptops' runs, many at once in one process: real HTTP, a database each, one practice server.

`crowd` is the same in virtual time.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from bindtool.core.binding.events import Ended, Ending, Settled, Waiting
from bindtool.core.common.clock import Clock
from bindtool.core.credentials.access_token import AccessToken
from bindtool.core.credentials.token_metadata import TokenPlace
from bindtool.core.jobs.bind_job import BindJob
from bindtool.core.jobs.channel_run import RunContext, run_job
from bindtool.core.jobs.site_token import FoundToken
from bindtool.core.model.outcome import State
from bindtool.core.model.row import Row, Source
from bindtool.core.network.proxies import Proxies
from bindtool.core.profiles.profile import RequestSettings
from bindtool.core.sheet.sheet import Sheet
from bindtool.core.store import Store
from bindtool.practice import channel
from bindtool.practice.channel import practice_profile
from bindtool.practice.server import PracticeServer

TOO_MANY_REQUESTS = 429


@dataclass(frozen=True)
class Laptop:
    """A laptop that has bound its sheet.

    `refused`: the number of its requests told to wait. `seconds`: its duration, by its clock. `waits`: those told.
    """

    ending: Ending
    bound: int
    refused: int
    seconds: float
    waits: tuple[float, ...]


async def bind_all(
    server: PracticeServer,
    folder: Path,
    laptops: int,
    devices: int,
    clock: Clock,
    pace: RequestSettings | None = None,
) -> list[Laptop]:
    """Let so many laptops bind so many devices each, all at once; each has a database of its own in `folder`.

    `pace`: None for the default.
    """
    return await asyncio.gather(
        *(_bind(server, folder / f"laptop-{number}.db", number, devices, clock, pace) for number in range(laptops))
    )


async def _bind(
    server: PracticeServer, database: Path, number: int, devices: int, clock: Clock, pace: RequestSettings | None
) -> Laptop:
    profile = practice_profile(server.site)
    if pace is not None:
        profile = replace(profile, pace=pace)
    with Store(database, clock) as store:
        ids = [f"SPK-{number}-{place}-A" for place in range(1, devices + 1)]
        rows = [Row(place, text, f"L-{text}", Source.FILE, clock.now()) for place, text in enumerate(ids, 1)]
        sheet = Sheet(rows)
        sheet_id = (await asyncio.wrap_future(store.sheets.create(profile=profile.name))).sheet_id
        await asyncio.wrap_future(store.sheets.save(sheet_id, rows))
        sheet.mark_saved(range(1, devices + 1))
        job = BindJob(sheet_id, profile, sheet.jobs())

        async def token() -> FoundToken:
            return FoundToken(AccessToken(channel.TOKEN), TokenPlace())

        began = clock.monotonic()
        counts: Counter[State] = Counter()
        waits: list[float] = []
        refused, ending = 0, None
        async for event in run_job(
            job, sheet, token, RunContext(store, clock, Proxies.of_this_system()), asyncio.Event()
        ):
            if isinstance(event, Settled):
                outcomes = list(event.outcomes.values())
                counts.update(outcome.state for outcome in outcomes)
                answer = outcomes[0].answer
                refused += answer is not None and answer.http_status == TOO_MANY_REQUESTS
            elif isinstance(event, Waiting):
                waits.append(event.seconds)
            elif isinstance(event, Ended):
                ending = event.ending
        assert ending is not None
        return Laptop(ending, counts[State.BOUND], refused, clock.monotonic() - began, tuple(waits))
