"""What a sheet starts with: its channel's labels and signs, and the rows scanned before there was a profile."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from bindtool.core.intake.holds import reason_of
from bindtool.core.intake.id_rules import signs_of
from bindtool.core.labels.labeller import Labeller
from bindtool.core.labels.numbers import Blocks, Counter
from bindtool.core.labels.template import LabelFrom

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bindtool.core.labels.template import LabelTemplate
    from bindtool.core.model.channel import Channel
    from bindtool.core.model.row import Row, SheetHead
    from bindtool.core.profiles.profile import Profile
    from bindtool.core.store import Store

_NEWEST = 1000
"""Bound ids: more than enough to know their signs."""


async def adopt(store: Store, profile: Profile) -> SheetHead | None:
    """Assign the sheet that has no profile yet to `profile` and return its head; None if none has rows.

    Raises:
        StoreFailed: it can't be read or written; the sheet still has no profile.
    """
    found = await asyncio.to_thread(_unassigned, store, profile)
    if found is None:
        return None
    unassigned, held = found
    if held:
        await asyncio.wrap_future(store.sheets.save(unassigned.sheet_id, held))
    head = replace(unassigned, profile=profile.name)
    await asyncio.wrap_future(store.sheets.update(head))
    return head


def _unassigned(store: Store, profile: Profile) -> tuple[SheetHead, Sequence[Row]] | None:
    """Return the sheet without a profile that has rows, and as held ones those that were bound on the channel."""
    head = store.sheets.current(profile="")
    rows = store.sheets.load(head.sheet_id) if head is not None else ()
    if head is None or not rows:
        return None
    known = store.ledger.bound_before(profile.channel, [row.device_id for row in rows])
    found = (row for row in rows if row.device_id in known)
    return head, [replace(row, held=reason_of(known[row.device_id], row.added_at)) for row in found]


async def channel_labels(
    store: Store,
    template: LabelTemplate,
    profile: str,
    channel: Channel | None,
    *,
    shared: bool = False,
    label_from: LabelFrom = LabelFrom.TEMPLATE,
) -> Labeller:
    """Return what gives labels by `template`; `profile` is the name whose sheets count too, "" for none.

    `shared`: benches have a ledger that gives each of them numbers of its own; no others are used then.
    `label_from`: where the labels of scanned devices come from.

    Raises:
        StoreFailed: the database can't be read.
    """
    if not template.numbered:
        return Labeller(template, label_from=label_from)
    given = await asyncio.to_thread(store.labels.numbers, template, profile, channel)
    if shared and channel is not None:
        blocks = await asyncio.to_thread(store.benches.blocks, channel, template.beginning)
        return Labeller(template, Blocks(blocks, given), label_from)
    return Labeller(template, Counter(max(given, default=0)), label_from)


def channel_signs(store: Store, channel: Channel | None) -> frozenset[str]:
    """Return the signs that ids of a channel have, see `signs_of`.

    Raises:
        StoreFailed: the database can't be read.
    """
    return frozenset() if channel is None else signs_of(store.ledger.newest_ids(channel, _NEWEST))
