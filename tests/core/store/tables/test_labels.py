"""Labels that were given before, asked of the ledger and of the sheets."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bindtool.core.labels.template import LabelTemplate
from bindtool.core.model.outcome import State
from bindtool.core.model.row import Row
from bindtool.core.store import Store
from tests.core.store.samples import CHANNEL, devices, row, sending, settled

OTHER = replace(CHANNEL, connector_id="1")


@pytest.fixture
def store(store: Store) -> Store:
    """Give a store in which four devices were bound, two of them with one label, from another profile's sheet."""
    labels = {"SPK0001": "音箱-001", "SPK0002": "音箱-0040", "SPK0003": "hall", "SPK0004": "hall"}
    rows = [row(number, device_id, label=label) for number, (device_id, label) in enumerate(labels.items(), 1)]
    bind(store, *rows)
    return store


def bind(store: Store, *rows: Row) -> None:
    """Let rows have been bound."""
    numbers = [row.number for row in rows]
    sheet_id = store.sheets.create(profile="Line 1", put=rows).result().sheet_id
    run_id = store.runs.begin(sheet_id, CHANNEL, devices(*rows)).result()
    store.runs.begin_request(run_id, 1, sending(*numbers)).result()
    store.runs.settle(run_id, settled(State.BOUND, *numbers), 1).result()


def test_who_has_a_label(store: Store) -> None:
    """One device, several of which two are told, or nobody; on another channel nobody."""
    asked = ["音箱-001", "hall", "kitchen", "\ud800"]
    assert store.labels.holders(CHANNEL, asked) == {
        "音箱-001": ("SPK0001", "SPK0001"),
        "hall": ("SPK0003", "SPK0004"),
    }
    assert store.labels.holders(OTHER, asked) == {}


def test_the_highest_running_number(store: Store) -> None:
    """Of what was bound on the channel with this template, and of none with another."""
    assert max(store.labels.numbers(LabelTemplate.parse("音箱-{n:3}"), "Line 2", CHANNEL), default=0) == 40
    assert max(store.labels.numbers(LabelTemplate.parse("音箱-{n:3}"), "Line 2", OTHER), default=0) == 0
    assert max(store.labels.numbers(LabelTemplate.parse("音箱-{n:3}"), "Line 2", None), default=0) == 0
    assert max(store.labels.numbers(LabelTemplate.parse("喇叭-{n:3}"), "Line 2", CHANNEL), default=0) == 0
    assert max(store.labels.numbers(LabelTemplate.parse("{id:3}-{n}"), "Line 2", CHANNEL), default=0) == 0


def test_numbers_of_rows_that_were_never_sent(store: Store) -> None:
    """They are taken as well, in each sheet of the profile, with a channel or without."""
    store.sheets.create(profile="Line 2", put=[row(1, label="音箱-041")]).result()
    store.sheets.create(profile="Line 2", put=[row(1, label="音箱-042")]).result()
    for channel in (CHANNEL, None):
        assert max(store.labels.numbers(LabelTemplate.parse("音箱-{n:3}"), "Line 2", channel), default=0) == 42


def test_numbers_of_rows_that_are_gone(store: Store) -> None:
    """A device whose answer was lost may have its label: the number stays taken where the row is deleted."""
    rows = [row(1, label="音箱-041"), row(2, label="音箱-042")]
    sheet_id = store.sheets.create(profile="Line 2", put=rows).result().sheet_id
    run_id = store.runs.begin(sheet_id, CHANNEL, devices(*rows)).result()
    store.runs.begin_request(run_id, 1, sending(1, 2)).result()
    store.runs.settle(run_id, settled(State.UNKNOWN, 1, 2), 1).result()
    store.sheets.save(sheet_id, drop=[2]).result()
    template = LabelTemplate.parse("音箱-{n:3}")
    assert max(store.labels.numbers(template, "Line 2", CHANNEL)) == 42
    assert max(store.labels.numbers(template, "Line 3", CHANNEL)) == 42
    assert max(store.labels.numbers(template, "Line 3", OTHER), default=0) == 0
