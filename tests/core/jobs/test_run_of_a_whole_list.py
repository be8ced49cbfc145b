"""A run on a channel that replaces its list: one request, one sender, one turn."""

from __future__ import annotations

import asyncio
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bindtool.core.binding.events import Ended, Ending
from bindtool.core.common.errors import BadInput, BindtoolError, LedgerFailed
from bindtool.core.jobs.bind_job import Begun, Concluded, Held, JobEvent, ListGrown
from bindtool.core.model.channel import Behaviour, Channel
from bindtool.core.model.outcome import State
from bindtool.core.model.row import HoldReason
from bindtool.core.shared_ledger.ledger import SharedLedger
from tests.core.jobs.bench import CLOCK, IDS, Bench, advice_after, last_word, profile_of
from tests.core.store.tables.test_benches import foreign
from tests.practice.faults import ScriptedAnswer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence

    from bindtool.core.model.ledger_entry import SharedEntry
    from bindtool.core.shared_ledger.channel_turn import Confirm
    from bindtool.core.sheet.sheet import Sheet
    from bindtool.core.store import Store
    from bindtool.practice.server import PracticeServer


pytestmark = pytest.mark.replacing


def test_a_channel_that_replaces_its_list(store: Store, server: PracticeServer) -> None:
    """The request carries along what was bound before; the disk has it whole, the ledger each device once."""
    profile = profile_of(server, behaviour=Behaviour.REPLACES, sender=True)
    first, second = Bench(store, profile), Bench(store, profile)
    first.sheet.remove([3, 4])
    second.sheet.change([replace(second.sheet[1], label="renamed")])
    second.sheet.mark_saved([1])
    second.sheet.remove([2])
    assert last_word(first.run()).ended.ending is Ending.FINISHED
    assert last_word(second.run()).advice is None

    assert list(server.bound) == ["A2", "A1", "A3", "A4"]
    assert server.bound["A1"].label == "renamed"
    assert len(server.requests) == 2
    request = store.runs.last_request(second.sheet_id, 4)
    assert request is not None
    assert [(sent.number, sent.device_id) for sent in request.devices] == [
        (-1, "A2"),
        (1, "A1"),
        (3, "A3"),
        (4, "A4"),
    ]
    labels = [each.device.label for each in store.bindings.bound_devices(profile.channel)]
    assert labels == ["renamed", "L-A2", "L-A3", "L-A4"]
    assert first.states[:2] == [State.BOUND] * 2


def while_the_list_is_read(bench: Bench, happens: Callable[[Bench], object]) -> JobEvent:
    """Let something happen while a run reads what is on the list; return what comes next."""
    job = bench.confirmed()
    bench.store.benches.take_in([replace(foreign(1, "A1"), channel=bench.profile.channel)]).result()

    async def follow() -> JobEvent:
        async with aclosing(bench.events(job)) as run:
            assert isinstance(await anext(run), Held)
            reading = asyncio.ensure_future(anext(run))
            await asyncio.sleep(0)
            happens(bench)
            return await reading

    return asyncio.run(follow())


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(lambda sheet: sheet.remove([4]), id="deleted"),
        pytest.param(lambda sheet: sheet.change([replace(sheet[4], label="another")]), id="another label"),
    ],
)
def test_what_is_edited_while_the_list_is_read(
    store: Store, server: PracticeServer, edit: Callable[[Sheet], object]
) -> None:
    """The run begins without it: the rows are looked at once the disk has told what is on the list."""
    bench = Bench(store, profile_of(server, behaviour=Behaviour.REPLACES, sender=True))
    begun = while_the_list_is_read(bench, lambda bench: edit(bench.sheet))
    assert isinstance(begun, Begun)
    assert [each.number for each in begun.jobs] == [1, 2, 3]
    assert server.requests == ()


def test_stopped_while_the_list_is_read(store: Store, server: PracticeServer) -> None:
    """The run has not begun, and none is written down."""
    bench = Bench(store, profile_of(server, behaviour=Behaviour.REPLACES, sender=True))
    assert while_the_list_is_read(bench, lambda bench: bench.stop.set()) == Concluded(Ended(Ending.STOPPED), None)
    assert (server.requests, store.runs.unfinished()) == ((), ())


