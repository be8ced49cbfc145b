"""Fills a new database with what SQLite can read of a damaged one, and from its newest copy where that is not all.

It decides which records are taken from where, what is put right where others are missing, which rows may have been
sent, and since when devices may be missing. What happens to the files is in `replace`.
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
"""Tables that a new database has by itself; of the second the value is taken over."""

_LEDGERS = ("ledger", "foreign_entry")
"""Tables of what was bound; nothing is ever taken out of them."""

_TELL_WHAT_WAS_SENT = frozenset({"run", "run_device", "request", "request_span"})

_OF_A_RUN = frozenset({"sheet", "sheet_row", "run", "run_device"})
"""Tables of which the copy of a run has its records."""

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
"""By the name of a column, what has to understand its text; damage may have left one that nothing does."""

# The rows that are as they are now, before those of a copy come; and the runs that the copy knows.
_PREPARE = (
    "CREATE TEMP TABLE row_of_now AS SELECT sheet_id, number FROM sheet_row",
    "CREATE INDEX temp.row_of_now_key ON row_of_now (sheet_id, number)",
    "CREATE TEMP TABLE run_of_copy (run_id INTEGER PRIMARY KEY, ended_at TEXT)",
)

# What refers to something that could not be read goes, or gets something to refer to.
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
    # a stretch of the outbox may have lost its first entry
    f"{benches.ONE_BY_ONE} WHERE outbox.entry_id NOT IN (SELECT entry_id FROM ledger)",  # noqa: S608 - constants
    "DELETE FROM outbox WHERE entry_id NOT IN (SELECT entry_id FROM ledger)",
)

# Where it can't be read which rows a crash has found on their way, all of a run are that had a request under way;
# where that can't be read either, all of a run without an end. A row as a copy has it may have been sent by each
# run whose end the copy did not know. Which rows those are is told by the run's devices, or else by its sheet; a
# run that can't be read itself may be of any sheet that nobody has closed.
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
    """What came of it.

    Attributes:
        unread: the tables of which not everything could be read in the damaged database.
        copied: when the copy was made that has completed them; None where there was none.
        bound_lost: devices that this bench has bound and that are missing, by the numbers of the ledger.
    """

    unread: Set[str]
    copied: datetime | None
    bound_lost: int


def take_over(new: sqlite3.Connection, path: Path, copies: Iterable[Copy], at: datetime) -> TakenOver:
    """Fill a new database from the damaged one at `path` and from its copies, those of each kind the newest first.

    `at`: the time of now, for the gap that is written where devices may be missing.

    Raises:
        StoreFailed: "store.newer", "store.unreleased".
    """
    tables = _tables(new)
    last: dict[str, int] = {}
    with opened_unchanged(path) as damaged:
        _read_past_damage(damaged)
        # Before a gap could be noted there was none; where nobody can tell, there may have been one.
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
            # What waits to be told since is not in it.
            whole = [_take_over_table(new, of_copy, table, tables[table]) for table in unread - {"outbox"}]
        if all(whole):
            copied = copy.made_at
            break
    # Last: what they have of rows that a copy of the whole has too may be older.
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
    """Open a copy; None where it is damaged so that it does not tell its runs."""
    with ExitStack() as stack:
        of_copy = None
        with suppress(sqlite3.Error):
            found = stack.enter_context(opened_unchanged(copy.path))
            found.execute(_RUNS).fetchall()
            _read_past_damage(found)
            of_copy = found
        yield of_copy


def _read_past_damage(old: sqlite3.Connection) -> None:
    """Have what can be read come, also where a part of the list of tables is spoilt, or a text."""
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
    """Note the highest numbers that an old database has given, which are never given twice."""
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
    """Take over the bench's name; return whether it could be read."""
    try:
        (bench_id,) = old.execute("SELECT bench_id FROM bench").fetchone()
        new.execute("UPDATE bench SET bench_id = ?", (bench_id,))
    except (sqlite3.DatabaseError, TypeError):  # TypeError: the table is empty
        return False
    return True


def _take_over_table(new: sqlite3.Connection, old: sqlite3.Connection, table: str, keys: Sequence[str]) -> bool:
    """Take over what can be read of a table, forwards and, if that ends early, backwards; return whether it is all.

    A record whose key is there already stays as it is.
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
    """Yield the records up to the first that can't be read; None in its place."""
    try:
        yield from old.execute(query)
    except sqlite3.DatabaseError:
        yield None


def _put(new: sqlite3.Connection, table: str, record: Mapping[str, Any]) -> bool:
    """Write a record, unless there is one with its key; False where a column holds what no bindtool has written."""
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
    """Have what is there agree, by which tables something may be missing of."""
    if unread & {*_LEDGERS}:
        # Shared ledgers are read from their beginning: they have what this bench has bound, too.
        new.execute("DELETE FROM ledger_place")
    if "outbox" in unread:
        new.execute("INSERT OR REPLACE INTO outbox SELECT entry_id, 0 FROM ledger")  # and are told everything
    for statement in _SHEETS_OF_ROWS:
        new.execute(statement)
    if unread & {*_TELL_WHAT_WAS_SENT, "sheet_row"}:
        lost = {"requests": "request", "devices": "run_device", "runs": "run", "rows": "sheet_row"}
        new.execute(_MAY_HAVE_BEEN_SENT, {name: table in unread for name, table in lost.items()})
    for statement in _PUT_RIGHT:
        new.execute(statement)


def _note_gap(new: sqlite3.Connection, copied: datetime | None, at: datetime) -> None:
    """Write that devices may be missing since the copy; it takes the place of a gap that is not confirmed."""
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
    """Return a time that others can be compared with: damage may have left one without an offset."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)  # as SQLite takes it
