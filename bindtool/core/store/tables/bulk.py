"""Many records of one table, written by few statements.

Owns how many records a statement takes. A record by itself costs SQLite two microseconds, and Python three times as
much for every value that is handed over and for the other threads, which get their turn at each statement.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from bindtool.core.store.tables.codec import Column

_MOST = 2048
"""Records a statement; with four values each below the 32,766 that SQLite takes (sqlite.org, "limits")."""


def insert(
    connection: sqlite3.Connection, into: str, shared: Sequence[Column], records: Sequence[Sequence[Column]]
) -> None:
    """Insert all `records`, which have as many values each, with the `shared` values before those of each.

    `into` is the INSERT up to the names of its columns.
    """
    done = 0
    while left := len(records) - done:
        # A power of two: there are few such statements, and Python keeps each of them prepared.
        count = min(_MOST, 1 << left.bit_length() - 1)
        connection.execute(
            f"{into} SELECT * FROM {_values(len(shared), 1)}, {_values(len(records[done]), count)}",  # noqa: S608 - no value is in it
            (*shared, *chain.from_iterable(records[done : done + count])),
        )
        done += count


def _values(width: int, count: int) -> str:
    one = ("(" + ", ".join("?" * width) + ")",)
    return f"(VALUES {', '.join(one * count)})"
