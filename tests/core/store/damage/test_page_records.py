"""Records are read from the pages of a file as SQLite has written them; garbage breaks nothing."""

from __future__ import annotations

import io
import random
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from bindtool.core.store.damage.page_records import PageRecord, fits, records_in
from tests.core.store.spoilt import PAGE

if TYPE_CHECKING:
    from pathlib import Path

NUMBERS = [0, 1, -1, 127, -128, 2**15, -(2**23), 2**31, 2**47, 2**62, -(2**63), None]
LENGTHS = [0, 1, 100, 1000, 4030, 4050, 4061, 4062, 9000, 40_000]


def found_in(path: Path) -> list[PageRecord]:
    """Return all records of a file."""
    with path.open("rb") as file:
        return list(records_in(file))


def made(path: Path, table: str) -> Path:
    """Make a database with one table of numbers and texts of all sizes."""
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(f"CREATE TABLE thing ({table})")
        for number, length in enumerate(LENGTHS):
            text = "é" + "x" * length
            database.execute("INSERT INTO thing VALUES (?, ?, ?)", (number + 2**40, text, NUMBERS[number]))
        for number, value in enumerate(NUMBERS):
            database.execute("INSERT INTO thing VALUES (?, ?, ?)", (number - 100, "x", value))
    return path


def test_rows_with_a_number(path: Path) -> None:
    """Each comes whole, whatever its size: what flows over onto other pages too."""
    made(path, "number INTEGER PRIMARY KEY, text TEXT, value INTEGER")
    with closing(sqlite3.connect(path)) as database:
        expected = {number: (None, text, value) for number, text, value in database.execute("SELECT * FROM thing")}
    found = {record.rowid: record.values for record in found_in(path) if len(record.values) == 3}
    assert found == expected


def test_rows_without_one(path: Path) -> None:
    """Of such a table the pages above the leaves have records as well."""
    made(path, "number INTEGER PRIMARY KEY, text TEXT, value INTEGER) WITHOUT ROWID --")
    with closing(sqlite3.connect(path)) as database, database:
        database.executemany("INSERT INTO thing VALUES (?, ?, ?)", [(n, "x" * 500, n) for n in range(1000)])
        expected = set(database.execute("SELECT * FROM thing"))
    found = [record for record in found_in(path) if len(record.values) == 3]
    assert {record.values for record in found} == expected
    assert len(found) == len(expected)
    assert {record.rowid for record in found} == {None}


def test_what_was_deleted(path: Path) -> None:
    """It does not come back, though it may still lie on a page that is in no use."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA secure_delete = OFF")
        with database:
            database.execute("CREATE TABLE thing (number INTEGER PRIMARY KEY, text TEXT)")
            database.executemany("INSERT INTO thing VALUES (?, ?)", [(n, f"secret {n}") for n in range(3000)])
        with database:
            database.execute("DELETE FROM thing WHERE number >= 5")
    assert b"secret 2000" in path.read_bytes()
    assert {record.rowid for record in found_in(path) if len(record.values) == 2} == {*range(5)}


def test_other_kinds_of_values(path: Path) -> None:
    """A fraction and a blob are in no column of bindtool's."""
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE thing (value)")
        database.executemany("INSERT INTO thing VALUES (?)", [(1.5,), (b"blob",), ("text",)])
    assert [record.values for record in found_in(path) if len(record.values) == 1] == [("text",)]


@pytest.mark.parametrize("seed", range(20))
def test_garbage(path: Path, seed: int) -> None:
    """Whichever bytes are others, reading comes to its end, and what it yields are records."""
    noise = random.Random(seed)  # noqa: S311 - garbage
    made(path, "number INTEGER PRIMARY KEY, text TEXT, value INTEGER" + (") WITHOUT ROWID --" if seed % 2 else ""))
    content = bytearray(path.read_bytes())
    for _ in range(200):
        content[noise.randrange(len(content))] = noise.randrange(256)
    if seed > 10:
        del content[-noise.randrange(PAGE) :]
    assert all(isinstance(record, PageRecord) for record in records_in(io.BytesIO(content)))


@pytest.mark.long
def test_bytes_of_every_kind() -> None:
    """Pages that begin as a table's do and go on as garbage."""
    noise = random.Random(1)  # noqa: S311 - garbage
    pages = [
        bytes([kind]) + noise.randbytes(2) + b"\x02\x00" + noise.randbytes(PAGE - 5) for kind in (13, 10, 2) * 50
    ]
    assert list(records_in(io.BytesIO(b"".join(pages)))) is not None
    assert list(records_in(io.BytesIO())) == []
    assert list(records_in(io.BytesIO(b"\x0d" * 50))) == []


COLUMNS = [
    ("number", "INTEGER", True),
    ("text", "TEXT", False),
    ("later", "TEXT", False),
    ("latest", "INTEGER", False),
]


@pytest.mark.parametrize(
    ("values", "rowid", "so"),
    [
        ((None, "a", "b", 1), 7, True),
        ((None, "a", "b"), 7, True),
        ((None, "a"), 7, True),
        ((None, None, "b"), 7, False),
        ((None, "a", 5), 7, False),
        ((None,), 7, False),
        ((None, "a", "b", "c"), 7, False),
        ((5, "a", "b"), None, False),
    ],
)
def test_what_can_be_of_a_table(values: tuple[int | str | None, ...], rowid: int | None, so: bool) -> None:
    """By number, kind and emptiness of its columns; the last two may be younger than the record."""
    assert fits(PageRecord(values, rowid), COLUMNS, of_rows=True) is so
