"""The tables are made once; a file that is not ours to write is refused before a byte of it changes."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bindtool.core.common.errors import StoreFailed
from bindtool.core.store import migrations, schema
from bindtool.core.store.connection import open_for_writing
from bindtool.core.store.errors import failing_as_store


def make(path: Path, *statements: str) -> None:
    """Make a database by hand."""
    with closing(open_for_writing(path)) as connection:
        for statement in statements:
            connection.execute(statement)


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder."""
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_a_missing_and_an_empty_file_may_be_opened(path: Path) -> None:
    """A first start, and one that was killed before the first table, look like this."""
    schema.check(path)
    assert not path.exists()
    path.touch()
    schema.check(path)
    assert path.read_bytes() == b""


def test_tables_are_made_once(path: Path) -> None:
    """A second pass over today's tables changes nothing; the file says whose and how old it is."""
    make(path)
    with closing(open_for_writing(path)) as connection:
        schema.migrate(connection)
        first = connection.execute("SELECT sql FROM sqlite_schema ORDER BY name").fetchall()
        schema.migrate(connection)
        assert connection.execute("SELECT sql FROM sqlite_schema ORDER BY name").fetchall() == first
        assert connection.execute("PRAGMA user_version").fetchone()[0] == migrations.VERSION
        assert connection.execute("PRAGMA application_id").fetchone()[0] == migrations.APPLICATION_ID
    schema.check(path)


def test_whether_a_file_is_of_today(path: Path) -> None:
    """One of the first step is not, though it can be read; one that can't be read fails as the store does."""
    make(path)
    assert not schema.has_tables(path)
    make(path, *migrations.MIGRATIONS[0], f"PRAGMA user_version = {migrations.FIRST_VERSION}")
    assert schema.has_tables(path)
    assert not schema.is_of_today(path)
    with closing(open_for_writing(path)) as connection:
        schema.migrate(connection)
    assert schema.is_of_today(path)
    path.write_bytes(b"\xffnot a database" * 1000)
    with pytest.raises(StoreFailed, match=r"store\.damaged"):
        schema.is_of_today(path)


def test_each_file_has_a_name_of_its_own(path: Path) -> None:
    """It is made up once."""
    names = []
    for file in (path, path.with_name("other.db")):
        with closing(open_for_writing(file)) as connection:
            schema.migrate(connection)
            schema.migrate(connection)
            names += [name for (name,) in connection.execute("SELECT bench_id FROM bench")]
    assert len({*names}) == len(names) == 2


NEWER = (
    f"PRAGMA application_id = {migrations.APPLICATION_ID}",
    "CREATE TABLE needed (bindtool TEXT NOT NULL) STRICT",
    "INSERT INTO needed VALUES ('7.1.0')",
    "CREATE TABLE later (name)",
    "PRAGMA user_version = 99",
)


def test_a_newer_database_is_left_alone(path: Path) -> None:
    """A later file is refused with the bindtool that it needs; not a byte and no file beside it changes."""
    make(path, *NEWER)
    before = contents(path.parent)
    with pytest.raises(StoreFailed, match=r"store\.newer") as caught:
        schema.check(path)
    assert caught.value.title.values == {
        "path": str(path),
        "needed": "7.1.0",
        "found": 99,
        "known": migrations.VERSION,
    }
    assert contents(path.parent) == before


def test_a_newer_database_is_known_after_a_crash(path: Path, tmp_path: Path) -> None:
    """The version may stand only in the log that a killed program left behind."""
    left = tmp_path / "left" / path.name
    left.parent.mkdir()
    with closing(open_for_writing(path)) as connection:
        for statement in NEWER:
            connection.execute(statement)
        for suffix in ("", "-wal"):
            shutil.copy(f"{path}{suffix}", f"{left}{suffix}")
    before = contents(left.parent)
    with pytest.raises(StoreFailed, match=r"store\.newer"):
        schema.check(left)
    assert before.items() <= contents(left.parent).items()


def left_by_a_crash(path: Path, folder: Path) -> Path:
    """Fill a database and copy it as a killed program leaves it: the log still beside it."""
    folder.mkdir()
    with closing(open_for_writing(path)) as connection:
        schema.migrate(connection)
        connection.executemany("INSERT INTO needed VALUES (?)", [("x" * 1000,)] * 100)
        connection.execute("PRAGMA wal_checkpoint")
        connection.execute("INSERT INTO needed VALUES ('later')")
        for suffix in ("", "-wal"):
            shutil.copy(f"{path}{suffix}", folder / f"{path.name}{suffix}")
    return folder / path.name


def test_after_a_crash_a_whole_file_may_be_opened(path: Path, tmp_path: Path) -> None:
    """It is looked through, and nothing is written."""
    left = left_by_a_crash(path, tmp_path / "left")
    before = contents(left.parent)
    schema.check(left)
    assert before.items() <= contents(left.parent).items()


@pytest.mark.parametrize("page", [b"\xff" * 4096, b"\x00" * 4096])
def test_after_a_crash_a_damaged_file_is_refused(path: Path, tmp_path: Path, page: bytes) -> None:
    """Damage that no start would come across is found before anything is written over it."""
    left = left_by_a_crash(path, tmp_path / "left")
    data = left.read_bytes()
    filled = data.index(b"x" * 1000) // 4096 * 4096
    left.write_bytes(data[:filled] + page + data[filled + 4096 :])
    before = contents(left.parent)
    with pytest.raises(StoreFailed, match=r"store\.damaged"), failing_as_store(left):
        schema.check(left)
    assert before.items() <= contents(left.parent).items()


@pytest.mark.parametrize("statement", ["CREATE TABLE theirs (name)", "PRAGMA application_id = 1"])
def test_another_programs_database_is_left_alone(path: Path, statement: str) -> None:
    """A database that bindtool didn't make is not taken for an empty one."""
    make(path, statement)
    before = contents(path.parent)
    with pytest.raises(StoreFailed, match=r"store\.damaged"):
        schema.check(path)
    assert contents(path.parent) == before


def test_the_ledger_only_grows(connection: sqlite3.Connection) -> None:
    """The file itself refuses to change or forget what was bound."""
    connection.execute("INSERT INTO ledger VALUES (1, 's', 'c', 'k', 'u', 'd', 'l', 't', 'g', 'o', 'p')")
    with pytest.raises(sqlite3.IntegrityError, match="never changed"):
        connection.execute("UPDATE ledger SET device_id = 'other'")
    with pytest.raises(sqlite3.IntegrityError, match="never cut"):
        connection.execute("DELETE FROM ledger")
