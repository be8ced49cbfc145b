"""A report as a workbook: its lines on the first sheet, a summary with a chart on the second.

It decides what stands where. How a workbook is written is in `xlsx_writer`; the words come with the report.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from bindtool.core.reports.csv_writer import cells
from bindtool.core.reports.xlsx_writer import Chart, Style, WorkbookSheet, workbook_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bindtool.core.reports.layout import Report, SumTable
    from bindtool.core.reports.xlsx_writer import Cell

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
