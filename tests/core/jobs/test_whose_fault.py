"""The last word of a run that was stopped: whose fault it was."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from bindtool.core.binding.advice import Action
from bindtool.core.binding.events import Ending, SizeLimited
from bindtool.core.credentials.token_metadata import TokenPlace
from bindtool.core.jobs.bind_job import JobEvent, policy_for
from bindtool.core.model.channel import Behaviour
from bindtool.core.model.outcome import State
from bindtool.core.profiles.profile import RequestSettings
from bindtool.core.store import Store
from bindtool.practice.rules import Call, PracticeReply
from bindtool.practice.server import PracticeServer
from bindtool.practice.wire import Delivery
from tests.core.jobs.bench import CLOCK, MANY, STORED, Bench, advice_after, last_word, profile_of, titled
from tests.practice.faults import ScriptedAnswer, html, redirect


def test_a_token_that_stops_working(store: Store, server: PracticeServer) -> None:
    """After a code of 0 in this run it is the token that stopped; the counts are those of now."""
    server.script([None, None, ScriptedAnswer(4100, 401)])
    bench = Bench(store, profile_of(server, who_to_ask="Li"))
    advice = advice_after(bench.run())
    assert advice.title.id == "advice.token_stopped.title"
    values = advice.title.values
    assert (values["bound"], values["left"], values["who"]) == (3, 1, "Li")
    assert values["site"] == server.site.removeprefix("http://")
    assert bench.states == [State.BOUND] * 3 + [State.READY]


def test_what_was_refused_is_not_left(store: Store, server: PracticeServer) -> None:
    """One is bound, one refused after two tries; two are left for the token that follows."""
    server.script([None, None, None, ScriptedAnswer(4100, 401)])
    one_by_one = RequestSettings(batch_size=1, rate=0.0, resend=0)
    bench = Bench(store, profile_of(server, pace=one_by_one), ids=["A1", "A0000", "A3", "A4"])
    values = advice_after(bench.run()).title.values
    assert bench.states == [State.BOUND, State.REFUSED, State.READY, State.READY]
    assert (values["bound"], values["left"]) == (1, 2)


@pytest.mark.parametrize(
    ("refusal", "name"),
    [(None, "permission"), (ScriptedAnswer(4100, 401), "site_refuses_token"), (html(), "permission_or_site")],
)
def test_whose_fault_it_was(
    store: Store, server: PracticeServer, refusal: ScriptedAnswer | None, name: str
) -> None:
    """A 4101 alone does not say: the site is asked once whose token it is."""
    server.script([ScriptedAnswer(4101, 403)])
    server.script([refusal], Call.ME)
    assert titled(Bench(store, profile_of(server)).run()) == name
    assert [request.call for request in server.requests] == [Call.BIND, Call.ME]


@dataclass(frozen=True)
class HeardAndLate:
    """Says that it has heard the question, and answers ten seconds later."""

    heard: Callable[[], object]
    then: ScriptedAnswer
    commit: bool = True

    def deliver(self, reply: PracticeReply) -> Delivery:
        """What the other fault delivers, later."""
        self.heard()
        return replace(self.then.deliver(reply), wait=10.0)


def test_stop_while_the_site_is_asked_whose_token_it_is(store: Store, server: PracticeServer) -> None:
    """The question is given up at once: whoever stops a run or ends the program does not wait for its answer."""
    server.script([ScriptedAnswer(4101, 403)])
    bench = Bench(store, profile_of(server))

    async def stopped() -> list[JobEvent]:
        loop, events = asyncio.get_running_loop(), bench.events()

        def stop() -> None:
            loop.call_soon_threadsafe(bench.stop.set)

        server.script([HeardAndLate(stop, ScriptedAnswer(4100, 401))], Call.ME)
        return [event async for event in events]

    concluded = last_word(asyncio.run(stopped()))
    assert concluded.ended.ending is Ending.PERMISSION
    assert concluded.advice is not None
    assert concluded.advice.title.id == "advice.permission_or_site.title"


def test_a_token_that_worked_in_an_earlier_run(store: Store, server: PracticeServer) -> None:
    """A token that has bound here since it was stored has stopped working, though it bound nothing in this run."""
    Bench(store, profile_of(server)).run()
    server.script([ScriptedAnswer(4100, 401)])
    advice = advice_after(Bench(store, profile_of(server), ids=["A5"]).run())
    assert advice.title.id == "advice.token_stopped.title"
    assert advice.primary is Action.REPLACE_TOKEN


def test_a_token_without_a_note(store: Store, server: PracticeServer) -> None:
    """Where nothing says when it was stored, a token of its name that worked here is taken for the same."""
    place = TokenPlace("line")
    Bench(store, profile_of(server), place=place).run()
    assert titled(Bench(store, profile_of(server), "pat_of_yesterday", place, ids=["A5"]).run()) == "token_stopped"


def test_another_token_worked_here(store: Store, server: PracticeServer) -> None:
    """That the one before it bound devices here says nothing of a new token, nor does a profile's word."""
    Bench(store, profile_of(server)).run()
    place = TokenPlace("line", CLOCK.now())
    stopped = Bench(store, profile_of(server, proven=True), "pat_of_another_site", place, ids=["A5"])
    assert titled(stopped.run()) == "site_refuses_token"


