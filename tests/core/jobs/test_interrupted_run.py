"""What an interrupted run has left is counted from the disk, row by row, and the fitting action is offered."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bindtool.core.binding.advice import Action, Advice
from bindtool.core.jobs.interrupted_run import (
    CLOSED,
    InterruptedRun,
    cut_off_runs,
    end_runs,
    find_unended_run,
    what_is_left,
)
from bindtool.core.model.channel import Behaviour
from bindtool.core.model.outcome import State
from bindtool.core.model.row import Row
from bindtool.core.profiles.profile import Profile
from bindtool.core.sheet.sheet import Sheet
from bindtool.core.store import Store
from tests.core.store.samples import CHANNEL, devices, row, sending, settled


def begin(store: Store, *rows: Row) -> tuple[int, int]:
    """Begin a run over rows of a new sheet; return the ids of the sheet and of the run."""
    sheet_id = store.sheets.create(put=rows).result().sheet_id
    return sheet_id, store.runs.begin(sheet_id, CHANNEL, devices(*rows)).result()


def found(store: Store, sheet_id: int) -> InterruptedRun | None:
    """Look at a sheet as a start of the program does."""
    return what_is_left(Sheet(store.sheets.load(sheet_id)), cut_off_runs(store, sheet_id))


def offer(left: InterruptedRun | None) -> Advice:
    """Return the message about what was left."""
    assert left is not None
    assert left.advice is not None
    return left.advice


def test_a_run_in_the_middle(store: Store) -> None:
    """Bound, unknown and unsent rows are counted; a refused one has its answer and is none of them."""
    sheet_id, run_id = begin(store, *map(row, range(1, 8)))
    store.runs.begin_request(run_id, 1, sending(1, 2)).result()
    store.runs.settle(run_id, settled(State.BOUND, 1, 2), 1).result()
    store.runs.begin_request(run_id, 2, sending(3, request=2)).result()
    store.runs.settle(run_id, settled(State.REFUSED, 3, request=2), 2).result()
    store.runs.begin_request(run_id, 3, sending(4, 5, 6, request=3)).result()
    store.sheets.recover().result()

    cut_off = found(store, sheet_id)

    assert cut_off == InterruptedRun(sheet_id, bound=2, unknown=3, left=1, rows=frozenset({4, 5, 6, 7}))
    advice = offer(cut_off)
    assert (advice.primary, advice.quiet) == (Action.RESUME, Action.SEND_UNKNOWN_AGAIN)
    assert advice.title.id == "advice.cut_off.title"
    assert advice.body.values == {"bound": 2, "unknown": 3, "left": 1}


def test_only_unknown_ones_are_left(store: Store) -> None:
    """They are offered to be sent again."""
    sheet_id, run_id = begin(store, row(1), row(2))
    store.runs.begin_request(run_id, 1, sending(1, 2)).result()
    store.sheets.recover().result()
    advice = offer(found(store, sheet_id))
    assert (advice.primary, advice.quiet) == (Action.SEND_UNKNOWN_AGAIN, None)
    assert advice.body.id == "advice.cut_off_unknown.hint"


def test_nothing_had_been_sent(store: Store) -> None:
    """The run goes on from its start."""
    sheet_id, _ = begin(store, row(1), row(2))
    advice = offer(found(store, sheet_id))
    assert (advice.primary, advice.quiet, advice.body.values["left"]) == (Action.RESUME, None, 2)
    assert advice.body.id == "advice.cut_off_unsent.hint"


def test_nothing_was_left(store: Store) -> None:
    """Interrupted after its last answer, a run is no news to anybody."""
    sheet_id, run_id = begin(store, row(1))
    store.runs.begin_request(run_id, 1, sending(1)).result()
    store.runs.settle(run_id, settled(State.BOUND, 1), 1).result()
    cut_off = found(store, sheet_id)
    assert cut_off == InterruptedRun(sheet_id, bound=1, unknown=0, left=0, rows=frozenset())
    assert cut_off.advice is None


def test_a_run_with_an_end(store: Store) -> None:
    """It was not interrupted, whatever its rows are; nor was one of another sheet."""
    sheet_id, run_id = begin(store, row(1))
    other, _ = begin(store, row(1))
    store.runs.end(run_id, "stopped").result()
    assert found(store, sheet_id) is None
    assert found(store, other) is not None


def test_rows_that_changed_since(store: Store) -> None:
    """Deleted ones, ones with another id and new ones are no part of the run; those that can't go are not left."""
    sheet_id, _ = begin(store, *map(row, range(1, 5)))
    store.sheets.save(sheet_id, [row(2, "OTHER"), replace(row(3), label=""), row(5)], [1]).result()
    cut_off = found(store, sheet_id)
    assert cut_off is not None
    assert cut_off.rows == {4}


def test_two_runs_of_one_sheet(store: Store) -> None:
    """A run that went on with another and was interrupted too is counted with it, until both are given an end."""
    sheet_id, first = begin(store, row(1), row(2))
    store.runs.begin_request(first, 1, sending(1)).result()
    store.runs.settle(first, settled(State.BOUND, 1), 1).result()
    store.runs.begin(sheet_id, CHANNEL, devices(row(2))).result()
    cut_off = found(store, sheet_id)
    assert cut_off == InterruptedRun(sheet_id, bound=1, unknown=0, left=1, rows=frozenset({2}))
    other, _ = begin(store, row(1))
    asyncio.run(end_runs(store, sheet_id))
    assert found(store, sheet_id) is None
    assert [run.sheet_id for run in store.runs.unfinished()] == [other]


