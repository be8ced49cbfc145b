"""Makes rows of texts from a scan, a paste, a file or a typed cell.

Each text is read (`reading`), judged (`id_judge`; within a list `list_judge`) and labelled, in this order.
`core/sheet/sheet.py` decides whether the row may be sent. An access token never gets into a row: rows are written
to disk.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import count, islice
from typing import TYPE_CHECKING

from bindtool.core.barcode.code import parse
from bindtool.core.barcode.extract import Reading
from bindtool.core.barcode.id_rules import IdRules
from bindtool.core.barcode.recent_ids import ENOUGH, NO_IDS, RecentIds
from bindtool.core.common.messages import Message
from bindtool.core.common.safe_text import strip_name, visible
from bindtool.core.intake.code_lines import read_scan
from bindtool.core.intake.id_judge import IdJudge
from bindtool.core.intake.list_judge import Listed, ListJudge
from bindtool.core.intake.next_label import CodeKind, ScannedLabel, kind_of, label_of
from bindtool.core.intake.reading import read_text
from bindtool.core.model.device import holds_token
from bindtool.core.model.outcome import State
from bindtool.core.model.row import Hold, HoldReason, Note, NoteReason, Row, Source
from bindtool.core.scanner.scan_rules import Keyboard, ScanRules
from bindtool.core.sheet.status import parts_problem, text_problem

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Reversible, Sequence
    from datetime import datetime

    from bindtool.core.labels.labeller import Labeller
    from bindtool.core.sheet.sheet import Sheet

_NO_RULES = ScanRules()
_NOTHING = parse("")
_FAR = 1000
"""Rows to search for the last ten ids: a scan must not wait because a long list was held."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """An incoming text with its label ("" for none).

    `number`: the number of its row; None for the sheet's next number. `held`: why it needs confirmation; without a
    text, why there is none. `is_number`: a spreadsheet stores it as a number, without leading zeros. `beside`: a
    value in its row that is not a label and looks like an id; "" for none.
    """

    text: str
    label: str = ""
    number: int | None = None
    held: Hold | None = None
    is_number: bool = False
    beside: str = ""


_NO_ARRIVAL = Arrival("")


@dataclass(frozen=True, slots=True)
class Stamp:
    """Values common to all rows that arrive now.

    `saved`: mark the rows as saved at once, if they are not visible before. `signs`: normal in the channel's ids,
    see `id_judge.signs_of`. `label_pattern`: pattern of the labels scanned after their devices, "" if every code
    that is no id is a label; None if labels are not scanned.
    """

    source: Source
    time: datetime
    operator: str
    labels: Labeller
    rules: ScanRules = field(default=ScanRules())
    saved: bool = False
    signs: frozenset[str] = frozenset()
    label_pattern: str | None = None

    def judge(self, recent: RecentIds, whole: ListJudge | None = None) -> IdJudge:
        """Return the judge of ids that arrive now, after the `recent` ids, within the list `whole` if any."""
        return IdJudge(self.rules.ids, recent, whole, self.signs)


def without_keyboard(stamp: Stamp) -> Stamp:
    """Return the stamp for a scan that bypasses the keyboard, such as from a serial port."""
    scanner = replace(stamp.rules.scanner, keyboard=Keyboard.SAME)
    return replace(stamp, rules=replace(stamp.rules, scanner=scanner))


@dataclass(frozen=True, slots=True)
class Repeat:
    """A scan of a device that is already in the sheet: its first row."""

    first: Row


def take_scan(sheet: Sheet, text: str, stamp: Stamp, *, before: str = "") -> Row | Repeat | ScannedLabel | Message:
    """Return a scan's new row, the row that it repeats, its label, or why it makes no row.

    `before`: characters before a pause, which may or may not belong to the code. The row is held, unless the text
    includes them and looks like the last ids only with them.

    An empty scan, one longer than any code and an access token make no row; everything else is kept, valid or not.
    """
    recent = last_ids(sheet)
    found = read_scan(text, stamp.rules, recent)
    refused = found.refused or (None if found.code.text else Message.of("reason.id_missing"))
    if refused is not None:
        return refused
    kind = CodeKind.DEVICE
    if stamp.label_pattern is not None:
        kind = kind_of(found, stamp.rules.ids.pattern, stamp.label_pattern)
    if kind is CodeKind.LABEL:
        return ScannedLabel(label_of(found.code), before)
    first = sheet.first_with(found.device_id)
    if first is not None:
        return Repeat(first)
    held = Hold.of(HoldReason.ID_OR_LABEL) if kind is CodeKind.EITHER else None
    if before and not _is_whole(text, before, found.device_id, recent):
        held = Hold.of(HoldReason.PAUSED, before=visible(before))
    return _row(sheet.next_number, Arrival(text, held=held), found, stamp, stamp.judge(recent))


def scan_again(sheet: Sheet, row: Row, text: str, stamp: Stamp, *, before: str = "") -> Row | Repeat | Message:
    """Return `row` with the id of a scan, the row that has this id (it may be `row`), or why it is not an id.

    A label from the template is updated with the id. `before` as for `take_scan`.
    """
    taken = take_scan(sheet, text, stamp, before=before)
    if isinstance(taken, ScannedLabel):
        return Message.of("next_label.is_no_device", text=taken.text)
    if not isinstance(taken, Row):
        return taken
    problem = text_problem(taken)
    if problem is not None:
        return problem if taken.held is None else taken.held.message
    return replace(taken, number=row.number, label=stamp.labels.label_after_edit(row, taken.device_id))


def take_lines(sheet: Sheet, row: Row, text: str, stamp: Stamp) -> Row | Repeat | Message:
    """Return the row of a code after more of its lines have arrived, all in `text`; else like `take_scan`."""
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
        held=_why_held(found, stamp.judge(recent)),
    )


def take_list(
    sheet: Sheet, arrivals: Iterable[Arrival], stamp: Stamp, judge: IdJudge | None = None
) -> tuple[Row, ...]:
    """Return a row for every line of a paste or a file: none is dropped, the sheet flags repeats.

    `judge`: the whole list's, if these lines are a part of it. Access tokens are removed from ids and labels, and
    so is a text longer than any code. If the stamp's source is a scanner, each line is read like a scan.
    """
    came, recent = tuple(arrivals), last_ids(sheet)
    reads = _read_all(came, stamp, recent)
    # The template must not give an earlier device a label that a later line already has.
    stamp.labels.mark_given((read.device_id, _given_label(one)) for one, read in zip(came, reads, strict=True))
    judge = judge or stamp.judge(recent, _whole(sheet, came, reads))
    rows = zip(count(sheet.next_number), came, reads, strict=False)
    return tuple(
        _row(number if one.number is None else one.number, one, _kept(read), stamp, judge)
        for number, one, read in rows
    )


def judge_of_list(
    rows: Sequence[Row], arrivals: Iterable[Arrival], stamp: Stamp, *, but: Container[int] = ()
) -> IdJudge:
    """Return the judge of a whole list's lines, or of texts pasted over existing rows.

    `rows`: the sheet's rows in order. `but`: the numbers of the rows pasted over.
    """
    came, recent = tuple(arrivals), last_ids(rows, but=but)
    return stamp.judge(recent, _whole(rows, came, _read_all(came, stamp, recent), but))


def _read_all(arrivals: Sequence[Arrival], stamp: Stamp, recent: RecentIds) -> list[Reading]:
    scanned = stamp.source is Source.SCANNED
    before = recent if scanned else NO_IDS
    return [read_text(each.text, stamp.rules, before, scanned=scanned) for each in arrivals]


def _whole(
    rows: Iterable[Row], arrivals: Sequence[Arrival], reads: Sequence[Reading], but: Container[int] = ()
) -> ListJudge:
    """Return the judge of a list. Texts with parts, and ids held as odd, are no evidence of the form of ids."""
    listed = (
        Listed(read.device_id, _given_label(one) or read.label or one.beside, one.is_number)
        for one, read in zip(arrivals, reads, strict=True)
        if read.problem is None
    )
    return ListJudge(tuple(listed), _ids_there(rows, but))


def _ids_there(rows: Iterable[Row], but: Container[int] = ()) -> Iterator[str]:
    return (
        row.device_id
        for row in rows
        if row.number not in but and row.held_for is not HoldReason.ODD_ONE_OUT and text_problem(row) is None
    )


def last_ids(rows: Reversible[Row], *, but: Container[int] = ()) -> RecentIds:
    """Return the last ten ids of a sheet that are valid, not held and not typed.

    `but`: row numbers to ignore.
    """
    came_in = (row for row in islice(reversed(rows), _FAR) if row.held is None and row.source is not Source.TYPED)
    fit = (row.device_id for row in came_in if row.number not in but and text_problem(row) is None)
    return RecentIds.of(tuple(islice(fit, ENOUGH))[::-1])


def edit_id(
    row: Row,
    text: str,
    labels: Labeller,
    rules: ScanRules = _NO_RULES,
    judge: IdJudge | None = None,
    label: str = "",
) -> Row | Message:
    """Return `row` with another id; a label from the template is updated with it.

    `judge`: the judge of the ids pasted with it, and `label` the text pasted beside it; None if it was typed, since
    a typed id is intended and never odd.
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
        held=_why_held(found, judge or judge_of_typed(rules), Arrival(text, label)),
    )


