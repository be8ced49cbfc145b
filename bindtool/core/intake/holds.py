"""Rows held where somebody should look at them first: bound before, twice but for its case, or a doubtful label.

Ids that look wrong by themselves are held by `id_rules`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from bindtool.core.common.errors import StoreFailed
from bindtool.core.common.safe_text import hides_something, visible
from bindtool.core.model.device import caseless
from bindtool.core.model.row import Hold, HoldReason, Note, NoteReason, Row
from bindtool.core.sheet.status import text_problem

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping, Sequence
    from datetime import datetime

    from bindtool.core.labels.labeller import Labeller
    from bindtool.core.model.channel import Channel
    from bindtool.core.sheet.sheet import Sheet
    from bindtool.core.store import LedgerEntry, Store

T = TypeVar("T")

LONG = 100
"""Characters. Coze's page names no limit; a name of this length fills three lines of a list, and a longer one is
mostly a sentence that was pasted into the wrong column."""

_NOTES = {
    HoldReason.LABEL_IN_ROW: NoteReason.LABEL_IN_ROW,
    HoldReason.LABEL_BOUND: NoteReason.LABEL_BOUND,
    HoldReason.LABEL_LONG: NoteReason.LABEL_LONG,
}
"""The reason to hold a row whose label a person gave, and the note instead where the template made the label."""
_LABEL_REASONS = frozenset({*_NOTES, HoldReason.LABEL_UNSEEN, HoldReason.NO_NUMBER})
_TWO = 2


class HoldRules:
    """Holds rows for all reasons of this module.

    Args:
        store: the open database.
        failed: called where it can't be read: no device and no label counts as known then, but those of the sheet,
            since a scan must not wait.
    """

    def __init__(self, store: Store, failed: Callable[[StoreFailed], None]) -> None:
        self._store = store
        self._failed = failed

    def find(self, channel: Channel | None, device_id: str) -> LedgerEntry | None:
        """Return the latest entry of a device on a channel, None for none."""
        return self._entries(channel, [device_id]).get(device_id)

    def hold(self, channel: Channel | None, sheet: Sheet, rows: Sequence[Row], labels: Labeller) -> tuple[Row, ...]:
        """Return rows that are new in `sheet`, or have another id or label than there, held where there is a doubt.

        Whoever has released a device that was bound before is not asked again because of another label.
        """
        others = [row for row in rows if row.number not in sheet or sheet[row.number].device_id != row.device_id]
        looked_up = {row.number: row for row in self.hold_bound(channel, others)}
        looked_up |= {row.number: row for row in hold_other_case(sheet, tuple(looked_up.values()))}
        known = [looked_up.get(row.number, row) for row in rows]
        return self.hold_labels(channel, sheet, known, labels)

    def hold_bound(self, channel: Channel | None, rows: Sequence[Row]) -> tuple[Row, ...]:
        """Return the rows, held where their device was bound on `channel` before, whatever held them else."""
        known = self._entries(channel, [row.device_id for row in rows])
        return tuple(
            replace(row, held=reason_of(known[row.device_id], row.added_at)) if row.device_id in known else row
            for row in rows
        )

    def hold_labels(
        self, channel: Channel | None, sheet: Sheet, rows: Sequence[Row], labels: Labeller
    ) -> tuple[Row, ...]:
        """Return the rows, held where somebody should look at their label; they are new in `sheet` or changed.

        A row that is held for something else stays so. A label that the profile's template has made is only noted:
        where the ids end alike, every scan would be held, and the technician did not choose it. One that it gives
        every device alike is meant to be used again.
        """
        tells_apart = labels.template.tells_apart
        judged = [row for row in rows if row.label and (tells_apart or not labels.made_label_of(row))]
        wanted = Counter(row.label for row in judged)
        bound = self._read(channel, lambda known: self._store.labels.holders(known, wanted))
        alike: dict[str, list[Row]] = {}
        if len(sheet):
            changed = {row.number for row in rows}
            alike = {label: _two(sheet.with_label(label), changed) for label in wanted}
        # Nearly all labels of a list are of one device.
        holders = {
            label: alike.get(label, [])
            for label, count in wanted.items()
            if count > 1 or label in bound or len(label) > LONG or alike.get(label)
        }
        reasons: dict[int, Hold | None] = {}
        for row in [row for row in judged if row.label in holders] if holders else ():
            same_label = holders[row.label]
            reasons[row.number] = _reason(row, bound.get(row.label, ()), same_label)
            if len(same_label) < _TWO and all(other.device_id != row.device_id for other in same_label):
                same_label.append(row)
        reasons |= _unseen_labels(judged, labels)
        if labels.out_of_numbers:
            lacking = (row for row in rows if lacks_label(row) and labels.gives(row.source))
            reasons |= {row.number: Hold.of(HoldReason.NO_NUMBER) for row in lacking}
        # Nearly all rows have no mark and get none.
        return tuple(
            row
            if row.held is None and row.note is None and row.number not in reasons
            else _marked(row, reasons.get(row.number), labels)
            for row in rows
        )

    def _entries(self, channel: Channel | None, device_ids: Sequence[str]) -> Mapping[str, LedgerEntry]:
        return self._read(channel, lambda known: self._store.ledger.bound_before(known, device_ids))

    def _read(self, channel: Channel | None, ask: Callable[[Channel], Mapping[str, T]]) -> Mapping[str, T]:
        try:
            return {} if channel is None else ask(channel)
        except StoreFailed as error:
            self._failed(error)
            return {}


def hold_other_case(sheet: Sheet, rows: Sequence[Row]) -> tuple[Row, ...]:
    """Return rows that are new in `sheet` or changed, held where another row has their id but for its case.

    A scanner's Caps Lock or a list that was typed makes two of one device; the first one goes. A row that is held
    for something else stays so.
    """
    keys = [caseless(row.device_id) for row in rows]
    if not len(sheet) and len(set(keys)) == len(keys):
        # As nearly every list is.
        return tuple(rows)
    changed = {row.number for row in rows}
    alike: dict[str, list[Row]] = {}
    held: dict[int, Hold] = {}
    for key, row in zip(keys, rows, strict=True):
        if key not in alike:
            alike[key] = [*_two(sheet.alike(key), changed), row]
        other = next((one for one in alike[key] if one.device_id != row.device_id), None)
        if other is not None and row.held is None and text_problem(row) is None:
            held[row.number] = Hold.of(HoldReason.OTHER_CASE, row=other.number)
    return tuple(replace(row, held=held[row.number]) if row.number in held else row for row in rows)


def hold_unseen_labels(rows: Sequence[Row], labels: Labeller) -> tuple[Row, ...]:
    """Return rows, held where nothing else holds them and their label has what nobody can see."""
    unseen = _unseen_labels((row for row in rows if row.held is None), labels)
    return tuple(replace(row, held=unseen[row.number]) if row.number in unseen else row for row in rows)


def _unseen_labels(rows: Iterable[Row], labels: Labeller) -> dict[int, Hold]:
    """Return why rows are held, by number; what the profile's template has in it was put there on purpose."""
    found = [row for row in rows if hides_something(row.label)]
    return {
        row.number: Hold.of(HoldReason.LABEL_UNSEEN, text=visible(row.label))
        for row in found
        if not labels.made_label_of(row)
    }


