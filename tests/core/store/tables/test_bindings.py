"""What was bound once is never forgotten, by the channel and the developer it was bound for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bindtool.core.model.channel import Channel
from bindtool.core.model.outcome import State
from bindtool.core.store import BindingRecord, Store
from tests.core.store.samples import (
    ANSWER,
    CHANNEL,
    START,
    Clock,
    bound_before,
    devices,
    known,
    row,
    sending,
    sent,
    settled,
    told,
)


def bind(store: Store, *, state: State = State.BOUND, answered: bool = True) -> int:
    """Send row 1 of a new sheet and settle it; return the sheet's id."""
    return sent(store, row(1), state=state, answer=ANSWER if answered else None)


def test_a_bound_device_is_entered(store: Store) -> None:
    """The entry has the channel, the device as it was sent, the answer's time and log id, and who and with what."""
    bind(store)
    assert bound_before(store, CHANNEL, "SPK0001") == BindingRecord(
        CHANNEL, "SPK0001", "Speaker 1", ANSWER.time, ANSWER.log_id, "A12", "Line 2"
    )
    assert bound_before(store, CHANNEL, "SPK0002") is None


@pytest.mark.parametrize("state", [State.REFUSED, State.UNKNOWN, State.READY, State.WAITING])
def test_nothing_else_is_entered(store: Store, state: State) -> None:
    """Only a code of 0 counts."""
    bind(store, state=state)
    assert store.bindings.bound_devices(CHANNEL) == ()
    assert not store.bindings.ever_bound(CHANNEL)


def test_an_edited_or_deleted_row_stays_entered(store: Store) -> None:
    """The device is bound, whatever becomes of its row."""
    sheet_id = bind(store)
    store.sheets.save(sheet_id, [row(1, "OTHER")]).result()
    store.sheets.save(sheet_id, drop=[1]).result()
    assert bound_before(store, CHANNEL, "SPK0001") is not None
    assert bound_before(store, CHANNEL, "OTHER") is None


def test_a_row_edited_meanwhile_enters_what_was_sent(store: Store) -> None:
    """The device that left is entered although its row holds another by the time of the answer."""
    sheet_id = store.sheets.create(put=[row(1)]).result().sheet_id
    run_id = store.runs.begin(sheet_id, CHANNEL, devices(row(1))).result()
    store.runs.begin_request(run_id, 1, sending(1)).result()
    store.sheets.save(sheet_id, [row(1, "OTHER")]).result()
    store.runs.settle(run_id, settled(State.BOUND, 1), 1).result()
    assert bound_before(store, CHANNEL, "SPK0001") is not None
    assert bound_before(store, CHANNEL, "OTHER") is None


def test_the_latest_entry_is_told(store: Store, clock: Clock) -> None:
    """A device bound twice is entered twice and counts once."""
    bind(store)
    clock.time = START + timedelta(days=1)
    bind(store, answered=False)
    entry = known(store, CHANNEL, "SPK0001")
    assert (entry.bound_at, entry.log_id) == (clock.time, "")
    assert len(store.bindings.bound_devices(CHANNEL)) == 1


def test_all_that_is_bound_there(store: Store) -> None:
    """Each device once, in the order in which they were first bound, with the label of its last time."""
    assert store.bindings.bound_devices(CHANNEL) == ()
    first = row(1), row(2), row(3)
    second = row(1, "SPK0002", label="renamed"), row(2, "SPK0004")
    for rows in (first, second):
        sent(store, *rows)
    assert [(each.device.device_id, each.device.label) for each in store.bindings.bound_devices(CHANNEL)] == [
        ("SPK0001", "Speaker 1"),
        ("SPK0002", "renamed"),
        ("SPK0003", "Speaker 3"),
        ("SPK0004", "Speaker 2"),
    ]


def test_how_many_this_bench_has_bound(store: Store) -> None:
    """Each device once, whatever label it had; what others have bound does not count, nor another developer's."""
    bind(store)
    bind(store)
    store.benches.take_in([told(1)]).result()
    assert store.bindings.count_own(CHANNEL) == 1
    assert store.bindings.count_own(replace(CHANNEL, user_id="")) == 0


@pytest.mark.parametrize(
    ("other", "proven"),
    [
        (replace(CHANNEL, user_id=""), True),
        (replace(CHANNEL, site="https://api.coze.com"), False),
        (replace(CHANNEL, connector_id="1"), False),
        (replace(CHANNEL, key="sn"), False),
    ],
)
def test_channels_are_told_apart(store: Store, other: Channel, *, proven: bool) -> None:
    """Another developer has other devices on a proven channel; another site, connector or key is not proven."""
    bind(store)
    assert store.bindings.ever_bound(CHANNEL)
    assert store.bindings.ever_bound(other) is proven
    assert bound_before(store, other, "SPK0001") is None
    assert store.bindings.bound_devices(other) == ()


def test_many_are_looked_up_at_once(store: Store, clock: Clock) -> None:
    """Each that has an entry on this channel comes with its latest one, by the id that was asked for."""
    bind(store)
    clock.time = START + timedelta(days=1)
    bind(store, answered=False)
    found = store.bindings.bound_before(CHANNEL, ["SPK0001", "SPK0002", "half \ud800 a sign", "SPK0001"])
    assert dict(found) == {"SPK0001": bound_before(store, CHANNEL, "SPK0001")}
    assert store.bindings.bound_before(replace(CHANNEL, user_id="other"), ["SPK0001"]) == {}
    assert store.bindings.bound_before(CHANNEL, []) == {}


def test_the_newest_ids_of_a_channel(store: Store) -> None:
    """They tell what ids look like there: own ones first, for every developer, and no more than wanted."""
    bind(store)
    store.benches.take_in([told(1), told(2)]).result()
    assert store.bindings.newest_ids(replace(CHANNEL, user_id="1"), 5) == ("SPK0001", "SPK9002", "SPK9001")
    assert store.bindings.newest_ids(CHANNEL, 2) == ("SPK0001", "SPK9002")
    assert store.bindings.newest_ids(replace(CHANNEL, key="sn"), 5) == ()
