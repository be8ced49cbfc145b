"""One edit of a sheet, which can be undone: its effect on a row's outcome, and what stays bound at Coze."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bindtool.core.common.messages import Message
from bindtool.core.model.outcome import Outcome, State
from bindtool.core.model.row import Note, NoteReason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bindtool.core.model.row import Row


@dataclass(frozen=True, slots=True)
class Edit:
    """Rows taken out and rows put in, in one step. Its inverse takes it back."""

    before: tuple[Row, ...]
    after: tuple[Row, ...]

    @property
    def inverse(self) -> Edit:
        """The edit that takes this one back."""
        return Edit(self.after, self.before)

    @property
    def put(self) -> tuple[Row, ...]:
        """The rows that the database has to write."""
        return self.after

    @property
    def drop(self) -> tuple[int, ...]:
        """The numbers of the rows that the database has to delete."""
        kept = {row.number for row in self.after}
        return tuple(row.number for row in self.before if row.number not in kept)


def edited(old: Row, new: Row) -> Row:
    """Return `new` as not saved, with the outcome of `old` as far as that is still true of its texts."""
    if new.device_id != old.device_id:
        return replace(new, outcome=Outcome(), saved=False)
    if new.label != old.label and not old.outcome.lost:
        return replace(new, outcome=Outcome(), saved=False)
    return replace(new, outcome=old.outcome, saved=False)


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """How many bound rows an edit has given another id, and how many only another label."""

    ids: int
    labels: int

    @property
    def message(self) -> Message | None:
        """What a person is told of it, ids before labels; None where nothing is left behind."""
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
    was_bound = before.outcome.state is State.BOUND or _notes(before, NoteReason.LABEL_NOT_KNOWN)
    if was_bound and before.device_id != after.device_id:
        return replace(after, note=Note.of(NoteReason.OLD_ID_BOUND, device_id=before.device_id))
    if was_bound and before.label != after.label:
        return replace(after, note=Note.of(NoteReason.LABEL_NOT_KNOWN))
    old_id = Note.of(NoteReason.OLD_ID_BOUND, device_id=after.device_id)
    if _notes(before, NoteReason.OLD_ID_BOUND) and before.note != old_id:
        return replace(after, note=before.note)
    return after


def _notes(row: Row, reason: NoteReason) -> bool:
    return row.note is not None and row.note.reason is reason
