"""All bindings ever made from this data folder, as sent, and those of other benches.

It adds this bench's own entries, and answers queries about own and other benches' entries alike; only own ones
prove a channel. The table, named `ledger`, is append-only: an edited or deleted row, and a device bound twice,
stay in it unchanged. It has a gap if a damaged database was rebuilt and may lack devices;
`core.store.damage.rebuild` writes the gap, and here it is confirmed. Reporting either to a person is up to the
callers.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bindtool.core.model.device import Device, id_problem, label_problem
from bindtool.core.model.ledger_entry import time_of
from bindtool.core.store.tables.codec import ON_SITE, channel_from, named_channel, storable

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence
    from concurrent.futures import Future

    from bindtool.core.common.clock import Clock
    from bindtool.core.model.channel import Channel
    from bindtool.core.model.outcome import Answer
    from bindtool.core.store.connection import Reader
    from bindtool.core.store.writer import Writer


_NEWEST = 10_000
"""Entries: some 10 ms."""


@dataclass(frozen=True, slots=True)
class BindingRecord:
    """A device that got a code of 0, with its channel, time and operator.

    `machine`: the name of the other computer that bound it; "" for this one.
    """

    channel: Channel
    device_id: str
    label: str
    bound_at: datetime
    log_id: str
    operator: str
    profile: str
    machine: str = ""


@dataclass(frozen=True, slots=True)
class BoundDevice:
    """A device as it was bound last. `machine`: the other computer that bound it; "" for this one."""

    device: Device
    machine: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """A time from which on a rebuilt database may lack devices.

    Attributes:
        since: devices bound from then on may be missing; None if any may.
        rebuilt_at: when the database was rebuilt; later bindings are there.
        last_run: the highest run_id at that time.
    """

    since: datetime | None
    rebuilt_at: datetime
    last_run: int


def open_gap(connection: sqlite3.Connection) -> Gap | None:
    """Return the unconfirmed gap; None if there is none."""
    record = connection.execute("SELECT * FROM gap WHERE confirmed_at IS NULL").fetchone()
    if record is None:
        return None
    since = None if record["since"] is None else datetime.fromisoformat(record["since"])
    return Gap(since, datetime.fromisoformat(record["rebuilt_at"]), record["last_run"])


def devices_bound(connection: sqlite3.Connection, channel: Channel) -> tuple[BoundDevice, ...]:
    """As `Bindings.bound_devices`."""
    own = connection.execute(
        f"""
        SELECT device_id, label, bound_at FROM ledger
        WHERE {ON_SITE} AND connector_id = :connector_id AND key = :key AND user_id = :user_id
        ORDER BY entry_id
        """,  # noqa: S608 - constants
        named_channel(channel),
    )
    # A device that comes again keeps its position and takes the new label.
    found = {record["device_id"]: (record["label"], record["bound_at"], "") for record in own}
    foreign = connection.execute(
        f"""
        SELECT device_id, label, bound_at, machine FROM foreign_entry
        WHERE {ON_SITE} AND connector_id = :connector_id AND key = :key AND user_id = :user_id
        ORDER BY unixepoch(bound_at), foreign_id
        """,  # noqa: S608 - constants
        named_channel(channel),
    )
    for device_id, label, bound_at, machine in foreign:
        if id_problem(device_id) or label_problem(label) or time_of(bound_at) is None:
            continue  # an earlier bindtool has accepted it
        before = found.get(device_id)
        if before is None or datetime.fromisoformat(bound_at) > datetime.fromisoformat(before[1]):
            as_here = before is not None and before[0] == label and not before[2]
            found[device_id] = (label, bound_at, "" if as_here else machine)
    return tuple(BoundDevice(Device(each, label), machine) for each, (label, _, machine) in found.items())


def append(connection: sqlite3.Connection, run_id: int, first: int, last: int, answer: Answer) -> None:
    """Add the devices that run `run_id` sent for the rows `first` to `last`, whatever these hold by now.

    Other benches do not have them yet.
    """
    added = connection.execute(
        """
        INSERT INTO ledger
            (site, connector_id, key, user_id, device_id, label, bound_at, log_id, operator, profile)
        SELECT site, connector_id, key, user_id, device_id, label, ?, ?, operator, profile
        FROM run JOIN run_device USING (run_id)
        WHERE run_id = ? AND number BETWEEN ? AND ?
        ORDER BY number
        """,
        (answer.time.isoformat(), storable(answer.log_id), run_id, first, last),
    )
    values = {"others": added.rowcount - 1}
    connection.execute("INSERT INTO outbox VALUES (last_insert_rowid() - :others, :others)", values)


class Bindings:
    """All bindings ever made. Thread-safe; fails as the store."""

    def __init__(self, reader: Reader, writer: Writer, clock: Clock) -> None:
        self._reader = reader
        self._writer = writer
        self._clock = clock

    @property
    def gap(self) -> Gap | None:
        """The unconfirmed gap, or None."""
        with self._reader.reading() as connection:
            return open_gap(connection)

    def confirm_gap(self) -> Future[None]:
        """Confirm the gap; without an open gap nothing happens."""
        return self._writer.execute(
            "UPDATE gap SET confirmed_at = ? WHERE confirmed_at IS NULL", (self._clock.now().isoformat(),)
        )

    def ever_bound(self, channel: Channel) -> bool:
        """Return whether this connector, on this site and with this key, ever gave a code of 0 to this bench.

        The developer doesn't matter: Coze enables binding for a channel and its key, not for a developer. Others'
        entries prove nothing: they may be forged, and a single device sent ahead costs only one request.
        """
        with self._reader.reading() as connection:
            # The newest first: most are of the channel that is bound to again.
            found = connection.execute(
                f"""
                SELECT 1 FROM ledger WHERE {ON_SITE} AND connector_id = :connector_id AND key = :key
                ORDER BY entry_id DESC LIMIT 1
                """,  # noqa: S608 - constants
                named_channel(channel),
            ).fetchone()
        return found is not None

    def bound_before(self, channel: Channel, device_ids: Sequence[str]) -> Mapping[str, BindingRecord]:
        """Return, by id, the latest entry there of each of these devices that has one."""
        asked = {storable(device_id): device_id for device_id in device_ids}
        values = {"asked": json.dumps(list(asked)), **named_channel(channel)}
        with self._reader.reading() as connection:
            records = connection.execute(
                f"""
                SELECT ledger.*, '' AS machine FROM json_each(:asked) AS asked CROSS JOIN ledger
                WHERE {ON_SITE} AND connector_id = :connector_id AND ledger.key = :key AND user_id = :user_id
                    AND device_id = asked.value
                ORDER BY entry_id
                """,  # noqa: S608 - constants
                values,
            )
            # A later entry of the same device replaces an earlier one.
            found = {asked[record["device_id"]]: _entry_from(record) for record in records}
            records = connection.execute(
                f"""
                SELECT foreign_entry.* FROM json_each(:asked) AS asked CROSS JOIN foreign_entry
                WHERE {ON_SITE} AND connector_id = :connector_id AND foreign_entry.key = :key
                    AND user_id = :user_id AND device_id = asked.value
                """,  # noqa: S608 - constants
                values,
            )
            for record in records:
                entry, own = _entry_from(record), found.get(asked[record["device_id"]])
                if own is None or entry.bound_at > own.bound_at:
                    found[asked[record["device_id"]]] = entry
        return found

    def newest_ids(self, channel: Channel, limit: int) -> tuple[str, ...]:
        """Return ids bound on this channel, for any developer, the newest first; others' after own ones.

        Only the newest entries of all channels are searched, so that a long ledger causes no delay.
        """
        found: list[str] = []
        with self._reader.reading() as connection:
            for table, order in (("ledger", "entry_id"), ("foreign_entry", "foreign_id")):
                records = connection.execute(
                    f"""
                    SELECT device_id FROM (SELECT * FROM {table} ORDER BY {order} DESC LIMIT :newest)
                    WHERE {ON_SITE} AND connector_id = :connector_id AND key = :key LIMIT :left
                    """,  # noqa: S608 - constants
                    {**named_channel(channel), "newest": _NEWEST, "left": limit - len(found)},
                )
                found += [record["device_id"] for record in records]
        return tuple(found)

    def bound_devices(self, channel: Channel) -> tuple[BoundDevice, ...]:
        """Return all devices bound on this channel and for this developer, in order, each with its latest label.

        This bench's own come first; others' follow in the order of their times.
        """
        with self._reader.reading() as connection:
            return devices_bound(connection, channel)

    def count_own(self, channel: Channel) -> int:
        """Return the number of devices that this bench has bound on this channel and for this developer."""
        with self._reader.reading() as connection:
            (count,) = connection.execute(
                f"""
                SELECT count(DISTINCT device_id) FROM ledger
                WHERE {ON_SITE} AND connector_id = :connector_id AND key = :key AND user_id = :user_id
                """,  # noqa: S608 - constants
                named_channel(channel),
            ).fetchone()
        return int(count)

    def bound_between(self, begin: datetime, end: datetime) -> tuple[str, ...]:
        """Return the ids bound in [begin, end), in order and each once, whether or not a row has them."""
        with self._reader.reading() as connection:
            records = connection.execute(
                """
                SELECT device_id FROM ledger
                WHERE unixepoch(bound_at) >= :begin AND unixepoch(bound_at) < :end
                ORDER BY entry_id
                """,
                {"begin": begin.timestamp(), "end": end.timestamp()},
            )
            return tuple(dict.fromkeys(record["device_id"] for record in records))


def _entry_from(record: sqlite3.Row) -> BindingRecord:
    return BindingRecord(
        channel=channel_from(record),
        device_id=record["device_id"],
        label=record["label"],
        bound_at=datetime.fromisoformat(record["bound_at"]),
        log_id=record["log_id"],
        operator=record["operator"],
        profile=record["profile"],
        machine=record["machine"],
    )
