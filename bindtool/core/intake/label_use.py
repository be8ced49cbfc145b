"""Labels that somebody should look at before they are sent: in use already, or longer than is known to work.

Owns the reasons to hold a row for its label, or to note them. A row that got none since its bench has run out of
running numbers is held too. A label that can't be sent at all is for `device`; which rows of a sheet share one now,
for `sheet`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bindtool.core.common.errors import StoreFailed
from bindtool.core.common.messages import Message
from bindtool.core.sheet.sheet import LABEL_IN_ROW
from bindtool.core.sheet.validation import NO_NUMBER, text_problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from bindtool.core.labels.labeller import Labeller
    from bindtool.core.model.channel import Channel
    from bindtool.core.model.row import Row
    from bindtool.core.sheet.sheet import Sheet
    from bindtool.core.store import Store

LONG = 100
"""Characters. Coze's page names no limit; a name of this length fills three lines of a list, and a longer one is
mostly a sentence that was pasted into the wrong column."""

_BOUND = "reason.label_bound"
_LONG = "reason.label_long"
_NOTES = {LABEL_IN_ROW: "note.label_in_row", _BOUND: "note.label_bound", _LONG: "note.label_long"}
"""What is held for a reason, where somebody has given the label, is only noted, where the template has made it."""
_OURS = frozenset({*_NOTES, NO_NUMBER})
_TWO = 2


class LabelUse:
    """Who has which label on a channel.

    Args:
        store: the open database.
        failed: hears that the ledger can't be read; only the sheet counts then, since a scan waits for nobody.
    """

    def __init__(self, store: Store, failed: Callable[[StoreFailed], None]) -> None:
        self._store = store
        self._failed = failed

    def hold(self, channel: Channel | None, sheet: Sheet, rows: Sequence[Row], labels: Labeller) -> tuple[Row, ...]:
        """Return the rows, held where somebody should look at their label; they are new in `sheet` or changed.

        A row that is held for something else stays so. A label that the profile's template has made is only noted:
        where the ids end alike, every scan would be held, and the technician did not choose it. One that it gives
        every device alike is meant to be used again.
        """
        tells_apart = labels.template.tells_apart
        judged = [row for row in rows if row.label and (tells_apart or not labels.gave(row))]
        asked = {row.label for row in judged}
        bound = self._bound(channel, asked)
        changed = {row.number for row in rows}
        near = {label: _two(row for row in sheet.with_label(label) if row.number not in changed) for label in asked}
        reasons: dict[int, Message | None] = {}
        for row in judged:
            beside = near[row.label]
            reasons[row.number] = _reason(row, bound.get(row.label, ()), beside)
            if len(beside) < _TWO and all(other.device_id != row.device_id for other in beside):
                beside.append(row)
        if labels.out_of_numbers:
            reasons |= {row.number: Message.of(NO_NUMBER) for row in rows if lacks_label(row)}
        return tuple(_marked(row, reasons.get(row.number), labels) for row in rows)

    def _bound(self, channel: Channel | None, labels: Iterable[str]) -> Mapping[str, tuple[str, str]]:
        if channel is None:
            return {}
        try:
            return self._store.label_holders(channel, labels)
        except StoreFailed as error:
            self._failed(error)
            return {}


def lacks_label(row: Row) -> bool:
    """Tell whether a row has a device and no label for it."""
    return not row.label and text_problem(row.device_id, row.arrived) is None


def _two(rows: Iterable[Row]) -> list[Row]:
    """Return the first of `rows` and the first with another id: enough to find somebody but a certain device."""
    found: dict[str, Row] = {}
    for row in rows:
        found.setdefault(row.device_id, row)
        if len(found) == _TWO:
            break
    return list(found.values())


def _reason(row: Row, bound: Iterable[str], near: Iterable[Row]) -> Message | None:
    if len(row.label) > LONG:
        return Message.of(_LONG, length=len(row.label), limit=LONG)
    for device_id in bound:
        if device_id != row.device_id:
            return Message.of(_BOUND, device_id=device_id)
    for other in near:
        if other.device_id != row.device_id:
            return Message.of(LABEL_IN_ROW, row=other.number)
    return None


def _marked(row: Row, reason: Message | None, labels: Labeller) -> Row:
    held, note = (None, reason) if reason is not None and labels.gave(row) else (reason, None)
    if row.held is not None and row.held.id not in _OURS:
        held = row.held
    if note is not None:
        note = Message(_NOTES[note.id], note.parameters)
    elif row.note is not None and row.note.id not in _NOTES.values():
        note = row.note
    return row if (row.held, row.note) == (held, note) else replace(row, held=held, note=note)
