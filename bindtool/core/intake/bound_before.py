"""Devices that were bound before on this channel: their new rows are held, with the day and the label of then.

Owns the look into the ledger and the reason. Without a channel there is nothing to look up: rows that were scanned
before there was a profile are looked at when they get one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bindtool.core.common.errors import StoreFailed
from bindtool.core.common.messages import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from bindtool.core.model.channel import Channel
    from bindtool.core.model.row import Row
    from bindtool.core.store import LedgerEntry, Store


class BoundBefore:
    """What the ledger knows of devices.

    Args:
        store: the open database.
        failed: hears that it can't be read; devices then count as unknown, since a scan waits for nobody.
    """

    def __init__(self, store: Store, failed: Callable[[StoreFailed], None]) -> None:
        self._store = store
        self._failed = failed

    def find(self, channel: Channel | None, device_id: str) -> LedgerEntry | None:
        """Return the latest entry of a device on a channel, None for none."""
        return self._entries(channel, [device_id]).get(device_id)

    def hold(self, channel: Channel | None, rows: Sequence[Row]) -> tuple[Row, ...]:
        """Return the rows, held where their device was bound on `channel` before: no other reason says as much."""
        known = self._entries(channel, [row.device_id for row in rows])
        return tuple(
            replace(row, held=reason_of(known[row.device_id], row.added_at)) if row.device_id in known else row
            for row in rows
        )

    def _entries(self, channel: Channel | None, device_ids: Sequence[str]) -> Mapping[str, LedgerEntry]:
        if channel is None:
            return {}
        try:
            return self._store.all_bound_before(channel, device_ids)
        except StoreFailed as error:
            self._failed(error)
            return {}


def day_words(day: datetime, now: datetime) -> str:
    """Return a day as people write it on the day `now`: without the year, unless it is another one."""
    return f"{day:%m-%d}" if day.year == now.year else f"{day:%Y-%m-%d}"


def who_words(machine: str, operator: str) -> str:
    """Return another bench as people say it: its computer, and the person at it."""
    return f"{machine}, {operator}" if operator else machine


def reason_of(entry: LedgerEntry, now: datetime) -> Message:
    """Say when, where and as what a device was bound before, for its row, which is held."""
    date = day_words(entry.bound_at, now)
    if entry.machine:
        who = who_words(entry.machine, entry.operator)
        return Message.of("reason.bound_there", date=date, who=who, label=entry.label)
    return Message.of("reason.bound_before", date=date, label=entry.label)
