"""What was changed in a text is said in a note, visibly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.barcode.code import parse
from bindtool.core.intake import reading
from bindtool.core.model.device import normalise
from bindtool.core.model.row import Note, NoteReason


def note_of(arrived: str, device_id: str) -> Note | None:
    """Return the note for a row."""
    return reading.note_of(parse(arrived), device_id)


def test_nothing_changed() -> None:
    """Then there is no note; a part that a rule takes out of a text is not changed."""
    assert note_of("SPK1", "SPK1") is None
    assert note_of("SN:SPK1;MAC:2", "SPK1") is None


@pytest.mark.parametrize(
    ("arrived", "note"),
    [
        (" SPK1\r", Note.of(NoteReason.CHANGED_SPACES)),
        ("\ufeffSPK1\u200b ", Note.of(NoteReason.HIDDEN_REMOVED, codes="U+FEFF, U+200B")),
        ("\u00a0SPK1\u00a0", Note.of(NoteReason.HIDDEN_REMOVED, codes="U+00A0")),
        (
            "\u200b\u200c\u200d\u200e\u200fSPK1",
            Note.of(NoteReason.HIDDEN_REMOVED, codes="U+200B, U+200C, U+200D, U+200E, …"),
        ),
        (" SPK1\u3000\u200b", Note.of(NoteReason.HIDDEN_REMOVED, codes="U+3000, U+200B")),
        (" ＳＰＫ1", Note.of(NoteReason.PUT_BACK, before="ＳＰＫ1", after="SPK1")),
        ("\u200bＳPK1", Note.of(NoteReason.CHANGED, before="[U+200B]ＳPK1", after="SPK1")),
    ],
    ids=ascii,
)
def test_what_was_changed(arrived: str, note: Note) -> None:
    """Hidden characters are named, others shown before and after; outer spaces only where there is nothing else."""
    assert note_of(arrived, "SPK1") == note


def test_nothing_but_what_can_not_be_seen() -> None:
    """All of it is named."""
    assert note_of("\u200b\ufeff", "") == Note.of(NoteReason.HIDDEN_REMOVED, codes="U+200B, U+FEFF")


@given(st.text(st.sampled_from("A1 \u200b\ufeff\u00a0Ａ\n")))
def test_any_text_can_be_noted(text: str) -> None:
    """Whatever was taken off, nothing raises; nothing is said where nothing was."""
    assert (note_of(text, normalise(text)) is None) == (text == normalise(text))


def test_what_can_not_be_seen_inside_was_not_changed() -> None:
    """It stays and is not named as removed; where the text was changed otherwise, both sides show it."""
    assert note_of("\ufeffSP\u200bK1", "SP\u200bK1") == Note.of(NoteReason.HIDDEN_REMOVED, codes="U+FEFF")
    folded = Note.of(NoteReason.PUT_BACK, before="Ｓ[U+200B]P", after="S[U+200B]P")
    assert note_of("Ｓ\u200bP", "S\u200bP") == folded


def test_another_case() -> None:
    """It is shown before and after."""
    for arrived, before in (("spk1\r", "spk1"), ("\u200bspk1", "[U+200B]spk1"), ("ｓpk1", "ｓpk1")):
        assert note_of(arrived, "SPK1") == Note.of(NoteReason.CHANGED, before=before, after="SPK1")


def test_a_long_text_is_cut() -> None:
    """A row is one line."""
    note = note_of("Ａ" * 100, "A" * 100)
    assert note == Note.of(NoteReason.PUT_BACK, before="Ａ" * 59 + "…", after="A" * 59 + "…")
