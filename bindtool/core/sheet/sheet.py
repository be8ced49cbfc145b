"""The rows of one sheet: their order, their status, and edits of them.

Decides whether a row may be sent and, if not, why. Nothing here waits or writes: the window draws rows
(`gui/sheet/table_model.py`), the store keeps them, `edits` undoes edits.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import compress
from typing import TYPE_CHECKING

from bindtool.core.common.errors import BadInput
from bindtool.core.model.device import Device, caseless
from bindtool.core.model.job import Job
from bindtool.core.model.outcome import FRESH, SENDABLE, UNDER_WAY, Outcome, State
from bindtool.core.model.row import Hold, HoldReason, Row
from bindtool.core.sheet.status import REPEAT, WITHOUT_REASON, RowJudge, RowStatus, StatusCounts, Tally, TextIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    Done = tuple["Edit", set[int]]
    """An edit that was made, and the numbers of the rows whose appearance it changed."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Rows removed and rows added, in one step; the database has to write the latter."""

    before: tuple[Row, ...]
    after: tuple[Row, ...]

    @property
    def drop(self) -> tuple[int, ...]:
        """The numbers of the rows to delete from the database."""
        kept = {row.number for row in self.after}
        return tuple(row.number for row in self.before if row.number not in kept)


def edited(old: Row, new: Row) -> Row:
    """Return `new` as unsaved, with the outcome of `old` as far as it still applies to its texts."""
    if new.device_id != old.device_id:
        return replace(new, outcome=Outcome(), saved=False)
    if new.label != old.label and not old.outcome.lost:
        return replace(new, outcome=Outcome(), saved=False)
    return replace(new, outcome=old.outcome, saved=False)


