"""The open database, as seen by the rest of the program, with a thread that writes and a connection that reads.

It opens and closes the file and has a part for each family of tables, which are in `tables`. Writing returns a
future that resolves once the data is on disk; reading returns the committed data at once. Every failure is a
StoreFailed.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

from bindtool.core.store import schema
from bindtool.core.store.connection import Reader, files_of, open_for_writing, transaction
from bindtool.core.store.copies import Copies
from bindtool.core.store.errors import failing_as_store
from bindtool.core.store.tables.benches import Benches
from bindtool.core.store.tables.bindings import Bindings
from bindtool.core.store.tables.channels import Channels
from bindtool.core.store.tables.handoffs import Handoffs
from bindtool.core.store.tables.labels import Labels
from bindtool.core.store.tables.last_answers import LastAnswers
from bindtool.core.store.tables.runs import Runs
from bindtool.core.store.tables.sheets import Sheets, recover
from bindtool.core.store.writer import Writer

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from bindtool.core.common.clock import Clock
    from bindtool.core.common.data_folder import KnownFile


class Store:
    """An open database. Thread-safe; the data folder's lock excludes other writers.

    Futures fail with StoreFailed: "store.disk_full", "store.unwritable", "store.damaged", "store.failed", or
    "store.gone" (it was written, and the path leads elsewhere by now); for rows, and for requests that are not
    sent, also "folder.lock_lost". They can't be cancelled. Reading raises "store.damaged" and "store.failed".

    Attributes:
        path: the path of the file, for `History`.
        copies: its copies.
        sheets: sheets and their rows.
        runs: requests and answers.
        ledger: all bindings ever made, and since when some may be missing.
        answers: the latest answer of each device.
        labels: the labels assigned before.
        channels: facts about channels.
        benches: entries that this bench shares, and those that others have shared.
        handoffs: files of runs that wait for their folder.
    """

    def __init__(self, path: Path, clock: Clock, lock: KnownFile | None = None, copies: Path | None = None) -> None:
        """Open the database at `path`, created if missing; migrate it and recover from a crash.

        `lock`: the file that excludes other writers, from `DataFolder.writing`. `copies`: the folder of its copies;
        None for no copies.

        Raises:
            StoreFailed: "store.newer", "store.unreleased" or "store.damaged" (nothing was touched);
                "store.unwritable", "store.disk_full", "store.failed".
        """
        self.path = path
        self.copies = Copies(path, copies, clock)
        with failing_as_store(path), ExitStack() as undo:
            schema.check(path)
            writing = open_for_writing(path)
            undo.callback(writing.close)
            schema.migrate(writing)
            with transaction(writing):
                recover(writing)
            self._reader = Reader(path)
            undo.callback(self._reader.close)
            self._writer = Writer(writing, path, files_of(path), lock)
            undo.pop_all()
        self.sheets = Sheets(self._reader, self._writer, clock)
        self.runs = Runs(self._reader, self._writer, clock, self.copies)
        self.bindings = Bindings(self._reader, self._writer, clock)
        self.answers = LastAnswers(self._reader, self.bindings)
        self.labels = Labels(self._reader)
        self.channels = Channels(self._reader, self._writer, clock)
        self.benches = Benches(self._reader, self._writer)
        self.handoffs = Handoffs(self._reader, self._writer)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Write pending operations, then close the file. A second call does nothing."""
        self._reader.close()
        # The last connection to close checkpoints the log; a copy only reads.
        self.copies.close()
        self._writer.close()

    @property
    def commits(self) -> int:
        """The number of transactions committed since the store was opened; for the benchmark."""
        return self._writer.commits
