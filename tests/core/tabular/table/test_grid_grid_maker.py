"""A grid grows by rows, and not without end."""

from __future__ import annotations

import pytest

from bindtool.core.common.errors import BadInput
from bindtool.core.common.progress import ReadingProgress, ReadingStopped
from bindtool.core.model.row import HoldReason
from bindtool.core.tabular.table.grid import (
    LONGEST_CELL,
    MOST_COLUMNS,
    CellFault,
    GridMaker,
    GridRow,
    Merged,
    Room,
    RowCells,
)

_FAULT = CellFault(HoldReason.CELL_FORMULA, "")


def test_blank_rows_are_left_out() -> None:
    """Spaces are nothing; a cell that has lost its text is something."""
    made = GridMaker(Room())
    made.add(1, RowCells())
    made.add(2, RowCells({0: " ", 1: "\u200b"}))
    made.add(3, RowCells({2: "x"}), hidden=True)
    made.add(5, RowCells({0: ""}, {0: _FAULT}))
    assert made.count == 2
    grid = made.grid()
    assert grid.rows == (GridRow(3, ("", "", "x"), hidden=True), GridRow(5, ("",)))
    assert grid.faults == {(5, 0): _FAULT}


def test_a_merged_cell_stands_in_all_its_rows() -> None:
    """As far as there are rows, with what is wrong with it, and instead of what nobody sees beneath it."""
    made = GridMaker(Room())
    for number, cells in (
        (2, {0: "A1", 1: "x"}),
        (3, {0: "A2"}),
        (5, {0: "A3", 1: "hidden"}),
        (6, {0: "A4"}),
        (7, {0: "A5"}),
    ):
        made.add(number, RowCells(cells))
    made.add(8, RowCells({0: ""}, {0: _FAULT}))
    made.add(9, RowCells({0: "hidden", 1: "y"}, {0: CellFault(HoldReason.CELL_DATE, "hidden")}))
    merged = Merged(2, 1, 6, 1), Merged(8, 0, 9, 0), Merged(20, 1, 30, 1)
    for one in merged:
        made.merge(one)
    grid = made.grid()
    assert [row.cells for row in grid.rows[:5]] == [("A1", "x"), ("A2", "x"), ("A3", "x"), ("A4", "x"), ("A5",)]
    assert grid.faults == {(8, 0): _FAULT, (9, 0): _FAULT}
    assert grid.merged == merged


def test_what_a_merged_cell_covers_is_not_there() -> None:
    """In its own row too; a row with nothing else is blank, and so are its rows where its first one is."""
    made = GridMaker(Room())
    made.add(1, RowCells({0: "A1", 1: "hidden", 2: "x"}, {1: CellFault(HoldReason.CELL_DATE, "hidden")}))
    made.add(2, RowCells({3: "y"}))
    made.add(4, RowCells({1: "hidden"}))
    made.add(5, RowCells({0: "A2", 1: "hidden"}))
    made.add(6, RowCells({0: ""}, {0: _FAULT}))
    for one in (Merged(1, 0, 2, 1), Merged(3, 1, 5, 2), Merged(6, 0, 6, 3)):
        made.merge(one)
    grid = made.grid()
    assert grid.rows == (
        GridRow(1, ("A1", "", "x")),
        GridRow(2, ("A1", "", "", "y")),
        GridRow(5, ("A2", "")),
        GridRow(6, ("",)),
    )
    assert grid.faults == {(6, 0): _FAULT}


def test_a_grid_has_an_end() -> None:
    """A row that claims a cell far to the right, and merged cells without end, do not fill the memory."""
    with pytest.raises(BadInput, match=r"file\.too_large"):
        GridMaker(Room()).add(1, RowCells({MOST_COLUMNS: "x"}))
    made = GridMaker(Room(cells=4))
    made.add(1, RowCells({1: "x"}))
    made.add(2, RowCells({0: "y"}))
    made.merge(Merged(1, 0, 2, 0))
    made.grid()
    made.merge(Merged(1, 1, 2, 1))
    with pytest.raises(BadInput, match=r"file\.too_large"):
        made.grid()
    with pytest.raises(BadInput, match=r"file\.too_large"):
        GridMaker(Room(characters=10)).add(1, RowCells({0: "x" * 5, 3: "y" * 6}))


def test_merging_can_be_stopped() -> None:
    """As many merged cells as rows take their time too."""
    made = GridMaker(Room())
    made.add(1, RowCells({0: "x"}))
    made.merge(Merged(1, 0, 2, 0))
    with pytest.raises(ReadingStopped):
        made.grid(ReadingProgress(cancelled=lambda: True))


def test_a_long_cell_is_left_out_and_says_so() -> None:
    """Its row is there with the reason, and its neighbours are as they were."""
    made = GridMaker(Room())
    made.add(1, RowCells({0: "A1", 1: "x" * (LONGEST_CELL + 1)}))
    made.add(2, RowCells({0: "y" * LONGEST_CELL, 1: "z"}))
    grid = made.grid()
    cut = "x" * 39 + "…"
    assert grid.rows == (GridRow(1, ("A1", "")), GridRow(2, ("y" * LONGEST_CELL, "z")))
    assert grid.faults == {(1, 1): CellFault(HoldReason.CELL_LONG, cut)}
