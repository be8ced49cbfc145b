"""How a text is read as a whole: keys, part, case, and what is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bindtool.core.barcode.recent_ids import NO_IDS, RecentIds
from bindtool.core.barcode.scan_rules import (
    CaseRule,
    IdRules,
    Keyboard,
    PartKind,
    PartRule,
    ScannerRules,
    ScanRules,
)
from bindtool.core.intake import reading
from bindtool.core.model.row import Hold, HoldReason, Note, NoteReason
from bindtool.core.scanner.keyboard_layouts import mangled

if TYPE_CHECKING:
    from bindtool.core.barcode.extract import Reading

SERIALS = RecentIds.of([f"SPK26113F{number:04X}" for number in range(0x2190, 0x219A)])
SN = PartRule(PartKind.PAIRS, "SN")


def read_text(text: str, rules: ScanRules, recent: RecentIds = NO_IDS, *, scanned: bool) -> Reading:
    """Read a text."""
    return reading.read_text(text, rules, recent, scanned=scanned)


def test_a_part_comes_before_the_case() -> None:
    """The part that the rule takes is put in the case of the ids; the note shows both ends."""
    rules = ScanRules(part=SN, ids=IdRules(case=CaseRule.UPPER))
    note = Note.of(NoteReason.CHANGED, before="SN:spk1;MAC:2", after="SPK1")
    found = read_text("SN:spk1;MAC:2", rules, scanned=True)
    assert (found.device_id, found.label, found.note, found.held) == ("SPK1", "", note, None)


def test_a_mark_is_named_where_nothing_else_was_changed() -> None:
    """With another case the note shows before and after instead."""
    assert read_text("]C0spk1", ScanRules(), scanned=True).note == Note.of(NoteReason.CHANGED_MARK, mark="]C0")
    upper = ScanRules(ids=IdRules(case=CaseRule.UPPER))
    assert read_text("]C0spk1", upper, scanned=True).note == Note.of(
        NoteReason.CHANGED, before="]C0spk1", after="SPK1"
    )


def test_keys_are_put_right_before_anything_else() -> None:
    """A French computer's keys become the code, the rule takes its part, and the note says what arrived."""
    rules = ScanRules(scanner=ScannerRules(keyboard=Keyboard.FRENCH), part=SN)
    arrived = mangled("SN:SPK1;MAC:2", Keyboard.FRENCH)
    found = read_text(arrived, rules, scanned=True)
    assert (found.device_id, found.note) == ("SPK1", Note.of(NoteReason.KEYBOARD, before=arrived))
    assert read_text("SN:SPK1;MAC:2", rules, scanned=False).note is None


def test_a_part_is_doubted_by_itself() -> None:
    """A code may be as it should be and the id in it be short of a character."""
    found = read_text("SN:SPK26113F219;MAC:2", ScanRules(part=SN), SERIALS, scanned=True)
    assert found.held == Hold.of(HoldReason.DROPPED, text="SPK26113F219", first="", last="")
    assert read_text("SN:SPK26113F219A;MAC:2", ScanRules(part=SN), SERIALS, scanned=True).held is None
