"""Decides whether a database file may be opened, and migrates its tables to the current ones, step by step.

The steps themselves are in `migrations`.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from bindtool.core.common.errors import StoreFailed
from bindtool.core.store.connection import log_of, opened_unchanged, transaction
from bindtool.core.store.errors import failing_as_store
from bindtool.core.store.migrations import APPLICATION_ID, FIRST_VERSION, MIGRATIONS, VERSION

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path


def check(path: Path) -> None:
    """Check, without writing anything, that the file at `path` may be opened; a missing or empty one may.

    After a crash it is checked as a whole, before anything is written into it.

    Raises:
        StoreFailed: "store.newer", a later bindtool wrote it; "store.unreleased", a bindtool from before the first
            release did; "store.damaged", it isn't a database of bindtool, or not a complete one.
        sqlite3.Error: it can't be read.
    """
    if not path.exists():
        return
    with opened_unchanged(path) as connection:
        application = _pragma(connection, "application_id")
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        if application != APPLICATION_ID and (application or tables):
            raise StoreFailed("store.damaged", path=str(path), detail=f"application id {application:#x}")
        if application:
            version_of(connection, path)
        if log_of(path).exists():
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            if found != "ok":
                raise StoreFailed("store.damaged", path=str(path), detail=found)


def version_of(connection: sqlite3.Connection, path: Path) -> int:
    """Return the version of the tables in a file of bindtool's that this bindtool can migrate.

    Raises:
        StoreFailed: "store.newer", "store.unreleased".
        sqlite3.Error: it can't be read.
    """
    version = _pragma(connection, "user_version")
    if version < FIRST_VERSION:
        raise StoreFailed("store.unreleased", path=str(path), found=version, known=FIRST_VERSION)
    if version > VERSION:
        (needed,) = connection.execute("SELECT bindtool FROM needed").fetchone()
        raise StoreFailed("store.newer", path=str(path), needed=needed, found=version, known=VERSION)
    return version


def is_of_today(path: Path) -> bool:
    """Return whether the file at `path` has the current tables or newer ones.

    Raises:
        StoreFailed: "store.damaged" or "store.failed".
    """
    return _has(path, VERSION)


def has_tables(path: Path) -> bool:
    """Return whether the file at `path` has readable tables, current or older; fails as `is_of_today`."""
    return _has(path, FIRST_VERSION)


def migrate(connection: sqlite3.Connection) -> None:
    """Migrate a file that has passed `check` to the current tables, in one transaction: a single disk flush."""
    version = _pragma(connection, "user_version")
    missing = MIGRATIONS[version - FIRST_VERSION + 1 :] if version else MIGRATIONS
    if not missing:
        return
    with transaction(connection):
        for statement in chain.from_iterable(missing):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")


def _has(path: Path, version: int) -> bool:
    with failing_as_store(path), opened_unchanged(path) as connection:
        return _pragma(connection, "user_version") >= version


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    (value,) = connection.execute(f"PRAGMA {name}").fetchone()
    return int(value)
