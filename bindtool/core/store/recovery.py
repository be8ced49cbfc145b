"""A new database of all that can be read of a damaged one and of the copies of its ledger; the old one is kept.

Owns what becomes of the records that `salvage` brings, what has to be put right where others are missing, and how
the two files change places. Whether it is done is for a person.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from bindtool.core.datafolder import mode_within
from bindtool.core.errors import StoreFailed
from bindtool.core.message import Message
from bindtool.core.outcome import State
from bindtool.core.row import Source
from bindtool.core.store import schema
from bindtool.core.store.connection import log_of, open_for_writing, transaction, untouched
from bindtool.core.store.failure import failing_as_store
from bindtool.core.store.salvage import UNREADABLE, Salvage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from bindtool.core.store.codec import Column

_OWN_MAKING = frozenset({"needed", "bench"})
"""Tables that a new database has by itself; of the second the value is taken over."""

_LEDGERS = ("ledger", "foreign_entry")
"""Tables of what was bound; nothing is ever taken out of them."""

_COUNTED_BY: Mapping[str, str] = {
    "sheet_id": "sheet",
    "run_id": "run",
    "entry_id": "ledger",
    "foreign_id": "foreign_entry",
}
"""By the first key of a table, which table has given the numbers."""

_LAST_NUMBER: Mapping[str, str] = {
    "sheet_row": "SELECT last_number FROM sheet WHERE sheet_id = ?",
    "run_device": "SELECT last_number FROM sheet JOIN run USING (sheet_id) WHERE run_id = ?",
    "request_row": "SELECT last_number FROM sheet JOIN run USING (sheet_id) WHERE run_id = ?",
}
"""By tables whose second key is the number of a row, the highest that there can be below the first."""

_READ: Mapping[str, Callable[[str], object]] = {
    **dict.fromkeys(
        (
            *("created_at", "closed_at", "added_at", "answered_at", "started_at", "ended_at"),
            *("begun_at", "bound_at", "found_at"),
        ),
        datetime.fromisoformat,
    ),
    "state": State,
    "source": Source,
    "note": Message.from_json,
    "held": Message.from_json,
    "code": int,
}
"""By the name of a column, what has to understand its text; damage may have left one that nothing does."""

# What refers to something that could not be read goes, or gets something to refer to.
_PUT_RIGHT = (
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
    "DELETE FROM run_device WHERE run_id NOT IN (SELECT run_id FROM run)",
    "DELETE FROM request WHERE run_id NOT IN (SELECT run_id FROM run)",
    """
    DELETE FROM request_row WHERE (run_id, number) NOT IN (SELECT run_id, number FROM run_device)
        OR (run_id, request) NOT IN (SELECT run_id, number FROM request)
    """,
)


@dataclass(frozen=True, slots=True)
class Recovered:
    """What came of it.

    `bound`: entries of the ledger, this bench's own and others'; `bound_lost`: those that could not be read.
    `rows`: of sheets; `lost`: those, and records of runs, that could not be read, at most. `kept`: where the old
    file lies now, if it was moved.
    """

    bound: int
    bound_lost: int
    rows: int
    lost: int
    kept: Path | None = None


def replace_damaged(path: Path, at: datetime, copies: Iterable[Path] = ()) -> Recovered:
    """Put a new database in the place of a damaged one, which nobody has open, and keep that under another name.

    Args:
        path: the damaged database; the caller alone writes in its folder.
        at: the time for its other name.
        copies: of its ledger, the newest first.

    Raises:
        StoreFailed: "store.newer", "store.disk_full", "store.unwritable", "store.failed"; nothing was changed.
    """
    fresh = path.with_name(f"{path.name}.recovered")
    kept = _unused(path.with_name(f"{path.name}.damaged-{at:%Y%m%d-%H%M%S}"))
    try:
        found = recover_into(fresh, path, copies)
        with failing_as_store(path):
            _keep(path, kept)
            fresh.replace(path)
    finally:
        _remove(fresh)
    return replace(found, kept=kept)


def recover_into(fresh: Path, path: Path, copies: Iterable[Path] = ()) -> Recovered:
    """Write all that can be read of the database at `path` into a new one; fails as `replace_damaged` does."""
    _remove(fresh)
    with failing_as_store(fresh), closing(open_for_writing(fresh)) as new:
        schema.migrate(new)
        new.execute("PRAGMA foreign_keys = OFF")
        with transaction(new):
            lost = _take_over(new, path, copies)
            for statement in _PUT_RIGHT:
                new.execute(statement)
            (bound,) = new.execute(
                "SELECT (SELECT count(*) FROM ledger) + (SELECT count(*) FROM foreign_entry)"
            ).fetchone()
            (rows,) = new.execute("SELECT count(*) FROM sheet_row").fetchone()
    ledgers = sum(lost.pop(table) for table in _LEDGERS)
    return Recovered(bound, ledgers, rows, sum(lost.values()))


def _take_over(new: sqlite3.Connection, path: Path, copies: Iterable[Path]) -> dict[str, int]:
    """Fill the new database; return how many records of each table are missing."""
    tables = _tables(new)
    lost = dict.fromkeys(tables, 0)
    last: dict[str, int] = {}
    with suppress(sqlite3.Error), untouched(path) as damaged:
        # Where a part of the list of tables is spoilt, the others are read all the same.
        damaged.execute("PRAGMA writable_schema = ON")
        _refuse_newer(damaged, path)
        last = _last_numbers(damaged)
        _take_over_bench(new, damaged)
        for table, keys in tables.items():
            lost[table] = _take_over_table(new, damaged, table, keys, last)
    # Those that come from a copy go in with their entries.
    new.execute("DELETE FROM outbox WHERE entry_id NOT IN (SELECT entry_id FROM ledger)")
    for copy in copies:
        with suppress(sqlite3.Error), untouched(copy) as of_ledger:
            for table in _LEDGERS:
                before = new.total_changes
                _take_over_table(new, of_ledger, table, tables[table], {})
                lost[table] = max(0, lost[table] - new.total_changes + before)
    lost["ledger"] = _count_missing(new, last.get("ledger", 0))
    if lost["foreign_entry"]:
        new.execute("DELETE FROM ledger_place")  # so that shared ledgers are read from their beginning
    for table, number in last.items():
        new.execute("DELETE FROM sqlite_sequence WHERE name = ? AND seq < ?", (table, number))
        new.execute(
            "INSERT INTO sqlite_sequence SELECT ?, ? WHERE ? NOT IN (SELECT name FROM sqlite_sequence)",
            (table, number, table),
        )
    return lost


def _tables(new: sqlite3.Connection) -> dict[str, tuple[str, ...]]:
    """Return the keys of each table; the outbox, which is filled with the ledger, is the last."""
    names = [
        name
        for (name,) in new.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        if name not in _OWN_MAKING
    ]
    names.sort(key="outbox".__eq__)
    return {
        name: tuple(
            key for (key,) in new.execute("SELECT name FROM pragma_table_info(?) WHERE pk ORDER BY pk", (name,))
        )
        for name in names
    }


def _refuse_newer(damaged: sqlite3.Connection, path: Path) -> None:
    try:
        (version,) = damaged.execute("PRAGMA user_version").fetchone()
        if version <= len(schema.MIGRATIONS):
            return
        (needed,) = damaged.execute("SELECT bindtool FROM needed").fetchone()
    except UNREADABLE:
        return
    raise StoreFailed("store.newer", path=str(path), needed=needed, found=version, known=len(schema.MIGRATIONS))


def _last_numbers(damaged: sqlite3.Connection) -> dict[str, int]:
    try:
        found = dict(damaged.execute("SELECT name, seq FROM sqlite_sequence").fetchall())
    except UNREADABLE:
        return {}
    return {table: number for table, number in found.items() if table in _COUNTED_BY.values()}


def _take_over_bench(new: sqlite3.Connection, damaged: sqlite3.Connection) -> None:
    with suppress(*UNREADABLE, TypeError):  # TypeError: the table is empty
        (bench_id,) = damaged.execute("SELECT bench_id FROM bench").fetchone()
        new.execute("UPDATE bench SET bench_id = ?", (bench_id,))


def _take_over_table(
    new: sqlite3.Connection,
    damaged: sqlite3.Connection,
    table: str,
    keys: Sequence[str],
    last: Mapping[str, int],
) -> int:
    """Take over what can be read of a table; return how many records can't."""
    columns = [name for (name,) in new.execute("SELECT name FROM pragma_table_info(?)", (table,))]
    unfit = 0

    def take(record: sqlite3.Row) -> None:
        nonlocal unfit
        known = [name for name in record.keys() if name in columns]  # noqa: SIM118 - a row yields its values
        try:
            _check(record)
            new.execute(
                f"INSERT INTO {table} ({', '.join(known)}) "  # noqa: S608 - names of ours, from `schema`
                f"VALUES ({', '.join('?' * len(known))}) ON CONFLICT DO NOTHING",
                [record[name] for name in known],
            )
        except (ValueError, KeyError, TypeError, sqlite3.IntegrityError):
            unfit += 1

    def last_below(fixed: Sequence[Column]) -> int | None:
        if not fixed:
            return last.get(_COUNTED_BY.get(keys[0], ""))
        found = new.execute(_LAST_NUMBER[table], fixed).fetchone() if table in _LAST_NUMBER else None
        return None if found is None else int(found[0])

    salvage = Salvage(damaged, table, keys, take, last_below)
    if table == "outbox":
        _take_over_outbox(new, salvage)
        return 0
    salvage.run()
    return salvage.lost + unfit


