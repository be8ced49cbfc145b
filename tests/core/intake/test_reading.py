"""How a text is read as a whole: keys, part, case, and what is said of it."""

from __future__ import annotations

import pytest

from bindtool.core.barcode.id_rules import CaseRule, CheckDigit, IdRules, PartKind, PartRule
from bindtool.core.barcode.recent_ids import RecentIds
from bindtool.core.intake.reading import read_text
from bindtool.core.model.row import Hold, HoldReason, Note, NoteReason
from bindtool.core.scanner.keyboard_layouts import mangled
from bindtool.core.scanner.scan_rules import Keyboard, ScannerRules, ScanRules

SERIALS = RecentIds.of([f"SPK26113F{number:04X}" for number in range(0x2190, 0x219A)])
SN = PartRule(PartKind.PAIRS, "SN")


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
    # No scanner has dropped a character of what was pasted.
    assert read_text("SN:SPK26113F219;MAC:2", ScanRules(part=SN), SERIALS, scanned=False).held is None


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("]E06901234567892", True),
        ("]E496385074", True),
        ("]E3690123456789212", True),
        ("]E0 6901234567892", True),
        ("6901234567892", False),
        ("]C06901234567892", False),
        ("]E0SPK1", False),
    ],
)
def test_a_trade_item_by_its_own_mark(text: str, held: bool) -> None:
    """A scanner that names EAN and UPC says so of a number which every box has; in a list it says so too."""
    why = Hold.of(HoldReason.TRADE_ITEM) if held else None
    for scanned in (True, False):
        assert read_text(text, ScanRules(), scanned=scanned).held == why
    gtins = ScanRules(ids=IdRules(check=CheckDigit.GTIN))
    assert read_text(text, gtins, scanned=True).held is None


def test_a_trade_item_that_a_rule_reads() -> None:
    """It is held all the same: a part of the number is every box's too."""
    rules = ScanRules(part=PartRule(PartKind.PATTERN, "(?P<id>\\d{12})"))
    assert read_text("]E06901234567892", rules, scanned=True).held == Hold.of(HoldReason.TRADE_ITEM)
