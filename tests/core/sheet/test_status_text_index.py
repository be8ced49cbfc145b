"""Rows by their texts; what is wrong with a row is in `test_sheet`."""

from __future__ import annotations

from bindtool.core.sheet.status import TextIndex


def test_numbers_stand_in_order() -> None:
    """However they came in, and only under their own text."""
    index = TextIndex()
    index.add("AAAB", (3, 1, 2, 9))
    assert (list(index["A"]), list(index["B"]), list(index["C"])) == ([1, 2, 3], [9], [])


def test_a_row_that_is_gone() -> None:
    """The others stay; what was never there, or is gone, changes nothing."""
    index = TextIndex()
    index.add("AA", (1, 3))
    for number in (2, 4):
        index.discard("A", number)
    index.discard("B", 1)
    assert list(index["A"]) == [1, 3]
    for number in (1, 3, 3):
        index.discard("A", number)
    assert list(index["A"]) == []
