"""Texts become rows: what a scan, a paste, a file or a typed cell puts into a sheet.

Owns the order read → judge → label. What a text says is for `part_reading`; whether the row may be sent is for
`sheet`. An access token never gets into a row: rows are written to disk.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bindtool.core.device import looks_like_token, normalise
from bindtool.core.message import Message
from bindtool.core.outcome import State
from bindtool.core.part_reading import Reading, read_code
from bindtool.core.row import Row, Source
from bindtool.core.scan_rules import ScanRules
from bindtool.core.sheet import parts_problem, text_problem

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bindtool.core.labels import LabelTemplate
    from bindtool.core.sheet import Sheet

_NO_RULES = ScanRules()


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
    if not normalise(text).text:
        return Message.of("reason.id_missing")
    found = read_code(text, stamp.rules.part, scanned=True)
    if _has_token(text, found):
        return Message.of("reason.id_is_token")
    first = sheet.first_with(found.device_id)
    if first is not None:
        return Repeat(first)
    return _row(sheet.next_number, Arrival(text), found, stamp)


def take_list(sheet: Sheet, arrivals: Iterable[Arrival], stamp: Stamp) -> tuple[Row, ...]:
    """Return a row for every line of a paste or a file: none is dropped, repeats are flagged by the sheet."""
    rows = []
    for offset, arrival in enumerate(arrivals):
        number = arrival.number if arrival.number is not None else sheet.next_number + offset
        found = read_code(arrival.text, stamp.rules.part, scanned=False)
        if _has_token(arrival.text, found):
            without = Reading("", note=Message.of("note.token_removed"))
            rows.append(_row(number, replace(arrival, text=""), without, stamp))
        else:
            rows.append(_row(number, arrival, found, stamp))
    return tuple(rows)


def edit_id(row: Row, text: str, template: LabelTemplate, rules: ScanRules = _NO_RULES) -> Row | Message:
    """Return `row` with an id typed or scanned in by hand; a label that came from the template follows it."""
    found = read_code(text, rules.part, scanned=False)
    if _has_token(text, found):
        return Message.of("reason.id_is_token")
    automatic = row.label in {"", template.fill(row.device_id, row.added_at.date())}
    label = found.label or _label(found.device_id, text, row.added_at, template) if automatic else row.label
    return replace(
        row,
        device_id=found.device_id,
        label=label,
        source=Source.TYPED,
        arrived=text,
        note=found.note,
        held=found.held,
    )


def waits_for_rule(row: Row) -> bool:
    """Tell whether a row has a whole code with parts, which a rule may yet make an id of."""
    unsent = row.outcome.state is State.READY
    return unsent and bool(row.arrived) and parts_problem(row.device_id, row.arrived) is not None


def read_again(row: Row, template: LabelTemplate, rules: ScanRules) -> Row:
    """Return a row whose text is read by other rules than when it came in; a label that somebody gave it stays."""
    found = read_code(row.arrived, rules.part, scanned=row.source is Source.SCANNED)
    label = row.label or found.label or _label(found.device_id, row.arrived, row.added_at, template)
    return replace(row, device_id=found.device_id, label=label, note=found.note, held=found.held)


def edit_label(row: Row, text: str) -> Row:
    """Return `row` with a label typed in by hand."""
    return replace(row, label=text.strip())


def _row(number: int, arrival: Arrival, found: Reading, stamp: Stamp) -> Row:
    label = arrival.label.strip() or found.label
    return Row(
        number=number,
        device_id=found.device_id,
        label=label or _label(found.device_id, arrival.text, stamp.time, stamp.template),
        source=stamp.source,
        added_at=stamp.time,
        operator=stamp.operator,
        arrived=arrival.text,
        note=found.note,
        held=found.held,
    )


def _label(device_id: str, arrived: str, time: datetime, template: LabelTemplate) -> str:
    """A text that is no device id gets no label: one would make it look like a device."""
    return "" if text_problem(device_id, arrived) is not None else template.fill(device_id, time.date())


def _has_token(text: str, found: Reading) -> bool:
    return looks_like_token(normalise(text).text) or looks_like_token(found.device_id)
