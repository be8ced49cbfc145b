"""Rows come out of a table without one being dropped, and those that are no devices say so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.model.row import Hold, HoldReason
from bindtool.core.tabular.clipboard import open_clipboard
from bindtool.core.tabular.columns.layout import recognise
from bindtool.core.tabular.reader import read_rows
from bindtool.core.tabular.rows import take_rows
from bindtool.core.tabular.table.grid import CellFault, Grid, GridRow, Merged
from bindtool.core.tabular.table.result import Choices, ListKind, ListRow, Opened
from tests.core.tabular.reading import read_list


def _take(
    *rows: tuple[str, ...],
    kind: ListKind = ListKind.XLSX,
    faults: dict[tuple[int, int], CellFault] | None = None,
    merged: tuple[Merged, ...] = (),
    ids: int = 0,
) -> tuple[ListRow, ...]:
    """Return the rows of a table whose column `ids` was chosen."""
    grid = Grid(tuple(GridRow(number, cells) for number, cells in enumerate(rows, 1)), faults or {}, merged)
    return take_rows(Opened(kind, grid), recognise(grid, Choices(id_column=ids)))


_CELLS = st.text(st.sampled_from("A1 -é设'=＝#+:.\"(\u200b"), max_size=7) | st.sampled_from(
    (
        *("SPK1", "Hall 2", "智能音箱-客厅", "#N/A", "#REF!", '="01"'),
        *("=A1(2)", "1E+5", "Err:502", "'=A1", "TRUE", "＃Ｎ／Ａ"),
    )
)


@given(st.lists(st.tuples(_CELLS, _CELLS), min_size=1, max_size=4), st.sampled_from((ListKind.TEXT, ListKind.XLSX)))
def test_rows_with_nothing_special_are_made_as_others_are(cells: list[tuple[str, str]], kind: ListKind) -> None:
    """Nobody looks closer at most rows; where a cell further below is merged, somebody does at each."""
    below = (Merged(1000, 0, 1001, 0),)
    rows = [("device_id", "label"), *cells]
    assert _take(*rows, kind=kind) == _take(*rows, kind=kind, merged=below)


def test_every_row_below_the_header_is_there() -> None:
    """Rows without an id, without a label, or with neither are kept for a person to look at."""
    assert _take(("list",), ("SN", "name", "note"), ("A1", "x"), ("", "y"), ("B1",), ("", "", "by A12")) == (
        ListRow(3, "A1", "x"),
        ListRow(4, "", "y"),
        ListRow(5, "B1", ""),
        ListRow(6, "", ""),
    )


@pytest.mark.parametrize(
    ("above", "header", "id_", "label"),
    [
        ((("AAA1234", "kitchen"),), ("SN", "label"), "AAA1234", "kitchen"),
        ((("SN", "label"), ("AAA1234", "kitchen")), ("序列号", "标签", "名称"), "AAA1234", "kitchen"),
        ((("SN", "label"), ("77012", "kitchen")), ("序列号", "标签", "名称"), "77012", "kitchen"),
        ((("label", "SN"), ("kitchen-1", "AAA1234")), ("序列号", "标签", "名称"), "AAA1234", ""),
        ((("label", "SN"), ("OK", "AAA1234")), ("序列号", "标签", "名称"), "AAA1234", ""),
        ((("名称", "位置"), ("AAA1234", "5")), ("SN", "label"), "AAA1234", "5"),
        ((("'=A1", "kitchen"),), ("SN", "label"), "=A1", "kitchen"),
    ],
)
def test_a_device_above_the_names_is_held(
    above: tuple[tuple[str, ...], ...], header: tuple[str, ...], id_: str, label: str
) -> None:
    """One of another make, with names of its own or without, is not lost; which column has its id is known."""
    rows = _take(*above, header, ("SPK0001", "a"), ("SPK0002", "b"), kind=ListKind.TEXT)
    held = Hold.of(HoldReason.ABOVE_HEADER)
    assert rows[0] == ListRow(len(above), id_, label, held)
    assert [row.device_id for row in rows[1:]] == ["SPK0001", "SPK0002"]


def test_a_device_above_the_names_begins_its_row() -> None:
    """Without names of its own it may stand in another column than the ids below."""
    rows = _take(("AAA1234", "kitchen"), ("label", "序列号", "名称"), ("a", "SPK0001"), ("b", "SPK0002"), ids=1)
    assert rows[0] == ListRow(1, "AAA1234", "", Hold.of(HoldReason.ABOVE_HEADER))


@pytest.mark.parametrize(
    "above", [("Devices of hall 2", ""), ("2026-11-28", ""), ("SN", "label"), ("制表：", "SO260011"), ("合计", "3")]
)
def test_a_title_is_no_device(above: tuple[str, str]) -> None:
    """Words, dates, names and what has a title in front stand above most lists."""
    rows = _take(above, ("label", "序列号", "名称"), ("a", "SPK0001"), ("b", "SPK0002"), ids=1)
    assert [row.device_id for row in rows] == ["SPK0001", "SPK0002"]


def test_a_device_above_the_names_that_has_lost_something() -> None:
    """It is refused as others are, for its id or its label."""
    fault = CellFault(HoldReason.CELL_DIGITS, "1.2E+19")
    below = (("SN", "label"), ("SPK0001", "a"), ("SPK0002", "b"))
    of_id = _take(("12000000000000000000", "a"), *below, faults={(1, 0): fault})[0]
    assert (of_id.refused, of_id.held, of_id.place) == (fault.at("A1"), None, "A1")
    of_label = _take(("AAA1234", "#N/A"), *below)[0]
    assert (of_label.refused, of_label.place) == (CellFault(HoldReason.CELL_ERROR, "#N/A").at("B1"), "B1")


def test_a_person_who_names_another_row_knows_what_stands_above_it() -> None:
    """To choose the row that was found anyhow takes nothing away."""
    rows = (("AAA1234", "x"), ("SN", "label"), ("SPK0001", "a"), ("SPK0002", "b"), ("SPK0003", "c"))
    opened = Opened(ListKind.XLSX, Grid(tuple(GridRow(number, cells) for number, cells in enumerate(rows, 1))))
    ids = {
        header: [
            row.device_id for row in take_rows(opened, recognise(opened.grid, Choices(header=header, id_column=0)))
        ]
        for header in (2, 3)
    }
    assert ids == {2: ["AAA1234", "SPK0001", "SPK0002", "SPK0003"], 3: ["SPK0002", "SPK0003"]}


def test_what_is_made_like_the_ids_and_stands_in_no_row_is_named() -> None:
    """A second device in a row, or a list to the right, would be lost without a word."""
    lines = ("SN\tlabel\t\tSN", "SPK0001\tSPK0009\t\tSPK0003", "SPK0002\tb\t\t SPK0004", "\t\t\tSPK0001")
    read = read_rows(open_clipboard("\n".join(lines)), Choices(id_column=0))
    assert read.unplaced == (("SPK0003", "D2"), ("SPK0004", "D3"))
    assert [one.beside for one in read.arrivals()] == ["SPK0003", "SPK0004", ""]
    short = read_rows(open_clipboard("SN\tno\nA1\tB1\nA2\tB2"), Choices(id_column=0))
    assert short.unplaced == ()


@pytest.mark.parametrize(
    "cell",
    [
        *("合计", "总计：", "小 计", "合计: 400台", "共计（台）", "Total"),
        *("TOTAL: 1,234", "Grand Total", "Subtotal", "sum 12 pcs"),
    ],
)
@pytest.mark.parametrize("column", [0, 1, 2])
def test_a_sum_is_held(cell: str, column: int) -> None:
    """A row that adds up the others is no device, in whatever column it says so."""
    cells = ["400", "x", "y"]
    cells[column] = cell
    row = _take(("SN", "name", "note"), tuple(cells))[0]
    assert (row.held, row.refused) == (Hold.of(HoldReason.SUM), None)


@pytest.mark.parametrize("cell", ["合计机", "Total Station 5", "summit", "SUM-1X", "总计划"])
def test_a_device_that_sounds_like_a_sum_is_none(cell: str) -> None:
    """Only the whole cell tells."""
    assert _take(("SN", "name"), ("A1", cell))[0].held is None


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (("SN", "MAC"), ("MAC", "SN")),
        (("序列号", "编号"), ("编号", "序列号")),
        (("SN", "名称"), ("名称", "SN")),
        (("SN", "label"), ("序号", "设备ID")),
    ],
)
def test_a_second_list_with_its_ids_in_another_column_is_held(
    first: tuple[str, str], then: tuple[str, str]
) -> None:
    """What is read by the first names may be no id below others; below the first names once more it is one."""
    one, other = ("SPK0001", "A0B1C2001101"), ("A0B1C2001102", "SPK0002")
    rows = _take(first, one, ("SPK0003", ""), then, other, ("", "SPK0005"), first, ("SPK0004", "A0B1C2001104"))
    held = Hold.of(HoldReason.OTHER_COLUMNS, row=4)
    again = Hold.of(HoldReason.HEADER_AGAIN)
    assert [row.held for row in rows] == [None, None, again, held, None, again, None]


def test_a_table_of_something_else_below_is_held() -> None:
    """Some of its columns have the same names, but not that of the ids."""
    rows = _take(
        *(("Pos", "SN", "Qty"), ("1", "SPK0001", "1"), ("2", "SPK0002", "1")),
        *(("Accessories", "", ""), ("Pos", "Article", "Qty"), ("1", "CH-1180", "12")),
        ids=1,
    )
    assert rows[-2].held == Hold.of(HoldReason.HEADER_AGAIN)
    assert rows[-1].held == Hold.of(HoldReason.OTHER_COLUMNS, row=5)


def test_which_rows_name_devices_when_lists_are_compared() -> None:
    """What may be a device and names none for sure is counted; a sum and what goes on from above is not."""
    fault = CellFault(HoldReason.CELL_DIGITS, "1.2E+19")
    cells = (
        ("X77012", "above"),
        ("SN", "label"),
        ("SPK0001", "a"),
        ("SPK0002", "two rows"),
        ("", "more"),
        ("12000000000000000000", "b"),
        ("2026-11-28", "c"),
        ("合计", "3"),
        ("SPK0003", "d"),
    )
    rows = [GridRow(number, row, hidden=row[0] == "SPK0003") for number, row in enumerate(cells, 1)]
    rows[4] = GridRow(5, ("SPK0002", "more"))
    opened = Opened(ListKind.XLSX, Grid(tuple(rows), {(6, 0): fault}, (Merged(4, 0, 5, 0),)))
    assert read_rows(opened, Choices(id_column=0)).named == (("X77012", "SPK0001", "SPK0002"), 3)


@pytest.mark.parametrize("first", [("SN", "label"), ("编码", "序列号"), ("MAC", "型号")])
def test_names_that_come_again_hold_nothing(first: tuple[str, str]) -> None:
    """Whatever else they name: a person may have chosen the column."""
    rows = (first, ("SPK0001", "x1"), ("SPK0002", "x2"), first, ("SPK0003", "x3"))
    opened = Opened(ListKind.XLSX, Grid(tuple(GridRow(number, cells) for number, cells in enumerate(rows, 1))))
    read = take_rows(opened, recognise(opened.grid, Choices(id_column=0)))
    assert [row.held for row in read] == [None, None, Hold.of(HoldReason.HEADER_AGAIN), None]


def test_a_second_list_with_names_of_its_own_for_the_same_column() -> None:
    """Its ids are where they were."""
    rows = _take(("SN", "name"), ("SPK0001", "a"), ("SPK0002", "b"), ("序列号", "MAC"), ("SPK0003", "A0B1C2001102"))
    assert [row.held for row in rows] == [None, None, Hold.of(HoldReason.HEADER_AGAIN), None]


@pytest.mark.parametrize(
    ("above", "title", "held"),
    [
        ((), ("移除设备", ""), "移除设备"),
        ((), ("", "Removed: 2 units"), "Removed: 2 units"),
        ((), (" 报废2026-03 ", ""), "报废2026-03"),
        ((("设备清单", ""),), ("移除设备", ""), "移除设备"),
        ((("Removed " * 9, ""),), ("Returned " * 9, ""), "Returned Returned Returned Returned Ret…"),
        ((), ("SPK0003", "x"), ""),
        ((), ("SPK0003", ""), ""),
        ((), ("A0:B1:C2:00:11:01", ""), ""),
        ((("设备清单 2026", ""),), ("设备清单 2027", ""), ""),
        ((("list", ""), ("Hall 3", "")), ("HALL 4", ""), ""),
        ((), ("第 2 页", ""), ""),
        ((), ("Page 2", ""), ""),
        ((), ("- 2 / 7 -", ""), ""),
        ((), ("List (continued)", ""), ""),
        ((), ("续表", ""), ""),
    ],
)
def test_a_second_table_under_a_title_of_its_own_is_held(
    above: tuple[tuple[str, str], ...], title: tuple[str, str], held: str
) -> None:
    """Up to the end; a device, a page's number and the list's own title above the names hold nothing."""
    names = ("SN", "name")
    rows = _take(
        *above, names, ("SPK0001", "a"), title, names, ("SPK0004", "b"), names, ("SPK0005", "c"), ("", "d")
    )
    hold = Hold.of(HoldReason.SECOND_TABLE, title=held) if held else None
    again = Hold.of(HoldReason.HEADER_AGAIN)
    assert [row.held for row in rows[-5:]] == [again, hold, again, hold, None]
    assert rows[0].held is None


def test_a_title_holds_only_what_stands_below_names() -> None:
    """A note in the midst of a list is none, and a third table has its own."""
    rows = _take(
        *(("SN", "name"), ("x", "y"), ("Hall 2", ""), ("SPK1", "a")),
        *(("Old", ""), ("SN", "name"), ("SPK2", "b")),
        *(("Lost", ""), ("SN", "name"), ("SPK3", "c")),
    )
    held = {row.device_id: row.held for row in rows}
    assert held["SPK1"] is None
    assert held["SPK2"] == Hold.of(HoldReason.SECOND_TABLE, title="Old")
    assert held["SPK3"] == Hold.of(HoldReason.SECOND_TABLE, title="Lost")


def test_the_header_once_more_is_held() -> None:
    """Printed pages repeat it; without a header nothing is compared."""
    assert _take(("SN", "name"), ("SN", "name"))[0].held == Hold.of(HoldReason.HEADER_AGAIN)


def test_a_hidden_row_is_held() -> None:
    """Whoever filtered the list may not have meant it."""
    grid = Grid((GridRow(1, ("A1", "x"), hidden=True), GridRow(2, ("A2", "x"))))
    rows = take_rows(Opened(ListKind.XLSX, grid), recognise(grid, Choices(id_column=0)))
    assert [row.held for row in rows] == [Hold.of(HoldReason.HIDDEN_ROW), None]


def test_a_cell_that_has_lost_something_is_refused_by_name() -> None:
    """In the columns that count, and in no other."""
    faults = {
        (2, 0): CellFault(HoldReason.CELL_DIGITS, "1234567890123450"),
        (3, 1): CellFault(HoldReason.CELL_ERROR, "#N/A"),
        (4, 2): CellFault(HoldReason.CELL_DATE, "x"),
    }
    rows = _take(
        ("SN", "label", "when"), ("1234567890123450", "x", ""), ("A2", "#N/A", ""), ("A3", "x", "x"), faults=faults
    )
    assert [(row.place, row.refused) for row in rows] == [
        ("A2", Hold.of(HoldReason.CELL_DIGITS, cell="A2", text="1234567890123450")),
        ("B3", Hold.of(HoldReason.CELL_ERROR, cell="B3", text="#N/A")),
        ("", None),
    ]


@pytest.mark.parametrize("kind", ListKind)
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (" 1.23E+11 ", HoldReason.CELL_SCIENTIFIC),
        ("#N/A", HoldReason.CELL_ERROR),
        ("#REF!", HoldReason.CELL_ERROR),
        ("TRUE", HoldReason.CELL_BOOLEAN),
        ("¥5.00", HoldReason.CELL_AMOUNT),
    ],
)
def test_a_text_tells_what_it_was(kind: ListKind, text: str, reason: HoldReason) -> None:
    """A shortened number and a formula's error are refused in every kind of file."""
    row = _take(("SN", "name"), (text, "x"), kind=kind)[0]
    cell = "A2" if kind is not ListKind.CLIPBOARD else f"“{text.strip()}”"
    assert row.refused == Hold.of(reason, cell=cell, text=text.strip())
    assert row.place == ("A2" if kind is not ListKind.CLIPBOARD else "")


