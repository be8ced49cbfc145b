"""What an edit has done is said in one count."""

from __future__ import annotations

from dataclasses import replace

from bindtool.core.common.messages import Message
from bindtool.core.model.outcome import State
from bindtool.core.model.row import Hold, HoldReason
from bindtool.core.sheet.edits import done_words, undone_words
from bindtool.core.sheet.sheet import Edit, Sheet
from tests.core.store.samples import row, settled


def test_an_edit_in_words() -> None:
    """Rows that went, came, or changed; a paste that changes some and adds others is told by all of them."""
    for before, after, n, done, undone in (
        ((row(1), row(2)), (), 2, "edit.deleted", "edit.back"),
        ((), (row(1),), 1, "edit.added", "edit.gone"),
        ((row(1),), (row(1, "OTHER"), row(2)), 2, "edit.changed", "edit.as_before"),
    ):
        edit = Edit(before, after)
        assert (done_words(edit), undone_words(edit, Sheet())) == (Message.of(done, n=n), Message.of(undone, n=n))


def test_the_undoing_of_one_row_in_words() -> None:
    """The row is named; one that was let in is held again, unless it was bound meanwhile."""
    ready, held = row(13), replace(row(13), held=Hold.of(HoldReason.ODD_ONE_OUT))
    bound = replace(held, outcome=settled(State.BOUND, 13)[13])
    for before, after, now, id_ in (
        (held, ready, held, "edit.held_again"),
        (held, ready, bound, "edit.as_before_row"),
        (ready, held, ready, "edit.as_before_row"),
        (held, held, held, "edit.as_before_row"),
        (ready, row(13, "OTHER"), ready, "edit.as_before_row"),
    ):
        assert undone_words(Edit((before,), (after,)), Sheet([now])) == Message.of(id_, row=13)
