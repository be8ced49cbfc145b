"""What was changed in a text is said in a note, visibly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.barcode.code import parse
from bindtool.core.barcode.id_rules import CaseRule, IdRules, PartKind, PartRule
from bindtool.core.intake import reading
from bindtool.core.model.device import normalise
from bindtool.core.model.row import Note, NoteReason
from bindtool.core.scanner.scan_rules import ScanRules


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


_APOSTROPHE = Note.of(NoteReason.APOSTROPHE)


@pytest.mark.parametrize(
    ("arrived", "device_id", "note"),
    [
        ("'000123", "000123", _APOSTROPHE),
        (" ''000123 ", "000123", _APOSTROPHE),
        ("' 000123", "000123", _APOSTROPHE),
        ("'000123'", "000123", Note.of(NoteReason.CHANGED, before="'000123'", after="000123")),
        ("＇０1", "01", Note.of(NoteReason.CHANGED, before="＇０1", after="01")),
        ("\u200b'01", "01", Note.of(NoteReason.CHANGED, before="[U+200B]'01", after="01")),
        ("'SN:A1;MAC:2", "SN:A1;MAC:2", _APOSTROPHE),
        ("'=A1", "'=A1", None),
        ('="000123"', "000123", Note.of(NoteReason.CHANGED, before='="000123"', after="000123")),
        ("'", "'", None),
        ("０1", "01", Note.of(NoteReason.PUT_BACK, before="０1", after="01")),
    ],
    ids=ascii,
)
def test_an_apostrophe_in_front_goes_in_a_list(arrived: str, device_id: str, note: Note | None) -> None:
    """The row keeps what arrived, so that it can be read again; what has parts still has them."""
    read = reading.read_text(arrived, ScanRules(), scanned=False)
    assert (read.device_id, read.note, read.code.arrived) == (device_id, note, arrived)
    assert (read.problem is None) == (":" not in arrived)
    assert reading.read_text(read.code.arrived, ScanRules(), scanned=False) == read


def test_an_apostrophe_of_a_scan_stays() -> None:
    """A code has what was printed; another keyboard may have made it of something else."""
    read = reading.read_text("'000123", ScanRules(), scanned=True)
    assert (read.device_id, read.note) == ("'000123", None)


def test_an_apostrophe_goes_before_a_rule_is_used() -> None:
    """The rule takes its part, and the case is that of the ids."""
    rules = ScanRules(part=PartRule(PartKind.PAIRS, "SN"), ids=IdRules(case=CaseRule.UPPER))
    read = reading.read_text("'SN:a1;MAC:2", rules, scanned=False)
    assert (read.device_id, read.problem) == ("A1", None)
    assert read.note == Note.of(NoteReason.CHANGED, before="'SN:a1;MAC:2", after="A1")