def judge_of_typed(rules: ScanRules, signs: frozenset[str] = frozenset()) -> IdJudge:
    return IdJudge(replace(rules.ids, odd_one_out=False), signs=signs)


def waits_for_rule(row: Row) -> bool:
    """Return whether a row contains a whole code with parts, from which a rule may still extract an id."""
    unsent = row.outcome.state is State.READY
    return unsent and bool(row.arrived) and parts_problem(row) is not None


def rows_waiting_for_rule(sheet: Sheet) -> Iterator[Row]:
    """Yield the rows of a sheet that wait for a rule; fast even with 100,000 rows, if none is incomplete."""
    if sheet.counts()[State.INCOMPLETE]:
        for row in sheet:
            if sheet.status(row.number).state is State.INCOMPLETE and waits_for_rule(row):
                yield row


def read_again(
    row: Row, labels: Labeller, rules: ScanRules, recent: RecentIds = NO_IDS, signs: frozenset[str] = frozenset()
) -> Row:
    """Read a row's original text again by new rules; a label set by the user stays.

    `recent`: the valid ids before it. `signs`: as in a `Stamp`.
    """
    if row.source is Source.SCANNED:
        found = read_scan(row.arrived, rules, recent)
    else:
        found = read_text(row.arrived, rules, scanned=False)
    label = row.label or found.label or _label(found, row.source, row.added_at, labels)
    held = _why_held(found, IdJudge(rules.ids, recent, signs=signs))
    return replace(row, device_id=found.device_id, label=label, note=found.note, held=held)


