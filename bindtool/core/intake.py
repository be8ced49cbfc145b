"""Texts become rows: what a scan, a paste, a file or a typed cell puts into a sheet.

Owns the order normalise → judge → label. What a text is made of is for `payload` and `device`; whether the row may
be sent is for `sheet`. An access token never gets into a row: rows are written to disk.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bindtool.core.device import looks_like_token, normalise
from bindtool.core.message import Message
from bindtool.core.row import Row, Source
from bindtool.core.scan_rules import ScanRules
from bindtool.core.sheet import text_problem
from bindtool.core.symptoms import read_keys, recent_ids, suspicion

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bindtool.core.device import Normalised
    from bindtool.core.labels import LabelTemplate
    from bindtool.core.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Arrival:
    """One text that came in, with the label that came along ("" for none).

    `number` names its row; None gives it the sheet's next one.
    """

    text: str
    label: str = ""
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Stamp:
    """What every row gets that comes in now."""

    source: Source
    time: datetime
    operator: str
    template: LabelTemplate
    rules: ScanRules = field(default=ScanRules())


@dataclass(frozen=True, slots=True)
class Repeat:
    """A scan of a device that the sheet has already: its first row."""

    first: Row


def take_scan(sheet: Sheet, text: str, stamp: Stamp) -> Row | Repeat | Message:
    """Return the row that a scan makes, the row that it repeats, or the reason why it makes none.

    A scan with nothing in it and one of an access token make none; everything else is kept, fit to be sent or not.
    """
    arrived = normalise(text)
    if not arrived.text:
        return Message.of("reason.id_missing")
    recent = recent_ids(reversed(sheet))
    found = replace(arrived, text=read_keys(arrived.text, recent, stamp.rules.scanner))
    if looks_like_token(found.text):
        return Message.of("reason.id_is_token")
    first = sheet.first_with(found.text)
    if first is not None:
        return Repeat(first)
    row = _row(sheet.next_number, Arrival(text), found, stamp)
    note = row.note if found == arrived else Message.of("note.keyboard", before=arrived.text)
    return replace(row, note=note, held=suspicion(arrived.text, recent, stamp.rules))


def take_list(sheet: Sheet, arrivals: Iterable[Arrival], stamp: Stamp) -> tuple[Row, ...]:
    """Return a row for every line of a paste or a file: none is dropped, repeats are flagged by the sheet."""
    rows = []
    for offset, arrival in enumerate(arrivals):
        number = arrival.number if arrival.number is not None else sheet.next_number + offset
        found = normalise(arrival.text)
        if looks_like_token(found.text):
            blank = _row(number, replace(arrival, text=""), normalise(""), stamp)
            rows.append(replace(blank, note=Message.of("note.token_removed")))
        else:
            rows.append(_row(number, arrival, found, stamp))
    return tuple(rows)


def edit_id(row: Row, text: str, template: LabelTemplate) -> Row | Message:
    """Return `row` with an id typed in by hand; a label that came from the template follows it."""
    found = normalise(text)
    if looks_like_token(found.text):
        return Message.of("reason.id_is_token")
    automatic = row.label in {"", template.fill(row.device_id, row.added_at.date())}
    label = _label(found.text, row.added_at, template) if automatic else row.label
    return replace(
        row,
        device_id=found.text,
        label=label,
        source=Source.TYPED,
        arrived=text,
        note=_note(found),
        held=None,
    )


def edit_label(row: Row, text: str) -> Row:
    """Return `row` with a label typed in by hand."""
    return replace(row, label=text.strip())


def _row(number: int, arrival: Arrival, found: Normalised, stamp: Stamp) -> Row:
    return Row(
        number=number,
        device_id=found.text,
        label=arrival.label.strip() or _label(found.text, stamp.time, stamp.template),
        source=stamp.source,
        added_at=stamp.time,
        operator=stamp.operator,
        arrived=arrival.text,
        note=_note(found),
    )


def _label(device_id: str, time: datetime, template: LabelTemplate) -> str:
    """A text that is no device id gets no label: one would make it look like a device."""
    return "" if text_problem(device_id) is not None else template.fill(device_id, time.date())


def _note(found: Normalised) -> Message | None:
    return Message.of(f"note.changed_{found.changes[0]}") if found.changes else None
