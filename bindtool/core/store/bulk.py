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

    from bindtool.core.store.codec import Column

_MOST = 2048
"""Records a statement; with four values each below the 32,766 that SQLite takes (sqlite.org, "limits")."""


def insert(
    connection: sqlite3.Connection, statement: str, shared: Sequence[Column], records: Sequence[Sequence[Column]]
) -> None:
    """Run `statement`, an INSERT … SELECT, for all `records`, which have as many values each.

    In it `?1`, `?2` … are the `shared` values and `column1`, `column2` … those of a record.
    """
    done = 0
    while left := len(records) - done:
        # A power of two: there are few such statements, and Python keeps each of them prepared.
        count = min(_MOST, 1 << left.bit_length() - 1)
        values = ("(" + ", ".join("?" * len(records[done])) + ")",)
        connection.execute(
            f"{statement} FROM (VALUES {', '.join(values * count)})",
            (*shared, *chain.from_iterable(records[done : done + count])),
        )
        done += count
