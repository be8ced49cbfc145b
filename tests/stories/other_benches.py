"""What other benches have told a bench on which nobody works now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bindtool.core.common.clock import SystemClock
from bindtool.core.model.history_records import LedgerKey
from bindtool.core.model.ledger_entry import SharedEntry
from bindtool.core.store import Store

if TYPE_CHECKING:
    from bindtool.core.profiles.profile import Profile
    from tests.stories.conftest import Bench


def have_bound(bench: Bench, profile: Profile, *told: tuple[str, str]) -> None:
    """Let this bench know what others have bound on its channel just now: each its name and a device's id."""
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