def test_truth_and_money_may_be_names() -> None:
    """They are shown as a person saw them, and a device may be called so."""
    faults = {
        (2, 1): CellFault(HoldReason.CELL_BOOLEAN, "TRUE"),
        (3, 1): CellFault(HoldReason.CELL_AMOUNT, "¥5.00"),
    }
    rows = _take(("SN", "name"), ("A1", "TRUE"), ("A2", "¥5.00"), ("A3", "FALSE"), faults=faults)
    assert [row.refused for row in rows] == [None] * 3


def test_a_date_among_the_ids_is_held() -> None:
    """A text of this form may be an id; as a name it is one."""
    rows = _take(("SN", "name"), ("2026-11-02", "x"), ("A1", "2026-11-02"))
    assert [row.held for row in rows] == [Hold.of(HoldReason.ID_DATE, cell="A2", text="2026-11-02"), None]


def _shared(cell: str, text: str) -> Hold:
    return Hold.of(HoldReason.CELL_MERGED, cell=cell, text=text)


def test_a_merged_label_counts_for_all_its_rows() -> None:
    """One that begins in the header is the header's, and no row's."""
    rows = _take(("SN", "name"), ("A1", "x"), ("A2", "x"), merged=(Merged(2, 1, 3, 1),))
    assert rows == (ListRow(2, "A1", "x"), ListRow(3, "A2", "x"))
    rows = _take(("SN", "name"), ("A1", "name"), ("A2", "x"), merged=(Merged(1, 1, 2, 1),))
    assert rows == (ListRow(2, "A1", ""), ListRow(3, "A2", "x"))