def _take_over_outbox(new: sqlite3.Connection, salvage: Salvage) -> None:
    """All of the ledger waits to be told by now; where it is known what does, nothing else is told again."""
    new.execute("SAVEPOINT outbox")
    new.execute("DELETE FROM outbox")
    salvage.run()
    if salvage.lost:
        new.execute("ROLLBACK TO outbox")
    new.execute("RELEASE outbox")


def _check(record: sqlite3.Row) -> None:
    """Raise whatever comes where a column holds what no bindtool has written there."""
    for name in record.keys():  # noqa: SIM118 - a row yields its values
        if name in _READ and record[name] is not None:
            _READ[name](record[name])


def _count_missing(new: sqlite3.Connection, last: int) -> int:
    """Return how many of this bench's entries are missing: their numbers have no gaps, since none ever goes."""
    count, highest = new.execute("SELECT count(*), coalesce(max(entry_id), 0) FROM ledger").fetchone()
    return max(int(highest), last) - int(count)


def _unused(path: Path) -> Path:
    """Return the path, or one beside it where a file lies there already."""
    names = (path, *(path.with_name(f"{path.name}.{number}") for number in range(2, 100)))
    return next(name for name in names if not name.exists())


def _keep(path: Path, kept: Path) -> None:
    """Give the damaged file and its log another name; at no moment is there no file of the first name.

    It is copied and not linked: some disks know no links, and whoever looks into the one would change the other.
    """
    shutil.copyfile(path, kept)
    kept.chmod(mode_within(path.parent))
    if log_of(path).exists():
        log_of(path).replace(log_of(kept))
    path.with_name(f"{path.name}-shm").unlink(missing_ok=True)


def _remove(path: Path) -> None:
    for file in (path, log_of(path), path.with_name(f"{path.name}-shm")):
        file.unlink(missing_ok=True)
