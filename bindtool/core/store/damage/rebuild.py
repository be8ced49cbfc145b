"""Fills a new database with the readable data of a damaged one, completed from its newest copy.

It decides the source of each record, how inconsistencies are repaired, which rows may have been sent, and since
when devices may be missing. The files are handled in `replace`.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from bindtool.core.api.verdict import VerdictKind
from bindtool.core.model.channel_check import Already, Seen
from bindtool.core.model.handoff import HandoffFormat
from bindtool.core.model.outcome import State
from bindtool.core.model.row import Source
from bindtool.core.store.connection import opened_unchanged
from bindtool.core.store.migrations import VERSION_OF_GAP
from bindtool.core.store.schema import version_of
from bindtool.core.store.tables import benches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
    from pathlib import Path

    from bindtool.core.store.copies import Copy

_OWN_MAKING = frozenset({"needed", "bench"})
"""Tables that a new database fills itself; the value of the second is carried over."""

_LEDGERS = ("ledger", "foreign_entry")
"""Tables of bindings; nothing is ever deleted from them."""

_TELL_WHAT_WAS_SENT = frozenset({"run", "run_device", "request", "request_span"})

_OF_A_RUN = frozenset({"sheet", "sheet_row", "run", "run_device"})
"""Tables whose records the copy of a run contains."""

_RUNS = "SELECT run_id, ended_at FROM run"

_READ: Mapping[str, Callable[[Any], object]] = {
    **dict.fromkeys(
        (
            *("created_at", "closed_at", "added_at", "answered_at", "started_at", "ended_at"),
            *("begun_at", "bound_at", "found_at"),
            *("since", "rebuilt_at", "confirmed_at"),
        ),
        datetime.fromisoformat,
    ),
    "state": State,
    "source": Source,
    "note": json.loads,
    "held": json.loads,
    "code": int,
    "verdict": VerdictKind,
    "already": Already,
    "seen": Seen,
    "checked_on": date.fromisoformat,
    "format": HandoffFormat,
}
"""By column name, the parser of its text; damage may have left an unparsable one."""

# The rows in their current state, before those of a copy come; and the runs that the copy knows.
_PREPARE = (
    "CREATE TEMP TABLE row_of_now AS SELECT sheet_id, number FROM sheet_row",
    "CREATE INDEX temp.row_of_now_key ON row_of_now (sheet_id, number)",
    "CREATE TEMP TABLE run_of_copy (run_id INTEGER PRIMARY KEY, ended_at TEXT)",
)

# References to unreadable records are deleted, or get a substitute to refer to.
_SHEETS_OF_ROWS = (
    """
    INSERT INTO sheet (sheet_id, created_at, profile, job, operator, origin, last_number)
    SELECT sheet_id, min(at), max(profile), '', max(operator), 'window', 0
    FROM (
        SELECT sheet_id, added_at AS at, '' AS profile, operator FROM sheet_row
        UNION ALL
        SELECT sheet_id, started_at, profile, operator FROM run
    )
    WHERE sheet_id NOT IN (SELECT sheet_id FROM sheet)
    GROUP BY sheet_id
    """,
    """
    UPDATE sheet SET last_number = max(
        last_number,
        (SELECT coalesce(max(number), 0) FROM sheet_row WHERE sheet_row.sheet_id = sheet.sheet_id),
        (SELECT coalesce(max(number), 0) FROM run JOIN run_device USING (run_id) WHERE sheet_id = sheet.sheet_id)
    )
    """,
)
_PUT_RIGHT = (
    "DELETE FROM run_device WHERE run_id NOT IN (SELECT run_id FROM run)",
    "DELETE FROM request WHERE run_id NOT IN (SELECT run_id FROM run)",
    """
    DELETE FROM request_span WHERE (run_id, request) NOT IN (SELECT run_id, number FROM request)
    """,
    # a range of the outbox may have lost its first entry
    f"{benches.ONE_BY_ONE} WHERE outbox.entry_id NOT IN (SELECT entry_id FROM ledger)",  # noqa: S608 - constants
    "DELETE FROM outbox WHERE entry_id NOT IN (SELECT entry_id FROM ledger)",
)

# If it can't be read which rows were in flight at a crash, all of a run with a request in flight are; if that can't
# be read either, all of an unfinished run. A row from a copy may have been sent by each run whose end the copy did
# not know. Those rows are known by the run's devices, or else by its sheet; an unreadable run may be of any open
# sheet.
_MAY_HAVE_BEEN_SENT = """
    WITH cut_off AS (
        SELECT run_id, sheet_id, 0 AS of_copy FROM request LEFT JOIN run USING (run_id) WHERE under_way
        UNION SELECT run_id, sheet_id, 0 FROM run WHERE :requests AND ended_at IS NULL
        UNION SELECT run_id, NULL, NOT :requests FROM run_device WHERE run_id NOT IN (SELECT run_id FROM run)
        UNION SELECT run_id, sheet_id, 1 FROM run
        WHERE :rows AND run_id NOT IN (SELECT run_id FROM run_of_copy WHERE ended_at IS NOT NULL)
        UNION SELECT NULL, NULL, 0 WHERE :runs
    )
    UPDATE sheet_row SET state = 'sending'
    WHERE state <> 'bound' AND EXISTS (
        SELECT 1 FROM (
            SELECT cut_off.sheet_id, of_copy FROM run_device JOIN cut_off USING (run_id)
            WHERE run_device.device_id = sheet_row.device_id AND run_device.number = sheet_row.number
                AND coalesce(cut_off.sheet_id, sheet_row.sheet_id) = sheet_row.sheet_id
            UNION ALL
            SELECT sheet.sheet_id, of_copy FROM cut_off JOIN sheet
            ON sheet.sheet_id = cut_off.sheet_id OR cut_off.sheet_id IS NULL AND closed_at IS NULL
            WHERE :devices AND sheet.sheet_id = sheet_row.sheet_id
        )
        WHERE NOT of_copy OR NOT EXISTS (
            SELECT 1 FROM row_of_now AS now
            WHERE now.sheet_id = sheet_row.sheet_id AND now.number = sheet_row.number
        )
    )
