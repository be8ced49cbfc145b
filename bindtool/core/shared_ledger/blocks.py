"""Running numbers for this bench alone: reserved in the shared ledger, kept on the disk, given from memory.

Owns how many are reserved at a time, and the asking. Which of them are used is for `core.running_numbers`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bindtool.core.common.concurrency import aside

if TYPE_CHECKING:
    from collections.abc import Callable

    from bindtool.core.model.channel import Channel
    from bindtool.core.shared_ledger.protocols import Server
    from bindtool.core.store.shared import Benches

BLOCK = 500
"""Numbers a block: with the next one asked for at half of it, a bench that is cut off goes on for 250 devices."""


async def reserve(
    connect: Callable[[], Server], benches: Benches, channel: Channel, series: str, above: int
) -> range:
    """Return a new block of a series, once this bench's disk has it.

    Args:
        connect: makes a connection; raises LedgerFailed.
        benches: keeps the block.
        channel: whose labels have the numbers.
        series: what those labels begin with.
        above: the highest number that is known to be used.

    Raises:
        LedgerFailed: the server can't be had.
        StoreFailed: this bench's own disk fails; the numbers of the block are given by nobody then.
    """

    def ask() -> range:
        server = connect()
        try:
            block = server.reserve(channel, series, benches.bench_id, BLOCK, above)
        finally:
            server.close()
        benches.keep_block(channel, series, block).result()
        return block

    return await aside(ask, name="ledger-numbers")