def test_a_merged_id_is_one_device() -> None:
    """Its first row's, and not without a look where the others have another label."""
    merged = Merged(2, 0, 3, 0), Merged(4, 0, 6, 0)
    rows = _take(
        *(("SN", "name"), ("A1", "x"), ("A1", "")),
        *(("A2", "x"), ("A2", "x"), ("A2", "y"), ("A3", "z")),
        merged=merged,
    )
    differ = Hold.of(HoldReason.ID_MERGED, cell="A4", text="x")
    assert rows == (
        ListRow(2, "A1", "x"),
        ListRow(3, "", "", refused=_shared("A2", "A1"), place="A2"),
        ListRow(4, "A2", "x", differ),
        ListRow(5, "", "x", refused=_shared("A4", "A2"), place="A4"),
        ListRow(6, "", "y", refused=_shared("A4", "A2"), place="A4"),
        ListRow(7, "A3", "z"),
    )


def test_a_merged_id_at_the_end_of_a_list() -> None:
    """Nothing below says anything else of it."""
    rows = _take(("SN", "name"), ("A1", "x"), ("A1", ""), merged=(Merged(2, 0, 3, 0),))
    assert (rows[0], rows[1].refused) == (ListRow(2, "A1", "x"), _shared("A2", "A1"))


def test_below_a_title_of_discarded_devices_all_are_held() -> None:
    """Without names of its own it may stand among the lines of a mail."""
    rows = _take(("SPK0001",), ("SPK0002",), ("please note",), ("SPK0003",), ("Removed:",), ("SPK0004",))
    second = Hold.of(HoldReason.SECOND_TABLE, title="Removed:")
    note = Hold.of(HoldReason.NO_DEVICE)
    assert [row.held for row in rows] == [None, None, note, None, note, second]
    rows = _take(("SN", "no"), ("SPK0001", "1"), ("", "以下设备取消"), ("SPK0002", "2"), ids=0)
    assert [row.held for row in rows] == [None, note, Hold.of(HoldReason.SECOND_TABLE, title="以下设备取消")]


