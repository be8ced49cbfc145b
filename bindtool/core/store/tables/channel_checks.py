"""The table of channel checks: how far each one is, so that it can be taken up the next day, and corrected later.

Owns its statements. What a check is made of, and whether its answer counts, is for `core.channel_check`.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from bindtool.core.model.channel_check import Already, ChannelCheck, Seen
from bindtool.core.model.device import Device
from bindtool.core.store.tables.codec import channel_columns, storable

if TYPE_CHECKING:
    import sqlite3

    from bindtool.core.model.channel import Channel
    from bindtool.core.store.tables.codec import Column


def save(connection: sqlite3.Connection, channel: Channel, check: ChannelCheck) -> None:
    """Write how far the check of a channel is, over what was written of it before."""
    connection.execute(
        "INSERT OR REPLACE INTO channel_check VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *channel_columns(channel),
            check.already,
            check.risk_taken,
            *_device_columns(check.first),
            *_device_columns(check.second),
            check.seen,
            storable(check.checked_by),
            None if check.checked_on is None else check.checked_on.isoformat(),
        ),
    )


def load(connection: sqlite3.Connection, channel: Channel) -> ChannelCheck | None:
    """Return how far the check of a channel is; None where none was begun."""
    record = connection.execute(
        "SELECT * FROM channel_check WHERE site = ? AND connector_id = ? AND key = ? AND user_id = ?",
        channel_columns(channel),
    ).fetchone()
    if record is None:
        return None
    return ChannelCheck(
        already=None if record["already"] is None else Already(record["already"]),
        risk_taken=bool(record["risk_taken"]),
        first=_device_from(record, "first"),
        second=_device_from(record, "second"),
        seen=None if record["seen"] is None else Seen(record["seen"]),
        checked_by=record["checked_by"],
        checked_on=None if record["checked_on"] is None else date.fromisoformat(record["checked_on"]),
    )


def _device_columns(device: Device | None) -> tuple[Column, Column]:
    return (None, None) if device is None else (storable(device.device_id), storable(device.label))


def _device_from(record: sqlite3.Row, place: str) -> Device | None:
    device_id = record[f"{place}_id"]
    return None if device_id is None else Device(device_id, record[f"{place}_label"])
