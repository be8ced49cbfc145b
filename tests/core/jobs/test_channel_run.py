"""A run put together: real HTTP, a real database, and the last word after it."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import asdict, dataclass, replace

import pytest

from bindtool.core.api.client import CozeApi, Timeouts
from bindtool.core.binding.events import Ended, Ending, Sending
from bindtool.core.binding.protocols import Policy
from bindtool.core.common.clock import Clock
from bindtool.core.common.errors import StoreFailed
from bindtool.core.jobs.bind_job import Begun, Held, JobEvent, KnownChannel, known_channel, policy_for
from bindtool.core.jobs.channel_run import RunContext, run_job
from bindtool.core.jobs.site_token import FoundToken
from bindtool.core.jobs.store_journal import StoreJournal
from bindtool.core.model.channel import Behaviour
from bindtool.core.model.device import Device
from bindtool.core.model.job import Request
from bindtool.core.model.outcome import State
from bindtool.core.network.proxies import Proxies
from bindtool.core.profiles.profile import RequestSettings
from bindtool.core.store import Store
from bindtool.practice.rules import Call, PracticeReply
from bindtool.practice.server import PracticeServer
from bindtool.practice.wire import Delivery, Fault
from tests.core.jobs.bench import CLOCK, IDS, Bench, last_word, profile_of
from tests.core.store.samples import told
from tests.patience import PATIENCE
from tests.practice.faults import Slow


def test_a_run_is_written_down(store: Store, server: PracticeServer) -> None:
    """Rows, requests with their answers, the ledger and the end are on the disk; nothing is left to say."""
    bench = Bench(store, profile_of(server))
    concluded = last_word(bench.run())
    assert concluded.ended.ending is Ending.FINISHED
    assert concluded.advice is None
    assert list(server.bound) == IDS
    assert [row.outcome for row in store.sheets.load(bench.sheet_id)] == [row.outcome for row in bench.sheet]
    assert bench.states == [State.BOUND] * 4
    assert store.runs.unfinished() == ()
    request = store.runs.last_request(bench.sheet_id, 4)
    assert request is not None
    assert (request.number, request.run.operator, request.run.profile, request.run.ending) == (
        3,
        "A12",
        "line",
        "finished",
    )
    assert request.answer is not None
    assert request.answer.log_id == bench.sheet[4].outcome.answer.log_id  # type: ignore[union-attr]  # it is bound
    assert len(store.bindings.bound_devices(bench.profile.channel)) == 4


def test_a_channel_that_only_others_have_bound_on(store: Store, server: PracticeServer) -> None:
    """What another bench tells of the channel lets nothing go together here before one device was taken alone."""
    profile = profile_of(server)
    store.benches.take_in([replace(told(1), channel=profile.channel)]).result()
    assert not policy_for(profile, store).proven
    Bench(store, profile).run()
    first, *_ = (request for request in server.requests if request.call is Call.BIND)
    assert first.body.count(b'"value"') == 1


def test_the_policy(store: Store, server: PracticeServer) -> None:
    """It has the profile's request settings; a channel that once gave a code of 0 needs no device ahead."""
    profile = profile_of(server)
    policy = policy_for(profile, store, 7.0, attended=False)
    assert policy == Policy(**asdict(profile.pace), max_wait=7.0, attended=False)
    assert policy_for(profile_of(server, proven=True), store).proven
    Bench(store, profile).run()
    assert policy_for(profile, store).proven
    assert policy_for(profile, store).max_wait is None


def test_a_run_waits_for_a_site_as_long_as_its_job_says(store: Store, server: PracticeServer) -> None:
    """Not at all, in a script: it ends as unreachable."""
    bench = Bench(store, profile_of(server, site="http://127.0.0.1:1"))

    async def run() -> list[JobEvent]:
        async with asyncio.timeout(PATIENCE):
            return [event async for event in bench.events()]

    assert last_word(asyncio.run(run())).ended.ending is Ending.UNREACHABLE


@pytest.mark.parametrize("behaviour", [Behaviour.ADDS, Behaviour.REPLACES])
def test_what_is_known_before_it_is_confirmed(store: Store, server: PracticeServer, behaviour: Behaviour) -> None:
    """The policy, how fast the channel has answered, and, where it replaces its list, what is on that."""
    profile = profile_of(server, behaviour=behaviour, sender=True)
    nothing = KnownChannel(frozenset(), frozenset(), (), policy_for(profile, store), None)
    assert known_channel(profile, store) == nothing
    store.benches.take_in([replace(told(1, "C1"), channel=profile.channel)]).result()
    Bench(store, profile).run()
    known = known_channel(profile, store)
    assert known.policy == policy_for(profile, store)
    assert known.answered_in is not None
    replaces = behaviour is Behaviour.REPLACES
    assert known.ids == {each.device_id for each in known.listed} == ({*IDS, "C1"} if replaces else set())
    assert [each.device.device_id for each in known.of_others] == (["C1"] if replaces else [])


