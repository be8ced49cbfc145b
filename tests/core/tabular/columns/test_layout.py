"""Where ids and labels stand is guessed, said, and can be corrected."""

from __future__ import annotations

import pytest

from bindtool.core.common.messages import Message
from bindtool.core.tabular.columns.layout import make_of, named_columns, recognise
from bindtool.core.tabular.table.grid import Grid, GridRow
from bindtool.core.tabular.table.result import NO_COLUMN, NO_HEADER, NOTHING_KNOWN, Choices, Known


def _grid(*rows: str) -> Grid:
    return Grid(tuple(GridRow(number, tuple(row.split("|"))) for number, row in enumerate(rows, 1)))


def _found(grid: Grid, choices: Choices | None = None) -> tuple[int, int, int]:
    layout = recognise(grid, choices or Choices())
    return layout.header, layout.id_column, layout.label_column


def test_a_header_is_found_and_said() -> None:
    """What was found is said with row, column and name."""
    layout = recognise(_grid("no|标签| 设备ID ", "1|x|A1"))
    assert (layout.header, layout.id_column, layout.label_column) == (1, 2, 1)
    assert layout.why == Message.of("layout.header", row=1, column="C", name="设备ID")


def test_a_header_may_stand_below_a_title() -> None:
    """Titles and dates above it are no devices; a title that is a name itself is none either."""
    assert _found(_grid("2026年11月设备清单", "制表：张", "序号|设备 ID|设备名称", "1|A1|x")) == (3, 1, 2)
    assert _found(_grid("序列号", "序列号|名称", "A1|x")) == (2, 0, 1)
    assert _found(_grid("SN|name", "A1|x", "SN|name")) == (1, 0, 1)


def test_a_header_is_looked_for_at_the_top_only() -> None:
    """A cell far down that reads like a name is data."""
    assert _found(_grid(*["A1|x"] * 20, "SN|name"))[0] == NO_HEADER


def test_a_header_may_name_no_label() -> None:
    """Then no other column is taken for it."""
    assert _found(_grid("device_id|colour", "A1|red")) == (1, 0, NO_COLUMN)


def test_the_surest_of_several_columns() -> None:
    """An index called "编号" is no rival of the device id."""
    assert _found(_grid("编号|SN|设备ID|name|label", "1|2|3|4|5")) == (1, 2, 4)


@pytest.mark.parametrize(
    ("rows", "found"),
    [(("A1|x|y",), (0, 1)), (("A1",), (0, NO_COLUMN)), (("|A1|x",), (1, 2)), (("||A1",), (2, NO_COLUMN))],
)
def test_without_a_header_the_first_columns_count(rows: tuple[str, ...], found: tuple[int, int]) -> None:
    """The first one with anything in it has the ids, the next one the labels."""
    layout = recognise(_grid(*rows))
    assert (layout.id_column, layout.label_column) == found
    assert layout.why == Message.of("layout.no_header", column="ABC"[found[0]])


def test_a_person_knows_better() -> None:
    """Each guess can be replaced by itself, and the others follow."""
    grid = _grid("SN|name|设备ID|标签", "1|2|3|4")
    assert _found(grid) == (1, 2, 3)
    assert _found(grid, Choices(id_column=0)) == (1, 0, 3)
    assert _found(grid, Choices(id_column=3)) == (1, 3, 1)
    assert _found(grid, Choices(label_column=NO_COLUMN)) == (1, 2, NO_COLUMN)
    assert _found(grid, Choices(header=NO_HEADER)) == (NO_HEADER, 0, 1)
    assert _found(grid, Choices(header=2)) == (2, 0, 1)


def test_an_empty_table() -> None:
    """Nothing is in its first column."""
    assert _found(Grid(())) == (NO_HEADER, 0, NO_COLUMN)


def test_how_much_a_table_knows() -> None:
    """Both names count more than one, and one more than none."""
    assert [named_columns(_grid(*rows)) for rows in (("x",), ("SN|x",), ("x", "SN|name"), ("name|x",))] == [
        0,
        1,
        2,
        0,
    ]
    assert named_columns(Grid(())) == 0


def test_what_a_person_chose_is_remembered_for_lists_of_the_same_make() -> None:
    """By their names of columns, whatever is in them; what is chosen now goes before it."""
    known = Known(remembered={make_of(_grid("SN|MAC", "1|2")): Choices(id_column=1, label_column=0)})
    layout = recognise(_grid("list", " sn |Mac", "3|4"), known=known)
    assert (layout.header, layout.id_column, layout.label_column, layout.remembered) == (2, 1, 0, True)
    assert not recognise(_grid("SN|IMEI", "1|2"), known=known).remembered
    assert recognise(_grid("SN|MAC", "1|2"), Choices(id_column=0), known) == recognise(
        _grid("SN|MAC", "1|2"), Choices(id_column=0), NOTHING_KNOWN
    )
    assert make_of(_grid("A1|x")) == make_of(_grid("B1|y")) != make_of(_grid("A1|x|y"))
