"""Copies of the database, which complete a damaged one.

One of the whole is made after a run and each hour, but not so often that a large database keeps the disk busy. Of
a run that begins its rows are copied, before the first request leaves: all that it may send, and every label that
was given for it, is in that. Here are the files, and how much room they may take. When an hour is over is up to the
callers; `rebuild` reads them.
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
# By their numbers they are in order, however the clock was set.
_NAME = re.compile(r"(bindtool|run)-(\d{6,})-(\d{8}T\d{6}Z)\.db")

LITTLE_SPACE = 256 * 1024 * 1024
"""Bytes that are left free on the disk at least."""

_BYTES_A_SECOND = 1_000_000
"""After a run a database of this size is copied each second at most: one of 20 MB takes a sixth of a second, on a
slow disk two."""

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
"""Of SQLite's, between two looks whether it is to go on."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that is there. `made_at`: when it was begun, by its name. `of_run`: it has the rows of one run alone.

    `number`: that of the run, or of the copies of the whole, which count up.
    """

    path: Path
    number: int
    made_at: datetime
    of_run: bool = False


class Copies:
    """The copies of one database, in `folder`, which is made when it is needed. Any thread may use it."""

    def __init__(self, database: Path, folder: Path | None, clock: Clock) -> None:
        """`folder`: None where there are no copies, and none are made."""
        self._database = database
        self._folder = folder
        self._clock = clock
        self._stopped = threading.Event()
        self._making = threading.Lock()
        self._copying_run = threading.Lock()
        self._followed: set[Future[Any]] = set()

    @property
    def files(self) -> tuple[Copy, ...]:
        """The copies that are there, the newest first; those of runs that began since come before the others."""
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
        """Make a copy of the database, which a store has open, and let older ones go; return whether it was made.

        It is not where the disk has little space, and not once `stop` was called.

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
        """Make a copy, unless that would be too often for a database of this size; fails as `make` does."""
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
                # What a kill has left.
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
        """Let no copy have what was deleted from the database; fails as `make` does, and then there is none."""
        made, of_runs = False, self._of_runs()
        try:
            made = self.make()
        finally:
            self._drop(int(made), of_runs)

    def follow(self, written: Future[T], make: Callable[[T], object]) -> Future[T]:
        """Have `make` make a copy once something is written; the future brings the same, after that.

        Where no copy can be made, work goes on without.
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
        """Cancel what is being made, and make none any more; once this returns, nothing is open for it."""
        self._stopped.set()
        with self._making, self._copying_run:
            pass

    def close(self) -> None:
        """Wait for the copies that were asked for."""
        wait(tuple(self._followed))

    def _put(self, folder: Path) -> bool:
        """Put a copy in its place; False where it was stopped."""
        begun = self._clock.now()
        make_private(folder)
        fresh = folder / "fresh.tmp"
        try:
            # What a kill has left.
            fresh.unlink(missing_ok=True)
            make_empty(fresh)
            with closing(open_for_reading(self._database)) as connection:
                connection.set_progress_handler(self._stopped.is_set, _STEPS)
                # It reads each record of each table: what is damaged is no copy.
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
        """Give a copy that is whole its name."""
        with fresh.open("r+b") as file:
            os.fsync(file.fileno())
        time = (begun or self._clock.now()).astimezone(UTC)
        fresh.replace(fresh.with_name(f"{name}-{time:{_TIME}}.db"))

    def _drop(self, kept: int, of_runs: Sequence[Copy]) -> None:
        """Delete all but the newest of the whole, and those of runs, which a copy of the whole has."""
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
    """Return the time in a name; the first one that there is where it is none."""
    try:
        return datetime.strptime(text, _TIME).replace(tzinfo=UTC)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
