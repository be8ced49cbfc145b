"""A bench's queries of the shared ledger's server.

Each call is one statement, mostly of a function that `schema` has created there. Values are converted to JSON here,
and unreadable parts of an answer are left out; entries are validated in `core.model.ledger_entry`. The session is
in `session`; when to query is decided in `sync`.
"""

from __future__ import annotations

import json
import socket
from contextlib import closing
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bindtool.core.model.history_records import LedgerKey
from bindtool.core.model.ledger_entry import (
    LONGEST_BENCH,
    LONGEST_TEXT,
    TEXTS,
    BenchReport,
    Claimant,
    Page,
    SharedEntry,
    SyncCursor,
    TakenDevice,
    entry_of,
    has_control,
    time_of,
)
from bindtool.core.shared_ledger.postgres.errors import failed
from bindtool.core.shared_ledger.postgres.functions import FIT, NUMBERS_END
from bindtool.core.shared_ledger.postgres.schema import LedgerInfo, Made, migrate, read_info
from bindtool.core.shared_ledger.postgres.session import NEWS, PostgresSession
from bindtool.core.shared_ledger.postgres.tls import TIMEOUTS, ServerTimeouts
from bindtool.core.store.tables.codec import storable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bindtool.core.credentials.secret import Password
    from bindtool.core.model.channel import Channel
    from bindtool.core.profiles.ledger_address import LedgerAddress
    from bindtool.core.shared_ledger.postgres.tls import Dial

_COLUMNS = (
    "e.machine",
    "c.site",
    "c.connector_id",
    "c.key",
    "c.user_id",
    "e.device_id",
    "e.label",
    "e.written_at",
    "e.log_id",
    "e.operator",
    "e.profile",
    "e.job",
)
"""In the order of `core.model.ledger_entry.TEXTS`."""

_SIZE = " + ".join(f"octet_length({column})" for column in _COLUMNS)

MOST_BYTES = 64 * 1024
"""Of an entry, or of the description of a device that others have: a hundred times a usual one."""

LONGEST_NAME = 256
"""Characters of a bench's, computer's or operator's name shown to a person."""

MANY = 5
"""Entries at a time from which on a bench polls for more. The server would wake every bench for each of them: with
a hundred that costs it more than all their reads and pushes."""

LOOK_EVERY = 0.75
"""Seconds between two polls."""

_FOR_PEOPLE = frozenset({"machine", "logid", "operator", "profile", "job"})
"""The columns that identify neither a device nor its channel: repaired if invalid, since the binding matters
more."""

# Oversized values are not transferred. A bench's name is truncated, also for comparing positions.
_READ_ON = f"""
    SELECT CASE WHEN CAST(:number AS bigint) = 0 OR EXISTS (
        SELECT FROM bindtool.entry
        WHERE number = :number AND left(bench, {LONGEST_BENCH + 1}) = :bench AND entry = :entry
    ) THEN (
        SELECT coalesce(json_agg(json_build_array(
            e.number, left(e.bench, {LONGEST_BENCH + 1}), e.entry,
            CASE WHEN {_SIZE} <= {MOST_BYTES} THEN json_build_array({", ".join(_COLUMNS)}) END
        ) ORDER BY e.number), '[]')
        FROM (SELECT * FROM bindtool.entry WHERE number > :number ORDER BY number LIMIT :limit) AS e
        JOIN bindtool.channel AS c USING (channel_id)
    ) END
"""  # noqa: S608 - constants
_PUSH = "SELECT bindtool.push(:entries)"
_CLAIM = f"""
    SELECT coalesce(jsonb_agg(CASE WHEN octet_length(each::text) <= {MOST_BYTES} THEN each
        ELSE jsonb_build_array(each->0, '', '', each->3, each->4, '') END), '[]')
    FROM jsonb_array_elements(bindtool.claim(:who, :channel, :device_ids, :known, :seconds)) AS each
"""  # noqa: S608 - constants
_RENEW = "SELECT bindtool.renew(:bench, :seconds)"
_LET_GO = "SELECT bindtool.let_go(:bench, :channel, :device_ids)"
_RESERVE = "SELECT bindtool.reserve(:channel, :series, :bench, :count, :above)"
_TAKE_TURN = f"""
    SELECT CASE WHEN taken IS NULL OR octet_length(taken::text) <= {MOST_BYTES} THEN taken
        ELSE jsonb_build_array('', '', taken->2) END
    FROM bindtool.take_turn(:who, :channel, :seconds) AS taken
"""  # noqa: S608 - constants
_END_TURN = "SELECT bindtool.end_turn(:channel)"
_LISTEN, _UNLISTEN = f"LISTEN {NEWS}", f"UNLISTEN {NEWS}"
_BEHIND = "SELECT count(*) FROM bindtool.entry WHERE number > :number"
_REPORT = "SELECT bindtool.report(:who, :version, :read_to, :utc_offset, :refused)"
_CLEAR_TURN = "SELECT bindtool.clear_turn(:bench, :channel)"
_EXTENT = f"""
    SELECT json_build_array(count(*), count(*) FILTER (WHERE NOT ({FIT}))) FROM bindtool.entry
"""  # noqa: S608 - constants


