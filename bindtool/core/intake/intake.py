"""Texts become rows: what a scan, a paste, a file or a typed cell puts into a sheet.

Each text is read (`reading`), judged (`id_rules`; as one of a list by `list_judge`) and labelled, in this order.
Whether the row may be sent is decided in `core/sheet/sheet.py`. An access token never gets into a row: rows are
written to disk.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import count, islice
from typing import TYPE_CHECKING

from bindtool.core.barcode.code import parse
from bindtool.core.barcode.extract import Reading
from bindtool.core.barcode.recent_ids import ENOUGH, NO_IDS, RecentIds
from bindtool.core.barcode.scan_rules import IdRules, Keyboard, ScanRules
from bindtool.core.common.messages import Message
from bindtool.core.common.safe_text import strip_name, visible
from bindtool.core.intake.code_lines import read_scan
from bindtool.core.intake.id_rules import IdJudge
from bindtool.core.intake.list_judge import Listed, ListJudge
from bindtool.core.intake.next_label import CodeKind, ScannedLabel, kind_of, label_of
from bindtool.core.intake.reading import read_text
from bindtool.core.model.device import holds_token
from bindtool.core.model.outcome import State
from bindtool.core.model.row import Hold, HoldReason, Note, NoteReason, Row, Source
from bindtool.core.sheet.status import parts_problem, text_problem

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Reversible, Sequence
    from datetime import datetime

    from bindtool.core.labels.labeller import Labeller
    from bindtool.core.sheet.sheet import Sheet

_NO_RULES = ScanRules()
_NOTHING = parse("")
_FAR = 1000
"""Rows that are searched for the last ten ids: a scan must not wait because a long list was held."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One text that came in, with the label that came along ("" for none).

    `number` names its row; None gives it the sheet's next one. `held`: why a person has to look at it; without
    a text, why there is none. `is_number`: a spreadsheet keeps it as a number, without zeros in front. `beside`:
    what stands in its row without being a label, and is made like an id; "" for nothing.
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
    """What every row gets that comes in now.

    `saved`: mark it as saved at once, where nobody sees it before. `signs`: those that ids of the channel have, see
    `id_rules.signs_of`. `label_pattern`: what the labels fit that are scanned after their devices, "" where each
    code is one that is no id; None where none is scanned.
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
        """Return what judges ids that come in now, after the `recent` ones, as those of a list where they are."""
        return IdJudge(self.rules.ids, recent, whole, self.signs)


def without_keyboard(stamp: Stamp) -> Stamp:
    """Return the stamp for a scan that came through no keyboard, such as one from a serial port."""
    scanner = replace(stamp.rules.scanner, keyboard=Keyboard.SAME)
    return replace(stamp, rules=replace(stamp.rules, scanner=scanner))


@dataclass(frozen=True, slots=True)
class Repeat:
    """A scan of a device that the sheet has already: its first row."""

    first: Row


def take_scan(sheet: Sheet, text: str, stamp: Stamp, *, before: str = "") -> Row | Repeat | ScannedLabel | Message:
    """Return the row that a scan makes, the row that it repeats, the label that it is, or why it makes none.

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
    """Return `row` with the id of a scan, the row that has this id (it may be `row`), or why it can't become one.

    A label that came from the template follows the id. `before` as for `take_scan`.
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
        held=_why_held(found, stamp.judge(recent)),
    )


def take_list(
    sheet: Sheet, arrivals: Iterable[Arrival], stamp: Stamp, judge: IdJudge | None = None
) -> tuple[Row, ...]:
    """Return a row for every line of a paste or a file: none is dropped, repeats are flagged by the sheet.

    `judge`: that of the whole list, where these lines are a piece of it. An access token among the labels is left
    out like one among the ids, and a text longer than any code. Where the stamp says that the lines were scanned,
    each is read as a scan is.
    """
    came, recent = tuple(arrivals), last_ids(sheet)
    reads = _read_all(came, stamp, recent)
    # What a device further below is called by is given to none above it.
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
    """Return what judges the lines of a whole list, or texts that are pasted over those of rows.

    `rows`: those of the sheet, in its order. `but`: the numbers of those that are pasted over.
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
    """Return what is known of a list. What has parts, and what is held as odd, does not show what ids look like."""
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
    """Return the last ten ids of a sheet that came in by themselves: fit, not held, not typed.

    `but`: the numbers of rows that do not count.
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
    """Return `row` with another id; a label that came from the template follows it.

    `judge`: that of the ids pasted with it, and `label` what was pasted beside it; None where it was typed, for
    what is typed on purpose is never odd.
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
    """Tell whether a row has a whole code with parts, which a rule may yet make an id of."""
    unsent = row.outcome.state is State.READY
    return unsent and bool(row.arrived) and parts_problem(row) is not None


def rows_waiting_for_rule(sheet: Sheet) -> Iterator[Row]:
    """Yield the rows of a sheet that wait for a rule; with 100,000 rows, hardly any is looked at."""
    if sheet.counts()[State.INCOMPLETE]:
        for row in sheet:
            if sheet.status(row.number).state is State.INCOMPLETE and waits_for_rule(row):
                yield row


def read_again(
    row: Row, labels: Labeller, rules: ScanRules, recent: RecentIds = NO_IDS, signs: frozenset[str] = frozenset()
) -> Row:
    """Return a row whose text is read by other rules than when it came in; a label that somebody gave it stays.

    `recent`: the ids before it that are in order. `signs`: as in a `Stamp`.
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
    """Return rows of a sheet that were held for what their ids look like, held by these rules or not at all."""
    whole = ListJudge([Listed(row.device_id) for row in rows], (row.device_id for row in sheet))
    judge = IdJudge(rules, last_ids(sheet), whole, signs)
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
    """Return the label that came along with a text, "" for none."""
    return "" if not arrival.label or holds_token(arrival.label) else strip_name(arrival.label)


def _why_held(found: Reading, judge: IdJudge, arrival: Arrival = _NO_ARRIVAL) -> Hold | None:
    """A text that is no id has a reason of its own; an arrival's comes first, if all of the id can be seen."""
    if arrival.held is not None and (found.held is None or found.held.reason is not HoldReason.ID_UNSEEN):
        return arrival.held
    if found.held is not None or found.problem is not None:
        return found.held
    label = _given_label(arrival) or found.label or arrival.beside
    return judge.why_held(found.device_id, label, is_number=arrival.is_number)


def _label(found: Reading, source: Source, time: datetime, labels: Labeller) -> str:
    """A text that is no device id gets no label: one would make it look like a device."""
    gets_one = found.problem is None and labels.gives(source)
    return labels.label(found.device_id, time.date()) if gets_one else ""


def _label_after_edit(row: Row, found: Reading, labels: Labeller) -> str:
    if row.label and not labels.made_label_of(row):
        return row.label
    if found.label or found.problem is not None:
        return found.label
    return labels.label_after_edit(row, found.device_id)
