"""The report as a workbook: what stands in it, how it looks, and that what goes out comes in again."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Any, cast

from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from bindtool.core.model.outcome import Answer, Outcome, State
from bindtool.core.reports.csv_writer import COLUMNS, TO_HANDLE_COLUMNS, ReportLine
from bindtool.core.reports.layout import Report, Section, SumTable
from bindtool.core.reports.report_xlsx import report_xlsx
from tests.core.store.samples import START, row

NO_HOURS = SumTable("By hour", ("Hour", "Bound", "Refused"), ())
REPORT = Report(
    title="Report: WO-1125",
    practice="",
    facts=(("Operator", "A12"), ("Made", "2026-11-25 17:40")),
    notes=("Line 2: not checked",),
    sums=SumTable("Sums", ("Sheet", "Planned", "Devices"), (("WO-1125", "", 2), ("Total", 400, 2))),
    hours=replace(NO_HOURS, rows=(("09:00", 1, 0), ("10:00", 0, 1))),
    columns=COLUMNS,
    sections=(),
    tabs=("设备", "汇总"),
)


def _line(device_id: str = "SPK1", label: str = "音箱-1", answer: Answer | None = None) -> ReportLine:
    known = replace(row(7, device_id or "-"), device_id=device_id, label=label, outcome=Outcome(answer=answer))
    return ReportLine(known, State.REFUSED, profile="Line 2")


def _of(*lines: ReportLine) -> Report:
    """Return the report of these lines, of two sheets."""
    return replace(REPORT, sections=(Section("WO-1125", lines[:1]), Section("WO-1126", lines[1:])))


def _open(report: Report) -> Workbook:
    return load_workbook(io.BytesIO(report_xlsx(report)))


def _rows(book: Workbook, tab: str) -> list[list[object]]:
    return [[cell.value for cell in row if cell.value is not None] for row in book[tab].iter_rows()]


def _charts(book: Workbook) -> list[Any]:
    charts: list[Any] = cast("Any", book["汇总"])._charts  # noqa: SLF001 - openpyxl has no other name
    return charts


def test_the_lines() -> None:
    """The columns are the CSV's, texts are typed as texts whatever they look like, and counts are numbers."""
    answer = Answer(START, 4000, "=1+1", "20261125", 200)
    sheet = _open(_of(_line("0012", "@音箱", answer)))["设备"]
    head, line = sheet.iter_rows()
    assert [cell.value for cell in head] == list(COLUMNS)
    assert [cell.value for cell in line] == [
        *(7, "0012", "@音箱", "refused", 4000, "=1+1", "20261125"),
        *("2026-11-25T09:30:00+08:00", 0, "scanned", "A12", "Line 2"),
    ]
    texts = [cell for cell in line if cell.column not in {1, 5, 9}]
    assert {cell.data_type for cell in texts} == {"s"}
    assert {cell.number_format for cell in texts} == {"@"}
    assert {line[place].data_type for place in (0, 4, 8)} == {"n"}
    assert sheet.auto_filter.ref == "A1:L2"
    assert sheet.column_dimensions["B"].width > sheet.column_dimensions["A"].width


def test_a_few_columns() -> None:
    """A file of what is to be handled has its own columns; an empty cell is empty."""
    sheet = _open(replace(_of(_line()), columns=TO_HANDLE_COLUMNS))["设备"]
    head, line = sheet.iter_rows(values_only=True)
    assert head == TO_HANDLE_COLUMNS
    assert line == ("SPK1", "音箱-1", "refused", None, None, None, 7, "Line 2")


def test_the_summary() -> None:
    """The second sheet says what the report is about and what it comes to, with the bars of bound and refused."""
    book = _open(REPORT)
    assert book.sheetnames == ["设备", "汇总"]
    assert _rows(book, "汇总") == [
        ["Report: WO-1125"],
        ["Operator", "A12"],
        ["Made", "2026-11-25 17:40"],
        ["Line 2: not checked"],
        [],
        ["Sums"],
        ["Sheet", "Planned", "Devices"],
        ["WO-1125", 2],
        ["Total", 400, 2],
        [],
        ["By hour"],
        ["Hour", "Bound", "Refused"],
        ["09:00", 1, 0],
        ["10:00", 0, 1],
    ]
    (chart,) = _charts(book)
    bound, refused = chart.series
    assert (bound.val.numRef.f, refused.val.numRef.f) == ("汇总!$B$13:$B$14", "汇总!$C$13:$C$14")
    assert (bound.tx.strRef.f, bound.cat.strRef.f) == ("汇总!$B$12", "汇总!$A$13:$A$14")


def test_no_hour_no_chart() -> None:
    """Where nothing was bound or refused there is nothing to draw."""
    book = _open(replace(REPORT, hours=NO_HOURS))
    assert _rows(book, "汇总")[-1] == ["Total", 400, 2]
    assert _charts(book) == []


def test_practice_is_marked() -> None:
    """The mark stands right below the title."""
    assert _rows(_open(replace(REPORT, practice="Practice")), "汇总")[:2] == [["Report: WO-1125"], ["Practice"]]


def _unescaped(text: str) -> str:
    """Return what a spreadsheet makes of a text; openpyxl leaves that to its user."""
    return re.sub("_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), text)


_cell = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@settings(max_examples=30)
@given(st.lists(st.tuples(_cell, _cell), min_size=1, max_size=20))
def test_a_workbook_that_is_read_has_the_same_devices(devices: list[tuple[str, str]]) -> None:
    """Ids and labels survive the way out and in: zeros, formulas, errors, spaces, line ends, control characters."""
    book = _open(_of(*(_line(device_id, label) for device_id, label in devices)))
    found = book["设备"].iter_rows(min_row=2, min_col=2, max_col=3, values_only=True)
    assert [tuple(_unescaped(str(cell or "")) for cell in cells) for cells in found] == devices
