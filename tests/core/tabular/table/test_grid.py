"""Cells have places and names."""

from __future__ import annotations

import pytest

from bindtool.core.model.row import Hold, HoldReason
from bindtool.core.tabular.table.grid import CellFault, Grid, GridRow, column_name


@pytest.mark.parametrize(
    ("column", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16383, "XFD")]
)
def test_columns_have_a_spreadsheets_names(column: int, name: str) -> None:
    """They go on after Z."""
    assert column_name(column) == name


def test_a_row_has_no_cell_beyond_its_end() -> None:
    """What is not there is empty, and no column has nothing."""
    row = GridRow(1, ("a", "b"))
    assert [row.cell(column) for column in (-1, 0, 1, 2)] == ["", "a", "b", ""]


def test_a_table_is_as_wide_as_its_longest_row() -> None:
    """An empty one has no width."""
    assert Grid((GridRow(1, ("a",)), GridRow(2, ("a", "b")))).width == 2
    assert Grid(()).width == 0


def test_a_fault_is_told_with_its_cell() -> None:
    """The reason names the cell and what it holds."""
    assert CellFault(HoldReason.CELL_DATE, "2026-11-02").at("B7") == Hold.of(
        HoldReason.CELL_DATE, cell="B7", text="2026-11-02"
    )
