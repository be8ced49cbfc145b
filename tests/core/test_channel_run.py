"""A run put together: real HTTP, a real database, and the last word after it."""

from __future__ import annotations

import asyncio
import threading
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bindtool.core.access_token import AccessToken
from bindtool.core.advice import Action
from bindtool.core.channel import Behaviour
from bindtool.core.channel_run import Concluded, Plan, StoreJournal, policy_for, run_channel
from bindtool.core.clock import SystemClock
from bindtool.core.device import Device
from bindtool.core.errors import BadInput, LedgerFailed, StoreFailed
from bindtool.core.outcome import State
from bindtool.core.profile import Pace, Profile
from bindtool.core.row import Row, Source
from bindtool.core.run import Ended, Ending, Fitted, Policy, Request, Sending, Settled
from bindtool.core.sheet import Sheet
from bindtool.core.store import Store
from bindtool.core.token_notes import TokenPlace
from bindtool.practice import channel
from bindtool.practice.faults import Answer, Close, Slow, html, redirect
from bindtool.practice.rules import Call
from bindtool.practice.server import PracticeServer
from tests.core.store.test_benches import foreign

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from bindtool.core.run import Event
    from bindtool.practice.faults import Delivery, Fault
    from bindtool.practice.rules import Reply

CLOCK = SystemClock()
IDS = ["A1", "A2", "A3", "A4"]
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
STORED = TokenPlace("line", LONG_AGO)
MANY = [f"B{number}" for number in range(1, 41)]


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
        self.sheet_id = store.create_sheet(profile=profile.name).result().sheet_id
        store.save(self.sheet_id, tuple(self.sheet)).result()
        self.sheet.mark_saved(range(1, len(ids) + 1))
        self.stop = asyncio.Event()
        self.turn: Callable[[], AbstractAsyncContextManager[None]] | None = None

    def events(self) -> AsyncGenerator[Event | Concluded, None]:
        """Start a run of what may be sent."""
        policy = policy_for(self.profile, self.store, max_wait=0)
        plan = Plan(self.sheet_id, self.profile, policy, "A12", self.place, self.turn)
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


@pytest.mark.parametrize(
    ("behaviour", "concurrency"), [(Behaviour.NOT_CHECKED, 1), (Behaviour.REPLACES, 1), (Behaviour.ADDS, 8)]
)
def test_one_at_a_time_until_it_is_checked(
    store: Store, server: PracticeServer, behaviour: Behaviour, concurrency: int
) -> None:
    """However many the profile would send at once; a channel that replaces its list is sent it whole."""
    profile = profile_of(server, behaviour=behaviour, pace=Pace(concurrency=8))
    policy = policy_for(profile, store)
    assert policy.concurrency == concurrency
    assert policy.whole_list is (behaviour is Behaviour.REPLACES)
    assert policy.proven is (behaviour is not Behaviour.NOT_CHECKED)


@pytest.fixture
def replacing() -> Iterator[PracticeServer]:
    """Return a running practice server that replaces its list with each request."""
    with PracticeServer(latency=0, rate=0, replaces=True) as running:
        yield running


def test_a_channel_that_replaces_its_list(store: Store, replacing: PracticeServer) -> None:
    """The request carries along what was bound before; the disk has it whole, the ledger each device once."""
    profile = profile_of(replacing, behaviour=Behaviour.REPLACES, sender=True)
    first, second = Bench(store, profile), Bench(store, profile)
    first.sheet.remove([3, 4])
    second.sheet.change([replace(second.sheet[1], label="renamed")])
    second.sheet.mark_saved([1])
    second.sheet.remove([2])
    assert last_word(first.run()).ended.ending is Ending.FINISHED
    assert last_word(second.run()).advice is None

    assert list(replacing.bound) == ["A2", "A1", "A3", "A4"]
    assert replacing.bound["A1"].label == "renamed"
    assert len(replacing.requests) == 2
    request = store.last_request(second.sheet_id, 4)
    assert request is not None
    assert [(sent.number, sent.device_id) for sent in request.devices] == [
        (-1, "A2"),
        (1, "A1"),
        (3, "A3"),
        (4, "A4"),
    ]
    assert [device.label for device in store.bound_devices(profile.channel)] == ["renamed", "L-A2", "L-A3", "L-A4"]
    assert first.states[:2] == [State.BOUND] * 2


def test_a_refused_list_says_why_it_was_not_taken_apart(store: Store, replacing: PracticeServer) -> None:
    """Two requests, the same list in each; the rows have the answer, and what was bound before is as it was."""
    profile = profile_of(replacing, behaviour=Behaviour.REPLACES, sender=True)
    Bench(store, profile).run()
    refused = Bench(store, profile)
    replacing.script([Answer(4000, msg="bad parameter")] * 2)
    advice = last_word(refused.run()).advice
    assert advice is not None
    assert advice.title.id == "advice.list_refused.title"
    assert refused.states == [State.REFUSED] * 4
    assert len({request.body for request in replacing.requests}) == 1
    assert list(replacing.bound) == IDS


