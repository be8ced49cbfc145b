"""The open database as the rest of the program sees it, with a thread that writes and a connection that reads.

It opens and closes the file and has a part for each family of tables, which are in `tables`. Writing returns a
future that resolves once the disk has it; reading returns at once with what is committed. Every failure is a
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
from bindtool.core.store.tables.channels import Channels
from bindtool.core.store.tables.handoffs import Handoffs
from bindtool.core.store.tables.labels import Labels
from bindtool.core.store.tables.last_answers import LastAnswers
from bindtool.core.store.tables.ledger import Ledger
from bindtool.core.store.tables.runs import Runs
from bindtool.core.store.tables.sheets import Sheets, recover
from bindtool.core.store.writer import Writer

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from bindtool.core.common.clock import Clock
    from bindtool.core.common.data_folder import KnownFile


class Store:
    """An open database. Any thread may use it; the data folder's lock sees to it that nobody else writes.

    Futures fail with StoreFailed: "store.disk_full", "store.unwritable", "store.damaged", "store.failed", or
    "store.gone" (it was written, and the path leads elsewhere by now); for rows, and for requests that do not
    leave, also "folder.lock_lost". They can't be cancelled. Reading raises "store.damaged" and "store.failed".

    Attributes:
        path: where the file lies, for `History`.
        copies: its copies.
        sheets: sheets and their rows.
        runs: what was sent and what came back.
        ledger: what was ever bound, and since when some of it may be missing.
        answers: the latest answer of each device.
        labels: which labels were given before.
        channels: what is known of channels.
        benches: what this bench shares with others, and what they have shared.
        handoffs: files of runs that wait for their folder.
    """

    def __init__(self, path: Path, clock: Clock, lock: KnownFile | None = None, copies: Path | None = None) -> None:
        """Open the database at `path`, made if it is missing; bring it up to date and true after a crash.

        `lock`: the file that keeps others from writing, as `DataFolder.writing` gives it. `copies`: the folder
        of its copies; None where none are made.

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
        self.ledger = Ledger(self._reader, self._writer, clock)
        self.answers = LastAnswers(self._reader, self.ledger)
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
        """Write what waits, then close the file. A second call does nothing."""
        self._reader.close()
        # Whoever closes a file last takes its log in; a copy only reads.
        self.copies.close()
        self._writer.close()

    @property
    def commits(self) -> int:
        """How many transactions were committed since the store was opened; for the benchmark."""
        return self._writer.commits
