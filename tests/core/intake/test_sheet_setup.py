"""A sheet that was begun without a profile gets one."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bindtool.core.intake.sheet_setup import adopt, channel_signs
from bindtool.core.model.outcome import State
from bindtool.core.model.row import Hold, HoldReason, Row, SheetHead
from bindtool.core.profiles.profile import Profile
from bindtool.core.store import Store
from tests.core.store.samples import CHANNEL, devices, row, sending, settled

PROFILE = Profile(name="Line 2", connector_id=CHANNEL.connector_id, user_id=CHANNEL.user_id)


def begun(store: Store, *rows: Row) -> SheetHead:
    """Begin a sheet without a profile."""
    return store.sheets.create(put=rows).result()


def adopted(store: Store) -> SheetHead | None:
    """Give the sheet without a profile to the profile."""
    return asyncio.run(adopt(store, PROFILE))


def test_no_sheet_or_an_empty_one(store: Store) -> None:
    """There is nothing to take along."""
    assert adopted(store) is None
    head = begun(store)
    assert adopted(store) is None
    assert store.sheets.current("") == head


def test_a_sheet_with_rows(store: Store) -> None:
    """It belongs to the profile from now on; rows that nobody has bound before stay as they are."""
    head = begun(store, row(1))
    assert adopted(store) == replace(head, profile="Line 2") == store.sheets.current("Line 2")
    assert store.sheets.load(head.sheet_id) == (replace(row(1), saved=True),)


def test_rows_that_were_bound_before(store: Store) -> None:
    """They are looked up now that there is a channel to look on."""
    earlier = store.sheets.create(profile="Line 2", origin="list.csv", put=[row(1)]).result().sheet_id
    run_id = store.runs.begin(earlier, CHANNEL, devices(row(1))).result()
    store.runs.begin_request(run_id, 1, sending(1)).result()
    store.runs.settle(run_id, settled(State.BOUND, 1), 1).result()
    head = begun(store, row(1, "SPK0002"), row(2, "SPK0001"))
    assert adopted(store) is not None
    first, second = store.sheets.load(head.sheet_id)
    assert first.held is None
    assert second.held == Hold.of(HoldReason.BOUND_BEFORE, date="11-25", label="Speaker 1")


def test_the_signs_of_a_channel(store: Store) -> None:
    """Those that three bound ids have; without a channel, and on another one, there are none."""
    rows = [row(number, device_id) for number, device_id in enumerate(("UV/1", "UV/2", "UV/3", "UV#1"), 1)]
    earlier = store.sheets.create(profile="Line 2", origin="list.csv", put=rows).result().sheet_id
    run_id = store.runs.begin(earlier, CHANNEL, devices(*rows)).result()
    store.runs.begin_request(run_id, 1, sending(1, 2, 3, 4)).result()
    store.runs.settle(run_id, settled(State.BOUND, 1, 2, 3, 4), 1).result()
    assert channel_signs(store, CHANNEL) == {"/"}
    assert channel_signs(store, replace(CHANNEL, connector_id="1")) == channel_signs(store, None) == frozenset()
