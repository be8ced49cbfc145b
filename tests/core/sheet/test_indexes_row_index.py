"""Rows by their texts."""

from __future__ import annotations

from bindtool.core.sheet.indexes import TextIndex


def test_numbers_stand_in_order() -> None:
    """However they came in, and only under their own text."""
    index = TextIndex()
    for number in (3, 1, 2):
        index.add(["A"], [number])
    index.add(["B"], [9])
    assert (list(index["A"]), list(index["B"]), list(index["C"])) == ([1, 2, 3], [9], [])


def test_texts_of_one_row_each() -> None:
    """It is told whether texts belong to these rows alone, also of rows that came in since somebody asked."""
    index = TextIndex()
    index.add(["A", "B", "C"], [1, 2, 3])
    assert index.are_alone(["A", "C"], [1, 3])
    assert not index.are_alone(["A", "C"], [1, 2])
    index.add(["D", "C"], [4, 5])
    assert index.are_alone(["A", "D"], [1, 4])
    assert not index.are_alone(["C"], [3])
    assert not index.are_alone(["E"], [6])


def test_a_list_with_a_text_twice() -> None:
    """The first list that comes in may be one."""
    index = TextIndex()
    index.add(["A", "B", "A"], [3, 2, 1])
    assert (list(index["A"]), index.first("A"), index.first("B")) == ([1, 3], 1, 2)


def test_a_row_that_is_gone() -> None:
    """The others stay; what was never there, or is gone, changes nothing."""
    index = TextIndex()
    index.add(["A"], [1])
    index.add(["A"], [3])
    for number in (2, 4):
        index.discard("A", number)
    index.discard("B", 1)
    assert list(index["A"]) == [1, 3]
    index.discard("A", 1)
    index.discard("A", 3)
    index.add(["B"], [9])
    index.discard("B", 8)
    assert (list(index["A"]), list(index["B"])) == ([], [9])
    index.discard("B", 9)
    assert list(index["B"]) == []
