"""A connection commits durably, reads without writing, and looks without a trace."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bindtool.core.common.concurrency import start_daemon_thread
from bindtool.core.store.connection import (
    Reader,
    is_sound,
    log_of,
    log_pages,
    open_for_reading,
    open_for_writing,
    opened_unchanged,
    transaction,
)
from tests.patience import PATIENCE


def setting(connection: sqlite3.Connection, name: str) -> object:
    """Return what a PRAGMA says."""
    return connection.execute(f"PRAGMA {name}").fetchone()[0]


def test_a_commit_is_durable(connection: sqlite3.Connection) -> None:
    """Write-ahead log, flushed at each commit (2 is FULL), and references are checked."""
    settings = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    assert {name: setting(connection, name) for name in settings} == settings


def test_a_run_is_not_kept_waiting_for_its_log(connection: sqlite3.Connection, path: Path) -> None:
    """The log may hold a whole run before it has to be brought into the file, and is gone once that is closed."""
    with transaction(connection):
        connection.execute("CREATE TABLE thing (name)")
    made = path.stat().st_size
    for _ in range(30):
        with transaction(connection):
            connection.execute("INSERT INTO thing VALUES (zeroblob(400000))")
    assert path.stat().st_size == made
    assert log_of(path).stat().st_size > 10_000_000
    connection.close()
    assert path.stat().st_size > 10_000_000
    assert not log_of(path).exists()


def test_a_file_that_is_no_database_is_not_opened(path: Path) -> None:
    """The connection is closed again, and the file is as it was."""
    path.write_bytes(b"not a database, but long enough to look at" * 100)
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        open_for_writing(path)
    assert path.read_bytes().startswith(b"not a database")


def test_a_transaction_is_whole(connection: sqlite3.Connection) -> None:
    """It is there when its context ended well, and leaves nothing when it didn't."""
    with transaction(connection):
        connection.execute("CREATE TABLE thing (name)")
    with pytest.raises(sqlite3.ProgrammingError, match="number of bindings"), transaction(connection):
        connection.executemany("INSERT INTO thing VALUES (?)", [("half",), ()])
    assert not connection.in_transaction
    assert connection.execute("SELECT count(*) FROM thing").fetchone()[0] == 0


def test_a_reader_sees_commits_and_writes_nothing(connection: sqlite3.Connection, path: Path) -> None:
    """What is committed is seen at once; a write is refused."""
    with closing(open_for_reading(path)) as reading:
        with transaction(connection):
            connection.execute("CREATE TABLE thing (name)")
            assert reading.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'thing'").fetchone()[0] == 0
        assert reading.execute("SELECT count(*) FROM thing").fetchone()[0] == 0
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            reading.execute("INSERT INTO thing VALUES (1)")


def test_a_look_leaves_no_trace(path: Path) -> None:
    """No file appears beside the one that was looked at."""
    with closing(open_for_writing(path)) as connection:
        connection.execute("PRAGMA user_version = 7")
    with opened_unchanged(path) as looking:
        assert setting(looking, "user_version") == 7
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            looking.execute("PRAGMA user_version = 8")
    assert list(path.parent.iterdir()) == [path]


def test_a_look_reads_the_log(path: Path) -> None:
    """What a commit has put into the log, and nothing into the file yet, is seen."""
    with closing(open_for_writing(path)) as connection:
        connection.execute("PRAGMA user_version = 7")
        with opened_unchanged(path) as looking:
            assert setting(looking, "user_version") == 7


def test_a_sound_file(path: Path) -> None:
    """SQLite finds nothing wrong with a database that was closed, and something once its last bytes are gone."""
    with closing(open_for_writing(path)) as connection, transaction(connection):
        connection.execute("CREATE TABLE thing (name UNIQUE)")
        connection.executemany("INSERT INTO thing VALUES (?)", [(str(number) * 100,) for number in range(100)])
    assert is_sound(path)
    content = path.read_bytes()
    path.write_bytes(content[:-500] + bytes(500))
    assert not is_sound(path)


def test_the_log_is_shorter_where_the_disk_has_little_room() -> None:
    """There every megabyte counts; elsewhere a run need not wait for the log to be tidied."""
    assert log_pages(1 << 20) == 1000
    assert log_pages(1 << 40) > log_pages(1 << 29)


def test_nobody_waits_for_another_reader(connection: sqlite3.Connection, path: Path) -> None:
    """Whoever comes meanwhile has a connection of their own; the one that is kept serves the next again."""
    connection.execute("CREATE TABLE thing (name)")
    reader = Reader(path)

    def count() -> tuple[sqlite3.Connection, int]:
        with reader.reading() as given:
            return given, given.execute("SELECT count(*) FROM thing").fetchone()[0]

    with reader.reading() as kept:
        meanwhile, found = start_daemon_thread(count, name="reader").result(PATIENCE)
        assert (found, meanwhile is kept) == (0, False)
    assert count() == (kept, 0)
    reader.close()
