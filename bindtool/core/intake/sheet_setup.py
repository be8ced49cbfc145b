"""Prepares a sheet: its channel's labels and signs, and the rows scanned before there was a profile.

`core/labels/labeller.py` makes the labels.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from bindtool.core.intake.holds import reason_of
from bindtool.core.intake.id_judge import signs_of
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
"""Number of bound ids: more than enough to find their signs."""


async def adopt(store: Store, profile: Profile) -> SheetHead | None:
    """Assign the sheet without a profile to `profile` and return its head; None if there is none with rows.

    Raises:
        StoreFailed: the database can't be read or written; the sheet still has no profile.
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
    """Return the sheet without a profile, if it has rows, and its rows bound on the channel before, as held."""
    head = store.sheets.current(profile="")
    rows = store.sheets.load(head.sheet_id) if head is not None else ()
    if head is None or not rows:
        return None
    known = store.bindings.bound_before(profile.channel, [row.device_id for row in rows])
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
    """Return the labeller for `template`; the numbers used in sheets of `profile` count too, "" for none.

    `shared`: benches have a ledger that assigns numbers to each; only these are used then. `label_from`: the source
    of the labels of scanned devices.

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
    """Return the signs normal in a channel's ids, see `signs_of`.

    Raises:
        StoreFailed: the database can't be read.
    """
    return frozenset() if channel is None else signs_of(store.bindings.newest_ids(channel, _NEWEST))
