"""What an edit has done is said in one count."""

from __future__ import annotations

from dataclasses import replace

from bindtool.core.common.messages import Message
from bindtool.core.model.row import Hold, HoldReason
from bindtool.core.sheet.edits import done_words, undone_words
from bindtool.core.sheet.sheet import Edit
from tests.core.store.samples import row


def test_an_edit_in_words() -> None:
    """Rows that went, came, or changed; a paste that changes some and adds others is told by all of them."""
    edit = Edit((row(1), row(2)), ())
    assert (done_words(edit), undone_words(edit)) == (
        Message.of("edit.deleted", n=2),
        Message.of("edit.back", n=2),
    )
    edit = Edit((), (row(1),))
    assert (done_words(edit), undone_words(edit)) == (Message.of("edit.added", n=1), Message.of("edit.gone", n=1))
    edit = Edit((row(1),), (row(1, "OTHER"), row(2)))
    assert (done_words(edit), undone_words(edit)) == (
        Message.of("edit.changed", n=2),
        Message.of("edit.as_before", n=2),
    )


def test_the_undoing_of_one_row_in_words() -> None:
    """The row is named; one that was let in is held again."""
    ready, held = row(13), replace(row(13), held=Hold.of(HoldReason.ODD_ONE_OUT))

    assert undone_words(Edit((held,), (ready,))) == Message.of("edit.held_again", row=13)
    assert undone_words(Edit((ready,), (held,))) == Message.of("edit.as_before_row", row=13)
    assert undone_words(Edit((held,), (held,))) == Message.of("edit.as_before_row", row=13)
    assert undone_words(Edit((ready,), (row(13, "OTHER"),))) == Message.of("edit.as_before_row", row=13)
