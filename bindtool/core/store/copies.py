"""Copies of the database, to complete a damaged one.

The whole is copied after a run and each hour, but rarely enough that a large database does not keep the disk busy.
At the begin of a run its rows are copied, before the first request is sent: they contain all that it may send, and
every label assigned for it. The files and their disk space are handled here. The callers time the hour; `rebuild`
reads the copies.
"""

from __future__ import annotations

import logging
import os
import re
import shutil
import sqlite3
import threading
from concurrent.futures import Future, wait
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from bindtool.core.common.concurrency import start_daemon_thread
from bindtool.core.common.data_folder import make_private
from bindtool.core.common.errors import StoreFailed
from bindtool.core.store.connection import connect, make_empty, open_for_reading, transaction
from bindtool.core.store.errors import failing_as_store

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from bindtool.core.common.clock import Clock

T = TypeVar("T")

logger = logging.getLogger(__name__)

_KEPT = 2
_TIME = "%Y%m%dT%H%M%SZ"
# Sorted by number, whatever the clock was set to.
_NAME = re.compile(r"(bindtool|run)-(\d{6,})-(\d{8}T\d{6}Z)\.db")

LITTLE_SPACE = 256 * 1024 * 1024
"""Bytes that are left free on the disk at least."""

_BYTES_A_SECOND = 1_000_000
"""After a run, a database of this size is copied at most once a second: copying 20 MB takes a sixth of a second, on
a slow disk two."""

_OF_A_RUN = (
    "CREATE TABLE run AS SELECT * FROM now.run WHERE run_id = {run_id:d}",
    "CREATE TABLE run_device AS SELECT * FROM now.run_device WHERE run_id = {run_id:d}",
    "CREATE TABLE sheet AS SELECT * FROM now.sheet WHERE sheet_id IN (SELECT sheet_id FROM run)",
    """
    CREATE TABLE sheet_row AS SELECT * FROM now.sheet_row
    WHERE sheet_id IN (SELECT sheet_id FROM run) AND number IN (SELECT number FROM run_device)
    """,
)

_STEPS = 10_000
"""Steps of SQLite's between two checks whether to stop."""


@dataclass(frozen=True, slots=True)
class Copy:
    """An existing copy. `made_at`: when it was begun, by its name. `of_run`: it has the rows of one run alone.

    `number`: the id of the run, or a counter for copies of the whole.
    """

    path: Path
    number: int
    made_at: datetime
    of_run: bool = False


