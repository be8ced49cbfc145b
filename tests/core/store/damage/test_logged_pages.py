"""Of a log that a crash has left, what SQLite would read is read: all that was committed, and nothing else."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest

from bindtool.core.store.connection import log_of
from bindtool.core.store.damage.page_records import records_in
from tests.core.store.spoilt import PAGE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FRAME = 24 + PAGE


@contextmanager
def logging(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a database of ten rows that writes into its log from then on, and whose cache holds little."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA wal_autocheckpoint = 0")
        database.execute("PRAGMA cache_size = 5")
        database.execute("CREATE TABLE thing (number INTEGER PRIMARY KEY, text TEXT, value INTEGER)")
        write(database, range(10), "before")
        database.execute("PRAGMA wal_checkpoint(RESTART)")
        yield database


def write(database: sqlite3.Connection, numbers: range, text: str) -> None:
    """Write rows, some three on a page."""
    rows = [(number, text + "x" * 1200, number) for number in numbers]
    database.executemany("INSERT OR REPLACE INTO thing VALUES (?, ?, ?)", rows)


def left(path: Path, folder: Path) -> Path:
    """Return a copy of a database and its log, as a crash leaves them."""
    folder.mkdir()
    copy = folder / path.name
    shutil.copy(path, copy)
    shutil.copy(log_of(path), log_of(copy))
    return copy


def assert_as_sqlite_reads(path: Path) -> set[tuple[object, ...]]:
    """See to it that the pages have the rows that SQLite finds; return them."""
    with path.open("rb") as file, log_of(path).open("rb") as log:
        found: set[tuple[object, ...]] = {
            (record.rowid, *record.values[1:]) for record in records_in(file, log) if len(record.values) == 3
        }
    with closing(sqlite3.connect(path)) as database:
        assert found == set(database.execute("SELECT * FROM thing"))
    return found


def test_what_was_committed(path: Path, tmp_path: Path) -> None:
    """Pages of the file, those that the log has anew, and those that it has besides; the newest of each."""
    with logging(path) as database:
        write(database, range(5, 20), "middle")
        write(database, range(7, 30), "after")
        copy = left(path, tmp_path / "left")
    texts = {number: str(text).rstrip("x") for number, text, _ in assert_as_sqlite_reads(copy)}
    assert texts == {
        **dict.fromkeys(range(5), "before"),
        **dict.fromkeys(range(5, 7), "middle"),
        **dict.fromkeys(range(7, 30), "after"),
    }


def test_what_was_not_committed(path: Path, tmp_path: Path) -> None:
    """A step that a crash has cut off is in the log, where it was too large for the memory: it does not count."""
    with logging(path) as database:
        write(database, range(10, 12), "kept")
        database.execute("BEGIN")
        write(database, range(100), "never was")
        copy = left(path, tmp_path / "left")
        assert b"never was" in log_of(copy).read_bytes()
    assert len(assert_as_sqlite_reads(copy)) == 12


def test_what_an_earlier_log_held(path: Path, tmp_path: Path) -> None:
    """A log is begun anew from its beginning; what lies behind that is of before."""
    with logging(path) as database:
        write(database, range(40), "of before")
        database.execute("PRAGMA wal_checkpoint(RESTART)")
        database.execute("DELETE FROM thing WHERE number > 2")
        write(database, range(2), "of now")
        copy = left(path, tmp_path / "left")
        assert b"of before" in log_of(copy).read_bytes()
    assert len(assert_as_sqlite_reads(copy)) == 3


@pytest.mark.parametrize("at", [2, 5, 16, 28, 32, 40, 49, 32 + 24, 32 + _FRAME + 4, 32 + 3 * _FRAME + 2000])
@pytest.mark.parametrize("cut", [True, False])
def test_a_log_that_is_damaged_too(path: Path, tmp_path: Path, at: int, cut: bool) -> None:
    """From where it is cut off, or has another byte, nothing of it counts."""
    with logging(path) as database:
        for number in range(8):
            write(database, range(number, number + 5), f"{number}")
        copy = left(path, tmp_path / "left")
    content = bytearray(log_of(copy).read_bytes())
    if cut:
        del content[at:]
    else:
        content[at] ^= 0x10
    log_of(copy).write_bytes(content)
    assert_as_sqlite_reads(copy)
