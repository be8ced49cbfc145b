"""One edit and its inverse."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from bindtool.core.model.outcome import Outcome, State
from bindtool.core.model.row import Row, Source
from bindtool.core.sheet.edits import Edit, edited

ROW = Row(1, "A", "L", Source.SCANNED, datetime(2026, 11, 25, tzinfo=UTC), saved=True)
LOST = Outcome(State.UNKNOWN, attempts=1, lost=True)


def test_an_edit_says_what_a_database_has_to_do() -> None:
    """It writes what is there afterwards and forgets what is not; the inverse does it the other way round."""
    new = replace(ROW, number=2)
    edit = Edit((ROW,), (replace(ROW, label="M"), new))
    assert (edit.put, edit.drop) == ((replace(ROW, label="M"), new), ())
    assert (edit.inverse.put, edit.inverse.drop) == ((ROW,), (2,))


def test_the_outcome_of_an_edited_row() -> None:
    """It stays with the id and the label that were sent; a lost answer stays with the id."""
    bound = replace(ROW, outcome=Outcome(State.BOUND, attempts=1))
    assert edited(bound, replace(bound, held=None)) == replace(bound, saved=False)
    assert edited(bound, replace(bound, label="M")).outcome == Outcome()
    lost = replace(ROW, outcome=LOST)
    assert edited(lost, replace(lost, label="M")).outcome == LOST
    assert edited(lost, replace(lost, device_id="B")).outcome == Outcome()
