"""What one bindtool alone may write: where another could do so as well, it is not written.

Owns that check, made in the thread that writes and right before it does. Which writes need it is for `store`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from bindtool.core.common.errors import StoreFailed

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from bindtool.core.common.data_folder import KnownFile

T = TypeVar("T")
P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Alone:
    """`lock`: the file that keeps others out, None where nothing does; `database`: what is written."""

    lock: KnownFile | None
    database: KnownFile

    def checked(
        self, operation: Callable[Concatenate[sqlite3.Connection, P], T]
    ) -> Callable[Concatenate[sqlite3.Connection, P], T]:
        """Return the operation, which raises StoreFailed, "folder.lock_lost", and writes nothing without the lock.

        Where the database is gone too, there is more to say, which is for the writer.
        """

        def alone(connection: sqlite3.Connection, /, *args: P.args, **kwargs: P.kwargs) -> T:
            if self.lock is not None and not self.lock.is_there and self.database.is_there:
                raise StoreFailed("folder.lock_lost", path=str(self.lock.path))
            return operation(connection, *args, **kwargs)

        return alone
