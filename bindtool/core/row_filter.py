"""Which rows of a sheet somebody wants to see.

Owns the value and the decision for one row. Keeping a table in step with it is for `sheet_model`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bindtool.core.outcome import State

if TYPE_CHECKING:
    from bindtool.core.row import Row
    from bindtool.core.sheet import Standing


@dataclass(frozen=True, slots=True)
class RowFilter:
    """What a row has to be, all of it at once; as it stands here, every row will do.

    `states`: it is shown in one of these, None for any. `held`: it is held, or it isn't; None for either. `text`:
    stands in its id, its label, the server's message or its log id, in whatever case.
    """

    states: frozenset[State] | None = None
    held: bool | None = None
    text: str = ""

    def wants(self, row: Row, standing: Standing) -> bool:
        """Tell whether a row that is shown as `standing` is wanted."""
        if self.states is not None and standing.state not in self.states:
            return False
        if self.held is not None and standing.held is not self.held:
            return False
        return not self.text or self._stands_in(row)

    def _stands_in(self, row: Row) -> bool:
        sought = self.text.casefold()
        answer = row.outcome.answer
        texts = (row.device_id, row.label, *((answer.message, answer.log_id) if answer is not None else ()))
        return any(sought in text.casefold() for text in texts)


EVERY_ROW = RowFilter()
TO_HANDLE = RowFilter(frozenset({State.REFUSED, State.UNKNOWN, State.UNSENT}))
"""What needs a hand after a run (ux.md 5.6)."""
