"""Disks in trouble: a slow one, and one that refuses."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import closing, contextmanager
from pathlib import Path

from bindtool.core.common.clock import Clock
from bindtool.core.model.row import Row, SheetHead
from bindtool.core.store import Store
from bindtool.core.store.connection import Reader
from bindtool.core.store.tables.sheets import Sheets
from bindtool.core.store.writer import Writer


class SlowSheets(Sheets):
    """Sheets that, while told to hold, write no edit; `release` writes the oldest one waiting.

    Attributes:
        meanwhile: called once after the rows of a sheet were read, on the reading thread.
        described: called once when a sheet's properties are about to be written.
    """

    def __init__(self, reader: Reader, writer: Writer, clock: Clock) -> None:
        super().__init__(reader, writer, clock)
        self.hold = False
        self.meanwhile: Callable[[], None] | None = None
        self.described: Callable[[], None] | None = None
        self._waiting: list[Callable[[], None]] = []

    def save(self, sheet_id: int, put: Sequence[Row] = (), drop: Sequence[int] = ()) -> Future[None]:
        """Write an edit now, or upon release."""
        if not self.hold:
            return super().save(sheet_id, put, drop)
        promise: Future[None] = Future()

        def write() -> None:
            promise.set_result(Sheets.save(self, sheet_id, put, drop).result(30))

        self._waiting.append(write)
        return promise

    def update(self, head: SheetHead) -> Future[None]:
        """Write the properties, and call `described`."""
        written = super().update(head)
        described, self.described = self.described, None
        if described is not None:
            described()
        return written

    def load(self, sheet_id: int) -> tuple[Row, ...]:
        """Read the rows, then call `meanwhile`."""
        rows = super().load(sheet_id)
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            meanwhile()
        return rows

    def release(self, edits: int = 1) -> None:
        """Write the oldest waiting edits, and return once they are saved."""
        for _ in range(edits):
            self._waiting.pop(0)()


class SlowDisk(Store):
    """A store with such sheets."""

    sheets: SlowSheets

    def __init__(self, path: Path, clock: Clock) -> None:
        super().__init__(path, clock)
        self.sheets = SlowSheets(self._reader, self._writer, clock)


@contextmanager
def refusing(database: Path, *statements: str) -> Iterator[None]:
    """Make SQLite itself fail on statements such as "INSERT ON sheet_row" until the context ends."""
    with closing(sqlite3.connect(database)) as connection:
        for at, statement in enumerate(statements):
            connection.execute(
                f"CREATE TRIGGER no_room_{at} BEFORE {statement} BEGIN SELECT RAISE(ABORT, 'no room'); END"
            )
        connection.commit()
        yield
        for at in range(len(statements)):
            connection.execute(f"DROP TRIGGER no_room_{at}")
        connection.commit()
