"""The part of the store for what benches share with one another; `Store.benches` has it.

As with the store itself, writing returns a future that resolves once the disk has it, and reading returns at once
with what is committed. The statements are in `tables.outbox` and `tables.remote_entries`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bindtool.core.store.tables import outbox, remote_entries, search

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from concurrent.futures import Future
    from datetime import datetime

    from bindtool.core.model.channel import Channel
    from bindtool.core.model.ledger_entry import SharedEntry, SyncCursor
    from bindtool.core.store.connection import Reader
    from bindtool.core.store.writer import Writer

_ALL = range(1, 2**63 - 1)


class SharedTables:
    """What this bench has to share, and what others have shared. Any thread may use it; it fails as the store."""

    def __init__(self, reader: Reader, writer: Writer) -> None:
        self._reader = reader
        self._writer = writer

    @property
    def bench_id(self) -> str:
        """The name that this data folder was given for good."""
        return self._reader.read(search.bench_id)

    # own entries

    def waiting(self, channels: Sequence[Channel], machine: str, limit: int) -> tuple[SharedEntry, ...]:
        """Return entries of these channels that wait to be shared, the oldest first.

        `machine`: this computer's name.
        """
        return self._reader.read(outbox.waiting, channels, machine, limit)

    def all_of(self, channels: Sequence[Channel], machine: str, numbers: range = _ALL) -> tuple[SharedEntry, ...]:
        """Return all that this bench ever bound on these channels, the oldest first; those of some numbers only."""
        return self._reader.read(outbox.all_of, channels, machine, numbers)

    def parts(self, channels: Sequence[Channel], size: int) -> Mapping[int, int]:
        """Return how many entries of these channels each part of this ledger has that has any.

        Part 0 has the numbers from 1 to `size`. Each is counted by itself: nobody waits for all of them.
        """
        counts = {}
        for part in range(-(-self._reader.read(outbox.last) // size)):
            numbers = range(part * size + 1, (part + 1) * size + 1)
            counts[part] = self._reader.read(outbox.count_of, channels, numbers)
        return {part: count for part, count in counts.items() if count}

    def count(self, channels: Sequence[Channel]) -> int:
        """Return how many entries of these channels wait to be shared."""
        return self._reader.read(outbox.count, channels)

    def mark_shared(self, entries: Sequence[SharedEntry]) -> Future[None]:
        """Write that others know these entries of this bench now."""
        return self._writer.submit(outbox.mark_shared, [entry.key.entry for entry in entries])

    # entries of others

    def take_in(
        self,
        entries: Sequence[SharedEntry],
        ledger_id: str = "",
        cursor: SyncCursor | None = None,
        shared: Sequence[SharedEntry] = (),
    ) -> Future[tuple[SharedEntry, ...]]:
        """Write entries of others, and how far a ledger was read with them; the future brings those that were news.

        In the same step, `shared`: entries of this bench that others know now.
        """
        mine = [entry.key.entry for entry in shared]
        return self._writer.submit(remote_entries.take_in, tuple(entries), ledger_id, cursor, mine)

    @property
    def any_remote(self) -> bool:
        """Whether there are entries of any other bench."""
        return self._reader.read(remote_entries.any_remote)

    def any_between(self, begin: datetime, end: datetime) -> bool:
        """Tell whether others have bound anything in a span."""
        return self._reader.read(remote_entries.any_between, begin, end)

    def cursor(self, ledger_id: str) -> SyncCursor | None:
        """Return how far a ledger was read; None where it never was."""
        return self._reader.read(remote_entries.cursor, ledger_id)

    def begin_anew(self, ledger_id: str, channels: Sequence[Channel]) -> Future[None]:
        """Write that a ledger, new or set back, is to be read from its beginning and gets all of these channels."""
        return self._writer.submit(remote_entries.begin_anew, ledger_id, tuple(channels))

    # running numbers

    def keep_block(self, channel: Channel, series: str, block: range) -> Future[None]:
        """Write that the running numbers of a block are this bench's."""
        return self._writer.submit(outbox.keep_block, channel, series, block)

    def blocks(self, channel: Channel, series: str) -> tuple[range, ...]:
        """Return this bench's blocks of a series on a channel, ascending."""
        return self._reader.read(outbox.blocks, channel, series)
