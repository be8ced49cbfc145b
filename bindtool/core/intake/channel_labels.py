"""What gives labels on a channel, with its running numbers where they were left off.

Owns that the ledger is asked once, beside the thread that scans: from then on a number comes from memory.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bindtool.core.labels.labeller import Labeller
from bindtool.core.labels.numbers import Blocks, Counter

if TYPE_CHECKING:
    from bindtool.core.labels.template import LabelTemplate
    from bindtool.core.model.channel import Channel
    from bindtool.core.store import Store


async def channel_labels(
    store: Store, template: LabelTemplate, profile: str, channel: Channel | None, *, shared: bool = False
) -> Labeller:
    """Return what gives labels by `template`; `profile` is the name whose sheets count too, "" for none.

    `shared`: benches have a ledger that gives each of them numbers of its own; no others are used then.

    Raises:
        StoreFailed: the database can't be read.
    """
    if not template.numbered:
        return Labeller(template)
    given = await asyncio.to_thread(store.numbers, template, profile, channel)
    if shared and channel is not None:
        return Labeller(template, Blocks(store.benches.blocks(channel, template.beginning), given))
    return Labeller(template, Counter(max(given, default=0)))
