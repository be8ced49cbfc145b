"""Moves the records of a damaged database that can be read into the tables of a new one.

It decides which are taken, from where (the tables, the pages, copies of the ledger), what is put right where
others are missing, and since when devices may be. How a damaged table is read is in `salvage` and `page_records`,
what happens to the files in `replace`.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from bindtool.core.api.verdict import VerdictKind
from bindtool.core.model.channel_check import Already, Seen
from bindtool.core.model.outcome import State
from bindtool.core.model.row import Source
from bindtool.core.store.connection import log_of, opened_unchanged
from bindtool.core.store.damage.ledger_copies import day_of
from bindtool.core.store.damage.page_records import fits, records_in
from bindtool.core.store.damage.salvage import UNREADABLE, Salvage
from bindtool.core.store.migrations import VERSION_OF_GAP
from bindtool.core.store.schema import version_of
from bindtool.core.store.tables import benches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence, Set
    from pathlib import Path

    from bindtool.core.store.tables.codec import Column

_OWN_MAKING = frozenset({"needed", "bench"})
"""Tables that a new database has by itself; of the second the value is taken over."""

LEDGERS = ("ledger", "foreign_entry")
"""Tables of what was bound; nothing is ever taken out of them."""

_BY_PAGES = ("sheet", "run", "ledger", "foreign_entry", "sheet_row", "run_device", "request")
"""Tables whose records can be distinguished from those of others; they are all that a person misses."""

_COUNTED_BY: Mapping[str, str] = {
    "sheet_id": "sheet",
    "run_id": "run",
    "entry_id": "ledger",
    "foreign_id": "foreign_entry",
}
"""By the first key of a table, which table has given the numbers: those of its rows."""

_LAST_NUMBER: Mapping[str, str] = {
    "sheet_row": "SELECT last_number FROM sheet WHERE sheet_id = ?",
    "run_device": "SELECT last_number FROM sheet JOIN run USING (sheet_id) WHERE run_id = ?",
    "request_span": "SELECT last_number FROM sheet JOIN run USING (sheet_id) WHERE run_id = ?",
}
"""By tables whose second key is the number of a row, the highest that there can be below the first."""

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
}
"""By the name of a column, what has to understand its text; damage may have left one that nothing does."""

_TELL_WHAT_WAS_SENT = frozenset({"run", "run_device", "request", "request_span"})

# Of entries, which have numbers without gaps, all are there up to the first number that is not. The clock may have
# been set back since, so the earliest time counts.
_WHOLE_LEDGER_UNTIL = """
    SELECT bound_at FROM ledger WHERE entry_id >= (
        SELECT max(entry_id) FROM (SELECT entry_id, row_number() OVER (ORDER BY entry_id) AS place FROM ledger)
        WHERE entry_id = place
    )
    ORDER BY unixepoch(bound_at) LIMIT 1
"""
_WHOLE_RUNS_UNTIL = """
    SELECT started_at FROM run WHERE run_id >= (SELECT max(run_id) FROM run WHERE run_id <= ?)
    ORDER BY unixepoch(started_at) LIMIT 1
"""

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
        last_number, (SELECT coalesce(max(number), 0) FROM sheet_row WHERE sheet_row.sheet_id = sheet.sheet_id)
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
# where that can't be read either, all of a run without an end. Which those are is told by its devices, or else by
# its sheet; a run that can't be read itself may be of any sheet that nobody has closed.
_MAY_HAVE_BEEN_SENT = """
    WITH cut_off AS (
        SELECT run_id, sheet_id FROM request LEFT JOIN run USING (run_id) WHERE under_way
        UNION SELECT run_id, sheet_id FROM run WHERE :requests AND ended_at IS NULL
        UNION SELECT run_id, NULL FROM run_device WHERE :requests AND run_id NOT IN (SELECT run_id FROM run)
    )
    UPDATE sheet_row SET state = 'sending'
    WHERE state <> 'bound' AND (
        EXISTS (
            SELECT 1 FROM run_device JOIN cut_off USING (run_id)
            WHERE run_device.device_id = sheet_row.device_id AND run_device.number = sheet_row.number
                AND coalesce(cut_off.sheet_id, sheet_row.sheet_id) = sheet_row.sheet_id
        )
        OR :devices AND sheet_id IN (
            SELECT sheet.sheet_id FROM cut_off JOIN sheet
            ON sheet.sheet_id = cut_off.sheet_id OR cut_off.sheet_id IS NULL AND closed_at IS NULL
        )
    )
