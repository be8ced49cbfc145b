"""OpenDocument spreadsheets come in as a person saw them."""

from __future__ import annotations

import pytest

from bindtool.core.common.errors import BadInput
from bindtool.core.model.row import HoldReason
from bindtool.core.tabular.reader import open_list
from bindtool.core.tabular.table.grid import Merged
from bindtool.core.tabular.table.result import SheetName
from tests.core.tabular.books import ods_of
from tests.core.tabular.reading import read_list


def _row(*cells: str, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


def _cell(text: str = "", attributes: str = "") -> str:
    return f"<table:table-cell {attributes}>{f'<text:p>{text}</text:p>' if text else ''}</table:table-cell>"


def _number(value: str, shown: str = "", kind: str = "float") -> str:
    return _cell(shown, f'office:value-type="{kind}" office:value="{value}"')


def _table(*rows: str, name: str = "list", attributes: str = "") -> str:
    return f'<table:table table:name="{name}" {attributes}>{"".join(rows)}</table:table>'


@pytest.mark.parametrize(
    ("value", "shown", "text"),
    [
        ("123", "000123", "000123"),
        ("123", "SN-000123", "SN-000123"),
        ("1.1", "1.10", "1.10"),
        ("123456789012", "1.23457E+11", "123456789012"),
        ("123456789012", "###", "123456789012"),
        ("1234567", "1,234,567", "1234567"),
        ("1234", "1 234", "1234"),
        ("0.30000000000000004", "0.3", "0.3"),
        ("1.26", "1.3", "1.26"),
        ("-5", "-5", "-5"),
        ("7", "", "7"),
        ("7", "VII", "7"),
    ],
)
def test_a_number_is_what_is_shown_where_all_of_it_is_shown(value: str, shown: str, text: str) -> None:
    """Zeros and letters of the format belong to the id; where digits are left out, the number itself counts."""
    grid = open_list(ods_of(_table(_row(_number(value, shown))))).grid
    assert grid.rows[0].cells == (text,)
    assert grid.faults == {}


def test_every_kind_of_cell() -> None:
    """Money, shares, truth, dates, errors, formulas without a result, and text in pieces."""
    cells = [
        _number("7", "7 ¥", "currency"),
        _number("0.07", "7%", "percentage"),
        _cell("TRUE", 'office:value-type="boolean" office:boolean-value="true"'),
        _cell("2026-11-02", 'office:value-type="date" office:date-value="2026-11-02"'),
        _cell("12:00", 'office:value-type="time"'),
        _cell("#N/A", 'office:value-type="string" calcext:value-type="error"'),
        _number("1234567890123456", "1234567890123456"),
        _cell("", 'table:formula="of:=A1"'),
        _cell("", 'office:value-type="float" table:formula="of:=A1"'),
        _cell("A1", 'office:value-type="string" table:formula="of:=B1"'),
        _cell("", 'office:value-type="string" office:string-value="hidden"'),
        _cell('a<text:s text:c="2"/>b<text:s/><text:span>c<text:tab/></text:span><text:line-break/>d'),
    ]
    grid = open_list(ods_of(_table(_row(*cells)))).grid
    assert grid.rows[0].cells == (
        *("7 ¥", "7%", "TRUE", "2026-11-02", "12:00", "#N/A", "1234567890123456"),
        *("", "", "A1", "hidden", "a  b c\t\nd"),
    )
    assert {column: fault.reason for (_, column), fault in grid.faults.items()} == {
        0: HoldReason.CELL_AMOUNT,
        1: HoldReason.CELL_AMOUNT,
        2: HoldReason.CELL_BOOLEAN,
        3: HoldReason.CELL_DATE,
        4: HoldReason.CELL_DATE,
        5: HoldReason.CELL_ERROR,
        6: HoldReason.CELL_DIGITS,
        7: HoldReason.CELL_FORMULA,
        8: HoldReason.CELL_FORMULA,
    }


def test_a_number_that_was_typed_with_an_exponent() -> None:
    """All digits that it has are shown; of a number with more, those are taken."""
    short = (_number("123000000000", "1.23E+11"), _number("1200000", "1,20E+06"))
    grid = open_list(ods_of(_table(_row(*short, _number("123456789012", "1E+11"))))).grid
    assert grid.rows[0].cells == ("1.23E+11", "1.2E+06", "123456789012")
    assert [fault.reason for fault in grid.faults.values()] == [HoldReason.CELL_SCIENTIFIC] * 2


def test_truth_that_has_the_type_of_a_number() -> None:
    """LibreOffice 7 writes it so; what a person saw is the word."""
    grid = open_list(ods_of(_table(_row(_number("1", "TRUE"), _number("0", "假"))))).grid
    assert grid.rows[0].cells == ("TRUE", "假")
    assert {fault.reason for fault in grid.faults.values()} == {HoldReason.CELL_BOOLEAN}
    assert len(grid.faults) == 2


def test_what_does_not_stand_in_the_cell_is_left_out() -> None:
    """Comments, drawings and deleted rows are no ids."""
    comment = "<office:annotation><text:p>why</text:p></office:annotation>"
    frame = "<draw:frame><draw:text-box><text:p>drawn</text:p></draw:text-box></draw:frame>"
    cell = f"<table:table-cell>{comment}<text:p>A1</text:p>{frame}<text:p>two</text:p></table:table-cell>"
    deleted = (
        "<table:tracked-changes><table:table>" + _row(_cell("gone")) + "</table:table></table:tracked-changes>"
    )
    shapes = "<table:shapes><draw:custom-shape><text:p>arrow</text:p></draw:custom-shape></table:shapes>"
    opened = open_list(ods_of(deleted + _table(shapes, _row(cell))))
    assert [row.cells for row in opened.grid.rows] == [("A1\ntwo",)]
    assert len(opened.sheets) == 1


def test_columns_that_are_hidden() -> None:
    """One says for how many it stands."""
    columns = (
        '<table:table-column table:number-columns-repeated="2"/><table:table-column table:visibility="visible"/>'
        '<table:table-column table:visibility="collapse" table:number-columns-repeated="2"/><table:table-column/>'
    )
    assert open_list(ods_of(_table(columns, _row(_cell("A1"))))).grid.hidden == {3, 4}


def test_repeated_cells_and_rows_are_unfolded() -> None:
    """Blank ones up to the sheet's end cost nothing."""
    rows = (
        _row(
            _cell("A1"),
            _cell("", 'table:number-columns-repeated="2"'),
            _cell("x", 'table:number-columns-repeated="2"'),
        ),
        _row(_cell("", 'table:number-columns-repeated="16384"'), attributes='table:number-rows-repeated="3"'),
        _row(_cell("A2"), attributes='table:number-rows-repeated="2" table:visibility="filter"'),
        _row(_cell("A3"), "<table:covered-table-cell/>", _cell("y")),
        _row(_cell("", 'table:number-columns-repeated="16384"'), attributes='table:number-rows-repeated="1048569"'),
    )
    grid = open_list(ods_of(_table(*rows))).grid
    assert [(row.number, row.cells, row.hidden) for row in grid.rows] == [
        (1, ("A1", "", "", "x", "x"), False),
        (5, ("A2",), True),
        (6, ("A2",), True),
        (7, ("A3", "", "y"), False),
    ]


@pytest.mark.parametrize(
    "row",
    [
        _row(_cell("x"), attributes='table:number-rows-repeated="999999999"'),
        _row(_cell("x", 'table:number-columns-repeated="999999999"')),
        _row(_cell("", 'table:number-columns-repeated="999999999"'), _cell("x")),
        _row(
            _cell("x", 'table:number-columns-repeated="16384"'), attributes='table:number-rows-repeated="1048576"'
        ),
    ],
)
def test_repetition_without_end_is_refused(row: str) -> None:
    """A few bytes that claim to be a billion cells are not believed."""
    with pytest.raises(BadInput, match=r"file\.too_large"):
        open_list(ods_of(_table(row)))


def test_merged_cells_stand_in_all_their_rows() -> None:
    """What they cover is theirs."""
    first = _row(_cell("A1"), _cell("x", 'table:number-rows-spanned="2" table:number-columns-spanned="1"'))
    grid = open_list(ods_of(_table(first, _row(_cell("A2"), "<table:covered-table-cell/>")))).grid
    assert [row.cells for row in grid.rows] == [("A1", "x"), ("A2", "x")]
    assert grid.merged == (Merged(1, 1, 2, 1),)


def test_what_merged_cells_cover_is_not_there() -> None:
    """LibreOffice keeps it and shows it to nobody. Repeated rows are merged alike, and a blank row may be."""
    covered = "<table:covered-table-cell><text:p>hidden</text:p></table:covered-table-cell>"
    heading = _cell("Line 2", 'table:number-columns-spanned="2"')
    blank = _cell("", 'table:number-rows-spanned="2"')
    repeated = _row(heading, covered, attributes='table:number-rows-repeated="2"')
    grid = open_list(ods_of(_table(repeated, _row(blank), _row(covered, _cell("A1"))))).grid
    assert [row.cells for row in grid.rows] == [("Line 2", ""), ("Line 2", ""), ("", "A1")]
    assert grid.merged == (Merged(1, 0, 1, 1), Merged(2, 0, 2, 1), Merged(3, 0, 4, 0))


def test_the_sheet_with_the_ids_is_chosen() -> None:
    """One that its style hides is not."""
    styles = (
        '<style:style style:name="ta1"><style:table-properties table:display="true"/></style:style>'
        '<style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>'
    )
    listed = (_row(_cell("设备ID"), _cell("名称")), _row(_cell("A1"), _cell("x")))
    tables = (
        _table(_row(_cell("how to fill this in")), name="read me", attributes='table:style-name="ta1"')
        + _table(*listed, name="old", attributes='table:style-name="ta2"')
        + _table(*listed, name="ids")
    )
    found = read_list(ods_of(tables, styles))
    assert found.opened.sheet == "ids"
    assert found.opened.sheets == (SheetName("read me"), SheetName("old", hidden=True), SheetName("ids"))


def test_a_table_in_a_cell_is_no_sheet() -> None:
    """It belongs to its cell."""
    inner = _table(_row(_cell("inner")), name="inner")
    assert len(open_list(ods_of(_table(_row(f"<table:table-cell>{inner}</table:table-cell>")))).sheets) == 1


def test_a_locked_file_is_told() -> None:
    """Its list of parts says so."""
    locked = "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
    with pytest.raises(BadInput, match=r"file\.encrypted"):
        open_list(ods_of("", manifest=locked))


def test_a_list_whose_rows_are_alike_is_no_bomb() -> None:
    """LibreOffice writes so much around each cell that it packs a hundred and fifty times smaller."""
    same = _cell("智能音箱", 'office:value-type="string" calcext:value-type="string"') * 8
    rows = [_row(_cell(f"A{number}"), same) for number in range(2000)]
    assert len(read_list(ods_of(_table(*rows))).rows) == 2000


def test_a_number_that_is_none_is_told() -> None:
    """No spreadsheet writes it."""
    with pytest.raises(BadInput, match=r"file\.damaged"):
        open_list(ods_of(_table(_row(_number("seven")))))