def test_a_heading_over_the_columns_is_no_device() -> None:
    """Nor is a title that reaches down from above the header; a cell that is as wide as the header's is one."""
    heading = _take(("SN", "name"), ("Line 2", ""), ("A1", "x"), merged=(Merged(2, 0, 2, 1),))
    assert heading[0] == ListRow(2, "", "", refused=_shared("A2", "Line 2"), place="A2")
    assert heading[1] == ListRow(3, "A1", "x")
    title = _take(("list", ""), ("list", "SN"), ("list", "A1"), merged=(Merged(1, 0, 3, 0),), ids=1)
    assert title == (ListRow(3, "A1", ""),)
    wide = Merged(1, 0, 1, 1), Merged(2, 0, 2, 1), Merged(3, 0, 3, 2)
    form = _take(("SN", "", ""), ("A1", "", "n"), ("Line 2", "", ""), merged=wide)
    assert [(row.device_id, row.refused) for row in form] == [("A1", None), ("", _shared("A3", "Line 2"))]


def test_what_is_no_device_anyway_needs_no_other_reason() -> None:
    """A sum over the columns, and the second row of a header; a merged cell with nothing in it says nothing."""
    merged = Merged(1, 0, 2, 0), Merged(3, 0, 3, 1), Merged(4, 0, 5, 0)
    rows = _take(("SN", "name"), ("SN", "a"), ("合计", ""), ("", "x"), ("", "y"), merged=merged)
    assert [row.held for row in rows] == [Hold.of(HoldReason.HEADER_AGAIN), Hold.of(HoldReason.SUM), None, None]
    assert [row.refused for row in rows] == [None] * 4


