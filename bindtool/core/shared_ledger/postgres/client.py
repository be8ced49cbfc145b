"""What a bench asks of the shared ledger's server.

Each call is one statement, mostly of a function that `schema` has made there. The session beneath is in `session`;
when to ask is decided in `sync`.
"""

from __future__ import annotations

import socket
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bindtool.core.model.ledger_entry import LONGEST_BENCH
from bindtool.core.shared_ledger.postgres.codec import (
    channel_json,
    claimant_json,
    entries_json,
    page_from,
    taken_from,
    text_for_server,
    texts_json,
    turn_from,
)
from bindtool.core.shared_ledger.postgres.errors import failed
from bindtool.core.shared_ledger.postgres.migration_2 import FIT, NUMBERS_END
from bindtool.core.shared_ledger.postgres.schema import migrate, read_info
from bindtool.core.shared_ledger.postgres.session import PostgresSession
from bindtool.core.shared_ledger.postgres.tls import TIMEOUTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bindtool.core.credentials.secret import Password
    from bindtool.core.model.channel import Channel
    from bindtool.core.model.ledger_entry import Claimant, Page, SharedEntry, SyncCursor, TakenDevice
    from bindtool.core.profiles.ledger_address import LedgerAddress
    from bindtool.core.shared_ledger.postgres.schema import LedgerInfo, Made
    from bindtool.core.shared_ledger.postgres.tls import Dial, ServerTimeouts

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
"""Of an entry, or of what is said of a device that somebody else has: a hundred times a usual one."""

# What is too large does not come at all. A bench's name is cut, also where the place is looked for.
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
_BEHIND = "SELECT count(*) FROM bindtool.entry WHERE number > :number"
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
    """Log in to a ledger that was made.

    Raises:
        LedgerFailed: what `PostgresSession` and `read_info` raise.
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
    """Make the ledger's tables, or bring them to today's; what is there stays.

    Raises:
        LedgerFailed: what `PostgresSession` and `migrate` raise.
    """
    with closing(PostgresSession(address, password, timeouts, dial)) as session:
        return migrate(session)


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """`tls`: its version, "" for none. `schema`: that of the tables. `left_out`: entries that no bench can read.

    `due`: whether the owner has to bring the ledger on.
    """

    tls: str
    postgres: str
    schema: int
    entries: int
    left_out: int = 0
    due: bool = False


class PostgresServer:
    """One connection, made by `connect`; one thread at a time may use it. Every failure is a LedgerFailed.

    After a failure the connection is of no use any more. Each call is one statement, so that a bench that vanishes
    in the middle of one leaves nothing half done and nothing locked.
    """

    def __init__(self, session: PostgresSession, about: LedgerInfo) -> None:
        self._session = session
        self._about = about
        self._read_to = 0

    @property
    def ledger_id(self) -> str:
        """The name that the ledger was given when it was made; another one is another ledger."""
        return self._about.ledger_id

    def push(self, entries: Sequence[SharedEntry]) -> None:
        """Add entries; those that are there already, by their names, stay as they are.

        The claims of their benches on their devices are let go in the same transaction.
        """
        self._session.ask(_PUSH, entries=entries_json(entries))

    def read_on(self, cursor: SyncCursor, limit: int) -> Page | None:
        """Return what was added behind `cursor`; None where the server does not know that entry (any more)."""
        bench, entry = (cursor.key.bench, cursor.key.entry) if cursor.key else (None, None)
        # One more than wanted tells whether there are others.
        rows = self._session.ask(_READ_ON, number=cursor.number, bench=bench, entry=entry, limit=limit + 1)
        page = self._session.read(lambda: page_from(rows, cursor, limit))
        if page is not None:
            self._read_to = page.cursor.number
        return page

    def listen(self, wake: int, seconds: float) -> None:
        """Wait until something was added, `wake` (a file descriptor) can be read, or so many seconds are over."""
        self._session.wait(self._read_to, wake, seconds)

    def claim(
        self, who: Claimant, channel: Channel, device_ids: Sequence[str], known: SyncCursor, seconds: float
    ) -> tuple[TakenDevice, ...]:
        """Claim devices for so many seconds; return those that somebody else has, which are not claimed.

        Somebody else has a device whose claim of another bench has not run out, and one that another bench has
        bound behind `known`: of what was bound before, this bench knew. A claim of one's own begins anew.
        """
        rows = self._session.ask(
            _CLAIM,
            who=claimant_json(who),
            channel=channel_json(channel),
            device_ids=texts_json(device_ids),
            known=known.number,
            seconds=seconds,
        )
        return self._session.read(lambda: tuple(taken for taken in map(taken_from, rows) if taken is not None))

    def renew(self, bench: str, seconds: float) -> None:
        """Let the claims of a bench that have not run out go on for so many seconds from now."""
        self._session.ask(_RENEW, bench=text_for_server(bench), seconds=seconds)

    def release(self, bench: str, channel: Channel, device_ids: Sequence[str]) -> None:
        """Give claims up."""
        self._session.ask(
            _LET_GO, bench=text_for_server(bench), channel=channel_json(channel), device_ids=texts_json(device_ids)
        )

    def reserve(self, channel: Channel, series: str, bench: str, count: int, above: int) -> range:
        """Return `count` running numbers that were never given in a series, all of them above `above`."""
        first: int = self._session.ask(
            _RESERVE,
            channel=channel_json(channel),
            series=text_for_server(series),
            bench=text_for_server(bench),
            count=count,
            above=above,
        )
        block = range(first, first + count)
        if not 0 < block.start < block.stop <= NUMBERS_END:
            raise failed("ledger.failed", self._session.address, f"number {first}")
        return block

    def take_turn(self, who: Claimant, channel: Channel, seconds: float) -> TakenDevice | None:
        """Take the turn to replace a channel's list; return who has it, None where this bench has it now.

        It is held until this connection ends or `end_turn`. Where the connection ended before `end_turn`, nobody
        but the same bench gets it for so many seconds: what it has sent may not be in the ledger yet. In a
        `TakenDevice` of a turn there is no device.
        """
        found = self._session.ask(
            _TAKE_TURN, who=claimant_json(who), channel=channel_json(channel), seconds=seconds
        )
        return self._session.read(lambda: None if found is None else turn_from(found))

    def end_turn(self, channel: Channel) -> None:
        """Give up the turn of this connection: all that was bound is in the ledger."""
        self._session.ask(_END_TURN, channel=channel_json(channel))

    def count_behind(self, cursor: SyncCursor) -> int:
        """Return how many entries there are behind a cursor; counting many takes a moment."""
        return int(self._session.ask(_BEHIND, number=cursor.number))

    def clear_turn(self, bench: str, channel: Channel) -> bool:
        """End a turn whose connection is gone: all that the bench has bound is in the ledger.

        Return whether the bench has no turn now; one whose connection lives stays.
        """
        return bool(self._session.ask(_CLEAR_TURN, bench=text_for_server(bench), channel=channel_json(channel)))

    def info(self) -> ServerInfo:
        """Return what the server says of itself; counting many entries takes a moment."""
        entries, left_out = self._session.ask(_EXTENT)
        session, about = self._session, self._about
        return ServerInfo(session.tls, session.version, about.version, entries, left_out, about.due)

    def close(self) -> None:
        """End the connection. Never fails; a second call does nothing."""
        self._session.close()
