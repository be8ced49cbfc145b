"""What is known of a device is what its requests have come to, one after another, in whichever run."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from bindtool.core.api.verdict import VerdictKind
from bindtool.core.model.channel import Channel
from bindtool.core.model.device import Device
from bindtool.core.model.ledger_entry import RefusedCount
from bindtool.core.model.outcome import Answer, Outcome, State
from bindtool.core.store import Store
from bindtool.core.store.tables.last_answers import LastAnswer
from tests.core.store.samples import CHANNEL, START, Clock, row, told

BOUND, LOST, REFUSED, STOP = VerdictKind.BOUND, VerdictKind.LOST, VerdictKind.REFUSED, VerdictKind.STOP

STATES = {BOUND: State.BOUND, LOST: State.UNKNOWN, REFUSED: State.REFUSED, STOP: State.READY}

Run = tuple[tuple[str, VerdictKind], ...]
"""Requests of a run in their order: the devices, one letter each, and what the answer was taken for."""


def play(store: Store, clock: Clock, *runs: Run, channel: Channel = CHANNEL) -> None:
    """Write runs as `run_job` does; each labels a device by its number, so A is "A1" in the first run."""
    for name, requests in enumerate(runs, 1):
        devices = sorted({device for group, _ in requests for device in group})
        numbers = {device: number for number, device in enumerate(devices, 1)}
        rows = [row(number, device) for device, number in numbers.items()]
        sheet = store.sheets.create(origin="list.csv", put=rows).result()
        sent = {number: Device(device, f"{device}{name}") for device, number in numbers.items()}
        run_id = store.runs.begin(sheet.sheet_id, channel, sent).result()
        outcomes = dict.fromkeys(numbers.values(), Outcome())
        for request, (group, kind) in enumerate(requests, 1):
            clock.time += timedelta(seconds=1)
            carried = [numbers[device] for device in group]
            store.runs.begin_request(run_id, request, carried).result()
            code = 4000 if kind is REFUSED else 0
            answer = None if kind is LOST else Answer(clock.time, code, log_id=f"LOG{name}{request}")
            # A group that is refused waits for its search.
            state = State.WAITING if kind is REFUSED and len(group) > 1 else STATES[kind]
            for number in carried:
                outcomes[number] = outcomes[number].begun(request).settled(state, answer)
            store.runs.settle(run_id, {number: outcomes[number] for number in carried}, request, kind).result()


def known(store: Store, *device_ids: str) -> Mapping[str, LastAnswer]:
    """Ask for devices."""
    return store.answers.by_device(CHANNEL, device_ids)


OTHER = (("Z", BOUND),)
"""Something was bound, so that a refusal in this run is one of a row."""

HISTORIES: dict[str, tuple[tuple[Run, ...], tuple[State, str, int] | None]] = {
    "never sent": ((OTHER,), None),
    "bound": (((("AZ", BOUND),),), (State.BOUND, "A1", 1)),
    "bound again with another label": (((("A", BOUND),), (("A", BOUND),)), (State.BOUND, "A2", 2)),
    "lost": (((("A", LOST),),), (State.UNKNOWN, "A1", 1)),
    "lost, then bound": (((("A", LOST), ("A", BOUND)),), (State.BOUND, "A1", 2)),
    "bound, then lost": (((("A", BOUND),), (("A", LOST),)), (State.UNKNOWN, "A2", 2)),
    "refused by itself": (((*OTHER, ("AB", REFUSED), ("A", REFUSED)),), (State.REFUSED, "A1", 2)),
    "refused in a group": (((*OTHER, ("AB", REFUSED)),), None),
    "refused before anything was bound": (((("A", REFUSED), *OTHER),), (State.REFUSED, "A1", 1)),
    "too few to tell": (((("A", REFUSED), ("A", REFUSED)),), None),
    "three by themselves": (((("A", REFUSED), ("B", REFUSED), ("C", REFUSED)),), (State.REFUSED, "A1", 1)),
    "refused after it was bound": (((("A", BOUND),), (*OTHER, ("A", REFUSED))), (State.BOUND, "A1", 2)),
    "lost, then refused": (((*OTHER, ("A", LOST), ("A", REFUSED)),), (State.UNKNOWN, "A1", 2)),
    "lost, then refused with others": (((*OTHER, ("A", LOST), ("AB", REFUSED)),), (State.UNKNOWN, "A1", 2)),
    "refused again with another label": (((*OTHER, ("A", REFUSED)), (("A", REFUSED),)), (State.REFUSED, "A2", 2)),
    "refused, then bound": (((*OTHER, ("A", REFUSED)), (("A", BOUND),)), (State.BOUND, "A2", 2)),
    "an answer that stopped the run": (((("A", STOP),),), None),
    "bound, then such an answer": (((("A", BOUND),), (("A", STOP),)), (State.BOUND, "A1", 1)),
}


ALONE = (("A", REFUSED), ("B", REFUSED))

REFUSALS: dict[str, tuple[tuple[Run, ...], int]] = {
    "nothing": ((), 0),
    "by themselves": (((*OTHER, *ALONE),), 2),
    "in a group, then by themselves": (((*OTHER, ("AB", REFUSED), *ALONE),), 2),
    "in a group alone": (((*OTHER, ("AB", REFUSED)),), 0),
    "too few to tell": ((ALONE,), 0),
    "three by themselves": (((*ALONE, ("C", REFUSED)),), 3),
    "the same one again": (((*OTHER, *ALONE), (*OTHER, *ALONE)), 2),
    "bound later": (((*OTHER, *ALONE), (("AB", BOUND),)), 2),
    "lost": (((*OTHER, ("A", LOST)),), 0),
    "an answer that stopped the run": (((*OTHER, ("A", STOP)),), 0),
}


@pytest.mark.parametrize(("runs", "count"), REFUSALS.values(), ids=REFUSALS)
def test_how_many_were_refused(store: Store, clock: Clock, runs: tuple[Run, ...], count: int) -> None:
    """Those whose own the refusal was, each once a day and code; not those of another channel or of older runs."""
    play(store, clock, *runs)
    since = START - timedelta(seconds=1)
    assert store.benches.refused([CHANNEL], since) == (
        (RefusedCount("2026-11-25", "4000", count),) if count else ()
    )
    assert store.benches.refused([replace(CHANNEL, key="sn")], since) == ()
    assert store.benches.refused([CHANNEL], clock.time + timedelta(days=1)) == ()


@pytest.mark.parametrize(("runs", "expected"), HISTORIES.values(), ids=HISTORIES)
def test_the_latest_request_decides(
    store: Store, clock: Clock, runs: tuple[Run, ...], expected: tuple[State, str, int] | None
) -> None:
    """Of what counts as an answer for the device."""
    play(store, clock, *runs)
    found = known(store, "A").get("A")
    assert (found and (found.outcome.state, found.label, found.outcome.attempts)) == expected


def test_a_lost_answer_says_whether_it_was_refused_since(store: Store, clock: Clock) -> None:
    """Another request is no use then."""
    play(store, clock, (*OTHER, ("A", LOST), ("A", REFUSED), ("B", LOST)))
    found = known(store, "A", "B")
    assert [(found[name].outcome.lost, found[name].outcome.refused_since) for name in "AB"] == [
        (True, True),
        (True, False),
    ]


def test_another_channel_knows_nothing(store: Store, clock: Clock) -> None:
    """Nor does another site, but where sites do not tell channels apart."""
    play(store, clock, (("A", BOUND),), channel=replace(CHANNEL, key="sn"))
    assert known(store, "A") == {}
    elsewhere = replace(CHANNEL, site="http://127.0.0.1:1")
    play(store, clock, (("A", BOUND),), channel=elsewhere)
    assert known(store, "A") == {}
    assert store.answers.by_device(replace(CHANNEL, site="http://127.0.0.1:2"), ["A"], any_site=True).keys() == {
        "A"
    }


@pytest.mark.parametrize(
    ("runs", "minutes", "expected"),
    [
        ((OTHER,), 1, (State.BOUND, "Other 1")),
        (((*OTHER, ("A", REFUSED)),), -9, (State.BOUND, "Other 1")),
        (((("A", LOST),),), 9, (State.BOUND, "Other 1")),
        (((("A", LOST),),), -9, (State.UNKNOWN, "A1")),
        (((("A", BOUND),), (("A", LOST),)), 9, (State.BOUND, "Other 1")),
    ],
    ids=["not sent here", "refused here", "lost before", "lost since", "bound and lost before"],
)
def test_what_other_benches_have_told_counts(
    store: Store, clock: Clock, runs: tuple[Run, ...], minutes: int, expected: tuple[State, str]
) -> None:
    """A device is bound whoever has bound it, unless its answer was lost here since."""
    store.benches.take_in([told(1, "A", minutes=minutes)]).result()
    play(store, clock, *runs)
    found = known(store, "A")["A"]
    assert (found.outcome.state, found.label) == expected


def test_a_clock_that_was_set_back_brings_no_lost_answer_into_order(store: Store, clock: Clock) -> None:
    """Which of this bench's own requests came last is known by their numbers."""
    clock.time = START + timedelta(days=9)
    play(store, clock, (("A", BOUND),))
    clock.time = START
    play(store, clock, (), (("A", LOST),))
    assert known(store, "A")["A"].outcome.state is State.UNKNOWN