class Copies:
    """The copies of one database, in `folder`, which is created when it is needed. Thread-safe."""

    def __init__(self, database: Path, folder: Path | None, clock: Clock) -> None:
        """`folder`: None for no copies."""
        self._database = database
        self._folder = folder
        self._clock = clock
        self._stopped = threading.Event()
        self._making = threading.Lock()
        self._copying_run = threading.Lock()
        self._followed: set[Future[Any]] = set()

    @property
    def files(self) -> tuple[Copy, ...]:
        """The existing copies, the newest first; those of runs that began since come before the others."""
        if self._folder is None:
            return ()
        try:
            named = [(file, _NAME.fullmatch(file.name)) for file in self._folder.iterdir()]
        except OSError:
            return ()
        found = [
            Copy(file, int(name[2]), _time_of(name[3]), of_run=name[1] == "run")
            for file, name in named
            if name is not None
        ]
        return tuple(sorted(found, key=lambda copy: (copy.of_run, copy.number), reverse=True))

    def make(self) -> bool:
        """Copy the database, which a store has open, and delete older copies; return whether it was copied.

        It is not if the disk has little space, or after `stop` was called.

        Raises:
            StoreFailed: the database can't be read, or the copy can't be written; the others stay.
        """
        with self._making, failing_as_store(self._database):
            of_runs = self._of_runs()
            wanted = self._has_room() and not self._stopped.is_set()
            made = wanted and self._folder is not None and self._put(self._folder)
            self._drop(_KEPT, of_runs if made else ())
            return made

    def make_if_due(self) -> None:
        """Copy the database, unless that would be too often for its size; fails as `make`."""
        age = min((self._clock.now() - copy.made_at for copy in self._of_whole()), default=None)
        with failing_as_store(self._database):
            rest = self._database.stat().st_size / _BYTES_A_SECOND
        if age is None or not 0 <= age.total_seconds() < rest:
            self.make()

    def copy_run(self, run_id: int) -> None:
        """Copy a run that begins, with its rows.

        Raises:
            StoreFailed: the database can't be read, or the copy can't be written.
        """
        if self._folder is None:
            return
        fresh = self._folder / "of_run.tmp"
        with self._copying_run, failing_as_store(self._database):
            if self._stopped.is_set() or not self._has_room():
                return
            make_private(self._folder)
            try:
                # Left by a killed process.
                fresh.unlink(missing_ok=True)
                make_empty(fresh)
                with closing(connect(fresh.absolute().as_uri())) as connection:
                    connection.execute("ATTACH ? AS now", (f"{self._database.absolute().as_uri()}?mode=ro",))
                    with transaction(connection):
                        for statement in _OF_A_RUN:
                            connection.execute(statement.format(run_id=run_id))
                self._keep(fresh, f"run-{run_id:06}")
            finally:
                fresh.unlink(missing_ok=True)

    def renew(self) -> None:
        """Replace the copies by one without deleted data; if `make` fails, raise its error and keep no copy."""
        made, of_runs = False, self._of_runs()
        try:
            made = self.make()
        finally:
            self._drop(int(made), of_runs)

    def follow(self, written: Future[T], make: Callable[[T], object]) -> Future[T]:
        """Call `make` to copy after a write; return a future with the write's result that waits for the copy.

        If no copy can be made, work goes on without.
        """
        if self._folder is None:
            return written
        followed: Future[T] = Future()
        followed.set_running_or_notify_cancel()
        self._followed.add(followed)
        followed.add_done_callback(self._followed.discard)

        def copy() -> None:
            try:
                make(written.result())
            except StoreFailed as error:
                logger.info("no copy of the database: %s", error.id)
            finally:
                followed.set_result(written.result())

        def go_on(_: Future[T]) -> None:
            error = written.exception()
            if error is None:
                start_daemon_thread(copy, name="bindtool-copy")
            else:
                followed.set_exception(error)

        written.add_done_callback(go_on)
        return followed

    def stop(self) -> None:
        """Cancel the current copy, and make none any more; on return, its files are closed."""
        self._stopped.set()
        with self._making, self._copying_run:
            pass

    def close(self) -> None:
        """Wait for the requested copies."""
        wait(tuple(self._followed))

    def _put(self, folder: Path) -> bool:
        """Write a copy and rename it into place; False if it was stopped."""
        begun = self._clock.now()
        make_private(folder)
        fresh = folder / "fresh.tmp"
        try:
            # Left by a killed process.
            fresh.unlink(missing_ok=True)
            make_empty(fresh)
            with closing(open_for_reading(self._database)) as connection:
                connection.set_progress_handler(self._stopped.is_set, _STEPS)
                # It reads each record of each table, so it fails on damage.
                connection.execute("VACUUM INTO ?", (str(fresh),))
            newest = max((copy.number for copy in self._of_whole()), default=0)
            self._keep(fresh, f"bindtool-{newest + 1:06}", begun)
        except sqlite3.Error:
            if not self._stopped.is_set():
                raise
            return False
        finally:
            fresh.unlink(missing_ok=True)
        return True

    def _keep(self, fresh: Path, name: str, begun: datetime | None = None) -> None:
        """Rename a complete copy to its final name."""
        with fresh.open("r+b") as file:
            os.fsync(file.fileno())
        time = (begun or self._clock.now()).astimezone(UTC)
        fresh.replace(fresh.with_name(f"{name}-{time:{_TIME}}.db"))

    def _drop(self, kept: int, of_runs: Sequence[Copy]) -> None:
        """Delete all but the newest copies of the whole, and copies of runs that a copy of the whole contains."""
        for copy in (*self._of_whole()[kept:], *of_runs):
            copy.path.unlink(missing_ok=True)

    def _of_whole(self) -> tuple[Copy, ...]:
        return tuple(copy for copy in self.files if not copy.of_run)

    def _of_runs(self) -> tuple[Copy, ...]:
        return tuple(copy for copy in self.files if copy.of_run)

    def _has_room(self) -> bool:
        size = self._database.stat().st_size
        return shutil.disk_usage(self._database.parent).free - size >= LITTLE_SPACE


def _time_of(text: str) -> datetime:
    """Return the time in a name; the earliest possible for an invalid one."""
    try:
        return datetime.strptime(text, _TIME).replace(tzinfo=UTC)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
