"""A channel's check is kept between its steps, and from one day to the next."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bindtool.core.model.channel_check import Already, ChannelCheck, Seen
from bindtool.core.model.device import Device
from bindtool.core.store import Store
from tests.core.store.samples import CHANNEL, Clock

BEGUN = ChannelCheck(Already.UNKNOWN)
GONE_ON = BEGUN.taking_the_risk()
HALF = GONE_ON.accepted(Device("SPK1", "智能音箱 1"))
SENT = HALF.accepted(Device("SPK2", "智能音箱 2"))
DONE = SENT.looked(Seen.ONLY_SECOND, "李工", date(2026, 11, 25))


@pytest.mark.parametrize("check", [ChannelCheck(), BEGUN, GONE_ON, HALF, SENT, DONE])
def test_a_check_is_there_the_next_day(path: Path, clock: Clock, check: ChannelCheck) -> None:
    """However far it is, it can be taken up after a restart."""
    with Store(path, clock) as store:
        store.channels.save_check(CHANNEL, check).result()
    with Store(path, clock) as store:
        assert store.channels.check(CHANNEL) == check


def test_a_channel_has_one_check(store: Store) -> None:
    """A later step takes the place of an earlier one; another developer's list may behave otherwise."""
    store.channels.save_check(CHANNEL, HALF).result()
    store.channels.save_check(CHANNEL, SENT).result()
    assert store.channels.check(CHANNEL) == SENT
    assert store.channels.check(replace(CHANNEL, user_id="")) is None
