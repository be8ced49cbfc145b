"""Columns that are written on a command line are found, or it is said which there are."""

from __future__ import annotations

import pytest

from bindtool.core.common.errors import BadInput
from bindtool.core.tabular.columns.written import plainly_named, shown_columns, written_columns
from bindtool.core.tabular.table.grid import Grid, GridRow
from bindtool.core.tabular.table.result import NO_COLUMN, Choices

ERP = (("Order 4711",), ("Pos", "Article", "Serial", "设备名称", "B"), ("1", "SPK-2", "SPK26113F2001", "客厅", "x"))


def grid(*rows: tuple[str, ...]) -> Grid:
    """Make a table of these rows, counted from 1."""
    return Grid(tuple(GridRow(number, cells) for number, cells in enumerate(rows, 1)))


@pytest.mark.parametrize("written", ["C", "c", " Ｃ ", "3", "３", "Serial", "SERIAL", "ｓｅｒｉａｌ"])
def test_a_column_is_written_in_many_ways(written: str) -> None:
    """A letter, a number or a name; case and width do not count."""
    assert written_columns(grid(*ERP), written, None).id_column == 2


def test_both_columns() -> None:
    """Each for itself; a name in Chinese is one too, and "" is no column."""
    assert written_columns(grid(*ERP), None, None) == Choices()
    assert written_columns(grid(*ERP), "Serial", "设备名称") == Choices(header=2, id_column=2, label_column=3)
    assert written_columns(grid(*ERP), None, "D") == Choices(label_column=3)
    assert written_columns(grid(*ERP), "C", "") == Choices(id_column=2, label_column=NO_COLUMN)


def test_columns_beyond_z() -> None:
    """They are counted as a spreadsheet does."""
    wide = grid(tuple(f"x{column}" for column in range(60)))
    assert written_columns(wide, "AA", "BH") == Choices(id_column=26, label_column=59)


def test_a_name_makes_the_header() -> None:
    """Where nobody would have known it for one."""
    rows = grid(("Werk Süd",), ("Schild", "Ort"), ("A1", "Flur"))
    assert written_columns(rows, "Schild", "Ort") == Choices(header=2, id_column=0, label_column=1)


@pytest.mark.parametrize(
    ("rows", "written", "columns"),
    [
        (ERP, "B", "B “Article”; E “B”"),
        ((("SN", "Serial", "serial"), ("A1", "B1", "C1")), "Serial", "B “Serial”; C “serial”"),
    ],
)
def test_what_may_be_several_columns(rows: tuple[tuple[str, ...], ...], written: str, columns: str) -> None:
    """The name of one and the letter of another, or the name of both: it is not guessed."""
    with pytest.raises(BadInput, match=r"file\.ambiguous_column") as caught:
        written_columns(grid(*rows), written, None)
    assert caught.value.title.values == {"column": written, "columns": columns}


@pytest.mark.parametrize("written", ["G", "0", "99", "MAC", "", "#", "A B"])
def test_a_column_that_is_not_there(written: str) -> None:
    """It is said which there are."""
    with pytest.raises(BadInput, match=r"file\.no_such_column") as caught:
        written_columns(grid(*ERP), written, None)
    columns = "A “Pos”; B “Article”; C “Serial”; D “设备名称”; E “B”"
    assert caught.value.title.values == {"column": written, "columns": columns}


def test_names_of_different_rows() -> None:
    """One row has to have both."""
    with pytest.raises(BadInput, match=r"file\.no_such_column") as caught:
        written_columns(grid(*ERP), "Serial", "Order 4711")
    assert caught.value.title.values["column"] == "Order 4711"


def test_names_where_no_row_names_columns() -> None:
    """The columns have letters only, and in an empty file there are none."""
    with pytest.raises(BadInput, match=r"file\.no_such_column") as caught:
        written_columns(grid(("A1", "x"), ("A2", "y")), "Serial", None)
    assert caught.value.title.values == {"column": "Serial", "columns": "A; B"}
    with pytest.raises(BadInput, match=r"file\.empty"):
        written_columns(grid(), None, None)


def test_columns_are_shown_with_what_is_in_them() -> None:
    """Name and three different cells of each, on one line."""
    rows = grid(("Pos", "Serial\nnumber"), ("1", "A1"), ("2", "A1"), ("3", "A2"), ("", "A3"))
    assert shown_columns(rows, 1, [1, 0]) == "B “Serial number” (A1, A2, A3); A “Pos” (1, 2, 3)"
    assert shown_columns(grid(("x",) * 20), 0, range(20)).endswith("L (x); …")


@pytest.mark.parametrize(
    ("column", "rows"),
    [
        (1, (("Pos", "Serial Number"), ("1", "SPK26001"), ("2", "SPK26002"))),
        (0, (("SN", "Spare"), ("SPK26001", "SPK27001"), ("SPK26002", ""))),
        (None, (("SN", "Spare"), ("SPK26001", "SPK27001"), ("SPK26002", "SPK27002"))),
        (None, (("SN", "IMEI"), ("SPK26001", "1"), ("SPK26002", "2"))),
        (None, (("Serial", "Room"), ("SPK26001", "1"), ("SPK26002", "2"))),
    ],
)
def test_a_column_that_a_script_takes_by_its_name(column: int | None, rows: tuple[tuple[str, ...], ...]) -> None:
    """One name of the short list, and no other column with two values that are made alike."""
    assert plainly_named(grid(*rows), 1) == column
    assert plainly_named(grid(*rows), 0) is None
    assert plainly_named(grid(("Removed devices",), *rows), 2) is None
