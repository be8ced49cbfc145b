"""Whether a database file may be opened, and the way from its tables to today's, step by step.

The steps themselves are in `migrations`.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from bindtool.core.common.errors import StoreFailed
from bindtool.core.store.connection import log_of, opened_unchanged, transaction
from bindtool.core.store.errors import failing_as_store
from bindtool.core.store.migrations import APPLICATION_ID, MIGRATIONS, SHARED_TABLES

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path


def check(path: Path) -> None:
    """Look, without writing anything, whether the file at `path` may be opened; a missing or empty one may.

    After a crash it is checked as a whole, before anything is written into it.

    Raises:
        StoreFailed: "store.newer", a later bindtool wrote it; "store.damaged", it isn't a database of bindtool,
            or not a whole one.
        sqlite3.Error: it can't be read.
    """
    if not path.exists():
        return
    with opened_unchanged(path) as connection:
        application = _pragma(connection, "application_id")
        version = _pragma(connection, "user_version")
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        if application != APPLICATION_ID and (application or tables):
            raise StoreFailed("store.damaged", path=str(path), detail=f"application id {application:#x}")
        if version > len(MIGRATIONS):
            (needed,) = connection.execute("SELECT bindtool FROM needed").fetchone()
            raise StoreFailed("store.newer", path=str(path), needed=needed, found=version, known=len(MIGRATIONS))
        if log_of(path).exists():
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            if found != "ok":
                raise StoreFailed("store.damaged", path=str(path), detail=found)


def is_of_today(path: Path) -> bool:
    """Tell whether the file at `path` has today's tables; one that is newer counts as well.

    Raises:
        StoreFailed: "store.damaged" or "store.failed".
    """
    return _has(path, len(MIGRATIONS))


def has_shared_tables(path: Path) -> bool:
    """Tell whether the file at `path` has the tables that sharing between benches needs, of today or before.

    Raises:
        StoreFailed: "store.damaged" or "store.failed".
    """
    return _has(path, MIGRATIONS.index(SHARED_TABLES) + 1)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the file to today's tables, in one transaction: the disk is waited for once."""
    missing = MIGRATIONS[_pragma(connection, "user_version") :]
    if not missing:
        return
    with transaction(connection):
        for statement in chain.from_iterable(missing):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def _has(path: Path, steps: int) -> bool:
    with failing_as_store(path), opened_unchanged(path) as connection:
        return _pragma(connection, "user_version") >= steps


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    (value,) = connection.execute(f"PRAGMA {name}").fetchone()
    return int(value)