"""


@dataclass(frozen=True, slots=True)
class _Unread:
    """The records of a table that can't be read.

    Attributes:
        count: how many there are at most.
        uncounted: how many of these stand for any number of records.
        whole_below: no record with a lower first key is missing; None where that is not known.
    """

    count: int = 1
    uncounted: int = 1
    whole_below: Column = None


def take_over(new: sqlite3.Connection, path: Path, copies: Iterable[Path], at: datetime) -> dict[str, int]:
    """Fill a new database from the damaged one at `path`; return how many records each table lacks, at most.

    `at`: the time of now, for the gap that is written where devices may be missing.

    Raises:
        StoreFailed: "store.newer", "store.unreleased".
    """
    tables = _tables(new)
    # Until it is known better, something is missing of each.
    found = dict.fromkeys(tables, _Unread())
    last: dict[str, int] = {}
    is_named = False
    with suppress(sqlite3.Error), opened_unchanged(path) as damaged:
        # Where a part of the list of tables is spoilt, the others are read all the same.
        damaged.execute("PRAGMA writable_schema = ON")
        # Before a gap could be noted there was none; where nobody can tell, there may have been one.
        without_gap = False
        with suppress(*UNREADABLE):
            without_gap = version_of(damaged, path) < VERSION_OF_GAP
        last = _last_numbers(damaged)
        is_named = _take_over_bench(new, damaged)
        for table, keys in tables.items():
            if table == "gap" and without_gap:
                found[table] = _Unread(0, 0)
            else:
                found[table] = _take_over_table(new, damaged, table, keys, last)
    lost = {table: unread.count for table, unread in found.items()}
    unread = {table for table, count in lost.items() if count}
    had = {table: _count(new, table) for table in _BY_PAGES}
    _take_over_pages(new, path, [table for table in _BY_PAGES if table in unread])
    copied: date | None = None
    for copy in copies:
        with suppress(sqlite3.Error), opened_unchanged(copy) as of_ledger:
            is_named = is_named or _take_over_bench(new, of_ledger)
            if not sum(_take_over_table(new, of_ledger, table, tables[table], {}).count for table in LEDGERS):
                copied = copied or day_of(copy)
    for table, before in had.items():
        if table != "request":  # of which nobody knows how many a run had
            lost[table] = max(found[table].uncounted, lost[table] - _count(new, table) + before)
    lost["ledger"] = max(found["ledger"].uncounted, _count_missing(new, last.get("ledger", 0)))
    for table, number in last.items():
        new.execute("DELETE FROM sqlite_sequence WHERE name = ? AND seq < ?", (table, number))
        new.execute(
            """
            INSERT INTO sqlite_sequence
            SELECT :name, :seq WHERE :seq AND :name NOT IN (SELECT name FROM sqlite_sequence)
            """,
            {"name": table, "seq": number},
        )
    lost.pop("outbox")  # it lacks nothing then
    _put_right(new, unread)
    _note_gap(new, {table: found[table].whole_below for table, count in lost.items() if count}, copied, at)
    return lost


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


def _last_numbers(damaged: sqlite3.Connection) -> dict[str, int]:
    try:
        found = dict(damaged.execute("SELECT name, seq FROM sqlite_sequence").fetchall())
    except UNREADABLE:
        return {}
    return {table: found.get(table, 0) for table in _COUNTED_BY.values()}


def _take_over_bench(new: sqlite3.Connection, old: sqlite3.Connection) -> bool:
    """Take over the bench's name; return whether it could be read."""
    try:
        (bench_id,) = old.execute("SELECT bench_id FROM bench").fetchone()
        new.execute("UPDATE bench SET bench_id = ?", (bench_id,))
    except (*UNREADABLE, TypeError):  # TypeError: the table is empty
        return False
    return True


def _take_over_table(
    new: sqlite3.Connection,
    damaged: sqlite3.Connection,
    table: str,
    keys: Sequence[str],
    last: Mapping[str, int],
) -> _Unread:
    """Take over what can be read of a table; return what can't."""
    columns = [name for (name,) in new.execute("SELECT name FROM pragma_table_info(?)", (table,))]
    unfit: list[Column] = []

    def take(record: sqlite3.Row) -> None:
        if not _put(new, table, {name: record[name] for name in record.keys() if name in columns}):  # noqa: SIM118 - a row yields its values
            unfit.append(record[keys[0]])

    def last_below(fixed: Sequence[Column]) -> int | None:
        if not fixed:
            return last.get(_COUNTED_BY.get(keys[0], ""))
        of_rows = table in _LAST_NUMBER and len(fixed) == 1
        found = new.execute(_LAST_NUMBER[table], fixed).fetchone() if of_rows else None
        return None if found is None else int(found[0])

    salvage = Salvage(damaged, table, keys, take, last_below)
    salvage.run()
    first = [*unfit, salvage.whole_below] if salvage.lost else unfit
    numbers = [key for key in first if isinstance(key, int)]
    whole_below = min(numbers, default=None) if len(numbers) == len(first) else None
    return _Unread(salvage.lost + len(unfit), salvage.uncounted, whole_below)


