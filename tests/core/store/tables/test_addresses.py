"""What was written under an address of a site, by a bindtool that took each for a site, is the site's channel's."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bindtool.core.labels.template import LabelTemplate
from bindtool.core.model.channel import Channel
from bindtool.core.model.channel_check import ChannelCheck
from bindtool.core.model.device import Device
from bindtool.core.model.history_records import SearchQuery
from bindtool.core.model.outcome import State
from bindtool.core.store import History, ListColumns, RequestSizeFact, Store
from tests.core.store.samples import (
    ANSWER,
    CHANNEL,
    START,
    Clock,
    bound_before,
    known,
    row,
    sent,
    told,
)

FIXED_IP = "https://static-api.coze.cn"
GATEWAY = "https://coze.example.com"
BY_GATEWAY = replace(CHANNEL, address=GATEWAY)
CHOSEN, LATER = ListColumns(None, 2, 3), ListColumns(0, 1, -1)


def bind(store: Store, channel: Channel, device_id: str, label: str = "") -> None:
    """Bind a device as row 1 of a new sheet, with the token "line"."""
    sent(store, row(1, device_id, label=label), channel=channel, token="line")


def dumped(path: Path) -> str:
    """Return all that stands in a database, as SQL."""
    with closing(sqlite3.connect(path)) as connection:
        return "\n".join(connection.iterdump())


@pytest.fixture(params=[(FIXED_IP, CHANNEL), (GATEWAY, BY_GATEWAY)], ids=["fixed IP", "of a profile"])
def channel(request: pytest.FixtureRequest, path: Path, clock: Clock) -> Channel:
    """Return the channel of a site, of which all that is known was written under an address in its place."""
    address, channel = request.param
    before, place = path.with_name("before.db"), "https://somewhere.example"
    with Store(before, clock) as store:
        old = replace(CHANNEL, site=place)
        bind(store, old, "SPK0001")
        store.benches.take_in([replace(told(1, "SPK9001"), channel=old)]).result()
        store.channels.remember_request_size(old, 12).result()
        store.channels.save_check(old, ChannelCheck(first=Device("SPK0001", "one"))).result()
        store.channels.remember_columns(old, "make", CHOSEN).result()
        store.benches.keep_block(old, "Speaker ", range(501, 1001)).result()
    with closing(sqlite3.connect(before)) as read, closing(sqlite3.connect(path)) as written:
        written.executescript(dumped(before).replace(place, address))
        for pragma in ("application_id", "user_version"):
            written.execute(f"PRAGMA {pragma} = {read.execute(f'PRAGMA {pragma}').fetchone()[0]}")
    assert address in dumped(path)
    return channel  # type: ignore[no-any-return]  # one of those above


@pytest.fixture
def store(channel: Channel, path: Path, clock: Clock) -> Iterator[Store]:
    """Return the store with all that."""
    assert channel.names == CHANNEL.names
    with Store(path, clock) as store:
        yield store


def test_what_was_bound(store: Store, channel: Channel) -> None:
    """Here and elsewhere: it was bound before, belongs to the channel's list, and proves the channel."""
    assert store.bindings.ever_bound(channel)
    assert [bound_before(store, channel, each) is not None for each in ("SPK0001", "SPK9001")] == [True, True]
    assert [each.device.device_id for each in store.bindings.bound_devices(channel)] == ["SPK0001", "SPK9001"]
    assert store.bindings.newest_ids(channel, 5) == ("SPK0001", "SPK9001")
    assert not store.bindings.ever_bound(replace(channel, site="https://api.coze.com", address=""))


def test_a_list_over_two_addresses(store: Store, channel: Channel) -> None:
    """Each device is in it once, with the label that it was given last, by whichever address."""
    bind(store, channel, "SPK0002")
    bind(store, channel, "SPK0001", "renamed")
    found = store.bindings.bound_devices(channel)
    assert [(each.device.device_id, each.device.label) for each in found] == [
        ("SPK0001", "renamed"),
        ("SPK0002", "Speaker 1"),
        ("SPK9001", "Other 1"),
    ]


