"""A run put together: real HTTP, a real database, and the last word after it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bindtool.core.access_token import AccessToken
from bindtool.core.advice import Action
from bindtool.core.channel_run import Concluded, Plan, policy_for, run_channel
from bindtool.core.clock import SystemClock
from bindtool.core.errors import StoreFailed
from bindtool.core.outcome import State
from bindtool.core.profile import Pace, Profile
from bindtool.core.row import Row, Source
from bindtool.core.run import Ended, Ending, Policy, Sending, Settled
from bindtool.core.sheet import Sheet
from bindtool.core.store import Store
from bindtool.practice import channel
from bindtool.practice.faults import Answer, Slow, html
from bindtool.practice.rules import Call
from bindtool.practice.server import PracticeServer

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator
    from pathlib import Path

    from bindtool.core.run import Event

CLOCK = SystemClock()
IDS = ["A1", "A2", "A3", "A4"]


@pytest.fixture
def server() -> Iterator[PracticeServer]:
    """Return a running practice server that neither waits nor limits."""
    with PracticeServer(latency=0, rate=0) as running:
        yield running


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Return an open database."""
    with Store(tmp_path / "bindtool.db", CLOCK) as opened:
        yield opened


def profile_of(server: PracticeServer, **more: object) -> Profile:
    """Return a profile for the practice channel, as fast as can be."""
    pace = Pace(batch_size=2, rate=0.0, resend=0)
    made = {"name": "line", "connector_id": channel.CONNECTOR_ID, "site": server.site, "pace": pace, **more}
    return Profile(**made)  # type: ignore[arg-type]  # fields of Profile


class Bench:
    """A stored sheet of four devices and a profile."""

    def __init__(self, store: Store, profile: Profile, token: str = channel.TOKEN) -> None:
        self.store = store
        self.profile = profile
        self.token = AccessToken(token)
        now = CLOCK.now()
        self.sheet = Sheet([Row(place, text, f"L-{text}", Source.FILE, now) for place, text in enumerate(IDS, 1)])
        self.sheet_id = store.create_sheet(profile=profile.name).result().sheet_id
        store.save(self.sheet_id, tuple(self.sheet)).result()
        self.sheet.mark_saved([1, 2, 3, 4])
        self.stop = asyncio.Event()

    def events(self) -> AsyncGenerator[Event | Concluded, None]:
        """Start a run of what may be sent."""
        policy = policy_for(self.profile, self.store, max_wait=0)
        plan = Plan(self.sheet_id, self.profile, policy, "A12")
        return run_channel(self.sheet.jobs(), plan, self.token, self.store, self.stop, CLOCK)

    def run(self) -> list[Event | Concluded]:
        """Run to the end, with what happens given to the sheet."""

        async def to_the_end() -> list[Event | Concluded]:
            return [event async for event in self.events()]

        happened = asyncio.run(to_the_end())
        for event in happened:
            if isinstance(event, (Sending, Settled)):
                self.sheet.settle(event.outcomes)
        return happened

    @property
    def states(self) -> list[State]:
        """The states of the rows on disk."""
        return [row.outcome.state for row in self.store.load(self.sheet_id)]


def last_word(happened: list[Event | Concluded]) -> Concluded:
    """Return the last event, which is the conclusion, after the end."""
    ended, concluded = happened[-2:]
    assert isinstance(ended, Ended)
    assert isinstance(concluded, Concluded)
    assert concluded.ended is ended
    return concluded


def test_a_run_is_written_down(store: Store, server: PracticeServer) -> None:
    """Rows, requests with their answers, the ledger and the end are on the disk; nothing is left to say."""
    bench = Bench(store, profile_of(server))
    concluded = last_word(bench.run())
    assert concluded.ended.ending is Ending.FINISHED
    assert concluded.advice is None
    assert list(server.bound) == IDS
    assert [row.outcome for row in store.load(bench.sheet_id)] == [row.outcome for row in bench.sheet]
    assert bench.states == [State.BOUND] * 4
    assert store.unfinished_runs() == ()
    request = store.last_request(bench.sheet_id, 4)
    assert request is not None
    assert (request.number, request.run.operator, request.run.profile, request.run.ending) == (
        3,
        "A12",
        "line",
        "finished",
    )
    assert request.answer is not None
    assert request.answer.log_id == bench.sheet[4].outcome.answer.log_id  # type: ignore[union-attr]  # it is bound
    assert store.bound_count(bench.profile.channel) == 4


