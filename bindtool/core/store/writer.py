"""The one thread that writes: it takes all pending operations, writes them in one transaction, then reports.

It has the queue and the group commit, and reports each failure to its caller. The operations, and their priority,
are up to the callers.
"""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from bindtool.core.common.errors import StoreFailed
from bindtool.core.store.connection import transaction
from bindtool.core.store.errors import store_failed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from bindtool.core.common.data_folder import KnownFile

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Task(Generic[T]):
    operation: Callable[[sqlite3.Connection], T]
    locked: bool
    ahead: bool
    future: Future[T] = field(default_factory=Future)


class Writer:
    """A thread that owns a connection from now until `close`.

    Attributes:
        commits: the number of transactions committed; far fewer than operations while many are pending.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        path: Path,
        files: Sequence[KnownFile] = (),
        lock: KnownFile | None = None,
    ) -> None:
        """Start the thread.

        Args:
            connection: the thread's alone from now on.
            path: the file's, for error messages.
            files: the database and its log; a commit counts only if they are still in their places.
            lock: the file that excludes other writers, None for none.
        """
        self.commits = 0
        self._connection = connection
        self._path = path
        self._files = files
        self._lock = lock
        self._waiting: list[_Task[Any]] = []
        self._went_ahead = False
        self._closing = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="bindtool-store", daemon=True)
        self._thread.start()

    def submit(
        self, operation: Callable[[sqlite3.Connection], T], *, locked: bool = False, ahead: bool = False
    ) -> Future[T]:
        """Queue an operation; its future resolves once its data is on disk.

        Operations run in the order in which they came. If one fails, the others of its transaction run again, so an
        operation may change nothing but the database. The future can't be cancelled: a write once requested is done
        even if the caller stops waiting. It fails with StoreFailed, or with the exception of a faulty operation.
        `locked`: without the lock it fails with "folder.lock_lost" and writes nothing. `ahead`: it may be committed
        before operations that came earlier and are not `ahead`.
        """
        task = _Task(operation, locked, ahead)
        task.future.set_running_or_notify_cancel()
        with self._changed:
            if self._closing:
                task.future.set_exception(StoreFailed("store.failed", path=str(self._path), detail="closed"))
            else:
                self._waiting.append(task)
                self._changed.notify()
        return task.future

    def execute(self, statement: str, values: Sequence[object] | Mapping[str, object]) -> Future[None]:
        """Queue a single statement."""

        def write(connection: sqlite3.Connection) -> None:
            connection.execute(statement, values)

        return self.submit(write)

    def close(self) -> None:
        """Write pending operations, end the thread and close the connection. A second call does nothing."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()
        self._connection.close()

    def _run(self) -> None:
        while group := self._next_group():
            self._write(group)

    def _next_group(self) -> Sequence[_Task[Any]]:
        """Wait for work; return all there is or, at most every other time, the `ahead` ones; nothing at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing)
            group = [] if self._went_ahead else [task for task in self._waiting if task.ahead]
            self._went_ahead = bool(group)
            self._waiting, left = [], self._waiting
            if group:
                self._waiting = [task for task in left if not task.ahead]
        return group or left

    def _write(self, group: Sequence[_Task[Any]]) -> None:
        failure = self._commit(group)
        if failure is None:
            return
        if len(group) == 1:
            group[0].future.set_exception(failure)
            return
        # the others are not to blame for the one that failed
        for task in group:
            self._write([task])

    def _commit(self, group: Sequence[_Task[Any]]) -> Exception | None:
        try:
            with transaction(self._connection):
                if any(task.locked for task in group):
                    self._look_for_lock()
                results = [task.operation(self._connection) for task in group]
        except sqlite3.Error as error:
            return store_failed(error, self._path)
        except Exception as error:  # noqa: BLE001 - a faulty operation must not end the thread; its caller is told
            return error
        self.commits += 1
        # Not written again: it is in the file, which can't be found any more.
        gone = next((file for file in self._files if not file.is_there), None)
        for task, result in zip(group, results, strict=True):
            if gone is None:
                task.future.set_result(result)
            else:
                task.future.set_exception(StoreFailed("store.gone", path=str(gone.path)))
        return None

    def _look_for_lock(self) -> None:
        # If the database is gone too, there is more to say, which `_commit` does.
        if self._lock is not None and not self._lock.is_there and self._files[0].is_there:
            raise StoreFailed("folder.lock_lost", path=str(self._lock.path))
