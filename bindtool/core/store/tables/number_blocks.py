"""Running numbers that only this bench may give: blocks that a shared ledger has reserved for it.

Owns the statements. When a block is asked for is for `shared_ledger`, which numbers of it are used for
`core.running_numbers`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bindtool.core.store.tables.codec import channel_columns, storable

if TYPE_CHECKING:
    import sqlite3

    from bindtool.core.model.channel import Channel


def keep(connection: sqlite3.Connection, channel: Channel, series: str, block: range) -> None:
    """Keep a block of a series on a channel."""
    connection.execute(
        "INSERT INTO number_block VALUES (?, ?, ?, ?, ?, ?, ?)",
        (*channel_columns(channel), storable(series), block.start, block.stop - 1),
    )


def blocks(connection: sqlite3.Connection, channel: Channel, series: str) -> tuple[range, ...]:
    """Return the blocks of a series on a channel, ascending."""
    records = connection.execute(
        """
        SELECT first, last FROM number_block
        WHERE site = ? AND connector_id = ? AND key = ? AND user_id = ? AND series = ? ORDER BY first
        """,
        (*channel_columns(channel), storable(series)),
    )
    return tuple(range(first, last + 1) for first, last in records)
