"""Chooses the rows of a report: a whole sheet, a run, the rows that need a hand, or a day across all sheets.

Their format is in `csv_writer` and `report_xlsx`, their words in `i18n.report_text`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bindtool.core.api.verdict import VerdictKind
from bindtool.core.model.outcome import NEEDS_HAND, Outcome, State
from bindtool.core.model.row import Row, SheetHead, Source
from bindtool.core.sheet.sheet import Sheet
from bindtool.core.sheet.status import RowStatus

if TYPE_CHECKING:
    from collections.abc import Container

    from bindtool.core.store import Run, SentDevice, SentRequest, Store


@dataclass(frozen=True, slots=True)
class ReportPart:
    """Rows of one sheet with their status, in the order of arrival.

    `unchecked`: it was never checked whether bound devices stay on the channel when others are sent. `requests`:
    the number sent to Coze for them; None if unknown.
    """

    head: SheetHead
    rows: tuple[tuple[Row, RowStatus], ...]
    unchecked: bool = False
    requests: int | None = None


def part_of(
    head: SheetHead, sheet: Sheet, numbers: Container[int] | None = None, *, unchecked: bool = False
) -> ReportPart:
    """Return all rows of a sheet in their current state, or only those of `numbers`."""
    rows = (row for row in sheet if numbers is None or row.number in numbers)
    return ReportPart(head, tuple((row, sheet.status(row.number)) for row in rows), unchecked)


def part_of_run(part: ReportPart, store: Store, run_id: int) -> ReportPart:
    """Return the rows of `part` that a run set out to send, in their current state.

    A row that holds another device by now is left out.
    """
    sent = {device.number: device.device_id for device in store.runs.devices(run_id)}
    rows = tuple(each for each in part.rows if sent.get(each[0].number) == each[0].device_id)
    return replace(part, rows=rows, requests=store.runs.count_requests(part.head.sheet_id, run_id=run_id))


def part_sent(store: Store, run: Run) -> ReportPart:
    """Return all rows that a run set out to send: in their current state, or as sent if they are deleted.

    Raises:
        StoreFailed: the database can't be read.
    """
    head = SheetHead(run.sheet_id, run.started_at, run.profile, operator=run.operator, origin=run.origin)
    part = part_of_run(part_of(head, Sheet(store.sheets.load(run.sheet_id))), store, run.run_id)
    there = {row.number: (row, status) for row, status in part.rows}
    last = {sent.number: request for request in store.runs.requests(run.run_id) for sent in request.devices}
    rows = [
        there.get(sent.number) or _as_sent(sent, run, last.get(sent.number))
        for sent in store.runs.devices(run.run_id)
        if sent.number > 0
    ]
    return replace(part, rows=tuple(rows))


def _as_sent(sent: SentDevice, run: Run, request: SentRequest | None) -> tuple[Row, RowStatus]:
    """Return the row of a device that was edited or deleted since, with the answer to its last request."""
    outcome = Outcome()
    if request is not None:
        # The refusal of several devices applies to none of them in particular.
        refused = State.REFUSED if len(request.devices) == 1 else State.READY
        states = {VerdictKind.BOUND: State.BOUND, VerdictKind.LOST: State.UNKNOWN, VerdictKind.REFUSED: refused}
        outcome = outcome.begun(request.number).settled(states.get(request.kind, State.READY), request.answer)
    row = Row(sent.number, sent.device_id, sent.label, Source.FILE, run.started_at, run.operator, outcome=outcome)
    return row, RowStatus(outcome.state)


def gone_of_run(part: ReportPart, store: Store, run: Run) -> tuple[str, ...]:
    """Return the ids that a run has sent, that were bound since it began, and that no row of its part holds.

    Raises:
        StoreFailed: the database can't be read.
    """
    there = {row.device_id for row, _ in part.rows}
    sent = [device.device_id for device in store.runs.devices(run.run_id) if device.number > 0]
    entries = store.bindings.bound_before(run.channel, [device_id for device_id in sent if device_id not in there])
    # The database has an older entry of a device that was bound before, and then refused or lost.
    begun = run.started_at.replace(microsecond=0)
    return tuple(each for each in sent if each in entries and entries[each].bound_at >= begun)


def part_to_handle(part: ReportPart) -> ReportPart:
    """Return the rows of `part` that were refused, have no answer, or could not be sent."""
    return replace(part, rows=tuple(each for each in part.rows if each[1].state in NEEDS_HAND))


def day_of(now: datetime) -> tuple[datetime, datetime]:
    """Return the midnights before and after `now`, in the UTC offset of `now`."""
    begin = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return begin, begin + timedelta(days=1)


def parts_of_day(store: Store, now: datetime, unchecked: Container[str] = ()) -> tuple[ReportPart, ...]:
    """Return the rows of every sheet, the oldest sheet first, that came in or were answered on the day of `now`.

    A row that was scanned yesterday and bound today counts for both days; an unsaved row for none. `unchecked`: the
    names of profiles whose channel was never checked.

    Raises:
        StoreFailed: the database can't be read.
    """
    day = day_of(now)
    return tuple(
        replace(
            part_of(
                found.head,
                Sheet(store.sheets.load(found.head.sheet_id)),
                found.numbers,
                unchecked=found.head.profile in unchecked,
            ),
            requests=store.runs.count_requests(found.head.sheet_id, between=day),
        )
        for found in store.sheets.between(*day)
    )


def rows_of_day(
    store: Store, now: datetime, unchecked: Container[str] = ()
) -> tuple[tuple[ReportPart, ...], tuple[str, ...]]:
    """Return the result of `parts_of_day`, and the ids bound that day that no row of it shows as bound.

    Their rows were deleted, or were given another id: at Coze they are bound all the same.

    Raises:
        StoreFailed: the database can't be read.
    """
    # Before the rows: a device that a run binds meanwhile has its row.
    bound = store.bindings.bound_between(*day_of(now))
    parts = parts_of_day(store, now, unchecked)
    shown = {row.device_id for part in parts for row, status in part.rows if status.state is State.BOUND}
    return parts, tuple(device_id for device_id in bound if device_id not in shown)
