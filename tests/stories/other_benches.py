"""Entries from other benches, for a bench whose window is closed."""

from __future__ import annotations

from bindtool.core.common.clock import SystemClock
from bindtool.core.model.history_records import LedgerKey
from bindtool.core.model.ledger_entry import SharedEntry
from bindtool.core.profiles.profile import Profile
from bindtool.core.store import Store
from tests.stories.conftest import Bench


def have_bound(bench: Bench, profile: Profile, *told: tuple[str, str]) -> None:
    """Add devices just bound by others on its channel to this bench: each with its bench's name and its id."""
    clock = SystemClock()
    entries = [
        SharedEntry(
            LedgerKey(f"{machine:0<32}", number), machine, profile.channel, device_id, f"音箱-{device_id[-4:]}",
            clock.now(), f"LOG-{device_id}", "李", profile.name, "WO-9",
        )
        for number, (machine, device_id) in enumerate(told, 1)
    ]  # fmt: skip
    with Store(bench.data.database, clock) as store:
        store.benches.take_in(entries).result()