"""

_NEWER_THAN_THE_COPY = """
    SELECT started_at FROM run WHERE run_id NOT IN (SELECT run_id FROM run_of_copy)
    ORDER BY unixepoch(started_at) LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class TakenOver:
    """The result of a rebuild.

    Attributes:
        unread: the tables that could not be read completely in the damaged database.
        copied: the time of the copy that has completed them; None if there was none.
        bound_lost: devices that this bench has bound and that are missing, by the numbers of the ledger.
    """

    unread: Set[str]
    copied: datetime | None
    bound_lost: int


def take_over(new: sqlite3.Connection, path: Path, copies: Iterable[Copy], at: datetime) -> TakenOver:
    """Fill a new database from the damaged one at `path` and from its copies, those of each kind the newest first.

    `at`: the current time, for the gap that is recorded if devices may be missing.

    Raises:
        StoreFailed: "store.newer", "store.unreleased".
    """
    tables = _tables(new)
    last: dict[str, int] = {}
    with opened_unchanged(path) as damaged:
        _read_past_damage(damaged)
        # A version from before the gap table has no gap; if the version is unreadable, there may be one.
        without_gap = False
        with suppress(sqlite3.DatabaseError):
            without_gap = version_of(damaged, path) < VERSION_OF_GAP
        is_named = _take_over_bench(new, damaged)
        _note_numbers(last, damaged)
        unread = {
            table
            for table, keys in tables.items()
            if not (table == "gap" and without_gap) and not _take_over_table(new, damaged, table, keys)
        }
    for statement in _PREPARE:
        new.execute(statement)
    copied: datetime | None = None
    wanted = [] if is_named and not unread else list(copies)
    for copy in (copy for copy in wanted if not copy.of_run):
        with _opened_copy(copy) as of_copy:
            if of_copy is None:
                continue
            new.execute("DELETE FROM run_of_copy")
            new.executemany("INSERT INTO run_of_copy VALUES (?, ?)", of_copy.execute(_RUNS).fetchall())
            is_named = is_named or _take_over_bench(new, of_copy)
            _note_numbers(last, of_copy)
            # The copy lacks later entries of the outbox.
            whole = [_take_over_table(new, of_copy, table, tables[table]) for table in unread - {"outbox"}]
        if all(whole):
            copied = copy.made_at
            break
    # Last: their rows may be older than those of a copy of the whole.
    for copy in (copy for copy in wanted if copy.of_run):
        if new.execute("SELECT 1 FROM run_of_copy WHERE run_id = ?", (copy.number,)).fetchone() is None:
            with _opened_copy(copy) as of_copy:
                if of_copy is not None:
                    for table in unread & _OF_A_RUN:
                        _take_over_table(new, of_copy, table, tables[table])
    _go_on_counting(new, last)
    _put_right(new, unread)
    if unread & {*_LEDGERS, *_TELL_WHAT_WAS_SENT, "gap"}:
        _note_gap(new, copied, at)
    (bound,) = new.execute("SELECT count(*) FROM ledger").fetchone()
    return TakenOver(frozenset(unread), copied, max(0, last.get("ledger", 0) - bound) if "ledger" in unread else 0)


@contextmanager
def _opened_copy(copy: Copy) -> Iterator[sqlite3.Connection | None]:
    """Open a copy; None if its damage hides its runs."""
    with ExitStack() as stack:
        of_copy = None
        with suppress(sqlite3.Error):
            found = stack.enter_context(opened_unchanged(copy.path))
            found.execute(_RUNS).fetchall()
            _read_past_damage(found)
            of_copy = found
        yield of_copy


def _read_past_damage(old: sqlite3.Connection) -> None:
    """Make SQLite return all readable data, even if its schema is partly damaged, or a text."""
    old.execute("PRAGMA writable_schema = ON")
    old.text_factory = lambda data: data.decode("utf-8", "surrogateescape")


