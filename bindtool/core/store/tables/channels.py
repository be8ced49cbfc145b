"""Facts about channels: the progress of their checks, the largest request, a token's last success, and the columns
of ids in their lists.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from bindtool.core.model.channel import Channel
from bindtool.core.model.channel_check import Already, ChannelCheck, Seen
from bindtool.core.model.device import Device
from bindtool.core.store.tables.codec import ON_SITE, Column, channel_columns, named_channel, storable

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from concurrent.futures import Future

    from bindtool.core.common.clock import Clock
    from bindtool.core.store.connection import Reader
    from bindtool.core.store.writer import Writer

REMEMBERED_FOR = timedelta(days=30)
"""A limit may be raised, or may have been a temporary error: after this time it is determined anew."""

_REQUEST_SIZE = "request_size"


@dataclass(frozen=True, slots=True)
class RequestSizeFact:
    """The largest request size that a channel does not refuse, as determined at that time."""

    size: int
    found_at: datetime


@dataclass(frozen=True, slots=True)
class ListColumns:
    """A person's choice for lists of a make, counted from 0; -1 for no label.

    `header`: the number of the header row, None if it is guessed.
    """

    header: int | None
    id_column: int
    label_column: int


class Channels:
    """Facts about channels. Thread-safe; fails as the store."""

    def __init__(self, reader: Reader, writer: Writer, clock: Clock) -> None:
        self._reader = reader
        self._writer = writer
        self._clock = clock

    def remember_request_size(self, channel: Channel, size: int) -> Future[None]:
        """Write that this connector, with this key, refuses requests with more than `size` devices."""
        return self._writer.execute(
            "INSERT OR REPLACE INTO channel_fact VALUES (?, ?, ?, ?, ?, ?)",
            (*channel_columns(channel)[:3], _REQUEST_SIZE, size, self._clock.now().isoformat()),
        )

    def request_size(self, channel: Channel) -> RequestSizeFact | None:
        """Return the request size found to work within the last 30 days, None if none was."""
        with self._reader.reading() as connection:
            record = connection.execute(
                f"""
                SELECT value, found_at FROM channel_fact
                WHERE {ON_SITE} AND connector_id = :connector_id AND key = :key AND name = :name
                ORDER BY unixepoch(found_at) DESC LIMIT 1
                """,  # noqa: S608 - constants
                {**named_channel(channel), "name": _REQUEST_SIZE},
            ).fetchone()
            if record is None:
                return None
            fact = RequestSizeFact(record["value"], datetime.fromisoformat(record["found_at"]))
        return fact if self._clock.now() - fact.found_at < REMEMBERED_FOR else None

    def last_run_that_worked(self, channel: Channel, token: str) -> datetime | None:
        """Return the start of the last run here in which the token of that key got a code of 0; None for never."""
        with self._reader.reading() as connection:
            record = connection.execute(
                f"""
                SELECT started_at FROM run JOIN request USING (run_id)
                WHERE {ON_SITE} AND connector_id = :connector_id AND key = :key AND token = :token
                    AND request.verdict = 'bound'
                ORDER BY run_id DESC LIMIT 1
                """,  # noqa: S608 - constants
                {**named_channel(channel), "token": storable(token)},
            ).fetchone()
            return None if record is None else datetime.fromisoformat(record["started_at"])

    def answered_in(self, channel: Channel) -> float | None:
        """Return the mean seconds of the last 20 requests that bound devices here; None without one."""
        with self._reader.reading() as connection:
            (seconds,) = connection.execute(
                f"""
                SELECT avg(max(0, julianday(answered_at) - julianday(begun_at))) * 86400 FROM (
                    SELECT begun_at, answered_at FROM run JOIN request USING (run_id)
                    WHERE {ON_SITE} AND connector_id = :connector_id AND key = :key AND request.verdict = 'bound'
                    ORDER BY run_id DESC, number DESC LIMIT 20
                )
                """,  # noqa: S608 - constants
                named_channel(channel),
            ).fetchone()
            return None if seconds is None else float(seconds)

    def save_check(self, channel: Channel, check: ChannelCheck) -> Future[None]:
        """Write the progress of a channel's check, replacing the earlier one."""
        return self._writer.execute(
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

    def check(self, channel: Channel) -> ChannelCheck | None:
        """Return the progress of a channel's check; None if none was begun."""
        with self._reader.reading() as connection:
            return check_of(connection, channel)

    def remember_columns(self, channel: Channel | None, make: str, columns: ListColumns) -> Future[None]:
        """Write the choice for lists of a make, for every developer of the channel; None: no profile yet."""
        return self._writer.execute(
            "INSERT OR REPLACE INTO list_columns VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *_columns(channel), make, columns.header, columns.id_column, columns.label_column,
                self._clock.now().isoformat(),
            ),
        )  # fmt: skip

    def forget_columns(self, channel: Channel | None, make: str) -> Future[None]:
        """Delete the choice for lists of this make."""
        return self._writer.execute(
            f"DELETE FROM list_columns WHERE {_OF_LISTS} AND make = :make",  # noqa: S608 - constants
            {**_named(channel), "make": make},
        )

    def list_columns(self, channel: Channel | None) -> Mapping[str, ListColumns]:
        """Return the choices by the make of the lists."""
        with self._reader.reading() as connection:
            records = connection.execute(
                f"""
                SELECT make, header, id_column, label_column FROM list_columns
                WHERE {_OF_LISTS} ORDER BY site = :site
                """,  # noqa: S608 - constants
                _named(channel),
            )
            return {make: ListColumns(*columns) for make, *columns in records}


_OF_LISTS = f"{ON_SITE} AND connector_id = :connector_id AND key = :key"
_NO_CHANNEL = Channel("", "", "")


def _columns(channel: Channel | None) -> tuple[str, ...]:
    return channel_columns(channel or _NO_CHANNEL)[:3]


def _named(channel: Channel | None) -> dict[str, str]:
    return named_channel(channel or _NO_CHANNEL)


def _device_columns(device: Device | None) -> tuple[Column, Column]:
    return (None, None) if device is None else (storable(device.device_id), storable(device.label))


def check_of(connection: sqlite3.Connection, channel: Channel) -> ChannelCheck | None:
    """As `Channels.check`."""
    # A check that an earlier bindtool has written under an address counts until there is a check of the site.
    record = connection.execute(
        f"""
        SELECT * FROM channel_check
        WHERE {ON_SITE} AND connector_id = :connector_id AND key = :key AND user_id = :user_id
        ORDER BY site <> :site LIMIT 1
        """,  # noqa: S608 - constants
        named_channel(channel),
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


def _device_from(record: sqlite3.Row, place: str) -> Device | None:
    device_id = record[f"{place}_id"]
    return None if device_id is None else Device(device_id, record[f"{place}_label"])
