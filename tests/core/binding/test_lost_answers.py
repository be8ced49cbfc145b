"""Lost answers from the socket to the disk: sent again up to the limit, then unknown, and never anything else."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace

import pytest

from bindtool.core.binding.events import Ending, Waiting, WaitReason
from bindtool.core.model.outcome import Outcome, State
from bindtool.core.profiles.profile import Profile
from bindtool.core.store import History, Store
from bindtool.practice.rules import PracticeReply
from bindtool.practice.server import PracticeServer
from bindtool.practice.wire import Close, Delivery, Fault
from tests.core.binding.playing import RESEND, play, profile_at
from tests.ports import held_port
from tests.practice.faults import (
    Drip,
    Reset,
    ScriptedAnswer,
    Slow,
    Truncated,
    html,
)

IDS = ("SPK1", "SPK2")
NOWHERE = "http://127.0.0.1:9/"

# A time that runs out, a connection that ends at each place, an answer that is none, and a server in trouble. Which
# answers are lost is a table of `judge`'s.
LOST: dict[str, Fault] = {
    "time-out, taken": Slow(60.0),
    "dripping, not taken": Drip(0.05, commit=False),
    "reset after it was taken": Reset(commit=True),
    "closed, not taken": Close(commit=False),
    "truncated": Truncated(),
    "a page for people, taken": html(200, commit=True),
    "a gateway's page": html(502),
}
SILENT = {name for name, fault in LOST.items() if isinstance(fault, (Slow, Drip))}
TROUBLE = {"a gateway's page"}

each_lost = pytest.mark.parametrize("name", LOST)


def profile_for(name: str, server: PracticeServer) -> Profile:
    """Return a profile that soon gives up an answer where the loss is that none comes."""
    profile = profile_at(server.site)
    return replace(profile, pace=replace(profile.pace, answer_timeout=0.5)) if name in SILENT else profile


@each_lost
def test_sent_again_up_to_the_limit_then_unknown(store: Store, server: PracticeServer, name: str) -> None:
    """After the first try and two more the rows are unknown; nothing on the way says bound or failed."""
    server.script([LOST[name]] * (RESEND + 1))

    played = play(store, profile_for(name, server), IDS)

    assert len(server.requests) == RESEND + 1
    assert played.states == [State.UNKNOWN] * 2
    assert {outcome.state for outcome in played.told} == {State.WAITING, State.UNKNOWN}
    assert all(outcome.lost for outcome in played.told)
    assert [row.outcome.attempts for row in played.rows] == [RESEND + 1] * 2
    reason = WaitReason.TROUBLE if name in TROUBLE else WaitReason.LOST
    assert [event.reason for event in played.events if isinstance(event, Waiting)] == [reason] * RESEND
    assert len(store.bindings.bound_devices(profile_at(server.site).channel)) == 0


@each_lost
def test_a_code_of_0_at_last_makes_it_bound(store: Store, server: PracticeServer, name: str) -> None:
    """The last try is answered properly: bound, with the log id of that answer."""
    server.script([LOST[name]] * RESEND)

    played = play(store, profile_for(name, server), IDS)

    assert played.states == [State.BOUND] * 2
    assert set(server.bound) == set(IDS)
    assert played.codes == [0, 0]


@each_lost
def test_a_refusal_after_it_is_no_proof(store: Store, server: PracticeServer, name: str) -> None:
    """Whatever comes later, the rows stay unknown, with the later answer to look at; no stop makes them ready."""
    server.script([LOST[name], ScriptedAnswer(4000, msg="bad"), ScriptedAnswer(4100, 401)])

    played = play(store, profile_for(name, server), IDS)

    assert played.ended.ending is Ending.AUTHENTICATION
    assert played.states == [State.UNKNOWN] * 2
    assert played.codes == [4100, 4100]
    assert State.REFUSED not in {outcome.state for outcome in played.told}


def test_a_refused_device_that_lost_an_answer_stays_unknown(store: Store, server: PracticeServer) -> None:
    """Refused alone after a lost answer, a device may be bound all the same."""
    server.script([None, Close(commit=False)])

    played = play(store, replace(profile_at(server.site), proven=False), ["SPK1", "SPK0000"])

    assert played.states == [State.BOUND, State.UNKNOWN]
    assert played.codes == [0, 4000]


def test_what_never_left_is_not_unknown_in_the_history_either(store: Store) -> None:
    """Its row is edited afterwards or deleted: the history tells from the run that it was not sent."""
    with held_port() as port:
        played = play(store, profile_at(f"http://127.0.0.1:{port}"), IDS)
    sheet_id = store.sheets.all()[0].sheet_id
    edited = replace(played.rows[0], device_id="SPK9", outcome=Outcome())
    store.sheets.save(sheet_id, [edited], drop=[2]).result()

    found = History(store.path).search().records

    assert {record.device_id: record.state for record in found} == dict.fromkeys([*IDS, "SPK9"], State.UNSENT)


def test_a_lost_answer_stays_lost_where_no_other_try_can_leave(store: Store, server: PracticeServer) -> None:
    """Lost once and never sent again is unknown, not unsent."""
    server.script([Gone(server)])

    played = play(store, profile_at(server.site), IDS)

    assert played.ended.ending is Ending.UNREACHABLE
    assert played.states == [State.UNKNOWN] * 2


@dataclass(frozen=True)
class Gone:
    """A fault after which nobody listens any more: the devices are taken, the connection breaks."""

    server: PracticeServer
    commit: bool = True

    def deliver(self, reply: PracticeReply) -> Delivery:
        """Nothing, and the door is shut."""
        threading.Thread(target=self.server.stop, daemon=True).start()
        return Slow(60.0).deliver(reply)
