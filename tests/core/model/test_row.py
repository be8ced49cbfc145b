"""Rows and the head of a sheet: what stands in them when nobody said anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bindtool.core.common.messages import Message
from bindtool.core.model.row import Hold, HoldReason, Note, NoteReason, Row, SheetHead, Source

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_the_sources_have_their_names_in_reports() -> None:
    """The column `source` holds one of these words in any language."""
    assert [str(source) for source in Source] == ["scanned", "pasted", "typed", "file"]


def test_how_many_rows_a_job_lacks() -> None:
    """A job of 75 with 73 rows is two short, one with 76 has one too many; where nobody has said, nothing is."""
    head = SheetHead(1, NOON, expected=75)
    assert head.off_plan(73) == Message.of("planned.fewer", n=2, count=73, expected=75)
    assert head.off_plan(76) == Message.of("planned.more", n=1, count=76, expected=75)
    assert head.off_plan(75) is None
    assert SheetHead(1, NOON).off_plan(75) is None


@pytest.mark.parametrize("kind", [Hold, Note])
@pytest.mark.parametrize(
    "stored",
    [
        '{"reason": "of_a_later_version", "values": {"n": 3}}',
        '{"reason": "unknown", "values": {"stored": "x"}}',
        *('{"reason": "keyboard"}', "reason.keyboard", "[]"),
    ],
)
def test_a_reason_of_another_version_is_kept(kind: type[Hold | Note], stored: str) -> None:
    """This one can't say it, and writes it back as it stands."""
    found = kind.from_json(stored)
    assert (found.reason, found.to_json()) == (kind.reasons.UNKNOWN, stored)


def test_a_row_that_was_let_in_says_why_it_was_held() -> None:
    """Its reason comes back from the note, with its values; another note is not replaced, and no hold is none."""
    held = Hold.of(HoldReason.LABEL_IN_ROW, row=3)
    row = Row(1, "SPK1", "Speaker", Source.SCANNED, NOON, held=held)
    assert row.let_in is None
    let_in = row.included()
    assert (let_in.held, let_in.let_in) == (None, held)
    assert let_in.included() is let_in
    noted = replace(row, note=Note.of(NoteReason.CHANGED_SPACES)).included()
    assert (noted.held, noted.let_in) == (None, None)
