"""Syncs benches through a folder: each writes its own entries there and reads the others'.

It decides the contents of each file, and records the files read. A ledger is written in parts of `PART` numbers, a
file each: a part once read is not read again, and a run rewrites the last one only. Writing a file is in `files`,
the validation of a line in `core.reports.history_import`. Nothing in the folder is trusted: the entries are in the
store, so a folder that was emptied, moved or restored gets all of them again.
"""

from __future__ import annotations

import logging
import select
from typing import TYPE_CHECKING

from bindtool.core.common.errors import BadInput, LedgerFailed
from bindtool.core.common.output_files import SharedFileName
from bindtool.core.model.channel import Channel, joined_names
from bindtool.core.model.history_records import LedgerKey
from bindtool.core.model.ledger_entry import SharedEntry, SyncCursor
from bindtool.core.reports.history_export import entries_file
from bindtool.core.reports.history_import import read_history
from bindtool.core.shared_ledger.folder.files import FolderFiles, digest_of, writer_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from bindtool.core.shared_ledger.sync_thread import News
    from bindtool.core.store.tables.benches import Benches

logger = logging.getLogger(__name__)

PART = 1000
"""Entries of a file, 450 kB: the amount written for one bound device, and read by each of the others. Files are
found by it again, so it must not change."""

LOOK_INTERVAL = 2.0
"""Seconds between two scans of the folder: a network share does not notify of changes."""