@pytest.mark.parametrize("sign", [",", ";"])
def test_a_delimiter_in_a_label_that_is_not_quoted_is_told(sign: str) -> None:
    """The label would be cut, or its end be the id; blank cells at the end of a line are nothing."""
    lines = ("device_id,label", "A1,Room 1, left,x", "A2,Room 2,,", 'A3,"Room 3, left"', "合计,3,台")
    found = read_list("\n".join(lines).replace(",", sign).encode()).rows
    more = Hold.of(HoldReason.MORE_CELLS, text=f"left{sign}x", sign=sign)
    assert [row.held for row in found] == [more, None, None, Hold.of(HoldReason.SUM)]
    assert [row.label for row in found][:3] == ["Room 1", "Room 2", f"Room 3{sign} left"]


def test_columns_without_a_name_are_no_end_of_a_label() -> None:
    """Those of tables, those that a person has chosen, and those of lists without a header."""
    ids = Choices(id_column=0)
    assert [row.held for row in read_list(b"SN\tname\nA1\tx\ty", choices=ids).rows] == [None]
    assert [row.held for row in read_list(b"A1,x\nA2,y,z", choices=ids).rows] == [None, None]
    chosen = Choices(header=1, id_column=0, label_column=2)
    assert [row.held for row in read_list(b"SN,name\nA1,x,y", choices=chosen).rows] == [None]


def test_only_text_files_are_defused() -> None:
    """An apostrophe in a workbook's cell is one."""
    assert _take(("'=A1", "'@x"), kind=ListKind.TEXT) == (ListRow(1, "=A1", "@x"),)
    assert _take(("'=A1", "'@x")) == (ListRow(1, "'=A1", "'@x"),)
    assert _take(('="01"', '="x"'), kind=ListKind.TEXT) == (ListRow(1, '="01"', "x"),)
