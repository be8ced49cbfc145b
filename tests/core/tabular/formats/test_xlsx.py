"""Excel's workbooks come in as a person saw them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bindtool.core.common.errors import BadInput
from bindtool.core.common.messages import Message
from bindtool.core.model.row import HoldReason
from bindtool.core.tabular.reader import open_list
from bindtool.core.tabular.table.grid import MOST_COLUMNS, Grid, Merged
from bindtool.core.tabular.table.result import Choices, SheetName
from tests.core.tabular.books import STRICT, saved, sheet_of, xlsx_parts, zipped
from tests.core.tabular.reading import read_list


def _grid(rows: str, **parts: str) -> Grid:
    return open_list(zipped(xlsx_parts(f"<sheetData>{rows}</sheetData>", **parts))).grid


def _cells(rows: str, **parts: str) -> list[tuple[str, ...]]:
    return [row.cells for row in _grid(rows, **parts).rows]


def test_what_openpyxl_writes() -> None:
    """Texts stay texts, numbers keep the zeros of their format, and what is lost is named."""
    book = openpyxl.Workbook()
    sheet = sheet_of(book)
    values: list[Any] = [
        "00000123",
        123,
        123456789012345,
        1234567890123456,
        datetime.date(2026, 11, 2),
        True,
        "=A1",
        None,
    ]
    for number, value in enumerate(values, 1):
        sheet.cell(number, 1, value)
        sheet.cell(number, 2, number)
    sheet["A2"].number_format = "000000"
    sheet.row_dimensions[3].hidden = True
    sheet.merge_cells("B1:B3")
    grid = open_list(saved(book)).grid
    assert [row.cells[0] for row in grid.rows] == [
        *("00000123", "000123", "123456789012345", "1234567890123456", "2026-11-02", "TRUE", "", "")
    ]
    assert [row.number for row in grid.rows if row.hidden] == [3]
    assert {number: fault.reason for (number, _), fault in grid.faults.items()} == {
        4: HoldReason.CELL_DIGITS,
        5: HoldReason.CELL_DATE,
        6: HoldReason.CELL_BOOLEAN,
        7: HoldReason.CELL_FORMULA,
    }
    assert [row.cell(1) for row in grid.rows][:4] == ["1", "1", "1", "4"]


def test_every_kind_of_cell() -> None:
    """Shared, inline and calculated texts, truth, errors and ISO dates."""
    strings = (
        "<si><t>shared</t></si><si><r><t>ri</t></r><r><t>ch</t></r><rPh><t>REE</t></rPh></si>"
        '<si><t xml:space="preserve"> a_x000D_b_x005F_x </t></si>'
    )
    row = (
        '<row><c t="s"><v>0</v></c><c t="s"><v> 1 </v></c><c t="s"><v>2</v></c>'
        '<c t="inlineStr"><is><t>in</t><r><t>line</t></r><rPh><t>no</t></rPh></is></c>'
        '<c t="str"><f>A1</f><v>formula</v></c><c t="str"><f>A1</f></c>'
        '<c t="b"><v>1</v></c><c t="b"><v>0</v></c><c t="e"><v>#N/A</v></c><c t="d"><v>2026-11-02</v></c>'
        "<c/><c><f>A1</f></c><c><f>A1</f><v>7</v></c><c><v>007</v></c><c><v>1E3</v></c></row>"
    )
    grid = _grid(row, strings=strings)
    assert grid.rows[0].cells == (
        *("shared", "rich", " a\rb_x ", "inline", "formula", ""),
        *("TRUE", "FALSE", "#N/A", "2026-11-02", "", "", "7", "7", "1000"),
    )
    assert {column: fault.reason for (_, column), fault in grid.faults.items()} == {
        6: HoldReason.CELL_BOOLEAN,
        7: HoldReason.CELL_BOOLEAN,
        8: HoldReason.CELL_ERROR,
        9: HoldReason.CELL_DATE,
        11: HoldReason.CELL_FORMULA,
    }


def test_a_shared_text_that_is_not_named_is_none() -> None:
    """Some programs write blank cells so, and spreadsheets open their files."""
    assert _cells('<row><c t="s"/><c t="s"><v>0</v></c></row>', strings="<si><t>A1</t></si>") == [("", "A1")]


def test_results_that_the_spreadsheet_is_to_calculate_are_none() -> None:
    """Libraries write 0 for them, or leave what the template had; what is no formula counts."""
    row = '<row><c t="str"><f>B1</f><v>A1</v></c><c><f>1+1</f><v>0</v></c><c><v>7</v></c></row>'
    grid = _grid(row, book='<calcPr calcId="124519" fullCalcOnLoad="1"/>')
    assert grid.rows[0].cells == ("", "", "7")
    assert [fault.reason for fault in grid.faults.values()] == [HoldReason.CELL_FORMULA] * 2
    assert _cells(row, book="<calcPr/>") == [("A1", "0", "7")]


def test_columns_that_are_hidden() -> None:
    """Spreadsheets hide all behind the last one, too; ranges that make no sense are none."""
    columns = '<col min="2" max="3" hidden="1"/><col min="4" max="4" hidden="0"/><col hidden="1"/><col/>'
    cells = "<sheetData><row><c><v>1</v></c></row></sheetData>"
    grid = open_list(zipped(xlsx_parts(f"<cols>{columns}</cols>{cells}"))).grid
    assert grid.hidden == {1, 2}
    rest = '<col min="2" max="99999" hidden="true"/>'
    assert len(open_list(zipped(xlsx_parts(f"<cols>{rest}</cols>{cells}"))).grid.hidden) == MOST_COLUMNS - 1
    with pytest.raises(BadInput, match=r"file\.too_large"):
        open_list(zipped(xlsx_parts(f"<cols>{rest * 1000}</cols>{cells}")))


def test_rows_and_cells_may_say_where_they_are() -> None:
    """What is left out is empty, and counting goes on from there."""
    rows = (
        "<row><c><v>1</v></c></row>"
        '<row r="5"><c r="C5"><v>2</v></c><c><v>3</v></c><c r="AA5"><v>4</v></c></row>'
        "<row><c><v>5</v></c></row>"
    )
    grid = _grid(rows)
    assert [row.number for row in grid.rows] == [1, 5, 6]
    assert grid.rows[1].cells == ("", "", "2", "3", *[""] * 22, "4")


def test_styles_tell_how_numbers_are_shown() -> None:
    """By their own text or by the number of one that everybody knows; one that is not there changes nothing."""
    styles = (
        '<numFmts><numFmt numFmtId="164" formatCode="000000"/></numFmts>'
        '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="2"/><xf numFmtId="14"/><xf/></cellXfs>'
    )
    row = "".join(f'<c s="{style}"><v>5</v></c>' for style in (0, 1, 2, 3, 4, 9, "x"))
    assert _cells(f"<row>{row}</row>", styles=styles) == [("5", "000005", "5.00", "1900-01-04", "5", "5", "5")]
    dated = _grid('<row><c s="3"><v>5</v></c></row>', styles=styles, book='<workbookPr date1904="1"/>')
    assert dated.rows[0].cells == ("1904-01-06",)


def test_merged_cells_stand_in_all_their_rows() -> None:
    """What lies beneath is seen by nobody; a range that makes no sense is none."""
    sheet = (
        '<sheetData><row r="1"><c r="A1"><v>1</v></c><c r="B1" t="str"><v>x</v></c><c t="str"><v>hid</v></c></row>'
        '<row r="2"><c r="A2"><v>2</v></c><c t="str"><v>hidden</v></c></row>'
        '<row r="3"><c r="A3"><v>3</v></c></row></sheetData>'
        '<mergeCells><mergeCell ref="B1:C2"/><mergeCell ref="A3:B3"/><mergeCell ref="B"/><mergeCell/></mergeCells>'
    )
    grid = open_list(zipped(xlsx_parts(sheet))).grid
    assert [row.cells for row in grid.rows] == [("1", "x", ""), ("2", "x"), ("3",)]
    assert grid.merged == (Merged(1, 1, 2, 2), Merged(3, 0, 3, 1))


def test_the_sheet_with_the_ids_is_chosen() -> None:
    """Not the first one, not a hidden one; of several a person has to choose, and may choose each."""
    book = openpyxl.Workbook()
    sheet_of(book).title = "read me"
    sheet_of(book)["A1"] = "how to fill this in"
    for name, rows, state in (
        ("old", [["设备ID", "名称"], ["OLD1", "x"]], "hidden"),
        ("older", [["设备ID", "名称"], ["OLD2", "x"]], "veryHidden"),
        ("ids", [["编号"], *[[str(n)] for n in range(1, 41)]], "visible"),
        ("best", [["设备ID", "名称"], ["B1", "x"]], "visible"),
        ("again", [["设备ID", "名称"], ["C1", "x"]], "visible"),
    ):
        sheet = book.create_sheet(name)
        sheet.sheet_state = state
        for row in rows:
            sheet.append(row)
    book.create_chartsheet("chart")
    data = saved(book)
    found = read_list(data)
    assert (found.opened.sheet, found.rows) == ("best", ())
    assert read_list(data, choices=Choices(id_column=0)).rows[0].device_id == "B1"
    assert found.opened.rivals == ("again",)
    assert found.layout.doubt == Message.of("doubt.sheets", sheets="best / again")
    assert found.opened.sheets == (
        *(SheetName("read me"), SheetName("old", hidden=True), SheetName("older", hidden=True)),
        *(SheetName("ids"), SheetName("best"), SheetName("again")),
    )
    chosen = read_list(data, choices=Choices(sheet="best", id_column=0))
    assert (chosen.opened.rivals, chosen.layout.doubt) == ((), None)
    assert read_list(data, choices=Choices(sheet="old", id_column=0)).rows[0].device_id == "OLD1"
    assert len(read_list(data, choices=Choices(sheet="ids", id_column=0)).rows) == 40
    with pytest.raises(BadInput, match=r"file\.no_such_sheet"):
        read_list(data, choices=Choices(sheet="chart"))


def test_strict_workbooks_are_read() -> None:
    """Excel can write "Strict Open XML", which has other names for everything."""
    usual, strict = (
        "http://schemas.openxmlformats.org/officeDocument/2006",
        "http://purl.oclc.org/ooxml/officeDocument",
    )
    row = '<sheetData><row><c t="s"><v>0</v></c></row></sheetData>'
    parts = xlsx_parts(row, strings="<si><t>A1</t></si>", main=STRICT)
    data = zipped({name: content.replace(usual, strict) for name, content in parts.items()})
    assert read_list(data).rows[0].device_id == "A1"


def test_a_sheet_that_claims_to_be_endless() -> None:
    """A false range costs nothing, and so does the last row of all."""
    sheet = (
        '<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="1048576"><c r="XFD1048576"/><c r="A1048576"><v>2</v></c></row></sheetData>'
    )
    rows = open_list(zipped(xlsx_parts(sheet))).grid.rows
    assert [(row.number, row.cells) for row in rows] == [(1, ("1",)), (1048576, ("2",))]


def test_cells_without_end_are_refused() -> None:
    """Rows that reach to the last column fill no memory."""
    row = '<row><c r="XFD{0}"><v>{0}</v></c></row>'
    sheet = "<sheetData>" + "".join(row.format(number) for number in range(700)) + "</sheetData>"
    with pytest.raises(BadInput, match=r"file\.too_large"):
        open_list(zipped(xlsx_parts(sheet)))


@pytest.mark.parametrize(
    "cell",
    [
        *('<c t="s"><v>0</v></c>', '<c t="s"><v>x</v></c>', "<c><v>x</v></c>"),
        *('<c r="1"><v>1</v></c>', '<c r="ABCD1"><v>1</v></c>', '<c r="Ä1"><v>1</v></c>'),
    ],
)
def test_cells_that_make_no_sense_are_told(cell: str) -> None:
    """A text that is not there, a number that is none, a column that no sheet has."""
    with pytest.raises(BadInput, match=r"file\.damaged"):
        _cells(f"<row>{cell}</row>")


def _without(parts: Mapping[str, str], name: str) -> bytes:
    return zipped({path: content for path, content in parts.items() if path != name})


def test_parts_that_are_missing() -> None:
    """A workbook needs its list of sheets; styles, texts and the way to the list can be done without."""
    parts = xlsx_parts("<sheetData><row><c><v>1</v></c></row></sheetData>")
    for name in ("_rels/.rels", "xl/sharedStrings.xml", "xl/styles.xml"):
        assert len(open_list(_without(parts, name)).grid.rows) == 1
    with pytest.raises(BadInput, match=r"file\.damaged"):
        open_list(_without(parts, "xl/workbook.xml"))
    with pytest.raises(BadInput, match=r"file\.empty"):
        open_list(_without(parts, "xl/worksheets/sheet1.xml"))


def test_a_bomb_in_any_part_is_refused() -> None:
    """Entities and padding are found wherever they are."""
    parts = xlsx_parts("<sheetData/>")
    for name in ("xl/sharedStrings.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml", "xl/workbook.xml"):
        with pytest.raises(BadInput, match=r"file\.hostile"):
            open_list(zipped(parts | {name: "<!DOCTYPE a>" + parts[name]}))
        with pytest.raises(BadInput, match=r"file\.hostile"):
            open_list(zipped(parts | {name: parts[name] + " " * 5_000_000}))


_text = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1
)
_id = _text.filter(
    lambda text: (
        any(map(str.isalnum, text)) and text[0] not in "=#" and "_x" not in text and "E+" not in text.upper()
    )
)


@given(st.lists(st.tuples(_id, _id), min_size=1, max_size=5))
def test_what_openpyxl_writes_is_read(devices: list[tuple[str, str]]) -> None:
    """Ids and labels come back as they were typed."""
    book = openpyxl.Workbook()
    for number, device in enumerate([("device_id", "label"), *devices], 1):
        for column, text in enumerate(device, 1):
            sheet_of(book).cell(number, column, text).data_type = "s"
    assert [(row.device_id, row.label) for row in read_list(saved(book)).rows] == devices
