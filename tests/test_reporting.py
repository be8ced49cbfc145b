"""Reports in words, in both languages."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from bindtool.core.outcome import Outcome, State
from bindtool.core.report import TO_HANDLE_COLUMNS
from bindtool.core.report_parts import part_of
from bindtool.core.row import SheetHead
from bindtool.core.sheet import Sheet
from bindtool.reporting import TEXT, WORKBOOK, name_of, report_file, report_of
from bindtool.texts import LANGUAGES, Texts
from tests.core.store.samples import ANSWER, REFUSAL, START, row

if TYPE_CHECKING:
    from bindtool.core.report_parts import Part

ENGLISH = Texts("en")
FIRST = SheetHead(1, START, "Line 2", "WO-1125", 400)
SECOND = SheetHead(2, START, "Line 3", "WO-1126")


def _part(head: SheetHead, *, unchecked: bool = False) -> Part:
    """Return a bound row of one operator and a refused one of another, an hour later."""
    later = replace(REFUSAL, time=START + timedelta(hours=1))
    rows = [
        row(1, outcome=Outcome().begun(1).settled(State.BOUND, ANSWER)),
        replace(row(2, outcome=Outcome().begun(1).settled(State.REFUSED, later)), operator="B07"),
    ]
    return part_of(head, Sheet(rows), unchecked=unchecked)


def test_one_sheet() -> None:
    """Its job, profile, operators and the moment are named; the sums have no total, the hours no day."""
    report = report_of(ENGLISH, "Report", [_part(FIRST)], START, practice=False)
    assert (report.title, report.practice, report.notes) == ("Report", "", ())
    assert report.facts == (
        ("Job", "WO-1125"),
        ("Profile", "Line 2"),
        ("Operator", "A12, B07"),
        ("Made", "2026-11-25 09:30"),
    )
    assert report.sums.head == ("Sheet", "Planned", "Devices", "Bound", "Refused", "Unknown", "Open")
    assert report.sums.rows == (("WO-1125 · Line 2", 400, 2, 1, 1, 0, 0),)
    assert report.hours.rows == (("09:00", 1, 0), ("10:00", 0, 1))
    assert [line.profile for line in report.lines] == ["Line 2", "Line 2"]


def test_several_sheets() -> None:
    """Each has its sums and its lines, then comes the total; nobody has planned for all, so no sum of that."""
    parts = [_part(FIRST), _part(SECOND, unchecked=True)]
    report = report_of(ENGLISH, "Report", parts, START, practice=False)
    assert report.sums.rows == (
        ("WO-1125 · Line 2", 400, 2, 1, 1, 0, 0),
        ("WO-1126 · Line 3", "", 2, 1, 1, 0, 0),
        ("Total", "", 4, 2, 2, 0, 0),
    )
    assert report.notes == ("Line 3: not checked whether bound devices stay on the channel when others are sent",)
    assert [section.name for section in report.sections] == ["WO-1125 · Line 2", "WO-1126 · Line 3"]
    assert [line.profile for line in report.lines] == ["Line 2", "Line 2", "Line 3", "Line 3"]


def test_what_was_bound_and_is_gone() -> None:
    """It is named in a note: at Coze it is bound."""
    report = report_of(ENGLISH, "Report", [_part(FIRST)], START, practice=False, gone=("SPK1", "SPK2"))
    assert report.notes == ("2 more were bound, and their rows were deleted or changed since: SPK1, SPK2",)


def test_all_that_was_planned() -> None:
    """Where each sheet has its number, the total has their sum."""
    parts = [_part(FIRST), _part(replace(SECOND, expected=100))]
    report = report_of(ENGLISH, "Report", parts, START, practice=False)
    assert report.sums.rows[-1][:2] == ("Total", 500)


def test_hours_of_several_days() -> None:
    """They are named with their day."""
    next_day = replace(ANSWER, time=START + timedelta(days=1))
    rows = [row(number, outcome=Outcome(State.BOUND, answer)) for number, answer in ((1, ANSWER), (2, next_day))]
    report = report_of(ENGLISH, "Report", [part_of(FIRST, Sheet(rows))], START, practice=False)
    assert report.hours.rows == (("11-25 09:00", 1, 0), ("11-26 09:00", 1, 0))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("ending", [WORKBOOK, TEXT])
def test_practice_is_marked_in_each_file(language: str, ending: str) -> None:
    """Whatever is handed on says that nothing was sent: each line beside its profile, and a workbook's summary."""
    texts = Texts(language)
    for columns in (None, TO_HANDLE_COLUMNS):
        chosen = {} if columns is None else {"columns": columns}
        report = report_of(texts, "Report", [_part(FIRST)], START, practice=True, **chosen)
        data = report_file(report, ending)
        if ending == TEXT:
            rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
        else:
            book = load_workbook(io.BytesIO(data))
            assert book.sheetnames == [texts("report.tab_lines"), texts("report.tab_summary")]
            assert book.worksheets[1]["A2"].value == texts("report.practice")
            rows = [[str(cell) for cell in line] for line in book.worksheets[0].iter_rows(values_only=True)]
        assert {line[-1] for line in rows[1:]} == {texts("report.practised", profile="Line 2")}


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (FIRST, "WO-1125 · Line 2"),
        (replace(FIRST, job=""), "2026-11-25 09:30 · Line 2"),
        (SheetHead(1, START), "2026-11-25 09:30"),
    ],
)
def test_the_name_of_a_sheet(head: SheetHead, name: str) -> None:
    """Its job and its profile; one without a job has the moment when it was begun."""
    assert name_of(head) == name


def test_any_other_ending_is_csv() -> None:
    """Also one that a person made up; the ending of a workbook counts in capitals too."""
    report = report_of(ENGLISH, "Report", [_part(FIRST)], START, practice=False)
    assert report_file(report, "") == report_file(report, ".txt") == report_file(report, TEXT)
    assert report_file(report, ".XLSX")[:2] == b"PK"