def judged_again(
    sheet: Sheet, rows: Sequence[Row], rules: IdRules, signs: frozenset[str] = frozenset()
) -> tuple[Row, ...]:
    """Judge rows of a sheet again that were held for the form of their ids; held by these rules or not at all."""
    whole = ListJudge([Listed(row.device_id) for row in rows], (row.device_id for row in sheet))
    judge = IdJudge(rules, last_ids(sheet), whole, signs)
    return tuple(replace(row, held=judge.why_held(row.device_id)) for row in rows)


def edit_label(row: Row, text: str) -> Row | Message:
    """Return `row` with a typed label."""
    if holds_token(text):
        return Message.of("reason.id_is_token")
    return replace(row, label=strip_name(text))


def _kept(read: Reading) -> Reading:
    """Return the reading to keep in a row: empty for a text longer than any code or with an access token."""
    if read.refused is None:
        return read
    note = Note.of(NoteReason.TOKEN_REMOVED) if read.code.too_long is None else None
    return Reading(_NOTHING, _NOTHING, note=note, held=read.code.too_long)


def _is_whole(text: str, before: str, device_id: str, recent: RecentIds) -> bool:
    """Return whether, compared with the last ids, a text is an id only with the characters before a pause."""
    return text.startswith(before) and recent.fit(device_id) and not recent.fit(text.removeprefix(before))


def _row(number: int, arrival: Arrival, found: Reading, stamp: Stamp, judge: IdJudge) -> Row:
    label = _given_label(arrival) or found.label or _label(found, stamp.source, stamp.time, stamp.labels)
    return Row(
        number,
        found.device_id,
        label,
        stamp.source,
        stamp.time,
        stamp.operator,
        found.code.arrived,
        found.note,
        _why_held(found, judge, arrival),
        stamp.saved,
    )


def _given_label(arrival: Arrival) -> str:
    """Return the label that arrived with a text, "" for none."""
    return "" if not arrival.label or holds_token(arrival.label) else strip_name(arrival.label)


def _why_held(found: Reading, judge: IdJudge, arrival: Arrival = _NO_ARRIVAL) -> Hold | None:
    """Return the hold of a row: the arrival's first, unless the id has invisible characters; then the reading's."""
    if arrival.held is not None and (found.held is None or found.held.reason is not HoldReason.ID_UNSEEN):
        return arrival.held
    if found.held is not None or found.problem is not None:
        return found.held
    label = _given_label(arrival) or found.label or arrival.beside
    return judge.why_held(found.device_id, label, is_number=arrival.is_number)


def _label(found: Reading, source: Source, time: datetime, labels: Labeller) -> str:
    """Return the template's label, "" for a text that is no device id: a label would make it look like a device."""
    gets_one = found.problem is None and labels.gives(source)
    return labels.label(found.device_id, time.date()) if gets_one else ""


def _label_after_edit(row: Row, found: Reading, labels: Labeller) -> str:
    if row.label and not labels.made_label_of(row):
        return row.label
    if found.label or found.problem is not None:
        return found.label
    return labels.label_after_edit(row, found.device_id)
