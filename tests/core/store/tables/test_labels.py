"""Labels that were given before, asked of the ledger and of the sheets."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bindtool.core.labels.template import LabelTemplate
from bindtool.core.model.channel import Channel
from bindtool.core.model.outcome import State
from bindtool.core.store import Store
from tests.core.store.samples import CHANNEL, row, sent

OTHER = replace(CHANNEL, connector_id="1")


@pytest.fixture
def store(store: Store) -> Store:
    """Give a store in which four devices were bound, two of them with one label, from another profile's sheet."""
    labels = {"SPK0001": "音箱-001", "SPK0002": "音箱-0040", "SPK0003": "hall", "SPK0004": "hall"}
    rows = [row(number, device_id, label=label) for number, (device_id, label) in enumerate(labels.items(), 1)]
    sent(store, *rows, profile="Line 1")
    return store


def highest(store: Store, template: str, profile: str, channel: Channel | None) -> int:
    """Return the highest running number that is taken; 0 for none."""
    return max(store.labels.numbers(LabelTemplate.parse(template), profile, channel), default=0)


def test_who_has_a_label(store: Store) -> None:
    """One device, several of which two are told, or nobody; on another channel nobody."""
    asked = ["音箱-001", "hall", "kitchen", "\ud800"]
    assert store.labels.holders(CHANNEL, asked) == {
        "音箱-001": ("SPK0001", "SPK0001"),
        "hall": ("SPK0003", "SPK0004"),
    }
    assert store.labels.holders(OTHER, asked) == {}


@pytest.mark.parametrize(
    ("template", "channel", "number"),
    [
        ("音箱-{n:3}", CHANNEL, 40),
        ("音箱-{n:3}", OTHER, 0),
        ("音箱-{n:3}", None, 0),
        ("喇叭-{n:3}", CHANNEL, 0),
        ("{id:3}-{n}", CHANNEL, 0),
    ],
)
def test_the_highest_running_number(store: Store, template: str, channel: Channel | None, number: int) -> None:
    """Of what was bound on the channel with this template, and of none with another."""
    assert highest(store, template, "Line 2", channel) == number


def test_numbers_of_rows_that_were_never_sent(store: Store) -> None:
    """They are taken as well, in each sheet of the profile, with a channel or without."""
    store.sheets.create(profile="Line 2", put=[row(1, label="音箱-041")]).result()
    store.sheets.create(profile="Line 2", put=[row(1, label="音箱-042")]).result()
    for channel in (CHANNEL, None):
        assert highest(store, "音箱-{n:3}", "Line 2", channel) == 42


def test_numbers_of_rows_that_are_gone(store: Store) -> None:
    """A device whose answer was lost may have its label: the number stays taken where the row is deleted."""
    rows = [row(1, label="音箱-041"), row(2, label="音箱-042")]
    sheet_id = sent(store, *rows, state=State.UNKNOWN, profile="Line 2")
    store.sheets.save(sheet_id, drop=[2]).result()
    expected = {("Line 2", CHANNEL): 42, ("Line 3", CHANNEL): 42, ("Line 3", OTHER): 0}
    assert {each: highest(store, "音箱-{n:3}", *each) for each in expected} == expected
