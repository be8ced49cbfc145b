"""Texts become rows: what a scan, a paste, a file or a typed cell puts into a sheet.

Each text is read (`reading`), judged (`id_rules`) and labelled, in this order. Whether the row may be sent is
decided in `core/sheet/sheet.py`. An access token never gets into a row: rows are written to disk.
"""

from __future__ import annotations

from dataclasses import field, replace
from itertools import count, islice
from typing import TYPE_CHECKING

from bindtool.core.barcode.code import parse
from bindtool.core.barcode.extract import Reading
from bindtool.core.barcode.recent_ids import ENOUGH, NO_IDS, RecentIds
from bindtool.core.barcode.scan_rules import Keyboard, ScanRules
from bindtool.core.common.messages import Message
from bindtool.core.common.safe_text import strip_name, visible
from bindtool.core.intake.code_lines import read_scan
from bindtool.core.intake.id_rules import IdJudge
from bindtool.core.intake.reading import read_text, takes_as_sent
from bindtool.core.model.device import are_plain, holds_token, is_plain
from bindtool.core.model.outcome import State
from bindtool.core.model.row import Hold, HoldReason, Note, NoteReason, Row, Source
from bindtool.core.sheet.validation import parts_problem, text_problem
from bindtool.values import value

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from bindtool.core.barcode.scan_rules import IdRules
    from bindtool.core.labels.labeller import Labeller
    from bindtool.core.sheet.sheet import Sheet

_NO_RULES = ScanRules()
_NOTHING = parse("")
_FAR = 1000
"""Rows that are searched for the last ten ids: a scan must not wait because a long list was held."""


@value(frozen=True, slots=True)
class Arrival:
    """One text that came in, with the label that came along ("" for none).

    `number` names its row; None gives it the sheet's next one. `held`: why a person has to look at it; without
    a text, why there is none. `is_number`: a spreadsheet keeps it as a number, without zeros in front.
    """

    text: str
    label: str = ""
    number: int | None = None
    held: Hold | None = None
    is_number: bool = False


@value(frozen=True, slots=True)
class Stamp:
    """What every row gets that comes in now. `saved`: mark it as saved at once, where nobody sees it before."""

    source: Source
    time: datetime
    operator: str
    labels: Labeller
    rules: ScanRules = field(default=ScanRules())
    saved: bool = False


def without_keyboard(stamp: Stamp) -> Stamp:
    """Return the stamp for a scan that came through no keyboard, such as one from a serial port."""
    scanner = replace(stamp.rules.scanner, keyboard=Keyboard.SAME)
    return replace(stamp, rules=replace(stamp.rules, scanner=scanner))


@value(frozen=True, slots=True)
class Repeat:
    """A scan of a device that the sheet has already: its first row."""

    first: Row


def take_scan(sheet: Sheet, text: str, stamp: Stamp, *, before: str = "") -> Row | Repeat | Message:
    """Return the row that a scan makes, the row that it repeats, or the reason why it makes none.

    `before`: what came before a pause; nobody can tell whether it belongs to the code. The row is held, unless the
    text has it and only so looks like the last ids.

    A scan with nothing in it, one longer than any code and one of an access token make none; everything else is
    kept, fit to be sent or not.
    """
    recent = last_ids(sheet)
    found = read_scan(text, stamp.rules, recent)
    refused = found.refused or (None if found.code.text else Message.of("reason.id_missing"))
    if refused is not None:
        return refused
    first = sheet.first_with(found.device_id)
    if first is not None:
        return Repeat(first)
    doubt = before and not _is_whole(text, before, found.device_id, recent)
    held = Hold.of(HoldReason.PAUSED, before=visible(before)) if doubt else None
    return _row(sheet.next_number, Arrival(text, held=held), found, stamp, IdJudge(stamp.rules.ids, recent))


def scan_again(sheet: Sheet, row: Row, text: str, stamp: Stamp, *, before: str = "") -> Row | Repeat | Message:
    """Return `row` with the id of a scan, the row that has this id (it may be `row`), or why it can't become one.

    A label that came from the template follows the id. `before` as for `take_scan`.
    """
    taken = take_scan(sheet, text, stamp, before=before)
    if not isinstance(taken, Row):
        return taken
    problem = text_problem(taken)
    if problem is not None:
        return problem if taken.held is None else taken.held.message
    return replace(taken, number=row.number, label=stamp.labels.label_after_edit(row, taken.device_id))


