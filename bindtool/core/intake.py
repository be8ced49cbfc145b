"""Texts become rows: what a scan, a paste, a file or a typed cell puts into a sheet.

Owns the order normalise → judge → label. What a text is made of is for `payload` and `device`, which ids are held
for `id_rules`; whether the row may be sent is for `sheet`. An access token never gets into a row: rows are written
to disk.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING

from bindtool.core.change_note import note_of
from bindtool.core.device import looks_like_token, normalise
from bindtool.core.id_rules import IdJudge, with_case
from bindtool.core.message import Message
from bindtool.core.odd_one import ENOUGH
from bindtool.core.row import Row, Source
from bindtool.core.scan_rules import ScanRules
from bindtool.core.sheet import text_problem
from bindtool.core.symptoms import read_keys, suspicion

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bindtool.core.labels import LabelTemplate
    from bindtool.core.sheet import Sheet

_NO_RULES = ScanRules()
_FAR = 1000
"""Rows that are looked through for the last ten ids: a scan must not wait because a long list was held."""


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


def read_id(text: str, rules: ScanRules) -> str:
    """Return what a text is taken for: cleaned, and in the case that the rules want where it may be an id."""
    found = normalise(text).text
    other = with_case(found, rules.ids)
    return found if other == found or text_problem(found) is not None else other


def take_scan(sheet: Sheet, text: str, stamp: Stamp) -> Row | Repeat | Message:
    """Return the row that a scan makes, the row that it repeats, or the reason why it makes none.

    A scan with nothing in it and one of an access token make none; everything else is kept, fit to be sent or not.
    """
    arrived = normalise(text).text
    recent = last_ids(sheet)
    sent = read_keys(arrived, recent, stamp.rules.scanner)
    device_id = read_id(text if sent == arrived else sent, stamp.rules)
    if not device_id:
        return Message.of("reason.id_missing")
    if looks_like_token(device_id):
        return Message.of("reason.id_is_token")
    first = sheet.first_with(device_id)
    if first is not None:
        return Repeat(first)
    row = _row(sheet.next_number, Arrival(text), device_id, stamp, IdJudge(stamp.rules.ids, recent))
    note = row.note if sent == arrived else Message.of("note.keyboard", before=arrived)
    return replace(row, note=note, held=suspicion(arrived, recent, stamp.rules) or row.held)


def take_list(sheet: Sheet, arrivals: Iterable[Arrival], stamp: Stamp) -> tuple[Row, ...]:
    """Return a row for every line of a paste or a file: none is dropped, repeats are flagged by the sheet."""
    read = [(arrival, read_id(arrival.text, stamp.rules)) for arrival in arrivals]
    judge = IdJudge(stamp.rules.ids, last_ids(sheet), [device_id for _, device_id in read])
    rows = []
    for offset, (arrival, device_id) in enumerate(read):
        number = arrival.number if arrival.number is not None else sheet.next_number + offset
        if looks_like_token(device_id):
            blank = _row(number, replace(arrival, text=""), "", stamp, judge)
            rows.append(replace(blank, note=Message.of("note.token_removed")))
        else:
            rows.append(_row(number, arrival, device_id, stamp, judge))
    return tuple(rows)


def last_ids(sheet: Sheet, *, but: int = 0) -> tuple[str, ...]:
    """Return the last ten ids that came in by themselves, in the order of arrival: fit, not held, not typed.

    `but`: the number of a row that does not count.
    """
    fit = (
        row.device_id
        for row in islice(reversed(sheet), _FAR)
        if row.number != but
        and row.held is None
        and row.source is not Source.TYPED
        and text_problem(row.device_id) is None
    )
    return tuple(islice(fit, ENOUGH))[::-1]


def edit_id(row: Row, text: str, template: LabelTemplate, rules: ScanRules = _NO_RULES) -> Row | Message:
    """Return `row` with an id typed in by hand; a label that came from the template follows it.

    What is typed on purpose is never the odd one out.
    """
    device_id = read_id(text, rules)
    if looks_like_token(device_id):
        return Message.of("reason.id_is_token")
    automatic = row.label in {"", template.fill(row.device_id, row.added_at.date())}
    label = _label(device_id, row.added_at, template) if automatic else row.label
    return replace(
        row,
        device_id=device_id,
        label=label,
        source=Source.TYPED,
        arrived=text,
        note=note_of(text, device_id),
        held=_why_held(device_id, IdJudge(replace(rules.ids, odd_one_out=False))),
    )


def edit_label(row: Row, text: str) -> Row:
    """Return `row` with a label typed in by hand."""
    return replace(row, label=text.strip())


def _row(number: int, arrival: Arrival, device_id: str, stamp: Stamp, judge: IdJudge) -> Row:
    return Row(
        number=number,
        device_id=device_id,
        label=arrival.label.strip() or _label(device_id, stamp.time, stamp.template),
        source=stamp.source,
        added_at=stamp.time,
        operator=stamp.operator,
        arrived=arrival.text,
        note=note_of(arrival.text, device_id),
        held=_why_held(device_id, judge),
    )


def _why_held(device_id: str, judge: IdJudge) -> Message | None:
    """A text that is no id has a reason of its own."""
    return None if text_problem(device_id) is not None else judge.why_held(device_id)


def _label(device_id: str, time: datetime, template: LabelTemplate) -> str:
    """A text that is no device id gets no label: one would make it look like a device."""
    return "" if text_problem(device_id) is not None else template.fill(device_id, time.date())
