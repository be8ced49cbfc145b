"""A list from elsewhere against a sheet."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bindtool.core.barcode.id_rules import CaseRule
from bindtool.core.common.progress import ReadingProgress, ReadingStopped
from bindtool.core.intake.reconcile import Compared, WantedList, compare, read_wanted
from bindtool.core.scanner.scan_rules import ScanRules
from bindtool.core.sheet.sheet import Sheet
from tests.core.store.samples import row

RULES = ScanRules()


def test_a_list_is_read_as_the_sheet_reads_it() -> None:
    """Spaces, full-width letters and case make no other device; what is in it twice is told; nothing is nothing."""
    upper = replace(RULES, ids=replace(RULES.ids, case=CaseRule.UPPER))
    texts = [" SPK1", "ＳＰＫ２\u200b", "", "spk1", "SPK3", "  ", "SPK1\r", "SPK4", "SPK3"]
    assert read_wanted(texts, upper) == WantedList(("SPK1", "SPK2", "SPK3", "SPK4"), (("SPK1", 3), ("SPK3", 2)))
    assert read_wanted(["SPK1", "spk1"], RULES).ids == ("SPK1", "spk1")


def test_what_is_missing_and_what_is_too_many() -> None:
    """Missing ones in the order of the list, rows that are too many by number; a repeat of a row is none."""
    sheet = Sheet([row(1, "SPK4"), row(2, "SPK2"), row(3, "SPK2"), row(5, "SPK9"), replace(row(6), device_id="")])
    assert compare(WantedList(("SPK4", "SPK3", "SPK2", "SPK1")), sheet) == Compared(("SPK3", "SPK1"), (5,))


def test_an_empty_list_and_an_empty_sheet() -> None:
    """Everything is missing in the one, and too many in the other."""
    assert compare(WantedList(("SPK1",)), Sheet()) == Compared(("SPK1",), ())
    assert compare(read_wanted([], RULES), Sheet([row(1)])) == Compared((), (1,))


def test_reading_ids_can_be_stopped() -> None:
    """Whoever waits hears how far it is, and may end it in the midst of a long list."""
    told: list[float] = []
    watch = ReadingProgress(told.append, lambda: len(told) == 3)
    with pytest.raises(ReadingStopped):
        read_wanted([f"SPK{number:06}" for number in range(2_000)], RULES, watch)
    assert told == [0, 0.25, 0.5]
