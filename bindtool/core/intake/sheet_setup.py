"""What a sheet starts with: its channel's labels, and the rows that were scanned before there was a profile."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from bindtool.core.labels.labeller import Labeller
from bindtool.core.labels.numbers import Blocks, Counter

if TYPE_CHECKING:
    from bindtool.core.intake.holds import HoldRules
    from bindtool.core.labels.template import LabelTemplate
    from bindtool.core.model.channel import Channel
    from bindtool.core.model.row import SheetHead
    from bindtool.core.profiles.profile import Profile
    from bindtool.core.store import Store


async def adopt(store: Store, profile: Profile, hold_rules: HoldRules) -> SheetHead | None:
    """Assign the sheet that has no profile yet to `profile` and return its head; None if none has rows.

    Raises:
        StoreFailed: it can't be written; the sheet still has no profile.
    """
    unassigned = store.sheets.current(profile="")
    rows = store.sheets.load(unassigned.sheet_id) if unassigned is not None else ()
    if unassigned is None or not rows:
        return None
    looked_up = hold_rules.hold_bound(profile.channel, rows)
    held = [row for row, before in zip(looked_up, rows, strict=True) if row is not before]
    if held:
        await asyncio.wrap_future(store.sheets.save(unassigned.sheet_id, held))
    head = replace(unassigned, profile=profile.name)
    await asyncio.wrap_future(store.sheets.update(head))
    return head


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
    given = await asyncio.to_thread(store.labels.numbers, template, profile, channel)
    if shared and channel is not None:
        return Labeller(template, Blocks(store.benches.blocks(channel, template.beginning), given))
    return Labeller(template, Counter(max(given, default=0)))