def test_what_is_known_of_a_device(store: Store, channel: Channel) -> None:
    """Its latest answer, its labels and its runs are those of the channel."""
    known = store.answers.by_device(channel, ["SPK0001", "SPK9001"])
    assert {device_id: answer.outcome.state for device_id, answer in known.items()} == dict.fromkeys(
        ("SPK0001", "SPK9001"), State.BOUND
    )
    assert store.answers.labels(channel, ["SPK0001"]) == {"SPK0001": ["Speaker 1", "Speaker 1"]}
    assert [each.left for each in store.runs.of_devices(channel, ["SPK0001"])] == [True]


def test_labels(store: Store, channel: Channel) -> None:
    """Who has one, which running numbers are taken, and which ones a shared ledger has given to this bench."""
    assert store.labels.holders(channel, ["Speaker 1", "Other 1"]) == {
        "Speaker 1": ("SPK0001", "SPK0001"),
        "Other 1": ("SPK9001", "SPK9001"),
    }
    assert store.labels.numbers(LabelTemplate.parse("Speaker {n}"), "another", channel) == {1}
    assert store.labels.numbers(LabelTemplate.parse("Other {n}"), "another", channel) == {1}
    store.benches.keep_block(channel, "Speaker ", range(1, 501)).result()
    assert store.benches.blocks(channel, "Speaker ") == (range(1, 501), range(501, 1001))


def test_what_is_shared(store: Store, channel: Channel) -> None:
    """What waits to be told still does, also where a ledger is begun anew."""
    assert [entry.device_id for entry in store.benches.waiting([channel], "bench-1", 5)] == ["SPK0001"]
    store.benches.mark_shared(store.benches.all_of([channel], "bench-1")).result()
    assert store.benches.count([channel]) == 0
    assert store.benches.parts([channel], 1000) == {0: 1}
    store.benches.begin_anew("ledger", [channel]).result()
    assert History(store.path).waiting([channel]) == 1


def test_what_was_found_out(store: Store, channel: Channel, clock: Clock) -> None:
    """Size of request, how fast it answers, when a token worked, how far the check is, columns of lists."""
    assert store.channels.request_size(channel) == RequestSizeFact(12, START)
    assert store.channels.last_run_that_worked(channel, "line") == START
    assert store.channels.answered_in(channel) == pytest.approx(5.0, abs=0.01)
    assert store.channels.check(channel) == ChannelCheck(first=Device("SPK0001", "one"))
    assert store.channels.list_columns(channel) == {"make": CHOSEN}
    # What is found out anew takes its place.
    clock.time += timedelta(days=1)
    store.channels.remember_request_size(channel, 25).result()
    store.channels.save_check(channel, ChannelCheck(first=Device("SPK0002", "two"))).result()
    store.channels.remember_columns(channel, "make", LATER).result()
    assert store.channels.request_size(channel) == RequestSizeFact(25, clock.time)
    assert store.channels.check(channel) == ChannelCheck(first=Device("SPK0002", "two"))
    assert store.channels.list_columns(channel) == {"make": LATER}
    store.channels.forget_columns(channel, "make").result()
    assert store.channels.list_columns(channel) == {}


def test_the_history(store: Store, channel: Channel) -> None:
    """Its records are of the channel."""
    history = History(store.path)
    records = history.search(SearchQuery()).records
    assert [channel.includes(record.channel) for record in records if record.channel is not None] == [True, True]


def test_the_fixed_ip_address_needs_no_profile(path: Path, clock: Clock) -> None:
    """It is known to be the site's, so what it stands in reads as the site's channel."""
    with Store(path, clock) as store:
        bind(store, replace(CHANNEL, site=FIXED_IP), "SPK0001")
        entry = known(store, CHANNEL, "SPK0001")
        assert (entry.channel, entry.log_id) == (CHANNEL, ANSWER.log_id)


def test_nothing_is_rewritten(channel: Channel, path: Path, clock: Clock) -> None:
    """Every record stays as it was, so that an earlier bindtool finds what it has written."""
    before = dumped(path)
    with Store(path, clock) as store:
        bound_before(store, channel, "SPK0001")
        assert store.bindings.ever_bound(channel)
    assert dumped(path) == before