def _take_over_pages(new: sqlite3.Connection, path: Path, tables: Sequence[str]) -> None:
    """Take over what lies on the pages of a file, whether anything leads there or not."""
    columns = {
        table: [
            (name, kind, not needed)
            for name, kind, needed in new.execute(
                'SELECT name, type, "notnull" FROM pragma_table_info(?)', (table,)
            )
        ]
        for table in tables
    }
    with ExitStack() as stack:
        file, *log = [stack.enter_context(each.open("rb")) for each in (path, log_of(path)) if each.exists()]
        for found in records_in(file, *log):
            for table in tables:
                if fits(found, columns[table], of_rows=table in _COUNTED_BY.values()):
                    names = [name for name, _, _ in columns[table]]
                    record = dict(zip(names, found.values, strict=False))
                    if found.rowid is not None:
                        record[names[0]] = found.rowid
                    _put(new, table, record)


def _put(new: sqlite3.Connection, table: str, record: Mapping[str, object]) -> bool:
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
    if unread & {*LEDGERS}:
        # Shared ledgers are read from their beginning: they have what this bench has bound, too.
        new.execute("DELETE FROM ledger_place")
    if "outbox" in unread:
        new.execute("INSERT OR REPLACE INTO outbox SELECT entry_id, 0 FROM ledger")  # and are told everything
    for statement in _SHEETS_OF_ROWS:
        new.execute(statement)
    if unread & _TELL_WHAT_WAS_SENT:
        new.execute(_MAY_HAVE_BEEN_SENT, {"requests": "request" in unread, "devices": "run_device" in unread})
    for statement in _PUT_RIGHT:
        new.execute(statement)


def _note_gap(new: sqlite3.Connection, lost: Mapping[str, Column], copied: date | None, at: datetime) -> None:
    """Write a gap where devices may be missing; it takes the place of one that is not confirmed.

    Args:
        new: the new database, filled.
        lost: the tables that may lack records, each with the first key below which none is missing.
        copied: the day of the newest copy of the ledger that was read whole.
        at: the time of now.
    """
    whole_until: list[datetime | None] = []
    if "ledger" in lost:
        whole_until.append(_time_in(new, _WHOLE_LEDGER_UNTIL))
    if "foreign_entry" in lost:
        whole_until.append(None if copied is None else datetime.combine(copied, time.min, at.tzinfo))
    whole_until += [_time_in(new, _WHOLE_RUNS_UNTIL, lost[table]) for table in _TELL_WHAT_WAS_SENT & lost.keys()]
    if "gap" in lost:
        whole_until.append(None)  # there may have been one since any time
    if not whole_until:
        return
    for (since,) in new.execute("DELETE FROM gap WHERE confirmed_at IS NULL RETURNING since").fetchall():
        whole_until.append(None if since is None else _aware(since))
    known = [moment for moment in whole_until if moment is not None]
    since = min(at, *known).isoformat() if len(known) == len(whole_until) else None
    new.execute(
        "INSERT INTO gap (since, rebuilt_at, last_run) SELECT ?, ?, coalesce(max(run_id), 0) FROM run",
        (since, at.isoformat()),
    )


def _time_in(new: sqlite3.Connection, query: str, *values: Column) -> datetime | None:
    found = new.execute(query, values).fetchone()
    return None if found is None else _aware(found[0])


def _aware(text: str) -> datetime:
    """Return a time that others can be compared with: damage may have left one without an offset."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)  # as SQLite takes it


def _count(new: sqlite3.Connection, table: str) -> int:
    (count,) = new.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - a name of ours
    return int(count)


def _count_missing(new: sqlite3.Connection, last: int) -> int:
    """Return how many of this bench's entries are missing: their numbers have no gaps, since none ever goes."""
    count, highest = new.execute("SELECT count(*), coalesce(max(entry_id), 0) FROM ledger").fetchone()
    return max(int(highest), last) - int(count)
