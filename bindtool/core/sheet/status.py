"""How each row of a sheet is shown: what is wrong with it, by itself and among the others, and how many have which.

Rows are judged when they are asked for, and counted all the time. When a row has to be judged again is decided in
`sheet`.
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
    """How a row is shown: its state, and why it is incomplete where it is; `held`: one tick removes the reason."""

    state: State
    reason: Message | None = None
    held: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows of a list are fit to be sent, `held`, repeats of other rows, and otherwise `incomplete`."""

    added: int = 0
    held: int = 0
    repeats: int = 0
    incomplete: int = 0


class StatusCounts:
    """The status of each row by number, and how many rows have which.

    A run asks for the counts at every step, and each step changes few rows: the others are not judged again.

    Args:
        judge: tells how the row of a number is shown.
    """

    def __init__(self, judge: Callable[[int], RowStatus]) -> None:
        self._judge = judge
        self._known: dict[int, RowStatus] = {}
        # The numbers of rows that are not judged, or not since they changed; what is known of them is not counted.
        self._to_judge: set[int] = set()
        self._counts: Counter[State] = Counter()
        self._reasons: Counter[str] = Counter()
        self._held = 0

    def __getitem__(self, number: int) -> RowStatus:
        if number in self._to_judge:
            self.became(number, self._judge(number))
        return self._known[number]

    def judge_again(self, numbers: Iterable[int]) -> None:
        """Note that rows came in, or look different now."""
        for number in numbers:
            self._discount(number)
            self._to_judge.add(number)

    def became(self, number: int, status: RowStatus) -> None:
        """Note how a row is shown now."""
        self._discount(number)
        self._to_judge.discard(number)
        self._known[number] = status
        self._count(status, 1)

    def drop(self, number: int) -> None:
        """Note that a row is gone."""
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
        """Return how many rows are in each state."""
        self._judge_all()
        return self._counts.copy()

    def held(self) -> int:
        """Return how many rows are held."""
        self._judge_all()
        return self._held

    def reasons(self) -> Counter[str]:
        """Return how many rows are incomplete, by the id of the reason."""
        self._judge_all()
        return self._reasons

    def all(self) -> Mapping[int, RowStatus]:
        """Return how each row is shown, by number."""
        self._judge_all()
        return self._known

    def _judge_all(self) -> None:
        for number in sorted(self._to_judge):
            status = self._known[number] = self._judge(number)
            self._count(status, 1)
        self._to_judge = set()


REPEAT = "reason.repeat"
"""The reason of a row whose id another row had before."""
WITHOUT_REASON = {state: RowStatus(state) for state in State}
"""How a row is shown that can be sent or was sent; one in a state but READY always is."""
SAVING = Message.of("reason.saving")
"""The reason of a row whose newest text the disk does not have yet."""
_SAVING = RowStatus(State.INCOMPLETE, SAVING)


class TextIndex:
    """Numbers of rows by a text that they have, ascending."""

    def __init__(self) -> None:
        self._numbers: dict[str, list[int]] = {}

    def __getitem__(self, text: str) -> Sequence[int]:
        return self._numbers.get(text, ())

    def add(self, texts: Iterable[str], numbers: Iterable[int]) -> None:
        """Note that rows have texts, each of `texts` the row of the number beside it."""
        known = self._numbers
        for text, number in zip(texts, numbers, strict=True):
            if text in known:
                insort(known[text], number)
            else:
                known[text] = [number]

    def discard(self, text: str, number: int) -> None:
        """Note that a row has the text no more, if it had it."""
        numbers = self._numbers.get(text, [])
        at = bisect_left(numbers, number)
        if numbers[at : at + 1] == [number]:
            del numbers[at]
            if not numbers:
                del self._numbers[text]


class RowJudge:
    """Judges the rows of a sheet by what its indexes have at that time.

    It does not know the sheet: one that is left goes at once with all its rows, and no look for garbage has to find
    it.
    """

    def __init__(self, rows: Mapping[int, Row], by_id: TextIndex, by_label: TextIndex) -> None:
        self._rows = rows
        self._by_id = by_id
        self._by_label = by_label

    def status(self, number: int) -> RowStatus:
        """Return how a row is shown."""
        row = self._rows[number]
        state = row.outcome.state
        if state is State.READY and not row.saved:
            return _SAVING
        problem = self.problem(row) if state is State.READY else None
        if problem is None:
            return WITHOUT_REASON[state]
        if not isinstance(problem, Hold):
            return RowStatus(State.INCOMPLETE, problem)
        # A text with parts can't be ticked: its `held` says what was looked for in it; without an id, why none.
        ticked = bool(row.device_id) and problem.reason is not HoldReason.NO_NUMBER
        ticked = ticked and parts_problem(row) is None
        return RowStatus(State.INCOMPLETE, problem.message, held=ticked)

    def problem(self, row: Row) -> Message | Hold | None:
        """Say why a row of the sheet can't be sent; None where it can."""
        if not row.saved:
            return SAVING
        # Nearly all rows have such an id, and nothing holds them.
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
        # Last: a row that waits for somebody needs no label yet.
        return held or label_problem(row.label)

    def _why_held(self, row: Row, held: Hold) -> Hold | None:
        match held.reason:
            case HoldReason.LABEL_IN_ROW:
                numbers = self._by_label[row.label]
            case HoldReason.OTHER_CASE:
                numbers = self._by_id[caseless(row.device_id)]
            case _:
                return held
        # Only while another device of the sheet has the label, or the id but for its case.
        others = (other for other in map(self._rows.__getitem__, numbers) if other.device_id != row.device_id)
        other = next(others, None)
        return None if other is None else Hold.of(held.reason, row=other.number)


def id_problem_of(row: Row) -> Message | Hold | None:
    """Say why the id of a row can't be sent; where it has parts or is missing, why it is held says more."""
    problem = text_problem(row)
    if problem is not None and row.held is not None and (not row.device_id or parts_problem(row) is not None):
        return row.held
    return problem


def text_problem(row: Row) -> Message | None:
    """Say why the id of a row can't be sent: one that has parts and no rule for them, or unfit."""
    return None if is_plain(row.device_id) else _parsed(row.device_id).problem(code_of(row))


def parts_problem(row: Row) -> Message | None:
    """Say what parts the id of a row has; None where it has none, or where a rule has taken it out of a code."""
    return None if is_plain(row.device_id) else _parsed(row.device_id).parts_problem(code_of(row))


def no_number(row: Row) -> Hold | None:
    """Say why a row has no label where its bench has run out of running numbers; no tick would help."""
    return row.held if row.held_for is HoldReason.NO_NUMBER and not row.label else None


def code_of(row: Row) -> Code:
    """Return the code that a row has come of, parsed as it was when it came in."""
    if row.arrived == row.device_id:
        return _parsed(row.device_id)
    return _parsed(row.arrived, in_cell=row.source is not Source.SCANNED)


@lru_cache(maxsize=256)
def _parsed(text: str, *, in_cell: bool = False) -> Code:
    """The last rows are judged with every scan; none has an access token."""
    return parse(text, in_cell=in_cell)