def take_lines(sheet: Sheet, row: Row, text: str, stamp: Stamp) -> Row | Repeat | Message:
    """Return the row of a code of which more lines have come, `text` being all of them; the rest as `take_scan`."""
    recent = last_ids(sheet, but={row.number})
    found = read_scan(text, stamp.rules, recent)
    if found.refused is not None:
        return found.refused
    first = sheet.first_with(found.device_id)
    if first is not None and first.number != row.number:
        return Repeat(first)
    return replace(
        row,
        device_id=found.device_id,
        label=_label_after_edit(row, found, stamp.labels),
        arrived=text,
        note=found.note,
        held=_why_held(found, IdJudge(stamp.rules.ids, recent)),
    )


def take_list(sheet: Sheet, arrivals: Iterable[Arrival], stamp: Stamp) -> tuple[Row, ...]:
    """Return a row for every line of a paste or a file: none is dropped, repeats are flagged by the sheet.

    An access token among the labels is left out like one among the ids, and a text longer than any code. Where the
    stamp says that the lines were scanned, each is read as a scan is.
    """
    rules, scanned, day = stamp.rules, stamp.source is Source.SCANNED, stamp.time.date()
    as_sent, recent = takes_as_sent(rules) and not scanned, last_ids(sheet)
    came = tuple(arrivals)
    # An id that is to be taken as it stands, as nearly all are, is not read.
    all_ids = as_sent and _are_ids([each.text for each in came])
    reads = [
        None
        if all_ids or (as_sent and _is_id(each.text))
        else read_text(each.text, rules, recent if scanned else NO_IDS, scanned=scanned)
        for each in came
    ]
    ids = [arrival.text if read is None else read.device_id for arrival, read in zip(came, reads, strict=True)]
    # What a device further below is called by is given to none above it.
    stamp.labels.mark_given(zip(ids, map(_given_label, came), strict=True))
    judge = IdJudge(rules.ids, recent, ids)
    rows = []
    for next_number, arrival, read in zip(count(sheet.next_number), came, reads, strict=False):
        number = next_number if arrival.number is None else arrival.number
        if read is None:
            text, held = arrival.text, arrival.held or judge.why_held(arrival.text)
            label = (arrival.label and _given_label(arrival)) or stamp.labels.label(text, day)
            rows.append(_stamped(number, text, label, text, stamp, None, held))
        else:
            rows.append(_row(number, arrival, _kept(read), stamp, judge))
    return tuple(rows)


def _are_ids(texts: Sequence[str]) -> bool:
    """Tell whether all of these are ids by a quick look, which is enough for most lists."""
    return are_plain(texts) and not any("_" in text for text in texts)


def _is_id(text: str) -> bool:
    return is_plain(text) and ("_" not in text or not holds_token(text))


def last_ids(sheet: Sheet, *, but: Container[int] = ()) -> RecentIds:
    """Return the last ten ids that came in by themselves: fit, not held, not typed.

    `but`: the numbers of rows that do not count.
    """
    came_in = (row for row in islice(reversed(sheet), _FAR) if row.held is None and row.source is not Source.TYPED)
    fit = (row.device_id for row in came_in if row.number not in but and text_problem(row) is None)
    return RecentIds.of(tuple(islice(fit, ENOUGH))[::-1])


def edit_id(
    row: Row, text: str, labels: Labeller, rules: ScanRules = _NO_RULES, judge: IdJudge | None = None
) -> Row | Message:
    """Return `row` with another id; a label that came from the template follows it.

    `judge`: that of the ids pasted with it; None where it was typed, for what is typed on purpose is never odd.
    """
    found = read_text(text, rules, scanned=False)
    if found.refused is not None:
        return found.refused
    return replace(
        row,
        device_id=found.device_id,
        label=_label_after_edit(row, found, labels),
        source=Source.TYPED,
        arrived=text,
        note=found.note,
        held=_why_held(found, judge or IdJudge(replace(rules.ids, odd_one_out=False))),
    )


def judge_of_pasted(sheet: Sheet, texts: Mapping[int, str], rules: ScanRules) -> IdJudge:
    """Return what judges ids that are pasted over those of rows, by number: as those of a list."""
    ids = [read_text(text, rules, scanned=False).device_id for text in texts.values()]
    return IdJudge(rules.ids, last_ids(sheet, but=texts), ids)


