"""Workbooks as files, as openpyxl and bindtool itself read them."""

from __future__ import annotations

import gc
import io
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from bindtool.core.common.errors import BadInput
from bindtool.core.reports.report_xlsx import LONGEST, MOST_ROWS, Chart, Style, WorkbookSheet, workbook_file
from bindtool.core.tabular.reader import open_list


def _open(*sheets: WorkbookSheet) -> Workbook:
    return load_workbook(io.BytesIO(workbook_file(sheets)))


def test_texts_and_numbers() -> None:
    """A text is one whatever it looks like, spaces and all; a number is one; nothing leaves a cell empty."""
    values: list[str | int | None] = ["=1+1", " 0012 ", -7, "", None]
    row = [(value, Style.TEXT) for value in values]
    (cells,) = _open(WorkbookSheet("A", [10] * 5, [row])).worksheets[0].iter_rows()
    assert [(cell.value, cell.data_type) for cell in cells] == [
        ("=1+1", "s"),
        (" 0012 ", "s"),
        (-7, "n"),
        (None, "n"),
        (None, "n"),
    ]


def test_a_large_number_keeps_its_digits() -> None:
    """From twelve digits on a spreadsheet would show 1E+11."""
    rows = [[(number, Style.PLAIN)] for number in (10**11 - 1, 10**11, -(10**11), 10**30)]
    cells = [found[0].value for found in _open(WorkbookSheet("A", [10], rows)).worksheets[0].iter_rows()]
    assert cells == [99999999999, "100000000000", "-100000000000", f"{10**30}"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("智能音箱\t3F\n2001", None),
        ("a\r\nb", None),
        ("A\x1dB\x01\x1f", None),
        ("_x000D_ _x00_ _X000D_", None),
        ("A\ufffe\uffff", None),
        ("<a & 'b' \">", None),
        ("A\ud800\0", "A\\ud800␀"),
        ("&" * (LONGEST + 1), "&" * LONGEST),
    ],
)
def test_a_text_is_what_it_was(text: str, found: str | None) -> None:
    """What XML can't hold comes back too; a NUL and half a character are named, and a cell has an end."""
    file = workbook_file([WorkbookSheet("A", [10], [[(text, Style.TEXT)]])])
    assert open_list(file).grid.rows[0].cells == (text if found is None else found,)


def test_looks() -> None:
    """Each style is the one that its name says; what is typed over a text stays one."""
    row = [(style.name, style) for style in Style]
    (cells,) = _open(WorkbookSheet("A", [10] * len(row), [row])).worksheets[0].iter_rows()
    by_name = {cell.value: cell for cell in cells}
    assert by_name["TEXT"].number_format == "@"
    assert {name for name, cell in by_name.items() if cell.font.b} == {
        "HEAD",
        "HEAD_OF_FIGURES",
        "BOLD",
        "TITLE",
        "MARK",
    }
    assert {name for name, cell in by_name.items() if cell.fill.fill_type} == {"HEAD", "HEAD_OF_FIGURES"}
    assert by_name["HEAD_OF_FIGURES"].alignment.horizontal == "right"
    assert by_name["TITLE"].font.sz == 14
    assert by_name["MARK"].font.color.rgb == "FF9A3B00"


def test_a_table_can_be_worked_with() -> None:
    """The head stays in sight and on each printed page, the columns have their widths, and rows can be filtered."""
    sheet = WorkbookSheet("It's <A>", [10, 26], [[("a", Style.HEAD), ("b", Style.HEAD)]], filtered=2)
    found = _open(sheet)["It's <A>"]
    assert found.freeze_panes == "A2"
    assert found.auto_filter.ref == "A1:B3"
    assert found.print_title_rows == "$1:$1"
    assert (found.page_setup.orientation, found.page_setup.fitToHeight) == ("landscape", 0)
    assert [int(found.column_dimensions[column].width) for column in "AB"] == [10, 26]


def test_a_plain_sheet() -> None:
    """Without a filter nothing is kept in sight; it can be asked to fit on one page."""
    found = _open(WorkbookSheet("A", [10], [], pages_high=1)).worksheets[0]
    assert found.freeze_panes is None
    assert found.auto_filter.ref is None
    assert found.page_setup.fitToHeight is None  # the file's own word for 1
    assert found.dimensions == "A1:A1"


def test_the_chart_of_a_sheet() -> None:
    """Its bars take their names and figures from the table, on the sheet that they stand on."""
    plain = WorkbookSheet("A", [10], [])
    chart = Chart("By <hour>", 3, [("09:00", 1, 0), ("10:00", 2, 3)], ("2E7D32", "C62828"), 4)
    book = _open(plain, WorkbookSheet("汇总 1", [10], [], chart=chart))
    assert cast("Any", book.worksheets[0])._charts == []  # noqa: SLF001 - openpyxl has no other name
    (found,) = cast("Any", book["汇总 1"])._charts  # noqa: SLF001 - openpyxl has no other name
    assert found.title.tx.rich.p[0].r[0].t == "By <hour>"
    assert [each.val.numRef.f for each in found.series] == ["'汇总 1'!$B$4:$B$5", "'汇总 1'!$C$4:$C$5"]
    assert [each.tx.strRef.f for each in found.series] == ["'汇总 1'!$B$3", "'汇总 1'!$C$3"]
    assert {each.cat.strRef.f for each in found.series} == {"'汇总 1'!$A$4:$A$5"}
    assert [[point.v for point in each.cat.strRef.strCache.pt] for each in found.series] == [["09:00", "10:00"]] * 2
    assert [[point.v for point in each.val.numRef.numCache.pt] for each in found.series] == [[1, 2], [0, 3]]
    assert [each.spPr.solidFill.srgbClr for each in found.series] == ["2E7D32", "C62828"]
    assert (found.type, found.grouping, found.overlap) == ("col", "stacked", 100)
    assert (found.anchor._from.col, found.anchor._from.row) == (4, 2)  # noqa: SLF001 - openpyxl's name


def test_more_rows_than_a_sheet_has() -> None:
    """None is left out silently."""
    with pytest.raises(BadInput, match=r"report\.too_long"):
        workbook_file([WorkbookSheet("A", [10], [], filtered=MOST_ROWS)])


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_no_room_for_what_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's own words are told, whether there is none from the first or later on."""

    def rows() -> Iterator[list[tuple[str, Style]]]:
        yield [("A1", Style.TEXT)]
        shutil.rmtree(tmp_path / "there")

    (tmp_path / "there").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "there"))
    for _ in range(2):
        with pytest.raises(BadInput, match=r"file\.unwritable"):
            workbook_file([WorkbookSheet("A", [10], rows())])
    # The library leaves its open files to whoever looks for garbage.
    gc.collect()


def test_nothing_of_it_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What waited in files is gone when the workbook is done."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    workbook_file([WorkbookSheet("A", [10], [[("A1", Style.TEXT)]]), WorkbookSheet("B", [10], [])])
    assert list(tmp_path.iterdir()) == []
