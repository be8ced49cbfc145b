"""The table of hand-off files: one for each run of a profile that has a hand-off folder, until the folder has it.

An entry is written with its run, so no crash loses it; its contents follow at the end of the run. When that
happens, and the contents of the file, are decided in `core.jobs.handoff`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bindtool.core.model.handoff import HandoffFormat
from bindtool.core.store.tables.runs import Run, run_from

if TYPE_CHECKING:
    import sqlite3
    from concurrent.futures import Future

    from bindtool.core.store.connection import Reader
    from bindtool.core.store.writer import Writer


@dataclass(frozen=True, slots=True)
class DueHandoff:
    """A run that is over and whose file has no contents yet. `checking`: it was a check of its channel."""

    handoff_id: int
    run: Run
    format: HandoffFormat
    checking: bool


@dataclass(frozen=True, slots=True)
class WaitingHandoff:
    """A file that its folder does not have yet. `profile`: the name of the run's profile."""

    handoff_id: int
    profile: str
    folder: str
    name: str


class Handoffs:
    """The hand-off files of this data folder. Thread-safe; fails as the store."""

    def __init__(self, reader: Reader, writer: Writer) -> None:
        self._reader = reader
        self._writer = writer
        with reader.reading() as connection:
            (newest,) = connection.execute("SELECT coalesce(max(run_id), 0) FROM run").fetchone()
        # An unfinished run of an earlier start was interrupted.
        self._cut_off = int(newest)

    def due(self) -> tuple[DueHandoff, ...]:
        """Return the files without contents whose runs are over, the oldest first."""
        with self._reader.reading() as connection:
            records = connection.execute(
                """
                SELECT handoff_id, format, checking, run.*, origin
                FROM handoff JOIN run USING (run_id) JOIN sheet USING (sheet_id)
                WHERE contents IS NULL AND (ended_at IS NOT NULL OR run_id <= ?)
                ORDER BY handoff_id
                """,
                (self._cut_off,),
            )
            return tuple(
                DueHandoff(
                    record["handoff_id"],
                    run_from(record),
                    HandoffFormat(record["format"]),
                    bool(record["checking"]),
                )
                for record in records
            )

    def fill(self, handoff_id: int, name: str, contents: bytes) -> Future[None]:
        """Write the name and the contents of a file."""
        return self._writer.execute(
            "UPDATE handoff SET name = ?, contents = ? WHERE handoff_id = ?", (name, contents, handoff_id)
        )

    def remove(self, handoff_id: int) -> Future[None]:
        """Delete a file: its folder has it, or its run sent nothing."""
        return self._writer.execute("DELETE FROM handoff WHERE handoff_id = ?", (handoff_id,))

    def waiting(self) -> tuple[WaitingHandoff, ...]:
        """Return the files that have contents, the oldest first."""
        with self._reader.reading() as connection:
            records = connection.execute(
                """
                SELECT handoff_id, profile, folder, name FROM handoff
                WHERE contents IS NOT NULL ORDER BY handoff_id
                """
            )
            return tuple(WaitingHandoff(*record) for record in records)

    @property
    def count(self) -> int:
        """The number of files that wait for their folder, including those without contents yet."""
        with self._reader.reading() as connection:
            return count_waiting(connection)

    def contents(self, handoff_id: int) -> bytes:
        """Return the contents of a waiting file; b"" if it does not wait any more."""
        with self._reader.reading() as connection:
            record = connection.execute(
                "SELECT contents FROM handoff WHERE handoff_id = ?", (handoff_id,)
            ).fetchone()
            return b"" if record is None else bytes(record["contents"])


def count_waiting(connection: sqlite3.Connection) -> int:
    """Return the number of files that wait for their folder, including those without contents yet."""
    (count,) = connection.execute(
        """
        SELECT count(*) FROM handoff LEFT JOIN run USING (run_id)
        WHERE contents IS NOT NULL OR ended_at IS NOT NULL
        """
    ).fetchone()
    return int(count)
