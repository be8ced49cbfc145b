"""Daily copies of the ledger, for the day on which the database itself can't be read.

Here are their files, and how much room they may take. A copy has what was bound and nothing else: so nothing that
is deleted from the history is in one. When one is made is up to the callers; `replace` reads them.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
import threading
from contextlib import closing, suppress
from datetime import date
from typing import TYPE_CHECKING

from bindtool.core.common.data_folder import make_private
from bindtool.core.store.connection import log_of, open_for_writing
from bindtool.core.store.errors import failing_as_store

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_MOST = 7
_NAME = re.compile(r"ledger-(\d{4}-\d{2}-\d{2})\.db")

LITTLE_SPACE = 256 * 1024 * 1024
"""Bytes that are left free on the disk at least."""

_STEPS = 10_000
"""Of SQLite's, between two looks whether it is to go on."""

_TABLES = ("bench", "ledger", "foreign_entry")


def day_of(copy: Path) -> date | None:
    """Return the day on which a copy was made, by its name; None for the name of no copy."""
    named = _NAME.fullmatch(copy.name)
    try:
        return None if named is None else date.fromisoformat(named[1])
    except ValueError:
        return None


class LedgerCopies:
    """The copies of one database, in `folder`, which is made when it is needed."""

    def __init__(self, database: Path, folder: Path) -> None:
        self._database = database
        self._folder = folder
        self._stopped = threading.Event()
        self._making = threading.Lock()

    @property
    def files(self) -> tuple[Path, ...]:
        """The copies that are there, the newest first."""
        try:
            names = sorted(file.name for file in self._folder.iterdir() if _NAME.fullmatch(file.name))
        except OSError:
            return ()
        return tuple(self._folder / name for name in reversed(names))

    def make(self, day: date, give_up: threading.Event) -> bool:
        """Make the copy of a day, unless the disk has little space; old ones go for it. Return whether it is there.

        Once stopped, none is made. The database is open in this process; all copies together are no larger than it.

        Args:
            day: its copy is made once.
            give_up: set, from any thread, it cancels this copy soon; nothing of it stays.

        Raises:
            StoreFailed: the ledger can't be read, or the copy can't be written; the others stay.
        """
        copy = self._folder / f"ledger-{day.isoformat()}.db"

        def cancelled() -> bool:
            return self._stopped.is_set() or give_up.is_set()

        with self._making, failing_as_store(self._database):
            if cancelled():
                return False
            room = shutil.disk_usage(self._database.parent).free - self._database.stat().st_size
            if not copy.exists() and room >= LITTLE_SPACE:
                make_private(self._folder)
                self._put(copy, cancelled)
            return copy.exists()

    def stop(self) -> None:
        """Cancel what is being made, and make none any more; once this returns, nothing is open for it."""
        self._stopped.set()
        with self._making:
            pass

    def _put(self, copy: Path, cancelled: Callable[[], bool]) -> None:
        """Put the copy in its place, and take away what is too much then; where it is cancelled, do neither."""
        fresh = copy.with_suffix(".tmp")
        try:
            fresh.unlink(missing_ok=True)
            with closing(open_for_writing(fresh)) as connection:
                connection.set_progress_handler(cancelled, _STEPS)
                connection.execute("ATTACH ? AS source", (f"{self._database.absolute().as_uri()}?mode=ro",))
                connection.execute("BEGIN")
                for table in _TABLES:
                    connection.execute(f"CREATE TABLE {table} AS SELECT * FROM source.{table}")  # noqa: S608 - constants
                connection.execute("COMMIT")
                # With what is in the log still.
                (pages,) = connection.execute("PRAGMA source.page_count").fetchone()
                (size,) = connection.execute("PRAGMA source.page_size").fetchone()
            fresh.replace(copy)
            self._make_room(pages * size)
        except sqlite3.Error:
            if not cancelled():
                raise
        finally:
            for file in (fresh, log_of(fresh)):
                file.unlink(missing_ok=True)

    def _make_room(self, size: int) -> None:
        taken = 0
        for number, file in enumerate(self.files, 1):
            taken += file.stat().st_size
            if taken > size or number > _MOST:
                with suppress(OSError):
                    file.unlink()
