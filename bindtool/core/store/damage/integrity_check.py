"""Checks the whole of an open database, pages and records, by SQLite's own check.

It has a read-only connection of its own, so it can run in a thread alongside others; it can be stopped, since a
large file takes seconds. When it runs, and the next steps, are up to the callers.
"""

from __future__ import annotations

import threading
from contextlib import closing
from typing import TYPE_CHECKING

from bindtool.core.common.errors import StoreFailed
from bindtool.core.store.connection import open_for_reading
from bindtool.core.store.errors import failing_as_store

if TYPE_CHECKING:
    from pathlib import Path

_STEPS = 10_000
"""Steps of SQLite's between two checks whether to stop."""


class IntegrityCheck:
    """One check, in the thread that calls `run`."""

    def __init__(self, path: Path) -> None:
        """`path`: a database that a store has open, and keeps open until this has ended or was stopped."""
        self._path = path
        self._stopped = threading.Event()
        self._running = threading.Lock()

    def run(self) -> None:
        """Check the file; return if it is sound, or once stopped, even before the call.

        Raises:
            StoreFailed: "store.damaged" with the fault, "store.failed".
        """
        with self._running:
            if self._stopped.is_set():
                return
            try:
                self._check()
            except StoreFailed:
                if not self._stopped.is_set():
                    raise

    def cancel(self) -> None:
        """Stop the check soon, and allow none any more."""
        self._stopped.set()

    def stop(self) -> None:
        """Cancel the check; on return, it has closed the file."""
        self.cancel()
        with self._running:
            pass

    def _check(self) -> None:
        with failing_as_store(self._path), closing(open_for_reading(self._path)) as connection:
            connection.set_progress_handler(self._stopped.is_set, _STEPS)
            # As fast as reading the file; comparing each index with its table takes many times longer.
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise StoreFailed("store.damaged", path=str(self._path), detail=found.splitlines()[-1])
