"""The connection that reads: one statement at a time, on whichever thread asks.

Owns the lock and that every failure is a StoreFailed. What is asked is for the callers.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from bindtool.core.store.connection import open_for_reading
from bindtool.core.store.errors import failing_as_store

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from pathlib import Path

T = TypeVar("T")
P = ParamSpec("P")


class Reader:
    """A connection that sees what is committed."""

    def __init__(self, path: Path) -> None:
        """`path`: a database that is there.

        Raises:
            sqlite3.Error: it can't be opened.
        """
        self._path = path
        self._connection = open_for_reading(path)
        self._lock = threading.Lock()

    def read(
        self, query: Callable[Concatenate[sqlite3.Connection, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Return what a query finds.

        Raises:
            StoreFailed: "store.damaged" or "store.failed".
        """
        with self._lock, failing_as_store(self._path):
            return query(self._connection, *args, **kwargs)

    def close(self) -> None:
        """Close the connection, once nobody reads. A second call does nothing."""
        with self._lock:
            self._connection.close()