def connect(
    address: LedgerAddress,
    password: Password,
    timeouts: ServerTimeouts = TIMEOUTS,
    dial: Dial = socket.create_connection,
) -> PostgresServer:
    """Log in to an existing ledger.

    Raises:
        LedgerFailed: those of `PostgresSession` and `read_info`.
    """
    session = PostgresSession(address, password, timeouts, dial)
    try:
        return PostgresServer(session, read_info(session))
    except BaseException:
        session.close()
        raise


def make(
    address: LedgerAddress,
    password: Password,
    timeouts: ServerTimeouts = TIMEOUTS,
    dial: Dial = socket.create_connection,
) -> Made:
    """Create the ledger's tables, or migrate them to the current version; the data stays.

    Raises:
        LedgerFailed: those of `PostgresSession` and `migrate`.
    """
    with closing(PostgresSession(address, password, timeouts, dial)) as session:
        return migrate(session)


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """`tls`: its version, "" for none. `schema`: that of the tables. `left_out`: entries that no bench can read.

    `due`: whether the owner has to migrate the ledger.
    """

    tls: str
    postgres: str
    schema: int
    entries: int
    left_out: int = 0
    due: bool = False


class PostgresServer:
    """One connection, opened by `connect`; threads take turns by the statement. Every failure is a LedgerFailed.

    After a failure the connection is unusable. Each call is one statement, so that a bench that vanishes in the
    middle of one leaves nothing half done and nothing locked.
    """

    def __init__(self, session: PostgresSession, about: LedgerInfo) -> None:
        self._session = session
        self._about = about
        self._read_to = 0
        self._read_last = 0
        self._is_told = True

    @property
    def ledger_id(self) -> str:
        """The ledger's id, assigned at its creation; another id is another ledger."""
        return self._about.ledger_id

    def push(self, entries: Sequence[SharedEntry]) -> None:
        """Add entries; existing ones, by their identity, stay unchanged.

        The claims of their benches on their devices are released in the same transaction.
        """
        self._session.ask(_PUSH, entries=entries_json(entries))

    def read_on(self, cursor: SyncCursor, limit: int) -> Page | None:
        """Return the entries added after `cursor`; None if the server does not know its entry (any more)."""
        bench, entry = (cursor.key.bench, cursor.key.entry) if cursor.key else (None, None)
        # One more than wanted shows whether there are others.
        rows = self._session.ask(_READ_ON, number=cursor.number, bench=bench, entry=entry, limit=limit + 1)
        page = self._session.explained(lambda: _page(rows, cursor, limit))
        if page is not None:
            self._read_to = page.cursor.number
            self._read_last = len(rows)
        return page

    def listen(self, wake: int, seconds: float) -> None:
        """Wait until something may have been added, `wake` (a file descriptor) can be read, or the timeout.

        While many entries are added, it waits only briefly, and the server sends no notifications.
        """
        is_told = self._read_last < MANY
        if is_told != self._is_told:
            self._session.run(_LISTEN if is_told else _UNLISTEN)
            self._is_told = is_told
            if is_told:
                return  # entries added meanwhile were not notified
        self._session.wait(self._read_to, wake, seconds if is_told else min(seconds, LOOK_EVERY))

    def claim(
        self, who: Claimant, channel: Channel, device_ids: Sequence[str], known: SyncCursor, seconds: float
    ) -> tuple[TakenDevice, ...]:
        """Claim devices for so many seconds; return those taken by others, which are not claimed.

        A device is taken if another bench has an unexpired claim on it, or has bound it after `known`: earlier
        bindings were known to this bench. A claim of the bench's own is renewed.
        """
        rows = self._session.ask(
            _CLAIM,
            who=_texts_json(astuple(who)),
            channel=_channel_json(channel),
            device_ids=_texts_json(device_ids),
            known=known.number,
            seconds=seconds,
        )
        return self._session.explained(lambda: tuple(taken for taken in map(taken_from, rows) if taken is not None))

    def renew(self, bench: str, seconds: float) -> None:
        """Extend the unexpired claims of a bench to so many seconds from now."""
        self._session.ask(_RENEW, bench=_text(bench), seconds=seconds)

    def release(self, bench: str, channel: Channel, device_ids: Sequence[str]) -> None:
        """Release claims."""
        self._session.ask(
            _LET_GO,
            bench=_text(bench),
            channel=_channel_json(channel),
            device_ids=_texts_json(device_ids),
        )

    def reserve(self, channel: Channel, series: str, bench: str, count: int, above: int) -> range:
        """Return `count` running numbers never assigned before in a series, all of them above `above`."""
        first: int = self._session.ask(
            _RESERVE,
            channel=_channel_json(channel),
            series=_text(series),
            bench=_text(bench),
            count=count,
            above=above,
        )
        block = range(first, first + count)
        if not 0 < block.start < block.stop <= NUMBERS_END:
            raise failed("ledger.failed", self._session.address, f"number {first}")
        return block

    def take_turn(self, who: Claimant, channel: Channel, seconds: float) -> TakenDevice | None:
        """Take the turn to replace a channel's list; return its holder, None if this bench has it now.

        It is held until this connection ends or `end_turn`. If the connection ended before `end_turn`, only the
        same bench gets it for so many seconds: its bindings may not be in the ledger yet. The `TakenDevice` of a
        turn has no device.
        """
        found = self._session.ask(
            _TAKE_TURN, who=_texts_json(astuple(who)), channel=_channel_json(channel), seconds=seconds
        )
        return self._session.explained(lambda: None if found is None else _turn(found))

    def end_turn(self, channel: Channel) -> None:
        """Release the turn of this connection: all its bindings are in the ledger."""
        self._session.ask(_END_TURN, channel=_channel_json(channel))

    def count_behind(self, cursor: SyncCursor) -> int:
        """Return the number of entries behind a cursor; counting many takes a moment."""
        return int(self._session.ask(_BEHIND, number=cursor.number))

    def clear_turn(self, bench: str, channel: Channel) -> bool:
        """End a turn whose connection is gone: all bindings of the bench are in the ledger.

        Return whether the bench has no turn now; a turn with a live connection stays.
        """
        return bool(self._session.ask(_CLEAR_TURN, bench=_text(bench), channel=_channel_json(channel)))

    @property
    def takes_reports(self) -> bool:
        """Whether the ledger has tables for benches' reports."""
        return self._about.takes_reports

    def report(self, report: BenchReport) -> None:
        """Overwrite a bench's report about itself; counts of refusals only grow."""
        self._session.ask(
            _REPORT,
            who=_texts_json([report.bench, report.machine]),
            version=_text(report.version),
            read_to=report.read_to,
            utc_offset=report.utc_offset,
            refused=_json([[each.day, _text(each.code), each.devices] for each in report.refused]),
        )

    def info(self) -> ServerInfo:
        """Return the server's description of itself; counting many entries takes a moment."""
        entries, left_out = self._session.ask(_EXTENT)
        session, about = self._session, self._about
        return ServerInfo(session.tls, session.version, about.version, entries, left_out, about.due)

    def close(self) -> None:
        """Close the connection. Never fails; a second call does nothing."""
        self._session.close()