def test_the_policy(store: Store, server: PracticeServer) -> None:
    """It is the profile's pace; a channel that once gave a code of 0 needs no device ahead."""
    profile = profile_of(server)
    assert policy_for(profile, store, 7.0) == Policy(2, 1, 0.0, 0, 7.0, proven=False)
    assert policy_for(profile_of(server, proven=True), store).proven
    Bench(store, profile).run()
    assert policy_for(profile, store).proven
    assert policy_for(profile, store).max_wait is None


def test_a_token_that_stops_working(store: Store, server: PracticeServer) -> None:
    """After a code of 0 in this run it is the token that stopped; the counts are those of now."""
    server.script([None, None, Answer(4100, 401)])
    bench = Bench(store, profile_of(server, who_to_ask="Li"))
    advice = last_word(bench.run()).advice
    assert advice is not None
    assert advice.title.id == "advice.token_stopped.title"
    values = advice.title.values
    assert (values["bound"], values["left"], values["who"]) == (3, 1, "Li")
    assert values["site"] == server.site.removeprefix("http://")
    assert bench.states == [State.BOUND] * 3 + [State.READY]


@pytest.mark.parametrize(
    ("refusal", "name"),
    [(None, "permission"), (Answer(4100, 401), "site_refuses_token"), (html(), "permission_or_site")],
)
def test_whose_fault_it_was(store: Store, server: PracticeServer, refusal: Answer | None, name: str) -> None:
    """A 4101 alone does not say: the site is asked once whose token it is."""
    server.script([Answer(4101, 403)])
    server.script([refusal], Call.ME)
    advice = last_word(Bench(store, profile_of(server)).run()).advice
    assert advice is not None
    assert advice.title.id == f"advice.{name}.title"
    assert [request.call for request in server.requests] == [Call.BIND, Call.ME]


def test_a_channel_that_worked_before(store: Store, server: PracticeServer) -> None:
    """What the ledger or the profile knows counts, though nothing was bound in this run."""
    Bench(store, profile_of(server)).run()
    stopped = Bench(store, profile_of(server), token="pat_of_yesterday")
    advice = last_word(stopped.run()).advice
    assert advice is not None
    assert advice.title.id == "advice.token_stopped.title"
    assert advice.primary is Action.REPLACE_TOKEN


def test_other_endings_need_no_question(store: Store, server: PracticeServer) -> None:
    """An unknown channel is no matter of the token; refused and unknown rows are not counted as left."""
    server.script([None, html(), Answer(4200, 404)])
    bench = Bench(store, profile_of(server, pace=Pace(batch_size=1, rate=0.0, resend=0)))
    advice = last_word(bench.run()).advice
    assert advice is not None
    assert advice.title.id == "advice.unknown_channel.title"
    assert (advice.title.values["bound"], advice.title.values["left"], advice.title.values["n"]) == (1, 2, 1)
    assert {request.call for request in server.requests} == {Call.BIND}
    assert bench.states == [State.BOUND, State.UNKNOWN, State.READY, State.READY]


def test_a_run_that_nobody_follows_any_more(store: Store, server: PracticeServer) -> None:
    """Closed in the middle, nothing more leaves; the run has no end, and the disk has what was in flight."""
    server.script([Slow(30)])
    bench = Bench(store, profile_of(server))

    async def follow_one() -> None:
        events = bench.events()
        assert isinstance(await anext(events), Sending)
        await events.aclose()

    asyncio.run(follow_one())
    assert [run.sheet_id for run in store.unfinished_runs()] == [bench.sheet_id]
    assert bench.states == [State.SENDING, State.READY, State.READY, State.READY]


def test_a_disk_that_fails(store: Store, server: PracticeServer) -> None:
    """Nothing is sent that the disk does not know of."""
    bench = Bench(store, profile_of(server))

    async def follow_one() -> None:
        await anext(bench.events())

    store.close()
    with pytest.raises(StoreFailed):
        asyncio.run(follow_one())
    assert server.requests == ()
