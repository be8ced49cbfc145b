"""What an edit of a bound row leaves behind at Coze, which bindtool can't change: the row says so from then on.

Owns that note. The ledger, which keeps what was bound, is the store's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bindtool.core.common.messages import Message
from bindtool.core.model.outcome import State

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bindtool.core.model.row import Row

_OLD_ID = "note.old_id_bound"
_NAME = "note.label_not_known"


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """How many bound rows an edit has given another id, and how many only another label."""

    ids: int
    labels: int

    @property
    def line(self) -> Message | None:
        """What a person is told of it, the graver thing; None where nothing is left behind."""
        if self.ids:
            return Message.of("edit.old_ids_bound", n=self.ids)
        return Message.of("edit.labels_not_known", n=self.labels) if self.labels else None


def left_behind(edits: Iterable[tuple[Row, Row]]) -> LeftBehind:
    """Count what edits, each a row before and after, leave behind."""
    bound = [(before, after) for before, after in edits if before.outcome.state is State.BOUND]
    ids = sum(before.device_id != after.device_id for before, after in bound)
    labels = sum(before.label != after.label for before, after in bound if before.device_id == after.device_id)
    return LeftBehind(ids, labels)


def with_note(before: Row, after: Row) -> Row:
    """Return `after` with a note where `before` is bound at Coze, or was before it was edited the first time."""
    was_bound = before.outcome.state is State.BOUND or _notes(before, _NAME)
    if was_bound and before.device_id != after.device_id:
        return replace(after, note=Message.of(_OLD_ID, device_id=before.device_id))
    if was_bound and before.label != after.label:
        return replace(after, note=Message.of(_NAME))
    if _notes(before, _OLD_ID) and before.note != Message.of(_OLD_ID, device_id=after.device_id):
        return replace(after, note=before.note)
    return after


def _notes(row: Row, id_: str) -> bool:
    return row.note is not None and row.note.id == id_
