"""Reports in words, in both languages."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from bindtool.core.model.outcome import Answer, Outcome, State
from bindtool.core.model.row import SheetHead
from bindtool.core.reports.csv_writer import BENCHES_COLUMNS, TO_HANDLE_COLUMNS, ReportLine
from bindtool.core.reports.other_benches import BenchDay, BenchesOfDay
from bindtool.core.reports.rows import ReportPart, part_of
from bindtool.core.sheet.sheet import Sheet
from bindtool.i18n.catalogue import LANGUAGES, Texts
from bindtool.i18n.report_text import TEXT, WORKBOOK, name_of, report_file, report_of, report_of_benches
from bindtool.practice import channel as practice
from tests.core.store.samples import ANSWER, REFUSAL, START, row

ENGLISH = Texts("en")
FIRST = SheetHead(1, START, "Line 2", "WO-1125", 400)
SECOND = SheetHead(2, START, "Line 3", "WO-1126")


def _part(head: SheetHead, *, unchecked: bool = False) -> ReportPart:
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


def test_how_many_requests_there_were() -> None:
    """The sum of the sheets for which it is known."""
    parts = [replace(_part(FIRST), requests=3), replace(_part(SECOND), requests=4), _part(FIRST)]
    assert ("Requests to Coze", "7") in report_of(ENGLISH, "Report", parts, START, practice=False).facts


def test_several_sheets() -> None:
    """Each has its sums and its lines, then comes the total; nobody has planned for all, so no sum of that."""
    parts = [_part(FIRST), _part(SECOND, unchecked=True)]
    report = report_of(ENGLISH, "Report", parts, START, practice=False)
    assert report.sums.rows == (
        ("WO-1125 · Line 2", 400, 2, 1, 1, 0, 0),
        ("WO-1126 · Line 3", "", 2, 1, 1, 0, 0),
        ("Total", "", 4, 2, 2, 0, 0),
    )
    assert report.notes == (
        "Line 3: it has not been checked whether bound devices stay on the channel when others are sent",
    )
    assert [section.name for section in report.sections] == ["WO-1125 · Line 2", "WO-1126 · Line 3"]
    assert [line.profile for line in report.lines] == ["Line 2", "Line 2", "Line 3", "Line 3"]


def test_what_was_bound_and_is_gone() -> None:
    """It is named in a note: at Coze it is bound."""
    report = report_of(ENGLISH, "Report", [_part(FIRST)], START, practice=False, gone=("SPK1", "SPK2"))
    assert report.notes == ("2 more were bound, but their rows have been deleted or changed since: SPK1, SPK2",)


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


def test_practice_is_called_so_in_what_people_read() -> None:
    """Head and sums have its name in the language; the lines, which scripts read, the stored one."""
    texts = Texts("zh_CN", practice.NAMES)
    head = replace(FIRST, profile=practice.PROFILE_NAME)
    report = report_of(texts, "报告", [_part(head, unchecked=True)], START, practice=True)
    assert ("配置", "练习") in report.facts
    assert report.sums.rows[0][0] == "WO-1125 · 练习"
    assert report.notes[0].startswith("练习：")
    assert {line.profile for line in report.lines} == {texts("report.practised", profile=practice.PROFILE_NAME)}


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
    assert name_of(ENGLISH, head) == name


def _bench(name: str, *device_ids: str) -> BenchDay:
    """Return what a bench has bound, one device a quarter of an hour."""
    lines = []
    for number, device_id in enumerate(device_ids):
        time = START + timedelta(hours=2, minutes=15 * number)
        bound = replace(row(1, device_id), operator="李", outcome=Outcome(State.BOUND, Answer(time, 0)))
        lines.append(ReportLine(replace(bound, number=0), State.BOUND, "", "Line 9", name, remote=True))
    return BenchDay(name, tuple(lines), ("WO-9",))


def test_all_benches() -> None:
    """This one's rows first; others have figures of what they have bound. The total counts a device once."""
    benches = BenchesOfDay("bench-1", (_bench("bench-2", "SPK0001", "SPK9001"), _bench("bench-3", "SPK9002")))
    report = report_of_benches(ENGLISH, "Report", [_part(FIRST), _part(SECOND)], benches, START, practice=False)
    assert report.sums.head == ("Bench", "Devices", "Bound", "Refused", "Unknown", "Open", "Last bound")
    assert report.sums.rows == (
        ("bench-1", 2, 1, 1, 0, 0, "09:30"),
        ("bench-2", 2, 2, "", "", "", "11:45"),
        ("bench-3", 1, 1, "", "", "", "11:30"),
        ("Total", 4, 3, "", "", "", "11:45"),
    )
    assert [section.name for section in report.sections][2:] == ["bench-2", "bench-3"]
    assert [line.bench for line in report.lines] == [*["bench-1"] * 4, "bench-2", "bench-2", "bench-3"]
    assert report.columns == BENCHES_COLUMNS
    assert report.facts[:3] == (
        ("Job", "WO-1125, WO-1126, WO-9"),
        ("Profile", "Line 2, Line 3, Line 9"),
        ("Operator", "A12, B07, 李"),
    )
    assert report.notes[0].startswith("For other benches this report shows only what they have bound")
    assert report.notes[1:] == ("1 device was bound at more than one bench and counts once in the total: SPK0001",)
    assert report.hours.rows == (("09:00", 2, 0), ("10:00", 0, 2), ("11:00", 3, 0))


def test_all_benches_when_nothing_was_done_here() -> None:
    """This bench stands there with nothing."""
    benches = BenchesOfDay("bench-1", (_bench("bench-2", "SPK9001"),))
    report = report_of_benches(ENGLISH, "Report", [], benches, START, practice=False)
    assert report.sums.rows[0] == ("bench-1", 0, 0, 0, 0, 0, "")
    assert len(report.notes) == 1


def test_many_devices_of_several_benches() -> None:
    """The note names some; all of them have their lines."""
    ids = [f"SPK{number}" for number in range(21)]
    benches = BenchesOfDay("bench-1", (_bench("bench-2", *ids), _bench("bench-3", *ids)))
    report = report_of_benches(ENGLISH, "Report", [], benches, START, practice=False)
    assert report.notes[1].startswith("21 devices were bound at more than one bench")
    assert report.notes[1].endswith("SPK18, SPK19, …")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("ending", [WORKBOOK, TEXT])
def test_the_bench_is_the_last_column(language: str, ending: str) -> None:
    """In each file, after the columns that every report has."""
    benches = BenchesOfDay("bench-1", (_bench("=bench-2", "SPK9001"),))
    report = report_of_benches(Texts(language), "R", [_part(FIRST)], benches, START, practice=False)
    data = report_file(report, ending)
    if ending == TEXT:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
        assert rows[3][-1] == "'=bench-2"
    else:
        book = load_workbook(io.BytesIO(data))
        rows = [[str(cell) for cell in line] for line in book.worksheets[0].iter_rows(values_only=True)]
        assert book.worksheets[0]["M4"].data_type == "s"
    assert rows[0] == list(BENCHES_COLUMNS)
    assert [line[-1] for line in rows[1:3]] == ["bench-1", "bench-1"]


def test_any_other_ending_is_csv() -> None:
    """Also one that a person made up; the ending of a workbook counts in capitals too."""
    report = report_of(ENGLISH, "Report", [_part(FIRST)], START, practice=False)
    assert report_file(report, "") == report_file(report, ".txt") == report_file(report, TEXT)
    assert report_file(report, ".XLSX")[:2] == b"PK"
