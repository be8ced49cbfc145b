"""A report as a workbook: its lines on the first sheet, a summary with a chart on the second.

Owns how they look there. Every text is a typed string, so none runs as a formula and no id loses a zero.
openpyxl is loaded with this module, which is imported by who writes a workbook, when they do.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, cast

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.chart import BarChart, Reference
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from bindtool.core.ooxml_text import escape
from bindtool.core.report import cells, without_nul

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell as WorkbookCell

    from bindtool.core.report import Cell
    from bindtool.core.report_layout import Report, SumTable

LONGEST_TEXT = 32767
"""Characters in a cell (Microsoft, "Excel specifications and limits"); the rest of a longer one is left out."""

_LONGEST_NUMBER = 10**11
"""From here on a spreadsheet shows a number as 1E+11; it is written as a text."""

_WIDTHS = {"device_id": 26, "label": 26, "message": 44, "logid": 36, "time": 27, "operator": 14, "profile": 20}
_WIDTH = 10
_AS_TEXT = "@"
"""A number format: what a person types over the cell stays a text, zeros and all."""

_LETTERS = "Calibri"
_BOLD = Font(name=_LETTERS, bold=True)
_TITLE = Font(name=_LETTERS, bold=True, size=14)
_PRACTICE = Font(name=_LETTERS, bold=True, color="9A3B00")
_HEAD = PatternFill("solid", fgColor="E8ECF1")
_RIGHT = Alignment(horizontal="right")
_BOUND, _REFUSED = "2E7D32", "C62828"

_SUMMARY_WIDTHS = (34, *[13] * 6)
_CHART_COLUMN = "E"
_CHART_WIDTH, _CHART_HEIGHT = 17, 9  # centimetres


def report_xlsx(report: Report) -> bytes:
    """Return the workbook of a report."""
    book = Workbook(write_only=True)
    book.properties.creator = "bindtool"
    book.properties.title = _text(report.title)
    lines_tab, summary_tab = report.tabs
    _write_lines(_add_sheet(book, lines_tab), report)
    _write_summary(_add_sheet(book, summary_tab), report)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _add_sheet(book: Workbook, name: str) -> Worksheet:
    # Typed as the usual one, of which it has all that is used here.
    return cast("Worksheet", book.create_sheet(name))


def _write_lines(sheet: Worksheet, report: Report) -> None:
    columns, lines = report.columns, report.lines
    # Before the first row: what is said of a whole sheet stands at its head.
    for place, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(place)].width = _WIDTHS.get(column, _WIDTH)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(lines) + 1}"
    sheet.print_title_rows = "1:1"
    _fit_to_pages(sheet, 0)
    sheet.append([_head(sheet, column) for column in columns])
    for line in cells(lines, columns):
        sheet.append([_cell(sheet, cell) for cell in line])


def _fit_to_pages(sheet: Worksheet, high: int) -> None:
    """Let it be printed on A4 pages that lie, one page wide and so many `high`; 0: as many as it takes."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = high
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _write_summary(sheet: Worksheet, report: Report) -> None:
    _fit_to_pages(sheet, 1)
    for place, width in enumerate(_SUMMARY_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    rows = _Rows(sheet)
    rows.add([_cell(sheet, report.title, _TITLE)])
    if report.practice:
        rows.add([_cell(sheet, report.practice, _PRACTICE)])
    for name, value in report.facts:
        rows.add([_cell(sheet, name, _BOLD), _cell(sheet, value)])
    for note in report.notes:
        rows.add([_cell(sheet, note)])
    rows.add([])
    rows.add_table(report.sums)
    if report.hours.rows:
        rows.add([])
        first = rows.add_table(report.hours)
        sheet.add_chart(_chart(sheet, report.hours, first), f"{_CHART_COLUMN}{first}")


class _Rows:
    """Rows on their way into a sheet, counted."""

    def __init__(self, sheet: Worksheet) -> None:
        self._sheet = sheet
        self.written = 0

    def add(self, row: list[WorkbookCell]) -> None:
        """Write a row."""
        self._sheet.append(row)
        self.written += 1

    def add_table(self, table: SumTable) -> int:
        """Write a table and return the number of the row in which its head stands."""
        self.add([_cell(self._sheet, table.title, _BOLD)])
        self.add([_head(self._sheet, name, right=place > 0) for place, name in enumerate(table.head)])
        head = self.written
        for row in table.rows:
            self.add([_cell(self._sheet, cell) for cell in row])
        return head


def _chart(sheet: Worksheet, hours: SumTable, head: int) -> BarChart:
    """Return the bars of bound and refused, one on the other, for the table whose head is in row `head`."""
    chart = BarChart()
    chart.type, chart.grouping, chart.overlap, chart.gapWidth = "col", "stacked", 100, 60
    chart.title = hours.title
    last = head + len(hours.rows)
    chart.add_data(Reference(sheet, min_col=2, max_col=3, min_row=head, max_row=last), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=head + 1, max_row=last))
    for series, colour in zip(chart.series, (_BOUND, _REFUSED), strict=True):
        series.graphicalProperties.solidFill = colour
    chart.x_axis.delete = chart.y_axis.delete = False  # they are not drawn otherwise
    chart.y_axis.number_format = "0"
    chart.legend.position = "b"
    chart.width, chart.height = _CHART_WIDTH, _CHART_HEIGHT
    return chart


def _head(sheet: Worksheet, name: str, *, right: bool = False) -> WorkbookCell:
    cell = _cell(sheet, name, _BOLD)
    cell.fill = _HEAD
    if right:
        cell.alignment = _RIGHT
    return cell


def _cell(sheet: Worksheet, value: Cell, font: Font | None = None) -> WorkbookCell:
    if isinstance(value, int) and abs(value) < _LONGEST_NUMBER:
        return WriteOnlyCell(sheet, value)
    cell = WriteOnlyCell(sheet, "" if value is None else _text(str(value)))
    cell.data_type = "s"  # openpyxl takes what begins with = for a formula
    if font is None:
        cell.number_format = _AS_TEXT
    else:
        cell.font = font
    return cell


def _text(text: str) -> str:
    # A lone surrogate can come out of a scanner and must not cost the whole report.
    whole = without_nul(text).encode("utf-8", "backslashreplace").decode()
    return escape(whole)[:LONGEST_TEXT]