def closed(store: Store, *rows: Row) -> tuple[int, int]:
    """Begin a run over rows of a new sheet, have the first bound and the program closed."""
    sheet_id, run_id = begin(store, *rows)
    store.runs.begin_request(run_id, 1, sending(1)).result()
    store.runs.settle(run_id, settled(State.BOUND, 1), 1).result()
    store.runs.end(run_id, CLOSED).result()
    return sheet_id, run_id


def test_a_run_that_was_stopped_because_the_program_ended(store: Store) -> None:
    """It is offered to go on, without another look by the profile that it went by; when it ended stays known."""
    sheet_id, run_id = closed(store, *map(row, range(1, 4)))

    left = found(store, sheet_id)

    assert left == InterruptedRun(sheet_id, 1, 0, 2, frozenset({2, 3}), closed=True, confirmed_for=CHANNEL)
    advice = offer(left)
    assert (advice.title.id, advice.body.id) == ("advice.cut_off.title_closed", "advice.cut_off_unsent.hint")
    assert left is not None
    profile = Profile("Line 2", CHANNEL.connector_id, site=CHANNEL.site, key=CHANNEL.key, user_id=CHANNEL.user_id)
    assert left.is_confirmed(profile)
    assert not left.is_confirmed(replace(profile, user_id="1"))
    assert not left.is_confirmed(replace(profile, behaviour=Behaviour.REPLACES))

    ended = store.runs.last(sheet_id)
    asyncio.run(end_runs(store, sheet_id))
    assert found(store, sheet_id) is None
    assert ended is not None
    assert (ended.run_id, ended.ending) == (run_id, CLOSED)
    assert store.runs.last(sheet_id) == replace(ended, ending="interrupted")


def test_what_was_confirmed_for_another_channel_is_looked_at_again(store: Store) -> None:
    """Two runs were cut off, the first of another channel: what only that one had has to be confirmed anew."""
    sheet_id, _ = begin(store, row(1), row(2))
    other = replace(CHANNEL, connector_id="1")
    run_id = store.runs.begin(sheet_id, other, devices(row(1))).result()
    store.runs.end(run_id, CLOSED).result()
    left = found(store, sheet_id)
    assert left == InterruptedRun(sheet_id, 0, 0, 2, frozenset({1, 2}), closed=True)
    store.sheets.save(sheet_id, drop=[2]).result()
    assert found(store, sheet_id) == replace(left, left=1, rows=frozenset({1}), confirmed_for=other)


def test_what_was_changed_after_closing_is_looked_at_again(store: Store) -> None:
    """Another label, or an answer that did not come any more: somebody has to confirm it anew."""
    sheet_id, _ = closed(store, row(1), row(2))
    store.sheets.save(sheet_id, [row(2, label="another")]).result()
    left = found(store, sheet_id)
    assert left == InterruptedRun(sheet_id, 1, 0, 1, frozenset({2}), closed=True)

    sheet_id, run_id = begin(store, row(1), row(2))
    store.runs.begin_request(run_id, 1, sending(1)).result()
    store.runs.settle(run_id, settled(State.UNKNOWN, 1), 1).result()
    store.runs.end(run_id, CLOSED).result()
    left = found(store, sheet_id)
    assert left == InterruptedRun(sheet_id, 0, 1, 1, frozenset({1, 2}), closed=True)


@pytest.mark.parametrize(
    ("ending", "blocks"),
    [
        (None, True),
        ("stopped", True),
        ("authentication", True),
        (CLOSED, True),
        ("interrupted", True),
        ("proxy_login", True),
        ("finished", False),
        ("unanswered", False),
        ("unreachable", False),
    ],
)
def test_a_run_of_the_window_that_did_not_end(store: Store, ending: str | None, *, blocks: bool) -> None:
    """Its ending tells; one that has none was cut off."""
    _, run_id = begin(store, row(1), row(2))
    store.runs.begin_request(run_id, 1, sending(1)).result()
    store.runs.settle(run_id, settled(State.BOUND, 1), 1).result()
    if ending is not None:
        store.runs.end(run_id, ending).result()
    unended = find_unended_run(store, CHANNEL, ["SPK0002", "SPK0009"])
    assert (unended is not None and unended.run_id == run_id) is blocks
    assert find_unended_run(store, CHANNEL, ["SPK0009"]) is None


def test_a_run_that_left_nothing_behind(store: Store) -> None:
    """Nothing of it can be sent twice, and it ends nothing either: the one before it still counts."""
    _, first = begin(store, row(1))
    assert find_unended_run(store, CHANNEL, ["SPK0001"]) is None
    store.runs.begin_request(first, 1, sending(1)).result()
    begin(store, row(1))
    unended = find_unended_run(store, CHANNEL, ["SPK0001"])
    assert unended is not None
    assert unended.run_id == first


def test_a_later_run_that_ended_ends_it_for_its_devices(store: Store) -> None:
    """Those that it did not have are left."""
    _, first = begin(store, row(1), row(2))
    store.runs.begin_request(first, 1, sending(1, 2)).result()
    _, second = begin(store, row(1))
    store.runs.end(second, "finished").result()
    assert find_unended_run(store, CHANNEL, ["SPK0001"]) is None
    assert find_unended_run(store, CHANNEL, ["SPK0001", "SPK0002"]) is not None