def test_what_is_left_of_a_sheet_that_was_deleted(store: Store, clock: Clock) -> None:
    """The ledger still has what was bound, with its log id."""
    play(store, clock, (("A", BOUND),))
    (sheet,) = store.sheets.all()
    store.sheets.close(sheet.sheet_id).result()
    assert store.sheets.delete(sheet.sheet_id, START + timedelta(days=1)).result()
    found = known(store, "A")["A"]
    assert (found.label, found.outcome.state) == ("A1", State.BOUND)
    assert found.outcome.answer is not None
    assert found.outcome.answer.log_id == "LOG11"


def test_labels_that_a_device_was_given(store: Store, clock: Clock) -> None:
    """Those of others come first, those of own runs last, sent or not."""
    store.benches.take_in([told(1, "A")]).result()
    play(store, clock, (("A", BOUND),), (("A", STOP),))
    assert store.answers.labels(CHANNEL, ["A", "B"]) == {"A": ["Other 1", "A1", "A1", "A2"]}


def test_the_runs_that_had_a_device(store: Store, clock: Clock) -> None:
    """Each says whether it has left anything bound or lost, and whether its sheet was closed."""
    play(store, clock, (("A", STOP),), (("A", LOST),), (("B", BOUND),))
    newest, second, _ = store.sheets.all()
    asyncio.run(closed(store, newest.sheet_id))
    found = store.runs.of_devices(CHANNEL, ["A", "B", "C"])
    assert [(each.device_id, each.left, each.sheet_closed) for each in found] == [
        ("A", False, False),
        ("A", True, False),
        ("B", True, True),
    ]
    assert second.sheet_id == found[1].run.sheet_id


async def closed(store: Store, sheet_id: int) -> None:
    """Close the sheet of a list."""
    await asyncio.wrap_future(store.sheets.close_list(sheet_id))


def test_sheets_that_were_overtaken_are_closed(store: Store, clock: Clock) -> None:
    """A list whose devices all went into a later run that came to its end waits for nothing any more."""
    play(store, clock, (("AB", LOST),), (("C", LOST),), (("A", BOUND),), (("ABD", BOUND),))
    sheets = [head.sheet_id for head in reversed(store.sheets.all())]
    asyncio.run(closed(store, sheets[3]))
    assert {each.run.sheet_id for each in store.runs.of_devices(CHANNEL, "ABCD") if not each.sheet_closed} == {
        sheets[1]
    }