class FolderSync:
    """A `LedgerSync` by a folder.

    Args:
        folder: the shared folder.
        benches: the store of this bench's entries and of those that others share.
        channels: those whose profiles name this folder; entries of others are left out.
        machine: this computer's name.
        news: called with other benches' bindings.
        part_size: numbers of a part; the same for ever.
        look_interval: seconds between two scans of the folder.
    """

    def __init__(
        self,
        folder: Path,
        benches: Benches,
        channels: Sequence[Channel],
        machine: str,
        news: News,
        *,
        part_size: int = PART,
        look_interval: float = LOOK_INTERVAL,
    ) -> None:
        self._files = FolderFiles(folder)
        self._benches = benches
        self._channels = tuple(channels)
        self._machine = machine
        self._news = news
        self._size = part_size
        self._look_interval = look_interval
        self._writer = writer_of(machine)
        # Entries of other channels that were written and read don't count for these.
        self._asked = digest_of(joined_names(self._channels).encode())
        self._bench = ""
        self._mine: dict[int, SharedFileName] = {}
        self._due: set[int] = set()
        self._read: set[SharedFileName] = set()
        self._broken: dict[SharedFileName, tuple[int, int]] = {}
        self._cleared: set[SharedFileName] = set()

    def run(self) -> None:
        """Write pending entries to the folder, and read new ones: these even if nothing can be written.

        Raises:
            LedgerFailed: the folder can't be reached, or not be written to.
            StoreFailed: this bench's own disk fails.
        """
        names = self._files.names()
        if not self._bench:
            self._begin(names)
        self._due |= {part for part, name in self._mine.items() if name not in names}
        problem = self._put_waiting()
        for name in self._unread(names):
            self._take_in(name)
            # There may be many, and meanwhile this bench goes on binding.
            problem = problem or self._put_waiting()
        if problem is not None:
            raise problem

    def wait(self, wake: int, seconds: float) -> None:
        """Return when `wake` can be read, or when the next scan is due."""
        select.select([wake], [], [], min(seconds, self._look_interval))

    def waiting(self) -> int:
        """Return the number of entries not in the folder yet."""
        return self._benches.count(self._channels)

    def close(self) -> None:
        """Forget the known files of the folder; nothing is open."""
        self._bench = ""
        self._read.clear()
        self._broken.clear()

    # ---------------------------------------------------------------- own entries

    def _begin(self, names: frozenset[SharedFileName]) -> None:
        """Determine this bench's files in the folder, and the entries to write there (again)."""
        bench = self._benches.bench_id
        self._files.clear(bench, self._writer)
        self._mine = {}
        for part, count in self._benches.parts(self._channels, self._size).items():
            name, size = self._last_put(bench, part, count)
            if name in names and self._files.stamp(name)[0] == size:
                self._mine[part] = name
            else:
                self._due.add(part)
        self._bench = bench

    def _last_put(self, bench: str, part: int, count: int) -> tuple[SharedFileName, int]:
        """Return the file, and its size, that has `count` entries of a part; a non-existent one for none."""
        cursor = self._benches.cursor(self._cursor_name(part))
        if cursor is None or cursor.key is None or cursor.number != count:
            return SharedFileName(bench, self._writer, part, ""), 0
        return SharedFileName(bench, self._writer, part, cursor.key.bench), cursor.key.entry

    def _put_waiting(self) -> LedgerFailed | None:
        """Write all pending entries to the folder; return the failure, if any."""
        try:
            for part in sorted(self._due):
                self._put_part(part)
            while waiting := self._benches.waiting(self._channels, self._machine, self._size):
                for part in sorted({(entry.key.entry - 1) // self._size for entry in waiting}):
                    self._put_part(part)
        except LedgerFailed as problem:
            return problem
        return None

    def _put_part(self, part: int) -> None:
        entries = self._part(part)
        data = entries_file(entries)
        name = SharedFileName(self._bench, self._writer, part, digest_of(data))
        self._files.put(name, data)
        cursor = SyncCursor(len(entries), LedgerKey(name.digest, len(data)))
        self._benches.take_in((), self._cursor_name(part), cursor).result()
        self._benches.mark_shared(entries).result()
        before = self._mine.get(part, name)
        self._mine[part] = name
        self._due.discard(part)
        if before != name:
            # A ledger only grows, so all of it is in the new one.
            self._files.remove(before)

    def _part(self, part: int) -> tuple[SharedEntry, ...]:
        numbers = range(part * self._size + 1, (part + 1) * self._size + 1)
        return self._benches.all_of(self._channels, self._machine, numbers)

    def _cursor_name(self, part: int) -> str:
        return f"folder told {self._asked} {self._writer} {part}"

    # ---------------------------------------------------------------- entries of others

    def _unread(self, names: frozenset[SharedFileName]) -> list[SharedFileName]:
        self._read &= names | self._cleared
        self._broken = {name: stamp for name, stamp in self._broken.items() if name in names}
        return sorted(names - self._read - set(self._mine.values()), key=str)

    def _take_in(self, name: SharedFileName) -> None:
        ledger_id = f"folder read {self._asked} {name.bench} {name.writer} {name.part}"
        cursor = self._benches.cursor(ledger_id)
        is_mine = (name.bench, name.writer) == (self._bench, self._writer)
        if is_mine or cursor is None or cursor.key is None or cursor.key.bench != name.digest:
            data = self._content(name)
            if data is None:
                return
            begin = 0 if is_mine or cursor is None else _known_bytes(data, cursor)
            entries = _entries(data[begin:], name)
            self._save(entries, ledger_id, SyncCursor(len(data), LedgerKey(name.digest, 0)))
            if is_mine:
                self._clear_up(name, entries)
        self._read.add(name)

    def _content(self, name: SharedFileName) -> bytes | None:
        """Return a file's contents; None if it is incomplete, or can't be read now."""
        stamp = self._files.stamp(name)
        data = None if self._broken.get(name) == stamp else self._files.read(name)
        if data is None or digest_of(data) == name.digest:
            return data
        # Another program writes it in place: it is read again when it has changed.
        logger.info("%s is not whole", name)
        self._broken[name] = stamp
        return None

    def _save(self, entries: Sequence[SharedEntry], ledger_id: str, cursor: SyncCursor) -> None:
        wanted = [entry for entry in entries if any(each.includes(entry.channel) for each in self._channels)]
        news = self._benches.take_in(wanted, ledger_id, cursor).result()
        if news:
            self._news(news)

    def _clear_up(self, name: SharedFileName, entries: Sequence[SharedEntry]) -> None:
        """Delete a file that this bench has written and would have deleted, had it not been stopped.

        A copied data folder on a computer of the same name has a file with entries that this bench has not. Their
        common entries, it may write again; then the file stays.
        """
        if name.part in self._mine and name.part not in self._due:
            ours = {(entry.key, entry.bound_at) for entry in self._part(name.part)}
            if {(entry.key, entry.bound_at) for entry in entries} <= ours:
                self._files.remove(name)
                self._cleared.add(name)


def _known_bytes(data: bytes, cursor: SyncCursor) -> int:
    """Return the number of bytes of a part that were read before: its beginning, if that is unchanged."""
    if cursor.key is None or cursor.number >= len(data):
        return 0
    return cursor.number if digest_of(memoryview(data)[: cursor.number]) == cursor.key.bench else 0


def _entries(data: bytes, name: SharedFileName) -> tuple[SharedEntry, ...]:
    """Return the entries of a file; a bench speaks for itself only."""
    found: list[SharedEntry] = []
    try:
        for page in read_history(data, str(name)):
            found += (entry for entry in page.entries if entry.key.bench == name.bench)
            if page.untaken:
                logger.info("%s: lines not taken: %d", name, len(page.untaken))
    except BadInput:
        logger.info("%s is none of ours", name)
    return tuple(found)