@pytest.mark.parametrize(
    ("behaviour", "concurrency"), [(Behaviour.NOT_CHECKED, 1), (Behaviour.REPLACES, 1), (Behaviour.ADDS, 8)]
)
def test_one_at_a_time_until_it_is_checked(
    store: Store, server: PracticeServer, behaviour: Behaviour, concurrency: int
) -> None:
    """However many the profile would send at once; a channel that replaces its list is sent it whole."""
    profile = profile_of(server, behaviour=behaviour, pace=RequestSettings(concurrency=8))
    policy = policy_for(profile, store)
    assert policy.concurrency == concurrency
    assert policy.whole_list is (behaviour is Behaviour.REPLACES)
    assert policy.proven is (behaviour is not Behaviour.NOT_CHECKED)


@dataclass(frozen=True)
class Together:
    """A fault that shows only when as many requests are there as were meant to come together."""

    meeting: threading.Barrier
    then: Fault
    commit: bool = True

    def deliver(self, reply: PracticeReply) -> Delivery:
        """What the other fault delivers, once all have come."""
        self.meeting.wait(10)
        return self.then.deliver(reply)


def test_a_request_that_does_not_leave_after_all(store: Store, server: PracticeServer) -> None:
    """Taken back between the disk and the socket, it does not stand in the journal, and its rows are ready."""
    bench = Bench(store, profile_of(server))
    run_id = store.runs.begin(bench.sheet_id, bench.profile.channel, {1: Device("A1", "L-A1")}).result()
    (job, *_) = bench.sheet.jobs()
    request = Request(1, CLOCK.now(), (job,))

    async def begin_and_withdraw() -> None:
        journal = StoreJournal(store, run_id)
        await journal.begin(request)
        await journal.withdraw(request)

    asyncio.run(begin_and_withdraw())
    assert store.runs.requests(run_id) == ()
    assert bench.states == [State.READY] * 4


@pytest.mark.parametrize(
    ("heard", "state"), [(True, State.UNKNOWN), (False, State.READY)], ids=["heard", "not heard yet"]
)
def test_a_run_that_nobody_follows_any_more(
    store: Store, server: PracticeServer, *, heard: bool, state: State
) -> None:
    """Closed in the middle, nothing more leaves; the run has no end, and the disk has what is known of the rows."""
    meeting = threading.Barrier(2)
    server.script([Together(meeting, Slow(30))])
    bench = Bench(store, profile_of(server))

    async def follow_one() -> None:
        events = bench.events()
        happened = [await anext(events) for _ in range(3)]
        assert list(map(type, happened)) == [Held, Begun, Sending]
        if heard:
            await asyncio.to_thread(meeting.wait)
        await events.aclose()

    asyncio.run(follow_one())
    assert [run.sheet_id for run in store.runs.unfinished()] == [bench.sheet_id]
    assert bench.states == [state, State.READY, State.READY, State.READY]


def test_an_end_is_on_the_disk_before_it_is_told(store: Store, server: PracticeServer) -> None:
    """Whoever hears of it and follows no longer leaves no run behind that seems to have been interrupted."""
    bench = Bench(store, profile_of(server))

    async def follow_to_the_end() -> None:
        events = bench.events()
        while not isinstance(await anext(events), Ended):
            pass
        await events.aclose()

    asyncio.run(follow_to_the_end())
    assert bench.states == [State.BOUND] * 4
    assert store.runs.unfinished() == ()


def test_a_disk_that_fails(store: Store, server: PracticeServer) -> None:
    """Nothing is sent that the disk does not know of."""
    bench = Bench(store, profile_of(server))

    job = bench.confirmed()

    async def follow() -> None:
        async for _ in bench.events(job):
            pass

    store.close()
    with pytest.raises(StoreFailed):
        asyncio.run(follow())
    assert server.requests == ()


def test_how_long_a_request_may_take(store: Store, server: PracticeServer) -> None:
    """As long as the profile says: until the site is reached, and from then on."""
    asked: list[Timeouts] = []

    def open_api(origin: str, found: FoundToken, timeouts: Timeouts, clock: Clock, proxies: Proxies) -> CozeApi:
        asked.append(timeouts)
        return CozeApi(origin, found.token, timeouts, clock, proxies)

    bench = Bench(store, profile_of(server, pace=RequestSettings(connect_timeout=4, answer_timeout=7)))
    context = RunContext(store, CLOCK, Proxies.of_this_system(), open_api=open_api)

    async def follow() -> None:
        async for _ in run_job(bench.confirmed(), bench.sheet, bench.bring_token, context, asyncio.Event()):
            pass

    asyncio.run(follow())
    assert asked == [Timeouts(connect=4, answer=7)]


@pytest.mark.parametrize(("closing", "ending"), [(False, "stopped"), (True, "closed")])
def test_whether_a_run_was_stopped_by_the_end_of_the_program(
    store: Store, server: PracticeServer, closing: bool, ending: str
) -> None:
    """The disk has it: the next start offers to go on with one, and not with a run that somebody has stopped."""
    bench = Bench(store, profile_of(server, pace=RequestSettings(rate=0, batch_size=1)))
    bench.closing = closing

    async def stopped() -> None:
        async for event in bench.events():
            if isinstance(event, Sending):
                bench.stop.set()

    asyncio.run(stopped())
    run = store.runs.last(bench.sheet_id)
    assert run is not None
    assert run.ending == ending
