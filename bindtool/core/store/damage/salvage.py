"""Reads what can be read of a damaged table, record by record past what can't.

It goes forwards and backwards up to what is damaged, then into the gap in ever smaller steps, so a spoilt page
costs what lay on it. What is done with the records is decided in `rebuild`.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bindtool.core.store.tables.codec import Column

    Key = tuple[Column, ...]
    Take = Callable[[sqlite3.Row], None]

UNREADABLE = (sqlite3.DatabaseError, ValueError)
"""Of ValueError: a column that holds what no bindtool has written there."""


@dataclass(slots=True)
class Salvage:
    """Goes through one table of a damaged database and hands each record that can be read to `take`.

    Attributes:
        most_steps: into gaps; a spoilt page further up hides thousands of records, each of which is asked for.
        last: returns the highest number that a key ever had below the keys before it; None where nobody knows.
        lost: how many keys were asked for and can't be read; whether each of them had a record, nobody knows.
        uncounted: how many of these stand for any number of records.
        whole_below: no record is missing whose first key is lower; keys that are numbers begin with 1.
    """

    connection: sqlite3.Connection
    table: str
    keys: Sequence[str]
    take: Take
    last: Callable[[Key], int | None] = lambda _: None
    most_steps: int = 200_000
    lost: int = 0
    uncounted: int = 0
    whole_below: Column = 1
    _steps: int = field(default=0, init=False)

    def run(self) -> None:
        """Go through all of it; some records come more than once."""
        self._go_through(())

    def _go_through(self, fixed: Key) -> None:
        """Go through the records whose first keys are `fixed`."""
        first, whole = self._read(fixed, "ASC")
        if whole:
            return
        if not fixed and first is not None:
            self.whole_below = first[0]
        if len(fixed) == len(self.keys):
            self.lost += 1
            return
        final, _ = self._read(fixed, "DESC")
        low = 1 if first is None else first[len(fixed)]
        high = self.last(fixed) if final is None else final[len(fixed)]
        if not isinstance(low, int) or not isinstance(high, int):
            self.lost += 1
            self.uncounted += 1
            return
        self._into_gap(fixed, low, high)

    def _into_gap(self, fixed: Key, low: int, high: int) -> None:
        """Read what lies between two keys, both of them included, in halves where it can't be read as a whole."""
        waiting = [(low, high)]
        while waiting:
            low, high = waiting.pop()
            if low > high or self._between(fixed, low, high):
                continue
            self._steps += 1
            if self._steps > self.most_steps:
                self.lost += high - low + 1
                self.uncounted += len(fixed) + 1 < len(self.keys)
            elif low < high:
                middle = (low + high) // 2
                waiting += [(middle + 1, high), (low, middle)]
            else:
                self._go_through((*fixed, low))

    def _between(self, fixed: Key, low: int, high: int) -> bool:
        key = self.keys[len(fixed)]
        records = self._records(fixed, f"AND {key} BETWEEN ? AND ?", (low, high))
        try:
            found = list(records)
        except UNREADABLE:
            return False
        for record in found:
            self.take(record)
        return True

    def _read(self, fixed: Key, order: str) -> tuple[Key | None, bool]:
        """Read in one direction as far as it goes; return the last key that was read, and whether that was all."""
        reached: Key | None = None
        names = [f"{key} {order}" for key in self.keys[len(fixed) :]] or ["1"]
        try:
            for record in self._records(fixed, f"ORDER BY {', '.join(names)}", ()):
                reached = tuple(record[key] for key in self.keys)
                self.take(record)
        except UNREADABLE:
            return reached, False
        return reached, True

    def _records(self, fixed: Key, more: str, values: Key) -> Iterator[sqlite3.Row]:
        wanted = " AND ".join(["1", *(f"{key} = ?" for key in self.keys[: len(fixed)])])
        yield from self.connection.execute(
            f"SELECT * FROM {self.table} WHERE {wanted} {more}",  # noqa: S608 - names of ours, from `schema`
            (*fixed, *values),
        )
