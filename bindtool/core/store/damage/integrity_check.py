"""Checks the whole of a database that is in use, pages and records, by SQLite's own check.

It has a connection of its own that can't write, so it runs in a thread while others work; it can be stopped, since
a large file takes seconds. When it runs, and what follows, is up to the callers.
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
"""Of SQLite's, between two looks whether it is to go on."""


class IntegrityCheck:
    """One check, in whichever thread calls `run`."""

    def __init__(self, path: Path) -> None:
        """`path`: a database that a store has open, and will have until this has ended or was stopped."""
        self._path = path
        self._stopped = threading.Event()
        self._running = threading.Lock()

    def run(self) -> None:
        """Check the file; return where nothing is wrong with it, or when it was stopped, also beforehand.

        Raises:
            StoreFailed: "store.damaged" with what is wrong, "store.failed".
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
        """Let the check end soon, and none begin any more."""
        self._stopped.set()

    def stop(self) -> None:
        """Cancel the check; once this returns, the file is not open for it any more."""
        self.cancel()
        with self._running:
            pass

    def _check(self) -> None:
        with failing_as_store(self._path), closing(open_for_reading(self._path)) as connection:
            connection.set_progress_handler(self._stopped.is_set, _STEPS)
            # As quick as reading the file; whether each index has what its table has takes many times longer.
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise StoreFailed("store.damaged", path=str(self._path), detail=found.splitlines()[-1])
