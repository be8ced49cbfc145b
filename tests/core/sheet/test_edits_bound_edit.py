"""What is said of an edited row that was bound."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bindtool.core.common.messages import Message
from bindtool.core.model.outcome import Outcome, State
from bindtool.core.model.row import Note, NoteReason, Row, Source
from bindtool.core.sheet.edits import left_behind, with_note

FRESH = Row(1, "A", "L", Source.SCANNED, datetime(2026, 11, 25, tzinfo=UTC), saved=True)
BOUND = replace(FRESH, outcome=Outcome(State.BOUND, attempts=1))
SPACES = Note.of(NoteReason.CHANGED_SPACES)
OLD_ID = Note.of(NoteReason.OLD_ID_BOUND, device_id="A")
NAME = Note.of(NoteReason.LABEL_NOT_KNOWN)


def edited(row: Row, **texts: object) -> Row:
    """Return a row edited by hand, which has not been sent."""
    changed = replace(row, note=SPACES, **texts)  # type: ignore[arg-type]  # fields of Row
    return replace(with_note(row, changed), outcome=Outcome())


def test_a_row_that_was_not_bound() -> None:
    """An edit of it leaves nothing behind."""
    assert edited(FRESH, device_id="B").note == SPACES
    assert left_behind([(FRESH, edited(FRESH, device_id="B"))]) is None


def test_another_id() -> None:
    """The old one stays bound, and the row says so, also when it is edited once more, until it has it back."""
    once = edited(BOUND, device_id="B", label="M")
    assert once.note == OLD_ID
    twice = edited(once, device_id="C")
    assert twice.note == OLD_ID
    assert edited(twice, label="N").note == OLD_ID
    assert edited(twice, device_id="A").note == SPACES


def test_another_label() -> None:
    """Whether the name changes is not known; with another id after that, the first one stays bound."""
    once = edited(BOUND, label="M")
    assert once.note == NAME
    assert edited(once, label="N").note == NAME
    assert edited(once, device_id="B").note == OLD_ID
    assert edited(BOUND, held=None).note == SPACES


def test_what_a_person_is_told() -> None:
    """How many ids stay bound; where none does, how many names may stay as they are."""
    edits = [
        (BOUND, edited(BOUND, device_id="B", label="M")),
        (BOUND, edited(BOUND, label="M")),
        (BOUND, edited(BOUND, label="N")),
        (BOUND, edited(BOUND, held=None)),
    ]
    assert left_behind(edits) == Message.of("edit.old_ids_bound", n=1)
    assert left_behind(edits[1:]) == Message.of("edit.labels_not_known", n=2)
    assert left_behind(edits[3:]) is None
