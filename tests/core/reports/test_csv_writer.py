"""The report: its columns, and that nothing in it runs or is lost."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta, timezone

from bindtool.core.model.outcome import Answer, Outcome, State
from bindtool.core.model.row import Row, Source
from bindtool.core.reports.csv_writer import COLUMNS, ReportLine, report_csv

CHINA = timezone(timedelta(hours=8))
ADDED = datetime(2026, 11, 25, 9, 41, 7, 123456, CHINA)


def _row(device_id: str = "SPK1", label: str = "音箱-1", outcome: Outcome | None = None) -> Row:
    return Row(212, device_id, label, Source.SCANNED, ADDED, operator="A12", outcome=outcome or Outcome())


def _read(report: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(report.decode("utf-8-sig"), newline=""), strict=True))


def test_a_bound_row_has_every_column() -> None:
    """The columns stand in the order that scripts rely on; code 0 is written and the time has its offset."""
    answer = Answer(datetime(2026, 11, 25, 9, 45, tzinfo=CHINA), 0, "", "20261125LOG", 200)
    row = _row(outcome=Outcome(State.BOUND, answer, attempts=2))
    report = report_csv([ReportLine(row, State.BOUND, profile="Line 2")])
    assert report.startswith(
        b"\xef\xbb\xbfrow,device_id,label,status,code,message,logid,time,attempts,source,operator,"
    )
    assert report.endswith(b"Line 2\r\n")
    head, line = _read(report)
    assert head == list(COLUMNS)
    assert line[:6] == ["212", "SPK1", "音箱-1", "bound", "0", ""]
    assert line[6:] == ["20261125LOG", "2026-11-25T09:45:00+08:00", "2", "scanned", "A12", "Line 2"]


def test_a_refused_row_has_the_servers_words() -> None:
    """The message is what the server said."""
    answer = Answer(datetime(2026, 11, 25, tzinfo=UTC), 4000, "device refused, sorry", "L1", 200)
    row = _row(outcome=Outcome(State.REFUSED, answer, attempts=1))
    assert _read(report_csv([ReportLine(row, State.REFUSED)]))[1][3:8] == [
        "refused",
        "4000",
        "device refused, sorry",
        "L1",
        "2026-11-25T00:00:00+00:00",
    ]


def test_a_row_without_an_answer_has_its_reason() -> None:
    """An incomplete row has the reason in words, no code and no log id, and the time when it came in."""
    line = _read(report_csv([ReportLine(_row(""), State.INCOMPLETE, reason="No device ID")]))[1]
    assert line[1:9] == ["", "音箱-1", "incomplete", "", "No device ID", "", "2026-11-25T09:41:07+08:00", "0"]


def test_a_ready_row_has_no_message() -> None:
    """Where there is nothing to say the cell is empty."""
    assert _read(report_csv([ReportLine(_row(), State.READY)]))[1][4:7] == ["", "", ""]


def test_no_text_runs_in_a_spreadsheet() -> None:
    """Ids, labels, the server's message and names are defused."""
    answer = Answer(ADDED, 4000, "=1+1", "@log", 200)
    row = Row(1, "=cmd", "＋1", Source.FILE, ADDED, "-x", outcome=Outcome(State.REFUSED, answer))
    line = _read(report_csv([ReportLine(row, State.REFUSED, profile="\tp")]))[1]
    assert [line[place] for place in (1, 2, 5, 6, 10, 11)] == ["'=cmd", "'＋1", "'=1+1", "'@log", "'-x", "'\tp"]


def test_a_text_that_is_no_text_costs_no_report() -> None:
    """A lone surrogate and a NUL are written in a form that can be read."""
    row = _row("A\ud800\0")
    assert _read(report_csv([ReportLine(row, State.INCOMPLETE)]))[1][1] == "A\\ud800␀"
