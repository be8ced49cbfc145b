"""What SQLite and the system report becomes one of few things that a person can do something about."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

import pytest

from bindtool.core.common.errors import StoreFailed
from bindtool.core.store.errors import failing_as_store, store_failed

PATH = Path("bindtool.db")


@pytest.mark.parametrize(
    ("code", "id_"),
    [
        (sqlite3.SQLITE_FULL, "store.disk_full"),
        (sqlite3.SQLITE_IOERR_SHMSIZE, "store.disk_full"),
        (sqlite3.SQLITE_READONLY_DBMOVED, "store.unwritable"),
        (sqlite3.SQLITE_CANTOPEN, "store.unwritable"),
        (sqlite3.SQLITE_PERM, "store.unwritable"),
        (sqlite3.SQLITE_CORRUPT_INDEX, "store.damaged"),
        (sqlite3.SQLITE_NOTADB, "store.damaged"),
        (sqlite3.SQLITE_IOERR_READ, "store.failed"),
    ],
)
def test_codes_have_a_meaning(code: int, id_: str) -> None:
    """An extended code means what its primary one does; one that nobody foresaw is named as it is."""
    error = sqlite3.OperationalError("as SQLite says it")
    error.sqlite_errorcode = code
    failure = store_failed(error, PATH)
    assert failure.id == id_
    assert failure.title.values == {"path": "bindtool.db", "detail": "as SQLite says it"}


@pytest.mark.parametrize(
    ("error", "id_"),
    [
        (sqlite3.ProgrammingError("closed"), "store.failed"),
        (PermissionError("no"), "store.unwritable"),
        (OSError(errno.ENOSPC, "no room"), "store.disk_full"),
        (ValueError("what?"), "store.damaged"),
    ],
)
def test_nothing_else_gets_out(error: Exception, id_: str) -> None:
    """Errors without a code of SQLite's become StoreFailed too, with the first one as their cause."""
    with pytest.raises(StoreFailed) as caught, failing_as_store(PATH):
        raise error
    assert caught.value.id == id_
    assert caught.value.__cause__ is error


def test_a_store_failure_stays_as_it_is() -> None:
    """What is already said in our words is not said again."""
    failure = StoreFailed("store.newer", found=2, known=1)
    with pytest.raises(StoreFailed) as caught, failing_as_store(PATH):
        raise failure
    assert caught.value is failure
