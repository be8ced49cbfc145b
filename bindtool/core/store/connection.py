"""Opens the database file, to write and to read, and defines a transaction."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING

from bindtool.core.common.data_folder import KnownFile, mode_within
from bindtool.core.store.errors import failing_as_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BUSY_SECONDS = 5.0
"""How long to wait for another program (a backup, a virus scanner) that holds the file."""

_LOG_PAGES = 4000
"""Of 4 KiB each; with so many in the log, a commit also checkpoints them into the database (sqlite.org,
"Write-Ahead Logging"), which takes another two flushes of the disk. A run of 10,000 devices writes 2,500. SQLite's
default is 1,000."""

_LOG_PAGES_OF_A_FULL_DISK = 1000
_ROOM = 1 << 30
"""Bytes free on a disk on which 16 MB more do not matter."""


def open_for_writing(path: Path) -> sqlite3.Connection:
    """Return a connection whose commits are on disk when they return; a missing file is created.

    Write-ahead log, so that reading never waits for writing; synchronous FULL, so that the log is flushed at each
    commit (sqlite.org, "PRAGMA synchronous"). It may move between threads, but only one may use it at a time.
    """
    make_empty(path)
    connection = connect(path.absolute().as_uri())
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA wal_autocheckpoint = {log_pages(shutil.disk_usage(path.parent).free)}")
        connection.execute("PRAGMA foreign_keys = ON")
        # Deleted data is overwritten, and does not come back from a damaged file.
        connection.execute("PRAGMA secure_delete = ON")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def make_empty(path: Path) -> None:
    """Create a missing file, empty and private: SQLite would make it readable for all, and its log alike.

    An existing file is not opened: closing it would drop the locks that SQLite has on it.
    """
    with suppress(OSError):  # SQLite reports the problem
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode_within(path.parent)))


def open_for_reading(path: Path) -> sqlite3.Connection:
    """Return a connection that can't change the file; each statement sees the data committed before it."""
    return connect(f"{path.absolute().as_uri()}?mode=ro")


def log_pages(free: int) -> int:
    """Return the maximum pages of the write-ahead log, by the free bytes of its disk."""
    return _LOG_PAGES if free >= _ROOM else _LOG_PAGES_OF_A_FULL_DISK


def log_of(path: Path) -> Path:
    """Return the path of a database's write-ahead log, which exists while it is open, and after a crash."""
    return path.with_name(f"{path.name}-wal")


def files_of(path: Path) -> list[KnownFile]:
    """Return the files of an open database: itself, then its write-ahead log; some shares can't have one.

    Raises:
        OSError: the database is not there any more.
    """
    return [KnownFile.at(path), *(KnownFile.at(log) for log in (log_of(path),) if log.exists())]


@contextmanager
def opened_unchanged(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a file to inspect it, without SQLite leaving a log beside it.

    An existing log (after a crash) is a part of the database and has to be read too.
    """
    immutable = "" if log_of(path).exists() else "&immutable=1"
    with closing(connect(f"{path.absolute().as_uri()}?mode=ro{immutable}")) as connection:
        yield connection


def is_sound(path: Path) -> bool:
    """Run SQLite's check on a whole file that is not open elsewhere (sqlite.org, "PRAGMA integrity_check")."""
    with opened_unchanged(path) as connection:
        return [found[0] for found in connection.execute("PRAGMA integrity_check")] == ["ok"]


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Commit at the end of the context, roll back on an exception."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise


def connect(uri: str) -> sqlite3.Connection:
    """Return a connection to the file of a URI, with explicit transactions."""
    connection = sqlite3.connect(
        uri,
        uri=True,
        timeout=_BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.row_factory = sqlite3.Row
    return connection


class Reader:
    """A read connection to the committed data; a second concurrent reader gets a connection of its own."""

    def __init__(self, path: Path) -> None:
        """`path`: an existing database.

        Raises:
            sqlite3.Error: it can't be opened.
        """
        self._path = path
        self._connection = open_for_reading(path)
        self._lock = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Provide an exclusive connection for the duration of the context, without waiting.

        A thread may go through a long ledger while a scan is looked up.

        Raises:
            StoreFailed: "store.damaged" or "store.failed".
        """
        with failing_as_store(self._path):
            if self._lock.acquire(blocking=False):
                try:
                    yield self._connection
                finally:
                    self._lock.release()
            else:
                with closing(open_for_reading(self._path)) as connection:
                    yield connection

    def close(self) -> None:
        """Close the connection, after current reads. A second call does nothing."""
        with self._lock:
            self._connection.close()
