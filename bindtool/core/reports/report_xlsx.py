"""A report as a workbook: its lines on the first sheet, a summary with a chart on the second.

Every text is a typed string, so none runs as a formula and no id loses a zero; the words come with the report. Only
this module imports xlsxwriter.
"""

from __future__ import annotations

import io
import time
from dataclasses import dataclass
from enum import Enum
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError

from bindtool.core.common.atomic_files import write_error
from bindtool.core.common.errors import BadInput
from bindtool.core.common.safe_text import without_nul
from bindtool.core.reports.csv_writer import cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from bindtool.core.reports.layout import Report, SumTable


MOST_ROWS = 1_048_576
LONGEST = 32767
"""Characters in a cell (Microsoft, "Excel specifications and limits"); and rows of a sheet."""

_LONGEST_NUMBER = 10**11
"""From here on a spreadsheet displays a number as 1E+11; it is written as a text."""

_STEP = 50
"""Rows that take some milliseconds."""

_A4 = 9
_MARGIN = 0.5
_CHART = {"width": 643, "height": 340}
"""Pixels: 17 and 9 cm."""


class Style(Enum):
    """The format of a cell. TEXT keeps input into it a text."""

    PLAIN = "plain"
    TEXT = "text"
    HEAD = "head"
    HEAD_OF_FIGURES = "head of figures"
    BOLD = "bold"
    TITLE = "title"
    MARK = "mark"
    TEXT_OF_FIGURES = "text of figures"


_HEAD = {"bold": True, "bg_color": "#E8ECF1"}
_LOOKS: Mapping[Style, Mapping[str, object]] = MappingProxyType(
    {
        Style.PLAIN: {},
        Style.TEXT: {"num_format": "@"},
        Style.HEAD: _HEAD,
        Style.HEAD_OF_FIGURES: _HEAD | {"align": "right"},
        Style.BOLD: {"bold": True},
        Style.TITLE: {"bold": True, "font_size": 14},
        Style.MARK: {"bold": True, "font_color": "#9A3B00"},
        Style.TEXT_OF_FIGURES: {"num_format": "@", "align": "right"},
    }
)

Cell = tuple[str | int | None, Style]


@dataclass(frozen=True, slots=True)
class Chart:
    """Stacked bars of a table's figures; the table is on the same sheet, from column A on.

    `head`: the row of the table's head, from 1. `rows`: the rows below it, each a name and figures. `colours`: of
    the figures, such as "2E7D32". `column`: the chart's first column, from 0 for A; its top is beside the head.
    """

    title: str
    head: int
    rows: Sequence[Sequence[str | int]]
    colours: Sequence[str]
    column: int


@dataclass(frozen=True, slots=True)
class WorkbookSheet:
    """A sheet of a workbook.

    `widths`: of its columns, in characters. `rows`: cells from the left; read once. `filtered`: the first row is
    frozen and repeated on every printed page, and rows can be filtered; this many rows are below it. `pages_high`:
    the maximum number of printed pages, 0 for no limit.
    """

    name: str
    widths: Sequence[int]
    rows: Iterable[Sequence[Cell]]
    filtered: int | None = None
    pages_high: int = 0
    chart: Chart | None = None


def workbook_file(sheets: Sequence[WorkbookSheet]) -> bytes:
    """Return a workbook of these sheets.

    Raises:
        BadInput: "report.too_long" for more rows than a sheet has; "file.unwritable" if the system has no room
            for temporary files.
    """
    if any((sheet.filtered or 0) >= MOST_ROWS for sheet in sheets):
        raise BadInput("report.too_long", most=MOST_ROWS - 1)
    file = io.BytesIO()
    folder = ""
    try:
        # Finished rows go to a file: a large sheet would take many times its size in memory.
        with TemporaryDirectory(prefix="bindtool-", ignore_cleanup_errors=True) as folder:
            book = Workbook(file, {"constant_memory": True, "tmpdir": folder})
            looks = {style: book.add_format(dict(look)) for style, look in _LOOKS.items()}
            for sheet in sheets:
                _fill(book, book.add_worksheet(sheet.name), sheet, looks)
            book.close()
    except (OSError, FileCreateError) as error:
        system = error if isinstance(error, OSError) else error.args[0]
        raise write_error(Path(system.filename or folder), system) from error
    return file.getvalue()