def waits_for_rule(row: Row) -> bool:
    """Tell whether a row has a whole code with parts, which a rule may yet make an id of."""
    unsent = row.outcome.state is State.READY
    return unsent and bool(row.arrived) and parts_problem(row) is not None


def rows_waiting_for_rule(sheet: Sheet) -> Iterator[Row]:
    """Yield the rows of a sheet that wait for a rule; with 100,000 rows, hardly any is looked at."""
    if sheet.counts()[State.INCOMPLETE]:
        for row in sheet:
            if sheet.status(row.number).state is State.INCOMPLETE and waits_for_rule(row):
                yield row


def read_again(row: Row, labels: Labeller, rules: ScanRules, recent: RecentIds = NO_IDS) -> Row:
    """Return a row whose text is read by other rules than when it came in; a label that somebody gave it stays.

    `recent`: the ids before it that are in order.
    """
    if row.source is Source.SCANNED:
        found = read_scan(row.arrived, rules, recent)
    else:
        found = read_text(row.arrived, rules, scanned=False)
    label = row.label or found.label or _label(found, row.added_at, labels)
    held = _why_held(found, IdJudge(rules.ids, recent))
    return replace(row, device_id=found.device_id, label=label, note=found.note, held=held)


def judged_again(sheet: Sheet, rows: Iterable[Row], rules: IdRules) -> tuple[Row, ...]:
    """Return rows of a sheet that were held for what their ids look like, held by these rules or not at all."""
    judge = IdJudge(rules, last_ids(sheet))
    return tuple(replace(row, held=judge.why_held(row.device_id)) for row in rows)


def edit_label(row: Row, text: str) -> Row | Message:
    """Return `row` with a label typed in by hand."""
    if holds_token(text):
        return Message.of("reason.id_is_token")
    return replace(row, label=strip_name(text))


def _kept(read: Reading) -> Reading:
    """Return what a row keeps: nothing of a text that is longer than any code or has an access token."""
    if read.refused is None:
        return read
    note = Note.of(NoteReason.TOKEN_REMOVED) if read.code.too_long is None else None
    return Reading(_NOTHING, _NOTHING, note=note, held=read.code.too_long)


def _is_whole(text: str, before: str, device_id: str, recent: RecentIds) -> bool:
    """Tell whether, by the last ids, a text is an id only together with what came before a pause."""
    return text.startswith(before) and recent.fit(device_id) and not recent.fit(text.removeprefix(before))


def _row(number: int, arrival: Arrival, found: Reading, stamp: Stamp, judge: IdJudge) -> Row:
    label = _given_label(arrival) or found.label or _label(found, stamp.time, stamp.labels)
    held = _why_held(found, judge, arrival.held)
    return _stamped(number, found.device_id, label, found.code.arrived, stamp, found.note, held)


def _stamped(
    number: int, device_id: str, label: str, arrived: str, stamp: Stamp, note: Note | None, held: Hold | None
) -> Row:
    return Row(
        number,
        device_id,
        label,
        stamp.source,
        stamp.time,
        stamp.operator,
        arrived,
        note,
        held,
        stamp.saved,
    )


def _given_label(arrival: Arrival) -> str:
    """Return the label that came along with a text, "" for none."""
    return "" if not arrival.label or holds_token(arrival.label) else strip_name(arrival.label)


def _why_held(found: Reading, judge: IdJudge, given: Hold | None = None) -> Hold | None:
    """A text that is no id has a reason of its own. `given`: why the row is held if all of the id can be seen."""
    if given is not None and (found.held is None or found.held.reason is not HoldReason.ID_UNSEEN):
        return given
    return found.held or (None if found.problem is not None else judge.why_held(found.device_id))


def _label(found: Reading, time: datetime, labels: Labeller) -> str:
    """A text that is no device id gets no label: one would make it look like a device."""
    return "" if found.problem is not None else labels.label(found.device_id, time.date())


def _label_after_edit(row: Row, found: Reading, labels: Labeller) -> str:
    if row.label and not labels.made_label_of(row):
        return row.label
    if found.label or found.problem is not None:
        return found.label
    return labels.label_after_edit(row, found.device_id)
