"""Filters the rows of a sheet, one row or the whole sheet.

Their order is in `sorting`; `projection` keeps a table up to date with both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bindtool.core.model.outcome import NEEDS_HAND, Answer, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bindtool.core.model.row import Row
    from bindtool.core.sheet.sheet import Sheet
    from bindtool.core.sheet.status import RowStatus

    Words = Callable[[Row, RowStatus], str]
    """Returns the displayed texts of a row except its state."""


def no_words(_row: Row, _status: RowStatus) -> str:
    """Return no texts, for callers that don't search them."""
    return ""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a row needs a hand: its state, and the code of its last refusal; None for other states."""

    state: State
    code: int | None = None


def cause_of(row: Row, status: RowStatus) -> Cause | None:
    """Return why a row with this status needs a hand; None if it needs none."""
    if status.state not in NEEDS_HAND:
        return None
    refused = status.state is State.REFUSED or row.outcome.refused_since
    answer = row.outcome.answer if refused else None
    return Cause(status.state, answer.code if answer is not None else None)


@dataclass(frozen=True, slots=True)
class RowFilter:
    """The conditions for a row, all of which it has to meet; the defaults let every row pass.

    `states`: its status is one of these, None for any. `held`: it is held, or it isn't; None for either. `text`:
    its id, label, log id, server message or displayed words contain it, case-insensitive. `cause`: why it needs a
    hand; None for any cause and for none.
    """

    states: frozenset[State] | None = None
    held: bool | None = None
    text: str = ""
    cause: Cause | None = None

    def wants(self, row: Row, status: RowStatus, words: Words = no_words) -> bool:
        """Return whether a row with this status passes."""
        if self.states is not None and status.state not in self.states:
            return False
        if self.held is not None and status.held is not self.held:
            return False
        if self.cause is not None and cause_of(row, status) != self.cause:
            return False
        return not self.text or bool(self._found([row], lambda _: status, words))

    def choose(self, sheet: Sheet, words: Words = no_words, among: Iterable[int] | None = None) -> list[int]:
        """Return the numbers of the rows that pass, in the order of arrival or of `among`.

        `among`: the numbers of the only rows to check.
        """
        numbers = [row.number for row in sheet] if among is None else list(among)
        status_of = sheet.status
        if self.states is not None:
            # Enums are slow to find in a set.
            states = tuple(self.states)
            numbers = [number for number in numbers if status_of(number).state in states]
        if self.held is not None:
            numbers = [number for number in numbers if status_of(number).held is self.held]
        if self.cause is not None:
            numbers = [number for number in numbers if cause_of(sheet[number], status_of(number)) == self.cause]
        return self._found(sheet.rows(numbers), status_of, words) if self.text else numbers

    def narrows(self, other: RowFilter) -> bool:
        """Return whether every row that passes this filter passes `other` too."""
        if other.states is not None and (self.states is None or not self.states <= other.states):
            return False
        if other.held not in {None, self.held} or other.cause not in {None, self.cause}:
            return False
        return other.text.casefold() in self.text.casefold()

    def _found(self, rows: Iterable[Row], status_of: Callable[[int], RowStatus], words: Words) -> list[int]:
        """Called at each key, on sheets of 100,000 rows, so for most rows it compares as little as possible."""
        sought = self.text.casefold()
        found = []
        before, stands_in_answer = None, False
        for row in rows:
            answer = row.outcome.answer
            # Rows that were sent together mostly share their answer.
            if answer is not before:
                before, stands_in_answer = answer, answer is not None and _stands_in(sought, answer)
            if (
                stands_in_answer
                or sought in row.device_id.casefold()
                or sought in row.label.casefold()
                or (has_words(row, status_of) and sought in words(row, status_of(row.number)).casefold())
            ):
                found.append(row.number)
        return found


def _stands_in(sought: str, answer: Answer) -> bool:
    return sought in answer.log_id.casefold() or sought in answer.message.casefold()


def has_words(row: Row, status_of: Callable[[int], RowStatus]) -> bool:
    """Return quickly whether a row may have displayed words besides its state; most rows have none."""
    outcome, answer = row.outcome, row.outcome.answer
    if row.note is not None or (answer is not None and answer.code):
        return True
    if outcome.state is State.READY:
        return status_of(row.number).reason is not None
    return outcome.state is not State.BOUND


def of_cause(cause: Cause) -> RowFilter:
    return RowFilter(frozenset({cause.state}), cause=cause)


EVERY_ROW = RowFilter()
TO_HANDLE = RowFilter(NEEDS_HAND)
