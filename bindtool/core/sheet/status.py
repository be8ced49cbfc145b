"""How each row of a sheet is shown: judged when it is asked for, counted all the time.

What a row's status is, and when it has to be judged again, is decided in `sheet`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from bindtool.core.common.messages import Message
    from bindtool.core.model.outcome import State


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

    def _judge_all(self) -> None:
        for number in sorted(self._to_judge):
            self.became(number, self._judge(number))
        self._to_judge = set()
