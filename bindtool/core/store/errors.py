"""Errors for a person when SQLite fails: maps error codes to message ids.

Only the table of codes is here; the texts, with the remedies, are in the catalogue.
"""

from __future__ import annotations

import errno
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bindtool.core.common.errors import StoreFailed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_IDS = {
    sqlite3.SQLITE_FULL: "store.disk_full",
    sqlite3.SQLITE_READONLY: "store.unwritable",
    sqlite3.SQLITE_CANTOPEN: "store.unwritable",
    sqlite3.SQLITE_PERM: "store.unwritable",
    sqlite3.SQLITE_CORRUPT: "store.damaged",
    sqlite3.SQLITE_NOTADB: "store.damaged",
}
_EXTENDED_IDS = {
    sqlite3.SQLITE_IOERR_SHMSIZE: "store.disk_full",
}
"""Extended codes that say more than their primary code: SQLite could no longer create the file beside the
database."""

_PRIMARY = 0xFF
"""The part of an extended result code that names the kind of failure (sqlite.org, "Result and Error Codes")."""


def store_failed(error: Exception, path: Path) -> StoreFailed:
    """Return the error for a person: with the file at `path` and SQLite's or the system's own words."""
    code = getattr(error, "sqlite_errorcode", None)
    if isinstance(error, OSError):
        id_ = "store.disk_full" if error.errno == errno.ENOSPC else "store.unwritable"
    elif isinstance(error, ValueError):
        id_ = "store.damaged"
    elif code is None:
        id_ = "store.failed"
    else:
        id_ = _EXTENDED_IDS.get(code) or _IDS.get(code & _PRIMARY, "store.failed")
    return StoreFailed(id_, path=str(path), detail=str(error))


@contextmanager
def failing_as_store(path: Path) -> Iterator[None]:
    """Convert the errors of an operation on the file at `path` to StoreFailed.

    A ValueError means a column with a value that no bindtool has written.
    """
    try:
        yield
    except (sqlite3.Error, OSError, ValueError) as error:
        raise store_failed(error, path) from error