def test_a_refused_list_says_why_it_was_not_taken_apart(store: Store, server: PracticeServer) -> None:
    """Two requests, the same list in each; the rows have the answer, and what was bound before is as it was."""
    profile = profile_of(server, behaviour=Behaviour.REPLACES, sender=True)
    Bench(store, profile).run()
    refused = Bench(store, profile)
    server.script([ScriptedAnswer(4000, msg="bad parameter")] * 2)
    advice = advice_after(refused.run())
    assert advice.title.id == "advice.list_refused.title"
    assert refused.states == [State.REFUSED] * 4
    assert len({request.body for request in server.requests}) == 1
    assert list(server.bound) == IDS


SHARED = "postgresql://bench@localhost/ledger"


@pytest.mark.parametrize("ledger", ["", SHARED], ids=["another sends", "no turn"])
def test_a_laptop_that_may_not_send(store: Store, server: PracticeServer, ledger: str) -> None:
    """Nothing leaves and nothing is written: its list would erase what another bench has bound."""
    bench = Bench(store, profile_of(server, behaviour=Behaviour.REPLACES, ledger=ledger))
    with pytest.raises(BadInput, match=r"whole_list\.not_the_sender"):
        bench.run()
    assert (server.requests, store.runs.unfinished()) == ((), ())


class Turns(SharedLedger):
    """Turns of a channel that replaces its list; in each something new is read first.

    `ended`: how many devices were bound there when each of them ended.
    """

    def __init__(self, store: Store, news: Sequence[SharedEntry] = (), problem: LedgerFailed | None = None) -> None:
        self._store = store
        self._news = news
        self._problem = problem
        self.ended: list[int] = []

    @asynccontextmanager
    async def turn(self, operator: str, channel: Channel) -> AsyncIterator[Confirm | None]:
        """Have the turn."""
        if self._problem is not None:
            raise self._problem
        self._store.benches.take_in([replace(entry, channel=channel) for entry in self._news]).result()
        try:
            yield None
        finally:
            self.ended.append(len(self._store.bindings.bound_devices(channel)))

    def notify(self) -> None:
        """Tell nobody."""


def test_what_others_have_bound_goes_along_once_it_was_confirmed(store: Store, server: PracticeServer) -> None:
    """A line in the shared ledger that nobody here had seen was sent with the next Bind; four were confirmed.

    What is learnt in the turn ends it, and nothing leaves. Confirmed with it, the turn lasts until all is written
    down.
    """
    profile = profile_of(server, behaviour=Behaviour.REPLACES, ledger=SHARED)
    bench = Bench(store, profile)
    bench.ledger = turns = Turns(store, [foreign(1)])
    with pytest.raises(ListGrown) as caught:
        bench.run()
    assert caught.value.id == "whole_list.grown"
    assert (server.requests, store.runs.unfinished(), turns.ended) == ((), (), [1])
    assert bench.states == [State.READY] * 4

    assert last_word(bench.run()).ended.ending is Ending.FINISHED
    assert list(server.bound) == ["SPK9001", *IDS]
    assert turns.ended == [1, 5]


def test_a_row_that_another_bench_has_bound_since_is_asked_about(store: Store, server: PracticeServer) -> None:
    """What was read in the turn named a device that was confirmed as new, and it went as this bench's own.

    Its row is held, and the list would have what nobody has agreed to. Confirmed with that, theirs goes along.
    """
    profile = profile_of(server, behaviour=Behaviour.REPLACES, ledger=SHARED)
    bench = Bench(store, profile)
    bench.ledger = Turns(store, [foreign(1, "A1")])
    held: list[Held] = []

    async def follow() -> None:
        async for event in bench.events():
            assert isinstance(event, Held)
            held.append(event)
            bench.sheet.change([replace(bench.sheet[number], held=why) for number, why in event.reasons.items()])
            bench.sheet.mark_saved(event.reasons)

    with pytest.raises(ListGrown):
        asyncio.run(follow())
    assert [(number, why.reason) for number, why in held[0].reasons.items()] == [(1, HoldReason.BOUND_THERE)]
    assert server.requests == ()

    assert last_word(bench.run()).ended.ending is Ending.FINISHED
    assert server.bound["A1"].label == "Other 1"
    assert bench.states == [State.READY, *[State.BOUND] * 3]