def _tables(new: sqlite3.Connection) -> dict[str, tuple[str, ...]]:
    """Return the keys of each table."""
    names = [
        name
        for (name,) in new.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        if name not in _OWN_MAKING
    ]
    return {
        name: tuple(
            key for (key,) in new.execute("SELECT name FROM pragma_table_info(?) WHERE pk ORDER BY pk", (name,))
        )
        for name in names
    }


def _note_numbers(last: dict[str, int], old: sqlite3.Connection) -> None:
    """Record the highest numbers assigned in an old database, which are never reused."""
    with suppress(sqlite3.DatabaseError):
        numbers = old.execute("SELECT name, seq FROM sqlite_sequence WHERE typeof(seq) = 'integer'")
        last |= {table: max(number, last.get(table, 0)) for table, number in numbers.fetchall()}


def _go_on_counting(new: sqlite3.Connection, last: Mapping[str, int]) -> None:
    for table, number in last.items():
        new.execute("DELETE FROM sqlite_sequence WHERE name = ? AND seq < ?", (table, number))
        new.execute(
            """
            INSERT INTO sqlite_sequence
            SELECT :name, :seq WHERE :seq AND :name NOT IN (SELECT name FROM sqlite_sequence)
            """,
            {"name": table, "seq": number},
        )


def _take_over_bench(new: sqlite3.Connection, old: sqlite3.Connection) -> bool:
    """Carry the bench's id over; return whether it could be read."""
    try:
        (bench_id,) = old.execute("SELECT bench_id FROM bench").fetchone()
        new.execute("UPDATE bench SET bench_id = ?", (bench_id,))
    except (sqlite3.DatabaseError, TypeError):  # TypeError: the table is empty
        return False
    return True


def _take_over_table(new: sqlite3.Connection, old: sqlite3.Connection, table: str, keys: Sequence[str]) -> bool:
    """Carry over a table's readable records, forwards and, after an error, backwards; return whether that is all.

    A record with an existing key is skipped.
    """
    fit = True
    for order in ("ASC", "DESC"):
        by = ", ".join(f"{key} {order}" for key in keys)
        whole = True
        for record in _readable(old, f"SELECT * FROM {table} ORDER BY {by}"):  # noqa: S608 - names of ours
            whole = record is not None
            fit &= record is None or _put(new, table, dict(record))
        if whole:
            return fit and order == "ASC"
    return False


def _readable(old: sqlite3.Connection, query: str) -> Iterator[sqlite3.Row | None]:
    """Yield the records up to the first unreadable one; None in its place."""
    try:
        yield from old.execute(query)
    except sqlite3.DatabaseError:
        yield None


def _put(new: sqlite3.Connection, table: str, record: Mapping[str, Any]) -> bool:
    """Insert a record, unless its key exists; False if a column has a value that no bindtool has written."""
    try:
        for name, value in record.items():
            if name in _READ and value is not None:
                _READ[name](value)
        new.execute(
            f"INSERT INTO {table} ({', '.join(record)}) "  # noqa: S608 - names of ours, from `schema`
            f"VALUES ({', '.join('?' * len(record))}) ON CONFLICT DO NOTHING",
            list(record.values()),
        )
    except (ValueError, KeyError, TypeError, sqlite3.IntegrityError):
        return False
    return True


def _put_right(new: sqlite3.Connection, unread: Set[str]) -> None:
    """Make the records consistent, depending on the tables that may be incomplete."""
    if unread & {*_LEDGERS}:
        # Shared ledgers are read from their beginning: they contain this bench's bindings, too.
        new.execute("DELETE FROM ledger_place")
    if "outbox" in unread:
        new.execute("INSERT OR REPLACE INTO outbox SELECT entry_id, 0 FROM ledger")  # and get all again
    for statement in _SHEETS_OF_ROWS:
        new.execute(statement)
    if unread & {*_TELL_WHAT_WAS_SENT, "sheet_row"}:
        lost = {"requests": "request", "devices": "run_device", "runs": "run", "rows": "sheet_row"}
        new.execute(_MAY_HAVE_BEEN_SENT, {name: table in unread for name, table in lost.items()})
    for statement in _PUT_RIGHT:
        new.execute(statement)


def _note_gap(new: sqlite3.Connection, copied: datetime | None, at: datetime) -> None:
    """Record that devices may be missing since the copy; replaces an unconfirmed gap."""
    whole_until = [copied]
    open_gaps = new.execute("DELETE FROM gap WHERE confirmed_at IS NULL RETURNING since").fetchall()
    # The clock may have been set since: a run that the copy does not know began after it.
    for (since,) in (*open_gaps, *new.execute(_NEWER_THAN_THE_COPY).fetchall()):
        whole_until.append(None if since is None else _aware(since))
    known = [moment for moment in whole_until if moment is not None]
    since = min(at, *known).astimezone(at.tzinfo).isoformat() if len(known) == len(whole_until) else None
    new.execute(
        "INSERT INTO gap (since, rebuilt_at, last_run) SELECT ?, ?, coalesce(max(run_id), 0) FROM run",
        (since, at.isoformat()),
    )


def _aware(text: str) -> datetime:
    """Return a time that is comparable with others: damage may have removed its offset."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)  # as SQLite reads it