# ---------------------------------------------------------------- values on the way


def _text(text: str) -> str:
    """Return a text that PostgreSQL can store: a lone surrogate or a NUL becomes U+FFFD."""
    return storable(text).replace("\0", "\ufffd")


def entries_json(entries: Iterable[SharedEntry]) -> str:
    """Return entries in the format of `push`."""
    return _json([_fields(entry) for entry in entries])


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _texts(texts: Iterable[str]) -> list[str]:
    return [_text(text) for text in texts]


def _texts_json(texts: Iterable[str]) -> str:
    return _json(_texts(texts))


def _channel_json(channel: Channel) -> str:
    """Return the values of a channel, then its address, which older benches may have reported as the site."""
    return _texts_json([*channel.names, *([channel.address] if channel.address else [])])


def _page(rows: Sequence[Sequence[Any]] | None, cursor: SyncCursor, limit: int) -> Page | None:
    """Return a page of at most `limit` entries behind `cursor` from the server's rows, up to one more."""
    if rows is None:
        return None
    found = [_entry(row) for row in rows[:limit]]
    if found:
        number, bench, entry, _ = rows[len(found) - 1]
        cursor = SyncCursor(number, LedgerKey(bench, entry))
    entries = tuple(entry for entry in found if entry is not None)
    return Page(entries, cursor, more=len(rows) > limit, left_out=len(found) - len(entries))