def _fill(book: Workbook, made: Any, sheet: WorkbookSheet, looks: Mapping[Style, Any]) -> None:
    for column, width in enumerate(sheet.widths):
        made.set_column(column, column, width)
    if sheet.filtered is not None:
        made.freeze_panes(1, 0)
        made.repeat_rows(0)
        made.autofilter(0, 0, sheet.filtered, len(sheet.widths) - 1)
    made.set_landscape()
    made.set_paper(_A4)
    made.set_margins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
    made.fit_to_pages(1, sheet.pages_high)
    for number, row in enumerate(sheet.rows):
        if number % _STEP == 0:
            # Release the GIL for the window's thread: the library is pure Python.
            time.sleep(0)
        for column, (cell, style) in enumerate(row):
            _write(made, number, column, cell, looks[style])
    if sheet.chart is not None:
        drawn, chart = _drawn(book, made, sheet.chart), sheet.chart
        made.insert_chart(chart.head - 1, chart.column, drawn, {"description": chart.title})


def _write(made: Any, row: int, column: int, value: str | int | None, look: Any) -> None:
    if value is None or value == "":
        made.write_blank(row, column, None, look)
    elif isinstance(value, int) and abs(value) < _LONGEST_NUMBER:
        made.write_number(row, column, value)
    else:
        made.write_string(row, column, _text(str(value)), look)


def _text(text: str) -> str:
    """Return the cell's text for `text`, truncated to the longest allowed.

    A NUL becomes its picture and a lone surrogate its number: neither is text, and none may cost the report.
    """
    return without_nul(text).encode("utf-8", "backslashreplace").decode()[:LONGEST]


def _drawn(book: Workbook, made: Any, chart: Chart) -> Any:
    drawn = book.add_chart({"type": "column", "subtype": "stacked"})
    first, last = chart.head, chart.head + len(chart.rows) - 1
    for column, colour in enumerate(chart.colours, 1):
        drawn.add_series(
            {
                "name": [made.name, chart.head - 1, column],
                "categories": [made.name, first, 0, last, 0],
                "values": [made.name, first, column, last, column],
                # Shown until the spreadsheet has read the cells.
                "categories_data": [row[0] for row in chart.rows],
                "values_data": [row[column] for row in chart.rows],
                "fill": {"color": f"#{colour}"},
                "gap": 60,
            }
        )
    drawn.set_title({"name": chart.title, "name_font": {"size": 12}})
    drawn.set_legend({"position": "bottom"})
    drawn.set_size(_CHART)
    drawn.set_x_axis({"major_tick_mark": "none"})
    lines = {"visible": True, "line": {"color": "#D9D9D9"}}
    drawn.set_y_axis({"major_tick_mark": "none", "num_format": "0", "major_gridlines": lines})
    return drawn


_WIDTHS = {
    "device_id": 26,
    "label": 26,
    "message": 44,
    "logid": 36,
    "time": 27,
    "operator": 14,
    "profile": 20,
    "bench": 18,
}
_WIDTH = 10
_FIGURES = frozenset({"row", "code", "attempts"})
_SUMMARY_WIDTHS = (34, *[13] * 6)
_BESIDE_HOURS = 4
_BOUND, _REFUSED = "2E7D32", "C62828"


def report_xlsx(report: Report) -> bytes:
    """Return the workbook of a report."""
    lines_tab, summary_tab = report.tabs
    return workbook_file([_lines(report, lines_tab), _summary(report, summary_tab)])


def _lines(report: Report, tab: str) -> WorkbookSheet:
    columns, lines = report.columns, report.lines
    head = [(column, Style.HEAD_OF_FIGURES if column in _FIGURES else Style.HEAD) for column in columns]
    rows = ([(cell, Style.TEXT) for cell in line] for line in cells(lines, columns))
    widths = [_WIDTHS.get(column, _WIDTH) for column in columns]
    return WorkbookSheet(tab, widths, chain([head], rows), filtered=len(lines))


def _summary(report: Report, tab: str) -> WorkbookSheet:
    rows = [*_about(report), [], *_table(report.sums)]
    chart = None
    if report.hours.rows:
        rows += [[], *_table(report.hours)]
        head = len(rows) - len(report.hours.rows)
        chart = Chart(report.hours.title, head, report.hours.rows, (_BOUND, _REFUSED), _BESIDE_HOURS)
    return WorkbookSheet(tab, _SUMMARY_WIDTHS, rows, pages_high=1, chart=chart)


def _about(report: Report) -> Iterator[list[Cell]]:
    yield [(report.title, Style.TITLE)]
    if report.practice:
        yield [(report.practice, Style.MARK)]
    for name, value in report.facts:
        yield [(name, Style.BOLD), (value, Style.TEXT)]
    for note in report.notes:
        yield [(note, Style.TEXT)]


def _table(table: SumTable) -> Iterator[list[Cell]]:
    name, *figures = table.head
    yield [(table.title, Style.BOLD)]
    yield [(name, Style.HEAD), *((figure, Style.HEAD_OF_FIGURES) for figure in figures)]
    for row in table.rows:
        yield [(cell, Style.TEXT_OF_FIGURES if place else Style.TEXT) for place, cell in enumerate(row)]