class Sheet:
    """Rows by number, ascending; each number is assigned once.

    Every change returns the numbers of all rows whose appearance changed: a repeat stops being one when its first
    row is deleted.

    Args:
        rows: the initial rows.
        next_number: the lowest number that a new row may get; higher than that of any row that ever existed.

    Attributes:
        before_drop: called with the numbers of rows about to be deleted, for the views that show them.
    """

    def __init__(self, rows: Iterable[Row] = (), *, next_number: int = 1) -> None:
        self._rows: dict[int, Row] = {}
        self._by_id = TextIndex()
        self._by_label = TextIndex()
        self._held_by_label = TextIndex()
        self._judge = RowJudge(self._rows, self._by_id, self._by_label)
        self._statuses = StatusCounts(self._judge.status)
        self._next = next_number
        self._taken_up: frozenset[int] = frozenset()
        self.before_drop: Callable[[Sequence[int]], None] | None = None
        self._put(tuple(rows))

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows.values())

    def __reversed__(self) -> Iterator[Row]:
        return reversed(self._rows.values())

    def __contains__(self, number: object) -> bool:
        return number in self._rows

    def __getitem__(self, number: int) -> Row:
        return self._rows[number]

    def rows(self, numbers: Iterable[int]) -> Iterator[Row]:
        return map(self._rows.__getitem__, numbers)

    @property
    def next_number(self) -> int:
        """The number for the next new row."""
        return self._next

    def status(self, number: int) -> RowStatus:
        return self._statuses[number]

    def statuses(self, numbers: Iterable[int]) -> Iterator[RowStatus]:
        """Yield the status of each of these rows that exists."""
        return map(self.status, numbers)

    def counts(self) -> Mapping[State, int]:
        """Return the number of rows in each state; held ones count as incomplete."""
        return self._statuses.counts()

    def held(self) -> int:
        return self._statuses.held()

    def held_for(self, reason: HoldReason) -> int:
        """Return the number of rows held for this reason, whether or not a tick would release them."""
        return self._statuses.reasons()[Hold.of(reason).message.id]

    def held_alike(self, numbers: Iterable[int]) -> list[int]:
        """Return the numbers of all rows that are held for the same reasons as these and that a tick releases."""
        reasons = {self._rows[number].held_for for number in numbers if self.status(number).held}
        alike = (row.number for row in self if row.held is not None and row.held.reason in reasons)
        return [number for number in alike if self.status(number).held]

    def tally(self, numbers: Iterable[int]) -> Tally:
        """Count these rows by status; deleted rows are left out."""
        counts: Counter[str] = Counter()
        for status in self.statuses(number for number in numbers if number in self):
            if status.reason is None:
                counts["added"] += 1
            else:
                counts["held" if status.held else "repeats" if status.reason.id == REPEAT else "incomplete"] += 1
        return Tally(**counts)

    def first_with(self, device_id: str) -> Row | None:
        """Return the first row that has this id, or None."""
        return next((row for row in self.alike(device_id) if row.device_id == device_id), None)

    def alike(self, device_id: str) -> Iterator[Row]:
        """Yield the rows that have this id in any case, in the order of arrival."""
        return self.rows(self._by_id[caseless(device_id)])

    def with_label(self, label: str) -> Iterator[Row]:
        """Yield the rows that have this label, in the order of arrival."""
        return self.rows(self._by_label[label])

    def jobs(self, states: frozenset[State] = FRESH) -> tuple[Job, ...]:
        """Return the jobs that may be sent now, of rows with a status in `states`, in the order of arrival.

        A row that was sent once and could not be sent now is left out: its label was removed, for example, or its
        newest text is not on disk yet.
        """
        may_be_sent = self._may_be_sent([row.number for row in self], states)
        return tuple(
            Job(row.number, Device(row.device_id, row.label), row.outcome) for row in compress(self, may_be_sent)
        )

    def unchanged(self, jobs: Iterable[Job], states: frozenset[State]) -> tuple[Job, ...]:
        """Return those of `jobs` that `jobs(states)` would return again; much faster, since it builds no jobs."""
        row_of = self._rows.get
        same = [job for job in jobs if (row := row_of(job.number)) is not None and _is_of(job, row)]
        return tuple(compress(same, self._may_be_sent([job.number for job in same], states)))

    def remove(self, numbers: Iterable[int]) -> Done:
        """Remove rows.

        Raises:
            BadInput: a run has one of them.
        """
        return self.apply(Edit(tuple(self.rows(sorted(numbers))), ()))

    def change(self, rows: Sequence[Row], new: Sequence[Row] = ()) -> Done:
        """Replace rows by edited ones of the same numbers, and append `new` ones, in one step.

        An edited id, or an edited label of a device that was sent, resets the row to not sent; the ledger keeps the
        earlier binding. A lost answer is dropped with its id.

        Raises:
            BadInput: a run has one of them.
        """
        before = tuple(self._rows[row.number] for row in rows)
        after = map(edited, before, rows)
        return self.apply(Edit(before, (*after, *new)))

    def apply(self, edit: Edit) -> Done:
        """Remove and add rows; the removed rows have to be equal to those in the sheet.

        Raises:
            BadInput: a run has one of them.
        """
        for row in edit.before:
            if self.is_taken(row.number):
                raise BadInput("edit.under_way", row=row.number)
        if self.before_drop is not None:
            self.before_drop(edit.drop)
        for row in edit.before:
            self._by_id.discard(caseless(row.device_id), row.number)
            self._by_label.discard(row.label, row.number)
            self._held_by_label.discard(row.label, row.number)
            self._statuses.drop(row.number)
        for number in edit.drop:
            del self._rows[number]
        self._put(edit.after)
        touched = [*edit.before, *edit.after]
        ids = {caseless(row.device_id) for row in touched}
        changed = {number for device_id in ids for number in self._by_id[device_id]}
        for label in {row.label for row in touched}:
            changed.update(self._held_by_label[label])
        self._statuses.judge_again(changed)
        return edit, changed | {row.number for row in edit.after}

    def take_up(self, numbers: Iterable[int]) -> None:
        """Record that a run has exactly these rows: they can't be edited or deleted until it ends."""
        self._taken_up = frozenset(numbers)

    def is_taken(self, number: int) -> bool:
        return number in self._taken_up or self._rows[number].outcome.state in UNDER_WAY

    def settle(self, outcomes: Mapping[int, Outcome]) -> set[int]:
        """Give rows new outcomes; deleted rows are skipped. This is no edit: it can't be undone."""
        found = {number for number in outcomes if number in self._rows}
        for number in found:
            outcome = outcomes[number]
            self._rows[number] = self._rows[number].with_outcome(outcome)
            if outcome.state is State.READY:
                self._statuses.judge_again((number,))
            else:
                # A row that was sent needs no judging.
                self._statuses.became(number, WITHOUT_REASON[outcome.state])
        return found

    def mark_saved(self, numbers: Iterable[int]) -> set[int]:
        """Mark these rows as saved."""
        found = {number for number in numbers if number in self._rows}
        for number in found:
            self._rows[number] = replace(self._rows[number], saved=True)
        self._statuses.judge_again(found)
        return found

    def _put(self, rows: Sequence[Row]) -> None:
        highest = next(reversed(self._rows), 0)
        in_order = True
        for row in rows:
            in_order = in_order and (row.number > highest or row.number in self._rows)
            highest = max(highest, row.number)
            self._rows[row.number] = row
        numbers = [row.number for row in rows]
        self._by_id.add((caseless(row.device_id) for row in rows), numbers)
        self._by_label.add((row.label for row in rows), numbers)
        held = [row for row in rows if row.held_for is HoldReason.LABEL_IN_ROW]
        self._held_by_label.add((row.label for row in held), (row.number for row in held))
        if not in_order:
            ordered = {number: self._rows[number] for number in sorted(self._rows)}
            self._rows.clear()
            self._rows.update(ordered)
        self._next = max(self._next, highest + 1)
        self._statuses.judge_again(numbers)

    def _may_be_sent(self, numbers: Sequence[int], states: frozenset[State]) -> list[bool]:
        """Return for each of these existing rows whether its status is in `states` and it could be sent."""
        wanted, ready = states & SENDABLE, State.READY
        row_of, status_of = self._rows.__getitem__, self._statuses.all().__getitem__
        # A row with the status ready has been checked already.
        return [
            status.state in wanted and (status.state is ready or self._judge.problem(row) is None)
            for row, status in zip(map(row_of, numbers), map(status_of, numbers), strict=True)
        ]


def _is_of(job: Job, row: Row) -> bool:
    """Return whether the row would produce this job again."""
    device = job.device
    same_texts = row.device_id == device.device_id and row.label == device.label
    return same_texts and (row.outcome is job.outcome or row.outcome == job.outcome)