def lacks_label(row: Row) -> bool:
    """Tell whether a row has a device and no label for it."""
    return not row.label and text_problem(row) is None


def _two(rows: Iterable[Row], but: Container[int]) -> list[Row]:
    """Return the first of `rows` and the first with another id: one of them is always another device.

    `but`: numbers of rows that do not count.
    """
    found: dict[str, Row] = {}
    for row in rows:
        if row.number not in but:
            found.setdefault(row.device_id, row)
        if len(found) == _TWO:
            break
    return list(found.values())


def _reason(row: Row, bound: Iterable[str], same_label: Iterable[Row]) -> Hold | None:
    if len(row.label) > LONG:
        return Hold.of(HoldReason.LABEL_LONG, length=len(row.label), limit=LONG)
    for device_id in bound:
        if device_id != row.device_id:
            return Hold.of(HoldReason.LABEL_BOUND, device_id=device_id)
    for other in same_label:
        if other.device_id != row.device_id:
            return Hold.of(HoldReason.LABEL_IN_ROW, row=other.number)
    return None


def _marked(row: Row, held: Hold | None, labels: Labeller) -> Row:
    note = None
    if held is not None and labels.made_label_of(row):
        note = Note(_NOTES[held.reason], held.parameters)
        held = None
    if row.held is not None and row.held.reason not in _LABEL_REASONS:
        held = row.held
    if note is None and row.note is not None and row.note.reason not in _NOTES.values():
        note = row.note
    return row if (row.held, row.note) == (held, note) else replace(row, held=held, note=note)


def day_words(day: datetime, now: datetime) -> str:
    """Return a day as people write it on the day `now`: without the year, unless it is another one."""
    return f"{day:%m-%d}" if day.year == now.year else f"{day:%Y-%m-%d}"


def who_words(machine: str, operator: str) -> str:
    """Return another bench as people say it: its computer, and the person at it."""
    return f"{machine}, {operator}" if operator else machine


def reason_of(entry: LedgerEntry, now: datetime) -> Hold:
    """Say when, where and as what a device was bound before, for its row, which is held."""
    date = day_words(entry.bound_at, now)
    if entry.machine:
        who = who_words(entry.machine, entry.operator)
        return Hold.of(HoldReason.BOUND_THERE, date=date, who=who, label=entry.label)
    return Hold.of(HoldReason.BOUND_BEFORE, date=date, label=entry.label)
