"""Which rows of a sheet somebody wants to see.

Owns the value and the decision, for one row and for a whole sheet. Their order is for `row_order`, keeping a table
in step with both for `arrangement`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bindtool.core.outcome import UNDER_WAY, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bindtool.core.row import Row
    from bindtool.core.sheet import Sheet, Standing

    Words = Callable[[Row, Standing], str]
    """Gives what a person reads of a row beside its state."""

_WORDED = UNDER_WAY | {State.UNKNOWN}
"""States that have words beside them whatever was answered."""


def no_words(_row: Row, _standing: Standing) -> str:
    """Know no words: where nobody reads."""
    return ""


@dataclass(frozen=True, slots=True)
class RowFilter:
    """What a row has to be, all of it at once; as it stands here, every row will do.

    `states`: it is shown in one of these, None for any. `held`: it is held, or it isn't; None for either. `text`:
    stands in its id, its label, its log id, the server's message or the words beside it, in whatever case.
    """

    states: frozenset[State] | None = None
    held: bool | None = None
    text: str = ""

    def wants(self, row: Row, standing: Standing, words: Words = no_words) -> bool:
        """Tell whether a row that is shown as `standing` is wanted."""
        return self._fits(standing) and (not self.text or _stands_in(self.text.casefold(), row, standing, words))

    def choose(self, sheet: Sheet, words: Words = no_words, among: Iterable[int] | None = None) -> list[int]:
        """Return the numbers of the rows that are wanted, in the order of arrival or of `among`.

        `among`: the numbers of the only ones to look at.
        """
        numbers = [row.number for row in sheet] if among is None else list(among)
        standing = sheet.standing
        if self.states is not None or self.held is not None:
            numbers = [number for number in numbers if self._fits(standing(number))]
        if self.text:
            sought = self.text.casefold()
            numbers = [number for number in numbers if _stands_in(sought, sheet[number], standing(number), words)]
        return numbers

    def narrows(self, other: RowFilter) -> bool:
        """Tell whether whatever this one wants is wanted by `other` too."""
        if other.states is not None and (self.states is None or not self.states <= other.states):
            return False
        return other.held in {None, self.held} and other.text.casefold() in self.text.casefold()

    def _fits(self, standing: Standing) -> bool:
        if self.states is not None and standing.state not in self.states:
            return False
        return self.held is None or standing.held is self.held


def _stands_in(sought: str, row: Row, standing: Standing, words: Words) -> bool:
    """A sheet of 100,000 rows is asked this at each key, so most rows are done with one look."""
    answer = row.outcome.answer
    if answer is None:
        if sought in f"{row.device_id}\n{row.label}".casefold():
            return True
        silent = row.note is None
    else:
        if sought in f"{row.device_id}\n{row.label}\n{answer.log_id}\n{answer.message}".casefold():
            return True
        silent = row.note is None and not answer.code
    if silent and standing.reason is None and standing.state not in _WORDED:
        return False
    return sought in words(row, standing).casefold()


EVERY_ROW = RowFilter()
TO_HANDLE = RowFilter(frozenset({State.REFUSED, State.UNKNOWN, State.UNSENT}))
"""What needs a hand after a run (ux.md 5.6)."""
