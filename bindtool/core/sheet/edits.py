"""Edits of a sheet: the undo stack, the description of an edit, and the devices it leaves bound at Coze."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bindtool.core.common.errors import BadInput
from bindtool.core.common.messages import Message
from bindtool.core.model.outcome import State
from bindtool.core.model.row import Note, NoteReason, Row
from bindtool.core.sheet.sheet import Edit, Sheet, edited

if TYPE_CHECKING:
    from collections.abc import Iterable, Set

    from bindtool.core.sheet.sheet import Done


class UndoStack:
    """The edits of a sheet that can be undone, and those that can be redone.

    Args:
        sheet: the sheet that they edit.
    """

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._done: list[Edit] = []
        self._undone: list[Edit] = []

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to undo."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether there is an edit to redo."""
        return bool(self._undone)

    @property
    def last(self) -> Edit | None:
        """The edit that `undo` would revert."""
        return self._done[-1] if self._done else None

    def push(self, done: Done, *, joined: bool = False) -> Done:
        """Push an edit that was made, and return it.

        `joined`: it adds rows, or changes rows of the edit before, and is undone together with that edit.
        """
        edit, _ = done
        if joined:
            last, changed = self._done[-1], {row.number for row in edit.before}
            kept = tuple(row for row in last.after if row.number not in changed)
            self._done[-1] = Edit(last.before, kept + edit.after)
        else:
            self._done.append(edit)
            self._undone.clear()
        return done

    def undo(self) -> Done:
        """Undo the last edit.

        Raises:
            BadInput: it would change a row that a run has, or remove one that has been sent.
        """
        return self._take_back(self._done, self._undone)

    def redo(self) -> Done:
        """Redo the edit undone last; raises as `undo`."""
        return self._take_back(self._undone, self._done)

    def _take_back(self, source: list[Edit], target: list[Edit]) -> Done:
        last, sheet = source[-1], self._sheet
        current = tuple(sheet.rows(row.number for row in last.after))
        pairs = zip(last.after, current, strict=True)
        sent_since = {then.number for then, now in pairs if now.outcome.attempts > then.outcome.attempts}
        edit = Edit(current, tuple(self._as_of_now(row, sent_since) for row in last.before))
        if sent_since and any(not sheet.is_taken(number) for number in sent_since.intersection(edit.drop)):
            raise BadInput("edit.already_sent")
        done = sheet.apply(edit)
        source.pop()
        target.append(edit)
        return done

    def _as_of_now(self, row: Row, sent_since: Set[int]) -> Row:
        """Undo restores texts, not outcomes: a device's result since then stays true. The row is unsaved."""
        if row.number in sent_since and self._sheet[row.number].device_id == row.device_id:
            return edited(self._sheet[row.number], row)
        return replace(row, saved=False)


def done_words(edit: Edit) -> Message:
    """Describe an edit: the rows that it removed, else added, else changed."""
    return _count(edit, gone="edit.deleted", come="edit.added", changed="edit.changed")


def undone_words(edit: Edit, sheet: Sheet) -> Message:
    """Describe the undoing of an edit; as `done_words`, a single changed row by its number.

    `sheet`: as it is afterwards: a row that was sent meanwhile is held no more.
    """
    if len(edit.before) == len(edit.after) == 1:
        now = sheet[edit.before[0].number]
        held_again = edit.after[0].held is None and now.held is not None and now.outcome.state is State.READY
        return Message.of("edit.held_again" if held_again else "edit.as_before_row", row=now.number)
    return _count(edit, gone="edit.back", come="edit.gone", changed="edit.as_before")


def _count(edit: Edit, *, gone: str, come: str, changed: str) -> Message:
    before, after = ({row.number for row in rows} for rows in (edit.before, edit.after))
    if before - after:
        return Message.of(gone, n=len(before - after))
    if not before:
        return Message.of(come, n=len(after))
    return Message.of(changed, n=len(after))


def left_behind(edits: Iterable[tuple[Row, Row]]) -> Message | None:
    """Return how many bound rows the edits (row before, row after) gave another id, else only another label."""
    bound = [(before, after) for before, after in edits if before.outcome.state is State.BOUND]
    ids = sum(before.device_id != after.device_id for before, after in bound)
    if ids:
        return Message.of("edit.old_ids_bound", n=ids)
    labels = sum(before.label != after.label for before, after in bound)
    return Message.of("edit.labels_not_known", n=labels) if labels else None


def with_note(before: Row, after: Row) -> Row:
    """Return `after` with a note if `before` is bound at Coze, or was before its first edit."""
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