def test_another_label_that_others_tell_of_is_confirmed_too(store: Store, server: PracticeServer) -> None:
    """It would be the one that is sent for a device that was bound here."""
    profile = profile_of(server, behaviour=Behaviour.REPLACES, sender=True)
    Bench(store, profile).run()
    bench = Bench(store, profile, ids=["A5"])
    job = bench.confirmed()
    told = replace(
        foreign(1, "A1", label="forged"), channel=profile.channel, bound_at=CLOCK.now() + timedelta(days=1)
    )
    store.benches.take_in([told]).result()
    with pytest.raises(ListGrown):
        bench.run(job)
    assert len(server.requests) == 1


def test_a_turn_that_can_not_be_had(store: Store, server: PracticeServer) -> None:
    """Nothing leaves, and nothing is written of a run."""
    bench = Bench(store, profile_of(server, behaviour=Behaviour.REPLACES, ledger=SHARED))
    bench.ledger = Turns(store, problem=LedgerFailed("ledger.turn_taken", who="bench-2", time="09:12"))
    with pytest.raises(LedgerFailed):
        bench.run()
    assert (server.requests, store.runs.unfinished()) == ((), ())


class LostTurns(Turns):
    """Turns; before the second request something has been bound by others, or there is a problem."""

    def __init__(self, store: Store, news: Sequence[SharedEntry] = (), problem: LedgerFailed | None = None) -> None:
        super().__init__(store)
        self._meanwhile = news
        self._why = problem
        self._asked = 0

    @asynccontextmanager
    async def turn(self, operator: str, channel: Channel) -> AsyncIterator[Confirm]:
        """Have the turn."""

        async def confirm() -> None:
            self._asked += 1
            if self._asked > 1 and self._why is not None:
                raise self._why
            if self._asked > 1:
                news = [replace(entry, channel=channel) for entry in self._meanwhile]
                await asyncio.wrap_future(self._store.benches.take_in(news))

        async with super().turn(operator, channel):
            yield confirm


@pytest.mark.parametrize(
    ("lost", "id_"),
    [
        ({"problem": LedgerFailed("ledger.turn_taken", who="line-2", time="09:12")}, "ledger.turn_taken"),
        ({"news": [foreign(1, "B1")]}, "ledger.turn_lost"),
        ({"news": [foreign(1, "A1")]}, "ledger.turn_lost"),
    ],
)
def test_a_turn_that_is_lost_in_a_run(store: Store, server: PracticeServer, lost: dict[str, Any], id_: str) -> None:
    """The list is not sent once more: it would erase what another bench has bound meanwhile."""
    bench = Bench(store, profile_of(server, behaviour=Behaviour.REPLACES, ledger=SHARED))
    bench.ledger = LostTurns(store, **lost)
    server.script([ScriptedAnswer(4000)])
    with pytest.raises(BindtoolError) as caught:
        bench.run()
    assert caught.value.id == id_
    assert len(server.requests) == 1
    store.sheets.recover().result()
    assert bench.states == [State.READY] * 4


def test_a_turn_that_is_kept(store: Store, server: PracticeServer) -> None:
    """Where nothing has come in between, a list that was refused goes once more."""
    bench = Bench(store, profile_of(server, behaviour=Behaviour.REPLACES, ledger=SHARED))
    bench.ledger = LostTurns(store)
    server.script([ScriptedAnswer(4000)])
    assert last_word(bench.run()).ended.ending is Ending.FINISHED
    assert len(server.requests) == 2
    assert bench.states == [State.BOUND] * 4
