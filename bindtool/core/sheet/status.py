"""The status of each row of a sheet: its problems, by itself and among the others, and counts by status.

Rows are judged on request, and counted all the time. When a row has to be judged again is decided in `sheet`.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from bindtool.core.barcode.code import Code, parse
from bindtool.core.common.messages import Message
from bindtool.core.model.device import caseless, is_plain, label_problem
from bindtool.core.model.outcome import State
from bindtool.core.model.row import Hold, HoldReason, Row, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class RowStatus:
    """The status of a row: its state, and the reason if it is incomplete; `held`: one tick removes the reason."""

    state: State
    reason: Message | None = None
    held: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """The numbers of rows fit to be sent, `held`, repeats of other rows, and otherwise `incomplete`."""

    added: int = 0
    held: int = 0
    repeats: int = 0
    incomplete: int = 0


class StatusCounts:
    """The status of each row by number, and the number of rows with each status.

    A run asks for the counts at every step, and each step changes few rows: the others are not judged again.

    Args:
        judge: returns the status of the row with a number.
    """

    def __init__(self, judge: Callable[[int], RowStatus]) -> None:
        self._judge = judge
        self._known: dict[int, RowStatus] = {}
        # The numbers of rows not judged since they came in or changed; their old status is not counted.
        self._to_judge: set[int] = set()
        self._counts: Counter[State] = Counter()
        self._reasons: Counter[str] = Counter()
        self._held = 0

    def __getitem__(self, number: int) -> RowStatus:
        if number in self._to_judge:
            self.became(number, self._judge(number))
        return self._known[number]

    def judge_again(self, numbers: Iterable[int]) -> None:
        """Mark rows as new or changed."""
        for number in numbers:
            self._discount(number)
            self._to_judge.add(number)

    def became(self, number: int, status: RowStatus) -> None:
        """Set the status of a row."""
        self._discount(number)
        self._to_judge.discard(number)
        self._known[number] = status
        self._count(status, 1)

    def drop(self, number: int) -> None:
        """Forget a deleted row."""
        self._discount(number)
        self._to_judge.discard(number)
        self._known.pop(number, None)

    def _discount(self, number: int) -> None:
        if number in self._known and number not in self._to_judge:
            self._count(self._known[number], -1)

    def _count(self, status: RowStatus, times: int) -> None:
        self._counts[status.state] += times
        self._held += times * status.held
        if status.reason is not None:
            self._reasons[status.reason.id] += times

    def counts(self) -> Mapping[State, int]:
        """Return the number of rows in each state."""
        self._judge_all()
        return self._counts.copy()

    def held(self) -> int:
        """Return the number of held rows."""
        self._judge_all()
        return self._held

    def reasons(self) -> Counter[str]:
        """Return the number of incomplete rows by the id of the reason."""
        self._judge_all()
        return self._reasons

    def all(self) -> Mapping[int, RowStatus]:
        """Return the status of each row by its number."""
        self._judge_all()
        return self._known

    def _judge_all(self) -> None:
        for number in sorted(self._to_judge):
            status = self._known[number] = self._judge(number)
            self._count(status, 1)
        self._to_judge = set()


REPEAT = "reason.repeat"
"""The reason of a row whose id an earlier row has."""
WITHOUT_REASON = {state: RowStatus(state) for state in State}
"""The status of a row that can be sent or was sent; a row in any state but READY always has it."""
SAVING = Message.of("reason.saving")
"""The reason of a row whose newest text is not on disk yet."""
_SAVING = RowStatus(State.INCOMPLETE, SAVING)


class TextIndex:
    """An index of row numbers by text, ascending."""

    def __init__(self) -> None:
        self._numbers: dict[str, list[int]] = {}

    def __getitem__(self, text: str) -> Sequence[int]:
        return self._numbers.get(text, ())

    def add(self, texts: Iterable[str], numbers: Iterable[int]) -> None:
        """Add rows; each of `texts` belongs to the number at the same position."""
        known = self._numbers
        for text, number in zip(texts, numbers, strict=True):
            if text in known:
                insort(known[text], number)
            else:
                known[text] = [number]

    def discard(self, text: str, number: int) -> None:
        """Remove a row from a text, if it is there."""
        numbers = self._numbers.get(text, [])
        at = bisect_left(numbers, number)
        if numbers[at : at + 1] == [number]:
            del numbers[at]
            if not numbers:
                del self._numbers[text]


class RowJudge:
    """Judges the rows of a sheet by the current contents of its indexes.

    It holds no reference to the sheet: a closed sheet is freed at once with all its rows, without the cycle
    collector.
    """

    def __init__(self, rows: Mapping[int, Row], by_id: TextIndex, by_label: TextIndex) -> None:
        self._rows = rows
        self._by_id = by_id
        self._by_label = by_label

    def status(self, number: int) -> RowStatus:
        """Return the status of a row."""
        row = self._rows[number]
        state = row.outcome.state
        if state is State.READY and not row.saved:
            return _SAVING
        problem = self.problem(row) if state is State.READY else None
        if problem is None:
            return WITHOUT_REASON[state]
        if not isinstance(problem, Hold):
            return RowStatus(State.INCOMPLETE, problem)
        # A text with parts can't be ticked: its `held` names the part searched for; without an id, why none.
        ticked = bool(row.device_id) and problem.reason is not HoldReason.NO_NUMBER
        ticked = ticked and parts_problem(row) is None
        return RowStatus(State.INCOMPLETE, problem.message, held=ticked)

    def problem(self, row: Row) -> Message | Hold | None:
        """Return why a row of the sheet can't be sent; None if it can."""
        if not row.saved:
            return SAVING
        # Nearly all rows have such an id and are not held.
        problem = None if is_plain(row.device_id) else id_problem_of(row)
        problem = problem or (None if row.held is None else no_number(row))
        if problem is not None:
            return problem
        key = caseless(row.device_id)
        if self._by_id[key][0] != row.number:
            alike = map(self._rows.__getitem__, self._by_id[key])
            first = next(other.number for other in alike if other.device_id == row.device_id)
            if first != row.number:
                return Message.of(REPEAT, row=first)
        held = None if row.held is None else self._why_held(row, row.held)
        # Last: a row that waits for a person needs no label yet.
        return held or label_problem(row.label)

    def _why_held(self, row: Row, held: Hold) -> Hold | None:
        match held.reason:
            case HoldReason.LABEL_IN_ROW:
                numbers = self._by_label[row.label]
            case HoldReason.OTHER_CASE:
                numbers = self._by_id[caseless(row.device_id)]
            case _:
                return held
        # Only while another device of the sheet has the label, or the id in another case.
        others = (other for other in map(self._rows.__getitem__, numbers) if other.device_id != row.device_id)
        other = next(others, None)
        return None if other is None else Hold.of(held.reason, row=other.number)


