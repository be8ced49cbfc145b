"""Old workbooks of Excel come in as a person saw them."""

from __future__ import annotations

import datetime

import pytest
import xlwt

from bindtool.core.common.errors import BadInput
from bindtool.core.common.progress import ReadingProgress, ReadingStopped
from bindtool.core.model.row import HoldReason
from bindtool.core.tabular.formats.xls import MOST_BYTES, XlsWorkbook
from bindtool.core.tabular.reader import open_list
from bindtool.core.tabular.table.grid import Merged
from bindtool.core.tabular.table.result import Choices, SheetName
from tests.core.tabular.books import saved_xls, xls_of
from tests.core.tabular.reading import read_list

STYLE = b"\xe0\x00\x14\x00"
"""What a style's record begins with."""


def _style(code: str) -> xlwt.XFStyle:
    style = xlwt.XFStyle()
    style.num_format_str = code
    return style


def test_what_xlwt_writes() -> None:
    """Texts stay texts, numbers keep the zeros of their format, and what is lost is named."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("清单", cell_overwrite_ok=True)
    values = ["00000123", 123, 123456789012345, 1234567890123456, datetime.date(2026, 11, 2), True, None, 0.1 + 0.2]
    for number, value in enumerate(values):
        code = {1: "000000", 4: "yyyy-mm-dd"}.get(number, "General")
        sheet.write(number, 0, value, _style(code))
    sheet.row(2).hidden = sheet.col(4).hidden = True
    sheet.col(5).width = 9000
    sheet.write_merge(0, 2, 1, 1, "merged")
    sheet.write_merge(3, 3, 1, 2, "wide")
    sheet.row(3).write(2, "hidden")
    sheet.row(5).set_cell_error(1, "#REF!")
    sheet.write(6, 1, False)
    opened = open_list(saved_xls(book), "list.xls")
    grid = opened.grid
    assert opened.sheets == (SheetName("清单"),)
    assert [row.cells[0] for row in grid.rows] == [
        *("00000123", "000123", "123456789012345", "1234567890123456", "2026-11-02", "TRUE", "", "0.3")
    ]
    assert [row.number for row in grid.rows if row.hidden] == [3]
    assert grid.hidden == {4}
    assert [row.cell(1) for row in grid.rows] == ["merged", "merged", "merged", "wide", "", "#REF!", "FALSE", ""]
    assert grid.rows[3].cells == ("1234567890123456", "wide", "")
    assert {*grid.merged} == {Merged(1, 1, 3, 1), Merged(4, 1, 4, 2)}
    assert {place: fault.reason for place, fault in grid.faults.items()} == {
        (4, 0): HoldReason.CELL_DIGITS,
        (5, 0): HoldReason.CELL_DATE,
        (6, 0): HoldReason.CELL_BOOLEAN,
        (6, 1): HoldReason.CELL_ERROR,
        (7, 1): HoldReason.CELL_BOOLEAN,
    }


def test_the_sheet_with_the_ids_is_chosen() -> None:
    """A hidden one is not, and dates may begin in 1904."""
    book = xlwt.Workbook()
    book.dates_1904 = True
    book.add_sheet("read me").write(0, 0, "how to fill this in")
    hidden = book.add_sheet("old")
    hidden.visibility = 1
    ids = book.add_sheet("ids")
    for sheet, text in ((hidden, "OLD1"), (ids, "A1")):
        for column, cell in enumerate(("设备编号", "名称")):
            sheet.write(0, column, cell)
            sheet.write(1, column, text)
    ids.write(2, 0, 5, _style("yyyy-mm-dd"))
    found = read_list(saved_xls(book), choices=Choices(id_column=0))
    assert (found.opened.sheet, found.rows[0].device_id, found.rows[1].device_id) == ("ids", "A1", "1904-01-06")
    assert found.opened.sheets == (SheetName("read me"), SheetName("old", hidden=True), SheetName("ids"))


def test_a_locked_workbook_is_told() -> None:
    """The record that begins the encryption is enough."""
    data = bytearray(xls_of([["A1"]]))
    begin = data.index(b"\x09\x08\x10\x00\x00\x06")
    record = begin + 20
    data[record : record + 4] = b"\x2f\x00" + data[record + 2 : record + 4]
    with pytest.raises(BadInput, match=r"file\.encrypted"):
        open_list(bytes(data))


def test_a_date_of_chinese_excel_is_told() -> None:
    """Format 27 has a number and no text, in the file and in the library."""
    data = bytearray(xls_of([[46328]]))
    at = data.find(STYLE)
    while at >= 0:
        data[at + 6 : at + 8] = (27).to_bytes(2, "little")
        at = data.find(STYLE, at + 1)
    grid = open_list(bytes(data)).grid
    assert (grid.rows[0].cells, grid.faults[1, 0].reason) == (("2026-11-02",), HoldReason.CELL_DATE)


def test_a_cell_whose_style_is_not_there_is_told() -> None:
    """Its number can't be shown as it should."""
    data = bytearray(xls_of([[1.5]]))
    style = data.index(b"\x7e\x02\x0a\x00\x00\x00\x00\x00") + 8
    data[style : style + 2] = b"\xff\x0f"
    with pytest.raises(BadInput, match=r"file\.damaged"):
        open_list(bytes(data))


def test_a_workbook_beyond_all_measure_is_not_read() -> None:
    """No list of 65,536 rows is as large."""
    with pytest.raises(BadInput, match=r"file\.too_large"):
        open_list(xls_of([["A1"]]) + bytes(MOST_BYTES))


@pytest.mark.parametrize("keep", [600, 1500, 3000])
def test_half_a_workbook_is_told(keep: int) -> None:
    """Wherever it breaks off."""
    data = xls_of([["设备编号"], *[[f"A{number}"] for number in range(100)]])
    with pytest.raises(BadInput, match=r"file\.damaged"):
        open_list(data[:keep] + "Workbook".encode("utf-16-le"))


def test_reading_can_be_watched(capsys: pytest.CaptureFixture[str]) -> None:
    """What is read counts by its share, then the rows by theirs; the library says nothing of its own."""
    heard: list[float] = []
    assert (
        len(
            read_list(
                xls_of([[f"A{number}"] for number in range(5000)]), progress=ReadingProgress(heard.append)
            ).rows
        )
        == 5000
    )
    assert heard == sorted(heard)
    assert len([done for done in heard if 0 < done < 0.6]) >= 2
    assert len([done for done in heard if 0.6 <= done < 1]) == 10
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("heard", range(5))
def test_reading_can_be_stopped_at_any_time(heard: int) -> None:
    """Before it begins, and in the midst of what the library does."""
    steps = iter([False] * heard)
    data = xls_of([[f"A{number}", number] for number in range(5000)])
    with pytest.raises(ReadingStopped):
        XlsWorkbook(data, ReadingProgress(cancelled=lambda: next(steps, True)))
    assert list(steps) == []