def test_a_laptop_that_may_not_send(store: Store, replacing: PracticeServer) -> None:
    """Nothing leaves and nothing is written: its list would erase that of the laptop that sends."""
    bench = Bench(store, profile_of(replacing, behaviour=Behaviour.REPLACES))
    with pytest.raises(BadInput) as caught:
        bench.run()
    assert caught.value.id == "whole_list.not_the_sender"
    assert replacing.requests == ()
    assert store.unfinished_runs() == ()


SHARED = "postgresql://bench@localhost/ledger"


def test_without_its_turn_nothing_leaves(store: Store, replacing: PracticeServer) -> None:
    """Where benches share a ledger: what another has bound since would be erased."""
    bench = Bench(store, profile_of(replacing, behaviour=Behaviour.REPLACES, ledger=SHARED))
    with pytest.raises(BadInput) as caught:
        bench.run()
    assert caught.value.id == "whole_list.not_the_sender"
    assert (replacing.requests, store.unfinished_runs()) == ((), ())


def test_in_its_turn(store: Store, replacing: PracticeServer) -> None:
    """What is learnt on the way in goes along, and the turn ends when all is written down."""
    profile = profile_of(replacing, behaviour=Behaviour.REPLACES, ledger=SHARED)
    bench = Bench(store, profile)
    ended: list[int] = []

    @asynccontextmanager
    async def turn() -> AsyncIterator[None]:
        store.benches.take_in([replace(foreign(1), channel=profile.channel)]).result()
        yield
        ended.append(store.bound_count(profile.channel))

    bench.turn = turn
    assert last_word(bench.run()).ended.ending is Ending.FINISHED
    assert list(replacing.bound) == ["SPK9001", *IDS]
    assert ended == [5]


def test_a_turn_that_can_not_be_had(store: Store, replacing: PracticeServer) -> None:
    """Nothing leaves, and nothing is written of a run."""
    bench = Bench(store, profile_of(replacing, behaviour=Behaviour.REPLACES, ledger=SHARED))

    def turn() -> AbstractAsyncContextManager[None]:
        raise LedgerFailed("ledger.turn_taken", who="bench-2", time="09:12")

    bench.turn = turn
    with pytest.raises(LedgerFailed):
        bench.run()
    assert (replacing.requests, store.unfinished_runs()) == ((), ())


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


def test_a_token_that_worked_in_an_earlier_run(store: Store, server: PracticeServer) -> None:
    """A token that has bound here since it was stored has stopped working, though it bound nothing in this run."""
    Bench(store, profile_of(server)).run()
    server.script([Answer(4100, 401)])
    advice = last_word(Bench(store, profile_of(server), ids=["A5"]).run()).advice
    assert advice is not None
    assert advice.title.id == "advice.token_stopped.title"
    assert advice.primary is Action.REPLACE_TOKEN


def test_a_token_without_a_note(store: Store, server: PracticeServer) -> None:
    """Where nothing says when it was stored, a token of its name that worked here is taken for the same."""
    place = TokenPlace("line")
    Bench(store, profile_of(server), place=place).run()
    advice = last_word(Bench(store, profile_of(server), "pat_of_yesterday", place, ids=["A5"]).run()).advice
    assert advice is not None
    assert advice.title.id == "advice.token_stopped.title"


def test_another_token_worked_here(store: Store, server: PracticeServer) -> None:
    """That the one before it bound devices here says nothing of a new token, nor does a profile's word."""
    Bench(store, profile_of(server)).run()
    place = TokenPlace("line", CLOCK.now())
    stopped = Bench(store, profile_of(server, proven=True), "pat_of_another_site", place, ids=["A5"])
    advice = last_word(stopped.run()).advice
    assert advice is not None
    assert advice.title.id == "advice.site_refuses_token.title"


def test_a_token_that_is_kept_nowhere(store: Store, server: PracticeServer) -> None:
    """One from outside or from memory is known from when this program got it, and is not taken for a stored one."""
    got_at = CLOCK.now()
    Bench(store, profile_of(server), place=TokenPlace(since=got_at)).run()
    for place, name in ((TokenPlace(since=got_at), "token_stopped"), (STORED, "site_refuses_token")):
        bench = Bench(store, profile_of(server), "pat_of_yesterday", place, ids=["A5"])
        advice = last_word(bench.run()).advice
        assert advice is not None
        assert advice.title.id == f"advice.{name}.title"


@pytest.mark.parametrize(
    ("refusal", "proven", "name"),
    [
        (None, False, "not_accepted"),
        (html(), False, "not_accepted"),
        (None, True, "not_accepted_any_more"),
        (Answer(4100, 401), False, "site_refuses_token"),
    ],
)
def test_a_channel_that_accepts_nothing(
    store: Store, server: PracticeServer, refusal: Answer | None, proven: bool, name: str
) -> None:
    """The site is asked whose token it is before the channel gets the blame."""
    server.script([Answer(4000)] * 9)
    server.script([refusal], Call.ME)
    concluded = last_word(Bench(store, profile_of(server, proven=proven)).run())
    assert concluded.ended.ending is Ending.NOT_ACCEPTED
    assert concluded.advice is not None
    assert concluded.advice.title.id == f"advice.{name}.title"
    assert [request.call for request in server.requests].count(Call.ME) == 1


