"""The ledger: everything that was ever bound from this data folder, as it was sent.

Owns its statements. It is only ever added to: an edited or deleted row, and one bound twice, stay in it as they
were. Telling a person that a device was bound before is for the callers.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bindtool.core.channel import Channel
from bindtool.core.device import Device
from bindtool.core.store.codec import channel_columns, storable

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from bindtool.core.outcome import Answer


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A device that got a code of 0, where, when and through whom."""

    channel: Channel
    device_id: str
    label: str
    bound_at: datetime
    log_id: str
    operator: str
    profile: str


def append(connection: sqlite3.Connection, run_id: int, numbers: Sequence[int], answer: Answer) -> None:
    """Add the devices that run `run_id` sent for the rows `numbers`, whatever these hold by now."""
    connection.execute(
        """
        INSERT INTO ledger
            (site, connector_id, key, user_id, device_id, label, bound_at, log_id, operator, profile)
        SELECT site, connector_id, key, user_id, device_id, label, ?, ?, operator, profile
        FROM run JOIN run_device USING (run_id)
        WHERE run_id = ? AND number IN (SELECT value FROM json_each(?))
        ORDER BY number
        """,
        (answer.time.isoformat(), storable(answer.log_id), run_id, json.dumps(numbers)),
    )


def ever_bound(connection: sqlite3.Connection, channel: Channel) -> bool:
    """Tell whether this connector, on this site and with this key, ever gave a code of 0.

    For whom doesn't matter: Coze switches binding on for a channel and its key, not for a developer.
    """
    (found,) = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM ledger WHERE site = ? AND connector_id = ? AND key = ?)",
        channel_columns(channel)[:3],
    ).fetchone()
    return bool(found)


def bound_before(connection: sqlite3.Connection, channel: Channel, device_id: str) -> LedgerEntry | None:
    """Return the latest entry of a device on this channel and for this developer."""
    record = connection.execute(
        """
        SELECT * FROM ledger
        WHERE site = ? AND connector_id = ? AND key = ? AND user_id = ? AND device_id = ?
        ORDER BY entry_id DESC LIMIT 1
        """,
        (*channel_columns(channel), storable(device_id)),
    ).fetchone()
    return None if record is None else _entry_from(record)


def all_bound_before(
    connection: sqlite3.Connection, channel: Channel, device_ids: Sequence[str]
) -> dict[str, LedgerEntry]:
    """Return the latest entry of each of these devices that has one on this channel and for this developer."""
    asked = {storable(device_id): device_id for device_id in device_ids}
    records = connection.execute(
        """
        SELECT ledger.* FROM json_each(?) AS asked CROSS JOIN ledger
        WHERE site = ? AND connector_id = ? AND ledger.key = ? AND user_id = ? AND device_id = asked.value
        ORDER BY entry_id
        """,
        (json.dumps(list(asked)), *channel_columns(channel)),
    )
    # A later entry of the same device takes the place of an earlier one.
    return {asked[record["device_id"]]: _entry_from(record) for record in records}


def bound_devices(connection: sqlite3.Connection, channel: Channel) -> tuple[Device, ...]:
    """Return all that was bound on this channel and for this developer, in order, each with its latest label."""
    records = connection.execute(
        """
        SELECT device_id, label FROM ledger
        WHERE site = ? AND connector_id = ? AND key = ? AND user_id = ?
        ORDER BY entry_id
        """,
        channel_columns(channel),
    )
    # A device that comes again keeps its place and takes the new label.
    labels = {record["device_id"]: record["label"] for record in records}
    return tuple(Device(device_id, label) for device_id, label in labels.items())


def bound_count(connection: sqlite3.Connection, channel: Channel) -> int:
    """Return how many different devices were bound on this channel and for this developer."""
    (count,) = connection.execute(
        """
        SELECT count(DISTINCT device_id) FROM ledger
        WHERE site = ? AND connector_id = ? AND key = ? AND user_id = ?
        """,
        channel_columns(channel),
    ).fetchone()
    return int(count)


def _entry_from(record: sqlite3.Row) -> LedgerEntry:
    return LedgerEntry(
        channel=Channel(record["site"], record["connector_id"], record["key"], record["user_id"]),
        device_id=record["device_id"],
        label=record["label"],
        bound_at=datetime.fromisoformat(record["bound_at"]),
        log_id=record["log_id"],
        operator=record["operator"],
        profile=record["profile"],
    )
