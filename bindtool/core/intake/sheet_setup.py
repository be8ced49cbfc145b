"""The sheet that was begun before there was a profile, given to the first one that is opened.

Owns that its rows are looked up then: without a channel nobody could tell whether they were bound before.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bindtool.core.intake.bound_before import BoundBefore
    from bindtool.core.model.row import SheetHead
    from bindtool.core.profiles.profile import Profile
    from bindtool.core.store import Store


async def adopt(store: Store, profile: Profile, bound_before: BoundBefore) -> SheetHead | None:
    """Give the sheet without a profile to `profile` and return its head; None where there is none with rows.

    Raises:
        StoreFailed: it can't be written; it has no profile still.
    """
    orphan = store.current_sheet(profile="")
    rows = store.load(orphan.sheet_id) if orphan is not None else ()
    if orphan is None or not rows:
        return None
    looked_up = bound_before.hold(profile.channel, rows)
    held = [row for row, before in zip(looked_up, rows, strict=True) if row is not before]
    if held:
        await asyncio.wrap_future(store.save(orphan.sheet_id, held))
    head = replace(orphan, profile=profile.name)
    await asyncio.wrap_future(store.update_head(head))
    return head