def test_no_other_site_is_ever_asked(store: Store, server: PracticeServer) -> None:
    """Neither the refusal of the token nor a redirect of the question leads to a site that is not the profile's."""
    with PracticeServer(latency=0, rate=0) as other:
        server.script([Answer(4101, 403)])
        server.script([redirect(f"{other.site}/v1/users/me")], Call.ME)
        advice = last_word(Bench(store, profile_of(server)).run()).advice
        assert advice is not None
        assert advice.title.id == "advice.permission_or_site.title"
        assert other.requests == ()
    assert [request.call for request in server.requests] == [Call.BIND, Call.ME]


def test_a_size_that_works_is_remembered(store: Store) -> None:
    """The first run looks for it once; the next one begins with it, and so does one for another developer."""
    with PracticeServer(latency=0, rate=0, limit=10) as server:
        profile = profile_of(server, pace=Pace(batch_size=20, rate=0.0))
        first = Bench(store, profile, ids=MANY)
        happened = first.run()
        assert [event.size for event in happened if isinstance(event, Fitted)] == [10]
        assert first.states == [State.BOUND] * 40

        asked_before = len(server.requests)
        second = Bench(store, profile, ids=MANY)
        assert not any(isinstance(event, Fitted) for event in second.run())
        assert second.states == [State.BOUND] * 40
        assert len(server.requests) - asked_before == 4

        fact = store.request_size(profile.channel)
        assert fact is not None
        assert fact.size == 10
        assert policy_for(profile_of(server, user_id="77", pace=Pace(batch_size=50)), store).batch_size == 10
        assert policy_for(profile_of(server, pace=Pace(batch_size=3)), store).batch_size == 3
        assert policy_for(profile_of(server, key="other", pace=Pace(batch_size=50)), store).batch_size == 50


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


@dataclass(frozen=True)
class Together:
    """A fault that shows only when as many requests are there as were meant to come together."""

    meeting: threading.Barrier
    then: Fault
    commit: bool = True

    def deliver(self, reply: Reply) -> Delivery:
        """What the other fault delivers, once all have come."""
        self.meeting.wait(10)
        return self.then.deliver(reply)


@pytest.mark.parametrize("refusal", [Answer(4100, 401), Answer(4101), html(404), Answer(4028)])
def test_after_an_answer_that_stops_the_run_no_request_leaves(
    store: Store, server: PracticeServer, refusal: Fault
) -> None:
    """The two that are in flight with it are waited for and bound; the rows of the answer keep it and are ready."""
    meeting = threading.Barrier(3)
    in_flight = [(refusal, False), (Slow(0.2), True), (Slow(0.2), True)]
    server.script([None, *(Together(meeting, fault, commit) for fault, commit in in_flight)])
    pace = Pace(batch_size=1, concurrency=3, rate=0.0)
    bench = Bench(store, profile_of(server, pace=pace, behaviour=Behaviour.ADDS), ids=MANY)
    concluded = last_word(bench.run())
    assert concluded.ended.ending not in {Ending.FINISHED, Ending.STOPPED}
    assert [request.call for request in server.requests].count(Call.BIND) == 4
    assert bench.states.count(State.BOUND) == len(server.bound) == 3
    assert bench.states.count(State.READY) == 37
    (asked,) = (row for row in bench.sheet if row.outcome.attempts and row.outcome.state is State.READY)
    assert asked.outcome.answer == concluded.ended.answer


def test_a_request_that_does_not_leave_after_all(store: Store, server: PracticeServer) -> None:
    """Taken back between the disk and the socket, it does not stand in the journal, and its rows are ready."""
    bench = Bench(store, profile_of(server))
    run_id = store.begin_run(bench.sheet_id, bench.profile.channel, {1: Device("A1", "L-A1")}).result()
    journal = StoreJournal(store, run_id)
    (job, *_) = bench.sheet.jobs()
    request = Request(1, CLOCK.now(), (job,))

    async def begin_and_withdraw() -> None:
        await journal.begin(request, {1: job.outcome.begun(1)})
        await journal.withdraw(request, {1: job.outcome})

    asyncio.run(begin_and_withdraw())
    assert store.requests(run_id) == ()
    assert bench.states == [State.READY] * 4


def test_what_is_lost_after_such_an_answer_is_unknown(store: Store, server: PracticeServer) -> None:
    """A request in flight that gets no answer is not sent again: its row may be bound."""
    meeting = threading.Barrier(2)
    server.script([None, Together(meeting, Answer(4100, 401), commit=False), Together(meeting, Close())])
    pace = Pace(batch_size=1, concurrency=2, rate=0.0)
    bench = Bench(store, profile_of(server, pace=pace, behaviour=Behaviour.ADDS), ids=MANY)
    assert last_word(bench.run()).ended.ending is Ending.AUTHENTICATION
    assert [request.call for request in server.requests].count(Call.BIND) == 3
    assert (bench.states.count(State.UNKNOWN), bench.states.count(State.READY)) == (1, 38)


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
