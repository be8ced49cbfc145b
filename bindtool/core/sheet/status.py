"""How each row of a sheet is shown: judged when it is asked for, counted all the time.

What a row's status is, and when it has to be judged again, is decided in `sheet`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby, repeat
from typing import TYPE_CHECKING

from bindtool.core.model.outcome import State
from bindtool.core.sheet.indexes import NumberIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from bindtool.core.common.messages import Message


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


_NOT_JUDGED = RowStatus(State.INCOMPLETE)
"""Stands for the status of a row that has not been judged."""


class StatusCounts:
    """The status of each row by number, and how many rows have which.

    A run asks for the counts at every step, and each step changes few rows: the others are not judged again.

    Args:
        judge: tells how the row of a number is shown.
        judge_many: tells it of many rows, in their order.
    """

    def __init__(
        self, judge: Callable[[int], RowStatus], judge_many: Callable[[Sequence[int]], Sequence[RowStatus]]
    ) -> None:
        self._judge = judge
        self._judge_many = judge_many
        self._known: NumberIndex[RowStatus] = NumberIndex()
        # Numbers of all rows that are not judged; also of some that have been since, or are gone.
        self._to_judge: list[int] = []
        self._counts: Counter[State] = Counter()
        self._reasons: Counter[str] = Counter()
        self._held = 0

    def __getitem__(self, number: int) -> RowStatus:
        status = self._known.get(number)
        if status is None or status is _NOT_JUDGED:
            status = self._judge(number)
            self._known[number] = status
            self._count([status], 1)
        return status

    def came_in(self, numbers: Sequence[int], highest: int) -> None:
        """Note that rows came in, with numbers up to `highest` that no row had."""
        self._known.fill(zip(numbers, repeat(_NOT_JUDGED), strict=False), highest)
        self._to_judge += numbers

    def judge_again(self, numbers: Iterable[int]) -> None:
        """Note that rows which are there look different now."""
        status_of = self._known.of
        judged = [number for number in numbers if status_of(number) is not _NOT_JUDGED]
        self._count(map(status_of, judged), -1)
        self._known.fill(((number, _NOT_JUDGED) for number in judged), 0)
        self._to_judge += judged

    def became(self, statuses: Mapping[int, RowStatus]) -> None:
        """Note how rows which are there are shown now, where that needs no judge."""
        before = [status for status in map(self._known.of, statuses) if status is not _NOT_JUDGED]
        self._count(before, -1)
        self._known.fill(statuses.items(), 0)
        self._count(statuses.values(), 1)

    def drop(self, number: int) -> None:
        """Note that a row is gone."""
        status = self._known.get(number)
        if status is not None and status is not _NOT_JUDGED:
            self._count([status], -1)
        self._known.discard(number)

    def _count(self, statuses: Iterable[RowStatus], times: int) -> None:
        # Neighbours mostly have the same one.
        for status, alike in groupby(statuses):
            more = times * sum(1 for _ in alike)
            self._counts[status.state] += more
            self._held += more if status.held else 0
            if status.reason is not None:
                self._reasons[status.reason.id] += more

    def of(self, numbers: Iterable[int]) -> Iterator[RowStatus]:
        """Yield how those of these rows are shown that are there; much faster than one by one."""
        self._judge_all()
        return filter(None, map(self._known.of, numbers))

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

    def _judge_all(self) -> None:
        known, status_of = self._known, self._known.of
        # A row that was judged by itself and has changed since stands there twice.
        waiting = [number for number in dict.fromkeys(self._to_judge) if status_of(number) is _NOT_JUDGED]
        statuses = self._judge_many(waiting)
        known.fill(zip(waiting, statuses, strict=True), 0)
        self._count(statuses, 1)
        self._to_judge.clear()
