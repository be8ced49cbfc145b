"""A look through a database in use: it finds what is spoilt, changes nothing, and can be broken off."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bindtool.core.common.errors import StoreFailed
from bindtool.core.store import Store
from bindtool.core.store.damage.integrity_check import IntegrityCheck
from tests.core.store.samples import Clock
from tests.core.store.spoilt import fill, root_of, spoil
from tests.core.store.telling_path import TellingPath


def test_a_whole_one(path: Path, clock: Clock) -> None:
    """Nothing is wrong, and no file is left beside it."""
    fill(path, clock, 2, 60)
    with Store(path, clock) as store:
        IntegrityCheck(path).run()
        store.sheets.create().result(30)
    assert list(path.parent.iterdir()) == [path]


def test_a_spoilt_page(path: Path, clock: Clock) -> None:
    """It is found although the database was closed well and opens as ever."""
    fill(path, clock, 2, 60)
    spoil(path, root_of(path, "ledger_label"))
    with Store(path, clock) as store:
        assert store.sheets.all()
        with pytest.raises(StoreFailed) as caught:
            IntegrityCheck(path).run()
    assert caught.value.id == "store.damaged"


def with_a_wrong_value(path: Path, table: str, column: str) -> None:
    """Let a column of a table be for numbers, by its declaration, and have a text."""
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("PRAGMA writable_schema = ON")
        database.execute(
            "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE name = ?",
            (f"{column} TEXT NOT NULL", f"{column} INTEGER NOT NULL", table),
        )


def test_a_value_of_a_wrong_kind(path: Path, clock: Clock) -> None:
    """What is wrong with a record is said, too."""
    fill(path, clock, 1, 10)
    with_a_wrong_value(path, "sheet", "job")
    with Store(path, clock), pytest.raises(StoreFailed, match=r"store\.damaged") as caught:
        IntegrityCheck(path).run()
    assert "sheet.job" in str(caught.value.hint.values["detail"])


def test_a_missing_one(path: Path) -> None:
    """What can't be opened is said as such."""
    with pytest.raises(StoreFailed, match=r"store\.unwritable"):
        IntegrityCheck(path).run()


def test_broken_off(path: Path, clock: Clock) -> None:
    """It ends without a word, whatever is wrong; afterwards the file is not open for it."""
    fill(path, clock, 2, 2000)
    with_a_wrong_value(path, "sheet", "job")
    with Store(path, clock):
        telling = TellingPath(path)
        inspection = IntegrityCheck(telling)
        telling.opened = inspection.cancel
        inspection.run()
        inspection.stop()
    assert list(path.parent.iterdir()) == [path]


def test_stopped_before_it_begins(path: Path) -> None:
    """A thread that gets its turn only then does not open the file: whoever has stopped it may move it."""
    opened: list[bool] = []
    telling = TellingPath(path)
    telling.opened = lambda: opened.append(True)
    inspection = IntegrityCheck(telling)
    inspection.stop()
    inspection.run()
    assert not opened
