"""Copies of the whole database, which complete a damaged one: made where a run begins and ends, and each hour.

Here are their files, how much room they may take, and that a run's first request waits for one: all that it may
send, and every label that was given for it, is in that. When an hour is over is up to the callers; `rebuild` reads
them.
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
from bindtool.core.store.connection import make_empty, open_for_reading
from bindtool.core.store.errors import failing_as_store

if TYPE_CHECKING:
    from pathlib import Path

    from bindtool.core.common.clock import Clock

T = TypeVar("T")

logger = logging.getLogger(__name__)

_KEPT = 2
_TIME = "%Y%m%dT%H%M%SZ"
# By their numbers they are in order, however the clock was set.
_NAME = re.compile(r"bindtool-(\d{6,})-(\d{8}T\d{6}Z)\.db")

LITTLE_SPACE = 256 * 1024 * 1024
"""Bytes that are left free on the disk at least."""

_STEPS = 10_000
"""Of SQLite's, between two looks whether it is to go on."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that is there. `made_at`: when it was begun, by its name."""

    path: Path
    number: int
    made_at: datetime


class Copies:
    """The copies of one database, in `folder`, which is made when it is needed. Any thread may use it."""

    def __init__(self, database: Path, folder: Path | None, clock: Clock) -> None:
        """`folder`: None where there are no copies, and none are made."""
        self._database = database
        self._folder = folder
        self._clock = clock
        self._stopped = threading.Event()
        self._making = threading.Lock()
        self._followed: set[Future[Any]] = set()

    @property
    def files(self) -> tuple[Copy, ...]:
        """The copies that are there, the newest first."""
        if self._folder is None:
            return ()
        try:
            named = [(file, _NAME.fullmatch(file.name)) for file in self._folder.iterdir()]
        except OSError:
            return ()
        found = [Copy(file, int(name[1]), _time_of(name[2])) for file, name in named if name is not None]
        return tuple(sorted(found, key=lambda copy: copy.number, reverse=True))

    def make(self) -> bool:
        """Make a copy of the database, which a store has open, and let older ones go; return whether it was made.

        It is not where the disk has little space, and not once `stop` was called.

        Raises:
            StoreFailed: the database can't be read, or the copy can't be written; the others stay.
        """
        with self._making, failing_as_store(self._database):
            room = shutil.disk_usage(self._database.parent).free - self._database.stat().st_size
            wanted = room >= LITTLE_SPACE and not self._stopped.is_set()
            made = wanted and self._folder is not None and self._put(self._folder)
            self._drop(_KEPT)
            return made

    def renew(self) -> None:
        """Let no copy have what was deleted from the database; fails as `make` does, and then there is none."""
        made = False
        try:
            made = self.make()
        finally:
            self._drop(int(made))

    def follow(self, written: Future[T]) -> Future[T]:
        """Have a copy made once something is written; the future brings the same, after that.

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
                self.make()
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
        with self._making:
            pass

    def close(self) -> None:
        """Wait for the copies that were asked for."""
        wait(tuple(self._followed))

    def _put(self, folder: Path) -> bool:
        """Put a copy in its place; False where it was stopped."""
        newest = self.files[0].number if self.files else 0
        name = f"bindtool-{newest + 1:06}-{self._clock.now().astimezone(UTC):{_TIME}}.db"
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
            with fresh.open("r+b") as file:
                os.fsync(file.fileno())
            fresh.replace(folder / name)
        except sqlite3.Error:
            if not self._stopped.is_set():
                raise
            return False
        finally:
            fresh.unlink(missing_ok=True)
        return True

    def _drop(self, kept: int) -> None:
        for copy in self.files[kept:]:
            copy.path.unlink(missing_ok=True)


def _time_of(text: str) -> datetime:
    """Return the time in a name; the first one that there is where it is none."""
    try:
        return datetime.strptime(text, _TIME).replace(tzinfo=UTC)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
