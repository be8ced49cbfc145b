"""A table is read past what is spoilt in it, and that comes to an end however much is."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from bindtool.core.store.damage.salvage import Salvage
from tests.core.store.spoilt import PAGE, root_of, spoil

if TYPE_CHECKING:
    from pathlib import Path

ROWS = 500


@pytest.fixture
def numbered(path: Path) -> Path:
    """Give a table of records of which some ten go on a page."""
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE thing (number INTEGER PRIMARY KEY, text TEXT NOT NULL)")
        database.executemany("INSERT INTO thing VALUES (?, ?)", [(n, "x" * 400) for n in range(1, ROWS + 1)])
    return path


def salvage(path: Path, last: int | None = ROWS, most_steps: int = 10_000) -> tuple[set[int], int]:
    """Return the numbers that can be read, and how many can't."""
    read: set[int] = set()
    with closing(sqlite3.connect(path)) as database:
        database.row_factory = sqlite3.Row
        through = Salvage(
            database,
            "thing",
            ("number",),
            lambda record: read.add(record["number"]),
            lambda _: last,
            most_steps,
        )
        through.run()
    return read, through.lost


def test_a_page_in_the_middle(numbered: Path) -> None:
    """What lies before and after it comes, and what lay on it is counted."""
    spoil(numbered, numbered.stat().st_size // PAGE // 2)
    read, lost = salvage(numbered)
    assert 0 < lost < 20
    assert len(read) + lost == ROWS
    assert {1, ROWS} <= read


def test_the_page_above_all(numbered: Path) -> None:
    """Each record is asked for and none comes; where nobody knows how many there were, one is counted."""
    spoil(numbered, root_of(numbered, "thing"))
    assert salvage(numbered) == (set(), ROWS)
    assert salvage(numbered, last=None) == (set(), 1)


def test_too_many_steps(numbered: Path) -> None:
    """It gives up, and counts what it has not asked for."""
    spoil(numbered, root_of(numbered, "thing"))
    assert salvage(numbered, most_steps=20) == (set(), ROWS)