def taken_from(row: Sequence[Any]) -> TakenDevice | None:
    """Return a taken device from a row of the server; None if it is invalid."""
    device_id, machine, operator, since, bound_at, label = row
    if bound_at is None:
        return TakenDevice(device_id, _shown(machine), _shown(operator), datetime.fromisoformat(since))
    bound = time_of(bound_at)
    if bound is None:
        return None
    return TakenDevice(device_id, _shown(machine), _shown(operator), bound, bound, _shown(label))


def _turn(row: Sequence[Any]) -> TakenDevice:
    """Return the holder of a turn from a row of the server."""
    machine, operator, since = row
    return TakenDevice("", _shown(machine), _shown(operator), datetime.fromisoformat(since))


def _entry(row: Sequence[Any]) -> SharedEntry | None:
    """Return an entry; None if it is invalid or too large: the server then returns its identity alone."""
    _, bench, entry, texts = row
    if texts is None:
        return None
    columns = dict(zip(TEXTS, texts, strict=True))
    mended = {name: _shown(columns[name], LONGEST_TEXT, "\t\r\n") for name in _FOR_PEOPLE}
    found = entry_of(bench, entry, columns | mended)
    return found if isinstance(found, SharedEntry) else None


def _shown(text: str, most: int = LONGEST_NAME, allowed: str = "") -> str:
    """Return a text truncated for display, with U+FFFD for control characters that are not allowed."""
    short = text[:most]
    if short.isprintable() or not has_control(short, allowed):
        return short
    return "".join("\ufffd" if has_control(sign, allowed) else sign for sign in short)


def _fields(entry: SharedEntry) -> dict[str, str | int | list[str]]:
    texts = {
        "bench": entry.key.bench,
        "machine": entry.machine,
        "device_id": entry.device_id,
        "label": entry.label,
        "written_at": entry.bound_at.isoformat(),
        "log_id": entry.log_id,
        "operator": entry.operator,
        "profile": entry.profile,
        "job": entry.job,
    }
    return {
        **{name: _text(text) for name, text in texts.items()},
        "entry": entry.key.entry,
        "channel": _texts(entry.channel.names),
    }
