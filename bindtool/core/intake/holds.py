"""Rows that come into a sheet, or get another id or label, held where somebody should look at them first.

Owns which look comes when: what was bound before goes before what a label is used for. The reasons are those of
`bound_before` and `label_use`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bindtool.core.intake.label_use import LabelUse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bindtool.core.common.errors import StoreFailed
    from bindtool.core.intake.bound_before import BoundBefore
    from bindtool.core.labels.labeller import Labeller
    from bindtool.core.model.channel import Channel
    from bindtool.core.model.row import Row
    from bindtool.core.sheet.sheet import Sheet
    from bindtool.core.store import Store


class Doubts:
    """Looks at rows.

    Args:
        store: the open database.
        failed: hears that it can't be read.
        bound_before: what the ledger knows of devices.
    """

    def __init__(self, store: Store, failed: Callable[[StoreFailed], None], bound_before: BoundBefore) -> None:
        self._bound_before = bound_before
        self._label_use = LabelUse(store, failed)

    def hold(self, channel: Channel | None, sheet: Sheet, rows: Sequence[Row], labels: Labeller) -> tuple[Row, ...]:
        """Return rows that are new in `sheet`, or have another id or label than there, held where there is a doubt.

        Who has let a device go that was bound before is not asked again for another label.
        """
        others = [row for row in rows if row.number not in sheet or sheet[row.number].device_id != row.device_id]
        looked_up = {row.number: row for row in self._bound_before.hold(channel, others)}
        known = [looked_up.get(row.number, row) for row in rows]
        return self._label_use.hold(channel, sheet, known, labels)
