"""Holds rows for confirmation: bound before, a duplicate except for case, or a doubtful label.

`id_judge` holds ids that look wrong by themselves.
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
    from bindtool.core.store import BindingRecord, Store

T = TypeVar("T")

LONG = 100
"""Characters. Coze's page gives no limit; a name of this length fills three lines of a list, and longer text is
mostly a sentence pasted into the wrong column."""

_NOTES = {
    HoldReason.LABEL_IN_ROW: NoteReason.LABEL_IN_ROW,
    HoldReason.LABEL_BOUND: NoteReason.LABEL_BOUND,
    HoldReason.LABEL_LONG: NoteReason.LABEL_LONG,
}
"""The reason to hold a row with a label from the user, and the note used instead for a label from the template."""
_LABEL_REASONS = frozenset({*_NOTES, HoldReason.LABEL_UNSEEN, HoldReason.NO_NUMBER})
_TWO = 2


class HoldRules:
    """Holds rows for all reasons of this module.

    Args:
        store: the open database.
        failed: called if it can't be read: then only the devices and labels of the sheet count as known, since a
            scan must not wait.
    """

    def __init__(self, store: Store, failed: Callable[[StoreFailed], None]) -> None:
        self._store = store
        self._failed = failed

    def find(self, channel: Channel | None, device_id: str) -> BindingRecord | None:
        """Return the latest entry of a device on a channel, None for none."""
        return self._entries(channel, [device_id]).get(device_id)

    def hold(self, channel: Channel | None, sheet: Sheet, rows: Sequence[Row], labels: Labeller) -> tuple[Row, ...]:
        """Return rows that are new or changed in `sheet`, held if they are doubtful.

        A released row of a device that was bound before is not held again because of another label.
        """
        others = [row for row in rows if row.number not in sheet or sheet[row.number].device_id != row.device_id]
        looked_up = {row.number: row for row in self.hold_bound(channel, others)}
        looked_up |= {row.number: row for row in hold_other_case(sheet, tuple(looked_up.values()))}
        known = [looked_up.get(row.number, row) for row in rows]
        return self.hold_labels(channel, sheet, known, labels)

    def hold_bound(self, channel: Channel | None, rows: Sequence[Row]) -> tuple[Row, ...]:
        """Return the rows, held if their device was bound on `channel` before, replacing any other hold."""
        known = self._entries(channel, [row.device_id for row in rows])
        return tuple(
            replace(row, held=reason_of(known[row.device_id], row.added_at)) if row.device_id in known else row
            for row in rows
        )

    def hold_labels(
        self, channel: Channel | None, sheet: Sheet, rows: Sequence[Row], labels: Labeller
    ) -> tuple[Row, ...]:
        """Return the rows, which are new or changed in `sheet`, held if their label needs confirmation.

        A row held for another reason stays so. A label from the profile's template is only noted: if ids end alike,
        every scan would be held, and the technician did not choose the label. A constant template, with the same
        label for every device, is meant to repeat it.
        """
        tells_apart = labels.template.tells_apart
        judged = [row for row in rows if row.label and (tells_apart or not labels.made_label_of(row))]
        wanted = Counter(row.label for row in judged)
        bound = self._read(channel, lambda known: self._store.labels.holders(known, wanted))
        alike: dict[str, list[Row]] = {}
        if len(sheet):
            changed = {row.number for row in rows}
            alike = {label: _two(sheet.with_label(label), changed) for label in wanted}
        # Nearly all labels of a list occur with one device only.
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
        # Nearly all rows have neither hold nor note and get none.
        return tuple(
            row
            if row.held is None and row.note is None and row.number not in reasons
            else _marked(row, reasons.get(row.number), labels)
            for row in rows
        )

    def _entries(self, channel: Channel | None, device_ids: Sequence[str]) -> Mapping[str, BindingRecord]:
        return self._read(channel, lambda known: self._store.bindings.bound_before(known, device_ids))

    def _read(self, channel: Channel | None, ask: Callable[[Channel], Mapping[str, T]]) -> Mapping[str, T]:
        try:
            return {} if channel is None else ask(channel)
        except StoreFailed as error:
            self._failed(error)
            return {}


def hold_other_case(sheet: Sheet, rows: Sequence[Row]) -> tuple[Row, ...]:
    """Return rows, new or changed in `sheet`, held if another row has the same id except for case.

    A scanner's Caps Lock or a typed list duplicates a device; the first row is sent. A row held for another reason
    stays so.
    """
    keys = [caseless(row.device_id) for row in rows]
    if not len(sheet) and len(set(keys)) == len(keys):
        # The case of nearly every list.
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
    """Return rows, held if not held otherwise and if their label contains invisible characters."""
    unseen = _unseen_labels((row for row in rows if row.held is None), labels)
    return tuple(replace(row, held=unseen[row.number]) if row.number in unseen else row for row in rows)


def _unseen_labels(rows: Iterable[Row], labels: Labeller) -> dict[int, Hold]:
    """Return the holds by row number; ignores invisible characters of the profile's template as intended."""
    found = [row for row in rows if hides_something(row.label)]
    return {
        row.number: Hold.of(HoldReason.LABEL_UNSEEN, text=visible(row.label))
        for row in found
        if not labels.made_label_of(row)
    }


def lacks_label(row: Row) -> bool:
    """Return whether a row has a device without a label."""
    return not row.label and text_problem(row) is None


def _two(rows: Iterable[Row], but: Container[int]) -> list[Row]:
    """Return the first of `rows` and the first with another id: for any device, one of them differs.

    `but`: row numbers to ignore.
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
    """Format a day for display on the day `now`: without the year, if it is the same."""
    return f"{day:%m-%d}" if day.year == now.year else f"{day:%Y-%m-%d}"


def who_words(machine: str, operator: str) -> str:
    """Format another bench for display: its computer and its operator."""
    return f"{machine}, {operator}" if operator else machine


def reason_of(entry: BindingRecord, now: datetime) -> Hold:
    """Return the hold for a device bound before, with the date, bench and label of that binding."""
    date = day_words(entry.bound_at, now)
    if entry.machine:
        who = who_words(entry.machine, entry.operator)
        return Hold.of(HoldReason.BOUND_THERE, date=date, who=who, label=entry.label)
    return Hold.of(HoldReason.BOUND_BEFORE, date=date, label=entry.label)