def id_problem_of(row: Row) -> Message | Hold | None:
    """Return why the id of a row can't be sent; if it has parts or is missing, the hold reason says more."""
    problem = text_problem(row)
    if problem is not None and row.held is not None and (not row.device_id or parts_problem(row) is not None):
        return row.held
    return problem


def text_problem(row: Row) -> Message | None:
    """Return why the id of a row can't be sent: it has parts and no rule for them, or is invalid."""
    return None if is_plain(row.device_id) else _parsed(row.device_id).problem(code_of(row))


def parts_problem(row: Row) -> Message | None:
    """Return the parts in a row's id; None without parts, or if a rule has extracted it from a code."""
    return None if is_plain(row.device_id) else _parsed(row.device_id).parts_problem(code_of(row))


def no_number(row: Row) -> Hold | None:
    """Return the reason of a row without a label on a bench without running numbers left; no tick would help."""
    return row.held if row.held_for is HoldReason.NO_NUMBER and not row.label else None


def code_of(row: Row) -> Code:
    """Return the code that the row's id came from, parsed as it was when it came in."""
    if row.arrived == row.device_id:
        return _parsed(row.device_id)
    return _parsed(row.arrived, in_cell=row.source is not Source.SCANNED)


@lru_cache(maxsize=256)
def _parsed(text: str, *, in_cell: bool = False) -> Code:
    """Parse and cache: the last rows are judged with every scan; none has an access token."""
    return parse(text, in_cell=in_cell)
