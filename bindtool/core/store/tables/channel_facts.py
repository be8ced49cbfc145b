"""What is known of channels: how far their checks are, the largest request, and which token worked when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from bindtool.core.model.channel_check import Already, ChannelCheck, Seen
from bindtool.core.model.device import Device
from bindtool.core.store.tables.codec import channel_columns, storable

if TYPE_CHECKING:
    import sqlite3

    from bindtool.core.model.channel import Channel
    from bindtool.core.store.tables.codec import Column

REMEMBERED_FOR = timedelta(days=30)
"""A limit may be raised, and what was taken for one may have been a passing trouble: then it is found anew."""

_REQUEST_SIZE = "request_size"


@dataclass(frozen=True, slots=True)
class RequestSizeFact:
    """A channel refused larger requests than this, as was found at that time."""

    size: int
    found_at: datetime


@dataclass(frozen=True, slots=True)
class TokenUse:
    """A run that a token worked in: the site it went to, and when it began."""

    site: str
    begun_at: datetime


def remember_request_size(connection: sqlite3.Connection, at: datetime, channel: Channel, size: int) -> None:
    """Write that requests with more than `size` devices are refused."""
    connection.execute(
        "INSERT OR REPLACE INTO channel_fact VALUES (?, ?, ?, ?, ?, ?)",
        (*channel_columns(channel)[:3], _REQUEST_SIZE, size, at.isoformat()),
    )


def request_size(connection: sqlite3.Connection, now: datetime, channel: Channel) -> RequestSizeFact | None:
    """Return the size that was found within the last 30 days, None where none was."""
    record = connection.execute(
        """
        SELECT value, found_at FROM channel_fact
        WHERE site = ? AND connector_id = ? AND key = ? AND name = ?
        """,
        (*channel_columns(channel)[:3], _REQUEST_SIZE),
    ).fetchone()
    if record is None:
        return None
    fact = RequestSizeFact(record["value"], datetime.fromisoformat(record["found_at"]))
    return fact if now - fact.found_at < REMEMBERED_FOR else None


def last_run_that_worked(connection: sqlite3.Connection, channel: Channel, token: str) -> datetime | None:
    """Return when the last run began in which the token of that name got a code of 0 here, None for never."""
    record = connection.execute(
        """
        SELECT started_at FROM run JOIN request USING (run_id)
        WHERE site = ? AND connector_id = ? AND key = ? AND token = ?
            AND request.verdict = 'bound'
        ORDER BY run_id DESC LIMIT 1
        """,
        (*channel_columns(channel)[:3], storable(token)),
    ).fetchone()
    return None if record is None else datetime.fromisoformat(record["started_at"])


def last_use(connection: sqlite3.Connection, token: str) -> TokenUse | None:
    """Return the last run in which the token of that name got a code of 0, wherever; None for never."""
    # By columns that 0.1.0 has: a command may look before the file is brought up to date.
    record = connection.execute(
        """
        SELECT site, started_at FROM run JOIN request USING (run_id)
        WHERE token = ? AND token <> '' AND request.code = '0' AND request.http_status BETWEEN 200 AND 299
        ORDER BY run_id DESC LIMIT 1
        """,
        (storable(token),),
    ).fetchone()
    return None if record is None else TokenUse(record["site"], datetime.fromisoformat(record["started_at"]))


def save_check(connection: sqlite3.Connection, channel: Channel, check: ChannelCheck) -> None:
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


def load_check(connection: sqlite3.Connection, channel: Channel) -> ChannelCheck | None:
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