def test_a_token_that_is_kept_nowhere(store: Store, server: PracticeServer) -> None:
    """One from outside or from memory is known from when this program got it, and is not taken for a stored one."""
    got_at = CLOCK.now()
    Bench(store, profile_of(server), place=TokenPlace(since=got_at)).run()
    for place, name in ((TokenPlace(since=got_at), "token_stopped"), (STORED, "site_refuses_token")):
        bench = Bench(store, profile_of(server), "pat_of_yesterday", place, ids=["A5"])
        assert titled(bench.run()) == name


@pytest.mark.parametrize(
    ("refusal", "proven", "name"),
    [
        (None, False, "not_accepted"),
        (html(), False, "not_accepted"),
        (None, True, "not_accepted_any_more"),
        (ScriptedAnswer(4100, 401), False, "site_refuses_token"),
    ],
)
def test_a_channel_that_accepts_nothing(
    store: Store, server: PracticeServer, refusal: ScriptedAnswer | None, proven: bool, name: str
) -> None:
    """The site is asked whose token it is before the channel gets the blame."""
    server.script([ScriptedAnswer(4000)] * 9)
    server.script([refusal], Call.ME)
    concluded = last_word(Bench(store, profile_of(server, proven=proven)).run())
    assert concluded.ended.ending is Ending.NOT_ACCEPTED
    assert concluded.advice is not None
    assert concluded.advice.title.id == f"advice.{name}.title"
    assert [request.call for request in server.requests].count(Call.ME) == 1


def test_a_checked_channel_that_accepts_nothing_any_more(store: Store, server: PracticeServer) -> None:
    """Its check took two devices: none goes ahead alone, and it is not called a channel that never accepted."""
    server.script([ScriptedAnswer(4000)] * 9)
    concluded = last_word(Bench(store, profile_of(server, behaviour=Behaviour.ADDS)).run())
    assert server.requests[0].body.count(b'"value"') == 2
    assert concluded.advice is not None
    assert concluded.advice.title.id == "advice.not_accepted_any_more.title"


def test_no_other_site_is_ever_asked(store: Store, server: PracticeServer) -> None:
    """Neither the refusal of the token nor a redirect of the question leads to a site that is not the profile's."""
    with PracticeServer(latency=0, rate=0) as other:
        server.script([ScriptedAnswer(4101, 403)])
        server.script([redirect(f"{other.site}/v1/users/me")], Call.ME)
        assert titled(Bench(store, profile_of(server)).run()) == "permission_or_site"
        assert other.requests == ()
    assert [request.call for request in server.requests] == [Call.BIND, Call.ME]


def test_a_size_that_works_is_remembered(store: Store) -> None:
    """The first run looks for it once; the next one begins with it, and so does one for another developer."""
    with PracticeServer(latency=0, rate=0, limit=10) as server:
        profile = profile_of(server, pace=RequestSettings(batch_size=20, rate=0.0))
        first = Bench(store, profile, ids=MANY)
        happened = first.run()
        assert [event.size for event in happened if isinstance(event, SizeLimited)] == [10]
        assert first.states == [State.BOUND] * 40

        asked_before = len(server.requests)
        second = Bench(store, profile, ids=MANY)
        assert not any(isinstance(event, SizeLimited) for event in second.run())
        assert second.states == [State.BOUND] * 40
        assert len(server.requests) - asked_before == 4

        fact = store.channels.request_size(profile.channel)
        assert fact is not None
        assert fact.size == 10
        assert (
            policy_for(profile_of(server, user_id="77", pace=RequestSettings(batch_size=50)), store).batch_size
            == 10
        )
        assert policy_for(profile_of(server, pace=RequestSettings(batch_size=3)), store).batch_size == 3
        assert (
            policy_for(profile_of(server, key="other", pace=RequestSettings(batch_size=50)), store).batch_size == 50
        )


def test_other_endings_need_no_question(store: Store, server: PracticeServer) -> None:
    """An unknown channel is no matter of the token; refused and unknown rows are not counted as left."""
    server.script([None, html(), ScriptedAnswer(4200, 404)])
    bench = Bench(store, profile_of(server, pace=RequestSettings(batch_size=1, rate=0.0, resend=0)))
    advice = advice_after(bench.run())
    assert advice.title.id == "advice.unknown_channel.title"
    assert (advice.title.values["bound"], advice.title.values["left"], advice.title.values["n"]) == (1, 2, 1)
    assert {request.call for request in server.requests} == {Call.BIND}
    assert bench.states == [State.BOUND, State.UNKNOWN, State.READY, State.READY]
